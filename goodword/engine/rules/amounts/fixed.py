"""``25.00``: pays that."""

from __future__ import annotations

from goodword.engine.facts import RuleFacts
from goodword.engine.parsing import Node
from goodword.engine.parsing_values import MONEY_SCHEMA, Reading
from goodword.engine.rules.amounts.kind import AmountKind, read_units, shown
from goodword.engine.rules.rule import Fixed, Rule


def read(node: Node, give: str, reading: Reading) -> Fixed | None:
    """Read the amount."""
    units = read_units(node, give, reading)
    return None if units is None else Fixed(units)


def units(amount: Fixed, rule: Rule, facts: RuleFacts) -> tuple[int, str]:
    """Pay the amount."""
    return amount.units, shown(amount.units, rule, facts)


KIND = AmountKind(read=read, units=units, schema=MONEY_SCHEMA)
