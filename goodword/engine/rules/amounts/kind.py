"""What every amount form provides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from goodword.engine.facts import RuleFacts
from goodword.engine.parsing import Node
from goodword.engine.parsing_values import Reading, money, points
from goodword.engine.rules.rule import Amount, Rule
from goodword.money import POINTS, to_major

ANY = ("service_credit", "discount", "points", "voucher", "gift_card", "cash", "custom")


class AmountKind(msgspec.Struct, frozen=True):
    """One form of ``amount``.

    Attributes:
        read: the form from its node (the mapping's whole node) and the rule's ``give``; None after noting a fault.
        units: what it pays on the facts, smallest units and the arithmetic in words; 0 pays nothing.
        schema: JSON Schema of the form.
        gives: the kinds it may pay.
        referral, ticket: where it has a meaning.
        of_net: whether it is a share of a net, which a friend who just arrived has not made.
        otherwise: what to write where it has no meaning.
    """

    read: Callable[[Node, str, Reading], Amount | None]
    units: Callable[[Any, Rule, RuleFacts], tuple[int, str]]
    schema: dict[str, Any]
    gives: tuple[str, ...] = ANY
    referral: bool = True
    ticket: bool = True
    of_net: bool = False
    otherwise: str = ""


def read_units(node: Node, give: str, reading: Reading) -> int | None:
    """Read money into smallest units, or whole points for a points rule."""
    return points(node, reading) if give == "points" else money(node, reading)


def shown(units: int, rule: Rule, facts: RuleFacts) -> str:
    """Write units for the arithmetic: ``25.00 USD`` or ``200 points``."""
    if rule.give == POINTS:
        return f"{units} points"
    return in_money(units, facts)


def in_money(units: int, facts: RuleFacts) -> str:
    """Write smallest units of the programme's currency."""
    return f"{to_major(units, facts.currency)} {facts.currency}"
