"""``{tiers: {1: 25.00, 3: 50.00}, between: previous}``: by the referral's ordinal (R43, R112)."""

from __future__ import annotations

from goodword.engine.facts import RuleFacts
from goodword.engine.parsing import Node
from goodword.engine.parsing_values import MONEY_SCHEMA, Reading, choice, fields_of
from goodword.engine.rules.amounts.kind import AmountKind, read_units, shown
from goodword.engine.rules.rule import Rule, Tiers

BETWEEN = ("previous", "nothing")


def read(node: Node, give: str, reading: Reading) -> Tiers | None:
    """Read the steps; their ordinals must rise."""
    fields = fields_of(node, ("tiers", "between"), reading)
    between = choice(fields["between"], BETWEEN, reading) if "between" in fields else "previous"
    if "tiers" not in fields:
        return None
    steps = _steps(fields["tiers"], give, reading)
    if steps is None or between is None:
        return None
    return Tiers(steps, "nothing" if between == "nothing" else "previous")


def _steps(node: Node, give: str, reading: Reading) -> tuple[tuple[int, int], ...] | None:
    if not node.fields:
        reading.faults.at(node, f"{node.kind if node.fields is None else 'nothing'} stands where the tiers belong",
                          f"{{1: {reading.example()}, 3: {reading.example(50)}}}")  # fmt: skip
        return None
    steps: list[tuple[int, int]] = []
    fine = True
    for name, line, value in node.fields:
        if not (name.isascii() and name.isdigit()) or not 1 <= int(name) <= 10**9:
            reading.faults.add(line, value.path, f"“{name}” is not an ordinal", "1, 2, 3 and so on")
            fine = False
            continue
        if steps and int(name) <= steps[-1][0]:
            reading.faults.add(line, value.path, f"tier {int(name)} comes after tier {steps[-1][0]}",
                               "the tiers in rising order")  # fmt: skip
            fine = False
        paid = read_units(value, give, reading)
        fine = fine and paid is not None
        steps.append((int(name), paid or 0))
    return tuple(steps) if fine else None


def units(amount: Tiers, rule: Rule, facts: RuleFacts) -> tuple[int, str]:
    """Pay the step of the ordinal; between steps the previous one or nothing; before the first nothing."""
    nth = facts.nth or 0
    if amount.between == "nothing":
        paid, reached = dict(amount.steps).get(nth, 0), nth
    else:
        reached, paid = max((step for step in amount.steps if step[0] <= nth), default=(0, 0))
    if paid == 0:
        return 0, f"no tier for referral no. {nth}"
    return paid, f"tier {reached} for referral no. {nth} = {shown(paid, rule, facts)}"


KIND = AmountKind(
    read=read,
    units=units,
    schema={
        "type": "object",
        "properties": {
            "tiers": {
                "type": "object",
                "minProperties": 1,
                "propertyNames": {"pattern": "^[1-9][0-9]*$"},
                "additionalProperties": MONEY_SCHEMA,
            },
            "between": {"enum": list(BETWEEN)},
        },
        "required": ["tiers"],
        "additionalProperties": False,
    },
    ticket=False,
    otherwise="a fixed amount: a ticket has no ordinal",
)
