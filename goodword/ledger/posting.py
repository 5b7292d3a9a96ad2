"""The only writer of the ledger: :func:`post` writes one posting or a thousand at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from goodword.errors import NotFound, Refused
from goodword.ledger import reversing, sql
from goodword.ledger.chained import Link
from goodword.ledger.chart import LOTS, Kind, fits
from goodword.ledger.lots import Opened
from goodword.ledger.models import Account, Book, Entry, Transfer
from goodword.ledger.recipes import Account as Named
from goodword.ledger.recipes import Cause, Leg, Lot, Owed, Posting

_HOUSE_COLUMNS = ("book_id", "kind", "asset", "grant_key")
_OWED_COLUMNS = ("book_id", "wallet_id", "kind", "asset", "grant_key", "debits", "credits")
_ENTRY_COLUMNS = (
    "id", "book_id", "key", "recipe", "event_id", "cause", "occurred_at", "recorded_at", "booked_at", "reverses_id",
)  # fmt: skip
_LOT_COLUMNS = (
    "id", "book_id", "wallet_id", "kind", "asset", "available_at", "expires_at", "opened_by_id", "parent_id",
    "grant_key", "debits", "credits",
)  # fmt: skip
_TRANSFER_COLUMNS = ("entry_id", "debit_id", "credit_id", "units", "asset")


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """An entry that stands: its id, its key and the ids of the lots it opened, in the posting's order."""

    id: int
    key: str
    lots: tuple[int, ...]


@dataclass(slots=True)
class _Batch:
    """What one call writes: ids drawn ahead, house and debt accounts found, totals to be added."""

    book: int
    house: dict[tuple[str, str], int]
    owed: dict[tuple[int, str], int]
    opened: dict[tuple[str, int], int]
    fresh: set[int]
    deltas: dict[int, tuple[int, int]] = field(default_factory=dict)

    def account(self, *, name: Named, asset: str, key: str) -> int:
        match name:
            case Lot(id):
                return id
            case Opened(index, of):
                return self.opened[of or key, index]
            case Owed(wallet):
                return self.owed[wallet, asset]
            case Kind():
                return self.house[name, asset]

    def add(self, *, account: int, debit: int = 0, credit: int = 0) -> None:
        before = self.deltas.get(account, (0, 0))
        self.deltas[account] = (before[0] + debit, before[1] + credit)


def post(*, book: int, postings: Sequence[Posting], now: datetime) -> list[PostedEntry]:
    """Write entries, their lots and their transfers, in the order given; all or nothing.

    Runs in the caller's transaction and opens none. After a refusal that transaction, or the savepoint around this
    call, has to be rolled back; it is marked so that nothing else can be committed in it.

    Args:
        book: id of the book; everything named must belong to it.
        postings: what the recipes returned. A later one may name a lot opened by an earlier one.
        now: the moment we heard (``recorded_at``). ``booked_at`` is the later of the cause's ``occurred_at`` and the
            first instant that is not closed (rulings 5).

    Raises:
        Conflict: ``already_posted`` (the key is in the books), ``already_reversed``.
        Refused: ``insufficient_balance`` (a lot would fall below zero), ``more_than_owed``.
        NotFound: ``book_not_found``, ``lot_not_found``, ``wallet_not_found`` in this book.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("post() runs inside the caller's transaction")
    if not postings:
        return []
    open_from, house = sql.lock_book(book)
    opened_count = sum(len(posting.lots) for posting in postings)
    _check_wallets(book=book, postings=postings)
    owed = _open_debts(book=book, postings=postings)
    house = _open_house(book=book, postings=postings, known=house)
    entry_ids, lot_ids = sql.take_ids(entries=len(postings), accounts=opened_count)
    ids = iter(lot_ids)
    opened = {(posting.cause.key, i): next(ids) for posting in postings for i in range(len(posting.lots))}
    batch = _Batch(book, house, owed, opened, set(lot_ids))
    transfers = [
        _transfer(batch=batch, leg=leg, key=posting.cause.key, entry=entry)
        for entry, posting in zip(entry_ids, postings, strict=True)
        for leg in posting.legs
    ]
    locked = _lock(batch=batch, postings=postings)
    keys = [posting.cause.key for posting in postings]
    with sql.refusals(keys=keys[:20]):
        rows = zip(entry_ids, postings, strict=True)
        sql.insert(Entry, _ENTRY_COLUMNS, [_entry(row, posting, book, open_from, now) for row, posting in rows])
    with sql.refusals(lots=_short(batch=batch, locked=locked)):
        sql.insert(Account, _LOT_COLUMNS, _lots(batch=batch, entries=entry_ids, postings=postings))
        sql.add_to_totals({lot: delta for lot, delta in batch.deltas.items() if lot not in batch.fresh})
    sql.insert(Transfer, _TRANSFER_COLUMNS, transfers)
    return [
        PostedEntry(row, posting.cause.key, tuple(opened[posting.cause.key, i] for i in range(len(posting.lots))))
        for row, posting in zip(entry_ids, postings, strict=True)
    ]


# One spend of one lot, for the till that waits: the links of ``chained.run``. The caller holds the lot's row, has read
# ``open_from`` under the book's lock, and names the recipe's word and the house account in the values.
SPEND_LINKS: tuple[Link, ...] = (
    (
        "entry",
        "INSERT INTO ledger_entry (book_id, key, recipe, event_id, cause, occurred_at, recorded_at, booked_at)"
        " VALUES (%(book)s, %(entry_key)s || {event}, %(recipe)s, {event}, %(cause)s, %(at)s, %(now)s, %(booked_at)s)",
    ),
    ("lot", "UPDATE ledger_account SET debits = debits + %(units)s WHERE id = %(lot)s"),
    (
        "transfer",
        "INSERT INTO ledger_transfer (entry_id, debit_id, credit_id, units, asset)"
        " VALUES ({entry}, %(lot)s, %(house)s, %(units)s, %(asset)s)",
    ),
)


def spend_values(
    *, book: int, lot: int, house: int, posting: Posting, open_from: datetime | None, now: datetime
) -> dict[str, Any]:
    """Return the values of ``SPEND_LINKS`` for a posting of :func:`recipes.spend` of one lot.

    ``posting.cause.key`` ends where the event's id is put; its event is the link ``event``.
    """
    (leg,) = posting.legs
    at = posting.cause.occurred_at
    return {
        "book": book, "entry_key": posting.cause.key, "recipe": posting.recipe, "cause": posting.cause.note, "at": at,
        "now": now, "booked_at": max(at, open_from) if open_from else at, "units": leg.units, "lot": lot,
        "house": house, "asset": leg.asset,
    }  # fmt: skip


def reverse(*, book: int, entry: int, cause: Cause, now: datetime) -> PostedEntry:
    """Write the counter-entry of ``entry``: value goes back along the chain of heirs (rulings 28, 30).

    Value that was spent returns to its lot, its heir, or, when that has lapsed, to a new heir. Value that was granted
    is taken from the lot and its heirs.

    Raises:
        NotFound: ``entry_not_found`` in this book.
        Conflict: ``already_reversed``, ``already_posted``.
        Refused: ``insufficient_balance`` when what was granted is no longer there; the shortfall policy decides then.
    """
    counter = reversing.counter(book=book, entry=entry, cause=cause)
    return post(book=book, postings=[counter], now=now)[0]


def close_books(*, book: int, until: datetime) -> None:
    """Close every instant before ``until`` (month lock, rulings 5): what is posted later is booked no earlier.

    Raises:
        NotFound: ``book_not_found``.
        Refused: ``already_closed`` when the books are closed further than that; they are never opened again.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("close_books() runs inside the caller's transaction")
    row = Book.objects.select_for_update(no_key=True).filter(id=book).first()
    if row is None:
        raise NotFound("book_not_found", book=book)
    if row.open_from is not None and row.open_from > until:
        raise Refused("already_closed", "The books are closed further than that.", open_from=row.open_from)
    Book.objects.filter(id=book).update(open_from=until)


def _entry(row: int, posting: Posting, book: int, open_from: datetime | None, now: datetime) -> tuple[object, ...]:
    cause = posting.cause
    booked = max(cause.occurred_at, open_from) if open_from else cause.occurred_at
    head = (row, book, cause.key, posting.recipe, cause.event_id, cause.note)
    return (*head, cause.occurred_at, now, booked, posting.reverses)


def _transfer(*, batch: _Batch, leg: Leg, key: str, entry: int) -> tuple[object, ...]:
    debit = batch.account(name=leg.debit, asset=leg.asset, key=key)
    credit = batch.account(name=leg.credit, asset=leg.asset, key=key)
    if not isinstance(leg.debit, Kind):
        batch.add(account=debit, debit=leg.units)
    if not isinstance(leg.credit, Kind):
        batch.add(account=credit, credit=leg.units)
    return (entry, debit, credit, leg.units, leg.asset)


def _lots(*, batch: _Batch, entries: Sequence[int], postings: Sequence[Posting]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for entry, posting in zip(entries, postings, strict=True):
        for index, lot in enumerate(posting.lots):
            account = batch.opened[posting.cause.key, index]
            parent = None
            if lot.parent is not None:
                parent = batch.account(name=lot.parent, asset=lot.asset, key=posting.cause.key)
            head = (
                account,
                batch.book,
                lot.wallet,
                lot.kind.value,
                lot.asset,
                lot.terms.available_at,
                lot.terms.expires_at,
            )
            rows.append((*head, entry, parent, lot.grant_key, *batch.deltas.get(account, (0, 0))))
    return rows


def _check_wallets(*, book: int, postings: Sequence[Posting]) -> None:
    wanted = {lot.wallet for posting in postings for lot in posting.lots} | {wallet for wallet, _ in _debtors(postings)}
    unknown = wanted - sql.known_wallets(book=book, wallets=wanted) if wanted else set()
    if unknown:
        raise NotFound("wallet_not_found", "No such wallet in this book.", wallets=sorted(unknown))


def _debtors(postings: Sequence[Posting]) -> set[tuple[int, str]]:
    sides = ((name, leg.asset) for posting in postings for leg in posting.legs for name in (leg.debit, leg.credit))
    return {(name.wallet, asset) for name, asset in sides if isinstance(name, Owed)}


def _open_debts(*, book: int, postings: Sequence[Posting]) -> dict[tuple[int, str], int]:
    wanted = _debtors(postings)
    if not wanted:
        return {}
    wallets = {wallet for wallet, _ in wanted}
    known = sql.debts(book=book, wallets=wallets)
    if missing := sorted(wanted - known.keys()):
        rows = [(book, wallet, Kind.OWED.value, asset, "", 0, 0) for wallet, asset in missing]
        sql.insert(Account, _OWED_COLUMNS, rows, tail=" ON CONFLICT DO NOTHING")
        known = sql.debts(book=book, wallets=wallets)
    return known


def _open_house(
    *, book: int, postings: Sequence[Posting], known: dict[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    sides = ((name, leg.asset) for posting in postings for leg in posting.legs for name in (leg.debit, leg.credit))
    wanted = {(name, asset) for name, asset in sides if isinstance(name, Kind)}
    if missing := sorted(wanted - known.keys()):
        for kind, asset in missing:
            if not fits(kind, asset):
                raise ValueError(f"{kind} cannot hold {asset}")
        rows = [(book, kind.value, asset, "") for kind, asset in missing]
        # Another writer may make the same account first; both then use that one.
        sql.insert(Account, _HOUSE_COLUMNS, rows, tail=" ON CONFLICT DO NOTHING")
        _, known = sql.lock_book(book)
    return known


def _lock(*, batch: _Batch, postings: Sequence[Posting]) -> dict[int, tuple[str, str, int, int]]:
    """Lock the lots and debts that stand, and see that they are this book's and of the assets they are named with."""
    named: list[tuple[int, str]] = []
    for posting in postings:
        for leg in posting.legs:
            named += [(name.id, leg.asset) for name in (leg.debit, leg.credit) if isinstance(name, Lot)]
        named += [(lot.parent.id, lot.asset) for lot in posting.lots if isinstance(lot.parent, Lot)]
    lots = {lot for lot, _ in named}
    standing = batch.deltas.keys() - batch.fresh
    locked = sql.lock_accounts(book=batch.book, ids=lots | standing)
    strangers = sorted(lot for lot in lots if lot not in locked or locked[lot][0] not in LOTS)
    if strangers:
        raise NotFound("lot_not_found", "No such lot in this book.", lots=strangers)
    for lot, asset in named:
        if locked[lot][1] != asset:
            raise ValueError(f"lot {lot} holds {locked[lot][1]}, not {asset}")
    _check_opened(postings)
    return locked


def _check_opened(postings: Sequence[Posting]) -> None:
    """See that no leg moves one asset into a lot of another that is being opened."""
    assets = {(posting.cause.key, i): lot.asset for posting in postings for i, lot in enumerate(posting.lots)}
    for posting in postings:
        for leg in posting.legs:
            for name in (leg.debit, leg.credit):
                if isinstance(name, Opened) and assets[name.key or posting.cause.key, name.index] != leg.asset:
                    raise ValueError(f"{posting.recipe} moves {leg.asset} through a lot of another asset")


def _short(*, batch: _Batch, locked: dict[int, tuple[str, str, int, int]]) -> list[dict[str, int]]:
    """Tell which lots could not bear what is asked of them: the facts of a refusal that the database makes."""
    short = []
    for account, (kind, _, debited, credited) in locked.items():
        debit, credit = batch.deltas.get(account, (0, 0))
        if kind in LOTS and debit - credit > credited - debited:
            short.append({"lot": account, "left": credited - debited, "asked": debit - credit})
    return short[:20]
