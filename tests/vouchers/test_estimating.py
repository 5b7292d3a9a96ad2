"""Breakage by the business's own curve, and the age of what is open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.errors import Refused
from goodword.vouchers.estimating import Ageing, Cohort, Lot, age_buckets, estimate

DENVER = ZoneInfo("America/Denver")


def month(number: int) -> date:
    """Return the first of the month that is ``number`` months after January 2024."""
    return date(2024 + number // 12, number % 12 + 1, 1)


WORKED = [
    Cohort(month(0), 1000, (200, 400, 100), (0, 0, 0)),
    Cohort(month(1), 500, (100, 220), (0, 0)),
    Cohort(month(2), 800, (160,), (0,)),
]
MARCH = date(2024, 3, 31)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Cohort], date, int | None]:
    """Draw cohorts of some years, some months without sales, and perhaps an age from which redemption is remote."""
    months = draw(st.integers(12, 20))
    cohorts = []
    for number in range(months):
        left = issued = (
            draw(st.one_of(st.integers(0, 20), st.integers(1, 10**9))) if number else 1 + draw(st.integers(0, 10**6))
        )
        redeemed, lapsed = [], []
        for _ in range(months - number):
            redeemed.append(draw(st.integers(0, left)))
            left -= redeemed[-1]
            lapsed.append(draw(st.integers(0, left)) if draw(st.integers(0, 5)) == 0 else 0)
            left -= lapsed[-1]
        cohorts.append(Cohort(month(number), issued, tuple(redeemed), tuple(lapsed)))
    remote = draw(st.one_of(st.none(), st.integers(1, months)))
    return draw(st.permutations(cohorts)), month(months - 1), remote


def test_the_example_of_the_docstring_comes_out_as_by_hand() -> None:
    found = estimate(WORKED, through=MARCH, remote_after=3, least=3)
    assert [(c.redeemed, c.outstanding, c.to_be_redeemed, c.breakage, c.recognisable) for c in found.cohorts] == [
        (700, 300, 700, 300, 300),
        (320, 180, 365, 135, 119),
        (160, 640, 568, 232, 65),
    ]
    assert (found.breakage, found.recognisable, found.redeemed_later) == (667, 484, 0)
    assert found.share == Fraction(1633, 2300)
    assert found.curve == (Fraction(1, 5), Fraction(1, 5) + Fraction(4, 5) * Fraction(31, 60), Fraction(71, 100))


def test_what_is_older_than_the_history_counts_as_still_to_be_redeemed() -> None:
    found = estimate(WORKED, through=MARCH, least=3)
    assert (found.breakage, found.recognisable, found.share) == (0, 0, 1)


def test_what_has_lapsed_is_breakage_and_the_curve_carries_it_on_to_the_young() -> None:
    history = [
        Cohort(month(0), 100, (50, 20, 0), (0, 0, 30)),  # all is over: 30 of 100 lapsed
        Cohort(month(1), 100, (50, 20), (0, 0)),
        Cohort(month(2), 100, (50,), (0,)),
    ]
    found = estimate(history, through=MARCH, least=3)
    assert [(c.lapsed, c.outstanding, c.breakage) for c in found.cohorts] == [(30, 0, 30), (0, 30, 30), (0, 50, 30)]
    assert [c.recognisable for c in found.cohorts] == [30, 30, 21]  # 30 · 50/70 = 21.43
    assert found.share == Fraction(7, 10)


def test_nothing_is_recognised_before_anybody_has_redeemed_anything() -> None:
    history = [
        Cohort(month(0), 100, (50, 0), (0, 50)),
        Cohort(month(1), 100, (0,), (0,)),
    ]
    found = estimate(history, through=date(2024, 2, 29), least=2)
    assert [(c.breakage, c.recognisable) for c in found.cohorts] == [(50, 50), (100, 0)]


def test_a_cohort_that_nobody_touched_and_that_lapsed_is_recognised_whole() -> None:
    found = estimate([Cohort(month(0), 100, (0,), (100,))], through=month(0), least=1)
    assert [(c.to_be_redeemed, c.breakage, c.recognisable) for c in found.cohorts] == [(0, 100, 100)]


def test_where_the_old_were_all_redeemed_early_the_young_are_expected_to_be_too() -> None:
    history = [
        Cohort(month(0), 100, (100, 0, 0), (0, 0, 0)),
        Cohort(month(1), 100, (60, 0), (0, 0)),
    ]
    assert estimate(history, through=MARCH, remote_after=3, least=2).breakage == 0


def test_an_age_of_remoteness_that_is_set_too_early_is_seen() -> None:
    found = estimate(WORKED, through=MARCH, remote_after=1, least=3)
    assert found.redeemed_later == 400 + 100 + 220
    assert found.breakage == 300 + 180 + 640


def test_too_little_history_is_refused_with_what_is_needed() -> None:
    with pytest.raises(Refused) as refused:
        estimate(WORKED, through=MARCH)
    assert (refused.value.code, refused.value.facts) == ("too_little_history", {"found": 3, "needed": 12})
    assert refused.value.detail == "3 months with sales are too few to estimate from; 12 are needed"
    with pytest.raises(Refused) as younger:
        estimate(WORKED, through=MARCH, remote_after=4, least=3)
    assert (younger.value.code, younger.value.facts) == ("too_little_history", {"found": 3, "needed": 4})
    with pytest.raises(Refused):
        estimate([], through=MARCH)
    without_sales = [Cohort(month(number), 0, (0,) * (12 - number), (0,) * (12 - number)) for number in range(12)]
    with pytest.raises(Refused) as empty:
        estimate(without_sales, through=month(11))
    assert empty.value.facts == {"found": 0, "needed": 12}


@pytest.mark.parametrize(
    "cohort",
    [
        Cohort(month(0), 100, (50, 51, 0), (0, 0, 0)),
        Cohort(month(0), 100, (50, -1, 0), (0, 0, 0)),
        Cohort(month(0), 100, (50, 0, 0), (0, 0, -5)),
        Cohort(month(0), -100, (0, 0, 0), (0, 0, 0)),
        Cohort(month(0), 100, (50, 0), (0, 0)),
        Cohort(month(0), 100, (50, 0, 0), (0, 0)),
        Cohort(date(2024, 1, 2), 100, (50, 0, 0), (0, 0, 0)),
        Cohort(date(2024, 4, 1), 100, (), ()),
    ],
)
def test_cohorts_that_contradict_themselves_are_the_callers_fault(cohort: Cohort) -> None:
    with pytest.raises(ValueError, match=r"cohort begins|more is gone"):
        estimate([cohort], through=MARCH, least=1)


def test_a_month_that_comes_twice_and_a_remoteness_of_nothing_are_the_callers_fault() -> None:
    with pytest.raises(ValueError, match="twice"):
        estimate([WORKED[0], WORKED[0]], through=MARCH, least=1)
    with pytest.raises(ValueError, match="one month"):
        estimate(WORKED, through=MARCH, remote_after=0, least=3)


@given(histories())
def test_every_cohort_is_whole_and_nothing_is_negative_or_more_than_there_is(
    drawn: tuple[list[Cohort], date, int | None],
) -> None:
    history, through, remote = drawn
    found = estimate(history, through=through, remote_after=remote, least=1)
    assert [c.month for c in found.cohorts] == sorted(c.month for c in history if c.issued)
    for c in found.cohorts:
        assert c.redeemed + c.lapsed + c.outstanding == c.issued
        assert c.to_be_redeemed + c.breakage == c.issued
        assert c.redeemed <= c.to_be_redeemed
        assert 0 <= c.lapsed <= c.recognisable <= c.breakage <= c.lapsed + c.outstanding
    assert found.breakage == sum(c.breakage for c in found.cohorts)
    assert found.recognisable == sum(c.recognisable for c in found.cohorts)
    assert abs(found.breakage - (1 - found.share) * sum(c.issued for c in found.cohorts)) <= Fraction(1, 2)
    assert 0 <= found.share <= 1


@given(histories())
def test_the_curve_only_rises_and_ends_below_all(drawn: tuple[list[Cohort], date, int | None]) -> None:
    history, through, remote = drawn
    curve = estimate(history, through=through, remote_after=remote, least=1).curve
    assert list(curve) == sorted(curve)
    assert 0 <= curve[0] <= curve[-1] <= 1


@given(histories())
def test_the_order_of_the_months_changes_nothing(drawn: tuple[list[Cohort], date, int | None]) -> None:
    history, through, remote = drawn
    one, other = (
        estimate(cohorts, through=through, remote_after=remote, least=1) for cohorts in (history, history[::-1])
    )
    assert one == other


@given(histories())
def test_the_longer_one_waits_for_redemptions_the_less_is_breakage(
    drawn: tuple[list[Cohort], date, int | None],
) -> None:
    history, through, _ = drawn
    oldest = max(len(c.redeemed) for c in history if c.issued)
    never = estimate(history, through=through, least=1)
    remote = [estimate(history, through=through, remote_after=age, least=1) for age in range(1, oldest + 1)]
    shares = [found.share for found in (*remote, never)]
    assert shares == sorted(shares)


@given(
    issued=st.integers(1, 10**6),
    parts=st.lists(st.integers(0, 100), min_size=1, max_size=8),
    months=st.integers(12, 16),
)
def test_a_business_whose_months_are_all_alike_gets_its_own_share_back(
    issued: int, parts: list[int], months: int
) -> None:
    """Each month the same part of what was issued is redeemed at each age: the estimate is exactly that part."""
    whole = issued * (sum(parts) + 1)
    at_age = [issued * part for part in parts] + [0] * months
    history = [
        Cohort(month(number), whole, tuple(at_age[: months - number]), (0,) * (months - number))
        for number in range(months)
    ]
    found = estimate(history, through=month(months - 1), remote_after=len(parts), least=12)
    assert found.share == Fraction(sum(parts), sum(parts) + 1)
    assert {c.breakage for c in found.cohorts} == {issued}


# --- how old, how long yet ------------------------------------------------------------------------------------------

NOW = datetime(2026, 6, 30, 18, tzinfo=UTC)  # noon in Denver


def told(ageing: Ageing) -> tuple[dict[str, tuple[int, int]], dict[str, tuple[int, int]]]:
    by_age, by_left = (
        {b.key: (b.vouchers, b.units) for b in table if b.vouchers} for table in (ageing.by_age, ageing.by_left)
    )
    return by_age, by_left


@pytest.mark.parametrize(
    ("days", "bucket"),
    [(0, "to_30"), (30, "to_30"), (31, "to_90"), (90, "to_90"), (91, "to_180"), (180, "to_180"), (181, "to_365"),
     (365, "to_365"), (366, "over_365"), (4000, "over_365")],
)  # fmt: skip
def test_a_voucher_is_in_the_bucket_of_its_days(days: int, bucket: str) -> None:
    """Counted in local days: sold at the first moment of a day in Denver, over at the midnight after its last."""
    today = NOW.astimezone(DENVER).date()
    sold = datetime.combine(today - timedelta(days=days), datetime.min.time(), DENVER)
    over = datetime.combine(today + timedelta(days=days + 1), datetime.min.time(), DENVER)
    assert told(age_buckets([Lot(500, sold, over)], NOW, DENVER)) == ({bucket: (1, 500)}, {bucket: (1, 500)})


def test_what_is_over_and_what_never_ends_stand_apart() -> None:
    sold = NOW - timedelta(days=400)
    lots = [Lot(100, sold, NOW), Lot(200, sold, NOW + timedelta(microseconds=1)), Lot(400, sold, None)]
    assert told(age_buckets(lots, NOW, DENVER)) == (
        {"over_365": (3, 700)},
        {"over": (1, 100), "to_30": (1, 200), "never": (1, 400)},
    )


def test_the_buckets_come_in_their_order_even_when_nothing_is_open() -> None:
    nothing = age_buckets([], NOW, DENVER)
    assert [b.key for b in nothing.by_age] == ["to_30", "to_90", "to_180", "to_365", "over_365"]
    assert [b.key for b in nothing.by_left] == ["over", "to_30", "to_90", "to_180", "to_365", "over_365", "never"]
    assert {(b.vouchers, b.units) for b in (*nothing.by_age, *nothing.by_left)} == {(0, 0)}


def test_a_voucher_of_tomorrow_is_the_callers_fault() -> None:
    with pytest.raises(ValueError, match="sold after"):
        age_buckets([Lot(100, NOW + timedelta(seconds=1), None)], NOW, DENVER)


@given(
    st.lists(
        st.tuples(st.integers(1, 10**9), st.integers(0, 3000), st.one_of(st.none(), st.integers(-900, 3000))),
        max_size=30,
    )
)
def test_every_voucher_is_counted_once_in_each_list(drawn: list[tuple[int, int, int | None]]) -> None:
    lots = [
        Lot(units, NOW - timedelta(days=age), None if left is None else NOW + timedelta(days=left))
        for units, age, left in drawn
    ]
    ageing = age_buckets(lots, NOW, DENVER)
    for table in (ageing.by_age, ageing.by_left):
        assert sum(b.vouchers for b in table) == len(lots)
        assert sum(b.units for b in table) == sum(lot.units for lot in lots)
