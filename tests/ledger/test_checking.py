"""``goodword books check`` finds each way in which books can be wrong, and says which row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from goodword.ledger import checking, recipes, seal
from goodword.ledger.lots import Portion
from tests.ledger.cast import Cast, cause, give, new_lot, post

pytestmark = pytest.mark.django_db


class _UndoIt(Exception):
    pass


@contextmanager
def tampered(*statements: str) -> Iterator[None]:
    """Run statements behind the ledger's back; afterwards it is as if they had not been."""
    try:
        with transaction.atomic():
            with seal.lifted(), connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
            yield
            raise _UndoIt
    except _UndoIt:
        pass


def test_books_that_are_right_have_no_faults(cast: Cast) -> None:
    lot = give(cast, "g", 500)
    post(cast.book, recipes.spend(cause=cause("s"), portions=[Portion(lot, 200)], asset="GBP"))
    assert checking.faults() == []
    assert checking.faults(book=cast.book) == []


def test_a_running_total_that_differs_from_its_transfers_is_found(cast: Cast) -> None:
    lot = give(cast, "g", 500)
    with tampered(f"UPDATE ledger_account SET credits = 501 WHERE id = {lot}"):
        assert checking.faults() == [
            f"Account {lot} of book {cast.book}: its running totals are 0 debits and 501 credits,"
            " its transfers 0 and 500."
        ]
        assert checking.faults(book=cast.other_book) == []


def test_a_transfer_changed_behind_the_ledger_is_found(cast: Cast) -> None:
    lot = give(cast, "g", 500)
    with tampered("UPDATE ledger_transfer SET units = 400"):
        assert checking.faults(book=cast.book) == [
            f"Account {lot} of book {cast.book}: its running totals are 0 debits and 500 credits,"
            " its transfers 0 and 400."
        ]


def test_an_entry_without_transfers_is_found(cast: Cast) -> None:
    give(cast, "g", 500)
    entry = (
        "INSERT INTO ledger_entry (book_id, key, recipe, cause, occurred_at, recorded_at, booked_at)"
        f" SELECT {cast.book}, 'empty', recipe, cause, occurred_at, recorded_at, booked_at FROM ledger_entry"
    )
    with tampered(entry):
        (fault,) = checking.faults()
        assert fault.endswith(f"of book {cast.book} has no transfers.")


def test_a_transfer_into_another_asset_is_found_and_unbalances_both(cast: Cast) -> None:
    lot = give(cast, "g", 500)
    with tampered(f"UPDATE ledger_account SET asset = 'EUR' WHERE id = {lot}"):
        found = checking.faults()
        assert f"Book {cast.book}: the accounts of EUR sum to 500, not to zero." in found
        assert f"Book {cast.book}: the accounts of GBP sum to -500, not to zero." in found
        assert any("touches an account of another book or asset" in fault for fault in found)
        assert len(found) == 3


def test_a_wallet_and_a_transfer_that_cross_businesses_are_found(cast: Cast) -> None:
    lot = give(cast, "g", 500)
    with tampered(f"UPDATE ledger_account SET wallet_id = {cast.stranger} WHERE id = {lot}"):
        assert checking.faults() == [f"Account {lot} of book {cast.book} belongs to a wallet of another book."]


def test_a_thousand_faults_of_a_kind_are_told_as_a_hundred_and_that_there_are_more(cast: Cast) -> None:
    grants = [recipes.grant(cause=cause(f"g{i}"), lot=new_lot(cast.ann), units=1) for i in range(checking.LIMIT + 5)]
    post(cast.book, *grants)
    with tampered("UPDATE ledger_account SET credits = credits + 1 WHERE wallet_id IS NOT NULL"):
        found = checking.faults()
        assert len(found) == checking.LIMIT + 1
        assert found[-1] == "… and more like the last 100."
