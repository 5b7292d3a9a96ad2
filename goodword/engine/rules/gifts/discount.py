"""``discount``: a percent or flat code on a later ticket (R109, rulings 31)."""

from __future__ import annotations

from goodword.engine.rules.gifts.kind import GiftKind
from goodword.engine.rules.rule import PercentOff, Rule


def _percent(rule: Rule) -> bool:
    return isinstance(rule.amount, PercentOff)


def asset(rule: Rule, currency: str) -> str:
    """Count a percent code in basis points of ``discount``, a flat one in the currency (rulings 39)."""
    return "discount" if _percent(rule) else currency


def divisible(rule: Rule) -> bool:
    """Say that only a flat code can be cut."""
    return not _percent(rule)


def worth(rule: Rule, units: int, _currency: str) -> int:
    """Value a percent code at the most it may take off, a flat one at face."""
    return (rule.max_value or 0) if _percent(rule) else units


KIND = GiftKind(asset=asset, instrument="right", divisible=divisible, worth=worth, fulfilment="automatic")
