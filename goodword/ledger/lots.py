"""Which lots a movement takes, in which order, and on which terms value comes back. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from goodword.errors import Refused
from goodword.ledger.chart import Kind

State = Literal["pending", "redeemable", "lapsed"]


@dataclass(frozen=True, slots=True)
class Terms:
    """A lot's dates. ``available_at`` None: not before a person releases it. ``expires_at`` None: never."""

    available_at: datetime | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenLot:
    """A lot and what is left in it, in smallest units of ``asset``."""

    id: int
    wallet: int
    kind: Kind
    asset: str
    units: int
    terms: Terms
    grant_key: str = ""
    parent: int | None = None

    def state(self, at: datetime) -> State:
        """Say what the lot is at an instant; it is lapsed from ``expires_at`` on (rulings 38)."""
        if self.terms.expires_at is not None and self.terms.expires_at <= at:
            return "lapsed"
        if self.terms.available_at is None or self.terms.available_at > at:
            return "pending"
        return "redeemable"


@dataclass(frozen=True, slots=True)
class Opened:
    """The ``index``-th lot opened by this posting or, with ``key``, by an earlier posting of the same call."""

    index: int = 0
    key: str = ""


@dataclass(frozen=True, slots=True)
class Portion:
    """So many units out of (or back into) one lot, which stands in the books or is opened by the same call."""

    lot: int | Opened
    units: int


def in_spending_order(lots: Iterable[OpenLot]) -> list[OpenLot]:
    """Sort the soonest to expire first, no expiry last, then by lot id (rulings 29)."""

    def place(lot: OpenLot) -> tuple[bool, float, int]:
        expires = lot.terms.expires_at
        return (expires is None, expires.timestamp() if expires else 0.0, lot.id)

    return sorted(lots, key=place)


def choose(*, lots: Sequence[OpenLot], units: int, at: datetime) -> tuple[Portion, ...]:
    """Choose what a spend of ``units`` consumes at ``at``, in spending order.

    Args:
        lots: lots of one asset that may be spent.
        units: smallest units, above zero.

    Raises:
        Refused: ``not_yet_redeemable`` when pending value would have covered it, else ``insufficient_balance``.
    """
    redeemable = [lot for lot in lots if lot.state(at) == "redeemable"]
    have = sum(lot.units for lot in redeemable)
    if have < units:
        pending = sum(lot.units for lot in lots if lot.state(at) == "pending")
        facts = {"asked": units, "redeemable": have, "pending": pending}
        if have + pending >= units:
            raise Refused("not_yet_redeemable", "Part of the value cannot be used yet.", **facts)
        raise Refused("insufficient_balance", "There is not enough to redeem.", **facts)
    portions, _ = _fill(in_spending_order(redeemable), units)
    return portions


def terms_of_heir(*, spent: Terms, spent_at: datetime, now: datetime) -> Terms:
    """Return the terms under which value spent from a lot that has lapsed since comes back (rulings 28).

    It expires at the later of the old expiry and now + the life the lot had left when it was spent.
    """
    old = spent.expires_at
    return Terms(now, None if old is None else max(old, now + (old - spent_at)))


def _fill(lots: Iterable[OpenLot], units: int) -> tuple[tuple[Portion, ...], int]:
    portions: list[Portion] = []
    for lot in lots:
        taken = min(lot.units, units)
        if taken > 0:
            portions.append(Portion(lot.id, taken))
            units -= taken
    return tuple(portions), units
