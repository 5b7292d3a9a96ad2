"""Overrides of a reward's status by a person, along the transitions of rulings 34 and no other."""

from __future__ import annotations

from datetime import datetime

from goodword.business.models import Business
from goodword.engine.decisions import Decision, NotGranted
from goodword.engine.events import Event, Merge, TicketData
from goodword.engine.granting import take_back, trace_of
from goodword.engine.records import Grant
from goodword.errors import Invalid, NotFound, Refused
from goodword.flow import asking
from goodword.flow.facts import load
from goodword.flow.finish import finish
from goodword.flow.settled import Settled
from goodword.flow.slice import Slice
from goodword.flow.vouchers import gifts
from goodword.inbox import models as inbox
from goodword.ledger import holding, reading, recipes
from goodword.ledger.chart import Kind
from goodword.ledger.lots import OpenLot, Portion, Terms
from goodword.ledger.opening import book_of
from goodword.ledger.posting import post
from goodword.ledger.recipes import Cause, NewLot, Posting
from goodword.rewards.models import Reward, Status, StatusChange

ALLOWED = {
    ("pending", "issued"),  # released now, by an heir lot
    ("pending", "declined"),
    ("issued", "reversed"),  # taken back
    ("issued", "redeemed"),  # handed over: custom, gift card, cash
}
HANDED_OVER = frozenset({"custom", "gift_card", "cash"})


def change_status(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``reward.status_changed {reward, status, reason}``: keep who, when and why; move the value that follows.

    Raises:
        Refused: ``not_allowed`` for another transition, ``nothing_left`` when the value is gone already.
        Invalid: ``reason_required``.
        NotFound: ``reward_not_found``.
    """
    status, reason = str(row.data.get("status") or ""), str(row.data.get("reason") or "").strip()
    if not reason:
        raise Invalid("reason_required", "say why the status is changed", pointer="/reason")
    query = Reward.objects.select_for_update(no_key=True, of=("self",)).filter(business=business)
    reward = query.filter(public_id=row.data.get("reward")).first()
    if reward is None:
        raise NotFound("reward_not_found", "no reward of that id")
    if (reward.status, status) not in ALLOWED or (status == Status.REDEEMED and reward.kind not in HANDED_OVER):
        allowed = sorted(to for was, to in ALLOWED if was == reward.status)
        raise Refused("not_allowed", f"a reward that is {reward.status} cannot become {status}", allowed=allowed)
    change = StatusChange(reward=reward, was=reward.status, at=now)
    if status in (Status.DECLINED, Status.REVERSED):
        _take_back(business, reward, status, row, now=now)
        change = reward.changes.order_by("-pk")[0]  # was written with the value; it is this person's doing
    else:
        _hand_out(business, reward, status, row, now=now)
    reward.refresh_from_db()
    reward.status = status
    reward.save(update_fields=["status"])
    change.status, change.actor, change.reason = status, row.actor, reason[:500]
    change.save()
    if status == Status.ISSUED:
        asking.released(business=business, reward=reward, event=row, now=now)


def _take_back(business: Business, reward: Reward, status: str, row: inbox.Event, *, now: datetime) -> None:
    """Take the reward back as a cancelled job would, by the programme's shortfall policy; limits get room back."""
    event = _named(row, reward)
    found = load(business, [event], now=now)
    grant = next(g for g in _grants(found, reward) if g.pk == reward.pk)
    decision: Decision = take_back(found.world, event, grant, grant.held, trace=trace_of(grant, codes=(status,)))
    if isinstance(decision, NotGranted):
        raise Refused("nothing_left", "nothing of this reward is left to take back")
    finish(found, [Settled(row, event, [decision])], now=now)


def _named(row: inbox.Event, reward: Reward) -> Event:
    """Return an event that names the reward's referral or ticket, so that its slice is loaded."""
    data: Merge | TicketData
    if reward.referral is not None:
        friend = reward.referral.friend.public_id
        data = Merge(source=friend, into=friend)
        return Event(row.external_id, row.source, row.type, row.time, data)
    assert reward.ticket is not None
    data = TicketData(external_id=reward.ticket.external_id)
    return Event(row.external_id, reward.ticket.source, row.type, row.time, data)


def _grants(found: Slice, reward: Reward) -> list[Grant]:
    subject = found.referrals.get(reward.referral_id or 0) or found.tickets.get(reward.ticket_id or 0)
    if subject is None:
        raise Refused("nothing_left", "the referral was removed; what it paid went back then")
    return list(subject.grants)


def _hand_out(business: Business, reward: Reward, status: str, row: inbox.Event, *, now: datetime) -> None:
    """Release a pending reward by an heir that is available now, or book a delivery."""
    book = book_of(business=business.pk)
    lot = holding.newest_heirs(book=book, lots=[reward.lot])[reward.lot]
    if lot.units == 0:
        raise Refused("nothing_left", "nothing of this reward is left")
    cause = Cause(key=f"status:{row.pk}", occurred_at=now, event_id=row.pk, note=status)
    posting = _posting(reward, lot, status, cause, now=now)
    if posting is not None:
        entry = post(book=book, postings=[posting], now=now)[0]
        reward.lot = entry.lots[0] if entry.lots else reward.lot
    if status == Status.ISSUED and reward.kind == "voucher":
        (lot,) = reading.lots(book=book, ids=[reward.lot])
        gifts.issue_for(business=business, reward=reward, lot=lot, row=row, now=now)
    if status == Status.ISSUED:
        reward.issued_at, reward.available_at, reward.review = now, min(reward.available_at, now), False
    reward.save(update_fields=["issued_at", "available_at", "review", "lot"])


def _posting(reward: Reward, lot: OpenLot, status: str, cause: Cause, *, now: datetime) -> Posting | None:
    if status == Status.ISSUED:
        if lot.terms.available_at is not None and lot.terms.available_at <= now:
            return None
        terms = Terms(now, lot.terms.expires_at)
        heir = NewLot(wallet=lot.wallet, kind=Kind(lot.kind), asset=lot.asset, terms=terms, grant_key=lot.grant_key)
        return recipes.move_to_heir(cause=cause, lot=lot.id, units=lot.units, heir=heir)
    if reward.kind == "custom":
        return recipes.use_right(cause=cause, lot=lot.id)
    return recipes.deliver(cause=cause, portions=[Portion(lot.id, lot.units)], asset=lot.asset)
