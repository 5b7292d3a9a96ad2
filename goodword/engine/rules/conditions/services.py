"""``services: [...]``: the job has any one of these services (rulings 53)."""

from __future__ import annotations

from goodword.engine.facts import Check, RuleFacts
from goodword.engine.parsing import Node
from goodword.engine.parsing_values import TEXT_SCHEMA, Reading, words
from goodword.engine.rules.conditions.kind import ConditionKind, outcome
from goodword.engine.rules.rule import Services


def read(node: Node, reading: Reading) -> Services | None:
    """Read the services."""
    read_services = words(node, reading, what="service")
    return None if read_services is None else Services(read_services)


def check(params: Services, facts: RuleFacts) -> Check:
    """Hold when any one matches."""
    return outcome("services", wanted=" or ".join(params.services), found=", ".join(facts.services) or "none",
                   held=any(service in params.services for service in facts.services))  # fmt: skip


KIND = ConditionKind(
    read=read,
    check=check,
    schema={"type": "array", "items": TEXT_SCHEMA, "minItems": 1, "uniqueItems": True},
    needs_job=True,
    otherwise="a later stage in `when`: a friend who has just arrived has no job yet",
)
