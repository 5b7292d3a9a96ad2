"""``{percent: 10, up_to: 200.00}``: a share of the qualifying net (rulings 23, 53)."""

from __future__ import annotations

from fractions import Fraction

from goodword.engine.facts import RuleFacts
from goodword.engine.parsing import Node
from goodword.engine.parsing_values import MONEY_SCHEMA, Reading, decimal, fields_of
from goodword.engine.rules.amounts.kind import AmountKind, in_money, read_units, shown
from goodword.engine.rules.qualifying import qualifying_net
from goodword.engine.rules.rule import Percent, Rule
from goodword.money import POINTS, down, half_up, units_to_points

PERCENT_SCHEMA = {
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0, "maximum": 100},
        {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"},
    ]
}


def read(node: Node, give: str, reading: Reading) -> Percent | None:
    """Read the percentage, at most 100 with at most 4 decimals, and the optional most it pays."""
    fields = fields_of(node, ("percent", "up_to"), reading)
    if "percent" not in fields:
        return None
    share = decimal(fields["percent"], reading, what="a percentage", most=100, places=4)
    most = read_units(fields["up_to"], give, reading) if "up_to" in fields else None
    if share is None or ("up_to" in fields and most is None):
        return None
    return Percent(share, most)


def units(amount: Percent, rule: Rule, facts: RuleFacts) -> tuple[int, str]:
    """Pay the share: money half up to the smallest unit, points rounded down; a net of zero or less pays nothing."""
    net = qualifying_net(rule, facts)
    said = f"{amount.percent} % of {in_money(net, facts)}"
    if net <= 0:
        return 0, f"{said} pays nothing"
    share = Fraction(amount.percent) / 100
    paid = down(units_to_points(net, facts.currency) * share) if rule.give == POINTS else half_up(net * share)
    if amount.up_to is not None and paid > amount.up_to:
        return amount.up_to, f"{said} = {shown(paid, rule, facts)}, at most {shown(amount.up_to, rule, facts)}"
    return paid, f"{said} = {shown(paid, rule, facts)}"


KIND = AmountKind(
    read=read,
    units=units,
    schema={
        "type": "object",
        "properties": {"percent": PERCENT_SCHEMA, "up_to": MONEY_SCHEMA},
        "required": ["percent"],
        "additionalProperties": False,
    },
    gives=("service_credit", "discount", "points", "voucher", "gift_card", "cash"),
    of_net=True,
    otherwise="a fixed amount, or a later stage in `when`: a friend who has just arrived has spent nothing yet",
)
