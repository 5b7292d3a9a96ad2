"""``{percent_off: 15}``: a discount code of 15 %, only with ``discount``."""

from __future__ import annotations

from goodword.engine.facts import RuleFacts
from goodword.engine.parsing import Node
from goodword.engine.parsing_values import Reading, decimal, fields_of
from goodword.engine.rules.amounts.kind import AmountKind
from goodword.engine.rules.amounts.percent import PERCENT_SCHEMA
from goodword.engine.rules.rule import PercentOff, Rule


def read(node: Node, _give: str, reading: Reading) -> PercentOff | None:
    """Read the percentage, at most 100 with at most 2 decimals, into basis points."""
    fields = fields_of(node, ("percent_off",), reading)
    if "percent_off" not in fields:
        return None
    share = decimal(fields["percent_off"], reading, what="a percentage", most=100, places=2)
    return None if share is None else PercentOff(int(share * 100))


def units(amount: PercentOff, _rule: Rule, _facts: RuleFacts) -> tuple[int, str]:
    """Pay one code; its units are basis points (rulings 39)."""
    return amount.basis_points, f"{amount.basis_points / 100:g} % off"


KIND = AmountKind(
    read=read,
    units=units,
    schema={
        "type": "object",
        "properties": {"percent_off": PERCENT_SCHEMA},
        "required": ["percent_off"],
        "additionalProperties": False,
    },
    gives=("discount",),
    otherwise="{percent: 10}, a share of the net: only a discount takes a percentage off",
)
