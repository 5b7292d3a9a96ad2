"""How long a voucher is valid, when it is over, and what becomes of the rest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.errors import Refused
from goodword.vouchers.law import (
    Policy,
    all_policies,
    cash_out_due,
    check_last_day,
    default_last_day,
    earliest_expiry,
    expires_at,
    may_lapse,
    may_take_breakage,
    policy_for,
    policy_named,
)

SOLD = date(2026, 3, 14)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
POLICIES = st.sampled_from(all_policies())
ZONES = [
    "America/Santiago", "Africa/Cairo", "Asia/Beirut", "America/Havana", "America/Asuncion", "Europe/Stockholm",
    "America/Denver", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe", "America/Nuuk", "UTC",
]  # fmt: skip


@pytest.mark.requirement("R10")
@pytest.mark.parametrize(
    ("policy", "sold", "earliest", "default"),
    [
        ("default-sold", "2026-03-14", "2026-03-14", "2027-03-14"),
        ("gb-none", "2026-03-14", "2026-03-14", "2027-03-14"),
        ("se-none", "2024-02-29", "2024-02-29", "2025-02-28"),
        ("ie-2019", "2026-03-14", "2031-03-14", "2031-03-14"),
        ("ie-2019", "2024-02-29", "2029-02-28", "2029-02-28"),
        ("au-2019", "2026-03-14", "2029-03-14", "2029-03-14"),
        ("nz-2026", "2026-03-16", "2029-03-16", "2029-03-16"),
        ("us-2010", "2026-03-14", "2031-03-14", "2031-03-14"),
        ("us-ny-2022", "2026-03-14", "2035-03-14", "2035-03-14"),
        ("de-2002", "2026-01-01", "2029-12-31", "2029-12-31"),
        ("de-2002", "2026-12-31", "2029-12-31", "2029-12-31"),
        ("us-ca-1997", "2026-03-14", None, None),
        ("ca-on-2007", "2026-03-14", None, None),
        ("default-promotional", "2026-03-14", "2026-03-14", "2027-03-14"),
    ],
)
def test_twelve_months_where_the_law_allows_it_else_what_the_law_wants(
    policy: str, sold: str, earliest: str | None, default: str | None
) -> None:
    under, day = policy_named(policy), date.fromisoformat(sold)
    assert [d and d.isoformat() for d in (earliest_expiry(under, day), default_last_day(under, day))] == [
        earliest,
        default,
    ]


def test_a_longer_usual_life_than_the_law_wants_is_kept() -> None:
    assert default_last_day(policy_named("ie-2019"), SOLD, months=72) == date(2032, 3, 14)
    assert default_last_day(policy_named("us-ca-1997"), SOLD, months=72) is None


@pytest.mark.requirement("R10")
def test_one_day_less_than_the_law_wants_is_refused_with_the_reason_and_its_source() -> None:
    ireland = policy_for("IE", "", "sold", SOLD)
    check_last_day(ireland, sold_on=SOLD, last_day=date(2031, 3, 14))
    with pytest.raises(Refused) as refused:
        check_last_day(ireland, sold_on=SOLD, last_day=date(2031, 3, 13))
    assert refused.value.code == "expiry_too_short"
    assert refused.value.facts == {
        "policy": "ie-2019", "sold_on": "2026-03-14", "last_day": "2031-03-13", "earliest": "2031-03-14",
    }  # fmt: skip
    assert refused.value.detail == (
        "Ireland: a sold voucher is valid for at least 5 years. The earliest last day is March 14, 2031. "
        "Source: Consumer Protection (Gift Vouchers) Act 2019."
    )


def test_where_a_voucher_must_not_expire_any_last_day_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        check_last_day(policy_named("us-ca-1997"), sold_on=SOLD, last_day=date(9999, 12, 31))
    assert refused.value.facts["earliest"] is None
    assert refused.value.detail == (
        "California: a sold voucher must not expire. Leave the last day empty. "
        "Source: California Civil Code 1749.5, amended by SB 22 (2025)."
    )


def test_what_is_given_away_may_end_on_its_own_day_but_not_before() -> None:
    promotional = policy_for("US", "CA", "promotional", SOLD)
    check_last_day(promotional, sold_on=SOLD, last_day=SOLD)
    with pytest.raises(Refused) as refused:
        check_last_day(promotional, sold_on=SOLD, last_day=SOLD - timedelta(days=1))
    assert refused.value.detail == "March 13, 2026 lies before the day of the sale, March 14, 2026."


@given(policy=POLICIES, sold=DAYS, days=st.integers(-1, 4000), months=st.integers(1, 240))
def test_never_expiring_and_the_default_always_pass_and_later_is_never_worse(
    policy: Policy, sold: date, days: int, months: int
) -> None:
    def passes(last_day: date | None) -> bool:
        try:
            check_last_day(policy, sold_on=sold, last_day=last_day)
        except Refused:
            return False
        return True

    earliest = earliest_expiry(policy, sold)
    assert passes(None)
    assert passes(default_last_day(policy, sold, months))
    chosen = sold + timedelta(days=days)
    assert passes(chosen) == (earliest is not None and chosen >= earliest)
    if passes(chosen):
        assert passes(chosen + timedelta(days=1))


@given(policy=POLICIES, sold=DAYS)
def test_whoever_buys_a_day_later_is_never_worse_off(policy: Policy, sold: date) -> None:
    one, other = earliest_expiry(policy, sold), earliest_expiry(policy, sold + timedelta(days=1))
    assert (one is None) == (other is None)
    assert one is None or other is None or one <= other


# --- the end of the last day ----------------------------------------------------------------------------------------


@pytest.mark.requirement("R20")
@pytest.mark.parametrize(
    ("zone", "last_day", "over", "clock"),
    [
        ("Europe/Stockholm", "2026-03-28", "2026-03-28T23:00:00", "2026-03-29T00:00:00+01:00"),
        ("Europe/Stockholm", "2026-03-29", "2026-03-29T22:00:00", "2026-03-30T00:00:00+02:00"),
        ("America/Denver", "2026-12-31", "2027-01-01T07:00:00", "2027-01-01T00:00:00-07:00"),
        # The clocks skip that midnight: the next day begins at one.
        ("America/Santiago", "2026-09-05", "2026-09-06T04:00:00", "2026-09-06T01:00:00-03:00"),
        ("Africa/Cairo", "2026-04-23", "2026-04-23T22:00:00", "2026-04-24T01:00:00+03:00"),
        ("Asia/Beirut", "2026-03-28", "2026-03-28T22:00:00", "2026-03-29T01:00:00+03:00"),
        # The clocks go back at midnight: the last day has 25 hours, all of them valid.
        ("America/Santiago", "2026-04-04", "2026-04-05T04:00:00", "2026-04-05T00:00:00-04:00"),
        # The clocks go back to midnight: the day begins at the first of the two.
        ("America/Havana", "2026-10-31", "2026-11-01T04:00:00", "2026-11-01T00:00:00-04:00"),
    ],
)
def test_the_last_day_ends_at_the_midnight_of_the_business(zone: str, last_day: str, over: str, clock: str) -> None:
    found = expires_at(date.fromisoformat(last_day), ZoneInfo(zone))
    assert found == datetime.fromisoformat(over).replace(tzinfo=UTC)
    assert found.astimezone(ZoneInfo(zone)).isoformat() == clock


@pytest.mark.requirement("R20")
@given(last_day=DAYS, zone=st.sampled_from(ZONES))
def test_the_last_moment_before_is_of_the_last_day_and_the_next_is_not(last_day: date, zone: str) -> None:
    over = expires_at(last_day, ZoneInfo(zone))
    assert (over - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date() == last_day
    assert over.astimezone(ZoneInfo(zone)).date() == last_day + timedelta(days=1)


# --- what becomes of the rest ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "lapses"),
    [("us-ca-1997", False), ("ca-on-2007", False), ("ca-2010", False), ("us-2010", True), ("ie-2019", True),
     ("default-sold", True), ("us-promotional-2010", True)],
)  # fmt: skip
def test_a_sold_voucher_never_lapses_where_it_must_not_expire(policy: str, lapses: bool) -> None:
    assert may_lapse(policy_named(policy)) is lapses


@pytest.mark.parametrize(
    ("policy", "balance", "currency", "on", "due"),
    [
        ("us-ca-1997", 999, "USD", "2026-03-31", True),
        ("us-ca-1997", 1000, "USD", "2026-03-31", False),
        ("us-ca-1997", 1000, "USD", "2026-04-01", True),
        ("us-ca-1997", 1499, "USD", "2026-04-01", True),
        ("us-ca-1997", 1500, "USD", "2026-04-01", False),
        ("us-ca-1997", 0, "USD", "2026-04-01", False),
        ("us-ca-1997", 500, "MXN", "2026-04-01", False),
        ("us-ca-1997", 500, "USD", "2007-12-31", False),
        ("us-co-2010", 500, "USD", "2026-04-01", True),
        ("us-co-2010", 501, "USD", "2026-04-01", False),
        ("ca-qc-2010", 500, "CAD", "2026-04-01", True),
        ("us-ct-2010", 299, "USD", "2016-09-30", False),
        ("us-ct-2010", 299, "USD", "2016-10-01", True),
        ("us-2010", 1, "USD", "2026-04-01", False),
        ("default-promotional", 1, "USD", "2026-04-01", False),
    ],
)
def test_a_little_rest_is_paid_out_by_the_threshold_of_the_day_of_asking(
    policy: str, balance: int, currency: str, on: str, due: bool
) -> None:
    assert cash_out_due(policy_named(policy), balance, currency, date.fromisoformat(on)) is due


@pytest.mark.parametrize(
    ("policy", "unasked", "asked", "reasons"),
    [
        ("ie-2019", True, True, ("issuer", "issuer")),
        ("us-2010", False, True, ("ask", "confirmed")),
        ("default-sold", False, True, ("ask", "confirmed")),
        ("us-ny-2022", False, False, ("state", "state")),
    ],
)
def test_breakage_is_never_proposed_where_the_state_may_own_the_rest_unless_somebody_asked(
    policy: str, unasked: bool, asked: bool, reasons: tuple[str, str]
) -> None:
    before = may_take_breakage(policy_named(policy))
    after = may_take_breakage(policy_named(policy), confirmed=True)
    assert (before.allowed, after.allowed) == (unasked, asked)
    assert (before.reason, after.reason) == reasons
