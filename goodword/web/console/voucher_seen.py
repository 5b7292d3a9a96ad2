"""A voucher as the one who redeems it sees it: in plain sentences, by role less of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from goodword.money import Amount
from goodword.outbox.rendering import first_name
from goodword.reports import redemptions as report
from goodword.reports.pipeline import named
from goodword.reports.redemptions import Seen
from goodword.vouchers.life import OPEN
from goodword.vouchers.models import Method, Redemption
from goodword.web import showing
from goodword.web.console.desk import Desk
from goodword.web.console.redeem_words import way_to
from goodword.web.labels import JOB_STATUSES, PAID, VOUCHER_KINDS
from goodword.work.models import Job


def told(seen: Seen, desk: Desk) -> dict[str, Any]:
    """Return the part of a page that tells what a voucher is.

    Without ``vouchers.see`` these alone: what is left, the last day, the recipient's first name (R123).
    """
    row, whole = seen.voucher, "vouchers.see" in desk.may
    recipient = named(row.recipient) if row.recipient is not None else ""
    over = row.state != "void" and seen.standing.expired_at(desk.now)
    state = "frozen" if row.frozen_at is not None and row.state in OPEN else "expired" if over else row.state
    voucher: dict[str, Any] = {
        "id": row.public_id, "serial": row.serial, "state": state, "over": over,
        "left": Amount(seen.left or seen.lapsed if over else seen.left, row.currency), "service": row.service,
        "last_day": showing.last_day(row.expires_at) if row.expires_at is not None else "",
        "recipient": recipient if whole else first_name(recipient), "url": "", "job": None,
    }  # fmt: skip
    if row.job is not None:
        voucher["job"] = {"title": job_title(row.job)}
    if whole:
        voucher |= {
            "url": way_to(desk, "voucher", row.public_id), "kind": VOUCHER_KINDS[row.kind][0], "message": row.message,
            "value": Amount(row.value, row.currency) if row.value is not None else None,
            "buyer": named(row.buyer) if row.buyer is not None else "",
        }  # fmt: skip
    return {"voucher": voucher, "whole": whole, "history": _history(seen, desk) if whole else []}


def job_title(job: Job) -> str:
    """Return a job in a line: what is done, for whom, how far it has got."""
    work = ", ".join(job.services) or job.external_id or _("A purchase")
    parts = [work, named(job.contact) if job.contact is not None else "", str(JOB_STATUSES.get(job.status, ""))]
    return " · ".join(filter(None, parts))


def what_for(row: Redemption) -> str:
    """Return what a redemption paid for, and where."""
    parts = [
        _("ticket %(number)s") % {"number": row.ticket_name} if row.ticket_name else "",
        job_title(row.job) if row.job is not None else "",
        row.location.name if row.location is not None else "",
    ]
    return " · ".join(filter(None, parts))


def _history(seen: Seen, desk: Desk) -> list[dict[str, Any]]:
    """Return what happened to a voucher, the latest first, as a timeline takes it."""
    people = report.people(rows=seen.uses)
    items = [_use(row, people, desk) for row in seen.uses]
    if seen.voucher.issued_at is not None:
        items.append(_sold(seen))
    return items


def _use(row: Redemption, people: dict[str, str], desk: Desk) -> dict[str, Any]:
    amount = showing.amount(Amount(row.units, row.voucher.currency))
    title = _("%(amount)s redeemed") % {"amount": amount}
    if row.returned:
        title = _("%(amount)s redeemed and given back") % {"amount": amount}
    detail = " · ".join(filter(None, [what_for(row), people.get(row.actor, "")]))
    return {
        "icon": "rotate-ccw" if row.returned else "check", "tone": "" if row.returned else "primary", "title": title,
        "detail": detail, "at": row.at, "url": way_to(desk, "redemption", row.public_id),
    }  # fmt: skip


def _sold(seen: Seen) -> dict[str, Any]:
    row, sale = seen.voucher, seen.voucher.sale
    how = ""
    if sale is not None and sale.method == Method.COMPLIMENTARY:
        how = sale.reason
    elif sale is not None:
        how = " · ".join(filter(None, [str(PAID[sale.method]), sale.reference]))
    title = _("Given away") if row.kind == "promotional" else _("Sold")
    return {"icon": "gift", "tone": "", "title": title, "detail": how, "at": row.issued_at, "url": ""}
