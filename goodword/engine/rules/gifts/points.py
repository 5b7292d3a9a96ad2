"""``points``: 1 point is 0.01 of the currency unit (domain.md, Points)."""

from __future__ import annotations

from goodword.engine.rules.gifts.kind import GiftKind, always
from goodword.engine.rules.rule import Rule
from goodword.money import POINTS, half_up, points_to_units


def asset(_rule: Rule, _currency: str) -> str:
    """Count in whole points."""
    return POINTS


def worth(_rule: Rule, units: int, currency: str) -> int:
    """Value points in smallest units of ``currency``, half up."""
    return half_up(points_to_units(units, currency))


KIND = GiftKind(asset=asset, instrument="points", divisible=always, worth=worth, fulfilment="automatic")
