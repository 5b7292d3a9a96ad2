"""Problems: what could not be done by itself, with what to do about it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.engine.wording.reasons import REASONS
from goodword.errors import NotFound
from goodword.flow.enclosing import UNMADE
from goodword.flow.retrying import settle_again
from goodword.flow.submit import submit
from goodword.inbox.models import Decision, Event
from goodword.money import Amount
from goodword.reports import troubles as reading
from goodword.reports.explaining import refusal
from goodword.reports.pipeline import named
from goodword.reports.waiting import CLAIMS, closing_key
from goodword.web import showing
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import filters, paged
from goodword.web.console.refusals import SENTENCES
from goodword.web.console.voucher_printing import paper_missing

ADVICE: dict[str, Promise] = {
    "unknown_code": gettext_lazy("Ask the customer who sent them, then attribute it by hand."),
    "code_withdrawn": gettext_lazy("Ask the customer who sent them, then attribute it by hand."),
    "unknown_referrer": gettext_lazy("Look through those who may be meant, or ask the customer."),
    "insufficient_balance": gettext_lazy("The sale stands. Settle the difference with the customer."),
    "wording_unusable": gettext_lazy("Open the wording of that message and save it once more."),
    "voucher_not_enclosed": gettext_lazy(
        "Code and link stand in the message, so nothing is lost. Print it on the voucher’s page once that is mended."
    ),
    "vouchers_let_go": gettext_lazy("Book or redeem them again if they are to pay for it after all."),
    "voucher_void": gettext_lazy("Pay the customer back another way."),
    "exceeds_ticket": gettext_lazy("Undo one of the redemptions, or have the ticket corrected at the till."),
    "vouchers_guessed": gettext_lazy(
        "Nothing is lost: whoever does it has to wait. Was it a colleague with the wrong card? Then nothing is to be "
        "done. Else revoke the key, or change the password."
    ),
    "not_new": gettext_lazy("Nothing to do, unless the earlier job belongs to somebody else."),
}


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what is open, or what was seen to."""
    seen_to = request.GET.get("state") == "done"
    told = reading.troubles(business=desk.business, seen_to=seen_to, after=request.GET.get("after", ""))
    can = "problems.handle" in desk.may
    context = {
        "problems": [_aside(event, can) for event in told.aside]
        + [_decided(row, told, desk, can and not seen_to) for row in told.page.rows],
        "filters": filters(request, name="state", choices=[("", _("Open")), ("done", _("Seen to"))]),
        **paged(request, after=told.page.next),
    }
    return shown(request, desk, "console/problems.html", context, active="problems")


def retry(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Settle a set-aside event once more."""
    try:
        settled = settle_again(business=desk.business, public_id=ref, actor=desk.actor, now=desk.now)
    except NotFound:
        raise Http404 from None
    if settled:
        messages.success(request, _("It is settled now."))
    else:
        messages.error(request, _("It could still not be settled. Nothing is lost."))
    return redirect("console:problems")


def close(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Note that a person has seen to it."""
    row = reading.problem(business=desk.business, pk=int(ref)) if ref.isascii() and ref.isdecimal() else None
    if row is None:
        raise Http404
    submit(
        business=desk.business, type="problem.closed", data={"decision": row.pk}, actor=desk.actor, now=desk.now,
        key=closing_key(row.pk),
    )  # fmt: skip
    messages.success(request, _("Seen to."))
    return redirect("console:problems")


def _guesser(by: str) -> str:
    kind, _colon, name = by.partition(":")
    if kind == "key":
        return _("It came by the API key of “%(name)s”.") % {"name": name}
    return _("It was %(name)s.") % {"name": name} if kind == "user" else _("It was a visitor of the public page.")


def _aside(event: Event, can: bool) -> dict[str, Any]:
    return {
        "id": event.public_id, "severity": "error", "code": event.type, "event": event.external_id,
        "title": _("An event could not be settled"), "detail": event.error.split("\n")[0][:300], "at": event.time,
        "advice": _("Try again; if it stays, tell whoever runs this installation. Nothing is lost."), "url": "",
        "url_text": "", "can_retry": can, "can_close": False,
    }  # fmt: skip


def _decided(row: Decision, told: reading.Troubles, desk: Desk, can: bool) -> dict[str, Any]:
    contact = told.contacts.get(row.contact or 0)
    who = named(contact) if contact else _("the customer")
    if row.kind == "attribution_refused":
        title, severity = _("A claim for %(name)s was not counted") % {"name": who}, "info"
        referrer = told.referrers.get(row.trace.get("referrer") or "")
        name = named(referrer) if referrer else row.trace.get("text") or ""
        named_by = _("Named as the referrer: %(name)s.") % {"name": name} if name else ""
    else:
        title, severity, named_by = _("Please look at %(name)s") % {"name": who}, "warning", ""
    code = row.codes[0] if row.codes else ""
    if code == "vouchers_guessed":
        title, named_by = _("Somebody is guessing vouchers"), _guesser(str(row.trace.get("by")))
    about = named_by or _of_voucher(row.trace, desk)
    url = reverse("console:customer", args=[contact.public_id]) if contact else ""
    url_text = _("Open the customer")
    if code == UNMADE and "vouchers.see" in desk.may:
        url, url_text = reverse("console:voucher", args=[row.trace["id"]]), _("Open the voucher")
    if contact and can and row.codes in CLAIMS and "referrals.attribute" in desk.may:
        url, url_text = reverse("console:customer_attribute", args=[contact.public_id]), _("Find who it was")
    return {
        "id": row.pk, "severity": severity, "code": code, "event": row.event.external_id, "title": title,
        "detail": f"{_why(row, code, desk)} {about}".strip(),
        "advice": str(ADVICE.get(code, "")), "at": row.event.time, "url": url, "url_text": url_text,
        "can_retry": False, "can_close": can,
    }  # fmt: skip


def _why(row: Decision, code: str, desk: Desk) -> str:
    """Return why, as the rules word it; the words of orders that were refused are for who ordered."""
    if row.kind == "problem" and code in REASONS["en"]:
        return refusal(row, lang=desk.lang)
    if code == UNMADE:
        why = row.trace["why"]
        return f"{SENTENCES[code]} {paper_missing() if why == 'paper_missing' else SENTENCES.get(why, '')}".strip()
    return str(SENTENCES.get(code) or refusal(row, lang=desk.lang))


def _of_voucher(trace: dict[str, Any], desk: Desk) -> str:
    """Return which voucher, which ticket and how much, where a problem is about a voucher."""
    serial, ends = trace.get("voucher"), trace.get("code_ends")
    units = trace.get("missing", trace.get("units"))
    told = [
        _("Voucher %(serial)s.") % {"serial": serial} if serial else "",
        _("The code ends in %(ends)s.") % {"ends": ends} if ends else "",
        _("Ticket %(ticket)s.") % {"ticket": trace["ticket"]} if (serial or ends) and trace.get("ticket") else "",
        _("Job %(job)s.") % {"job": trace["job"]} if serial and trace.get("job") else "",
        _("Amount: %(amount)s.") % {"amount": showing.amount(Amount(units, desk.business.currency))}
        if (serial or ends) and units
        else "",
    ]
    return " ".join(filter(None, told))
