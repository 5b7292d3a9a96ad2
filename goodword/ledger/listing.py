"""The whole book told row by row, for a file that leaves the house. Reads only; memory stays bounded."""

# ruff: noqa: S608 - the SQL is put together from this package's own texts; every value is a parameter
from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Min

from goodword.ledger.models import Account, Entry, Transfer
from goodword.ledger.sql import among, listed

CHUNK = 2000
ACCOUNTS = (
    "id", "kind", "asset", "wallet_id", "available_at", "expires_at", "opened_by_id", "parent_id", "grant_key",
    "debits", "credits",
)  # fmt: skip
ENTRIES = ("id", "key", "recipe", "event_id", "cause", "occurred_at", "recorded_at", "booked_at", "reverses_id")
TRANSFERS = ("id", "entry_id", "debit_id", "credit_id", "units", "asset")


def accounts(*, book: int) -> Iterator[tuple[Any, ...]]:
    """Yield the ``ACCOUNTS`` of every account of a book: the lots, the debts, the house accounts; oldest first."""
    return _rows(Account.objects.filter(book_id=book), ACCOUNTS)


def entries(*, book: int) -> Iterator[tuple[Any, ...]]:
    """Yield the ``ENTRIES`` of every entry of a book, oldest first."""
    return _rows(Entry.objects.filter(book_id=book), ENTRIES)


def transfers(*, book: int) -> Iterator[tuple[Any, ...]]:
    """Yield the ``TRANSFERS`` of every transfer of a book, oldest first."""
    return _rows(Transfer.objects.filter(entry__book_id=book), TRANSFERS)


def instants(*, book: int, parts: int = 4) -> list[datetime]:
    """Return instants spread over a book's history: when entries along it occurred, were booked and recorded.

    Args:
        parts: into how many stretches the history is cut; empty for an empty book.
    """
    found = Entry.objects.filter(book_id=book).order_by("id")
    count, wanted = found.count(), set[datetime]()
    for place in sorted({min(count * part // parts, count - 1) for part in range(1, parts + 1)} if count else ()):
        wanted.update(found.values_list("occurred_at", "booked_at", "recorded_at")[place])
    return sorted(wanted)


def places(*, book: int, lots: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return for each lot of a book its wallet and which of that wallet's accounts it is, from 1; by id."""
    found: dict[int, tuple[int, int]] = {}
    for start in range(0, len(lots), CHUNK):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT a.id, a.wallet_id, (SELECT count(*) FROM ledger_account b WHERE b.wallet_id = a.wallet_id"
                f" AND b.id <= a.id) FROM ledger_account a WHERE a.book_id = %s AND a.id {among()}",
                [book, listed(lots[start : start + CHUNK])],
            )
            found |= {lot: (wallet, place) for lot, wallet, place in cursor.fetchall()}
    return found


def first_booked(*, book: int) -> datetime | None:
    """Return the earliest instant that a book knows; None for an empty one."""
    told: datetime | None = Entry.objects.filter(book_id=book).aggregate(at=Min("booked_at"))["at"]
    return told


def _rows(query: Any, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    yield from query.order_by("id").values_list(*columns).iterator(chunk_size=CHUNK)
