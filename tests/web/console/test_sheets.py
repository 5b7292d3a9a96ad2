"""Files for a spreadsheet, and the stretch of time a report is about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from goodword.flow.spreadsheet import harmless
from goodword.money import POINTS, Amount
from goodword.reports.overview import _same_day
from goodword.web.console.periods import WORDS, period_of
from goodword.web.console.sheets import sheet

DENVER = ZoneInfo("America/Denver")
NOW = datetime(2026, 3, 1, 5, 0, tzinfo=UTC)  # in Denver it is still the last of February


def test_a_sheet_keeps_every_cell_as_text_and_none_as_a_formula() -> None:
    with timezone.override(DENVER):
        row = ["=1+1", "Ann, “the” Berg", None, Amount(2505, "USD"), Amount(-5, "USD"), Amount(7, POINTS), NOW, 3]
        answer = sheet("rewards", ["Name", "@x"], [row])
    assert answer["Content-Disposition"] == 'attachment; filename="rewards.csv"'
    text = b"".join(answer).decode()  # read after the view has ended
    assert text == (
        "\ufeffName,'@x\r\n"
        "'=1+1,\"Ann, “the” Berg\",,25.05,-0.05,7,2026-02-28T22:00:00-07:00,3\r\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("Ann;=1+1", "Ann;'=1+1"),  # where cells are parted by semicolons it begins one
        ("a\n@SUM(1)", "a\n'@SUM(1)"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("\tx", "'\tx"),
        ("Ann-Marie + Bob = two; three", "Ann-Marie + Bob = two; three"),
        ("", ""),
    ],
)
def test_no_part_of_a_text_is_a_formula_however_cells_are_parted(told: str, kept: str) -> None:
    assert harmless(told) == kept


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({"period": "month"}, "2026-02-01", "2026-02-28"),
        ({"period": "last_month"}, "2026-01-01", "2026-01-31"),
        ({"period": "year"}, "2026-01-01", "2026-02-28"),
        ({"period": "twelve"}, "2025-03-01", "2026-02-28"),
        ({"period": "all"}, None, None),
        ({}, "2025-03-01", "2026-02-28"),
        ({"period": "nonsense"}, "2025-03-01", "2026-02-28"),
        ({"from": "2026-01-05", "to": "2026-01-06"}, "2026-01-05", "2026-01-06"),
        ({"period": "dates", "from": "2026-01-05"}, "2026-01-05", None),
        ({"period": "dates", "to": "9999-12-31"}, None, "9999-12-31"),
    ],
)
def test_a_period_is_whole_days_in_the_zone_of_the_business(
    asked: dict[str, str], first: str | None, last: str | None
) -> None:
    told = period_of(asked, now=NOW, zone=DENVER)
    assert (told.first and told.first.isoformat(), told.last and told.last.isoformat(), told.fault) == (first, last, "")
    assert told.word in WORDS
    if last == "2026-02-28":
        assert told.end == datetime(2026, 3, 1, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ({"period": "dates", "from": "5 Jan"}, "from"),
        ({"period": "dates", "to": "2026-02-30"}, "to"),
        ({"period": "dates", "from": "2026-02-02", "to": "2026-02-01"}, "to"),
    ],
)
def test_dates_that_cannot_be_meant_are_named(asked: dict[str, str], fault: str) -> None:
    assert period_of(asked, now=NOW, zone=DENVER).fault == fault


@pytest.mark.parametrize(
    ("month", "today", "cut"),
    [
        ("2026-10-01", "2026-11-22", "2026-10-23"),
        ("2026-10-01", "2026-11-01", "2026-10-02"),
        ("2026-02-01", "2026-03-31", "2026-03-01"),  # clipped: February has no 31st
        ("2025-12-01", "2026-01-31", "2026-01-01"),
    ],
)
def test_a_month_that_runs_is_compared_with_the_same_days_of_the_last(month: str, today: str, cut: str) -> None:
    assert _same_day(date.fromisoformat(month), date.fromisoformat(today)) == date.fromisoformat(cut)
