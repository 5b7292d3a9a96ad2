"""``kinds: [service, retail]``: only those lines count; none left is refused ``nothing_qualifies``."""

from __future__ import annotations

from goodword.engine.facts import Check, RuleFacts
from goodword.engine.parsing import Node
from goodword.engine.parsing_values import Reading, choice, words
from goodword.engine.rules.conditions.kind import ConditionKind, outcome
from goodword.engine.rules.rule import DEFAULT_KINDS, Kinds

NEVER = ("gift_voucher", "package_use")


def read(node: Node, reading: Reading) -> Kinds | None:
    """Read the kinds of line that count."""
    read_kinds = words(node, reading, what="kind of line")
    if read_kinds is None or node.items is None:
        return None
    fine = True
    for item in node.items:
        if item.text in NEVER:
            reading.faults.at(item, f"a line of kind {item.text} never earns", "one of " + ", ".join(DEFAULT_KINDS))
            fine = False
        elif item.text is not None:
            fine = choice(item, DEFAULT_KINDS, reading) is not None and fine
    return Kinds(read_kinds) if fine else None


def check(params: Kinds, facts: RuleFacts) -> Check:
    """Hold when a line of one of the kinds is there."""
    there = tuple(dict.fromkeys(line.kind for line in facts.lines or ()))
    return outcome("kinds", wanted=" or ".join(params.kinds), found=", ".join(there) or "no lines",
                   held=any(kind in params.kinds for kind in there), code="nothing_qualifies")  # fmt: skip


KIND = ConditionKind(
    read=read,
    check=check,
    schema={"type": "array", "items": {"enum": list(DEFAULT_KINDS)}, "minItems": 1, "uniqueItems": True},
    referral=False,
    otherwise="`services`, or a rule on ticket.closed: a referral stage has no lines",
)
