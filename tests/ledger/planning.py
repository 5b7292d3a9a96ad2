"""What a take-back reaches, planned by the tests themselves; in the product the engine alone decides (rulings 27)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from goodword.ledger.chart import EARNED
from goodword.ledger.lots import OpenLot, Portion, in_spending_order

Shortfall = Literal["only_pending", "within_balance", "owe"]


@dataclass(frozen=True, slots=True)
class TakeBack:
    """What a take-back reaches: portions, the debt it leaves, what is written off; together what was asked."""

    portions: tuple[Portion, ...]
    owed: int = 0
    written_off: int = 0


def plan_take_back(
    *, own: Sequence[OpenLot], others: Sequence[OpenLot], units: int, shortfall: Shortfall, at: datetime
) -> TakeBack:
    """Plan how a reward goes back under the programme's shortfall policy (rulings 27).

    Args:
        own: the reward's lot and its heirs.
        others: the holder's other lots of the asset; only earned ones are drawn on, never sold vouchers.
        units: what is to go back, smallest units.
        at: the instant that is judged; value that lapsed before it has nothing left to give (rulings 48).
    """
    standing = [lot for lot in own if lot.state(at) != "lapsed"]
    if shortfall == "only_pending":
        standing = [lot for lot in standing if lot.state(at) == "pending"]
        portions, rest = _fill(in_spending_order(standing), units)
        return TakeBack(portions, written_off=rest)
    mine = {lot.id for lot in own}
    earned = [lot for lot in others if lot.id not in mine and lot.kind in EARNED and lot.state(at) != "lapsed"]
    portions, rest = _fill([*in_spending_order(standing), *in_spending_order(earned)], units)
    if shortfall == "owe":
        return TakeBack(portions, owed=rest)
    return TakeBack(portions, written_off=rest)


def _fill(lots: Iterable[OpenLot], units: int) -> tuple[tuple[Portion, ...], int]:
    portions: list[Portion] = []
    for lot in lots:
        taken = min(lot.units, units)
        if taken > 0:
            portions.append(Portion(lot.id, taken))
            units -= taken
    return tuple(portions), units
