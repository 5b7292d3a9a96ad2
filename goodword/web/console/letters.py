"""Messages: the outbox as the customer sees it, what waits and why, and one message with its history."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.business.paper import PaperMissing
from goodword.errors import NotFound, Refused
from goodword.flow.enclosing import encloses, file_name, giver_of
from goodword.flow.hand_sending import hand_key
from goodword.flow.printing_vouchers import print_one
from goodword.flow.submit import submit
from goodword.flow.voucher_telling import readable
from goodword.outbox.links import CODE_MARK
from goodword.outbox.models import Message
from goodword.outbox.templates import TEMPLATES
from goodword.reports import correspondence
from goodword.web import showing
from goodword.web.console.desk import Desk, shown
from goodword.web.console.letter_words import cause_of, name_of, note_of, why
from goodword.web.console.listing import filters, paged
from goodword.web.console.periods import WORDS, period_of
from goodword.web.console.refusals import sentence_of
from goodword.web.console.voucher import no_referrer
from goodword.web.console.voucher_printing import handed_over, paper_missing
from goodword.web.console.wording import letter
from goodword.web.labels import CHANNELS

# What waits, by why: an icon, a tone, the words, and what to do about it.
WAITING: dict[str, tuple[str, str, Promise, Promise]] = {
    "local": ("message-square", "info", gettext_lazy("Kept here for you to send"),
              gettext_lazy("No provider is connected. Open one, send it from your own phone, and mark it as sent.")),
    "failed": ("circle-alert", "error", gettext_lazy("Could not be delivered"),
               gettext_lazy("Look at the reason, correct the address, and try again.")),
    "no_address": ("user-plus", "warning", gettext_lazy("Without phone number and e-mail"),
                   gettext_lazy("Ask the customer, and tell it in person meanwhile.")),
    "opted_out": ("ban", "neutral", gettext_lazy("Held back: no consent"),
                  gettext_lazy("The customer said no. Nothing leaves; there is nothing to do.")),
    "retrying": ("rotate-ccw", "warning", gettext_lazy("Failed for now"),
                 gettext_lazy("The provider did not answer. It is tried again by itself.")),
    "later": ("clock", "neutral", gettext_lazy("Waits for its time"),
              gettext_lazy("Nothing leaves in the quiet hours or before it is due.")),
    "due": ("send", "neutral", gettext_lazy("About to leave"),
            gettext_lazy("Within a minute, as long as the worker runs.")),
}  # fmt: skip
KEPT = ("q", "state", "template", "channel", "language", "period", "from", "to")


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show messages word for word, narrowed, and above them what waits."""
    asked = {name: request.GET.get(name, "") for name in KEPT}
    zone = ZoneInfo(desk.business.timezone)
    period = period_of(request.GET, now=desk.now, zone=zone, default="all")
    wanted = correspondence.Wanted(
        asked["state"], asked["q"], asked["template"], asked["channel"], asked["language"], period.start, period.end
    )
    page = correspondence.letters(
        business=desk.business, wanted=wanted, now=desk.now, after=request.GET.get("after", "")
    )
    counts = correspondence.waiting(business=desk.business, now=desk.now)
    names = [("", _("All")), ("waiting", _("Waiting")), ("local", _("Kept here")), ("sent", _("Sent")),
             ("failed", _("Not delivered")), ("cancelled", _("Called off"))]  # fmt: skip
    narrowed = any(asked[name] for name in KEPT if name not in ("q", "state"))
    context = {
        "outbox": [letter(message, desk) for message in page.rows], "query": asked["q"], "asked": asked,
        "reasons": [_reason(name, counts[name], asked["state"]) for name in WAITING if name in counts],
        "choices": _choices(), "narrowed": narrowed, "any": narrowed or asked["q"] or asked["state"],
        "filters": filters(request, name="state", choices=names, keep=tuple(n for n in KEPT if n != "state")),
        "may_edit": "messages.edit" in desk.may, **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/messages.html", context, active="messages")


def one(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show one message with its history, and how to send it by hand where it is kept here."""
    told = correspondence.one(business=desk.business, public_id=ref)
    if told is None:
        raise Http404
    message = told.message
    sealed = CODE_MARK in message.body
    if sealed and message.state == "local" and {"messages.retry", "vouchers.codes"} <= desk.may:
        try:
            message.body, sealed = readable(message), False  # shown to whoever sends it by hand; never stored
        except Refused as refusal:
            messages.error(request, sentence_of(refusal, lang=desk.lang))
    context = {
        "message": letter(message, desk), "name": name_of(message.template), "why": why(message, now=desk.now),
        "history": _history(told), "facts": _facts(told), "sealed": sealed,
        "enclosed": file_name(message) if encloses(message) else "", "may_open": "vouchers.codes" in desk.may,
        "by_hand": {} if sealed else _by_hand(message),
        "can_mark": message.state == "local" and "messages.retry" in desk.may,
        "wording_url": reverse("console:wording", args=[f"{message.template}.{message.language}"])
        if "messages.edit" in desk.may and message.template in TEMPLATES else "",
    }  # fmt: skip
    return no_referrer(shown(request, desk, "console/message.html", context, active="messages"))


def enclosed(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Make the file that goes with a message once more and hand it over, for whoever sends it by hand."""
    told = correspondence.one(business=desk.business, public_id=ref)
    if told is None or not encloses(told.message):
        raise Http404
    message = told.message
    try:
        _serial, made = print_one(
            business=desk.business, voucher=message.facts["voucher"], design="", lang=message.language,
            giver=giver_of(message), actor=desk.actor, now=desk.now,
        )  # fmt: skip
    except Refused as refusal:
        messages.error(request, sentence_of(refusal, lang=desk.lang))
    except PaperMissing:
        messages.error(request, paper_missing())
    else:
        return handed_over(HttpResponse(made, content_type="application/pdf"), file_name(message))
    return redirect("console:message", ref)


def retry(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Put a message that failed in line again."""
    try:
        submit(business=desk.business, type="message.retried", data={"message": ref}, actor=desk.actor, now=desk.now)
    except NotFound:
        raise Http404 from None
    messages.success(request, _("It is in line again."))
    return redirect("console:messages")


def sent(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Note that somebody sent a message from a phone of their own."""
    try:
        submit(
            business=desk.business, type="message.sent_by_hand", data={"message": ref}, actor=desk.actor, now=desk.now,
            key=hand_key(ref),
        )  # fmt: skip
    except NotFound:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, sentence_of(refusal, lang=desk.lang))
    else:
        messages.success(request, _("Marked as sent by you."))
    return redirect("console:message", ref)


def _reason(name: str, count: int, current: str) -> dict[str, Any]:
    icon, tone, title, advice = WAITING[name]
    return {
        "icon": icon, "tone": tone, "title": title, "advice": advice, "count": count, "current": name == current,
        "url": f"?{urlencode({'state': name})}#list",
    }  # fmt: skip


def _choices() -> dict[str, list[dict[str, str]]]:
    """Return what the list may be narrowed by."""
    every = {"value": "", "text": _("All")}
    periods = [{"value": word, "text": str(text)} for word, text in WORDS.items() if word not in ("dates", "all")]
    return {
        "template": [every, *({"value": name, "text": name_of(name)} for name in TEMPLATES)],
        "channel": [every, *({"value": code, "text": str(text)} for code, (text, _icon) in CHANNELS.items())],
        "language": [every, *showing.language_options()],
        "period": [{"value": "", "text": str(WORDS["all"])}, *periods],
    }


def _facts(told: correspondence.OneLetter) -> dict[str, Any]:
    event = told.message.event
    return {
        "cause": cause_of(told.message.template), "event": event.type if event is not None else "",
        "event_at": event.time if event is not None else None, "attempts": told.message.attempts,
        "referral_url": reverse("console:referral", args=[told.referral]) if told.referral else "",
    }  # fmt: skip


def _history(told: correspondence.OneLetter) -> list[dict[str, Any]]:
    """Return items for <c-timeline>, the newest first."""
    message, blank = told.message, {"tone": "", "detail": "", "url": ""}
    items: list[dict[str, Any]] = []
    if told.by_hand is not None and message.state == "sent":
        who = told.by_hand.actor.removeprefix("user:")
        items.append({"icon": "smartphone", "tone": "success", "title": _("Sent by hand"), "detail": who,
                      "at": message.sent_at})  # fmt: skip
    elif message.state == "sent" and message.sent_at is not None:
        items.append({"icon": "check", "tone": "success", "title": _("Handed to the provider"), "at": message.sent_at,
                      "detail": note_of(message.note)})  # fmt: skip
    elif message.state == "local" and message.sent_at is not None:
        items.append(
            {"icon": "message-square", "title": _("Kept here: no provider is connected"), "at": message.sent_at}
        )
    elif message.state == "cancelled":
        items.append({"icon": "ban", "title": _("Called off"), "detail": note_of(message.note), "at": None})
    elif message.state == "set_aside":
        items.append({"icon": "circle-alert", "tone": "error", "title": _("Given up"), "at": None,
                      "detail": note_of(message.note)})  # fmt: skip
    elif message.state == "queued":
        items.append({"icon": "clock", "title": _("Due"), "detail": note_of(message.note), "at": message.due_at})
    held = message.state == "held"
    items.append({"icon": "hourglass" if held else "mail", "tone": "warning" if held else "primary",
                  "title": _("Held back") if held else _("Put in line"),
                  "detail": note_of(message.note) if held else "", "at": message.created_at})  # fmt: skip
    if message.event is not None:
        items.append({"icon": "circle-dot", "title": cause_of(message.template), "at": message.event.time})
    return [blank | item for item in items]


def _by_hand(message: Message) -> dict[str, str]:
    """Return the address that opens the phone's own app with the words ready; empty where there is nothing to send."""
    if message.state != "local" or not message.to:
        return {}
    body = quote(message.body)
    if message.channel == "sms":
        return {"url": f"sms:{message.to}?&body={body}", "text": _("Open in your messages app"), "icon": "smartphone"}
    subject = quote(message.subject)
    return {"url": f"mailto:{message.to}?subject={subject}&body={body}", "text": _("Open in your mail program"),
            "icon": "mail"}  # fmt: skip
