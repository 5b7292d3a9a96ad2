"""``min_score: 4``: the job's survey score is at least that (rulings 18, 41)."""

from __future__ import annotations

from goodword.engine.facts import Check, RuleFacts
from goodword.engine.parsing import Node
from goodword.engine.parsing_values import Reading, whole
from goodword.engine.rules.conditions.kind import ConditionKind, outcome
from goodword.engine.rules.rule import MinScore


def read(node: Node, reading: Reading) -> MinScore | None:
    """Read the least score, 1 to 5."""
    score = whole(node, reading, what="a survey score", least=1, most=5)
    return None if score is None else MinScore(score)


def check(params: MinScore, facts: RuleFacts) -> Check:
    """Hold when the score is enough; no score is not enough (the caller waits for one first, rulings 18)."""
    score = facts.score
    return outcome("min_score", wanted=f"at least {params.score}", found="none" if score is None else str(score),
                   held=score is not None and score >= params.score)  # fmt: skip


KIND = ConditionKind(
    read=read,
    check=check,
    schema={"anyOf": [{"type": "integer", "minimum": 1, "maximum": 5}, {"type": "string", "pattern": "^[1-5]$"}]},
    needs_job=True,
    otherwise="a later stage in `when`: a friend who has just arrived has no job yet",
)
