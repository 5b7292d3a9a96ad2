"""The counter-entry of an entry: where its value has to be taken from, and where it goes back to (rulings 28, 30)."""

# ruff: noqa: S608 - the SQL is put together from this package's own constants; every value is a parameter
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from goodword.errors import NotFound
from goodword.ledger.chart import LOTS, Kind
from goodword.ledger.lots import Opened, OpenLot, terms_of_heir
from goodword.ledger.models import Account, Entry, Transfer
from goodword.ledger.recipes import COUNTERS, Cause, Leg, Lot, NewLot, Owed, Posting
from goodword.ledger.recipes import Account as Named
from goodword.ledger.sql import LOT_COLUMNS, among, listed, lot_of

# These give back to the very lot, whatever its dates: the entry is undone as if it had not been.
_EXACT = frozenset({"move_to_heir", "lapse", "take_breakage"})
_RESTORING = frozenset({"restore", "reversal"})


@dataclass(frozen=True, slots=True)
class _Link:
    """A lot in a chain of heirs, and the recipe that opened it."""

    lot: OpenLot
    opened_by: int | None
    recipe: str


@dataclass(slots=True)
class _Draft:
    """The counter-entry as it grows."""

    at: datetime
    chains: dict[int, list[_Link]]
    left: dict[int, int]
    legs: list[Leg] = field(default_factory=list)
    lots: list[NewLot] = field(default_factory=list)


def counter(*, book: int, entry: int, cause: Cause) -> Posting:
    """Return the posting that undoes ``entry``; ``cause.occurred_at`` is when it is undone.

    Raises:
        NotFound: ``entry_not_found`` in this book.
    """
    original = Entry.objects.filter(id=entry, book_id=book).first()
    if original is None:
        raise NotFound("entry_not_found", "No such entry in this book.", entry=entry)
    transfers = list(Transfer.objects.filter(entry_id=entry).select_related("debit", "credit").order_by("id"))
    touched = {account.id for row in transfers for account in (row.debit, row.credit) if account.kind in LOTS}
    chains = _chains(sorted(touched))
    left = {link.lot.id: link.lot.units for chain in chains.values() for link in chain}
    draft = _Draft(cause.occurred_at, chains, left)
    # What comes back is there before anything is taken: a grant to a debtor passed through its lot.
    backs = [_back(draft=draft, account=row.debit, units=row.units, original=original) for row in transfers]
    for row, back in zip(transfers, backs, strict=True):
        for source, units in _sources(draft=draft, account=row.credit, units=row.units):
            draft.legs.append(Leg(source, back, units, row.asset))
    recipe = COUNTERS.get(original.recipe, "reversal")
    return Posting(cause, recipe, tuple(draft.legs), tuple(draft.lots), reverses=entry)


def _back(*, draft: _Draft, account: Account, units: int, original: Entry) -> Named:
    if account.kind == Kind.OWED:
        assert account.wallet_id is not None
        return Owed(account.wallet_id)
    if account.kind not in LOTS:
        return Kind(account.kind)
    chain = draft.chains[account.id]
    spent, tip = chain[0], chain[-1]
    if original.recipe in _EXACT or account.opened_by_id == original.id:
        draft.left[account.id] += units
        return Lot(account.id)
    if tip.lot.state(draft.at) != "lapsed" and not _too_short(draft=draft, chain=chain, spent_at=original.occurred_at):
        draft.left[tip.lot.id] += units
        return Lot(tip.lot.id)
    terms = terms_of_heir(spent=spent.lot.terms, spent_at=original.occurred_at, now=draft.at)
    lot = spent.lot
    draft.lots.append(NewLot(lot.wallet, lot.kind, lot.asset, terms, lot.grant_key, parent=Lot(tip.lot.id)))
    return Opened(len(draft.lots) - 1)


def _too_short(*, draft: _Draft, chain: Sequence[_Link], spent_at: datetime) -> bool:
    """Say whether the last heir was opened for another restored spend and would cut this one's remaining life."""
    spent, tip = chain[0], chain[-1]
    if tip is spent or tip.recipe not in _RESTORING or spent.lot.state(draft.at) != "lapsed":
        return False
    due = terms_of_heir(spent=spent.lot.terms, spent_at=spent_at, now=draft.at).expires_at
    until = tip.lot.terms.expires_at
    return due is not None and until is not None and until < due


def _sources(*, draft: _Draft, account: Account, units: int) -> list[tuple[Named, int]]:
    if account.kind == Kind.OWED:
        assert account.wallet_id is not None
        return [(Owed(account.wallet_id), units)]
    if account.kind not in LOTS:
        return [(Kind(account.kind), units)]
    parts: dict[int, int] = defaultdict(int)
    rest = units
    for link in draft.chains[account.id]:
        taken = min(draft.left[link.lot.id], rest)
        if taken > 0:
            parts[link.lot.id] += taken
            draft.left[link.lot.id] -= taken
            rest -= taken
    if rest:
        # Nobody has it any more: asking the lot for it lets the database refuse, with the lot named.
        parts[account.id] += rest
    return [(Lot(lot), part) for lot, part in parts.items()]


def _chains(roots: Sequence[int]) -> dict[int, list[_Link]]:
    """Return each lot followed by its heirs, oldest first; heirs whose opening was reversed are none."""
    if not roots:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE chain(root, id) AS ("
            f" SELECT id, id FROM ledger_account WHERE id {among()}"
            " UNION ALL SELECT c.root, a.id FROM chain c JOIN ledger_account a ON a.parent_id = c.id"
            " WHERE NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.reverses_id = a.opened_by_id))"
            f" SELECT c.root, {LOT_COLUMNS}, a.credits - a.debits, a.opened_by_id, e.recipe"
            " FROM chain c JOIN ledger_account a ON a.id = c.id LEFT JOIN ledger_entry e ON e.id = a.opened_by_id"
            " ORDER BY c.root, a.id",
            [listed(roots)],
        )
        rows = cursor.fetchall()
    chains: dict[int, list[_Link]] = defaultdict(list)
    for root, *row, opened_by, recipe in rows:
        chains[root].append(_Link(lot_of(row), opened_by, recipe or ""))
    return dict(chains)
