"""The whole book: trial balance, liability by instrument, entries; now or at a past date. Reads only."""

# ruff: noqa: S608 - the SQL is put together from this package's own constants; every value is a parameter
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from goodword.ledger.chart import LIABILITIES, Kind
from goodword.ledger.models import Entry, Transfer
from goodword.ledger.reading import until
from goodword.ledger.sql import moment


@dataclass(frozen=True, slots=True)
class TrialLine:
    """All accounts of one kind and asset; ``balance`` = credits - debits; the balances of an asset sum to 0."""

    kind: Kind
    asset: str
    debits: int
    credits: int
    balance: int


@dataclass(frozen=True, slots=True)
class Liability:
    """What holders are owed in one instrument and asset; ``expired`` is past its date, its lapse not posted yet."""

    kind: Kind
    asset: str
    pending: int
    redeemable: int
    expired: int

    @property
    def total(self) -> int:
        """Return all of it: what stands in the books."""
        return self.pending + self.redeemable + self.expired


@dataclass(frozen=True, slots=True)
class Movement:
    """One transfer: from one account to another."""

    debit: int
    debit_kind: Kind
    credit: int
    credit_kind: Kind
    units: int
    asset: str


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry with its transfers."""

    id: int
    key: str
    recipe: str
    event_id: int | None
    cause: str
    occurred_at: datetime
    recorded_at: datetime
    booked_at: datetime
    reverses: int | None
    movements: tuple[Movement, ...]


def trial_balance(*, book: int, at: datetime | None = None, known_at: datetime | None = None) -> list[TrialLine]:
    """Return every kind of account with its totals per asset, in the order of the chart. One statement."""
    told, limits = until(at=at, known_at=known_at)
    sides = " UNION ALL ".join(
        f"SELECT t.{side}_id AS account, {units} FROM ledger_transfer t JOIN ledger_entry e ON e.id = t.entry_id"
        f" WHERE e.book_id = %s{told}"
        for side, units in (("debit", "t.units AS debits, 0 AS credits"), ("credit", "0 AS debits, t.units AS credits"))
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT a.kind, a.asset, sum(m.debits), sum(m.credits) FROM ({sides}) m"
            " JOIN ledger_account a ON a.id = m.account GROUP BY a.kind, a.asset",
            [book, *limits, book, *limits],
        )
        rows = cursor.fetchall()
    place = {kind: i for i, kind in enumerate(Kind)}
    lines = [TrialLine(Kind(kind), asset, int(d), int(c), int(c) - int(d)) for kind, asset, d, c in rows]
    return sorted(lines, key=lambda line: (line.asset, place[line.kind]))


def liability(
    *, book: int, now: datetime, at: datetime | None = None, known_at: datetime | None = None
) -> list[Liability]:
    """Return what is owed to holders by instrument and asset. One statement; with neither date from running totals."""
    judged = moment(at or known_at or now)
    state = (
        "CASE WHEN a.expires_at <= %s THEN 'expired'"
        " WHEN a.available_at IS NULL OR a.available_at > %s THEN 'pending' ELSE 'redeemable' END"
    )
    kinds = ", ".join(f"'{kind.value}'" for kind in sorted(LIABILITIES))
    if at is None and known_at is None:
        source, values = "ledger_account a WHERE a.book_id = %s AND a.credits > a.debits AND", [book]
        units = "a.credits - a.debits"
    else:
        told, limits = until(at=at, known_at=known_at)
        moved = " UNION ALL ".join(
            f"SELECT t.{side}_id AS account, {units} AS units FROM ledger_transfer t"
            f" JOIN ledger_entry e ON e.id = t.entry_id WHERE e.book_id = %s{told}"
            for side, units in (("credit", "t.units"), ("debit", "-t.units"))
        )
        source, values = f"({moved}) m JOIN ledger_account a ON a.id = m.account WHERE", [book, *limits, book, *limits]
        units = "m.units"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT kind, asset, state, sum(units) FROM (SELECT a.kind, a.asset, {state} AS state, {units} AS units"
            f" FROM {source} a.kind IN ({kinds})) s"
            " GROUP BY kind, asset, state HAVING sum(units) <> 0",
            [judged, judged, *values],
        )
        rows = cursor.fetchall()
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for kind, asset, word, units in rows:
        sums[kind, asset][word] = int(units)
    return [
        Liability(Kind(kind), asset, parts["pending"], parts["redeemable"], parts["expired"])
        for (kind, asset), parts in sorted(sums.items())
    ]


def entries(
    *,
    book: int,
    before: int | None = None,
    limit: int = 50,
    events: Sequence[int] | None = None,
    keys: Sequence[str] | None = None,
) -> list[EntryLine]:
    """Return entries newest first with their transfers, paged by ``before`` (an id). Two statements."""
    found = Entry.objects.filter(book_id=book)
    if before is not None:
        found = found.filter(id__lt=before)
    if events is not None:
        found = found.filter(event_id__in=events)
    if keys is not None:
        found = found.filter(key__in=keys)
    page = list(found.order_by("-id")[:limit])
    rows = Transfer.objects.filter(entry_id__in=[entry.id for entry in page]).select_related("debit", "credit")
    movements: dict[int, list[Movement]] = defaultdict(list)
    for row in rows.order_by("id"):
        debit, credit = Kind(row.debit.kind), Kind(row.credit.kind)
        movements[row.entry_id].append(Movement(row.debit_id, debit, row.credit_id, credit, row.units, row.asset))
    return [
        EntryLine(
            entry.id, entry.key, entry.recipe, entry.event_id, entry.cause, entry.occurred_at, entry.recorded_at,
            entry.booked_at, entry.reverses_id, tuple(movements[entry.id]),
        )
        for entry in page
    ]  # fmt: skip
