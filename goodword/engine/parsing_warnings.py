"""What a valid programme should make its owner think twice about (programme-format.md, Guards)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from goodword.engine.parsing import Fault
from goodword.engine.parsing_guards import LEGAL_NOTICE
from goodword.engine.rules.rule import Fixed, Grow, MinNet, Percent, PercentOff, PerUnit, Rule


def warnings(
    rules: Sequence[Rule], lines: Sequence[int], acknowledged: str | None, *, budgeted: bool
) -> tuple[Fault, ...]:
    """Return the warnings of a programme without faults; ``lines`` are its rules'."""
    found: list[Fault] = []
    for i, rule in enumerate(rules):
        if budgeted and isinstance(rule.amount, PercentOff) and rule.max_value is None:
            problem = "a percent discount without a most counts nothing against the budget"
            found.append(Fault(lines[i], f"rules[{i}].max_value", problem, "max_value: 50.00"))
    to_referrer = [rule for rule in rules if rule.to == "referrer"]
    if to_referrer and all(rule.give == "discount" for rule in to_referrer):
        i = rules.index(to_referrer[0])
        problem = "a discount is the only reward to a referrer, and worth nothing to one who buys a one-off service"
        found.append(Fault(lines[i], f"rules[{i}].give", problem, "gift_card, cash or custom, if jobs do not recur"))
    found += unacknowledged(rules, lines, acknowledged)
    for i, rule in enumerate(rules):
        if isinstance(rule.amount, Grow) and rule.amount.cap is None and not any(x.amount for x in rule.limits):
            problem = "grows without end and could pay more than the ticket"
            found.append(Fault(lines[i], f"rules[{i}].amount.grow", problem, "a cap"))
        if rule.when == "ticket.closed" and isinstance(rule.amount, Fixed) and rule.give not in ("points", "custom"):
            least = rule.condition("min_net")
            if rule.amount.units > (least.units if isinstance(least, MinNet) else 0):
                found.append(Fault(lines[i], f"rules[{i}].amount", "could pay more than the ticket",
                                   "a min_net of at least the amount"))  # fmt: skip
    return tuple(sorted(found + _shares(rules, lines)))


def unacknowledged(rules: Sequence[Rule], lines: Sequence[int], acknowledged: str | None) -> list[Fault]:
    """Return one fault for each introducer rule while nobody has acknowledged the legal notice."""
    if acknowledged:
        return []
    return [
        Fault(lines[i], f"rules[{i}].acknowledged", "nobody has acknowledged the legal notice on paying introducers",
              LEGAL_NOTICE)
        for i, rule in enumerate(rules)
        if rule.to == "introducer"
    ]  # fmt: skip


def _shares(rules: Sequence[Rule], lines: Sequence[int]) -> list[Fault]:
    """Warn where the shares that tickets, or referrals, pay together exceed the whole."""
    found: list[Fault] = []
    for on_ticket in (True, False):
        share, last, grouped = Decimal(0), 0, dict[str, Decimal]()
        for i, rule in enumerate(rules):
            paid = _share(rule) if rule.on_ticket is on_ticket else Decimal(0)
            if paid and rule.group:
                grouped[rule.group] = max(paid, grouped.get(rule.group, Decimal(0)))
            else:
                share += paid
            last = i if paid else last
        if share + sum(grouped.values()) > 100:
            problem = "the shares come to more than 100 % and could pay more than the ticket"
            found.append(Fault(lines[last], f"rules[{last}].amount", problem, "smaller shares"))
    return found


def _share(rule: Rule) -> Decimal:
    """Return what a rule pays in percent of the net; one point per unit is one percent."""
    if isinstance(rule.amount, Percent):
        return rule.amount.percent
    return rule.amount.points if isinstance(rule.amount, PerUnit) else Decimal(0)
