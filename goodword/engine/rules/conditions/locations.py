"""``locations: [...]``: the job or the ticket is of one of these locations."""

from __future__ import annotations

from goodword.engine.facts import Check, RuleFacts
from goodword.engine.parsing import Node
from goodword.engine.parsing_values import TEXT_SCHEMA, Reading, words
from goodword.engine.rules.conditions.kind import ConditionKind, outcome
from goodword.engine.rules.rule import Locations


def read(node: Node, reading: Reading) -> Locations | None:
    """Read the locations."""
    read_locations = words(node, reading, what="location")
    return None if read_locations is None else Locations(read_locations)


def check(params: Locations, facts: RuleFacts) -> Check:
    """Hold when the location is one of them; no location told is none of them."""
    return outcome("locations", wanted=" or ".join(params.locations), found=facts.location or "none",
                   held=facts.location in params.locations)  # fmt: skip


KIND = ConditionKind(
    read=read,
    check=check,
    schema={"type": "array", "items": TEXT_SCHEMA, "minItems": 1, "uniqueItems": True},
    needs_job=True,
    otherwise="a later stage in `when`: a friend who has just arrived has no job yet",
)
