"""Many tills at once: value is never spent twice, one key is posted once. On PostgreSQL, with real threads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from goodword.errors import Refused
from goodword.ledger import posting, recipes, trial
from goodword.ledger.chart import Kind
from goodword.ledger.lots import Portion
from tests.ledger.cast import NOON, Cast, cause, give, left, new_lot, trial_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def race(runners: int, work: Callable[[int], recipes.Posting], book: int) -> Counter[str]:
    """Let every runner post at the same moment; count what became of them."""
    start = Barrier(runners)

    def run(number: int) -> str:
        try:
            start.wait(timeout=30)
            with transaction.atomic(durable=True):
                posting.post(book=book, postings=[work(number)], now=NOON)
            return "posted"
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(runners) as pool:
        return Counter(pool.map(run, range(runners)))


def test_forty_spenders_of_one_lot_spend_exactly_what_is_in_it(cast: Cast) -> None:
    lot = give(cast, "g", 1000)

    def spend(number: int) -> recipes.Posting:
        return recipes.spend(cause=cause(f"s{number}"), portions=[Portion(lot, 70)], asset="GBP")

    assert race(40, spend, cast.book) == {"posted": 14, "insufficient_balance": 26}
    assert left(cast.book, [lot]) == [20]
    assert trial_of(cast.book)[Kind.REDEEMED, "GBP"] == 980
    assert len(trial.entries(book=cast.book)) == 15


def test_one_key_from_twenty_threads_is_one_entry(cast: Cast) -> None:
    def grant(number: int) -> recipes.Posting:
        return recipes.grant(cause=cause("once"), lot=new_lot(cast.ann), units=100 + number)

    assert race(20, grant, cast.book) == {"posted": 1, "already_posted": 19}
    assert len(trial.entries(book=cast.book)) == 1
    ((_, units),) = [(kind, units) for (kind, _), units in trial_of(cast.book).items() if kind is Kind.CREDIT]
    assert 100 <= units < 120


def test_the_first_movements_of_a_new_book_share_their_house_accounts(cast: Cast) -> None:
    def grant(number: int) -> recipes.Posting:
        return recipes.grant(cause=cause(f"g{number}"), lot=new_lot(cast.ann), units=1)

    assert race(20, grant, cast.book) == {"posted": 20}
    assert trial_of(cast.book) == {(Kind.CREDIT, "GBP"): 20, (Kind.EXPENSE, "GBP"): -20}


def test_debts_of_one_holder_made_at_once_add_up_in_one_account(cast: Cast) -> None:
    def owe(number: int) -> recipes.Posting:
        return recipes.owe(cause=cause(f"o{number}"), wallet=cast.ann, units=5, asset="GBP")

    assert race(20, owe, cast.book) == {"posted": 20}
    assert trial_of(cast.book)[Kind.OWED, "GBP"] == -100


def test_spends_over_the_same_lots_named_in_opposite_order_do_not_deadlock(cast: Cast) -> None:
    first, second = give(cast, "g1", 1000), give(cast, "g2", 1000)

    def spend(number: int) -> recipes.Posting:
        portions = [Portion(first, 10), Portion(second, 10)]
        return recipes.spend(cause=cause(f"s{number}"), portions=portions[:: 1 if number % 2 else -1], asset="GBP")

    assert race(30, spend, cast.book) == {"posted": 30}
    assert left(cast.book, [first, second]) == [700, 700]


def test_an_entry_is_reversed_once_whoever_tries(cast: Cast) -> None:
    lot = give(cast, "g", 1000)
    with transaction.atomic():
        spend = recipes.spend(cause=cause("s"), portions=[Portion(lot, 600)], asset="GBP")
        (spent,) = posting.post(book=cast.book, postings=[spend], now=NOON)
    start = Barrier(10)

    def undo(number: int) -> str:
        try:
            start.wait(timeout=30)
            with transaction.atomic():
                posting.reverse(book=cast.book, entry=spent.id, cause=cause(f"undo{number}"), now=NOON)
            return "reversed"
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert Counter(pool.map(undo, range(10))) == {"reversed": 1, "already_reversed": 9}
    assert left(cast.book, [lot]) == [1000]
