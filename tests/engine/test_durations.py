from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.engine.durations import (
    Dates,
    Duration,
    Season,
    deadline,
    hold_until,
    in_season,
    local_date,
    midnight,
    parse_duration,
    period_key,
    spell,
)
from goodword.errors import Invalid

DENVER = ZoneInfo("America/Denver")
LONDON = ZoneInfo("Europe/London")
CAIRO = ZoneInfo("Africa/Cairo")  # summer time begins at midnight there


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [("24h", 24, "h"), ("0h", 0, "h"), ("14d", 14, "d"), ("1 month", 1, "months"), ("12 months", 12, "months")],
)
def test_durations_are_read_as_the_format_writes_them(text: str, count: int, unit: str) -> None:
    assert parse_duration(text) == Duration(count, unit)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "write"),
    [
        ("2 weeks", "14d"),
        ("1 year", "12 months"),
        ("24 hours", "24h"),
        ("14 days", "14d"),
        ("3m", "3 months"),
        ("24H", "24h"),
        ("soon", "24h, 14d or 12 months"),
        ("-3d", "24h, 14d or 12 months"),
        ("1.5h", "24h, 14d or 12 months"),
        ("", "24h, 14d or 12 months"),
        ("1201 months", "at most 1200 months"),
        ("٣d", "24h, 14d or 12 months"),
    ],
)
def test_a_malformed_duration_says_what_to_write(text: str, write: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_duration(text)
    assert refused.value.code == "not_a_duration"
    assert refused.value.facts["write"] == write


@pytest.mark.requirement("R62")
def test_hours_are_exact_across_a_change_of_clocks() -> None:
    before = utc("2026-03-08T08:30:00")  # 01:30 in Denver, half an hour before the clocks go forward
    assert hold_until(before, Duration(24, "h"), DENVER) == utc("2026-03-09T08:30:00")


def test_a_hold_of_days_ends_at_the_same_local_time_when_the_clocks_change() -> None:
    before = utc("2026-03-07T19:00:00")  # noon in Denver
    assert hold_until(before, Duration(1, "d"), DENVER) == utc("2026-03-08T18:00:00")  # noon again, 23 hours later


def test_a_hold_that_ends_in_a_skipped_hour_ends_after_it() -> None:
    before = utc("2026-03-07T09:30:00")  # 02:30 in Denver; on the 8th there is no 02:30
    assert hold_until(before, Duration(1, "d"), DENVER) == utc("2026-03-08T09:30:00")  # 03:30


def test_a_hold_that_ends_in_a_doubled_hour_ends_in_the_first_one() -> None:
    before = utc("2026-10-31T07:30:00")  # 01:30 in Denver
    assert hold_until(before, Duration(1, "d"), DENVER) == utc("2026-11-01T07:30:00")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2026-01-31", 1, "2026-02-28"), ("2028-01-31", 1, "2028-02-29"), ("2026-08-31", 6, "2027-02-28"),
     ("2026-12-15", 12, "2027-12-15"), ("2028-02-29", 12, "2029-02-28")],
)  # fmt: skip
def test_months_are_clipped_to_the_month_s_end(start: str, months: int, end: str) -> None:
    at = utc(f"{start}T18:00:00")
    assert hold_until(at, Duration(months, "months"), ZoneInfo("UTC")) == utc(f"{end}T18:00:00")


def test_a_deadline_of_days_lasts_through_the_whole_last_local_day() -> None:
    at = utc("2026-06-02T05:00:00")  # still the 1st in Denver
    assert deadline(at, Duration(14, "d"), DENVER) == utc("2026-06-16T06:00:00")


def test_a_deadline_of_months_ends_at_midnight_after_the_clipped_day() -> None:
    at = utc("2026-01-31T12:00:00")
    assert deadline(at, Duration(1, "months"), LONDON) == utc("2026-03-01T00:00:00")


def test_a_deadline_of_hours_is_the_instant_itself() -> None:
    at = utc("2026-01-31T12:00:00")
    assert deadline(at, Duration(36, "h"), LONDON) == utc("2026-02-02T00:00:00")


def test_where_midnight_is_skipped_the_day_begins_at_its_first_instant() -> None:
    begins = midnight(date(2026, 4, 24), CAIRO)
    assert begins == utc("2026-04-23T22:00:00")
    assert begins.astimezone(CAIRO).isoformat() == "2026-04-24T01:00:00+03:00"


def test_seasons_include_both_ends_and_wrap_the_new_year() -> None:
    summer, winter = Season((6, 1), (8, 31)), Season((11, 20), (2, 29))
    assert [in_season(date(2026, *day), summer) for day in ((5, 31), (6, 1), (8, 31), (9, 1))] == [
        False,
        True,
        True,
        False,
    ]
    assert [in_season(date(2027, *day), winter) for day in ((11, 19), (11, 20), (1, 5), (2, 28), (3, 1))] == [
        False, True, True, True, False,
    ]  # fmt: skip
    advent = Dates(date(2026, 11, 29), date(2026, 12, 24))
    assert in_season(date(2026, 12, 24), advent)
    assert not in_season(date(2027, 12, 1), advent)


def test_periods_are_those_of_the_business_s_zone() -> None:
    at = utc("2026-01-01T05:00:00")  # New Year's Eve in Denver
    assert [period_key(at, period, DENVER) for period in ("day", "month", "year", "ever", "programme")] == [
        "2025-12-31", "2025-12", "2025", "ever", "programme",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="week"):
        period_key(at, "week", DENVER)


DURATIONS = st.builds(Duration, st.integers(0, 1200), st.sampled_from(["h", "d", "months"]))
INSTANTS = st.integers(631152000, 3786912000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
ZONES = st.sampled_from(["America/Denver", "Europe/London", "Africa/Cairo", "Asia/Kathmandu", "Australia/Lord_Howe"])


@given(DURATIONS)
def test_every_duration_survives_writing_and_reading(duration: Duration) -> None:
    assert parse_duration(spell(duration)) == duration


@given(INSTANTS, DURATIONS, ZONES)
def test_a_hold_never_ends_before_it_began_nor_after_the_deadline_of_the_same_length(
    start: datetime, duration: Duration, zone: str
) -> None:
    at = ZoneInfo(zone)
    held = hold_until(start, duration, at)
    last = deadline(start, duration, at)
    assert held >= start - timedelta(hours=1)  # a doubled hour may be taken on its first side
    assert held <= last if duration.unit == "h" else held < last + timedelta(hours=1)
    if duration.unit != "h":
        assert local_date(last, at) == local_date(last - timedelta(microseconds=1), at) + timedelta(days=1)
