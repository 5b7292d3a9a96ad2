"""Vouchers in every stage of their life, in two locations, with badges, over four months; and a tally by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from goodword.business.models import Badge, Business, Location
from goodword.flow.clock import keep_time
from goodword.vouchers.models import Voucher
from tests.flow.vouchers.cast import GIFT, TILL, made_by, order, redeem

JUNE = datetime(2026, 7, 1, 5, 59, tzinfo=UTC)  # a minute before midnight in Denver: still June there
JULY = datetime(2026, 7, 1, 6, 0, tzinfo=UTC)
AUGUST = datetime(2026, 8, 20, 12, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Story:
    """What was made: vouchers by a name for each."""

    business: Business
    made: dict[str, Voucher] = field(default_factory=dict)

    def voucher(self, name: str) -> Voucher:
        self.made[name].refresh_from_db()
        return self.made[name]


def told(business: Business) -> Story:
    """Sell, give, redeem, lapse, cancel and replace.

    June: a wave of three of 100.00 at north (one redeemed by 30.00, one whole, one cancelled and paid back).
    July: two single ones: 50.00, lapsed after 20.00 of it; 80.00, redeemed by 10.00, its card then lost; and another,
    of 25.00, given away. August: two of four cards of stock sold for 40.00 each. One is booked.
    """
    story = Story(business)
    north = Location.objects.create(business=business, external_id="north", name="North")
    red, blue = (
        Badge.objects.create(business=business, public_id=f"bdg_{name}", name=name.title(), colour="#aa2222")
        for name in ("red", "blue")
    )

    def issued(names: str, now: datetime, **more: Any) -> None:
        event = order(business, "issued", now=now, **({"kind": "sold", "payment": TILL} | more))
        story.made.update(zip(names.split(), made_by(event), strict=True))

    issued("part whole refunded", JUNE, value=10000, count=3, location=north.external_id, label="Wave")
    issued("lapsed", JULY, value=5000, expires_on="2026-09-30")
    issued("lost", JULY, value=8000)
    issued("given", JULY, kind="promotional", value=2500, payment=GIFT)
    cards = made_by(order(business, "stocked", now=JULY, kind="sold", value=4000, count=4, label="Print run"))
    story.made.update(zip(("first", "second", "third", "fourth"), cards, strict=True))
    wanted = [cards[0].serial, cards[1].serial]
    order(business, "activated", now=AUGUST, serials=wanted, payment=TILL, location="north")
    redeem(business, story.voucher("part"), 3000, now=AUGUST)
    redeem(business, story.voucher("whole"), 10000, now=JULY)
    redeem(business, story.voucher("lapsed"), 2000, now=AUGUST)
    redeem(business, story.voucher("lost"), 1000, now=AUGUST)
    refund = {
        "voucher": story.voucher("refunded").public_id,
        "reason": "changed their mind",
        "refund": {"method": "card"},
    }
    order(business, "voided", now=AUGUST, **refund)
    order(business, "voided", now=AUGUST, voucher=cards[3].public_id, reason="torn")
    order(business, "replaced", now=AUGUST, voucher=story.voucher("lost").public_id, reason="lost")
    story.made["new"] = Voucher.objects.get(replaces=story.made["lost"])
    story.voucher("part").badges.set([red, blue])
    story.voucher("new").badges.set([red])
    story.voucher("first").badges.set([blue])
    keep_time(business=business, now=NOVEMBER)
    return story
