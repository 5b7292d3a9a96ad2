"""What wallets hold: lots and balances, now or at a past date, *as at* and *as known at*. Reads only.

Every function takes ``at`` and ``known_at``. With neither it reads the running totals as they stand. ``at`` counts what
was booked up to that instant, ``known_at`` what had been recorded by then (rulings 5); each alone or both together.
"""

# ruff: noqa: S608 - the SQL is put together from this package's own constants; every value is a parameter
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from goodword.ledger.chart import Kind, measure_of
from goodword.ledger.lots import OpenLot
from goodword.ledger.sql import LOT_COLUMNS, among, listed, lot_of, moment
from goodword.money import down, points_to_units


@dataclass(frozen=True, slots=True)
class Balance:
    """What is in hand of one instrument and asset, in smallest units.

    Attributes:
        pending: not usable yet: before its date, or waiting for a person.
        redeemable: usable at that moment.
        value: what the redeemable part is worth in smallest units of the currency; points round down, a right is 0.
    """

    pending: int = 0
    redeemable: int = 0
    value: int = 0


@dataclass(frozen=True, slots=True)
class Balances:
    """Balances by (instrument, asset), and what the holder owes by asset. What has lapsed is in neither."""

    held: dict[tuple[Kind, str], Balance] = field(default_factory=dict)
    owed: dict[str, int] = field(default_factory=dict)

    def of(self, kind: Kind, asset: str) -> Balance:
        """Return one balance; all zero where nothing is held."""
        return self.held.get((kind, asset), Balance())


def lots(
    *,
    book: int,
    wallets: Sequence[int] | None = None,
    ids: Sequence[int] | None = None,
    grant_keys: Sequence[str] | None = None,
    at: datetime | None = None,
    known_at: datetime | None = None,
) -> list[OpenLot]:
    """Return lots of a book by wallet, by id or by the reward they were given for (heirs included), with what is left.

    Lots that are used up come too, with 0 units. Oldest first. One statement.
    """
    where = ["a.book_id = %s", "a.wallet_id IS NOT NULL", f"a.kind <> '{Kind.OWED.value}'"]
    values: list[Any] = [book]
    for column, wanted in (("a.wallet_id", wallets), ("a.id", ids), ("a.grant_key", grant_keys)):
        if wanted is not None:
            where.append(f"{column} {among()}")
            values.append(listed(wanted))
    if len(values) == 1:
        raise ValueError("say whose lots, or which")
    return [lot for lot in _held(where=where, values=values, at=at, known_at=known_at) if isinstance(lot, OpenLot)]


def open_lots(*, book: int, wallets: Sequence[int], asset: str, kinds: Iterable[Kind] | None = None) -> list[OpenLot]:
    """Return the lots of one asset in which something is left now, pending and lapsed ones included."""
    wanted = None if kinds is None else frozenset(kinds)
    return [
        lot
        for lot in lots(book=book, wallets=wallets)
        if lot.units > 0 and lot.asset == asset and (wanted is None or lot.kind in wanted)
    ]


def lots_to_lapse(*, book: int, at: datetime, limit: int = 1000) -> list[OpenLot]:
    """Return lots that have reached ``expires_at`` with something left in them, the soonest first (rulings 32)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {LOT_COLUMNS}, a.credits - a.debits FROM ledger_account a WHERE a.book_id = %s"
            " AND a.expires_at <= %s AND a.expires_at IS NOT NULL AND a.credits > a.debits"
            " ORDER BY a.expires_at, a.id LIMIT %s",
            [book, moment(at), limit],
        )
        return [lot_of(row) for row in cursor.fetchall()]


def balances(
    *,
    book: int,
    wallets: Sequence[int],
    currency: str,
    now: datetime,
    at: datetime | None = None,
    known_at: datetime | None = None,
) -> Balances:
    """Return what a set of wallets, one contact's, holds and owes together. One statement.

    Args:
        currency: the business's, to value points.
        now: judges pending and lapsed when neither ``at`` nor ``known_at`` is given.
    """
    each = balances_of_each(book=book, wallets=wallets, currency=currency, now=now, at=at, known_at=known_at)
    pending: dict[tuple[Kind, str], int] = defaultdict(int)
    redeemable: dict[tuple[Kind, str], int] = defaultdict(int)
    owed: dict[str, int] = defaultdict(int)
    for balance in each.values():
        for key, part in balance.held.items():
            pending[key] += part.pending
            redeemable[key] += part.redeemable
        for asset, units in balance.owed.items():
            owed[asset] += units
    return Balances(_valued(pending=pending, redeemable=redeemable, currency=currency), dict(owed))


def balances_of_each(
    *,
    book: int,
    wallets: Sequence[int],
    currency: str,
    now: datetime,
    at: datetime | None = None,
    known_at: datetime | None = None,
) -> dict[int, Balances]:
    """Return the balances of each wallet; every wallet asked for is in the answer. One statement."""
    judged = at or known_at or now
    pending: dict[int, dict[tuple[Kind, str], int]] = {wallet: defaultdict(int) for wallet in wallets}
    redeemable: dict[int, dict[tuple[Kind, str], int]] = {wallet: defaultdict(int) for wallet in wallets}
    owed: dict[int, dict[str, int]] = {wallet: {} for wallet in wallets}
    where = ["a.book_id = %s", f"a.wallet_id {among()}"]
    for row in _held(where=where, values=[book, listed(wallets)], at=at, known_at=known_at):
        if isinstance(row, _Debt):
            if row.units:
                owed[row.wallet][row.asset] = row.units
        elif row.units and (state := row.state(judged)) != "lapsed":
            side = pending if state == "pending" else redeemable
            side[row.wallet][row.kind, row.asset] += row.units
    return {
        wallet: Balances(
            _valued(pending=pending[wallet], redeemable=redeemable[wallet], currency=currency), owed[wallet]
        )
        for wallet in wallets
    }


@dataclass(frozen=True, slots=True)
class _Debt:
    wallet: int
    asset: str
    units: int


def _held(
    *, where: Sequence[str], values: Sequence[Any], at: datetime | None, known_at: datetime | None
) -> list[OpenLot | _Debt]:
    limits: list[Any] = []
    units = "a.credits - a.debits"
    if at is not None or known_at is not None:
        told, limits = until(at=at, known_at=known_at)
        part = (
            "coalesce((SELECT sum(t.units) FROM ledger_transfer t JOIN ledger_entry e ON e.id = t.entry_id"
            " WHERE t.{side}_id = a.id" + told + "), 0)"
        )
        units, limits = f"{part.format(side='credit')} - {part.format(side='debit')}", limits * 2
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {LOT_COLUMNS}, {units} FROM ledger_account a WHERE {' AND '.join(where)} ORDER BY a.id",
            [*limits, *values],
        )
        rows = cursor.fetchall()
    return [_Debt(row[1], row[3], -int(row[8])) if row[2] == Kind.OWED else lot_of(row) for row in rows]


def until(*, at: datetime | None, known_at: datetime | None) -> tuple[str, list[Any]]:
    """Return the SQL, and its values, that keeps entries ``e`` booked by ``at`` and recorded by ``known_at``."""
    told = ""
    values: list[Any] = []
    if at is not None:
        told += " AND e.booked_at <= %s"
        values.append(moment(at))
    if known_at is not None:
        told += " AND e.recorded_at <= %s"
        values.append(moment(known_at))
    return told, values


def _valued(
    *, pending: dict[tuple[Kind, str], int], redeemable: dict[tuple[Kind, str], int], currency: str
) -> dict[tuple[Kind, str], Balance]:
    return {
        key: Balance(
            pending.get(key, 0), redeemable.get(key, 0), _value(redeemable.get(key, 0), asset=key[1], currency=currency)
        )
        for key in sorted({*pending, *redeemable})
    }


def _value(units: int, *, asset: str, currency: str) -> int:
    match measure_of(asset):
        case "money":
            return units
        case "points":
            return down(points_to_units(units, currency))
        case "right":
            return 0


def lots_opened(*, book: int, events: Sequence[int]) -> dict[int, int]:
    """Return the first lot that entries of each event opened, by event. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.event_id, min(a.id) FROM ledger_entry e JOIN ledger_account a ON a.opened_by_id = e.id"
            f" WHERE e.book_id = %s AND e.event_id {among()} AND a.wallet_id IS NOT NULL GROUP BY e.event_id",
            [book, listed(events)],
        )
        return dict(cursor.fetchall())


def brought_by(*, book: int, events: Sequence[int]) -> dict[str, int]:
    """Return what entries of these events took over from ``opening``, less what they gave back, by asset."""
    if not events:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT t.asset, sum(CASE WHEN d.kind = '{Kind.OPENING.value}' THEN t.units ELSE -t.units END)"
            " FROM ledger_entry e JOIN ledger_transfer t ON t.entry_id = e.id"
            " JOIN ledger_account d ON d.id = t.debit_id JOIN ledger_account c ON c.id = t.credit_id"
            f" WHERE e.book_id = %s AND e.event_id {among()} AND '{Kind.OPENING.value}' IN (d.kind, c.kind)"
            " GROUP BY t.asset",
            [book, listed(events)],
        )
        return {asset: int(units) for asset, units in cursor.fetchall()}
