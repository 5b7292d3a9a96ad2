"""``min_net: 100.00``: the qualifying net is at least that."""

from __future__ import annotations

from goodword.engine.facts import Check, RuleFacts
from goodword.engine.parsing import Node
from goodword.engine.parsing_values import MONEY_SCHEMA, Reading, money
from goodword.engine.rules.conditions.kind import ConditionKind, outcome
from goodword.engine.rules.rule import MinNet
from goodword.money import to_major


def read(node: Node, reading: Reading) -> MinNet | None:
    """Read the least net."""
    units = money(node, reading)
    return None if units is None else MinNet(units)


def check(params: MinNet, facts: RuleFacts) -> Check:
    """Hold when the net is enough; the facts' lines are those that qualify already."""
    net = sum(line.net for line in facts.lines) if facts.lines is not None else facts.total
    found = "no total" if net is None else f"{to_major(net, facts.currency)} {facts.currency}"
    wanted = f"at least {to_major(params.units, facts.currency)} {facts.currency}"
    return outcome("min_net", wanted=wanted, found=found, held=net is not None and net >= params.units)


KIND = ConditionKind(
    read=read,
    check=check,
    schema={**MONEY_SCHEMA, "description": "the least qualifying net, in major units"},
    needs_job=True,
    otherwise="a later stage in `when`: a friend who has just arrived has no job yet",
)
