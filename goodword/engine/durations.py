"""Holds, deadlines, seasons and calendar periods: the only arithmetic on time in the engine (rulings 6, 38)."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from goodword.errors import Invalid

Unit = Literal["h", "d", "months"]
LONGEST: dict[Unit, int] = {"h": 876_000, "d": 36_500, "months": 1_200}  # a hundred years

_DURATION = re.compile(r"([0-9]{1,9}) ?(h|d|months?)")
_MEANT = re.compile(r"([0-9]{1,9}) *([A-Za-z]+)")
_SAID: dict[str, tuple[int, str]] = {
    "hour": (1, "h"), "hours": (1, "h"), "hr": (1, "h"), "hrs": (1, "h"),
    "day": (1, "d"), "days": (1, "d"), "w": (7, "d"), "week": (7, "d"), "weeks": (7, "d"),
    "m": (1, " months"), "mo": (1, " months"), "mon": (1, " months"),
    "month": (1, " months"), "months": (1, " months"),
    "y": (12, " months"), "yr": (12, " months"), "year": (12, " months"), "years": (12, " months"),
}  # fmt: skip


class Duration(msgspec.Struct, frozen=True):
    """A span as the programme writes it: ``24h`` exact hours, ``14d`` and ``12 months`` calendar steps."""

    count: int
    unit: Unit


class Season(msgspec.Struct, frozen=True):
    """Days of every year, both ends included, each ``(month, day)``; wraps the new year when first > last."""

    first: tuple[int, int]
    last: tuple[int, int]


class Dates(msgspec.Struct, frozen=True):
    """One span of dates, both included."""

    first: date
    last: date


def parse_duration(text: str) -> Duration:
    """Read ``24h``, ``14d``, ``12 months`` (or ``1 month``).

    Raises:
        Invalid: ``not_a_duration`` with ``write`` in its facts, what to write instead.
    """
    wanted = "24h, 14d or 12 months"
    match = _DURATION.fullmatch(text)
    if match is None:
        meant = _MEANT.fullmatch(text.strip())
        if meant and (said := _SAID.get(meant[2].lower())):
            wanted = f"{int(meant[1]) * said[0]}{said[1]}"
        elif meant and meant[2].lower() in ("h", "d"):
            wanted = f"{int(meant[1])}{meant[2].lower()}"
        raise Invalid("not_a_duration", f"“{text}” is not a duration", write=wanted)
    count = int(match[1])
    unit: Unit = "h" if match[2] == "h" else "d" if match[2] == "d" else "months"
    if count > LONGEST[unit]:
        raise Invalid("not_a_duration", f"“{text}” is longer than a hundred years", write="at most 1200 months")
    return Duration(count, unit)


def spell(duration: Duration) -> str:
    """Return ``duration`` as the programme format writes it; ``parse_duration`` reads it back."""
    return f"{duration.count} months" if duration.unit == "months" else f"{duration.count}{duration.unit}"


def local_date(at: datetime, zone: ZoneInfo) -> date:
    """Return the date on the wall of ``zone`` at the aware instant ``at``."""
    return at.astimezone(zone).date()


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant (UTC) of ``day`` in ``zone``; where midnight is skipped, the first that exists."""
    return _instant(datetime.combine(day, time.min), zone, fold=0)


def hold_until(start: datetime, d: Duration, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which a hold of ``d`` ends (rulings 6).

    Hours are exact. Days and months end at the same local time, the day clipped to its month's end. A local time that
    the clocks skip is taken by the offset before the change; one that comes twice keeps the start's own side.
    """
    if d.unit == "h":
        return start.astimezone(UTC) + timedelta(hours=d.count)
    local = start.astimezone(zone)
    naive = datetime.combine(step(local.date(), d), local.time().replace(fold=0))
    return _instant(naive, zone, fold=local.fold)


def deadline(start: datetime, d: Duration, zone: ZoneInfo) -> datetime:
    """Return the first instant (UTC) that is too late for a ``window`` or ``expires`` of ``d`` (rulings 38).

    Hours: ``start`` + h exactly. Days and months: the local midnight after the last day.
    """
    if d.unit == "h":
        return start.astimezone(UTC) + timedelta(hours=d.count)
    return midnight(step(local_date(start, zone), d) + timedelta(days=1), zone)


def in_season(day: date, season: Season | Dates) -> bool:
    """Say whether the local date ``day`` is in the season or the dates, both ends included."""
    if isinstance(season, Dates):
        return season.first <= day <= season.last
    here = (day.month, day.day)
    if season.first <= season.last:
        return season.first <= here <= season.last
    return here >= season.first or here <= season.last


def period_key(at: datetime, period: str, zone: ZoneInfo) -> str:
    """Name the calendar period in ``zone`` that ``at`` falls in: ``2026-03-14``, ``2026-03``, ``2026`` or ``ever``.

    ``programme`` (a budget's) is its own single period.
    """
    day = local_date(at, zone)
    match period:
        case "day":
            return day.isoformat()
        case "month":
            return day.isoformat()[:7]
        case "year":
            return day.isoformat()[:4]
        case "ever" | "programme":
            return period
    raise ValueError(period)


def step(day: date, d: Duration) -> date:
    """Return the date ``d`` after ``day``, in whole days or months; a month's end that is not there is its last day."""
    assert d.unit != "h"
    if d.unit == "d":
        return day + timedelta(days=d.count)
    year, month = divmod(day.year * 12 + day.month - 1 + d.count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _instant(naive: datetime, zone: ZoneInfo, *, fold: int) -> datetime:
    """Turn a wall time into UTC; fold 0 in a gap uses the offset before it, so the result lies after the gap."""
    gap = naive.replace(tzinfo=zone, fold=0).utcoffset(), naive.replace(tzinfo=zone, fold=1).utcoffset()
    before, after = gap
    if before is not None and after is not None and after > before:  # skipped by the clocks
        fold = 0
    return naive.replace(tzinfo=zone, fold=fold).astimezone(UTC)
