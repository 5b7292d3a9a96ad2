"""What follows for a reward when the voucher it was given as is used or given back (domain.md, Rewards)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from goodword.business.models import Business
from goodword.engine.decisions import Reversed
from goodword.flow.settled import Settled
from goodword.rewards.models import Reward, Status, StatusChange
from goodword.vouchers.models import State, Voucher


def used(*, business: Business, voucher: Voucher, left: int, now: datetime) -> None:
    """Turn the reward of an emptied voucher into redeemed, of one that is worth something again back into issued."""
    if not voucher.grant_key:
        return
    reward = Reward.objects.filter(business=business, public_id=voucher.grant_key).first()
    status = Status.REDEEMED if left == 0 else Status.ISSUED
    if reward is None or reward.status == status or reward.status not in (Status.ISSUED, Status.REDEEMED):
        return
    StatusChange.objects.create(reward=reward, status=status, was=reward.status, at=now, actor="rules")
    reward.status = status
    reward.save(update_fields=["status"])


def taken_back(*, business: Business, settled: Sequence[Settled], now: datetime) -> None:
    """End the vouchers whose lots these events emptied by taking rewards back. One statement, or none."""
    emptied = {
        lot.pk
        for each in settled
        for decision in each.decisions
        if isinstance(decision, Reversed)
        for lot, _ in decision.takes
        if lot.pk is not None and lot.left == 0 and lot.instrument == "promo_voucher"
    }
    if emptied:
        Voucher.objects.filter(
            business=business, lot__in=emptied, state__in=[State.ACTIVE, State.BOOKED]
        ).update(state=State.VOID, ended_at=now, job=None)  # fmt: skip
