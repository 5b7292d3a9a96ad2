"""The forms of ``amount``, by the key that tells them; ``fixed`` is a bare number."""

from __future__ import annotations

from goodword.engine.facts import RuleFacts
from goodword.engine.rules.amounts import fixed, grow, per_unit, percent, percent_off, tiers
from goodword.engine.rules.amounts.kind import AmountKind, shown
from goodword.engine.rules.rule import Amount, Fixed, Grow, Percent, PercentOff, PerUnit, Rule, Tiers

AMOUNTS: dict[str, AmountKind] = {
    "fixed": fixed.KIND,
    "tiers": tiers.KIND,
    "grow": grow.KIND,
    "percent": percent.KIND,
    "per_unit": per_unit.KIND,
    "percent_off": percent_off.KIND,
}


def form(amount: Amount) -> str:
    """Return the key in ``AMOUNTS`` of a read amount."""
    match amount:
        case Fixed():
            return "fixed"
        case Tiers():
            return "tiers"
        case Grow():
            return "grow"
        case Percent():
            return "percent"
        case PerUnit():
            return "per_unit"
        case PercentOff():
            return "percent_off"


def reward_units(rule: Rule, facts: RuleFacts) -> tuple[int, str]:
    """Return what the rule pays on these facts, before limits and budgets, and the arithmetic in words.

    Smallest units of the gift's asset (rulings 39): money, whole points, 1 for a custom reward, basis points for a
    percent discount, the ``value`` for a named service (rulings 31). 0 pays nothing (refused ``no_amount``).
    """
    if rule.give == "custom":
        return 1, f"one “{rule.text}”"
    if rule.give == "voucher" and rule.text is not None:
        value = rule.value or 0
        return value, f"“{rule.text}”, worth {shown(value, rule, facts)}"
    if rule.amount is None:
        return 0, "no amount"
    return AMOUNTS[form(rule.amount)].units(rule.amount, rule, facts)
