"""The seals are on: history is neither edited nor deleted, on both databases."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from goodword.ledger import checking, seal
from tests.ledger.cast import Cast, accounts, counts, give, left

pytestmark = pytest.mark.django_db

EDITS = [
    "UPDATE ledger_entry SET recipe = 'sale'",
    "UPDATE ledger_entry SET booked_at = recorded_at",
    "DELETE FROM ledger_entry",
    "UPDATE ledger_transfer SET units = units + 1",
    "DELETE FROM ledger_transfer",
    "DELETE FROM ledger_account",
    "DELETE FROM ledger_wallet",
    "UPDATE ledger_wallet SET book_id = book_id",
    "DELETE FROM ledger_book",
    "UPDATE ledger_book SET business_id = 9 WHERE business_id = 1",
    "UPDATE ledger_account SET expires_at = NULL",
    "UPDATE ledger_account SET available_at = NULL",
    "UPDATE ledger_account SET wallet_id = wallet_id",
    "UPDATE ledger_account SET asset = 'EUR'",
    "UPDATE ledger_account SET kind = 'cash' WHERE kind = 'credit'",
    "UPDATE ledger_account SET grant_key = 'x'",
    "UPDATE ledger_account SET parent_id = id",
]


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("statement", EDITS)
def test_history_cannot_be_edited(cast: Cast, statement: str) -> None:
    lot = give(cast, "g", 500)
    before = counts(), accounts(cast.book), left(cast.book, [lot])
    with pytest.raises(DatabaseError, match="ledger_sealed"):
        run(statement)
    assert (counts(), accounts(cast.book), left(cast.book, [lot])) == before


@pytest.mark.postgres
@pytest.mark.parametrize("table", seal.TABLES)
def test_a_table_of_the_ledger_cannot_be_truncated(cast: Cast, table: str) -> None:
    give(cast, "g", 500)
    run("SET CONSTRAINTS ALL IMMEDIATE")  # else PostgreSQL refuses for the test's own open transaction
    with pytest.raises(DatabaseError, match="ledger_sealed"):
        run(f"TRUNCATE {table} CASCADE")
    assert counts()[0] == 1


def test_replacing_a_row_is_an_edit_too(cast: Cast, database_vendor: str) -> None:
    if database_vendor != "sqlite":
        pytest.skip("REPLACE is SQLite's")
    give(cast, "g", 500)
    copied = (
        "INSERT OR REPLACE INTO ledger_transfer SELECT id, 7, asset, credit_id, debit_id, entry_id FROM ledger_transfer"
    )
    with pytest.raises(DatabaseError, match="ledger_sealed"):
        run(copied)


def test_the_running_totals_alone_may_change_but_never_below_zero(cast: Cast) -> None:
    lot = give(cast, "g", 500)
    with pytest.raises(DatabaseError, match="ledger_lot_not_below_zero"):
        run(f"UPDATE ledger_account SET debits = 501 WHERE id = {lot}")
    assert left(cast.book, [lot]) == [500]


def test_the_seals_are_on_and_migrating_lays_them_on_again(cast: Cast) -> None:
    assert seal.missing() == []
    assert len(seal._expected(connection)) >= 13
    with transaction.atomic():
        seal.lift()
        assert seal.missing() == sorted(seal._expected(connection))
        (fault,) = checking.faults()
        assert fault.startswith("The seals ledger_")
        call_command("migrate", verbosity=0)
        assert seal.missing() == []
    with pytest.raises(DatabaseError, match="ledger_sealed"):
        run("DELETE FROM ledger_book")


def test_the_seals_come_back_after_a_fixture_lifted_them_even_when_it_failed(cast: Cast) -> None:
    def fixture_that_fails() -> None:
        with seal.lifted():
            assert "ledger_seal_entry_delete" in seal.missing()
            raise KeyError

    with pytest.raises(KeyError):
        fixture_that_fails()
    assert seal.missing() == []
