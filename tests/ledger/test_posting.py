"""What is posted stands exactly; what is refused leaves nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from goodword.errors import Conflict, Invalid, NotFound, Refused
from goodword.ledger import opening, posting, reading, recipes, trial
from goodword.ledger.chart import Kind
from goodword.ledger.lots import Portion, Terms
from goodword.ledger.recipes import Cause, Leg, Lot, NewLot, Opened, Posting
from tests.ledger.cast import DAY, NOON, Cast, accounts, cause, counts, give, left, new_lot, post, trial_of

pytestmark = pytest.mark.django_db


def test_a_grant_opens_a_lot_and_books_it_against_expense(cast: Cast) -> None:
    lot = give(cast, "grant:1", 2500)
    assert left(cast.book, [lot]) == [2500]
    assert trial_of(cast.book) == {(Kind.CREDIT, "GBP"): 2500, (Kind.EXPENSE, "GBP"): -2500}
    assert trial_of(cast.other_book) == {}
    (entry,) = trial.entries(book=cast.book)
    assert (entry.key, entry.recipe, entry.occurred_at, entry.booked_at) == ("grant:1", "grant", NOON, NOON)
    assert [(m.debit_kind, m.credit, m.units) for m in entry.movements] == [(Kind.EXPENSE, lot, 2500)]


def test_the_same_key_is_posted_once_and_the_second_try_leaves_nothing(cast: Cast) -> None:
    give(cast, "grant:1", 2500)
    before = counts(), accounts(cast.book)
    with pytest.raises(Conflict) as refusal:
        give(cast, "grant:1", 9900, wallet=cast.bob)
    assert refusal.value.code == "already_posted"
    assert refusal.value.facts == {"keys": ["grant:1"]}
    assert (counts(), accounts(cast.book)) == before


def test_the_same_key_in_another_business_is_another_entry(cast: Cast) -> None:
    give(cast, "grant:1", 2500)
    post(cast.other_book, recipes.grant(cause=cause("grant:1"), lot=new_lot(cast.stranger), units=70))
    assert trial_of(cast.book)[Kind.CREDIT, "GBP"] == 2500
    assert trial_of(cast.other_book)[Kind.CREDIT, "GBP"] == 70


def test_a_lot_is_never_overdrawn_and_the_refusal_names_it(cast: Cast) -> None:
    lot = give(cast, "grant:1", 500)
    before = counts(), accounts(cast.book)
    with pytest.raises(Refused) as refusal:
        post(cast.book, recipes.spend(cause=cause("spend:1"), portions=[Portion(lot, 501)], asset="GBP"))
    assert refusal.value.code == "insufficient_balance"
    assert refusal.value.facts == {"lots": [{"lot": lot, "left": 500, "asked": 501}]}
    assert (counts(), accounts(cast.book)) == before
    assert left(cast.book, [lot]) == [500]


def test_one_refused_posting_refuses_the_whole_call(cast: Cast) -> None:
    lot = give(cast, "grant:1", 500)
    before = counts(), accounts(cast.book)
    good = recipes.grant(cause=cause("grant:2"), lot=new_lot(cast.bob), units=100)
    bad = recipes.spend(cause=cause("spend:1"), portions=[Portion(lot, 501)], asset="GBP")
    with pytest.raises(Refused):
        post(cast.book, good, bad)
    assert (counts(), accounts(cast.book)) == before


def test_after_a_refusal_nothing_more_can_be_committed_in_that_transaction(cast: Cast) -> None:
    lot = give(cast, "grant:1", 500)
    bad = recipes.spend(cause=cause("spend:1"), portions=[Portion(lot, 501)], asset="GBP")
    with transaction.atomic():
        with pytest.raises(Refused):
            posting.post(book=cast.book, postings=[bad], now=NOON)
        with pytest.raises(transaction.TransactionManagementError):
            give(cast, "grant:2", 1)
    assert left(cast.book, [lot]) == [500]


def test_units_that_are_no_whole_number_above_zero_are_a_mistake_of_the_program(cast: Cast) -> None:
    for units in (0, -1, 1.5, True):
        with pytest.raises(ValueError, match="whole number"):
            recipes.owe(cause=cause("g"), wallet=cast.ann, units=units, asset="GBP")  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refusal:
        recipes.grant(cause=cause("g"), lot=new_lot(cast.ann), units=10**15 + 1)
    assert refusal.value.code == "amount_out_of_range"


def test_nothing_of_another_business_can_be_named(cast: Cast) -> None:
    lot = give(cast, "grant:1", 500)
    before = counts()
    theft = recipes.spend(cause=cause("spend:1"), portions=[Portion(lot, 1)], asset="GBP")
    with pytest.raises(NotFound) as refusal:
        post(cast.other_book, theft)
    assert (refusal.value.code, refusal.value.facts) == ("lot_not_found", {"lots": [lot]})
    with pytest.raises(NotFound) as refusal:
        post(cast.other_book, recipes.grant(cause=cause("g"), lot=new_lot(cast.ann), units=1))
    assert (refusal.value.code, refusal.value.facts) == ("wallet_not_found", {"wallets": [cast.ann]})
    with pytest.raises(NotFound) as refusal:
        post(10**9, theft)
    assert refusal.value.code == "book_not_found"
    assert counts() == before


def test_one_asset_never_turns_into_another(cast: Cast) -> None:
    pounds = give(cast, "grant:1", 500)
    with pytest.raises(ValueError, match="holds GBP, not EUR"):
        post(cast.book, recipes.spend(cause=cause("s"), portions=[Portion(pounds, 1)], asset="EUR"))
    mixed = Posting(cause("x"), "grant", (Leg(Kind.EXPENSE, Opened(), 5, "EUR"),), (new_lot(cast.ann),))
    with pytest.raises(ValueError, match="lot of another asset"):
        post(cast.book, mixed)
    with pytest.raises(ValueError, match="cannot be points of GBP"):
        new_lot(cast.ann, Kind.POINTS, "GBP")
    assert trial_of(cast.book) == {(Kind.CREDIT, "GBP"): 500, (Kind.EXPENSE, "GBP"): -500}


def test_post_needs_the_transaction_of_its_caller(transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        posting.post(book=1, postings=[], now=NOON)


def test_a_later_posting_of_a_call_may_use_the_lot_of_an_earlier_one(cast: Cast) -> None:
    first = recipes.grant(cause=cause("grant:1"), lot=new_lot(cast.ann), units=300)
    legs = (Leg(Opened(0, "grant:1"), Kind.REDEEMED, 120, "GBP"),)
    granted, spent = post(cast.book, first, Posting(cause("spend:1"), "spend", legs))
    assert left(cast.book, granted.lots) == [180]
    assert spent.lots == ()


def test_a_thousand_grants_take_few_statements_and_keep_their_order(cast: Cast) -> None:
    grants = [
        recipes.grant(cause=cause(f"grant:{i}"), lot=new_lot(cast.ann if i % 2 else cast.bob), units=i + 1)
        for i in range(1000)
    ]
    give(cast, "first", 1)  # the house accounts stand
    with (
        transaction.atomic(),
        CaptureQueriesContext(
            connection,
        ) as seen,
    ):
        posted = posting.post(book=cast.book, postings=grants, now=NOON)
    assert len(seen) <= 7, [query["sql"][:80] for query in seen]
    assert [entry.key for entry in posted] == [grant.cause.key for grant in grants]
    assert left(cast.book, [entry.lots[0] for entry in posted]) == list(range(1, 1001))


def test_a_spend_over_many_lots_takes_few_statements(cast: Cast) -> None:
    grants = [recipes.grant(cause=cause(f"g{i}"), lot=new_lot(cast.ann), units=10) for i in range(200)]
    lots = [entry.lots[0] for entry in post(cast.book, *grants)]
    spends = [recipes.spend(cause=cause(f"s{lot}"), portions=[Portion(lot, 4)], asset="GBP") for lot in lots]
    post(cast.book, spends.pop())
    with transaction.atomic(), CaptureQueriesContext(connection) as seen:
        posting.post(book=cast.book, postings=spends, now=NOON)
    assert len(seen) <= 7
    assert left(cast.book, lots) == [6] * 200


def test_an_entry_is_booked_at_the_first_open_instant_when_its_month_is_closed(cast: Cast) -> None:
    april = NOON + 31 * DAY
    with transaction.atomic():
        posting.close_books(book=cast.book, until=april)
    give(cast, "late", 100, at=NOON)
    give(cast, "in time", 100, at=april + DAY)
    late, timely = sorted(trial.entries(book=cast.book), key=lambda entry: entry.id)
    assert (late.occurred_at, late.booked_at) == (NOON, april)
    assert timely.booked_at == april + DAY
    with transaction.atomic(), pytest.raises(Refused) as refusal:
        posting.close_books(book=cast.book, until=april - timedelta(seconds=1))
    assert refusal.value.code == "already_closed"


def test_opening_the_books_of_a_business_twice_gives_the_same_book(cast: Cast) -> None:
    assert opening.open_book(business=1) == cast.book == opening.book_of(business=1)
    with pytest.raises(NotFound) as refusal:
        opening.book_of(business=99)
    assert refusal.value.code == "book_not_found"


def test_an_heir_names_its_parent_and_the_database_keeps_the_terms(cast: Cast) -> None:
    lot = give(cast, "grant:1", 500, expires=NOON + DAY)
    heir = NewLot(cast.ann, Kind.CREDIT, "GBP", Terms(NOON, NOON + 9 * DAY), "grant:1")
    (moved,) = post(cast.book, recipes.move_to_heir(cause=cause("extend:1"), lot=lot, units=500, heir=heir))
    old, new = reading.lots(book=cast.book, grant_keys=["grant:1"])
    assert (old.id, old.units, old.terms.expires_at) == (lot, 0, NOON + DAY)
    assert (new.id, new.units, new.parent, new.terms.expires_at) == (moved.lots[0], 500, lot, NOON + 9 * DAY)
    assert Lot(lot) == Lot(old.id)


def test_keys_and_notes_keep_every_character(cast: Cast) -> None:
    odd = 'gränt:"quoted", {brace} \\ NULL ناعمة 🎁 %s'
    lot = new_lot(cast.ann, grant_key=odd)
    post(cast.book, recipes.grant(cause=Cause(odd, NOON, None, odd), lot=lot, units=5))
    (entry,) = trial.entries(book=cast.book, keys=[odd])
    assert (entry.key, entry.cause) == (odd, odd)
    assert [found.units for found in reading.lots(book=cast.book, grant_keys=[odd])] == [5]


def test_a_key_too_long_to_keep_whole_is_not_cut(cast: Cast) -> None:
    long = "k" * 201
    with pytest.raises(ValueError, match="longer than 200"):
        post(cast.book, recipes.grant(cause=cause(long), lot=new_lot(cast.ann), units=5))
    with pytest.raises(ValueError, match="longer than 200"):
        new_lot(cast.ann, grant_key=long)
    assert counts()[0] == 0
