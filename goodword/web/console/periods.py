"""Which stretch of time a report is about: chosen by a word in the address, or by two dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from goodword.engine.durations import local_date, midnight

WORDS: dict[str, Promise] = {
    "month": _("This month"),
    "last_month": _("Last month"),
    "year": _("This year"),
    "twelve": _("Last twelve months"),
    "all": _("All time"),
    "dates": _("Own dates"),
}
DAYS: dict[str, Promise] = {"today": _("Today"), "yesterday": _("Yesterday")}  # for lists that are looked at by the day


@dataclass(frozen=True, slots=True)
class Period:
    """``start`` and ``end`` are half-open instants at local midnights; None is without bound. ``first`` and ``last``
    are the days between them, for the fields of a form; ``fault`` names the field that could not be read."""

    word: str
    start: datetime | None
    end: datetime | None
    first: date | None
    last: date | None
    fault: str = ""


def period_of(
    asked: Mapping[str, str], *, now: datetime, zone: ZoneInfo, default: str = "twelve", days: bool = False
) -> Period:
    """Read ``?period=word`` or ``?period=dates&from=2026-01-01&to=2026-01-31``; nonsense falls back to ``default``.

    Args:
        days: words of ``DAYS`` are read, too.
    """
    word = asked.get("period", "")
    if word not in WORDS and not (days and word in DAYS):
        word = "dates" if asked.get("from") or asked.get("to") else default
    today = local_date(now, zone)
    if word == "dates":
        return _dates(asked, zone)
    first, last = _named(word, today)
    return _period(word, first, last, zone)


def month_named(text: str) -> date | None:
    """Return the first day of the month of ``?month=2026-07``; None where none is meant."""
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 and "1900" <= text < "9999" else None
    except ValueError:
        return None


def _named(word: str, today: date) -> tuple[date | None, date | None]:
    if word in DAYS:
        day = today if word == "today" else today - timedelta(days=1)
        return day, day
    month = today.replace(day=1)
    if word == "month":
        return month, today
    if word == "last_month":
        last = month - timedelta(days=1)
        return last.replace(day=1), last
    if word == "year":
        return today.replace(month=1, day=1), today
    if word == "twelve":
        after = month.replace(year=month.year - 1, day=28) + timedelta(days=4)  # this month and the eleven before it
        return after.replace(day=1), today
    return None, None


def _dates(asked: Mapping[str, str], zone: ZoneInfo) -> Period:
    read: dict[str, date | None] = {}
    for name in ("from", "to"):
        text = asked.get(name, "").strip()
        try:
            read[name] = date.fromisoformat(text) if text else None
        except ValueError:
            return _period("dates", None, None, zone, fault=name)
    first, last = read["from"], read["to"]
    if first and last and last < first:
        return _period("dates", first, None, zone, fault="to")
    return _period("dates", first, last, zone)


def _period(word: str, first: date | None, last: date | None, zone: ZoneInfo, *, fault: str = "") -> Period:
    start = midnight(first, zone) if first else None
    end = midnight(last + timedelta(days=1), zone) if last and last < date.max else None
    return Period(word, start, end, first, last, fault)
