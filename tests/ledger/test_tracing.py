"""Where the value of a lot came from and went to: every entry, over all its forerunners, to the unit."""

from __future__ import annotations

from goodword.ledger import recipes, tracing
from goodword.ledger.chart import Kind
from goodword.ledger.lots import Portion, Terms
from tests.ledger.cast import DAY, NOON, Cast, cause, give, new_lot, post


def told(cast: Cast, lot: int) -> list[tuple[str, int, int]]:
    return [(step.recipe, step.change, step.balance) for step in tracing.steps_of(book=cast.book, lot=lot)]


def test_a_line_of_heirs_is_one_story_and_a_stranger_has_no_part_in_it(cast: Cast) -> None:
    lot = give(cast, "a", 100)
    beside = give(cast, "b", 70)
    spent = Portion(lot, 30)
    post(cast.book, recipes.spend(cause=cause("s", NOON + DAY), portions=[spent], asset="GBP"), now=NOON + DAY)
    heir = new_lot(cast.ann)
    moved = recipes.move_to_heir(cause=cause("m", NOON + 2 * DAY), lot=lot, units=70, heir=heir)
    (entry,) = post(cast.book, moved, now=NOON + 2 * DAY)
    (later,) = entry.lots
    assert told(cast, later) == [("grant", 100, 100), ("spend", -30, 70), ("move_to_heir", 0, 70)]
    assert told(cast, lot) == [("grant", 100, 100), ("spend", -30, 70), ("move_to_heir", -70, 0)]
    assert told(cast, beside) == [("grant", 70, 70)]
    assert tracing.steps_of(book=cast.other_book, lot=lot) == []


def test_what_is_left_in_several_lots_is_their_sum(cast: Cast) -> None:
    lots = [give(cast, key, units) for key, units in (("a", 100), ("b", 70))]
    assert tracing.left_in(book=cast.book, lots=lots) == 170
    assert tracing.left_in(book=cast.book, lots=[]) == 0
    assert tracing.left_in(book=cast.other_book, lots=lots) == 0


def test_two_lots_of_one_entry_are_told_apart(cast: Cast) -> None:
    lot = recipes.NewLot(cast.ann, Kind.SOLD_VOUCHER, "GBP", Terms(NOON, None))
    (entry,) = post(cast.book, recipes.sell_many(cause=cause("w"), lots=[lot, lot], units=40))
    assert [told(cast, each) for each in entry.lots] == [[("sale", 40, 40)], [("sale", 40, 40)]]


def test_what_went_out_without_being_used_is_told_apart_over_all_forerunners(cast: Cast) -> None:
    lot, beside = give(cast, "a", 100), give(cast, "b", 70)
    spent, late = Portion(lot, 30), NOON + 2 * DAY
    post(cast.book, recipes.spend(cause=cause("s"), portions=[spent], asset="GBP"))
    post(cast.book, recipes.refund(cause=cause("cash:1"), portions=[Portion(lot, 10)], asset="GBP"))
    heir = new_lot(cast.ann)
    (entry,) = post(cast.book, recipes.move_to_heir(cause=cause("m", late), lot=lot, units=60, heir=heir), now=late)
    (later,) = entry.lots
    post(cast.book, recipes.lapse(cause=cause("l", late), portions=[Portion(later, 25)], asset="GBP"), now=late)
    post(cast.book, recipes.refund(cause=cause("void:1", late), portions=[Portion(later, 5)], asset="GBP"), now=late)
    told = tracing.gone_of(book=cast.book, lots=[later, beside])
    assert told[later] == tracing.Gone(lapsed=25, paid_out=10, cancelled=5, left=30)
    assert told[beside] == tracing.Gone(left=70)
    assert tracing.gone_of(book=cast.book, lots=[]) == {}
