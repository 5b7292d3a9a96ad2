"""Triggers that keep history append-only: no entry or transfer is ever edited or deleted, no lot's terms change.

They are laid on by every ``migrate`` (apps.py). ``lifted`` is for test fixtures that must empty tables (rulings 33).
"""

# ruff: noqa: S608 - triggers take no parameters; every name is a constant of this file
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

ENTRY, TRANSFER, ACCOUNT, BOOK, WALLET = (
    "ledger_entry",
    "ledger_transfer",
    "ledger_account",
    "ledger_book",
    "ledger_wallet",
)
TABLES = (ENTRY, TRANSFER, ACCOUNT, BOOK, WALLET)
_TERMS = "id, book_id, wallet_id, kind, asset, available_at, expires_at, opened_by_id, parent_id, grant_key"
_SEALS: dict[str, tuple[str, str]] = {
    "ledger_seal_entry_update": (ENTRY, "UPDATE"),
    "ledger_seal_entry_delete": (ENTRY, "DELETE"),
    "ledger_seal_transfer_update": (TRANSFER, "UPDATE"),
    "ledger_seal_transfer_delete": (TRANSFER, "DELETE"),
    "ledger_seal_account_terms": (ACCOUNT, f"UPDATE OF {_TERMS}"),
    "ledger_seal_account_delete": (ACCOUNT, "DELETE"),
    "ledger_seal_book_owner": (BOOK, "UPDATE OF id, business_id"),
    "ledger_seal_book_delete": (BOOK, "DELETE"),
    "ledger_seal_wallet_update": (WALLET, "UPDATE"),
    "ledger_seal_wallet_delete": (WALLET, "DELETE"),
}
# SQLite's REPLACE deletes without firing the delete trigger; these stop it where the row's id is reused.
_SQLITE_SEALS: dict[str, str] = {
    "ledger_seal_entry_replace": ENTRY,
    "ledger_seal_transfer_replace": TRANSFER,
    "ledger_seal_account_replace": ACCOUNT,
}
_POSTGRES_SEALS: dict[str, str] = {f"{table}_seal_truncate": table for table in TABLES}
_SAYS = "ledger_sealed: the ledger is append-only; correct it with a counter-entry"


def apply(*, using: str = "default") -> None:
    """Lay every seal on; seals that are on already are laid anew."""
    connection = connections[using]
    lift(using=using)
    with connection.cursor() as cursor:
        for statement in _statements(connection):
            cursor.execute(statement)


def lift(*, using: str = "default") -> None:
    """Take every seal off. For test fixtures and for migrations of the ledger's own tables."""
    connection = connections[using]
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for name, table in _expected(connection).items():
            if table in present:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if postgres else ""))


@contextmanager
def lifted(*, using: str = "default") -> Iterator[None]:
    """Take the seals off for the block and lay them on again after it, whatever happens in it."""
    lift(using=using)
    try:
        yield
    finally:
        apply(using=using)


def missing(*, using: str = "default") -> list[str]:
    """Name the seals that are not on, or not enabled; empty when the ledger is sealed."""
    connection = connections[using]
    if connection.vendor == "postgresql":
        # "O" and "A" fire in ordinary sessions; "D" (disabled) and "R" (replica) do not.
        query = (
            "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND pg_table_is_visible(c.oid)"
        )
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(query)
        on = {row[0] for row in cursor.fetchall()}
    return sorted(set(_expected(connection)) - on)


def seal_after_migrate(*, using: str, **_: object) -> None:
    """Receive ``post_migrate``: lay the seals on once the ledger's tables stand."""
    connection = connections[using]
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
    if present.issuperset(TABLES):
        apply(using=using)


def _expected(connection: BaseDatabaseWrapper) -> dict[str, str]:
    own = _POSTGRES_SEALS if connection.vendor == "postgresql" else _SQLITE_SEALS
    return {name: table for name, (table, _) in _SEALS.items()} | own


def _statements(connection: BaseDatabaseWrapper) -> Iterator[str]:
    if connection.vendor == "postgresql":
        yield (
            "CREATE OR REPLACE FUNCTION ledger_sealed() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN RAISE EXCEPTION '{_SAYS}' USING ERRCODE = 'restrict_violation'; END $$"
        )
        for name, (table, verb) in _SEALS.items():
            yield f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_sealed()"
        for name, table in _POSTGRES_SEALS.items():
            yield f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} EXECUTE FUNCTION ledger_sealed()"
        return
    for name, (table, verb) in _SEALS.items():
        yield f"CREATE TRIGGER {name} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
    for name, table in _SQLITE_SEALS.items():
        yield (
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"
            f" BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
        )
