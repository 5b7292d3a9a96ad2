"""Which lines of a ticket count for a rule, what they are worth, and whether the rule's conditions hold."""

from __future__ import annotations

import msgspec

from goodword.engine.facts import Check, LineFact, RuleFacts
from goodword.engine.rules.conditions import CONDITIONS
from goodword.engine.rules.rule import DEFAULT_KINDS, Kinds, Rule, Skus
from goodword.money import to_major


def qualifying_lines(rule: Rule, facts: RuleFacts) -> tuple[LineFact, ...]:
    """Return the ticket's lines that pass ``kinds`` (default: the four that earn) and ``skus``."""
    kinds = rule.condition("kinds")
    skus = rule.condition("skus")
    wanted = kinds.kinds if isinstance(kinds, Kinds) else DEFAULT_KINDS
    return tuple(
        line
        for line in facts.lines or ()
        if line.kind in wanted and line.kind in DEFAULT_KINDS and (not isinstance(skus, Skus) or line.sku in skus.skus)
    )


def qualifying_net(rule: Rule, facts: RuleFacts) -> int:
    """Return the qualifying net in smallest units: of the lines that count, or the job's total (0 when none told)."""
    if rule.on_ticket:
        return sum(line.net for line in qualifying_lines(rule, facts))
    return facts.total or 0


def awaits_score(rule: Rule, facts: RuleFacts) -> bool:
    """Say whether the rule asks for a score that is not known yet; ``check_rule`` leaves that condition out."""
    return facts.score is None and rule.condition("min_score") is not None


def check_rule(rule: Rule, facts: RuleFacts) -> tuple[Check, ...]:
    """Return the outcome of every condition, not of the first that failed only.

    On ticket rules, the actions' included (rulings 23, 47), ``nothing_qualifies`` is added once when no line counts
    or their net is zero or less. ``min_score`` is left out while no score is known (rulings 18).
    """
    lines = qualifying_lines(rule, facts) if rule.on_ticket else None
    narrowed = msgspec.structs.replace(facts, lines=lines)
    checks = [
        CONDITIONS[key].check(params, narrowed if key == "min_net" else facts)
        for key, params in rule.conditions
        if not (key == "min_score" and facts.score is None)
    ]
    if lines is not None and not any(check.code == "nothing_qualifies" for check in checks):
        net = sum(line.net for line in lines)
        held = bool(lines) and net > 0
        found = f"{to_major(net, facts.currency)} {facts.currency}" if lines else "no line that counts"
        checks.append(Check("qualifying", "a net above zero", found, held, "" if held else "nothing_qualifies"))
    return tuple(checks)
