"""Lists by cursor: the newest first, a bounded number of rows, one statement."""

from __future__ import annotations

from typing import Any, NamedTuple

PAGE = 30


class Page(NamedTuple):
    """Some rows and the cursor of the next ones, empty when there are none."""

    rows: list[Any]
    next: str


def newest(query: Any, *, after: str, limit: int = PAGE) -> Page:
    """Return the rows older than the cursor ``after`` (the last row's key; empty or unreadable: from the newest)."""
    if after.isascii() and after.isdecimal() and len(after) <= 18:
        query = query.filter(pk__lt=int(after))
    rows = list(query.order_by("-pk")[: limit + 1])
    more = len(rows) > limit
    return Page(rows[:limit], str(rows[limit - 1].pk) if more else "")


def oldest(query: Any, *, after: str, limit: int = PAGE) -> Page:
    """Return the rows younger than the cursor ``after``, the oldest first: what has waited longest stands on top."""
    if after.isascii() and after.isdecimal() and len(after) <= 18:
        query = query.filter(pk__gt=int(after))
    rows = list(query.order_by("pk")[: limit + 1])
    more = len(rows) > limit
    return Page(rows[:limit], str(rows[limit - 1].pk) if more else "")
