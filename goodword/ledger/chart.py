"""The chart of accounts: every kind of account there is, as a literal table. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from goodword.money import POINTS, RIGHT, is_currency

Side = Literal["debit", "credit"]
Measure = Literal["money", "points", "right"]


class Kind(StrEnum):
    """What an account is for. The lot kinds are the instruments a holder can have in hand."""

    CREDIT = "credit"
    POINTS = "points"
    SOLD_VOUCHER = "sold_voucher"
    PROMO_VOUCHER = "promo_voucher"
    GIFT_CARD = "gift_card"
    CASH = "cash"
    RIGHT = "right"
    OWED = "owed"
    EXPENSE = "expense"
    SETTLEMENT = "settlement"
    REDEEMED = "redeemed"
    LAPSED = "lapsed"
    PAYOUTS = "payouts"
    BREAKAGE = "breakage"
    OPENING = "opening"


@dataclass(frozen=True, slots=True)
class Account:
    """One line of the chart.

    Attributes:
        side: the side on which the balance normally stands.
        holder: kept for one wallet, with running totals and a CHECK (rulings 30); otherwise a house account without.
        lot: a grant of value with its own dates.
        measure: what its units count; ``None`` where the account takes any asset.
        liability: what the business owes its holders, for the accountant.
        earned: may be drawn on when another reward is taken back (rulings 27: never sold vouchers).
    """

    side: Side
    holder: bool = False
    lot: bool = False
    measure: Measure | None = None
    liability: bool = False
    earned: bool = False


def _lot(measure: Measure, *, liability: bool = True, earned: bool = True) -> Account:
    return Account("credit", holder=True, lot=True, measure=measure, liability=liability, earned=earned)


CHART: dict[Kind, Account] = {
    Kind.CREDIT: _lot("money"),
    Kind.POINTS: _lot("points"),
    Kind.SOLD_VOUCHER: _lot("money", earned=False),
    Kind.PROMO_VOUCHER: _lot("money"),
    Kind.GIFT_CARD: _lot("money"),
    Kind.CASH: _lot("money"),
    Kind.RIGHT: _lot("right", liability=False, earned=False),  # worth nothing in the books until used (rulings 31)
    Kind.OWED: Account("debit", holder=True),
    Kind.EXPENSE: Account("debit"),
    Kind.SETTLEMENT: Account("debit"),
    Kind.REDEEMED: Account("credit"),
    Kind.LAPSED: Account("credit"),
    Kind.PAYOUTS: Account("credit"),
    Kind.BREAKAGE: Account("credit"),
    Kind.OPENING: Account("debit"),  # what holders brought along from before these books: no expense of this year
}

LOTS: frozenset[Kind] = frozenset(kind for kind, line in CHART.items() if line.lot)
HOLDERS: frozenset[Kind] = frozenset(kind for kind, line in CHART.items() if line.holder)
HOUSE: frozenset[Kind] = frozenset(CHART) - HOLDERS
LIABILITIES: frozenset[Kind] = frozenset(kind for kind, line in CHART.items() if line.liability)
EARNED: frozenset[Kind] = frozenset(kind for kind, line in CHART.items() if line.earned)


def measure_of(asset: str) -> Measure:
    """Say what the units of ``asset`` count.

    Raises:
        ValueError: it is neither ``points`` nor ``right`` nor an ISO 4217 code.
    """
    if asset == POINTS:
        return "points"
    if asset == RIGHT:
        return "right"
    if is_currency(asset):
        return "money"
    raise ValueError(f"{asset!r} is no asset")


def fits(kind: Kind, asset: str) -> bool:
    """Say whether an account of ``kind`` may hold ``asset``."""
    wanted = CHART[kind].measure
    return measure_of(asset) == wanted if wanted else True
