"""What wallets hold at this moment, for the one who is about to move it. Reads only; one statement each."""

# ruff: noqa: S608 - the SQL is put together from this package's own constants; every value is a parameter
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from goodword.ledger.chart import Kind
from goodword.ledger.lots import OpenLot
from goodword.ledger.sql import LOT_COLUMNS, among, listed, lot_of, moment

_HOUSE = f"(SELECT id FROM ledger_account WHERE book_id = %s AND kind = '{Kind.LAPSED.value}' AND wallet_id IS NULL)"
_MOVED = "SELECT coalesce(sum(t.units), 0) FROM ledger_transfer t WHERE"
# What of lot ``a`` has lapsed, less what a late event brought back to it, less what an heir was opened with to honour
# it. The plus keeps the planner at the lot's own few transfers, away from the many of the house account.
_LAPSED = (
    f"(({_MOVED} t.debit_id = a.id AND +t.credit_id IN {_HOUSE})"
    f" - ({_MOVED} t.credit_id = a.id AND t.entry_id <> a.opened_by_id AND +t.debit_id IN {_HOUSE})"
    " - (SELECT coalesce(sum(t.units), 0) FROM ledger_account h JOIN ledger_transfer t"
    f" ON t.credit_id = h.id AND t.entry_id = h.opened_by_id WHERE h.parent_id = a.id AND +t.debit_id IN {_HOUSE}))"
)


def filled_lots(*, book: int, wallets: Sequence[int]) -> list[OpenLot]:
    """Return the lots of these wallets in which something is left, oldest first; used-up ones cost nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {LOT_COLUMNS}, a.credits - a.debits FROM ledger_account a WHERE a.book_id = %s"
            f" AND a.wallet_id {among()} AND a.kind <> '{Kind.OWED.value}' AND a.credits > a.debits ORDER BY a.id",
            [book, listed(wallets)],
        )
        return [lot_of(row) for row in cursor.fetchall()]


def newest_heirs(*, book: int, lots: Sequence[int]) -> dict[int, OpenLot]:
    """Return, for each lot, the last of its line of heirs (itself when it has none), with what is left in it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE line(root, id, depth) AS ("
            f" SELECT a.id, a.id, 0 FROM ledger_account a WHERE a.book_id = %s AND a.id {among()}"
            " UNION ALL SELECT l.root, h.id, l.depth + 1 FROM line l JOIN ledger_account h ON h.parent_id = l.id"
            # An heir whose opening was undone is none (as in reversing.py).
            " WHERE NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.reverses_id = h.opened_by_id))"
            f" SELECT l.root, l.depth, {LOT_COLUMNS}, a.credits - a.debits"
            " FROM line l JOIN ledger_account a ON a.id = l.id ORDER BY l.root, l.depth, a.id",
            [book, listed(lots)],
        )
        return {row[0]: lot_of(row[2:]) for row in cursor.fetchall()}


def lapsed_since(*, book: int, wallets: Sequence[int], since: datetime) -> list[OpenLot]:
    """Return the lots that lapsed after ``since``, ``units`` being what lapsed: a late event may bring it back."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {LOT_COLUMNS}, {_LAPSED} AS lapsed"
            f" FROM ledger_account a WHERE a.book_id = %s AND a.wallet_id {among()} AND a.expires_at > %s"
            " AND a.debits > 0 ORDER BY a.id",
            [book, book, book, book, listed(wallets), moment(since)],
        )
        return [lot for lot in map(lot_of, cursor.fetchall()) if lot.units > 0]


def lapsed_of(*, book: int, lot: int) -> int:
    """Return how much of a lot has lapsed and was neither brought back nor honoured since."""
    return lapsed_of_each(book=book, lots=[lot])[lot]


def lapsed_of_each(*, book: int, lots: Sequence[int]) -> dict[int, int]:
    """Return, by lot, how much has lapsed and was neither brought back nor honoured since. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT a.id, {_LAPSED} FROM ledger_account a WHERE a.book_id = %s AND a.id {among()}",
            [book, book, book, book, listed(lots)],
        )
        return {lot: int(units) for lot, units in cursor.fetchall()}


def debts_of(*, book: int, wallets: Sequence[int]) -> dict[tuple[int, str], int]:
    """Return what the owners of these wallets owe, by wallet and asset, where it is not nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wallet_id, asset, debits - credits FROM ledger_account"
            f" WHERE kind = '{Kind.OWED.value}' AND book_id = %s AND wallet_id {among()} AND debits > credits",
            [book, listed(wallets)],
        )
        return {(wallet, asset): int(units) for wallet, asset, units in cursor.fetchall()}
