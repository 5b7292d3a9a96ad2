"""What a rule gives, in words."""

from __future__ import annotations

from decimal import Decimal

from goodword.engine.rules.rule import Fixed, Grow, Percent, PercentOff, PerUnit, Rule, Tiers
from goodword.engine.wording.language import Language
from goodword.money import digits


def gift(rule: Rule, currency: str, to: Language) -> str:
    """Word what the rule gives: “$10.00 of account credit”, “200 points”, “a voucher for …”."""
    if rule.give == "custom":
        return to.say("gift.custom", text=rule.text or "")
    if rule.give == "voucher" and rule.text is not None:
        return to.say("gift.service", text=rule.text)
    if isinstance(rule.amount, PercentOff):
        off = to.percent(Decimal(rule.amount.basis_points) / 100)
        if rule.max_value is None:
            return to.say("gift.percent_off", percent=off)
        return to.say("gift.percent_off_most", percent=off, most=to.money(rule.max_value, currency))
    if rule.give == "points" and isinstance(rule.amount, Percent):
        return to.say("gift.points_share", amount=amount(rule, currency, to))
    return to.say(f"gift.{rule.give}", amount=amount(rule, currency, to))


def amount(rule: Rule, currency: str, to: Language) -> str:
    """Word how much: the number, or the way it goes by ordinal or net."""
    match rule.amount:
        case Fixed(units=units):
            return value(units, rule, currency, to)
        case Tiers(steps=steps, between=between):
            return to.listed([
                to.say(f"tier.{between}", amount=value(units, rule, currency, to), nth=to.ordinal(nth))
                for nth, units in steps
            ])  # fmt: skip
        case Grow(start=start, step=step, cap=cap):
            words = {"start": value(start, rule, currency, to), "step": value(step, rule, currency, to)}
            if cap is None:
                return to.say("grow", **words)
            return to.say("grow.cap", cap=value(cap, rule, currency, to), **words)
        case Percent(percent=percent, up_to=up_to):
            if up_to is None:
                return to.say("percent", percent=to.percent(percent))
            return to.say("percent.most", percent=to.percent(percent), most=value(up_to, rule, currency, to))
        case PerUnit(points=points):
            unit = to.money(10 ** digits(currency), currency)
            return to.say("per_unit", points=to.count("points", points), unit=unit)
    return ""


def value(units: int, rule: Rule, currency: str, to: Language) -> str:
    """Word units of what the rule gives."""
    return to.count("points", units) if rule.give == "points" else to.money(units, currency)
