"""Vouchers follow tickets and jobs: a tender takes, a voided ticket and a cancelled job give back (rulings 25, 28).

The engine says what a ticket wants of which voucher; here that is compared with what was redeemed for the ticket and
the difference is taken or given back, each voucher under its lock, with the rules that the counter has too. Redemptions
are the one record of it: what the till redeemed ahead for a ticket is the first to be counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q, QuerySet

from goodword.business.models import Location
from goodword.engine.decisions import Decision, JobCancelled, JobResumed, Problem, Tendered, VoucherSpent
from goodword.engine.events import FUTURE_TOLERANCE
from goodword.engine.records import Content, Ticket
from goodword.errors import Refused
from goodword.flow import voucher_rewards
from goodword.flow.minting import mint_id
from goodword.flow.settled import Kept, Settled
from goodword.flow.slice import Slice
from goodword.flow.vouchers.named import Held, held
from goodword.flow.vouchers.returning import Told, cancelled, given_back, left_of, resumed
from goodword.flow.vouchers.using import settle_state
from goodword.ledger import recipes
from goodword.ledger.lots import Portion
from goodword.ledger.posting import post
from goodword.ledger.recipes import Cause, Posting
from goodword.vouchers import bills, life
from goodword.vouchers.models import Redemption, State, Voucher


def follow(kept: Kept, settled: Sequence[Settled], *, now: datetime) -> None:
    """Let vouchers follow a settled batch, event by event; what became of them takes its place among the decisions.

    What cannot be covered never fails the event: it is a problem for a person. No statement for a batch without
    vouchers, voided tickets and cancelled jobs.
    """
    asking = [each for each in settled if any(_asks(decision) for decision in each.decisions)]
    if not asking:
        return
    _lock(kept, asking)
    let_go: dict[int, list[str]] = {}
    for each in asking:
        told = Told(kept, each, now)
        outcome: list[Decision] = []
        for decision in each.decisions:
            match decision:
                case Tendered():
                    outcome += _ticket(told, decision)
                case JobCancelled(job=job):
                    outcome += cancelled(told, job, let_go)
                case JobResumed(job=job):
                    outcome += resumed(told, job, let_go)
                case _:
                    outcome.append(decision)
        each.decisions[:] = outcome


def moves_rewards(found: Slice, each: Settled) -> bool:
    """Say whether what vouchers give or get for an event lies in lots that the engine has read: rewards' vouchers.

    What they give or get is decided under their lock, and the engine draws on their lots too; so what was read is no
    longer true afterwards. It is rare: all other vouchers lie in lots the engine never looks at.
    """
    asked = [decision for decision in each.decisions if isinstance(decision, Tendered)]
    if any(name in found.reward_vouchers for decision in asked for name, _ in decision.wanted):
        return True
    voided = [decision.ticket for decision in asked if decision.content.kind == "voided"]
    jobs = [d.job.pk for d in each.decisions if isinstance(d, JobCancelled) and d.job.pk is not None]
    if not voided and not jobs:
        return False
    redeemed = Redemption.objects.filter(_made_for_any(voided, jobs), business=found.business)
    return redeemed.exclude(voucher__grant_key="").exists()


def _made_for_any(tickets: Sequence[Ticket], jobs: Iterable[int]) -> Q:
    return Q(job__in=jobs) | bills.made_for(map(_key, tickets)) if tickets else Q(job__in=jobs)


def _key(ticket: Ticket) -> bills.Key:
    return ticket.source, ticket.external_id


def _asks(decision: Decision) -> bool:
    return isinstance(decision, Tendered | JobCancelled | JobResumed)


def _lock(kept: Kept, asking: Sequence[Settled]) -> None:
    """Lock every voucher concerned, in the order of their keys, after their holders (rulings 21)."""
    decisions = [decision for each in asking for decision in each.decisions]
    tickets = [d.ticket for d in decisions if isinstance(d, Tendered)]
    jobs = {kept.row(d.job).pk for d in decisions if isinstance(d, JobCancelled)}
    names = {name for d in decisions if isinstance(d, Tendered) for name, _ in d.wanted}
    of_them = Q(public_id__in=names) | Q(job__in=jobs)
    redeemed = Redemption.objects.filter(_made_for_any(tickets, jobs), business=kept.found.business)
    of_them |= Q(pk__in=list(redeemed.values_list("voucher_id", flat=True)))
    rows = Voucher.objects.filter(of_them, business=kept.found.business).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def _ticket(told: Told, asked: Tendered) -> list[Decision]:
    """Give back what a ticket wants less of, then take what it wants more of; say when vouchers paid too much."""
    void = asked.content.kind == "voided"
    made = list(_made_for(told, asked.ticket))
    wanted = dict(asked.wanted)
    names = dict.fromkeys([*wanted, *(each.voucher.public_id for each in made if void)])
    decisions: list[Decision] = []
    missing: list[tuple[str, int, int]] = []
    for name in names:
        mine = [each for each in made if each.voucher.public_id == name]
        before = _counted(mine, wanted.get(name, 0))
        used = sum(left_of(each) for each in mine if each.consumed or void)
        if used > wanted.get(name, 0):
            stands = [each for each in mine if each.consumed or void]
            decisions += _back(told, asked, stands, used - wanted.get(name, 0))
        missing.append((name, wanted.get(name, 0) - used, before))
    for name, units, before in missing:
        if units > 0 or before:
            decisions += _take(told, asked, name, max(units, 0), before)
    return decisions if void else decisions + _too_much(told, asked)


def _made_for(told: Told, ticket: Ticket) -> QuerySet[Redemption]:
    return bills.standing(business=told.business.pk, ticket=_key(ticket)).select_related("voucher")


def _too_much(told: Told, asked: Tendered) -> list[Decision]:
    """Return a problem where vouchers have paid more for a ticket than it comes to: it was told late, or made smaller.

    What was paid stays: a ticket never fails, and which of the vouchers gets something back is for a person to say.
    """
    content, ticket = asked.content, asked.ticket
    gross = sum(line.net + line.tax for line in content.lines)
    spends = [(spend.units, spend.instrument) for spend in ticket.spends]
    total = bills.room_of(gross, spends, currency=told.business.currency)
    made = list(_made_for(told, ticket))
    paid = sum(left_of(each) for each in made)
    if paid <= total:
        return []
    facts: dict[str, str | int] = {"ticket": ticket.external_id, "total": total, "paid": paid, "units": paid - total}
    serials = dict.fromkeys(each.voucher.serial for each in made)
    return [Problem("exceeds_ticket", content.contact, facts | {"voucher": ", ".join(serials)})]


def _counted(mine: Iterable[Redemption], wanted: int) -> int:
    """Count redemptions that were made ahead for the ticket until they come to ``wanted``; return their units."""
    used = sum(left_of(each) for each in mine if each.consumed)
    before = 0
    for each in mine:
        if not each.consumed and used < wanted:
            each.consumed = True
            each.save(update_fields=["consumed"])
            used += left_of(each)
            before += left_of(each)
    return before


def _back(told: Told, asked: Tendered, stands: Sequence[Redemption], units: int) -> list[Decision]:
    decisions: list[Decision] = []
    for redemption in reversed(stands):
        part = min(units, left_of(redemption))
        if part <= 0:
            continue
        units -= part
        decisions.append(given_back(told, redemption, part, asked=asked))
    return decisions


def _take(told: Told, asked: Tendered, name: str, units: int, before: int) -> list[Decision]:
    """Redeem ``units`` for a ticket, as much as there is; the rest is a problem for a person (rulings 25)."""
    voucher, contact = held(told.business, name), asked.content.contact
    kind = "sold_voucher" if voucher.row.kind == "sold" else "promo_voucher"
    part, why = _redeem(told, asked.ticket, asked.content, voucher, units) if units else (0, "")
    decisions: list[Decision] = []
    if part or before:
        lot = voucher.lot.id if voucher.lot is not None and part else None
        decisions.append(VoucherSpent(asked.ticket, contact, voucher.row.serial, kind, part, before, lot))
    if part < units:
        facts: dict[str, str | int] = {"tender": "voucher", "voucher": voucher.row.serial, "units": units}
        facts |= {"missing": units - part, "ticket": asked.ticket.external_id}
        facts |= {"why": why} if why and why != "insufficient_balance" else {}
        decisions.append(Problem("insufficient_balance", contact, facts))
    return decisions


def _redeem(told: Told, ticket: Ticket, content: Content, voucher: Held, units: int) -> tuple[int, str]:
    """Return how much of ``units`` was redeemed, and the code of why nothing was.

    An event dated before the last day counts although the rest has lapsed since: that is brought back first, and what
    is left of it lapses again (rulings 32).
    """
    standing, row, at = voucher.standing, voucher.row, told.each.event.time
    lapsed = voucher.lapsed() if row.state == State.EXPIRED and row.expires_at and at < row.expires_at else 0
    if lapsed:
        row.state = State.BOOKED if row.job_id else State.ACTIVE
        standing = replace(standing, state=row.state, balance=standing.balance + lapsed)
    part = min(units, standing.balance) or units
    try:
        state = life.redeem(standing, units=part, currency=told.business.currency, at=at)
        _was_there(row, at)
    except Refused as refusal:
        return 0, refusal.code
    assert voucher.lot is not None
    assert row.issued_at is not None
    when = max(at, row.issued_at)
    entry = post(book=voucher.book, postings=_postings(told, voucher, part, lapsed, at=when), now=told.now)[-1]
    job = told.kept.row(content.job) if content.job is not None else None
    Redemption.objects.create(
        business=told.business, public_id=mint_id("red", at=told.now), voucher=row, units=part, at=when,
        lot=voucher.lot.id, entry=entry.id, event=told.row, actor=told.row.actor, job_id=job.pk if job else row.job_id,
        ticket_source=ticket.source, ticket_name=ticket.external_id, consumed=True,
        location=Location.objects.filter(business=told.business, external_id=content.location).first(),
    )  # fmt: skip
    settle_state(row, state, now=told.now)
    if row.recipient_id is None and content.contact is not None:
        row.recipient_id = told.kept.contact_pk(content.contact)
    row.save(update_fields=["state", "job", "ended_at", "recipient"])
    left = standing.balance - part
    voucher_rewards.used(business=told.business, voucher=row, left=left, now=told.now)
    return part, ""


def _was_there(row: Voucher, at: datetime) -> None:
    """See that the voucher was in hand by then: a history from before it was brought along took nothing of it."""
    there = max(row.created_at, row.issued_at or row.created_at)
    if at + FUTURE_TOLERANCE < there:  # the clock of a till may be late
        raise Refused("voucher_not_active", "this voucher was not sold then")


def _postings(told: Told, voucher: Held, units: int, lapsed: int, *, at: datetime) -> list[Posting]:
    assert voucher.lot is not None
    lot, asset, event = voucher.lot.id, voucher.row.currency, told.row.pk
    postings = []
    if lapsed:
        cause = Cause(f"unlapse:{event}:{lot}", at, event, "late event before expiry")
        postings.append(recipes.unlapse(cause=cause, portions=[Portion(lot, lapsed)], asset=asset))
    cause = Cause(f"spend:{event}:voucher:{voucher.row.pk}", at, event, "voucher")
    return [*postings, recipes.spend(cause=cause, portions=[Portion(lot, units)], asset=asset)]
