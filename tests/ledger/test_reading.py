"""Balances and the trial balance, now, as at a past date, and as they were known then."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from goodword.ledger import opening, posting, reading, recipes, statements, trial
from goodword.ledger.chart import Kind
from goodword.ledger.lots import Portion
from goodword.ledger.reading import Balance, Balances
from goodword.ledger.trial import Liability
from tests.ledger.cast import DAY, NOON, Cast, cause, give, new_lot, post, trial_of

pytestmark = pytest.mark.django_db
HELD = (Kind.CREDIT, "GBP")


def balances(cast: Cast, *wallets: int, **when: object) -> Balances:
    when.setdefault("now", NOON)
    return reading.balances(book=cast.book, wallets=wallets or [cast.ann], currency="GBP", **when)  # type: ignore[arg-type]


@pytest.mark.requirement("R72")
@pytest.mark.requirement("R61")
def test_pending_and_redeemable_points_are_told_apart_and_valued_at_a_hundredth_each(cast: Cast) -> None:
    give(cast, "p1", 250, kind=Kind.POINTS, asset="points")
    give(cast, "p2", 120, kind=Kind.POINTS, asset="points", available=NOON + DAY)
    give(cast, "p3", 7, kind=Kind.POINTS, asset="points", available=None)
    give(cast, "gone", 999, kind=Kind.POINTS, asset="points", expires=NOON)
    found = balances(cast).of(Kind.POINTS, "points")
    assert found == Balance(pending=127, redeemable=250, value=250)
    assert balances(cast, now=NOON + DAY).of(Kind.POINTS, "points") == Balance(7, 370, 370)
    in_yen = reading.balances(book=cast.book, wallets=[cast.ann], currency="JPY", now=NOON)
    assert in_yen.of(Kind.POINTS, "points").value == 2
    assert balances(cast, cast.bob) == Balances()


@pytest.mark.requirement("R79")
def test_several_wallets_of_one_contact_are_read_together_and_apart_in_one_statement(cast: Cast) -> None:
    give(cast, "a", 300)
    give(cast, "b", 50, wallet=cast.bob)
    give(cast, "right", 1, kind=Kind.RIGHT, asset="right", wallet=cast.bob)
    post(cast.book, recipes.owe(cause=cause("o"), wallet=cast.bob, units=20, asset="GBP"))
    with CaptureQueriesContext(connection) as seen:
        both = balances(cast, cast.ann, cast.bob)
    assert len(seen) == 1
    assert both.held == {HELD: Balance(0, 350, 350), (Kind.RIGHT, "right"): Balance(0, 1, 0)}
    assert both.owed == {"GBP": 20}
    with CaptureQueriesContext(connection) as seen:
        each = reading.balances_of_each(book=cast.book, wallets=[cast.ann, cast.bob], currency="GBP", now=NOON)
    assert len(seen) == 1
    assert each[cast.ann] == Balances({HELD: Balance(0, 300, 300)}, {})
    assert each[cast.bob].owed == {"GBP": 20}


def test_a_wallet_is_never_read_through_another_business(cast: Cast) -> None:
    give(cast, "a", 300)
    found = reading.balances(book=cast.other_book, wallets=[cast.ann], currency="GBP", now=NOON)
    assert found == Balances()
    assert reading.lots(book=cast.other_book, wallets=[cast.ann]) == []
    assert statements.statement(book=cast.other_book, wallets=[cast.ann]).lines == []


def test_the_past_is_told_as_at_a_date_and_as_known_at_a_date(cast: Cast) -> None:
    lot = give(cast, "g", 500, at=NOON)
    late = recipes.spend(cause=cause("s", NOON + DAY), portions=[Portion(lot, 200)], asset="GBP")
    post(cast.book, late, now=NOON + 5 * DAY)  # happened on the second day, heard of on the sixth
    assert balances(cast).of(*HELD).redeemable == 300
    assert balances(cast, at=NOON).of(*HELD).redeemable == 500
    assert balances(cast, at=NOON + DAY).of(*HELD).redeemable == 300
    assert balances(cast, at=NOON + DAY, known_at=NOON + 2 * DAY).of(*HELD).redeemable == 500
    assert balances(cast, known_at=NOON + 5 * DAY).of(*HELD).redeemable == 300
    assert balances(cast, at=NOON - DAY).of(*HELD) == Balance()
    as_known = trial_of(cast.book, at=NOON + DAY, known_at=NOON + 2 * DAY)
    assert as_known == {HELD: 500, (Kind.EXPENSE, "GBP"): -500}
    assert trial_of(cast.book, at=NOON + DAY)[Kind.REDEEMED, "GBP"] == 200


def test_the_past_is_judged_by_its_own_dates(cast: Cast) -> None:
    give(cast, "g", 500, at=NOON, available=NOON + DAY, expires=NOON + 3 * DAY)
    assert balances(cast, now=NOON + 9 * DAY).of(*HELD) == Balance()
    assert balances(cast, now=NOON + 9 * DAY, at=NOON).of(*HELD) == Balance(500, 0, 0)
    assert balances(cast, now=NOON + 9 * DAY, at=NOON + DAY).of(*HELD) == Balance(0, 500, 500)


def test_a_closed_month_keeps_its_balances(cast: Cast) -> None:
    give(cast, "g", 500, at=NOON)
    with transaction.atomic():
        posting.close_books(book=cast.book, until=NOON + 30 * DAY)
    before = trial_of(cast.book, at=NOON + 29 * DAY)
    give(cast, "late", 70, at=NOON + DAY)
    assert trial_of(cast.book, at=NOON + 29 * DAY) == before
    assert trial_of(cast.book, at=NOON + 30 * DAY)[HELD] == 570


def test_the_trial_balance_names_every_kind_with_its_turnover_and_sums_to_zero(cast: Cast) -> None:
    lot = give(cast, "g", 500)
    give(cast, "v", 900, kind=Kind.SOLD_VOUCHER)
    give(cast, "p", 40, kind=Kind.POINTS, asset="points")
    post(cast.book, recipes.spend(cause=cause("s"), portions=[Portion(lot, 200)], asset="GBP"))
    lines = trial.trial_balance(book=cast.book)
    assert [(line.kind, line.asset, line.debits, line.credits, line.balance) for line in lines] == [
        (Kind.CREDIT, "GBP", 200, 500, 300),
        (Kind.SOLD_VOUCHER, "GBP", 0, 900, 900),
        (Kind.EXPENSE, "GBP", 500, 0, -500),
        (Kind.SETTLEMENT, "GBP", 900, 0, -900),
        (Kind.REDEEMED, "GBP", 0, 200, 200),
        (Kind.POINTS, "points", 0, 40, 40),
        (Kind.EXPENSE, "points", 40, 0, -40),
    ]
    assert trial.trial_balance(book=cast.other_book) == []


def test_liability_is_told_by_instrument_and_the_same_from_totals_as_from_transfers(cast: Cast) -> None:
    lot = give(cast, "g", 500, expires=NOON + 5 * DAY)
    give(cast, "g2", 80, available=NOON + 2 * DAY)
    give(cast, "v", 900, kind=Kind.SOLD_VOUCHER, expires=NOON + DAY)
    give(cast, "r", 1, kind=Kind.RIGHT, asset="right")
    post(cast.book, recipes.spend(cause=cause("s"), portions=[Portion(lot, 200)], asset="GBP"))
    expected = [
        Liability(Kind.CREDIT, "GBP", pending=80, redeemable=300, expired=0),
        Liability(Kind.SOLD_VOUCHER, "GBP", pending=0, redeemable=0, expired=900),
    ]
    assert trial.liability(book=cast.book, now=NOON + DAY) == expected
    assert trial.liability(book=cast.book, now=NOON, at=NOON + DAY) == expected
    assert [line.total for line in expected] == [380, 900]
    assert trial.liability(book=cast.book, now=NOON, at=NOON - DAY) == []


def test_lots_that_reached_their_date_are_found_while_something_is_left(cast: Cast) -> None:
    early = give(cast, "g1", 500, expires=NOON + DAY)
    used = give(cast, "g2", 10, expires=NOON + DAY)
    give(cast, "g3", 10, expires=NOON + 2 * DAY)
    give(cast, "g4", 10)
    post(cast.book, recipes.spend(cause=cause("s"), portions=[Portion(used, 10)], asset="GBP"))
    assert reading.lots_to_lapse(book=cast.book, at=NOON + DAY - DAY / 2) == []
    assert [(lot.id, lot.units) for lot in reading.lots_to_lapse(book=cast.book, at=NOON + DAY)] == [(early, 500)]
    assert reading.lots_to_lapse(book=cast.other_book, at=NOON + 9 * DAY) == []


def test_open_lots_are_those_of_the_asset_and_instruments_asked_for(cast: Cast) -> None:
    credit = give(cast, "g1", 500)
    voucher = give(cast, "g2", 500, kind=Kind.SOLD_VOUCHER)
    give(cast, "g3", 500, kind=Kind.POINTS, asset="points")
    found = reading.open_lots(book=cast.book, wallets=[cast.ann], asset="GBP")
    assert [lot.id for lot in found] == [credit, voucher]
    found = reading.open_lots(book=cast.book, wallets=[cast.ann], asset="GBP", kinds=[Kind.CREDIT])
    assert [lot.id for lot in found] == [credit]
    with pytest.raises(ValueError, match="whose lots"):
        reading.lots(book=cast.book)


def test_entries_are_paged_newest_first_and_found_by_event_or_key_in_two_statements(cast: Cast) -> None:
    for i in range(5):
        post(cast.book, recipes.grant(cause=cause(f"g{i}", event=i // 2), lot=new_lot(cast.ann), units=i + 1))
    post(cast.other_book, recipes.grant(cause=cause("g0"), lot=new_lot(cast.stranger), units=9))
    with CaptureQueriesContext(connection) as seen:
        page = trial.entries(book=cast.book, limit=3)
    assert len(seen) == 2
    assert [entry.key for entry in page] == ["g4", "g3", "g2"]
    assert [entry.movements[0].units for entry in page] == [5, 4, 3]
    assert [entry.key for entry in trial.entries(book=cast.book, before=page[-1].id)] == ["g1", "g0"]
    assert [entry.key for entry in trial.entries(book=cast.book, events=[1])] == ["g3", "g2"]
    assert [entry.key for entry in trial.entries(book=cast.book, keys=["g0", "nothing"])] == ["g0"]


def test_wallets_come_in_the_order_asked_for(cast: Cast) -> None:
    first, second = opening.open_wallets(book=cast.book, public_ids=["wal_a", "wal_b"])
    assert first < second
