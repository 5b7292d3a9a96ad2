"""Short words for the ledger's tests: moments, causes, lots, and what stands in the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from goodword.ledger import posting, reading, recipes, trial
from goodword.ledger.chart import Kind
from goodword.ledger.lots import Terms
from goodword.ledger.posting import PostedEntry
from goodword.ledger.recipes import Cause, NewLot, Posting

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Cast:
    book: int
    ann: int
    bob: int
    other_book: int
    stranger: int


def cause(key: str, at: datetime = NOON, event: int | None = None) -> Cause:
    return Cause(key, at, event, "")


def new_lot(
    wallet: int,
    kind: Kind = Kind.CREDIT,
    asset: str = "GBP",
    available: datetime | None = NOON,
    expires: datetime | None = None,
    grant_key: str = "",
) -> NewLot:
    return NewLot(wallet, kind, asset, Terms(available, expires), grant_key)


def post(book: int, *postings: Posting, now: datetime = NOON) -> list[PostedEntry]:
    with transaction.atomic():
        return posting.post(book=book, postings=postings, now=now)


def give(
    cast: Cast,
    key: str,
    units: int,
    *,
    wallet: int | None = None,
    kind: Kind = Kind.CREDIT,
    asset: str = "GBP",
    at: datetime = NOON,
    available: datetime | None = NOON,
    expires: datetime | None = None,
) -> int:
    """Grant (or sell) and return the lot's id."""
    lot = new_lot(wallet or cast.ann, kind, asset, available, expires, grant_key=key)
    make = recipes.sale if kind is Kind.SOLD_VOUCHER else recipes.grant
    return post(cast.book, make(cause=cause(key, at), lot=lot, units=units), now=at)[0].lots[0]


def trial_of(book: int, at: datetime | None = None, known_at: datetime | None = None) -> dict[tuple[Kind, str], int]:
    """Return the balances that are not zero."""
    lines = trial.trial_balance(book=book, at=at, known_at=known_at)
    return {(line.kind, line.asset): line.balance for line in lines if line.balance}


def accounts(book: int) -> dict[int, int]:
    """Return every account's balance as its transfers tell it, zero ones left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT account, sum(units) FROM (SELECT credit_id AS account, units FROM ledger_transfer"
            " UNION ALL SELECT debit_id, -units FROM ledger_transfer) m"
            " JOIN ledger_account a ON a.id = m.account WHERE a.book_id = %s GROUP BY account HAVING sum(units) <> 0",
            [book],
        )
        return {account: int(units) for account, units in cursor.fetchall()}


def counts() -> tuple[int, ...]:
    """Return how many entries, accounts and transfers there are in the whole database."""
    with connection.cursor() as cursor:
        found: list[int] = []
        for table in ("ledger_entry", "ledger_account", "ledger_transfer"):
            cursor.execute(f"SELECT count(*) FROM {table}")
            found.append(cursor.fetchone()[0])
    return tuple(found)


def left(book: int, lots: Sequence[int]) -> list[int]:
    """Return what is left in each lot, from the running totals."""
    found = {lot.id: lot.units for lot in reading.lots(book=book, ids=list(lots))}
    return [found[lot] for lot in lots]
