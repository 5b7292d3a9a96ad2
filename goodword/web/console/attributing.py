"""Referred By: found while typing, looked at before it is saved, set once (R83, R84, R118).

Everything is posted, the search as well: a name or a phone number never stands in an address.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from goodword.errors import Refused
from goodword.flow.previewing import Foreseen, preview_attribution
from goodword.flow.submit import submit
from goodword.inbox.models import Decision
from goodword.referrals.models import Referral
from goodword.reports import candidates, explaining, one_customer
from goodword.reports import customers as reading
from goodword.reports.pipeline import named
from goodword.reports.programmes import pinned
from goodword.web.console.asking_form import Field
from goodword.web.console.desk import Desk, shown
from goodword.web.console.refusals import sentence_of
from goodword.web.console.wording import decisions, review_note

SEARCH, PREVIEW = "console/referral_attribute.html", "console/referral_attribute_preview.html"


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Ask who sent this customer, show what would follow, and keep the answer for good."""
    contact = reading.customer(business=desk.business, public_id=ref)
    if contact is None:
        raise Http404
    live = one_customer.came_by(contact=contact)
    if live is not None:
        return _locked(request, desk, contact, live)
    if request.method != "POST":
        return _search(request, desk, contact)
    chosen, text = request.POST.get("chosen", ""), request.POST.get("referrer", "").strip()
    act = request.POST.get("do", "")
    if act == "keep" and text:
        return _keep(request, desk, contact, text)
    if chosen and act == "save":
        return _save(request, desk, contact, chosen)
    if chosen:
        return _preview(request, desk, contact, chosen, text)
    return _search(request, desk, contact, text=text)


def person_field(*, required: bool) -> Field:
    """Return the field that takes the name of whoever sent a new customer."""
    told = _("If it is not clear who is meant, the name is kept and you choose afterwards.")
    return Field("referrer", _("Sent by (name, phone, e-mail or code)"), required=required, help=told)


def mentioned(request: HttpRequest, desk: Desk, contact: Any, text: str) -> HttpResponse:
    """Attribute a new customer to the one person who is named exactly; else keep the name and ask who is meant."""
    only = candidates.the_one(business=desk.business, text=text, besides=contact.pk)
    if not only:
        return _keep(request, desk, contact, text)
    fault = _attribute(desk, contact, only)
    if fault:
        messages.error(request, fault)
    else:
        messages.success(request, _("Saved."))
    return redirect("console:customer", contact.public_id)


def _search(request: HttpRequest, desk: Desk, contact: Any, *, text: str | None = None) -> HttpResponse:
    """Show the box and whom it may mean; one exact hit leads on, unless it came of typing."""
    typing = bool(getattr(request, "htmx", False))
    claims = candidates.claims_of(business=desk.business, contact=contact)
    claimed = _claimed(claims)
    wanted = claimed if text is None else text
    found = _candidates(desk, contact, wanted)
    if text and not typing and len(found) == 1 and found[0].exact:
        return _preview(request, desk, contact, found[0].id, text)
    fault = _("Please say who it was.") if text == "" and not typing else ""
    context = {
        "customer": _who(contact), "claims": [_claim(row) for row in claims], "text": wanted, "fault": fault,
        "candidates": found, "asked": text is not None, "shown_before": text is None and bool(found),
        "focus_list": bool(text) and not typing and bool(found),
    }  # fmt: skip
    return shown(request, desk, SEARCH, context, active="customers", status=422 if fault else 200)


def _preview(
    request: HttpRequest, desk: Desk, contact: Any, chosen: str, text: str, *, fault: str = ""
) -> HttpResponse:
    """Show which programme it would be, and what would be granted or refused and why."""
    referrer = reading.customer(business=desk.business, public_id=chosen)
    if referrer is None:
        raise Http404
    (found,) = candidates.of(contacts=[referrer])
    told = preview_attribution(
        business=desk.business, friend=contact.public_id, referrer=referrer.public_id, now=desk.now
    )
    fault = fault or (sentence_of(told.refusal, lang=desk.lang) if told.refusal else "")
    context = {
        "customer": _who(contact), "referrer": found, "text": text, "fault": fault,
        "programmes": pinned(revisions=told.revisions, lang=desk.lang), "decisions": _foreseen(desk, told),
        "warnings": _warnings(told),
    }  # fmt: skip
    return shown(request, desk, PREVIEW, context, active="customers", status=422 if fault else 200)


def _save(request: HttpRequest, desk: Desk, contact: Any, chosen: str) -> HttpResponse:
    fault = _attribute(desk, contact, chosen)
    if fault:
        return _preview(request, desk, contact, chosen, "", fault=fault)
    messages.success(request, _("Saved and locked. From now on this is how they came to you."))
    return redirect("console:customer", contact.public_id)


def _attribute(desk: Desk, contact: Any, chosen: str) -> str:
    """Save who sent a contact; return the sentence of a refusal, or nothing when it was saved."""
    data = {"friend": contact.public_id, "referrer": chosen, "how": "name"}
    try:
        submit(business=desk.business, type="referral.attributed", data=data, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        return sentence_of(refusal, lang=desk.lang)
    return ""


def _keep(request: HttpRequest, desk: Desk, contact: Any, text: str) -> HttpResponse:
    """Keep a name that fits nobody, or several, as an open claim."""
    data = {"friend": contact.public_id, "text": text}
    known = {row.trace.get("text") for row in candidates.claims_of(business=desk.business, contact=contact)}
    try:
        if " ".join(text.split()) not in known:
            submit(business=desk.business, type="referral.mentioned", data=data, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        messages.error(request, sentence_of(refusal, lang=desk.lang))
        return redirect("console:customer", contact.public_id)
    messages.info(request, _("The name is kept on Problems until somebody says who it was."))
    if candidates.candidates(business=desk.business, text=text, besides=contact.pk, loosely=True):
        return redirect("console:customer_attribute", contact.public_id)
    return redirect("console:customer", contact.public_id)


def _locked(request: HttpRequest, desk: Desk, contact: Any, live: Referral) -> HttpResponse:
    """Say that it is set for good, and which way an administrator has."""
    posted = request.method == "POST"
    context = {
        "customer": _who(contact),
        "fault": _("This friend already has a referrer. It was not changed.") if posted else "",
        "locked": {
            "name": named(live.referrer), "at": live.arrived_at, "how": live.how,
            "referral_id": live.public_id if "referrals.see" in desk.may else "",
            "can_remove": "referrals.remove" in desk.may,
        },
    }  # fmt: skip
    return shown(request, desk, SEARCH, context, active="customers", status=422 if posted else 200)


def _candidates(desk: Desk, contact: Any, text: str) -> list[candidates.Candidate]:
    """Return whom the text fits, or, when it fits nobody, who is alike."""
    if not text.strip():
        return []
    business, besides = desk.business, contact.pk
    return candidates.candidates(business=business, text=text, besides=besides) or candidates.candidates(
        business=business, text=text, besides=besides, loosely=True
    )


def _who(contact: Any) -> dict[str, str]:
    return {"id": contact.public_id, "name": named(contact)}


def _claim(row: Decision) -> dict[str, Any]:
    return {"text": str(row.trace.get("text") or ""), "at": row.event.time}


def _claimed(rows: list[Decision]) -> str:
    return next((str(row.trace["text"]) for row in rows if row.trace.get("text")), "")


def _foreseen(desk: Desk, told: Foreseen) -> list[dict[str, Any]]:
    return decisions(explaining.foreseen(business=desk.business, told=told, lang=desk.lang, now=desk.now))


def _warnings(told: Foreseen) -> list[str]:
    """Return what staff should know before they save."""
    found = []
    if told.refusal is None and not told.revisions:
        found.append(_("No programme was running when the friend arrived, so nothing is promised."))
    elif set(told.revisions) - set(told.eligible):
        found.append(_("A programme is not open to this referrer and pays nothing for it."))
    if told.refusal is None and not told.is_new:
        found.append(_("The friend was a customer before. Programmes for new friends pay nothing."))
    if told.household:
        found.append(review_note())
    return found
