"""Other people's lots beside one customer's: written by hand as the recipes would, ten a wallet, with the seals on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from bench.workload import START

OFFSET = 10_000_000  # of every key, so that none is the customer's
A_WALLET = 10
CHUNK = 50_000
UNITS = 500
WALLET = ("id", "book_id")
ENTRY = ("id", "book_id", "key", "recipe", "cause", "occurred_at", "recorded_at", "booked_at")
LOT = ("id", "book_id", "wallet_id", "kind", "asset", "available_at", "expires_at", "opened_by_id", "grant_key",
       "debits", "credits")  # fmt: skip
TRANSFER = ("entry_id", "debit_id", "credit_id", "units", "asset")


def add(*, book: int, first: int, last: int) -> None:
    """Add the lots from ``first`` to before ``last``: points granted over a year; every third is half spent."""
    from django.db import connection, transaction

    from goodword.ledger import seal, sql

    assert seal.missing() == []
    house = sql.lock_book(book)[1]
    with transaction.atomic(durable=True):
        _write("ledger_wallet", WALLET, ((OFFSET + n, book) for n in range(first // A_WALLET, last // A_WALLET)))
        _write("ledger_entry", ENTRY, _entries(book, first, last))
        _write("ledger_account", LOT, _lots(book, first, last))
        _write("ledger_transfer", TRANSFER, _transfers(house, first, last))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _spent(n: int) -> int:
    return UNITS // 2 if n % 3 == 0 else 0


def _at(n: int) -> datetime:
    return START + timedelta(minutes=n % 400_000)


def _entries(book: int, first: int, last: int) -> Iterator[Sequence[Any]]:
    for n in range(first, last):
        at = _at(n)
        yield (OFFSET + 2 * n, book, f"b{n}", "grant", "points", at, at, at)
        if _spent(n):
            at += timedelta(days=30)
            yield (OFFSET + 2 * n + 1, book, f"s{n}", "spend", "points", at, at, at)


def _lots(book: int, first: int, last: int) -> Iterator[Sequence[Any]]:
    for n in range(first, last):
        at = _at(n)
        terms = (at + timedelta(days=1), at + timedelta(days=365))
        opened = OFFSET + 2 * n
        yield (OFFSET + n, book, OFFSET + n // A_WALLET, "points", "points", *terms, opened, f"b{n}", _spent(n), UNITS)


def _transfers(house: dict[tuple[str, str], int], first: int, last: int) -> Iterator[Sequence[Any]]:
    expense, redeemed = house["expense", "points"], house["redeemed", "points"]
    for n in range(first, last):
        yield (OFFSET + 2 * n, expense, OFFSET + n, UNITS, "points")
        if _spent(n):
            yield (OFFSET + 2 * n + 1, OFFSET + n, redeemed, _spent(n), "points")


def _write(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows by COPY, or by ``executemany`` on SQLite."""
    from django.db import connection

    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(columns))
        times = {n for n, column in enumerate(columns) if column.endswith("_at")}
        for chunk in _chunks(rows):
            told = [[_utc(value) if n in times else value for n, value in enumerate(row)] for row in chunk]
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", told)


def _utc(at: datetime) -> str:
    """Write an instant as Django does in SQLite."""
    return at.replace(tzinfo=None).isoformat(" ")


def _chunks(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    left = iter(rows)
    while chunk := list(islice(left, CHUNK)):
        yield chunk
