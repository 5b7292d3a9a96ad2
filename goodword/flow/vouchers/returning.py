"""What was redeemed goes back: where a ticket wants less of a voucher, and where a job is called off (rulings 28)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db.models import F

from goodword.business.models import Business
from goodword.engine.decisions import Decision, Problem, Tendered, VoucherRestored, VoucherUnbooked
from goodword.engine.records import Job
from goodword.errors import Refused
from goodword.flow import voucher_rewards
from goodword.flow.settled import Kept, Settled
from goodword.flow.vouchers.named import held
from goodword.flow.vouchers.using import give_back, newest_of
from goodword.inbox import models as inbox
from goodword.vouchers import life
from goodword.vouchers.models import Redemption, State, Voucher

LET_GO = ("voucher_unbooked", "voucher_restored")


class Told(NamedTuple):
    """One event that vouchers follow."""

    kept: Kept
    each: Settled
    now: datetime

    @property
    def business(self) -> Business:
        return self.kept.found.business

    @property
    def row(self) -> inbox.Event:
        return self.each.row


def left_of(redemption: Redemption) -> int:
    return redemption.units - redemption.returned


def given_back(
    told: Told, redemption: Redemption, units: int, *, asked: Tendered | None = None, job: Job | None = None
) -> Decision:
    """Give a redemption back to its card, or to the one that took its place; a cancelled card is for a person."""
    voucher = held(told.business, newest_of(redemption.voucher).public_id)
    ticket = asked.ticket.external_id if asked is not None else ""
    contact = asked.content.contact if asked is not None else job.contact if job is not None else None
    if job is not None and voucher.row.job_id == told.kept.row(job).pk:
        voucher.row.job = None
        voucher.row.save(update_fields=["job"])
    try:
        give_back(voucher, redemption, units=units, row=told.row, now=told.now)
    except Refused as refusal:
        facts: dict[str, str | int] = {"voucher": voucher.row.serial, "units": units}
        facts |= {"job": job.external_id or job.public_id} if job is not None else {"ticket": ticket}
        return Problem(refusal.code, contact, facts)
    voucher_rewards.used(business=told.business, voucher=voucher.row, left=1, now=told.now)
    assert voucher.lot is not None
    return VoucherRestored(ticket, job, contact, voucher.row.serial, units, voucher.lot.id)


def cancelled(told: Told, job: Job, let_go: dict[int, list[str]]) -> list[Decision]:
    """Let go the vouchers of a job that was called off, and give back what they paid for it.

    What a ticket has counted stays with the ticket: it gives back when that is voided or adjusted.
    """
    key = told.kept.row(job).pk
    decisions: list[Decision] = []
    attached = Voucher.objects.filter(job=key, state__in=[State.BOOKED, State.EXPIRED]).order_by("pk")
    for name in list(attached.values_list("public_id", flat=True)):
        voucher = held(told.business, name)
        if voucher.row.state == State.BOOKED:
            voucher.row.state = life.unbook(voucher.standing)
            decisions.append(VoucherUnbooked(job, job.contact, voucher.row.serial))
        voucher.row.job = None
        voucher.row.save(update_fields=["state", "job"])
    paid = Redemption.objects.filter(job=key, consumed=False, returned__lt=F("units"))
    for redemption in paid.select_related("voucher").order_by("pk"):
        decisions.append(given_back(told, redemption, left_of(redemption), job=job))
    gone = [d.serial for d in decisions if isinstance(d, VoucherUnbooked | VoucherRestored)]
    let_go.setdefault(id(job), []).extend(gone)
    return decisions


def resumed(told: Told, job: Job, let_go: dict[int, list[str]]) -> list[Decision]:
    """Tell staff which vouchers were let go when the job was called off: nothing is taken again by itself."""
    stored = inbox.Decision.objects.filter(
        business=told.business, kind__in=LET_GO, trace__job=job.external_id, trace__job_source=job.source
    )
    serials = [str(row.trace["voucher"]) for row in stored.order_by("pk")] + let_go.get(id(job), [])
    if not serials:
        return []
    facts: dict[str, str | int] = {"job": job.external_id or job.public_id}
    return [Problem("vouchers_let_go", job.contact, facts | {"voucher": ", ".join(dict.fromkeys(serials))})]
