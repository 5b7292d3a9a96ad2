"""The proof of the books, for ``goodword books check``: each law of the ledger as one set-based statement.

The database does the adding; what comes back is only what is wrong, at most ``LIMIT`` lines of each kind.
"""

# ruff: noqa: S608 - the SQL is put together from this package's own constants; every value is a parameter
from __future__ import annotations

from django.db import connection

from goodword.ledger import seal
from goodword.ledger.chart import LOTS, Kind

LIMIT = 100
_LOTS = ", ".join(f"'{kind.value}'" for kind in sorted(LOTS))
_SIDES = (
    "SELECT debit_id AS account, units AS debits, 0 AS credits, asset, entry_id AS entry FROM ledger_transfer"
    " UNION ALL SELECT credit_id, 0, units, asset, entry_id FROM ledger_transfer"
)

# Each: the sentence, and the statement whose every row is a fault. ``{book}`` narrows it to one book.
_LAWS: tuple[tuple[str, str], ...] = (
    (
        "Book {0}: the accounts of {1} sum to {2}, not to zero.",
        f"SELECT a.book_id, a.asset, sum(m.credits) - sum(m.debits) FROM ({_SIDES}) m"
        " JOIN ledger_account a ON a.id = m.account WHERE {book} GROUP BY a.book_id, a.asset"
        " HAVING sum(m.credits) <> sum(m.debits) ORDER BY 1, 2",
    ),
    (
        "Account {0} of book {1}: its running totals are {2} debits and {3} credits, its transfers {4} and {5}.",
        "SELECT a.id, a.book_id, a.debits, a.credits, coalesce(m.debits, 0), coalesce(m.credits, 0)"
        " FROM ledger_account a LEFT JOIN (SELECT account, sum(debits) AS debits, sum(credits) AS credits"
        f" FROM ({_SIDES}) s GROUP BY account) m ON m.account = a.id"
        " WHERE {book} AND a.wallet_id IS NOT NULL AND (a.debits IS NULL OR a.credits IS NULL"
        " OR a.debits <> coalesce(m.debits, 0) OR a.credits <> coalesce(m.credits, 0)) ORDER BY a.id",
    ),
    (
        "Lot {0} of book {1} is below zero: {2} units.",
        "SELECT a.id, a.book_id, a.credits - a.debits FROM ledger_account a"
        f" WHERE {{book}} AND a.kind IN ({_LOTS}) AND a.credits < a.debits ORDER BY a.id",
    ),
    (
        "Debt {0} of book {1} was paid beyond zero by {2} units.",
        "SELECT a.id, a.book_id, a.credits - a.debits FROM ledger_account a"
        f" WHERE {{book}} AND a.kind = '{Kind.OWED.value}' AND a.debits < a.credits ORDER BY a.id",
    ),
    (
        "Account {0} of book {1} was below zero after entry {2}, by {3} units: posted again in order it is refused.",
        "SELECT a.id, a.book_id, m.entry, m.short FROM (SELECT account, entry, -sum(credits - debits)"
        f" OVER (PARTITION BY account ORDER BY entry) AS short FROM ({_SIDES}) s) m"
        f" JOIN ledger_account a ON a.id = m.account WHERE {{book}} AND a.kind IN ({_LOTS}) AND m.short > 0"
        " GROUP BY a.id, a.book_id, m.entry, m.short ORDER BY m.entry, a.id",
    ),
    (
        "Entry {0} of book {1} has no transfers.",
        "SELECT a.id, a.book_id FROM ledger_entry a WHERE {book}"
        " AND NOT EXISTS (SELECT 1 FROM ledger_transfer t WHERE t.entry_id = a.id) ORDER BY a.id",
    ),
    (
        "Transfer {0} of book {1} touches an account of another book or asset.",
        "SELECT t.id, a.book_id FROM ledger_transfer t JOIN ledger_entry a ON a.id = t.entry_id"
        " JOIN ledger_account d ON d.id = t.debit_id JOIN ledger_account c ON c.id = t.credit_id"
        " WHERE {book} AND (d.book_id <> a.book_id OR c.book_id <> a.book_id"
        " OR d.asset <> t.asset OR c.asset <> t.asset) ORDER BY t.id",
    ),
    (
        "Lot {0} of book {1} is an heir of lot {2}, which is of another book, asset or instrument.",
        "SELECT a.id, a.book_id, a.parent_id FROM ledger_account a JOIN ledger_account p ON p.id = a.parent_id"
        " WHERE {book} AND (p.book_id <> a.book_id OR p.asset <> a.asset OR p.kind <> a.kind) ORDER BY a.id",
    ),
    (
        "Account {0} of book {1} belongs to a wallet of another book.",
        "SELECT a.id, a.book_id FROM ledger_account a JOIN ledger_wallet w ON w.id = a.wallet_id"
        " WHERE {book} AND w.book_id <> a.book_id ORDER BY a.id",
    ),
    (
        "Entry {0} of book {1} reverses entry {2}, and they do not undo each other.",
        "SELECT a.id, a.book_id, a.reverses_id FROM ledger_entry a JOIN ledger_entry o ON o.id = a.reverses_id"
        " WHERE {book} AND (a.book_id <> o.book_id"
        " OR (SELECT sum(t.units) FROM ledger_transfer t WHERE t.entry_id = a.id)"
        " <> (SELECT sum(t.units) FROM ledger_transfer t WHERE t.entry_id = o.id)) ORDER BY a.id",
    ),
)


def faults(*, book: int | None = None) -> list[str]:
    """Return what is wrong with the books, as plain sentences with ids; empty when every law holds.

    Args:
        book: one book's id; ``None`` proves all of them.
    """
    found = []
    for sentence, statement in _LAWS:
        found += _broken(sentence=sentence, statement=statement, book=book)
    off = seal.missing()
    if off:
        found.append(
            f"The seals {', '.join(off)} are off: history could be edited. Run `goodword migrate` to lay them on."
        )
    return found


def _broken(*, sentence: str, statement: str, book: int | None) -> list[str]:
    narrowed = statement.replace("{book}", "a.book_id = %s" if book is not None else "true")
    with connection.cursor() as cursor:
        cursor.execute(f"{narrowed} LIMIT {LIMIT + 1}", [book] if book is not None else [])
        rows = cursor.fetchall()
    lines = [sentence.format(*row) for row in rows[:LIMIT]]
    if len(rows) > LIMIT:
        lines.append(f"… and more like the last {LIMIT}.")
    return lines
