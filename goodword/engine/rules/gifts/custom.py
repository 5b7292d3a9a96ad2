"""``custom``: free text, fulfilled by a person (R111)."""

from __future__ import annotations

from goodword.engine.rules.gifts.kind import GiftKind, Instrument, never
from goodword.engine.rules.rule import Rule


def asset(rule: Rule, currency: str) -> str:
    """Count in pieces (rulings 39)."""
    return "custom"


def instrument(rule: Rule) -> Instrument:
    """Say what it is in the books: worth nothing there until it is used."""
    return "right"


def worth(rule: Rule, units: int, currency: str) -> int:
    """Value it as the rule does."""
    return rule.value or 0


KIND = GiftKind(asset=asset, instrument=instrument, divisible=never, worth=worth, fulfilment="person")
