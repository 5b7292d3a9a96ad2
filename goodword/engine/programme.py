"""The programme document: its types, and the way from text to them and back (programme-format.md)."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import msgspec

from goodword.engine.durations import Duration
from goodword.engine.parsing import Fault, Faults, ProgrammeFaults, read_tree
from goodword.engine.parsing_programme import default_id, read_programme
from goodword.engine.parsing_schema import document_schema
from goodword.engine.parsing_values import Reading
from goodword.engine.parsing_warnings import unacknowledged, warnings
from goodword.engine.parsing_writing import to_yaml
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
    "Amount", "Budget", "Condition", "Fault", "Fixed", "Grow", "Limit", "PerUnit", "Percent", "PercentOff", "Programme",
    "ProgrammeFaults", "Rule", "Tiers", "check", "dump", "json_schema", "parse", "publish_faults", "slug",
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


def check(text: str) -> tuple[Programme | None, tuple[Fault, ...], tuple[Fault, ...]]:
    """Read YAML or JSON; return the programme (None when there are faults), all faults and all warnings, by line."""
    faults = Faults()
    root = read_tree(text, faults)
    if root is None:
        return None, tuple(sorted(faults.found)), ()
    read = read_programme(root, Reading(faults))
    if faults.found:
        return None, tuple(sorted(faults.found)), ()
    budget = read.pop("budget")
    programme = Programme(**read, budget=None if budget is None else Budget(*budget))
    items = next(value.items or [] for name, _, value in root.fields or [] if name == "rules")
    lines = [item.line for item in items]
    budgeted = programme.budget is not None
    return programme, (), warnings(programme.rules, lines, programme.acknowledged, budgeted=budgeted)


def parse(text: str) -> Programme:
    """Read YAML or JSON into a programme.

    Raises:
        ProgrammeFaults: ``invalid_programme``, with every fault at once.
    """
    programme, faults, _ = check(text)
    if programme is None:
        raise ProgrammeFaults(faults)
    return programme


def publish_faults(programme: Programme) -> tuple[Fault, ...]:
    """Return what keeps a valid programme from being published: an unacknowledged legal notice (Guards).

    Lines are those of ``dump(programme)``'s first, since a parsed programme no longer has its own: always 1.
    """
    return tuple(unacknowledged(programme.rules, [1] * len(programme.rules), programme.acknowledged))


def dump(programme: Programme) -> str:
    """Write the programme as YAML; ``parse(dump(p)) == p``."""
    return to_yaml(programme.source)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the document format."""
    return document_schema()


def slug(name: str) -> str:
    """Return the default id of a programme of this name."""
    return default_id(name)
