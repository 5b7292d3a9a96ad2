"""The rulings on tenders, shortfall, limits and groups, by example: one small history each, its exact outcome."""

from __future__ import annotations

from typing import Any

import pytest

from goodword.engine.decisions import Problem, Restored, Reversed, Spent
from tests.backtest.stories import Story, utc

pytestmark = pytest.mark.django_db  # each is lived through too: conftest.py

POINTS = "id: points, when: ticket.closed, to: customer, give: points, amount: {per_unit: 1}"
CREDIT = "id: credit, when: ticket.closed, to: customer, give: service_credit, amount: {percent: 10}"
ONLINE = "id: online, when: appointment.online, to: customer, give: points, amount: 50"


def paying(**tenders: int) -> list[dict[str, Any]]:
    return [{"type": kind, "amount": amount} for kind, amount in tenders.items()]


def problems(story: Story) -> list[tuple[str, dict[str, str | int]]]:
    return [(d.code, d.facts) for d in story.lived()[1] if isinstance(d, Problem)]


# --- tenders and shortfall (25, 26, 27) -----------------------------------------------------------------------------


def test_25_a_tender_spends_the_soonest_to_expire_and_what_cannot_be_covered_is_a_problem() -> None:
    story = Story(f"{CREDIT}, expires: 30d").closed("03-02", "t1", "bob", 10_000).closed("03-03", "t2", "bob", 10_000)
    story.closed("03-04", "t3", "bob", {"kind": "retail", "unit_price": 3_000}, tenders=paying(credit=2_500))
    spent = [[(lot.expires_at, units) for lot, units in d.takes] for d in story.lived()[1] if isinstance(d, Spent)]
    assert spent == [[(utc("2026-04-02 00:00"), 1_000), (utc("2026-04-03 00:00"), 1_000)]]
    assert problems(story) == [
        ("insufficient_balance", {"tender": "credit", "units": 2_500, "missing": 500, "ticket": "t3"})
    ]
    assert story.refused == {"insufficient_balance": 1}
    assert story.rows[-1] == "e3 grant credit bob 50 USD"  # 30.00 less the 25.00 that was to be paid with our value


def test_25_voiding_gives_the_redemption_back() -> None:
    story = Story(CREDIT).closed("03-02", "t1", "bob", 10_000)
    story.closed("03-04", "t2", "bob", 1_000, tenders=paying(credit=1_000)).voided("03-05", "t2")
    assert [(d.units, d.heir) for d in story.lived()[1] if isinstance(d, Restored)] == [(1_000, None)]


def test_28_what_lapsed_meanwhile_comes_back_as_an_heir_with_the_life_it_had_left() -> None:
    story = Story(f"{CREDIT}, expires: 3d").closed("03-02", "t1", "bob", 10_000)
    story.closed("03-04", "t2", "bob", 1_000, tenders=paying(credit=1_000)).voided("03-20", "t2")
    (restored,) = [d for d in story.lived()[1] if isinstance(d, Restored)]
    assert restored.heir is not None
    assert restored.heir.expires_at == utc("2026-03-21 12:00") + (utc("2026-03-06 00:00") - utc("2026-03-05 12:00"))


def test_26_points_pay_only_in_whole_smallest_units_and_never_for_sold_vouchers() -> None:
    story = Story(POINTS.replace("per_unit: 1", "per_unit: 100"), currency="JPY").closed("03-01", "t1", "bob", 10)
    story.closed("03-03", "t2", "bob", 20, tenders=paying(points=3))
    spent = [sum(units for _, units in d.takes) for d in story.lived()[1] if isinstance(d, Spent)]
    assert spent == [300]  # a yen is a hundred points
    story = Story(CREDIT).closed("03-01", "t1", "bob", 50_000)
    story.closed("03-03", "t2", "bob", {"kind": "gift_voucher", "unit_price": 5_000}, tenders=paying(credit=5_000))
    assert problems(story) == [("not_for_vouchers", {"amount": 5_000, "allowed": 0})]
    assert not [d for d in story.lived()[1] if isinstance(d, Spent)]


@pytest.mark.parametrize(
    ("shortfall", "takes", "owed", "written_off", "row"),
    [
        ("within_balance", [300], 0, 700, ["e3 reverse credit bob 300 USD"]),
        ("owe", [300], 700, 0, ["e3 reverse credit bob 1000 USD"]),
        ("only_pending", [], 0, 0, []),
    ],
)
def test_27_what_was_spent_follows_the_shortfall_policy(
    shortfall: str, takes: list[int], owed: int, written_off: int, row: list[str]
) -> None:
    big = f"{CREDIT}, if: {{min_net: 100.00}}"
    story = Story(big, f"shortfall: {shortfall}").closed("03-01", "t1", "bob", 10_000)
    story.closed("03-03", "t2", "bob", 900, tenders=paying(credit=700)).voided("03-04", "t1")
    assert story.rows == ["e1 grant credit bob 1000 USD", *row]
    back = [d for d in story.lived()[1] if isinstance(d, Reversed)]
    assert [([n for _, n in d.takes], d.owed, d.written_off) for d in back] == (
        [(takes, owed, written_off)] if row else []
    )


def test_27_a_debt_is_settled_by_the_next_earning() -> None:
    story = Story(f"{CREDIT}, if: {{min_net: 50.00}}", "shortfall: owe").closed("03-01", "t1", "bob", 10_000)
    story.closed("03-02", "t2", "bob", 1_200, tenders=paying(credit=1_000)).voided("03-03", "t1")
    story.closed("03-04", "t3", "bob", 15_000)
    world, _ = story.lived()
    bob = world.identities[("till", "bob")]
    assert bob.owed == {"USD": 0}
    assert [lot.left for lot in bob.lots] == [0, 500]


def test_27_only_pending_takes_what_is_still_held() -> None:
    story = Story(POINTS, "shortfall: only_pending").closed("03-01", "t1", "bob", 1_000).voided("03-02 11:59", "t1")
    assert story.rows == ["e1 grant points bob 10 points", "e2 reverse points bob 10 points"]
    story = Story(POINTS, "shortfall: only_pending").closed("03-01", "t1", "bob", 1_000).voided("03-02 12:00", "t1")
    assert story.rows == ["e1 grant points bob 10 points"]


# --- limits, budgets, groups (20, 46) -------------------------------------------------------------------------------


def test_46_a_count_refuses_and_an_amount_cuts_by_calendar_periods_of_the_zone() -> None:
    story = Story(f"{POINTS}, limit: [{{count: 1, per: holder, in: day}}]", zone="America/Denver")
    story.closed("2026-03-02T06:30:00+00:00", "t1", "bob", 1_000).closed(
        "2026-03-02T07:30:00+00:00", "t2", "bob", 1_000
    )
    story.closed("2026-03-02T08:30:00+00:00", "t3", "bob", 1_000)  # the first was still 1 March in Denver
    assert (story.rows, story.refused) == (
        ["e1 grant points bob 10 points", "e2 grant points bob 10 points"],
        {"limit": 1},
    )
    story = Story(f"{CREDIT}, limit: [{{amount: 15.00, per: programme, in: ever}}]")
    story.closed("03-02", "t1", "bob", 10_000).closed("03-03", "t2", "cy", 10_000).closed("03-04", "t3", "dee", 10_000)
    assert story.rows == ["e1 grant credit bob 1000 USD", "e2 grant credit cy 500 USD cut"]
    assert story.refused == {"limit": 1}


def test_20_a_reversal_gives_its_room_back_to_the_period_it_came_from() -> None:
    story = Story(f"{CREDIT}, limit: [{{amount: 10.00, per: holder, in: month}}]")
    story.closed("03-02", "t1", "bob", 10_000).voided("04-02", "t1").closed("04-03", "t2", "bob", 10_000)
    story.adjusted("04-04", "t3", "bob", 5_000).closed("03-05", "t3", "bob", 5_000)
    # t3 closed in March, whose room was full then; April's own room is all t2's
    assert story.rows == [
        "e1 grant credit bob 1000 USD", "e2 reverse credit bob 1000 USD", "e3 grant credit bob 1000 USD",
        "e4 grant credit bob 500 USD",
    ]  # fmt: skip


def test_20_what_cannot_be_divided_is_refused_and_a_budget_cuts_the_rest() -> None:
    rules = """
    id: cake, when: referral.paid, to: referrer, give: custom, text: A cake, value: 30.00
    id: off, when: referral.paid, to: friend, give: discount, amount: {percent_off: 20}, max_value: 30.00
    id: paid, when: referral.paid, to: referrer, give: service_credit, amount: 50.00
    """
    story = Story(rules, "budget: {amount: 40.00, per: programme}").contact("03-01", "bob", by="ann")
    story.job("03-02", "j1", "bob", "paid").contact("03-03", "cy", by="ann").job("03-04", "j2", "cy", "paid")
    assert story.rows == ["e2 grant cake ann 1 custom #1", "e2 grant paid ann 1000 USD #1 cut"]
    assert story.refused == {"budget": 4}
    story.job("03-05", "j1", "bob", "cancelled")
    assert story.rows[2:] == ["e5 reverse cake ann 1 custom #1", "e5 reverse paid ann 1000 USD #1 cut"]


def test_20_points_are_budgeted_at_their_value() -> None:
    story = Story(POINTS.replace("per_unit: 1", "per_unit: 10"), "budget: {amount: 1.00, per: month}")
    story.closed("03-02", "t1", "bob", 700).closed("03-03", "t2", "bob", 700).closed("03-04", "t3", "bob", 700)
    assert story.rows == ["e1 grant points bob 70 points", "e2 grant points bob 30 points cut"]
    assert story.refused == {"budget": 1}


@pytest.mark.parametrize(
    ("pick", "rows"), [("best", ["e1 grant dear bob 500 USD"]), ("first", ["e1 grant cheap bob 450 points"])]
)
def test_20_of_a_group_only_the_dearest_or_the_first_pays(pick: str, rows: list[str]) -> None:
    rules = f"""
    id: cheap, when: ticket.closed, to: customer, give: points, amount: 450, group: g, pick: {pick}
    id: dear, when: ticket.closed, to: customer, give: service_credit, amount: 5.00, group: g, pick: {pick}
    """
    story = Story(rules).closed("03-02", "t1", "bob", 10_000)
    assert (story.rows, story.refused) == (rows, {"group": 1})


def test_20_the_choice_comes_after_limits_and_46_ties_go_to_the_first() -> None:
    credit = "when: ticket.closed, to: customer, give: service_credit, group: g"
    rules = f"""
    id: first, {credit}, amount: 5.00
    id: second, when: ticket.closed, to: customer, give: points, amount: 500, group: g
    id: third, {credit}, amount: 9.00, limit: [{{count: 1, per: holder, in: ever}}]
    """
    story = Story(rules).closed("03-02", "t1", "bob", 10_000).closed("03-03", "t2", "bob", 10_000)
    assert story.rows == ["e1 grant third bob 900 USD", "e2 grant first bob 500 USD"]
    assert story.refused == {"group": 3, "limit": 1}


def test_46_the_rules_of_one_event_take_their_turn_in_document_order_stages_included() -> None:
    rules = """
    id: z-paid, when: referral.paid, to: referrer, give: service_credit, amount: 30.00
    id: a-booked, when: referral.booked, to: referrer, give: service_credit, amount: 30.00
    """
    story = Story(rules, "budget: {amount: 40.00, per: year}").contact("03-01", "bob", by="ann")
    story.job("03-02", "j1", "bob", "paid")
    assert story.rows == ["e2 grant a-booked ann 1000 USD #1 cut", "e2 grant z-paid ann 3000 USD #1"]


def test_19_an_individual_exception_is_a_first_of_its_group() -> None:
    paid = "when: referral.paid, to: referrer, give: service_credit, group: g, pick: first"
    rules = f"""
    id: for-ann, {paid}, amount: 50.00, if: {{audience: ["contact:ann"]}}
    id: paid, {paid}, amount: 25.00
    """
    story = Story(rules).contact("03-01", "bob", by="ann").contact("03-01", "dee", by="cy")
    story.job("03-02", "j1", "bob", "paid").job("03-03", "j2", "dee", "paid")
    assert story.rows == ["e3 grant for-ann ann 5000 USD #1", "e4 grant paid cy 2500 USD #1"]
    assert story.refused == {"audience": 1, "group": 1}


# --- what meets ----------------------------------------------------------------------------------------------------


def test_27_what_one_lot_lacks_comes_from_other_earned_lots_soonest_to_expire_first() -> None:
    story = Story(f"{CREDIT}, expires: 30d, if: {{min_net: 50.00}}").closed("03-01", "t1", "bob", 10_000)
    story.closed("03-02", "t2", "bob", 5_000).closed("03-03", "t3", "bob", 6_000)
    story.closed("03-04", "t4", "bob", 800, tenders=paying(credit=700)).voided("03-05", "t1")
    (back,) = [d for d in story.lived()[1] if isinstance(d, Reversed)]
    assert [(lot.expires_at, units) for lot, units in back.takes] == [
        (utc("2026-04-01 00:00"), 300), (utc("2026-04-02 00:00"), 500), (utc("2026-04-03 00:00"), 200),
    ]  # fmt: skip
    assert (back.units, back.owed, back.written_off) == (1_000, 0, 0)


def test_27_points_never_pay_for_credit() -> None:
    story = Story(f"{CREDIT}, if: {{min_net: 50.00}}\n{POINTS}, hold: 0h").closed("03-01", "t1", "bob", 10_000)
    story.closed("03-02", "t2", "bob", 1_000, tenders=paying(credit=1_000)).voided("03-03", "t1")
    credit = [d for d in story.lived()[1] if isinstance(d, Reversed) and d.grant.asset == "USD"]
    assert credit == []
    assert story.rows == [
        "e1 grant credit bob 1000 USD", "e1 grant points bob 100 points", "e3 reverse points bob 100 points",
    ]  # fmt: skip


def test_adjusting_a_ticket_to_another_contact_takes_all_back_from_the_first_and_gives_it_to_the_second() -> None:
    paid = "id: paid, when: referral.paid, to: referrer, give: service_credit, amount: 25.00"
    story = Story(f"{paid}\n{POINTS}").contact("03-01", "bob", by="ann").contact("03-01", "dee", by="cy")
    story.closed("03-02", "t1", "bob", 1_000).adjusted("03-03", "t1", "dee", 1_000)
    assert story.rows == [
        "e3 grant paid ann 2500 USD #1", "e3 grant points bob 10 points", "e4 reverse paid ann 2500 USD #1",
        "e4 grant paid cy 2500 USD #1", "e4 reverse points bob 10 points", "e4 grant points dee 10 points",
    ]  # fmt: skip


def test_a_voided_ticket_that_is_adjusted_later_earns_again() -> None:
    story = Story(POINTS).closed("03-02", "t1", "bob", 1_000).voided("03-03", "t1").adjusted("03-04", "t1", "bob", 500)
    assert story.rows == [
        "e1 grant points bob 10 points", "e2 reverse points bob 10 points", "e3 grant points bob 5 points",
    ]  # fmt: skip


def test_24_audiences_are_those_of_the_closing() -> None:
    story = Story(f"{POINTS}, if: {{audience: [club:gold]}}").contact("03-01", "bob", clubs=["gold"])
    story.closed("03-02", "t1", "bob", 1_000).contact("03-03", "bob", clubs=[]).adjusted("03-04", "t1", "bob", 1_500)
    story.closed("03-05", "t2", "bob", 1_000).contact("03-06", "bob", clubs=["gold"]).adjusted(
        "03-07", "t2", "bob", 2_000
    )
    assert story.rows == ["e2 grant points bob 10 points", "e4 grant points bob 5 points"]
    assert story.refused == {"audience": 2}


def test_24_the_revision_of_the_first_closing_decides_an_adjustment() -> None:
    story = Story(POINTS, "ends: 2026-03-02").closed("03-02", "t1", "bob", 1_000).adjusted("03-09", "t1", "bob", 1_500)
    assert story.rows == ["e1 grant points bob 10 points", "e2 grant points bob 5 points"]


def test_47_an_appointment_told_after_the_ticket_closed_pays_then_judged_by_the_closing() -> None:
    story = Story(ONLINE, "ends: 2026-03-02").closed("03-02", "t1", "bob", 1_000, appointment="a1")
    assert story.rows == []
    told = {"appointment": {"external_id": "a1", "contact": "bob", "made": "online"}}
    assert story.tell("03-05", "appointment.booked", told).rows == ["e2 grant online bob 50 points"]
    assert story.awards[0].available_at == utc("2026-03-03 12:00")
    assert story.voided("03-06", "t1").rows == ["e2 grant online bob 50 points", "e3 reverse online bob 50 points"]


def test_two_groups_and_two_holders_do_not_meet() -> None:
    rules = """
    id: a, when: referral.paid, to: referrer, give: service_credit, amount: 5.00, group: g
    id: b, when: referral.paid, to: friend, give: service_credit, amount: 9.00, group: g
    id: c, when: referral.booked, to: referrer, give: service_credit, amount: 3.00, group: h
    """
    story = Story(rules).contact("03-01", "bob", by="ann").job("03-02", "j1", "bob", "paid")
    assert story.rows == ["e2 grant a ann 500 USD #1", "e2 grant b bob 900 USD #1", "e2 grant c ann 300 USD #1"]
    assert story.refused == {}


@pytest.mark.parametrize(("per", "granted"), [("holder", 1), ("friend", 2), ("programme", 1)])
def test_46_a_limit_is_per_holder_per_friend_or_over_all(per: str, granted: int) -> None:
    paid = "id: paid, when: referral.paid, to: referrer, give: cash, amount: 5.00"
    paid += f", limit: [{{count: 1, per: {per}, in: ever}}]"
    story = Story(paid).contact("03-01", "bob", by="ann").contact("03-01", "dee", by="ann")
    story.job("03-02", "j1", "bob", "paid").job("03-03", "j2", "dee", "paid")
    assert (len(story.rows), story.refused) == (granted, {"limit": 2 - granted} if granted < 2 else {})


def test_10_a_limit_per_holder_counts_both_records_after_a_merge() -> None:
    story = Story(f"{CREDIT}, limit: [{{amount: 25.00, per: holder, in: ever}}]")
    story.closed("03-01", "t1", "bob", 10_000).closed("03-01", "t2", "robert", 10_000).merge("03-02", "robert", "bob")
    story.closed("03-03", "t3", "robert", 10_000).closed("03-04", "t4", "bob", 10_000)
    assert story.rows[2:] == ["e4 grant credit bob 500 USD cut"]
    assert story.refused == {"limit": 1}


def test_a_merged_debt_is_settled_by_the_survivors_earnings() -> None:
    story = Story(f"{CREDIT}, if: {{min_net: 50.00}}", "shortfall: owe").closed("03-01", "t1", "robert", 10_000)
    story.closed("03-02", "t2", "robert", 1_000, tenders=paying(credit=1_000)).voided("03-03", "t1")
    story.merge("03-04", "robert", "bob").closed("03-05", "t3", "bob", 12_000)
    world, _ = story.lived()
    bob = world.identities[("till", "robert")].root()
    assert (bob.owed, sum(lot.left for lot in bob.lots)) == ({"USD": 0}, 200)
