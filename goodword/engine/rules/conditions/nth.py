"""``nth: 2``, ``"3+"``, ``"1-4"``: the referral's ordinal is in the range."""

from __future__ import annotations

import re

from goodword.engine.facts import Check, RuleFacts
from goodword.engine.parsing import Node
from goodword.engine.parsing_values import Reading, scalar
from goodword.engine.rules.conditions.kind import ConditionKind, outcome
from goodword.engine.rules.rule import Nth

_RANGE = re.compile(r"([0-9]{1,9}) *(?:(\+)|- *([0-9]{1,9}))?")


def read(node: Node, reading: Reading) -> Nth | None:
    """Read the range of ordinals."""
    word = scalar(node, reading, "an ordinal like 2, 3+ or 1-4")
    if word is None:
        return None
    match = _RANGE.fullmatch(word.strip())
    if match is None:
        reading.faults.at(node, f"“{word}” is not an ordinal", "2, 3+ or 1-4")
        return None
    low = int(match[1])
    high = None if match[2] else int(match[3]) if match[3] else low
    if low < 1:
        reading.faults.at(node, "referrals are counted from 1", "1" if high == low else f"1-{high}" if high else "1+")
        return None
    if high is not None and high < low:
        reading.faults.at(node, f"“{word}” ends before it begins", f"{high}-{low}")
        return None
    return Nth(low, high)


def check(params: Nth, facts: RuleFacts) -> Check:
    """Hold when the ordinal is in the range."""
    nth = facts.nth
    held = nth is not None and params.low <= nth and (params.high is None or nth <= params.high)
    return outcome("nth", wanted=spell(params), found="none" if nth is None else str(nth), held=held)


def spell(params: Nth) -> str:
    """Return the range as the document writes it."""
    if params.high is None:
        return f"{params.low}+"
    return str(params.low) if params.low == params.high else f"{params.low}-{params.high}"


KIND = ConditionKind(
    read=read,
    check=check,
    schema={
        "anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": r"^[0-9]+ *(\+|- *[0-9]+)?$"}],
        "description": "the referral's ordinal: 2, 3+ or 1-4",
    },
    ticket=False,
    otherwise="a referral stage in `when`, or leave `nth` out: only referrals have ordinals",
)
