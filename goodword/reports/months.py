"""Rows told apart by their local month, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, IntegerField, Value, When

from goodword.engine.durations import local_date, midnight


def months_between(first: datetime, last: datetime, zone: ZoneInfo) -> list[date]:
    """Return the first days of the local months from that of ``first`` to that of ``last``, both included."""
    begin, end = local_date(first, zone), local_date(max(first, last), zone)
    return [
        date(n // 12, n % 12 + 1, 1)
        for n in range(begin.year * 12 + begin.month - 1, end.year * 12 + end.month)
    ]  # fmt: skip


def month_of(name: str, months: Sequence[date], zone: ZoneInfo) -> Any:
    """Return an expression for the place in ``months``, which follow each other, of the month of an instant.

    What comes before or after them is counted with the first or last; no instant has no place. By comparing instants,
    in halves: cutting each down to its local month is slow on SQLite, which asks Python to do it (overview.py).
    """

    def half(low: int, high: int) -> Any:
        if low + 1 >= high:
            return Value(low)
        middle = (low + high) // 2
        before = When(**{f"{name}__lt": midnight(months[middle], zone)}, then=half(low, middle))
        return Case(before, default=half(middle, high), output_field=IntegerField())

    known = When(**{f"{name}__isnull": False}, then=half(0, len(months)))
    return Case(known, default=Value(None), output_field=IntegerField())
