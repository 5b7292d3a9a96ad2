"""The kinds of gift, by the word of ``give``."""

from __future__ import annotations

from goodword.engine.rules.gifts import cash, custom, discount, gift_card, points, service_credit, voucher
from goodword.engine.rules.gifts.kind import GiftKind

GIFTS: dict[str, GiftKind] = {
    "service_credit": service_credit.KIND,
    "discount": discount.KIND,
    "points": points.KIND,
    "voucher": voucher.KIND,
    "gift_card": gift_card.KIND,
    "cash": cash.KIND,
    "custom": custom.KIND,
}
