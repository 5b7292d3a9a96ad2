"""Redeem a voucher: found by what is on the card, looked at, and taken wholly or in part (R15, R18, R19).

The code is posted and never stands in an address; what leads from page to page is the voucher's own id. So no referrer
tells it, and the pages keep the console's own policy: under ``no-referrer`` a browser sends a form with the origin
``null``, which the protection against forged forms refuses.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from goodword.errors import Conflict, NotFound, Refused
from goodword.flow.submit import submit
from goodword.money import Amount
from goodword.reports import redemptions as report
from goodword.reports.candidates import Candidate, candidates
from goodword.reports.redemptions import Seen
from goodword.vouchers import finding
from goodword.web import amounts, guessing
from goodword.web.console import scanning
from goodword.web.console.asking_form import once
from goodword.web.console.bill import Bill, bill_of, ticket_of
from goodword.web.console.desk import Desk, shown
from goodword.web.console.redeem_words import barred, fault_of, not_found
from goodword.web.console.refusals import sentence_of
from goodword.web.console.voucher_named import LONGEST, guesser_of
from goodword.web.console.voucher_seen import job_title, told

AT = "redeem_at"  # in the session: the location where this person redeemed last
NEW = "new"


@sensitive_post_parameters("code")
def find(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take a code or serial, typed or scanned, and lead to its voucher; a typing error is told from a stranger's.

    A photo comes where scripts do not run: what it shows stands in the field then.
    """
    bill = bill_of(request.GET, desk)
    if request.method != "POST":
        return _field(request, desk, bill)
    text = request.POST.get("code", "").strip()[:LONGEST]
    try:
        photo = scanning.photographed(request, desk)
    except Refused as refusal:
        return _field(request, desk, bill, fault=sentence_of(refusal, lang=desk.lang), text=text)
    if photo is not None:
        return _field(request, desk, bill, text=photo)
    if not text:
        return _field(request, desk, bill, fault=_("Scan the code of the card, or type it in."))
    guesser = guesser_of(request, desk)
    try:
        guessing.check(guesser, now=desk.now)
        voucher = finding.voucher_of(business=desk.business, text=finding.code_in(text))
    except Refused as refusal:
        fault = not_found(refusal)
        if refusal.code == "too_many_guesses":
            return _field(request, desk, bill, fault=fault, status=429)
        if isinstance(refusal, NotFound):
            other = _where_i_work_too(desk, finding.code_in(text))
            fault = other or fault
            if not other:
                guessing.missed(guesser, business=desk.business, now=desk.now)
        return _field(request, desk, bill, fault=fault, text=text)
    return redirect(f"{reverse('console:voucher_redeem', args=[voucher.public_id])}{bill.query}")


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show what the voucher is and, when it can be used, take what is asked."""
    seen = report.seen(business=desk.business, ref=ref)
    if seen is None:
        raise Http404
    key = once(request)
    if request.method != "POST":
        return _page(request, desk, seen, bill_of(request.GET, desk), key=key)
    name = f"redeem:{desk.person.pk}:{key}"
    before = report.by_key(business=desk.business, key=name)
    if before is not None:  # pressed twice
        return redirect("console:redemption", before.public_id)
    bill = bill_of(request.POST, desk)
    try:
        data = _order(request, desk, seen, bill)
    except _WhoIsIt as ask:
        return _page(request, desk, seen, bill, key=key, ask=ask)
    except Refused as refusal:
        return _page(request, desk, seen, bill, key=key, refusal=refusal)
    try:
        row = submit(
            business=desk.business, type="voucher.redeemed", data=data, actor=desk.actor, now=desk.now, key=name
        )  # fmt: skip
    except Refused as refusal:
        before = report.by_key(business=desk.business, key=name)
        if isinstance(refusal, Conflict) and before is not None:
            return redirect("console:redemption", before.public_id)
        seen = report.seen(business=desk.business, ref=ref) or seen  # somebody else may have been faster
        bill = bill_of(request.POST, desk)
        return _page(request, desk, seen, bill, key=secrets.token_hex(8), refusal=refusal)
    request.session[AT] = str(data.get("location") or "")
    made = report.by_key(business=desk.business, key=row.external_id)
    assert made is not None
    return redirect("console:redemption", made.public_id)


class _WhoIsIt(Exception):
    """A text that may mean several people, or nobody yet."""

    def __init__(self, text: str, found: list[Candidate]) -> None:
        super().__init__(text)
        self.text, self.found = text, found


def _order(request: HttpRequest, desk: Desk, seen: Seen, bill: Bill) -> dict[str, Any]:
    """Return the order that a form makes.

    Raises:
        Refused: a field cannot be read. _WhoIsIt: the recipient has to be chosen.
    """
    row = seen.voucher
    units = amounts.typed(request.POST.get("amount", ""), currency=row.currency)
    if bill.fault is not None:
        raise bill.fault
    data: dict[str, Any] = {"voucher": row.public_id, "amount": units, "currency": row.currency}
    if bill.name:
        data["ticket"] = ticket_of(bill)
    for name in ("job", "location"):
        if request.POST.get(name):
            data[name] = request.POST[name]
    if row.recipient is None:
        recipient = _recipient(request, desk)
        if recipient is not None:
            data["recipient"] = recipient
    return data


def _recipient(request: HttpRequest, desk: Desk) -> str | dict[str, str] | None:
    """Return whom the voucher is redeemed by: an id, a new person's name and reach, or None when nobody is named.

    Raises:
        _WhoIsIt
    """
    chosen, text = request.POST.get("chosen", ""), request.POST.get("who", "").strip()[:100]
    if chosen == NEW:
        fields = {name: request.POST.get(name, "").strip() for name in ("name", "phone", "email")}
        return {name: value for name, value in fields.items() if value}
    if chosen:
        return chosen
    if not text:
        return None
    found = candidates(business=desk.business, text=text)
    exact = [each for each in found if each.exact]
    if len(exact) == 1:
        return exact[0].id
    raise _WhoIsIt(text, found)


def _page(
    request: HttpRequest, desk: Desk, seen: Seen, bill: Bill, *, key: str, refusal: Refused | None = None,
    ask: _WhoIsIt | None = None,
) -> HttpResponse:  # fmt: skip
    row, sent = seen.voucher, request.POST
    place, said = fault_of(refusal, seen, lang=desk.lang) if refusal else ("", "")
    may = seen.left if bill.rest is None else min(seen.left, bill.rest)
    people = [each.pk for each in (row.recipient, row.buyer) if each is not None]
    jobs = report.jobs_of(business=desk.business, contacts=people)
    if row.job is not None:
        jobs = [row.job, *(job for job in jobs if job.pk != row.job.pk)]
    locations = _locations(desk)
    if (place == "job" and not jobs) or (place == "location" and not locations):  # there is no such field to blame
        place = ""
    context = {
        **told(seen, desk), "barred": barred(seen, desk), "bill": bill, "form": key,
        "fault": "" if place else said, "faults": {place: [said]} if place else {},
        "amount": sent.get("amount", amounts.written(may, currency=row.currency)),
        "all": amounts.written(seen.left, currency=row.currency),
        "jobs": [{"value": "", "text": _("No job")},
                 *({"value": job.public_id, "text": job_title(job)} for job in jobs)] if jobs else [],
        "job": sent.get("job", row.job.public_id if row.job else ""),
        "locations": locations, "location": sent.get("location", request.session.get(AT, "")),
        "who": sent.get("who", ""), "asks_who": row.recipient is None, "ask": ask is not None,
        "candidates": ask.found if ask else [], "new": _new(ask.text if ask else ""),
    }  # fmt: skip
    status = 422 if refusal or ask else 200
    return shown(request, desk, "console/voucher_redeem.html", context, active="redeem", status=status)


def _new(text: str) -> dict[str, str]:
    """Return the fields of a new person with what was typed in the likeliest one."""
    digits = re.sub(r"\D", "", text)
    place = "email" if "@" in text else "phone" if len(digits) >= 6 and not re.search(r"[^\W\d_]", text) else "name"
    return {name: text if name == place else "" for name in ("name", "phone", "email")}


def _locations(desk: Desk) -> list[dict[str, str]]:
    found = report.locations(business=desk.business)
    if len(found) < 2:
        return []
    return [{"value": "", "text": _("Not said")}, *({"value": key, "text": name} for key, name in found)]


def _field(
    request: HttpRequest, desk: Desk, bill: Bill, *, fault: str = "", text: str = "", status: int = 422
) -> HttpResponse:
    context = {
        "bill": bill, "fault": fault, "text": text, "may_list": "vouchers.see" in desk.may,
        "taken": [{"serial": each.voucher.serial, "amount": Amount(each.units - each.returned, each.voucher.currency),
                   "id": each.public_id} for each in bill.rows],
    }  # fmt: skip
    return shown(request, desk, "console/redeem.html", context, active="redeem", status=status if fault else 200)


def _where_i_work_too(desk: Desk, text: str) -> str:
    """Say whose voucher it is when it is of another business of this same person; nobody else is told of any."""
    if not desk.several:
        return ""
    try:
        voucher = finding.by_code(text)
    except Refused:
        return ""
    if voucher is None or not report.elsewhere(person=desk.person.pk, business=voucher.business):
        return ""
    return _("This is a voucher of %(business)s, where you work too. Change over to it, then scan it again.") % {
        "business": voucher.business.name
    }
