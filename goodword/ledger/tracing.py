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


@dataclass(frozen=True, slots=True)
class Gone:
    """What went out of a lot and those it is the heir of, without being used: whole units, what came back taken off.

    Attributes:
        paid_out: to the holder, while the lot was good: entries whose key begins as ``PAID_OUT`` says.
        left: what is in all of them now.
    """

    lapsed: int = 0
    paid_out: int = 0
    cancelled: int = 0
    left: int = 0


PAID_OUT = "cash:"
_ENDS = {"lapse": "lapsed", "unlapse": "lapsed", "honour": "lapsed", "refund": "cancelled", "forfeit": "cancelled",
         "take_back": "cancelled", "unbring": "cancelled"}  # fmt: skip


def gone_of(*, book: int, lots: Sequence[int]) -> dict[int, Gone]:
    """Return, by lot, what became of it and of the lots it is the heir of other than being used. One statement."""
    if not lots:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE line(tip, id, parent_id) AS ("
            f" SELECT a.id, a.id, a.parent_id FROM ledger_account a WHERE a.book_id = %s AND a.id {among()}"
            " UNION ALL SELECT l.tip, p.id, p.parent_id FROM line l JOIN ledger_account p ON p.id = l.parent_id),"
            " moved(tip, entry_id, units) AS ("
            " SELECT l.tip, t.entry_id, t.units FROM line l JOIN ledger_transfer t ON t.credit_id = l.id"
            " UNION ALL SELECT l.tip, t.entry_id, -t.units FROM line l JOIN ledger_transfer t ON t.debit_id = l.id),"
            " named(tip, way, units) AS ("
            " SELECT m.tip, CASE WHEN e.recipe = 'refund' AND substr(e.key, 1, %s) = %s THEN 'paid_out'"
            " ELSE e.recipe END, m.units FROM moved m JOIN ledger_entry e ON e.id = m.entry_id)"
            " SELECT tip, way, sum(units) FROM named GROUP BY tip, way",
            [book, listed(lots), len(PAID_OUT), PAID_OUT],
        )
        rows = cursor.fetchall()
    told = {lot: dict.fromkeys(("lapsed", "paid_out", "cancelled", "left"), 0) for lot in lots}
    for tip, way, units in rows:
        told[tip]["left"] += int(units)
        end = _ENDS.get(way, way)
        if end in told[tip] and end != "left":
            told[tip][end] -= int(units)
    return {lot: Gone(**sums) for lot, sums in told.items()}


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
