from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodword.engine import programme as pr
from goodword.engine.facts import LineFact, RuleFacts
from goodword.engine.rules.amounts import AMOUNTS, form, reward_units
from goodword.engine.rules.gifts import GIFTS
from goodword.engine.rules.rule import Rule


def facts(
    *, nth: int | None = None, total: int | None = None, net: int | None = None, currency: str = "USD"
) -> RuleFacts:
    lines = None if net is None else (LineFact("service", "CUT", net),)
    return RuleFacts(at=datetime(2026, 7, 1, tzinfo=UTC), local_date=date(2026, 7, 1), currency=currency, nth=nth,
                     total=total, lines=lines)  # fmt: skip


def referral(give: str, amount: str, *, currency: str = "USD", more: str = "") -> Rule:
    return _rule(f"when: referral.paid, to: referrer, give: {give}, amount: {amount}{more}", currency)


def ticket(give: str, amount: str, *, currency: str = "USD") -> Rule:
    return _rule(f"when: ticket.closed, to: customer, give: {give}, amount: {amount}", currency)


def _rule(keys: str, currency: str = "USD") -> Rule:
    return pr.parse(f"format: 1\nname: P\ncurrency: {currency}\nrules:\n  - {{id: a, {keys}}}\n").rules[0]


def test_a_fixed_amount_pays_itself() -> None:
    assert reward_units(referral("cash", "25.00"), facts(nth=1)) == (2500, "25.00 USD")
    assert reward_units(referral("points", "200"), facts(nth=1)) == (200, "200 points")


@pytest.mark.requirement("R112")
@pytest.mark.parametrize(
    ("between", "paid"),
    [("previous", [2500, 2500, 5000, 5000, 10000, 10000]), ("nothing", [2500, 0, 5000, 0, 10000, 0])],
)
def test_tiers_pay_by_ordinal_and_between_them_the_previous_or_nothing(between: str, paid: list[int]) -> None:
    rule = referral("cash", f"{{tiers: {{1: 25.00, 3: 50.00, 5: 100.00}}, between: {between}}}")
    assert [reward_units(rule, facts(nth=n))[0] for n in range(1, 7)] == paid


@pytest.mark.requirement("R43")
def test_before_the_first_tier_nothing_is_paid() -> None:
    rule = referral("voucher", "{tiers: {2: 20.00}}")
    assert reward_units(rule, facts(nth=1)) == (0, "no tier for referral no. 1")
    assert reward_units(rule, facts(nth=2)) == (2000, "tier 2 for referral no. 2 = 20.00 USD")


@pytest.mark.requirement("R45")
@pytest.mark.requirement("R46")
def test_a_growing_amount_grows_by_its_step_up_to_its_cap() -> None:
    rule = referral("cash", "{grow: {start: 5.00, step: 5.00, cap: 25.00}}")
    assert [reward_units(rule, facts(nth=n))[0] for n in (1, 2, 5, 6, 100)] == [500, 1000, 2500, 2500, 2500]
    endless = referral("cash", "{grow: {start: 5.00, step: 5.00}}")
    assert reward_units(endless, facts(nth=100)) == (50_000, "5.00 USD + 99 × 5.00 USD = 500.00 USD")


@pytest.mark.parametrize(
    ("percent", "net", "paid"),
    [("10", 10_000, 1_000), ("10", 5, 1), ("10", 4, 0), ("2.5", 10_020, 251), ("2.5", 10_019, 250), ("10", 0, 0),
     ("10", -10_000, 0)],
)  # fmt: skip
def test_a_share_in_money_is_rounded_half_up_and_never_negative(percent: str, net: int, paid: int) -> None:
    assert reward_units(referral("cash", f"{{percent: {percent}}}"), facts(nth=1, total=net))[0] == paid
    assert reward_units(ticket("service_credit", f"{{percent: {percent}}}"), facts(net=net))[0] == paid


def test_a_share_pays_at_most_its_most() -> None:
    rule = referral("cash", "{percent: 10, up_to: 200.00}")
    assert reward_units(rule, facts(nth=1, total=200_000)) == (20_000, "10 % of 2000.00 USD = 200.00 USD")
    assert reward_units(rule, facts(nth=1, total=200_010)) == (
        20_000, "10 % of 2000.10 USD = 200.01 USD, at most 200.00 USD",
    )  # fmt: skip


def test_a_share_in_points_is_rounded_down() -> None:
    assert reward_units(ticket("points", "{percent: 10}"), facts(net=1_999))[0] == 199
    assert reward_units(ticket("points", "{percent: 10, up_to: 100}"), facts(net=1_999))[0] == 100
    assert reward_units(ticket("points", "{percent: 10}", currency="JPY"), facts(net=199, currency="JPY"))[0] == 1_990
    assert reward_units(ticket("points", "{percent: 10}", currency="KWD"), facts(net=1_999, currency="KWD"))[0] == 19


@pytest.mark.requirement("R69")
@pytest.mark.parametrize(
    ("rate", "net", "currency", "paid"),
    [("2", 10_000, "USD", 200), ("2", 149, "USD", 2), ("2", 150, "USD", 3), ("1.5", 1_099, "USD", 16),
     ("2", -100, "USD", 0), ("2", 100, "JPY", 200), ("2", 1_999, "KWD", 3)],
)  # fmt: skip
def test_points_per_unit_are_rounded_down_per_ticket(rate: str, net: int, currency: str, paid: int) -> None:
    rule = ticket("points", f"{{per_unit: {rate}}}", currency=currency)
    assert reward_units(rule, facts(net=net, currency=currency))[0] == paid


@pytest.mark.requirement("R109")
def test_a_percent_discount_pays_basis_points() -> None:
    rule = referral("discount", "{percent_off: 12.5}")
    assert reward_units(rule, facts(nth=1)) == (1250, "12.5 % off")


def test_a_custom_reward_is_one_and_a_named_service_its_value() -> None:
    custom = _rule("when: referral.paid, to: referrer, give: custom, text: One treatment, value: 20.00")
    assert reward_units(custom, facts(nth=1)) == (1, "one “One treatment”")
    service = _rule("when: referral.paid, to: referrer, give: voucher, text: One cut, value: 40.00")
    assert reward_units(service, facts(nth=1)) == (4000, "“One cut”, worth 40.00 USD")


def test_every_form_of_the_format_is_registered() -> None:
    assert list(AMOUNTS) == ["fixed", "tiers", "grow", "percent", "per_unit", "percent_off"]
    assert form(pr.Fixed(1)) == "fixed"


GIVES = ["service_credit", "discount", "points", "voucher", "gift_card", "cash", "custom"]


@pytest.mark.parametrize(
    ("give", "asset", "instrument", "divisible", "worth", "fulfilment"),
    [
        ("service_credit", "USD", "credit", True, 500, "automatic"),
        ("discount", "USD", "right", True, 500, "automatic"),
        ("points", "points", "points", True, 500, "automatic"),
        ("voucher", "USD", "promo_voucher", True, 500, "person"),
        ("gift_card", "USD", "gift_card", True, 500, "person"),
        ("cash", "USD", "cash", True, 500, "person"),
    ],
)
def test_each_gift_says_what_it_is(
    give: str, asset: str, instrument: str, divisible: bool, worth: int, fulfilment: str
) -> None:
    rule, kind = referral(give, "500"), GIFTS[give]
    assert (kind.asset(rule, "USD"), kind.instrument, kind.fulfilment) == (asset, instrument, fulfilment)
    assert kind.divisible(rule) is divisible
    assert kind.worth(rule, 500, "USD") == worth


def test_what_is_whole_is_never_cut_and_worth_what_the_rule_says() -> None:
    percent = referral("discount", "{percent_off: 10}", more=", max_value: 50.00")
    assert (GIFTS["discount"].asset(percent, "USD"), GIFTS["discount"].divisible(percent)) == ("discount", False)
    assert GIFTS["discount"].worth(percent, 1000, "USD") == 5000
    custom = _rule("when: referral.paid, to: referrer, give: custom, text: One treatment, value: 20.00")
    assert (GIFTS["custom"].asset(custom, "USD"), GIFTS["custom"].divisible(custom)) == ("custom", False)
    assert (GIFTS["custom"].worth(custom, 1, "USD"), GIFTS["custom"].instrument) == (2000, "right")
    service = _rule("when: referral.paid, to: referrer, give: voucher, text: One cut, value: 40.00")
    assert (GIFTS["voucher"].asset(service, "USD"), GIFTS["voucher"].divisible(service)) == ("USD", False)
    assert GIFTS["voucher"].worth(service, 4000, "USD") == 4000
    assert list(GIFTS) == GIVES


@pytest.mark.requirement("R61")
@pytest.mark.parametrize(("currency", "worth"), [("USD", 150), ("JPY", 2), ("KWD", 1500)])
def test_points_are_worth_a_hundredth_of_the_unit_half_up(currency: str, worth: int) -> None:
    assert GIFTS["points"].worth(referral("points", "150"), 150, currency) == worth


@given(st.integers(-(10**12), 10**12), st.integers(1, 50), st.sampled_from([
    "5.00", "{tiers: {2: 5.00}}", "{grow: {start: 1.00, step: 1.00, cap: 9.00}}", "{percent: 33.3333}",
    "{percent: 5, up_to: 3.00}",
]))  # fmt: skip
def test_no_amount_is_ever_negative_or_above_its_cap(total: int, nth: int, amount: str) -> None:
    units, arithmetic = reward_units(referral("cash", amount), facts(nth=nth, total=total))
    assert units >= 0
    assert arithmetic
    if "cap" in amount or "up_to" in amount:
        assert units <= 900


def test_the_facts_are_not_changed_by_deciding() -> None:
    seen = facts(nth=2, total=10_000)
    before = msgspec.structs.asdict(seen)
    reward_units(referral("cash", "{percent: 10}"), seen)
    assert msgspec.structs.asdict(seen) == before
