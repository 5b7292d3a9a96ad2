"""What every kind of gift provides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from goodword.engine.rules.rule import Rule

Instrument = Literal["credit", "points", "promo_voucher", "gift_card", "cash", "right"]


class GiftKind(msgspec.Struct, frozen=True):
    """One word of ``give``.

    Attributes:
        asset: what its units are (rulings 39), from the rule and the programme's currency.
        instrument: what it is in the books.
        divisible: whether a limit or budget may cut it; what is indivisible is refused, never cut (rulings 20).
        worth: money in smallest units where rewards are compared, capped or budgeted (rulings 20).
        fulfilment: ``automatic``, or ``person``: it waits visibly for somebody to deliver it.
    """

    asset: Callable[[Rule, str], str]
    instrument: Instrument
    divisible: Callable[[Rule], bool]
    worth: Callable[[Rule, int, str], int]
    fulfilment: Literal["automatic", "person"]


def in_currency(_rule: Rule, currency: str) -> str:
    """Its units are the currency's smallest."""
    return currency


def always(_rule: Rule) -> bool:
    """It can be cut anywhere."""
    return True


def never(_rule: Rule) -> bool:
    """It is whole or not at all."""
    return False


def at_face(_rule: Rule, units: int, _currency: str) -> int:
    """Money is worth its face."""
    return units
