"""Whole smallest units with their asset attached, and the only rounding in the system.

An *asset* is an ISO 4217 currency code, ``points`` or ``right`` (domain.md, rulings 31).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

from babel.numbers import get_currency_precision, list_currencies

from goodword.errors import Invalid

POINTS = "points"
RIGHT = "right"
POINTS_PER_UNIT = 100  # 1 point = 0.01 of the currency unit (domain.md, Points; R61)
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
MAX_UNITS = 10**15  # far above any till, far below a bigint: absurd amounts are refused, never wrapped


@dataclass(frozen=True, slots=True)
class Amount:
    """A whole number of an asset's smallest unit."""

    units: int
    asset: str


def is_currency(code: str) -> bool:
    """Say whether ``code`` is an ISO 4217 code that Babel's CLDR data knows."""
    return len(code) == 3 and code.isupper() and code in _CURRENCIES


_CURRENCIES: frozenset[str] = frozenset(list_currencies())


def digits(currency: str) -> int:
    """Return the number of decimals of ``currency`` (CLDR: JPY 0, USD 2, KWD 3)."""
    return int(get_currency_precision(currency))


def parse_major(text: str, currency: str) -> int:
    """Turn major units written as a decimal (``"25.00"``) into smallest units.

    Raises:
        Invalid: ``not_money`` when it is no plain decimal, ``too_many_digits`` when it has more decimals than the
            currency, ``amount_out_of_range`` beyond ``MAX_UNITS``.
    """
    plain = text.strip()
    if not _PLAIN.fullmatch(plain):  # Decimal reads “1e9” and “1_000” too, which nobody types who means money
        raise Invalid("not_money", f"“{text}” is not an amount; write it like 25.00")
    value = Decimal(plain)
    scaled = value.scaleb(digits(currency))
    if scaled != scaled.to_integral_value():
        raise Invalid("too_many_digits", f"{currency} has {digits(currency)} decimals; “{text}” has more")
    units = int(scaled)
    if abs(units) > MAX_UNITS:
        raise Invalid("amount_out_of_range", f"“{text}” is larger than any amount we book")
    return units


def to_major(units: int, currency: str) -> Decimal:
    """Return smallest units as a decimal of major units."""
    return Decimal(units).scaleb(-digits(currency))


def half_up(value: Fraction | Decimal) -> int:
    """Round to a whole number, halves away from zero: percentages of money (domain.md, The ledger)."""
    if isinstance(value, Decimal):
        return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    sign = -1 if value < 0 else 1
    return sign * int((abs(value) * 2 + 1) // 2)


def down(value: Fraction | Decimal) -> int:
    """Round towards zero to a whole number: points (domain.md, Points)."""
    if isinstance(value, Decimal):
        return int(value.to_integral_value(rounding=ROUND_DOWN))
    sign = -1 if value < 0 else 1
    return sign * int(abs(value) // 1)


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Split ``total`` over signed ``weights`` by largest remainder, ties to the earlier one (rulings 23).

    The parts sum to ``total`` exactly. Weights that sum to zero give nothing to anyone.
    """
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    return round_together([Fraction(total * w, whole) for w in weights])


def round_together(exact: Sequence[Fraction]) -> list[int]:
    """Round each to a whole number above or below it, so that they sum to their sum rounded half up.

    By largest remainder, ties to the earlier one (rulings 23).
    """
    parts = [e.numerator // e.denominator for e in exact]
    rest = half_up(sum(exact, Fraction(0))) - sum(parts)
    order = sorted(range(len(exact)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[:rest]:
        parts[i] += 1
    return parts


def points_to_units(points: int, currency: str) -> Fraction:
    """Return what points are worth in smallest units of ``currency`` (exact; JPY: 100 points = 1 yen)."""
    return Fraction(points * 10 ** digits(currency), POINTS_PER_UNIT)


def units_to_points(units: int, currency: str) -> Fraction:
    """Return how many points ``units`` of ``currency`` are worth (exact)."""
    return Fraction(units * POINTS_PER_UNIT, 10 ** digits(currency))
