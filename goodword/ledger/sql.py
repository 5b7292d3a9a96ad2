"""The SQL of the writing path, for both databases, each statement for one row or a thousand; and what they refuse.

PostgreSQL takes the rows as arrays (``unnest``), SQLite as one prepared statement run many times.
"""

# ruff: noqa: S608 - the SQL is put together from this package's own constants; every value is a parameter
from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.utils.dateparse import parse_datetime

from goodword.errors import Conflict, NotFound, Refused
from goodword.ledger.chart import Kind
from goodword.ledger.lots import OpenLot, Terms

Row = Sequence[object]
LOT_COLUMNS = "a.id, a.wallet_id, a.kind, a.asset, a.available_at, a.expires_at, a.grant_key, a.parent_id"


@contextmanager
def refusals(**facts: object) -> Iterator[None]:
    """Translate what the database refuses, once; the caller's block must be rolled back and cannot go on.

    Raises:
        Conflict: ``already_posted`` or ``already_reversed``.
        Refused: ``insufficient_balance`` for a lot, ``more_than_owed`` for a debt.
    """
    try:
        yield
    except IntegrityError as error:
        if connection.in_atomic_block:
            transaction.set_rollback(True)
        said = str(error)
        if "ledger_entry_key_once" in said or "ledger_entry.key" in said:
            raise Conflict("already_posted", "That was posted before.", **facts) from error
        if "ledger_entry_reversed_once" in said or "ledger_entry.reverses_id" in said:
            raise Conflict("already_reversed", "That was reversed before.", **facts) from error
        if "ledger_lot_not_below_zero" in said:
            raise Refused("insufficient_balance", "There is not enough left.", **facts) from error
        if "ledger_owed_not_beyond_zero" in said:
            raise Refused("more_than_owed", "That is more than is owed.", **facts) from error
        raise


def lock_book(book: int) -> tuple[datetime | None, dict[tuple[str, str], int]]:
    """Hold the book open and return its first open instant and its house accounts by (kind, asset).

    Raises:
        NotFound: ``book_not_found``.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.open_from, a.id, a.kind, a.asset FROM ledger_book b"
            " LEFT JOIN ledger_account a ON a.book_id = b.id AND a.wallet_id IS NULL WHERE b.id = %s"
            + (" FOR SHARE OF b" if connection.vendor == "postgresql" else ""),
            [book],
        )
        rows = cursor.fetchall()
    if not rows:
        raise NotFound("book_not_found", book=book)
    return instant(rows[0][0]), {(kind, asset): id_ for _, id_, kind, asset in rows if id_ is not None}


def take_ids(*, entries: int, accounts: int) -> tuple[list[int], list[int]]:
    """Draw primary keys for rows about to be inserted, in one statement."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('ledger_entry', 'id')) FROM generate_series(1, %s)"
                " UNION ALL"
                " SELECT nextval(pg_get_serial_sequence('ledger_account', 'id')) FROM generate_series(1, %s)",
                [entries, accounts],
            )
            ids = [row[0] for row in cursor.fetchall()]
            return ids[:entries], ids[entries:]
        # The one writer of SQLite holds the whole file, so the numbers after the last are ours.
        cursor.execute(
            "SELECT (SELECT coalesce(max(id), 0) FROM ledger_entry), (SELECT coalesce(max(id), 0) FROM ledger_account)"
        )
        entry, account = cursor.fetchone()
    return list(range(entry + 1, entry + 1 + entries)), list(range(account + 1, account + 1 + accounts))


def insert(table: type[models.Model], columns: Sequence[str], rows: Sequence[Row], tail: str = "") -> None:
    """Insert ``rows`` into ``columns`` (database names) of a table, in their order, in one statement."""
    if not rows:
        return
    into = f"INSERT INTO {table._meta.db_table} ({', '.join(columns)})"
    values: list[Sequence[Any]] = list(zip(*rows, strict=True))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            types = [_ARRAYS[_type(table, column)] for column in columns]
            arrays = ", ".join(f"%s::{sql}" for sql, _ in types)
            literals = [_array(column, write) for column, (_, write) in zip(values, types, strict=True)]
            cursor.execute(f"{into} SELECT * FROM unnest({arrays}){tail}", literals)
            return
        for place, column in enumerate(columns):
            if _type(table, column) is models.DateTimeField:
                told = {value: None if value is None else moment(value) for value in set(values[place])}
                values[place] = [told[value] for value in values[place]]
        places = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"{into} VALUES ({places}){tail}", list(zip(*values, strict=True)))


def lock_accounts(*, book: int, ids: Iterable[int]) -> dict[int, tuple[str, str, int, int]]:
    """Lock holder-side accounts of a book in id order; return ``{id: (kind, asset, debits, credits)}``."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, asset, debits, credits FROM ledger_account"
            f" WHERE id {among()} AND book_id = %s AND wallet_id IS NOT NULL ORDER BY id"
            + (" FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""),
            [listed(wanted), book],
        )
        return {row[0]: (row[1], row[2], row[3], row[4]) for row in cursor.fetchall()}


def add_to_totals(deltas: dict[int, tuple[int, int]]) -> None:
    """Add (debits, credits) to the running totals of accounts; the table's CHECK refuses an overdraft."""
    if not deltas:
        return
    rows = [(*totals, account) for account, totals in sorted(deltas.items())]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "UPDATE ledger_account a SET debits = a.debits + d.debits, credits = a.credits + d.credits"
                " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS d(debits, credits, id) WHERE a.id = d.id",
                [_array(column, str) for column in zip(*rows, strict=True)],
            )
        else:
            statement = "UPDATE ledger_account SET debits = debits + %s, credits = credits + %s WHERE id = %s"
            cursor.executemany(statement, rows)


def known_wallets(*, book: int, wallets: Iterable[int]) -> set[int]:
    """Return those of ``wallets`` that belong to the book."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM ledger_wallet WHERE book_id = %s AND id {among()}", [book, listed(sorted(set(wallets)))]
        )
        return {row[0] for row in cursor.fetchall()}


def debts(*, book: int, wallets: Iterable[int]) -> dict[tuple[int, str], int]:
    """Return the debt accounts of ``wallets`` by (wallet, asset)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, wallet_id, asset FROM ledger_account"
            f" WHERE kind = 'owed' AND book_id = %s AND wallet_id {among()}",
            [book, listed(sorted(set(wallets)))],
        )
        return {(wallet, asset): id_ for id_, wallet, asset in cursor.fetchall()}


def among() -> str:
    """Return the SQL that tests membership in one parameter made by :func:`listed`, however long the list."""
    return "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"


def listed(values: Sequence[int] | Sequence[str]) -> list[int] | list[str] | str:
    """Return ``values`` as the one parameter :func:`among` takes."""
    if connection.vendor == "postgresql":
        return list(values)  # type: ignore[return-value]  # of the one type or of the other, never mixed
    return json.dumps(list(values))


def instant(value: datetime | str | None) -> datetime | None:
    """Return a time read by plain SQL as an aware datetime (SQLite keeps UTC as text)."""
    if isinstance(value, str):
        value = parse_datetime(value)
    if value is not None and value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return value


def moment(value: datetime) -> str | datetime:
    """Return a time as the database's plain SQL wants it."""
    adapted: str | datetime | None = connection.ops.adapt_datetimefield_value(value)
    assert adapted is not None
    return adapted


def lot_of(row: Sequence[Any]) -> OpenLot:
    """Return the lot of a row of ``LOT_COLUMNS`` and what is left in it."""
    account, wallet, kind, asset, available_at, expires_at, grant_key, parent, units = row
    terms = Terms(instant(available_at), instant(expires_at))
    return OpenLot(account, wallet, Kind(kind), asset, int(units), terms, grant_key, parent)


def _type(table: type[models.Model], column: str) -> type[models.Field[Any, Any]]:
    field = next(field for field in table._meta.concrete_fields if field.column == column)
    for kind in (models.DateTimeField, models.CharField):
        if isinstance(field, kind):
            return kind
    return models.BigIntegerField


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _instant_literal(value: datetime) -> str:
    return f'"{value.isoformat()}"'


# Text, not varchar(n): a cast to that would cut too long a text instead of refusing it.
_ARRAYS: dict[type[models.Field[Any, Any]], tuple[str, Callable[[Any], str]]] = {
    models.BigIntegerField: ("bigint[]", str),
    models.CharField: ("text[]", _quoted),
    models.DateTimeField: ("timestamptz[]", _instant_literal),
}


def _array(values: Sequence[Any], write: Callable[[Any], str]) -> str:
    """Write an array as PostgreSQL reads it: a third of the time that the driver takes for a list."""
    return "{" + ",".join(["NULL" if value is None else write(value) for value in values]) + "}"
