"""``audience: [club:vip, tag:realtor]``: the one to be rewarded is in any of them at event time."""

from __future__ import annotations

from goodword.engine.facts import Check, RuleFacts
from goodword.engine.parsing import Node
from goodword.engine.parsing_values import Reading, traits
from goodword.engine.rules.conditions.kind import ConditionKind, outcome
from goodword.engine.rules.rule import Audience

TRAIT_SCHEMA = {"type": "string", "pattern": "^(partner|(club|tag|contact):.*[^ ].*)$"}


def read(node: Node, reading: Reading) -> Audience | None:
    """Read the traits, any of which is enough."""
    any_of = traits(node, reading)
    return None if any_of is None else Audience(any_of)


def check(params: Audience, facts: RuleFacts) -> Check:
    """Hold when the one to be rewarded has any of the traits, or is named by ``contact:<id>``."""
    shown = sorted(trait for trait in facts.traits if not trait.startswith("contact:"))
    borne = facts.traits | {f"contact:{name}" for name in facts.contact}
    return outcome("audience", wanted=" or ".join(params.any_of), found=", ".join(shown) or "none",
                   held=any(trait in borne for trait in params.any_of))  # fmt: skip


KIND = ConditionKind(
    read=read,
    check=check,
    schema={"type": "array", "items": TRAIT_SCHEMA, "minItems": 1, "uniqueItems": True},
)
