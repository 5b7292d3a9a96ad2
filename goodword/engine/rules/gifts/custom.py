"""``custom``: free text, fulfilled by a person (R111)."""

from __future__ import annotations

from goodword.engine.rules.gifts.kind import GiftKind, never
from goodword.engine.rules.rule import Rule


def asset(_rule: Rule, _currency: str) -> str:
    """Count in pieces (rulings 39)."""
    return "custom"


def worth(rule: Rule, _units: int, _currency: str) -> int:
    """Value it as the rule does."""
    return rule.value or 0


KIND = GiftKind(asset=asset, instrument="right", divisible=never, worth=worth, fulfilment="person")
