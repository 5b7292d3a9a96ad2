"""Each recipe moves value between exactly the accounts that rulings 30 names; the choice of lots follows 27-29."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from goodword.errors import Refused
from goodword.ledger import recipes
from goodword.ledger.chart import CHART, EARNED, HOLDERS, LIABILITIES, LOTS, Kind, fits
from goodword.ledger.lots import (
    OpenLot,
    Portion,
    Terms,
    choose,
    in_spending_order,
    terms_of_heir,
)
from goodword.ledger.recipes import Leg, Lot, NewLot, Opened, Owed, Posting
from tests.ledger.cast import DAY, NOON, YEAR, cause, new_lot

C = cause("key")
HEIR = NewLot(1, Kind.CREDIT, "GBP", Terms(NOON, None), parent=Lot(7))
OUT = [Portion(7, 30), Portion(8, 5)]
E, S, R, LAPSED = Kind.EXPENSE, Kind.SETTLEMENT, Kind.REDEEMED, Kind.LAPSED


@pytest.mark.parametrize(
    ("posting", "name", "legs"),
    [
        (recipes.grant(cause=C, lot=new_lot(1), units=9), "grant", [(E, Opened(), 9)]),
        (
            recipes.grant(cause=C, lot=new_lot(1), units=9, owed=4),
            "grant",
            [(E, Opened(), 9), (Opened(), Owed(1), 4)],
        ),
        (recipes.sale(cause=C, lot=new_lot(1, Kind.SOLD_VOUCHER), units=9), "sale", [(S, Opened(), 9)]),
        (recipes.bring(cause=C, lot=new_lot(1), units=9), "bring", [(Kind.OPENING, Opened(), 9)]),
        (
            recipes.unbring(cause=C, portions=OUT, asset="GBP"),
            "unbring",
            [(Lot(7), Kind.OPENING, 30), (Lot(8), Kind.OPENING, 5)],
        ),
        (recipes.refund(cause=C, portions=OUT, asset="GBP"), "refund", [(Lot(7), S, 30), (Lot(8), S, 5)]),
        (recipes.spend(cause=C, portions=OUT, asset="GBP"), "spend", [(Lot(7), R, 30), (Lot(8), R, 5)]),
        (recipes.restore(cause=C, portions=OUT, asset="GBP"), "restore", [(R, Lot(7), 30), (R, Lot(8), 5)]),
        (recipes.restore_to_heir(cause=C, heir=HEIR, units=9), "restore", [(R, Opened(), 9)]),
        (recipes.lapse(cause=C, portions=OUT, asset="GBP"), "lapse", [(Lot(7), LAPSED, 30), (Lot(8), LAPSED, 5)]),
        (recipes.unlapse(cause=C, portions=OUT, asset="GBP"), "unlapse", [(LAPSED, Lot(7), 30), (LAPSED, Lot(8), 5)]),
        (recipes.honour(cause=C, heir=HEIR, units=9), "honour", [(LAPSED, Opened(), 9)]),
        (recipes.take_back(cause=C, portions=OUT, asset="GBP"), "take_back", [(Lot(7), E, 30), (Lot(8), E, 5)]),
        (
            recipes.take_back(cause=C, portions=OUT[:1], asset="GBP", owed=6, wallet=1),
            "take_back",
            [(Lot(7), E, 30), (Owed(1), E, 6)],
        ),
        (recipes.owe(cause=C, wallet=1, units=6, asset="GBP"), "owe", [(Owed(1), E, 6)]),
        (recipes.repay(cause=C, portions=OUT[:1], wallet=1, asset="GBP"), "repay", [(Lot(7), Owed(1), 30)]),
        (recipes.forgive(cause=C, wallet=1, units=6, asset="GBP"), "forgive", [(E, Owed(1), 6)]),
        (recipes.deliver(cause=C, portions=OUT[:1], asset="GBP"), "deliver", [(Lot(7), Kind.PAYOUTS, 30)]),
        (recipes.use_right(cause=C, lot=7), "use_right", [(Lot(7), R, 1)]),
        (recipes.use_discount(cause=C, lot=7, units=0, currency="GBP"), "use_discount", [(Lot(7), R, 1)]),
        (recipes.move_to_heir(cause=C, lot=7, units=9, heir=HEIR), "move_to_heir", [(Lot(7), Opened(), 9)]),
        (recipes.take_breakage(cause=C, units=9, asset="GBP"), "take_breakage", [(LAPSED, Kind.BREAKAGE, 9)]),
    ],
)
def test_a_recipe_moves_value_between_the_accounts_its_name_promises(
    posting: Posting, name: str, legs: list[tuple[object, object, int]]
) -> None:
    assert posting.recipe == name
    assert [(leg.debit, leg.credit, leg.units) for leg in posting.legs] == legs
    assert {leg.asset for leg in posting.legs} == {"right" if name in {"use_right", "use_discount"} else "GBP"}


def test_using_a_discount_spends_its_right_and_books_the_money() -> None:
    posting = recipes.use_discount(cause=C, lot=7, units=450, currency="GBP")
    assert posting.legs == (Leg(Lot(7), R, 1, "right"), Leg(E, R, 450, "GBP"))


def test_a_recipe_refuses_what_would_make_no_sense() -> None:
    sold = new_lot(1, Kind.SOLD_VOUCHER)
    with pytest.raises(ValueError, match="sold, not granted"):
        recipes.grant(cause=C, lot=sold, units=9)
    with pytest.raises(ValueError, match="only a sold voucher"):
        recipes.sale(cause=C, lot=new_lot(1), units=9)
    with pytest.raises(ValueError, match="settle a debt"):
        recipes.grant(cause=C, lot=new_lot(1), units=9, owed=10)
    with pytest.raises(ValueError, match="needs the wallet"):
        recipes.take_back(cause=C, portions=[], asset="GBP", owed=5)
    with pytest.raises(ValueError, match="at least one transfer"):
        recipes.spend(cause=C, portions=[], asset="GBP")
    with pytest.raises(ValueError, match="heir names the lot"):
        recipes.honour(cause=C, heir=new_lot(1), units=9)


def test_the_chart_says_what_is_held_what_is_owed_and_what_was_earned() -> None:
    assert set(CHART) == set(Kind)
    assert {
        Kind.CREDIT, Kind.POINTS, Kind.SOLD_VOUCHER, Kind.PROMO_VOUCHER, Kind.GIFT_CARD, Kind.CASH, Kind.RIGHT,
    } == LOTS  # fmt: skip
    assert LOTS | {Kind.OWED} == HOLDERS
    assert LOTS - {Kind.RIGHT} == LIABILITIES
    assert LOTS - {Kind.RIGHT, Kind.SOLD_VOUCHER} == EARNED
    assert fits(Kind.POINTS, "points")
    assert not fits(Kind.CREDIT, "points")
    assert not fits(Kind.RIGHT, "GBP")
    assert fits(Kind.EXPENSE, "points")
    with pytest.raises(ValueError, match="no asset"):
        fits(Kind.CREDIT, "gold")


def lot(
    number: int,
    units: int,
    *,
    expires: datetime | None = None,
    available: datetime | None = NOON,
    kind: Kind = Kind.CREDIT,
) -> OpenLot:
    return OpenLot(number, 1, kind, "GBP", units, Terms(available, expires))


def test_the_soonest_to_expire_is_spent_first_then_the_older_lot() -> None:
    lots = [lot(1, 10), lot(2, 10, expires=NOON + YEAR), lot(4, 10, expires=NOON + DAY), lot(3, 10), lot(5, 0)]
    lots.append(lot(0, 10, expires=NOON + YEAR))
    assert [each.id for each in in_spending_order(lots)] == [4, 0, 2, 1, 3, 5]
    assert choose(lots=lots, units=35, at=NOON) == (Portion(4, 10), Portion(0, 10), Portion(2, 10), Portion(1, 5))


def test_a_lot_is_usable_from_its_date_and_lapses_at_the_first_instant_after_its_validity() -> None:
    one = lot(1, 10, available=NOON, expires=NOON + DAY)
    assert one.state(NOON - timedelta(microseconds=1)) == "pending"
    assert one.state(NOON) == "redeemable"
    assert one.state(NOON + DAY - timedelta(microseconds=1)) == "redeemable"
    assert one.state(NOON + DAY) == "lapsed"
    assert lot(1, 10, available=None).state(NOON + 99 * YEAR) == "pending"


def test_a_spend_beyond_what_is_redeemable_is_refused_and_never_clamped() -> None:
    lots = [lot(1, 10), lot(2, 10, available=NOON + DAY), lot(3, 50, expires=NOON)]
    with pytest.raises(Refused) as refusal:
        choose(lots=lots, units=20, at=NOON)
    assert refusal.value.code == "not_yet_redeemable"
    assert refusal.value.facts == {"asked": 20, "redeemable": 10, "pending": 10}
    with pytest.raises(Refused) as refusal:
        choose(lots=lots, units=21, at=NOON)
    assert refusal.value.code == "insufficient_balance"


def test_what_comes_back_too_late_gets_the_life_it_had_left_or_the_old_date_if_later() -> None:
    spent = Terms(NOON, NOON + 10 * DAY)
    after = terms_of_heir(spent=spent, spent_at=NOON + 4 * DAY, now=NOON + 20 * DAY)
    assert after == Terms(NOON + 20 * DAY, NOON + 26 * DAY)
    late = terms_of_heir(spent=spent, spent_at=NOON + 10 * DAY, now=NOON)
    assert late.expires_at == NOON + 10 * DAY
    assert terms_of_heir(spent=Terms(NOON, None), spent_at=NOON, now=NOON).expires_at is None
