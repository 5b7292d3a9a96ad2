"""Individual exceptions in a document: put in, read back, kept by a later general edit, taken out (rulings 19)."""

from __future__ import annotations

from typing import Any

import pytest

from goodword.engine.exceptions import carried, general, individuals, rule_id, with_exception, without
from goodword.engine.parsing_writing import to_yaml
from goodword.engine.programme import Programme, parse
from goodword.errors import Refused

pytestmark = pytest.mark.requirement("R107")
ANN = "con_01ABC"
TEXT = """
format: 1
name: Neighbours
currency: USD
rules:
  - {id: booked, when: referral.booked, to: referrer, give: service_credit, amount: 10.00}
  - id: paid
    when: referral.paid
    to: referrer
    give: service_credit
    amount: 35.00
    hold: 24h
    if: {min_net: 100.00}
    limit: [{amount: 600.00, per: holder, in: year}]
"""


def again(source: dict[str, Any]) -> Programme:
    return parse(to_yaml(source))


def with_card(text: str = TEXT, amount: str = "80.00") -> Programme:
    own = {"give": "gift_card", "amount": amount}
    return again(with_exception(parse(text).source, general_id="paid", contact=ANN, own=own))


def test_the_exception_stands_right_before_its_rule_in_a_group_that_picks_the_first() -> None:
    made = with_card()
    assert [rule.id for rule in made.rules] == ["booked", "paid-for-con-01abc", "paid"]
    exception, rule = made.rules[1:]
    assert (exception.group, exception.pick, rule.group, rule.pick) == ("paid", "first", "paid", "first")
    assert (exception.give, exception.when, exception.hold) == ("gift_card", rule.when, rule.hold)
    assert [key for key, _ in exception.conditions] == ["min_net", "audience"]
    assert exception.limits == ()  # an amount of credit says nothing about gift cards
    assert made.rules[0].group is None


def test_the_limit_of_the_same_kind_holds_for_the_exception_too() -> None:
    own = {"give": "service_credit", "amount": "50.00"}
    made = again(with_exception(parse(TEXT).source, general_id="paid", contact=ANN, own=own))
    assert made.rules[1].limits == made.rules[2].limits != ()


def test_it_is_read_back_and_hidden_from_what_everybody_may_read() -> None:
    (each,) = individuals(with_card())
    assert (each.rule.id, each.contact) == ("paid-for-con-01abc", ANN)
    assert each.general is not None
    assert each.general.id == "paid"
    assert [rule.id for rule in general(with_card()).rules] == ["booked", "paid"]


def test_a_second_agreement_of_the_same_customer_replaces_the_first() -> None:
    own = {"give": "gift_card", "amount": "90.00"}
    made = again(with_exception(with_card().source, general_id="paid", contact=ANN, own=own))
    assert [rule.id for rule in made.rules] == ["booked", "paid-for-con-01abc", "paid"]
    assert made.source["rules"][1]["amount"] == "90.00"


def test_a_later_general_edit_keeps_it() -> None:
    edited = parse(TEXT.replace("35.00", "45.00"))
    kept = again(carried(with_card().source, edited.source))
    assert [rule.id for rule in kept.rules] == ["booked", "paid-for-con-01abc", "paid"]
    assert kept.source["rules"][1]["amount"] == "80.00"
    assert kept.source["rules"][2]["amount"] == "45.00"


def test_a_document_that_names_it_is_taken_as_it_is_and_one_without_any_is_not_touched() -> None:
    source = with_card(amount="99.00").source
    assert carried(with_card().source, source) is source
    plain = parse(TEXT).source
    assert carried(plain, plain) is plain


def test_it_outlives_the_rule_it_stood_before() -> None:
    gone = parse(TEXT[: TEXT.index("  - id: paid")])
    kept = again(carried(with_card().source, gone.source))
    assert [rule.id for rule in kept.rules] == ["booked", "paid-for-con-01abc"]
    assert individuals(kept)[0].general is None


def test_taken_out_everybody_gets_the_same_again() -> None:
    made = again(without(with_card().source, "paid-for-con-01abc"))
    assert individuals(made) == []
    assert [rule.id for rule in made.rules] == ["booked", "paid"]


def test_a_rule_that_competes_for_the_dearest_has_no_exception_by_form() -> None:
    text = TEXT.replace("amount: 10.00}", "amount: 10.00, group: g}").replace("hold: 24h", "hold: 24h\n    group: g")
    with pytest.raises(Refused) as refusal:
        with_card(text)
    assert refusal.value.code == "group_pays_the_dearest"
    with pytest.raises(Refused) as refusal:
        with_exception(parse(TEXT).source, general_id="nothing", contact=ANN, own={})
    assert refusal.value.code == "rule_not_found"


def test_ids_stay_within_their_length() -> None:
    made = rule_id("a" * 64, "con_01KABCDEFGHJKMNPQRSTVWXYZ0")
    assert len(made) <= 64
    assert made.endswith("-for-con-01kabcdefghjkmnpqrstvwxyz0")
