"""``gift_card``: a third party's card, delivered by a person or a provider (R110)."""

from __future__ import annotations

from goodword.engine.rules.gifts.kind import GiftKind, Instrument, always, at_face, in_currency
from goodword.engine.rules.rule import Rule


def instrument(rule: Rule) -> Instrument:
    """Say what it is in the books."""
    return "gift_card"


KIND = GiftKind(asset=in_currency, instrument=instrument, divisible=always, worth=at_face, fulfilment="person")
