"""``{grow: {start: 5.00, step: 5.00, cap: 25.00}}``: each referral pays more than the one before (R45, R46)."""

from __future__ import annotations

from goodword.engine.facts import RuleFacts
from goodword.engine.parsing import Node
from goodword.engine.parsing_values import MONEY_SCHEMA, Reading, fields_of
from goodword.engine.rules.amounts.kind import AmountKind, read_units, shown
from goodword.engine.rules.rule import Grow, Rule


def read(node: Node, give: str, reading: Reading) -> Grow | None:
    """Read start, step and the optional cap, which may not lie below the start."""
    outer = fields_of(node, ("grow",), reading)
    if "grow" not in outer:
        return None
    fields = fields_of(outer["grow"], ("start", "step", "cap"), reading)
    read_amounts = {name: read_units(value, give, reading) for name, value in fields.items()}
    for name in ("start", "step"):
        if name not in fields:
            reading.faults.add(node.line, f"{node.path}.grow.{name}", f"“{name}” is missing",
                               f"{name}: {'5' if give == 'points' else reading.example(5)}")  # fmt: skip
    start, step, cap = read_amounts.get("start"), read_amounts.get("step"), read_amounts.get("cap")
    if start is None or step is None or ("cap" in fields and cap is None):
        return None
    if cap is not None and cap < start:
        reading.faults.at(fields["cap"], "the cap lies below the start", "a cap of at least the start")
        return None
    return Grow(start, step, cap)


def units(amount: Grow, rule: Rule, facts: RuleFacts) -> tuple[int, str]:
    """Pay start + (n-1) * step, never above the cap."""
    nth = facts.nth or 0
    if nth < 1:
        return 0, "no ordinal"
    grown = amount.start + (nth - 1) * amount.step
    said = f"{shown(amount.start, rule, facts)} + {nth - 1} × {shown(amount.step, rule, facts)}"
    if amount.cap is not None and grown > amount.cap:
        return amount.cap, f"{said}, at most {shown(amount.cap, rule, facts)}"
    return grown, f"{said} = {shown(grown, rule, facts)}"


KIND = AmountKind(
    read=read,
    units=units,
    schema={
        "type": "object",
        "properties": {
            "grow": {
                "type": "object",
                "properties": {"start": MONEY_SCHEMA, "step": MONEY_SCHEMA, "cap": MONEY_SCHEMA},
                "required": ["start", "step"],
                "additionalProperties": False,
            }
        },
        "required": ["grow"],
        "additionalProperties": False,
    },
    ticket=False,
    otherwise="a fixed amount: a ticket has no ordinal",
)
