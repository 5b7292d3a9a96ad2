"""Amounts are plain decimals; rounded together every part is next to its exact value, and they sum to the whole."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.errors import Invalid
from goodword.money import half_up, parse_major, round_together, spread


@pytest.mark.parametrize("text", ["1e9", "1E2", "1_000", "Infinity", "nan", "0x10", "--5", "", ".", "1.2.3", "1 000"])
def test_what_is_no_plain_decimal_is_no_amount(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_major(text, "GBP")
    assert refused.value.code == "not_money"


@pytest.mark.parametrize(("text", "units"), [("25", 2500), (" 25.5 ", 2550), ("-5", -500), (".05", 5), ("5.", 500)])
def test_a_plain_decimal_is_read_in_smallest_units(text: str, units: int) -> None:
    assert parse_major(text, "GBP") == units


@pytest.mark.parametrize(
    ("exact", "parts"),
    [
        ([], []),
        ([Fraction(1, 2)], [1]),
        ([Fraction(1, 3)] * 3, [1, 0, 0]),
        ([Fraction(300), Fraction(118, 1) + Fraction(26, 73), Fraction(65) + Fraction(25, 71)], [300, 119, 65]),
        ([Fraction(10**6), Fraction(3, 10), Fraction(2, 10)], [10**6, 1, 0]),
        ([Fraction(-5, 2), Fraction(5, 2)], [-2, 2]),
    ],
)
def test_the_largest_remainder_takes_what_is_left_and_ties_go_to_the_earlier(
    exact: list[Fraction], parts: list[int]
) -> None:
    assert round_together(exact) == parts


@given(st.lists(st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6), max_size=20))
def test_no_part_is_a_unit_away_and_the_sum_is_exact(exact: list[Fraction]) -> None:
    parts = round_together(exact)
    assert sum(parts) == half_up(sum(exact, Fraction(0)))
    assert all(abs(part - e) < 1 for part, e in zip(parts, exact, strict=True))


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_a_total_that_is_spread_is_neither_lost_nor_made(total: int, weights: list[int]) -> None:
    parts = spread(total, weights)
    assert sum(parts) == (total if sum(weights) else 0)
    assert all(part >= 0 for part in parts)
