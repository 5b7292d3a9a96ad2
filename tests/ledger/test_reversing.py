"""A counter-entry puts back what was moved, along the chain of heirs, and once only (rulings 28, 30)."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import transaction

from goodword.errors import Conflict, NotFound, Refused
from goodword.ledger import holding, posting, reading, recipes, trial
from goodword.ledger.chart import Kind
from goodword.ledger.lots import OpenLot, Portion
from goodword.ledger.posting import PostedEntry
from tests.ledger.cast import DAY, NOON, Cast, accounts, cause, counts, give, left, new_lot, post, trial_of

pytestmark = pytest.mark.django_db


def undo(book: int, entry: PostedEntry, key: str, at: datetime = NOON) -> PostedEntry:
    with transaction.atomic():
        return posting.reverse(book=book, entry=entry.id, cause=cause(key, at), now=at)


def spend(cast: Cast, key: str, lot: int, units: int, at: datetime = NOON) -> PostedEntry:
    return post(cast.book, recipes.spend(cause=cause(key, at), portions=[Portion(lot, units)], asset="GBP"), now=at)[0]


def extend(cast: Cast, key: str, lot: int, units: int, expires: datetime, at: datetime = NOON) -> int:
    heir = new_lot(cast.ann, expires=expires)
    return post(cast.book, recipes.move_to_heir(cause=cause(key, at), lot=lot, units=units, heir=heir))[0].lots[0]


def the_lot(cast: Cast, lot: int) -> OpenLot:
    return reading.lots(book=cast.book, ids=[lot])[0]


def test_a_spend_given_back_returns_to_its_lot(cast: Cast) -> None:
    lot = give(cast, "g", 500, expires=NOON + 9 * DAY)
    before = accounts(cast.book)
    back = undo(cast.book, spend(cast, "s", lot, 120), "back")
    assert accounts(cast.book) == before
    assert (back.lots, left(cast.book, [lot])) == ((), [500])
    assert trial.entries(book=cast.book)[0].recipe == "restore"


def test_an_entry_is_reversed_once(cast: Cast) -> None:
    spent = spend(cast, "s", give(cast, "g", 500), 120)
    undo(cast.book, spent, "back")
    before = counts(), accounts(cast.book)
    with pytest.raises(Conflict) as refusal:
        undo(cast.book, spent, "back again")
    assert refusal.value.code == "already_reversed"
    assert (counts(), accounts(cast.book)) == before


def test_another_business_cannot_reverse_it(cast: Cast) -> None:
    spent = spend(cast, "s", give(cast, "g", 500), 120)
    with pytest.raises(NotFound) as refusal:
        undo(cast.other_book, spent, "back")
    assert refusal.value.code == "entry_not_found"


def test_a_spend_given_back_after_its_lot_lapsed_goes_to_an_heir_with_the_life_it_had_left(cast: Cast) -> None:
    lot = give(cast, "g", 500, expires=NOON + 10 * DAY)
    spent = spend(cast, "s", lot, 120, NOON + 4 * DAY)
    rest = recipes.lapse(cause=cause("l", NOON + 10 * DAY), portions=[Portion(lot, 380)], asset="GBP")
    post(cast.book, rest)
    back = undo(cast.book, spent, "back", NOON + 20 * DAY)
    heir = the_lot(cast, back.lots[0])
    assert (heir.units, heir.parent, heir.grant_key) == (120, lot, "g")
    assert (heir.terms.available_at, heir.terms.expires_at) == (NOON + 20 * DAY, NOON + 26 * DAY)
    assert left(cast.book, [lot]) == [0]
    assert trial_of(cast.book) == {
        (Kind.CREDIT, "GBP"): 120, (Kind.LAPSED, "GBP"): 380, (Kind.EXPENSE, "GBP"): -500,
    }  # fmt: skip


def test_a_second_spend_given_back_is_not_cut_by_the_shorter_life_of_the_first(cast: Cast) -> None:
    lot = give(cast, "g", 500, expires=NOON + 10 * DAY)
    early, late = spend(cast, "s1", lot, 100, NOON + DAY), spend(cast, "s2", lot, 50, NOON + 9 * DAY)
    short = undo(cast.book, late, "back2", NOON + 20 * DAY).lots[0]
    long = undo(cast.book, early, "back1", NOON + 20 * DAY).lots[0]
    assert the_lot(cast, short).terms.expires_at == NOON + 21 * DAY
    assert the_lot(cast, long).terms.expires_at == NOON + 29 * DAY
    assert left(cast.book, [lot, short, long]) == [350, 50, 100]


def test_a_spend_given_back_after_an_extension_goes_to_the_heir(cast: Cast) -> None:
    lot = give(cast, "g", 500, expires=NOON + 10 * DAY)
    spent = spend(cast, "s", lot, 120)
    heir = extend(cast, "x", lot, 380, NOON + 90 * DAY)
    undo(cast.book, spent, "back", NOON + 20 * DAY)
    assert left(cast.book, [lot, heir]) == [0, 500]
    assert holding.newest_heirs(book=cast.book, lots=[lot])[lot].id == heir


def test_an_extension_taken_back_leaves_the_old_lot_and_no_heir(cast: Cast) -> None:
    lot = give(cast, "g", 500, expires=NOON + 10 * DAY)
    spent = spend(cast, "s", lot, 120)
    heir = extend(cast, "x", lot, 380, NOON + 90 * DAY)
    entry = trial.entries(book=cast.book, keys=["x"])[0]
    undo(cast.book, PostedEntry(entry.id, entry.key, ()), "undo x")
    undo(cast.book, spent, "back")
    assert left(cast.book, [lot, heir]) == [500, 0]
    assert holding.newest_heirs(book=cast.book, lots=[lot])[lot].id == lot


def test_a_grant_taken_back_is_drawn_from_the_lot_and_its_heirs(cast: Cast) -> None:
    posted = post(cast.book, recipes.grant(cause=cause("g"), lot=new_lot(cast.ann), units=500))[0]
    heir = extend(cast, "x", posted.lots[0], 300, NOON + 90 * DAY)
    undo(cast.book, posted, "back")
    assert left(cast.book, [posted.lots[0], heir]) == [0, 0]
    assert trial_of(cast.book) == {}


def test_a_grant_that_was_spent_is_not_taken_back_beyond_what_is_left(cast: Cast) -> None:
    posted = post(cast.book, recipes.grant(cause=cause("g"), lot=new_lot(cast.ann), units=500))[0]
    spend(cast, "s", posted.lots[0], 1)
    give(cast, "other", 900)
    before = counts(), accounts(cast.book)
    with pytest.raises(Refused) as refusal:
        undo(cast.book, posted, "back")
    assert refusal.value.code == "insufficient_balance"
    assert refusal.value.facts == {"lots": [{"lot": posted.lots[0], "left": 499, "asked": 500}]}
    assert (counts(), accounts(cast.book)) == before


def test_a_grant_to_a_debtor_taken_back_brings_the_debt_back(cast: Cast) -> None:
    post(cast.book, recipes.owe(cause=cause("o"), wallet=cast.ann, units=60, asset="GBP"))
    before = accounts(cast.book)
    posted = post(cast.book, recipes.grant(cause=cause("g"), lot=new_lot(cast.ann), units=100, owed=60))[0]
    assert left(cast.book, posted.lots) == [40]
    assert trial_of(cast.book) == {(Kind.CREDIT, "GBP"): 40, (Kind.EXPENSE, "GBP"): -40}
    undo(cast.book, posted, "back")
    assert accounts(cast.book) == before


def test_what_passed_through_a_lot_to_a_debt_comes_back_through_it_even_past_its_date(cast: Cast) -> None:
    post(cast.book, recipes.owe(cause=cause("o"), wallet=cast.ann, units=60, asset="GBP"))
    before = accounts(cast.book)
    lot = new_lot(cast.ann, expires=NOON + DAY)
    posted = post(cast.book, recipes.grant(cause=cause("g"), lot=lot, units=100, owed=60))[0]
    back = undo(cast.book, posted, "back", NOON + 5 * DAY)
    assert (back.lots, accounts(cast.book)) == ((), before)


def test_a_grant_settles_the_debts_that_a_merge_brought_along(cast: Cast) -> None:
    post(cast.book, recipes.owe(cause=cause("o1"), wallet=cast.ann, units=60, asset="GBP"))
    post(cast.book, recipes.owe(cause=cause("o2"), wallet=cast.bob, units=25, asset="GBP"))
    before = accounts(cast.book)
    lot = new_lot(cast.ann)
    grant = recipes.grant(cause=cause("g"), lot=lot, units=100, owed=60, elsewhere=[(cast.bob, 25)])
    posted = post(cast.book, grant)[0]
    assert left(cast.book, posted.lots) == [15]
    assert trial_of(cast.book) == {(Kind.CREDIT, "GBP"): 15, (Kind.EXPENSE, "GBP"): -15}
    undo(cast.book, posted, "back")
    assert accounts(cast.book) == before


def test_a_debt_is_never_paid_beyond_zero(cast: Cast) -> None:
    post(cast.book, recipes.owe(cause=cause("o"), wallet=cast.ann, units=60, asset="GBP"))
    before = counts(), accounts(cast.book)
    with pytest.raises(Refused) as refusal:
        post(cast.book, recipes.grant(cause=cause("g"), lot=new_lot(cast.ann), units=100, owed=61))
    assert refusal.value.code == "more_than_owed"
    assert (counts(), accounts(cast.book)) == before
    with pytest.raises(Refused):
        post(cast.book, recipes.grant(cause=cause("g"), lot=new_lot(cast.bob), units=100, owed=1))
    assert (counts(), accounts(cast.book)) == before


def test_a_late_event_dated_before_expiry_undoes_the_lapse(cast: Cast) -> None:
    lot = give(cast, "g", 500, expires=NOON + DAY)
    lapsed = recipes.lapse(cause=cause("l", NOON + DAY), portions=[Portion(lot, 500)], asset="GBP")
    entry = post(cast.book, lapsed, now=NOON + 3 * DAY)[0]
    undo(cast.book, entry, "unlapse", NOON + 4 * DAY)
    assert left(cast.book, [lot]) == [500]
    assert trial.entries(book=cast.book)[0].recipe == "unlapse"
    assert trial_of(cast.book) == {(Kind.CREDIT, "GBP"): 500, (Kind.EXPENSE, "GBP"): -500}
