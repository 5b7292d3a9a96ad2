"""The programme document: its types, and the way from text to them and back (programme-format.md)."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import msgspec

from goodword.engine.durations import Duration
from goodword.engine.rules.rule import (
    Amount,
    Condition,
    Fixed,
    Grow,
    Limit,
    Percent,
    PercentOff,
    PerUnit,
    Rule,
    Tiers,
)

__all__ = [
    "Amount", "Budget", "Condition", "Fixed", "Grow", "Limit", "PerUnit", "Percent", "PercentOff", "Programme",
    "Rule", "Tiers",
]  # fmt: skip


class Budget(msgspec.Struct, frozen=True):
    """No promise beyond ``amount`` (smallest units) in a calendar period, or over the whole programme."""

    amount: int
    per: Literal["month", "year", "programme"]


class Programme(msgspec.Struct, frozen=True, kw_only=True):
    """A programme as the engine reads it.

    Attributes:
        referrers: traits of which one is asked for (``club:gold``, ``tag:realtor``, ``partner``); empty: everyone.
        acknowledged: who acknowledged the legal notice on introducer rules, and when; None when nobody has.
        source: the document as a plain mapping; ``dump`` writes it and ``parse`` reads it back to an equal programme.
    """

    id: str
    name: str
    currency: str
    rules: tuple[Rule, ...]
    starts: date | None = None
    ends: date | None = None
    referrers: tuple[str, ...] = ()
    friends: Literal["new", "anyone"] = "new"
    window: Duration | None = None
    shortfall: Literal["only_pending", "within_balance", "owe"] = "within_balance"
    budget: Budget | None = None
    acknowledged: str | None = None
    source: dict[str, Any] = {}
