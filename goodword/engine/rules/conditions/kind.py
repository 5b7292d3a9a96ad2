"""What every condition provides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from goodword.engine.facts import Check, RuleFacts
from goodword.engine.parsing import Node
from goodword.engine.parsing_values import Reading
from goodword.engine.rules.rule import Condition


class ConditionKind(msgspec.Struct, frozen=True):
    """One key under ``if``.

    Attributes:
        read: parameters from the document; None after noting a fault.
        check: whether it holds on the facts; ``code`` of the Check names the refusal, empty when it held.
        schema: JSON Schema of the parameters.
        referral, ticket: whether it has a meaning on referral rules and on ticket rules.
        needs_job: whether it is about a job, which a friend who just arrived has not had.
        otherwise: what to write where it has no meaning.
    """

    read: Callable[[Node, Reading], Condition | None]
    check: Callable[[Any, RuleFacts], Check]
    schema: dict[str, Any]
    referral: bool = True
    ticket: bool = True
    needs_job: bool = False
    otherwise: str = ""


def outcome(key: str, *, wanted: str, found: str, held: bool, code: str | None = None) -> Check:
    """Build the Check of a condition whose refusal code is its key unless said otherwise."""
    return Check(key=key, wanted=wanted, found=found, held=held, code="" if held else code or key)
