"""Where the value of one lot came from and went to, entry by entry, its forerunners included. Reads only."""

# ruff: noqa: S608 - the SQL is put together from this package's own constants; every value is a parameter
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from goodword.ledger.sql import among, instant, listed


@dataclass(frozen=True, slots=True)
class Step:
    """What one entry changed in a lot and those it is the heir of, and what was in them together after it."""

    entry: int
    recipe: str
    event_id: int | None
    cause: str
    booked_at: datetime
    change: int
    balance: int


def steps_of(*, book: int, lot: int) -> list[Step]:
    """Return every entry that moved value into or out of a lot or the lots it is the heir of, oldest first.

    A move from one of them to the next changes nothing together, and is told all the same. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE line(id, parent_id) AS ("
            " SELECT a.id, a.parent_id FROM ledger_account a WHERE a.book_id = %s AND a.id = %s"
            " UNION ALL SELECT p.id, p.parent_id FROM line l JOIN ledger_account p ON p.id = l.parent_id),"
            " moved(entry_id, units) AS ("
            " SELECT t.entry_id, t.units FROM line l JOIN ledger_transfer t ON t.credit_id = l.id"
            " UNION ALL SELECT t.entry_id, -t.units FROM line l JOIN ledger_transfer t ON t.debit_id = l.id)"
            " SELECT e.id, e.recipe, e.event_id, e.cause, e.booked_at, sum(m.units)"
            " FROM moved m JOIN ledger_entry e ON e.id = m.entry_id"
            " GROUP BY e.id, e.recipe, e.event_id, e.cause, e.booked_at ORDER BY e.booked_at, e.id",
            [book, lot],
        )
        rows = cursor.fetchall()
    told, balance = [], 0
    for entry, recipe, event_id, cause, booked_at, units in rows:
        balance += int(units)
        at = instant(booked_at)
        assert at is not None
        told.append(Step(entry, recipe, event_id, cause, at, int(units), balance))
    return told


def left_in(*, book: int, lots: Sequence[int]) -> int:
    """Return what is left in these lots together, in smallest units. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT coalesce(sum(a.credits - a.debits), 0) FROM ledger_account a WHERE a.book_id = %s"
            f" AND a.id {among()}",
            [book, listed(lots)],
        )
        return int(cursor.fetchone()[0])
