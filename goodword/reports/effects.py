"""What a change of a reward's status would do, before anybody does it (rulings 34): value, message, or why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from goodword.business.models import Business
from goodword.flow.handing_out import steps
from goodword.ledger import holding
from goodword.ledger.lots import OpenLot
from goodword.ledger.opening import book_of
from goodword.money import POINTS, Amount
from goodword.outbox.addressing import choose, said_by
from goodword.reports.programmes import document_of
from goodword.rewards.models import Reward

CHOICES = ("issued", "redeemed", "declined", "reversed")


@dataclass(frozen=True, slots=True)
class Effect:
    """What would follow for one reward.

    Attributes:
        steps: the statuses it would go through; none when it is not possible.
        code: why it is not possible: ``not_allowed`` or ``nothing_left``; else empty.
        left: what is left in its lot, spent: what of it is gone already; None where it has no amount (a right).
        channel: on which channel the holder is thanked; empty when no message is sent.
        silent: why a thank-you would not go out (outbox/addressing.py); empty otherwise.
        early: it is released before its date.
        policy: the programme's ``shortfall``, for a taking back that the lot does not cover.
    """

    reward: Reward
    status: str
    steps: tuple[str, ...]
    code: str
    left: Amount | None
    spent: Amount | None
    channel: str = ""
    silent: str = ""
    early: bool = False
    policy: str = ""


def preview(*, business: Business, rewards: Sequence[Reward], status: str, now: datetime) -> list[Effect]:
    """Return what giving each reward the status would do. Two statements for any number of rewards.

    The rewards bring their ``holder``, ``referral`` and ``revision``.
    """
    if not rewards:
        return []
    book = book_of(business=business.pk)
    lots = holding.newest_heirs(book=book, lots=[reward.lot for reward in rewards])
    said = said_by(business=business, contacts=[reward.holder_id for reward in rewards])
    policies: dict[int, str] = {}
    told = []
    for reward in rewards:
        lot = lots[reward.lot]
        way = steps(was=reward.status, kind=reward.kind, status=status)
        policy = ""
        if way and status in ("declined", "reversed"):
            if reward.revision_id not in policies:
                policies[reward.revision_id] = document_of(reward.revision).shortfall
            policy = policies[reward.revision_id]
        code = "" if way else "not_allowed"
        if way and not _something_left(reward, lot, status, policy, now):
            way, code = (), "nothing_left"
        left, spent = _amounts(business, reward, lot)
        channel, silent = "", ""
        if "issued" in way and not (reward.referral_id is None and reward.kind == "points"):
            channel, _, silent = choose(contact=reward.holder, purpose="service", said=said)
        early = "issued" in way and not reward.review and reward.available_at > now
        told.append(Effect(reward, status, way, code, left, spent, channel, silent, early, policy))
    return told


def left_of(*, business: Business, reward: Reward) -> tuple[Amount | None, Amount | None]:
    """Return what is left of a reward and what of it was spent; None for a right. One statement."""
    lot = holding.newest_heirs(book=book_of(business=business.pk), lots=[reward.lot])[reward.lot]
    return _amounts(business, reward, lot)


def total(effects: Sequence[Effect]) -> list[Amount]:
    """Return the value that a batch moves, summed by asset; what is not possible is not counted."""
    sums: dict[str, int] = {}
    for effect in effects:
        if effect.steps and effect.left is not None:
            sums[effect.left.asset] = sums.get(effect.left.asset, 0) + effect.left.units
    return [Amount(units, asset) for asset, units in sorted(sums.items())]


def _something_left(reward: Reward, lot: OpenLot, status: str, policy: str, now: datetime) -> bool:
    if status in ("issued", "redeemed"):
        return lot.units > 0
    if reward.referral is not None and reward.referral.removed_at is not None:
        return False
    if lot.terms.expires_at is not None and lot.terms.expires_at <= now:
        return False
    if policy == "only_pending":
        return lot.units > 0 and (lot.terms.available_at is None or lot.terms.available_at > now)
    return lot.units > 0 or policy == "owe" or reward.asset in (POINTS, lot.asset)


def _amounts(business: Business, reward: Reward, lot: OpenLot) -> tuple[Amount | None, Amount | None]:
    if reward.asset not in (POINTS, business.currency):
        return None, None
    held = reward.units - reward.reversed_units
    return Amount(lot.units, reward.asset), Amount(max(held - lot.units, 0), reward.asset)
