"""Vouchers used: booked to a job, redeemed wholly or in part, given back (rulings 25, 28, 35)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from goodword.business.models import Business
from goodword.errors import Conflict, Invalid, NotFound, Refused
from goodword.flow import voucher_rewards
from goodword.flow.minting import mint_id
from goodword.flow.vouchers.named import Held, contact_named, held, job_named, location_named
from goodword.flow.vouchers.turns import ticket_of
from goodword.inbox import models as inbox
from goodword.ledger import holding, reading, recipes
from goodword.ledger.lots import Opened, OpenLot, Portion, terms_of_heir
from goodword.ledger.posting import post
from goodword.ledger.recipes import Cause, NewLot, Posting
from goodword.vouchers import bills, life
from goodword.vouchers.models import Redemption, State, Voucher


def book(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``voucher.booked {voucher, job, recipient?}``: it will pay for this job (``booked``).

    Without a recipient yet, the job's customer is the one.

    Raises:
        NotFound: ``voucher_not_found``, ``job_not_found``. Invalid: ``job_required``.
        Refused: what :func:`life.book` refuses; ``job_cancelled``.
    """
    recipient = contact_named(business=business, row=row, ref=row.data.get("recipient"), place="recipient", now=now)
    job = job_named(business=business, ref=row.data.get("job"))
    if job is None:
        raise Invalid("job_required", "name the job it will pay for", pointer="/job")
    if job.status == "cancelled":
        raise Refused("job_cancelled", "that job was cancelled")
    voucher = held(business, row.data.get("voucher"))
    voucher.row.state = life.book(voucher.standing, at=now)
    voucher.row.job = job
    voucher.row.recipient = recipient or voucher.row.recipient or job.contact
    voucher.row.save(update_fields=["state", "job", "recipient"])


def unbook(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - as all commands
    """``voucher.unbooked {voucher}``: the job is taken off again (``active``)."""
    voucher = held(business, row.data.get("voucher"))
    voucher.row.state = life.unbook(voucher.standing)
    voucher.row.job = None
    voucher.row.save(update_fields=["state", "job"])


def redeem(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``voucher.redeemed {voucher, amount, currency, job?, ticket?, recipient?, location?}``: ``amount`` smallest units
    are taken out of it.

    ``ticket`` is ``{source, external_id, total?}``: when that ticket closes with a tender of this voucher, the
    redemption stands for it (rulings 25). All vouchers together pay no more than it comes to, where that is known.

    Raises:
        NotFound: ``voucher_not_found``, ``job_not_found``, ``location_not_found``, ``contact_not_found``.
        Refused: what :func:`life.redeem` refuses; ``exceeds_ticket``; ``job_cancelled``: nothing would give it back.
    """
    recipient = contact_named(business=business, row=row, ref=row.data.get("recipient"), place="recipient", now=now)
    job = job_named(business=business, ref=row.data.get("job"))
    if job is not None and job.status == "cancelled":
        raise Refused("job_cancelled", "that job was cancelled")
    location = location_named(business=business, ref=row.data.get("location"))
    ticket = _ticket(row.data.get("ticket"))
    source, number = ticket_of(ticket)
    voucher = held(business, row.data.get("voucher"))
    units, currency = row.data.get("amount"), str(row.data.get("currency") or business.currency)
    state = life.redeem(voucher.standing, units=units, currency=currency, at=now)
    assert voucher.lot is not None
    assert isinstance(units, int)
    if ticket:
        bill = bills.bill_of(
            business=business.pk, currency=business.currency, ticket=(source, number), told=ticket.get("total")
        )
        life.check_ticket(units, total=bill.total, paid=bill.paid)
    cause = Cause(key=f"redeem:{row.pk}", occurred_at=row.time, event_id=row.pk, note="voucher")
    portions = [Portion(voucher.lot.id, units)]
    posting = recipes.spend(cause=cause, portions=portions, asset=currency)
    (entry,) = post(book=voucher.book, postings=[posting], now=now)
    Redemption.objects.create(
        business=business, public_id=mint_id("red", at=now), voucher=voucher.row, units=units, at=row.time,
        lot=voucher.lot.id, entry=entry.id, event=row, actor=row.actor, job=job or voucher.row.job,
        ticket_source=source, ticket_name=number, location=location,
    )  # fmt: skip
    settle_state(voucher.row, state, now=now)
    if recipient is not None and voucher.row.recipient_id is None:
        voucher.row.recipient = recipient
    voucher.row.save(update_fields=["state", "job", "ended_at", "recipient"])
    voucher_rewards.used(business=business, voucher=voucher.row, left=voucher.balance - units, now=now)


def restore(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``voucher.restored {voucher, redemption, reason?}``: a redemption is given back, wholly.

    Value goes back to the lot it came from or, when that has lapsed, to an heir with the later of the old expiry and
    now + the life it had left when it was spent (rulings 28). Of a card that was replaced, the new one gets it.

    Raises:
        NotFound: ``voucher_not_found``, ``redemption_not_found``. Conflict: ``already_restored``.
        Refused: ``voucher_void``.
    """
    redemption = Redemption.objects.filter(
        business=business, public_id=row.data.get("redemption"), voucher__public_id=row.data.get("voucher")
    ).first()
    if redemption is None:
        held(business, row.data.get("voucher"))
        raise NotFound("redemption_not_found", "no such redemption of this voucher")
    voucher = held(business, newest_of(redemption.voucher).public_id)
    redemption.refresh_from_db()  # under the voucher's lock
    if redemption.returned:
        raise Conflict("already_restored", "that redemption was given back before")
    give_back(voucher, redemption, units=redemption.units, row=row, now=now)
    voucher_rewards.used(business=business, voucher=voucher.row, left=1, now=now)


def give_back(voucher: Held, redemption: Redemption, *, units: int, row: inbox.Event, now: datetime) -> None:
    """Book ``units`` of a redemption back into a held voucher, and say so in both rows.

    Raises:
        Refused: ``voucher_void``.
    """
    state = life.restored(voucher.standing)
    postings = postings_back(voucher, redemption, units=units, row=row, now=now)
    post(book=voucher.book, postings=postings, now=now)
    redemption.returned += units
    redemption.save(update_fields=["returned"])
    take_newest_lot(voucher)
    voucher.row.state = state
    voucher.row.ended_at = None
    voucher.row.save(update_fields=["state", "ended_at", "lot", "expires_at"])


def postings_back(
    voucher: Held, redemption: Redemption, *, units: int, row: inbox.Event, now: datetime
) -> list[Posting]:
    """Return how ``units`` of a redemption go back (rulings 28): a voucher has all it is worth in one lot.

    When the newest lot has expired, or would give less time than was left at the redemption, the rest of it moves to
    the same heir.
    """
    spent = reading.lots(book=voucher.book, ids=[redemption.lot])[0]
    tip = voucher.lot
    assert tip is not None
    cause = Cause(key=f"restore:{row.pk}:{redemption.pk}", occurred_at=row.time, event_id=row.pk, note="voucher")
    due = terms_of_heir(spent=spent.terms, spent_at=redemption.at, now=now)
    lapsed = tip.state(now) == "lapsed"
    short = spent.state(now) == "lapsed" and not _lasts(tip, until=due.expires_at)
    if not lapsed and not short:
        return [recipes.restore(cause=cause, portions=[Portion(tip.id, units)], asset=tip.asset)]
    heir = NewLot(tip.wallet, tip.kind, tip.asset, due, tip.grant_key, parent=recipes.Lot(tip.id))
    if lapsed or tip.units == 0:
        return [recipes.restore_to_heir(cause=cause, heir=heir, units=units)]
    move = Cause(key=f"along:{row.pk}:{redemption.pk}", occurred_at=row.time, event_id=row.pk, note="voucher")
    moved = recipes.move_to_heir(cause=move, lot=tip.id, units=tip.units, heir=heir)
    return [
        moved,
        recipes.restore(cause=cause, portions=[Portion(Opened(0, move.key), units)], asset=tip.asset),
    ]


def _lasts(lot: OpenLot, *, until: datetime | None) -> bool:
    expires = lot.terms.expires_at
    return expires is None or (until is not None and expires >= until)


def take_newest_lot(voucher: Held) -> None:
    """Point a voucher at the newest heir of its lot, whose dates are the voucher's."""
    assert voucher.row.lot is not None
    tip = holding.newest_heirs(book=voucher.book, lots=[voucher.row.lot])[voucher.row.lot]
    voucher.lot = tip
    voucher.row.lot, voucher.row.expires_at = tip.id, tip.terms.expires_at


def settle_state(row: Voucher, state: str, *, now: datetime) -> None:
    """Give a voucher the state that follows a redemption; a part-used one has its job no longer (rulings 35)."""
    if state == State.ACTIVE and row.state == State.BOOKED:
        row.job = None
    row.state = state
    row.ended_at = now if state == State.REDEEMED else None


def newest_of(voucher: Voucher) -> Voucher:
    """Return the card that took the place of a lost one, at the end of the line; itself when there is none."""
    while True:
        later = Voucher.objects.filter(replaces=voucher).first()
        if later is None:
            return voucher
        voucher = later


def _ticket(told: object) -> dict[str, Any]:
    if told is None or told == "":
        return {}
    total = told.get("total") if isinstance(told, dict) else None
    good = isinstance(told, dict) and isinstance(told.get("external_id"), str) and 0 < len(told["external_id"]) <= 2000
    if not good or (total is not None and (type(total) is not int or total < 0)):
        raise Invalid(
            "invalid_ticket", "ticket is {external_id, total?}, the total in smallest units", pointer="/ticket"
        )
    assert isinstance(told, dict)
    return told
