"""``cash``: a partner's pay-out."""

from __future__ import annotations

from goodword.engine.rules.gifts.kind import GiftKind, Instrument, always, at_face, in_currency
from goodword.engine.rules.rule import Rule


def instrument(rule: Rule) -> Instrument:
    """Say what it is in the books."""
    return "cash"


KIND = GiftKind(asset=in_currency, instrument=instrument, divisible=always, worth=at_face, fulfilment="person")
