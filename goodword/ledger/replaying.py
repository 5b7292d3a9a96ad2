"""The movements of a book by the event that caused them, for a replay of what was decided (rulings 4). Reads only."""

# ruff: noqa: S608 - the SQL is put together from this package's own texts; every value is a parameter
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from goodword.ledger.chart import LOTS, Kind
from goodword.ledger.sql import among, listed


@dataclass(frozen=True, slots=True)
class Side:
    """One account of a movement; ``grant`` is the reward that its lot was given for, empty for none."""

    id: int
    kind: Kind
    grant: str

    @property
    def name(self) -> int | Kind:
        """Return the number of a lot, the kind of any other account."""
        return self.id if self.kind in LOTS else self.kind


@dataclass(frozen=True, slots=True)
class Moved:
    """One transfer with its entry."""

    entry: int
    recipe: str
    debit: Side
    credit: Side
    units: int


def moved_by(*, book: int, events: Sequence[int]) -> dict[int, list[Moved]]:
    """Return what these events moved, by event, in the order in which it was posted. One statement."""
    found: dict[int, list[Moved]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.event_id, e.id, e.recipe, t.units, d.id, d.kind, d.grant_key, c.id, c.kind, c.grant_key"
            " FROM ledger_entry e JOIN ledger_transfer t ON t.entry_id = e.id"
            " JOIN ledger_account d ON d.id = t.debit_id JOIN ledger_account c ON c.id = t.credit_id"
            f" WHERE e.book_id = %s AND e.event_id {among()} ORDER BY t.id",
            [book, listed(events)],
        )
        for event, entry, recipe, units, d, d_kind, d_grant, c, c_kind, c_grant in cursor.fetchall():
            debit, credit = Side(d, Kind(d_kind), d_grant), Side(c, Kind(c_kind), c_grant)
            found[event].append(Moved(entry, recipe, debit, credit, int(units)))
    return found
