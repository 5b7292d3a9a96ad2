"""Vouchers that rewards are given as: made when a person releases the reward (R22)."""

from __future__ import annotations

from datetime import datetime

from goodword.business.models import Business
from goodword.flow.vouchers import issuing, numbering, terms
from goodword.inbox import models as inbox
from goodword.ledger.lots import OpenLot
from goodword.rewards.models import Reward
from goodword.vouchers.models import State, Voucher

PROMOTIONAL = "promotional"


def issue_for(*, business: Business, reward: Reward, lot: OpenLot, row: inbox.Event, now: datetime) -> Voucher:
    """Make the voucher of a reward that is released now; its value is the reward's own lot, which is in the books.

    It has a serial and a code as any other, is promotional, and is the holder's. A named service is redeemed whole
    (rulings 31). Buyer there is none, payment neither: the rule paid.
    """
    prefix, number = numbering.new_serial(business, now=now)
    policy = terms.policy_at(business=business, location=None, kind=PROMOTIONAL, on=terms.today(business, now))
    voucher = issuing.make_voucher(
        business, kind=PROMOTIONAL, prefix=prefix, number=number, now=now, recipient_id=reward.holder_id,
        service=reward.text[:500], grant_key=reward.public_id,
    )  # fmt: skip
    voucher.state, voucher.lot, voucher.value = State.ACTIVE.value, lot.id, lot.units
    voucher.expires_at, voucher.policy, voucher.issued_at = lot.terms.expires_at, policy.id, row.time
    voucher.save(force_insert=True)
    return voucher
