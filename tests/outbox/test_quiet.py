"""Quiet hours by the clock on the business's wall."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from goodword.outbox.quiet import out_of_quiet

DENVER = ZoneInfo("America/Denver")
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def local(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        ("2026-03-10T20:59:59", "2026-03-10T20:59:59"),
        ("2026-03-10T21:00", "2026-03-11T08:00"),
        ("2026-03-10T23:59:59", "2026-03-11T08:00"),
        ("2026-03-11T00:00", "2026-03-11T08:00"),
        ("2026-03-11T07:59:59", "2026-03-11T08:00"),
        ("2026-03-11T08:00", "2026-03-11T08:00"),
        ("2026-12-31T22:00", "2027-01-01T08:00"),
        ("2026-03-07T22:00", "2026-03-08T08:00"),  # the clocks go forward that night
        ("2026-10-31T22:00", "2026-11-01T08:00"),  # and back in that one
    ],
)
def test_what_falls_in_the_night_leaves_in_the_morning(at: str, leaves: str) -> None:
    given = out_of_quiet(local(at, DENVER), zone=DENVER, quiet_from="21:00", quiet_until="08:00")
    assert given == local(leaves, DENVER)


def test_quiet_hours_may_lie_within_a_day_and_may_be_none() -> None:
    noon = local("2026-03-10T12:30", STOCKHOLM)
    assert out_of_quiet(noon, zone=STOCKHOLM, quiet_from="12:00", quiet_until="13:00") == local(
        "2026-03-10T13:00", STOCKHOLM
    )
    assert out_of_quiet(noon, zone=STOCKHOLM, quiet_from="13:00", quiet_until="14:00") == noon
    assert out_of_quiet(noon, zone=STOCKHOLM, quiet_from="12:30", quiet_until="12:30") == noon


def test_an_end_that_the_clocks_skip_comes_right_after() -> None:
    at = local("2026-03-29T01:30", STOCKHOLM)  # 02:30 does not exist that night
    given = out_of_quiet(at, zone=STOCKHOLM, quiet_from="22:00", quiet_until="02:30")
    assert given.astimezone(STOCKHOLM).strftime("%H:%M") == "03:30"
