"""``{per_unit: 2}``: points per currency unit of the qualifying net, rounded down per rule and ticket (R68, R69)."""

from __future__ import annotations

from fractions import Fraction

from goodword.engine.facts import RuleFacts
from goodword.engine.parsing import Node
from goodword.engine.parsing_values import Reading, decimal, fields_of
from goodword.engine.rules.amounts.kind import AmountKind, in_money
from goodword.engine.rules.qualifying import qualifying_net
from goodword.engine.rules.rule import PerUnit, Rule
from goodword.money import digits, down


def read(node: Node, _give: str, reading: Reading) -> PerUnit | None:
    """Read the points per currency unit, at most 10,000 with at most 4 decimals."""
    fields = fields_of(node, ("per_unit",), reading)
    if "per_unit" not in fields:
        return None
    rate = decimal(fields["per_unit"], reading, what="points per currency unit", most=10_000, places=4)
    return None if rate is None else PerUnit(rate)


def units(amount: PerUnit, rule: Rule, facts: RuleFacts) -> tuple[int, str]:
    """Pay whole points; a net of zero or less pays nothing."""
    net = qualifying_net(rule, facts)
    said = f"{amount.points} points × {in_money(net, facts)}"
    if net <= 0:
        return 0, f"{said} pays nothing"
    paid = down(Fraction(net, 10 ** digits(facts.currency)) * Fraction(amount.points))
    return paid, f"{said} = {paid} points, rounded down"


KIND = AmountKind(
    read=read,
    units=units,
    schema={
        "type": "object",
        "properties": {
            "per_unit": {
                "anyOf": [
                    {"type": "number", "exclusiveMinimum": 0, "maximum": 10000},
                    {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"},
                ]
            }
        },
        "required": ["per_unit"],
        "additionalProperties": False,
    },
    gives=("points",),
    of_net=True,
    otherwise="whole points, or a later stage in `when`: a friend who has just arrived has spent nothing yet",
)
