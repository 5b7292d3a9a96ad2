"""The guided form over a programme: what it can say is read and written back, what it cannot is never touched."""

from __future__ import annotations

import pytest

from goodword.engine import guided
from goodword.engine.guided import Reward
from goodword.engine.parsing_writing import to_yaml
from goodword.engine.programme import Programme, parse
from goodword.engine.wording import explain

HEAD = "format: 1\nid: friends\nname: Friends\ncurrency: USD\nrules:\n"
THANKS = """\
  - id: thanks
    when: referral.invoiced
    to: referrer
    give: service_credit
    amount: {tiers: {1: 25.00, 3: 50.00, 5: 100.00}}
    limit: [{amount: 600.00, per: holder, in: year}]
    hold: 24h
    expires: 12 months
"""
WELCOME = """\
  - id: welcome
    when: referral.attributed
    to: friend
    give: discount
    amount: {percent_off: 12.5}
    max_value: 50.00
    expires: 60d
"""
POINTS = "  - {id: buy, when: ticket.closed, to: customer, give: points, amount: {per_unit: 2}, if: {min_net: 10.00}}\n"
TREAT = "  - {id: treat, when: referral.paid, to: referrer, give: custom, text: One weed treatment, value: 40.00}\n"


def programme(*rules: str) -> Programme:
    return parse(HEAD + "".join(rules))


def again(before: Programme, rewards: list[Reward]) -> Programme:
    return parse(to_yaml(guided.rewrite(before, rewards)))


def test_every_simple_reward_is_read_as_people_write_it() -> None:
    rewards = guided.read(programme(WELCOME, THANKS, TREAT))
    assert rewards is not None
    thanks, treat, welcome = rewards
    assert thanks == Reward(
        rule="thanks", gives="service_credit", amount="25.00", tiers=[("3", "50.00"), ("5", "100.00")], cap="600.00",
        expires="12 months",
    )  # fmt: skip
    assert (treat.gives, treat.text, treat.amount, treat.when) == (
        "custom", "One weed treatment", "40.00", "referral.paid",
    )  # fmt: skip
    assert (welcome.to, welcome.gives, welcome.amount, welcome.most, welcome.expires) == (
        "friend", "percent", "12.5", "50.00", "60 d",
    )  # fmt: skip


def test_written_back_unchanged_the_document_is_the_same_to_the_letter() -> None:
    before = programme(THANKS, POINTS, WELCOME, TREAT)
    rewards = guided.read(before)
    assert rewards is not None
    assert guided.rewrite(before, rewards) == before.source
    assert [guided.faults_of(reward, "USD") for reward in rewards] == [{}, {}, {}]


def test_a_change_keeps_ids_order_hold_and_every_other_rule() -> None:
    before = programme(THANKS, POINTS, WELCOME)
    rewards = guided.read(before)
    assert rewards is not None
    thanks, welcome = rewards
    thanks.amount, thanks.tiers, thanks.cap = "30", [("4", "60,50")], ""
    welcome.gives, welcome.amount, welcome.most = "flat", "15", ""
    after = again(before, [thanks, welcome])
    assert [rule.id for rule in after.rules] == ["thanks", "buy", "welcome"]
    assert after.source["rules"][1] == before.source["rules"][1]
    assert after.source["rules"][0] == {
        "id": "thanks", "when": "referral.invoiced", "to": "referrer", "give": "service_credit",
        "amount": {"tiers": {"1": "30.00", "4": "60.50"}}, "hold": "24h", "expires": "12 months",
    }  # fmt: skip
    assert after.source["rules"][2] == {
        "id": "welcome", "when": "referral.attributed", "to": "friend", "give": "discount", "amount": "15.00",
        "expires": "60d",
    }  # fmt: skip


def test_a_reward_is_taken_away_and_a_new_one_gets_an_id_nothing_had() -> None:
    before = programme(THANKS, WELCOME)
    rewards = guided.read(before)
    assert rewards is not None
    rewards[0].gives = ""
    new = Reward(when="referral.paid", gives="points", amount="500", expires="6 months")
    twin = Reward(when="referral.paid", gives="gift_card", amount="20")
    after = again(before, [*rewards, new, twin])
    assert [(rule.id, rule.give) for rule in after.rules] == [
        ("welcome", "discount"), ("referrer-paid", "points"), ("referrer-paid-2", "gift_card"),
    ]  # fmt: skip
    assert "500 points" in " ".join(explain(after, "en"))


PAID = "  - {id: a, when: referral.paid, to: referrer, "


@pytest.mark.parametrize(
    "rule",
    [
        "give: service_credit, amount: 5.00, if: {min_net: 50.00}",
        "give: service_credit, amount: {grow: {start: 5.00, step: 5.00}}",
        "give: service_credit, amount: {percent: 10}",
        "give: service_credit, amount: 5.00, on_cancel: keep",
        "give: service_credit, amount: 5.00, group: g",
        "give: cash, amount: 5.00",
        "give: voucher, text: A cut, value: 5.00",
        "give: service_credit, amount: 5.00, expires: 48h",
        "give: discount, amount: 5.00, uses: 2",
        "give: points, amount: {tiers: {1: 5, 2: 6, 3: 7, 4: 8}}",
        "give: points, amount: {tiers: {1: 5, 3: 6}, between: nothing}",
        "give: points, amount: {tiers: {2: 5, 3: 6}}",
        "give: points, amount: 5, limit: [{count: 3, per: holder, in: year}]",
        "give: points, amount: 5, limit: [{amount: 9, per: programme, in: year}]",
    ],
)
def test_a_reward_that_says_more_than_the_form_is_left_alone(rule: str) -> None:
    assert guided.read(programme(f"{PAID}{rule}}}\n", WELCOME)) is None


@pytest.mark.parametrize(
    ("reward", "fields"),
    [
        (Reward(gives="service_credit", amount="0"), {"amount": "not_money"}),
        (Reward(gives="service_credit", amount="-5"), {"amount": "not_money"}),
        (Reward(gives="service_credit", amount="5.001"), {"amount": "too_many_digits"}),
        (Reward(gives="service_credit", amount="1e3"), {"amount": "not_money"}),
        (Reward(gives="points", amount="2.5"), {"amount": "not_points"}),
        (Reward(gives="percent", amount="0"), {"amount": "not_a_percentage"}),
        (Reward(gives="percent", amount="101"), {"amount": "not_a_percentage"}),
        (Reward(gives="percent", amount="10", cap="50"), {"most": "not_money"}),
        (Reward(gives="custom", amount="10"), {"text": "words_needed"}),
        (Reward(gives="flat", amount="10", tiers=[("1", "5")]), {"tiers": "not_rising"}),
        (Reward(gives="flat", amount="10", tiers=[("5", "5"), ("3", "6")]), {"tiers": "not_rising"}),
        (Reward(gives="flat", amount="10", tiers=[("3", "")]), {"tiers": "not_money"}),
        (Reward(gives="flat", amount="10", cap="lots"), {"cap": "not_money"}),
        (Reward(gives="flat", amount="10", expires="soon months"), {"expires": "not_a_duration"}),
        (Reward(gives="flat", amount="10", expires="0 d"), {"expires": "not_a_duration"}),
        (Reward(gives="gold", amount="10"), {"gives": "not_a_choice"}),
        (Reward(gives="flat", amount="10", when="ticket.closed"), {"gives": "not_a_choice"}),
        (Reward(gives="", amount="nonsense"), {}),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(reward: Reward, fields: dict[str, str]) -> None:
    assert {name: fault.code for name, fault in guided.faults_of(reward, "USD").items()} == fields
