"""``voucher``: promotional, for money or for a named service (rulings 20, 31)."""

from __future__ import annotations

from goodword.engine.rules.gifts.kind import GiftKind, at_face, in_currency
from goodword.engine.rules.rule import Rule


def divisible(rule: Rule) -> bool:
    """Say that a named service is whole or not at all."""
    return rule.text is None


KIND = GiftKind(asset=in_currency, instrument="promo_voucher", divisible=divisible, worth=at_face, fulfilment="person")
