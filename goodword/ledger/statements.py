"""What was booked on wallets, line by line, with the balance before, after each line and at the end. Reads only."""

# ruff: noqa: S608 - the SQL is put together from this package's own constants; every value is a parameter
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from goodword.ledger.chart import Kind
from goodword.ledger.reading import until
from goodword.ledger.sql import among, instant, listed, moment


@dataclass(frozen=True, slots=True)
class StatementLine:
    """What one entry changed in one instrument, and the balance after it; for ``owed`` both count the debt."""

    entry: int
    recipe: str
    event_id: int | None
    cause: str
    occurred_at: datetime
    booked_at: datetime
    kind: Kind
    asset: str
    change: int
    balance: int


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines of a period with the balances before and after it, by (instrument, asset)."""

    opening: dict[tuple[Kind, str], int]
    lines: list[StatementLine]
    closing: dict[tuple[Kind, str], int]


def statement(
    *,
    book: int,
    wallets: Sequence[int],
    start: datetime | None = None,
    end: datetime | None = None,
    known_at: datetime | None = None,
) -> Statement:
    """Return what was booked on the wallets from ``start`` (included) to ``end`` (not included), in booking order.

    Lots of one instrument stand together; a move to new terms shows as a line that changes nothing. Two statements.
    """
    balance: dict[tuple[Kind, str], int] = defaultdict(int)
    if start is not None:
        for row in _changes(book=book, wallets=wallets, end=start, known_at=known_at, whole=True):
            balance[Kind(row[0]), row[1]] = int(row[2])
    opening = dict(balance)
    lines = []
    for row in _changes(book=book, wallets=wallets, start=start, end=end, known_at=known_at):
        kind, asset, change, entry, recipe, event_id, cause, occurred_at, booked_at = row
        balance[Kind(kind), asset] += int(change)
        occurred, booked = instant(occurred_at), instant(booked_at)
        assert occurred is not None
        assert booked is not None
        after = balance[Kind(kind), asset]
        lines.append(
            StatementLine(entry, recipe, event_id, cause, occurred, booked, Kind(kind), asset, int(change), after)
        )
    return Statement(opening, lines, dict(balance))


def _changes(
    *,
    book: int,
    wallets: Sequence[int],
    start: datetime | None = None,
    end: datetime | None = None,
    known_at: datetime | None = None,
    whole: bool = False,
) -> list[tuple[Any, ...]]:
    told, limits = until(at=None, known_at=known_at)
    for bound, test in ((start, ">="), (end, "<")):
        if bound is not None:
            told += f" AND e.booked_at {test} %s"
            limits.append(moment(bound))
    entry = "" if whole else ", e.id, e.recipe, e.event_id, e.cause, e.occurred_at, e.booked_at"
    sides = " UNION ALL ".join(
        f"SELECT a.kind, a.asset, t.entry_id, {sign} AS units FROM ledger_account a"
        f" JOIN ledger_transfer t ON t.{side}_id = a.id WHERE a.book_id = %s AND a.wallet_id {among()}"
        for side, sign in (
            ("credit", f"CASE a.kind WHEN '{Kind.OWED.value}' THEN -t.units ELSE t.units END"),
            ("debit", f"CASE a.kind WHEN '{Kind.OWED.value}' THEN t.units ELSE -t.units END"),
        )
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT m.kind, m.asset, sum(m.units){entry} FROM ({sides}) m JOIN ledger_entry e ON e.id = m.entry_id"
            f" WHERE true{told} GROUP BY m.kind, m.asset{entry}"
            + ("" if whole else " ORDER BY e.booked_at, e.id, m.kind, m.asset"),
            [book, listed(wallets), book, listed(wallets), *limits],
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
