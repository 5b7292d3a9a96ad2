"""``skus: [...]``: only lines with these SKUs count; holds when any one matches (rulings 53)."""

from __future__ import annotations

from goodword.engine.facts import Check, RuleFacts
from goodword.engine.parsing import Node
from goodword.engine.parsing_values import TEXT_SCHEMA, Reading, words
from goodword.engine.rules.conditions.kind import ConditionKind, outcome
from goodword.engine.rules.rule import Skus


def read(node: Node, reading: Reading) -> Skus | None:
    """Read the SKUs."""
    read_skus = words(node, reading, what="SKU")
    return None if read_skus is None else Skus(read_skus)


def check(params: Skus, facts: RuleFacts) -> Check:
    """Hold when a line has one of the SKUs."""
    there = tuple(dict.fromkeys(line.sku for line in facts.lines or () if line.sku is not None))
    return outcome("skus", wanted=" or ".join(params.skus), found=", ".join(there) or "none",
                   held=any(sku in params.skus for sku in there))  # fmt: skip


KIND = ConditionKind(
    read=read,
    check=check,
    schema={"type": "array", "items": TEXT_SCHEMA, "minItems": 1, "uniqueItems": True},
    referral=False,
    otherwise="`services`, or a rule on ticket.closed: a referral stage has no lines",
)
