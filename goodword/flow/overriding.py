"""Overrides of a reward's status by a person, along the transitions of rulings 34 and no other."""

from __future__ import annotations

from datetime import datetime

from goodword.business.models import Business
from goodword.errors import Invalid, NotFound, Refused
from goodword.inbox import models as inbox
from goodword.ledger import holding, recipes
from goodword.ledger.chart import Kind
from goodword.ledger.lots import OpenLot, Portion, Terms
from goodword.ledger.opening import book_of
from goodword.ledger.posting import post
from goodword.ledger.recipes import Cause, NewLot, Posting
from goodword.rewards.models import Reward, Status, StatusChange

ALLOWED = {
    ("pending", "issued"): "released now",
    ("pending", "declined"): "taken back before it was available",
    ("issued", "reversed"): "taken back",
    ("issued", "redeemed"): "handed over",
}
BY_HAND = frozenset({"custom", "gift_card", "cash", "voucher"})
DELIVERED = frozenset({"gift_card", "cash"})


def change_status(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``reward.status_changed {reward, status, reason}``: keep who, when and why; move the value that follows.

    Raises:
        Refused: ``not_allowed`` for another transition, ``nothing_left`` when the value is gone already,
            ``reason_required``.
    """
    status, reason = str(row.data.get("status") or ""), str(row.data.get("reason") or "").strip()
    if not reason:
        raise Invalid("reason_required", "say why the status is changed", pointer="/reason")
    reward = Reward.objects.select_for_update(no_key=True, of=("self",)).filter(
        business=business, public_id=row.data.get("reward")
    ).first()  # fmt: skip
    if reward is None:
        raise NotFound("reward_not_found", "no reward of that id")
    if (reward.status, status) not in ALLOWED:
        allowed = sorted(to for was, to in ALLOWED if was == reward.status)
        raise Refused("not_allowed", f"a reward that is {reward.status} cannot become {status}", allowed=allowed)
    if status == "redeemed" and reward.kind not in {"custom", *DELIVERED}:
        raise Refused("not_allowed", "this reward is redeemed at the till, not by hand", allowed=["reversed"])
    _move(business, reward, status, row, now=now)
    was, reward.status = reward.status, status
    if status == Status.ISSUED:
        reward.issued_at, reward.available_at, reward.review = now, min(reward.available_at, now), False
    if status in (Status.REVERSED, Status.DECLINED):
        reward.reversed_units = reward.units
    reward.save(update_fields=["status", "issued_at", "available_at", "review", "reversed_units", "lot"])
    StatusChange.objects.create(reward=reward, status=status, was=was, at=now, actor=row.actor, reason=reason[:500])


def _move(business: Business, reward: Reward, status: str, row: inbox.Event, *, now: datetime) -> None:
    book = book_of(business=business.pk)
    lot = holding.newest_heirs(book=book, lots=[reward.lot])[reward.lot]
    if lot.units == 0:
        raise Refused("nothing_left", "nothing of this reward is left to move")
    cause = Cause(key=f"status:{row.pk}", occurred_at=now, event_id=row.pk, note=status)
    posting = _posting(reward, lot, status, cause, now=now)
    if posting is None:
        return
    entry = post(book=book, postings=[posting], now=now)[0]
    if entry.lots:
        reward.lot = entry.lots[0]


def _posting(reward: Reward, lot: OpenLot, status: str, cause: Cause, *, now: datetime) -> Posting | None:
    whole = [Portion(lot.id, lot.units)]
    if status == Status.ISSUED:
        if lot.terms.available_at is not None and lot.terms.available_at <= now:
            return None
        heir = NewLot(
            wallet=lot.wallet, kind=Kind(lot.kind), asset=lot.asset, terms=Terms(now, lot.terms.expires_at),
            grant_key=lot.grant_key,
        )  # fmt: skip
        return recipes.move_to_heir(cause=cause, lot=lot.id, units=lot.units, heir=heir)
    if status in (Status.DECLINED, Status.REVERSED):
        return recipes.take_back(cause=cause, portions=whole, asset=lot.asset)
    if reward.kind in DELIVERED:
        return recipes.deliver(cause=cause, portions=whole, asset=lot.asset)
    return recipes.use_right(cause=cause, lot=lot.id)
