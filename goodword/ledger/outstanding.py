"""What stands open in whole instruments: beside the rows of others, and lot by lot at a past date. Reads only."""

# ruff: noqa: S608 - the SQL is put together from this package's own constants; every value is a parameter
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from goodword.ledger.chart import Kind
from goodword.ledger.models import Account
from goodword.ledger.reading import until
from goodword.ledger.sql import among, instant, listed


@dataclass(frozen=True, slots=True)
class Open:
    """A lot in which something was left.

    Attributes:
        id: the lot; root: the first of its line of heirs, itself when it is no heir.
        units: what was left, above zero.
        begun_at: when the value came to be: the sale or grant of the root.
    """

    id: int
    root: int
    kind: Kind
    asset: str
    units: int
    begun_at: datetime
    expires_at: datetime | None


def left_in(lot: str) -> Coalesce:
    """Return an expression for the query sets of others: what is left now in the lot that column ``lot`` names.

    Where it names none, 0.
    """
    account = Account.objects.filter(pk=OuterRef(lot)).values(left=F("credits") - F("debits"))
    return Coalesce(Subquery(account, output_field=BigIntegerField()), 0)


def outstanding(
    *, book: int, kinds: Sequence[Kind], at: datetime | None = None, known_at: datetime | None = None
) -> list[Open]:
    """Return the lots of some instruments in which something is left, now or at a past date, by id. Two statements."""
    named = ", ".join(f"'{kind.value}'" for kind in kinds)
    values: list[Any] = [book]
    units, source = "a.credits - a.debits", "ledger_account a"
    only = f"a.book_id = %s AND a.kind IN ({named}) AND a.credits > a.debits"
    if at is not None or known_at is not None:
        told, limits = until(at=at, known_at=known_at)
        moved = " UNION ALL ".join(
            f"SELECT t.{side}_id AS account, {sign}t.units AS units FROM ledger_transfer t"
            f" JOIN ledger_entry e ON e.id = t.entry_id WHERE e.book_id = %s{told}"
            for side, sign in (("credit", ""), ("debit", "-"))
        )
        source = (
            f"(SELECT account, sum(units) AS units FROM ({moved}) s GROUP BY account HAVING sum(units) > 0) m"
            " JOIN ledger_account a ON a.id = m.account"
        )
        units, only, values = "m.units", f"a.kind IN ({named})", [book, *limits, book, *limits]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT a.id, a.kind, a.asset, {units}, o.occurred_at, a.expires_at, a.parent_id"
            f" FROM {source} JOIN ledger_entry o ON o.id = a.opened_by_id WHERE {only} ORDER BY a.id",
            values,
        )
        rows = cursor.fetchall()
    roots = roots_of(lots=[row[0] for row in rows if row[6] is not None])
    read = cache(instant)  # a wave shares its instants, and SQLite keeps them as text
    return [_open(row, *roots.get(row[0], (row[0], row[4])), read=read) for row in rows]


def roots_of(*, lots: Sequence[int]) -> dict[int, tuple[int, Any]]:
    """Return, for each lot, the first of its line of heirs and when that was opened, as the database tells it.

    One statement, none for none.
    """
    if not lots:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE line(lot, id, parent) AS ("
            f" SELECT a.id, a.id, a.parent_id FROM ledger_account a WHERE a.id {among()}"
            " UNION ALL SELECT l.lot, p.id, p.parent_id FROM line l JOIN ledger_account p ON p.id = l.parent)"
            " SELECT l.lot, l.id, o.occurred_at FROM line l JOIN ledger_account a ON a.id = l.id"
            " JOIN ledger_entry o ON o.id = a.opened_by_id WHERE l.parent IS NULL",
            [listed(lots)],
        )
        return {lot: (root, begun) for lot, root, begun in cursor.fetchall()}


def _open(row: Sequence[Any], root: int, begun_at: Any, *, read: Callable[[Any], datetime | None]) -> Open:
    lot, kind, asset, units, _begun, expires_at, _parent = row
    begun = read(begun_at)
    assert begun is not None
    return Open(lot, root, Kind(kind), asset, int(units), begun, read(expires_at))
