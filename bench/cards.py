"""The gift cards of a business: a year of sales in waves, a fifth given away, a third redeemed in part or whole."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from bench.workload import NOW

WAVE = 50  # cards of one sale


def sell_cards(business: Any, count: int) -> None:
    """Sell so many cards over the year before ``NOW``; whoever settles events afterwards does so at ``NOW``."""
    from goodword.business.models import Business
    from goodword.flow.submit import submit
    from goodword.vouchers.models import Voucher

    Business.objects.filter(pk=business.pk).update(settled_at=None)  # it was opened at NOW: let its past begin earlier
    chance, made = random.Random(count), {"business": business, "actor": "user:office@example.com"}
    for start in range(0, count, WAVE):
        at = NOW - timedelta(days=365 * (1 - start / count))
        given = start // WAVE % 5 == 0
        data: dict[str, Any] = {"kind": "sold", "payment": {"method": "till"}}
        if given:
            data = {"kind": "promotional", "payment": {"method": "complimentary", "reason": "a draw"},
                    "expires_on": f"{at + timedelta(days=90):%Y-%m-%d}"}  # fmt: skip
        data |= {"value": chance.choice((2000, 4000, 10_000)), "buyer": {"name": f"Buyer {start // WAVE}"}}
        data["count"] = min(WAVE, count - start)
        submit(type="voucher.issued", data=data, now=at, **made)
        for voucher in Voucher.objects.filter(business=business).order_by("-number")[: WAVE // 3]:
            at += timedelta(minutes=1)
            part = {"voucher": voucher.public_id, "amount": chance.choice((700, 2000))}
            submit(type="voucher.redeemed", data=part, now=at, **made)
