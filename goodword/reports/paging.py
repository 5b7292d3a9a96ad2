"""Lists by cursor: the newest first, a bounded number of rows, one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q

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


def latest(query: Any, *, by: str, after: str, limit: int = PAGE) -> Page:
    """Return the rows before the cursor ``after``, the latest ``by`` (an instant that none lacks) first."""
    at, _, pk = after.partition("_")
    if pk.isascii() and pk.isdecimal() and len(pk) <= 18 and (until := _instant(at)) is not None:
        query = query.filter(Q(**{f"{by}__lt": until}) | Q(**{by: until, "pk__lt": int(pk)}))
    rows = list(query.order_by(f"-{by}", "-pk")[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    return Page(rows, f"{getattr(rows[-1], by).isoformat()}_{rows[-1].pk}" if more else "")


def oldest(query: Any, *, by: str, after: str, limit: int = PAGE) -> Page:
    """Return the rows after the cursor ``after``, the earliest ``by`` (an instant) first."""
    at, _, pk = after.partition("_")
    if pk.isascii() and pk.isdecimal() and len(pk) <= 18 and (since := _instant(at)) is not None:
        query = query.filter(Q(**{f"{by}__gt": since}) | Q(**{by: since, "pk__gt": int(pk)}))
    rows = list(query.order_by(by, "pk")[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    return Page(rows, f"{getattr(rows[-1], by).isoformat()}_{rows[-1].pk}" if more else "")


def every(fetch: Callable[[str], Page]) -> Iterator[list[Any]]:
    """Yield the rows of one page after another, for a file, without holding them.

    Args:
        fetch: returns the page behind a cursor; empty: the first.
    """
    page = fetch("")
    yield page.rows
    while page.next:
        page = fetch(page.next)
        yield page.rows


def _instant(text: str) -> datetime | None:
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return None
    return told if told.tzinfo is not None else None
