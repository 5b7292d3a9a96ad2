"""The rulings on tickets, points, tenders and limits, by example: one small history each, its exact outcome."""

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


# --- earning (11, 23, 44, 47, 51, 53) -------------------------------------------------------------------------------


@pytest.mark.requirement("R62")
def test_points_round_down_once_per_rule_and_ticket_and_are_held_for_the_settings_time() -> None:
    story = Story(POINTS, zone="America/Denver").closed("03-02", "t1", "bob", 199, 199, 199)
    assert story.rows == ["e1 grant points bob 5 points"]
    assert story.awards[0].available_at == utc("2026-03-03 12:00")


def test_11_a_ticket_without_a_contact_earns_nothing_until_it_is_given_one() -> None:
    story = Story(POINTS).closed("03-02", "t1", None, 1_000)
    assert (story.rows, story.refused) == ([], {})
    story.adjusted("03-05", "t1", "bob", 1_000)
    assert story.rows == ["e2 grant points bob 10 points"]


def test_51_a_ticket_given_a_contact_later_is_decided_as_of_its_closing() -> None:
    story = Story(POINTS, "ends: 2026-03-03").closed("03-02", "t1", None, 1_000).adjusted("03-05", "t1", "bob", 1_000)
    assert story.rows == ["e2 grant points bob 10 points"]
    season = f"{POINTS}, if: {{during: 2026-03-05..2026-03-05}}"
    story = Story(season).closed("03-02", "t1", None, 1_000).adjusted("03-05", "t1", "bob", 1_000)
    assert (story.rows, story.refused) == ([], {"during": 1})


def test_23_only_the_kinds_that_earn_count_and_a_net_of_zero_or_less_earns_nothing() -> None:
    lines = [
        {"kind": "service", "unit_price": 1_000}, {"kind": "retail", "unit_price": 300, "quantity": -1},
        {"kind": "gift_voucher", "unit_price": 5_000}, {"kind": "package_use", "unit_price": 700},
        {"kind": "mystery", "unit_price": 900},
    ]  # fmt: skip
    assert Story(POINTS).closed("03-02", "t1", "bob", *lines).rows == ["e1 grant points bob 7 points"]
    story = Story(POINTS).closed("03-02", "t1", "bob", 500, -500).closed("03-02", "t2", "bob", lines[2])
    assert (story.rows, story.refused) == ([], {"nothing_qualifies": 2})


@pytest.mark.requirement("R67")
def test_23_what_was_paid_with_value_of_ours_earns_nothing_and_sold_vouchers_are_money() -> None:
    line = {"kind": "service", "unit_price": 10_000, "tax": 1_300}
    credit = Story(POINTS).closed("03-02", "t1", "bob", line, tenders=paying(credit=2_825, cash=8_475))
    assert credit.rows == ["e1 grant points bob 75 points"]  # 2825 x 10000/11300 = 2500 excluded
    sold = [{"type": "voucher", "instrument": "sold", "amount": 2_825}]
    assert Story(POINTS).closed("03-02", "t1", "bob", line, tenders=sold).rows == ["e1 grant points bob 100 points"]
    given = [{"type": "voucher", "instrument": "promotional", "amount": 2_825}]
    assert Story(POINTS).closed("03-02", "t1", "bob", line, tenders=given).rows == ["e1 grant points bob 75 points"]


def test_23_the_excluded_part_is_spread_by_largest_remainder_with_ties_to_the_earlier_line() -> None:
    retail = f"{CREDIT.replace('percent: 10', 'percent: 100')}, if: {{kinds: [retail]}}"
    lines = [{"kind": "retail", "unit_price": 100}, {"kind": "service", "unit_price": 100}]
    story = Story(retail).closed("03-02", "t1", "bob", *lines, tenders=paying(credit=25))
    assert story.rows == ["e1 grant credit bob 87 USD"]  # 12.5 each: the earlier line bears 13
    story = Story(retail).closed("03-02", "t1", "bob", *reversed(lines), tenders=paying(credit=25))
    assert story.rows == ["e1 grant credit bob 88 USD"]


def test_44_a_ticket_as_a_job_counts_all_its_lines_before_tenders_and_adjusting_changes_no_stage_reward() -> None:
    paid = "id: paid, when: referral.paid, to: referrer, give: service_credit, amount: {percent: 10}"
    story = Story(paid).contact("03-01", "bob", by="ann")
    story.closed(
        "03-02", "t1", "bob", 10_000, {"kind": "gift_voucher", "unit_price": 5_000}, tenders=paying(credit=9_000)
    )
    story.adjusted("03-03", "t1", "bob", 1_000)
    assert story.rows == ["e2 grant paid ann 1500 USD #1"]
    placed = Story(f"{paid}, if: {{locations: [north]}}").contact("03-01", "bob", by="ann")
    assert placed.closed("03-02", "t1", "bob", 10_000, location="north").rows == ["e2 grant paid ann 1000 USD #1"]
    served = Story(f"{paid}, if: {{services: [cut]}}").contact("03-01", "bob", by="ann")
    assert served.closed("03-02", "t1", "bob", 10_000).refused == {"services": 1}


def test_45_voiding_a_ticket_that_names_a_job_takes_back_invoiced_and_paid_only() -> None:
    rules = """
    id: completed, when: referral.completed, to: referrer, give: service_credit, amount: 1.00
    id: invoiced, when: referral.invoiced, to: referrer, give: service_credit, amount: 2.00
    id: paid, when: referral.paid, to: referrer, give: service_credit, amount: 3.00
    """
    story = Story(rules).contact("03-01", "bob", by="ann").job("03-02", "j1", "bob", "paid")
    story.closed("03-03", "t1", "bob", 1_000, job="j1").voided("03-04", "t1")
    assert story.rows == [
        "e2 grant completed ann 100 USD #1", "e2 grant invoiced ann 200 USD #1", "e2 grant paid ann 300 USD #1",
        "e4 reverse invoiced ann 200 USD #1", "e4 reverse paid ann 300 USD #1",
    ]  # fmt: skip
    world, _ = story.lived()
    assert world.jobs[("till", "j1")].status == "completed"


@pytest.mark.requirement("R64")
def test_47_an_action_pays_once_its_ticket_closes_and_nothing_where_nothing_qualifies() -> None:
    story = Story(ONLINE).tell(
        "03-01", "appointment.booked", {"appointment": {"external_id": "a1", "contact": "bob", "made": "online"}}
    )
    assert story.rows == []
    story.closed("03-02", "t1", "bob", 1_000, appointment="a1").closed("03-03", "t2", "bob", 1_000, appointment="a1")
    assert (story.rows, story.refused) == (["e2 grant online bob 50 points"], {"already_paid": 1})
    story = Story(ONLINE).closed(
        "03-02", "t1", "bob", {"kind": "package_use", "unit_price": 0}, appointment={"made": "online"}
    )
    assert (story.rows, story.refused) == ([], {"nothing_qualifies": 1})
    story = Story(ONLINE).closed("03-02", "t1", "bob", 1_000, appointment={"external_id": "a9", "made": "online"})
    assert story.rows == ["e1 grant online bob 50 points"]
    story = Story(ONLINE).closed("03-02", "t1", "bob", 1_000, appointment={"external_id": "a9", "made": "staff"})
    assert (story.rows, story.refused) == ([], {})


def test_47_a_reservation_must_have_been_told_and_may_be_told_late_judged_by_the_closing() -> None:
    rule = "id: reserved, when: product.reserved, to: customer, give: points, amount: 70"
    rule += ", if: {during: 2026-03-02..2026-03-02}"
    story = Story(rule).closed("03-02", "t1", "bob", 1_000, reservation="r1")
    assert (story.rows, story.refused) == ([], {})
    story.tell("03-05", "product.reserved", {"reservation": {"external_id": "r1", "contact": "bob"}})
    assert story.rows == ["e2 grant reserved bob 70 points"]
    assert story.awards[0].available_at == utc("2026-03-03 12:00")


def test_53_any_one_sku_counts_its_own_lines_and_a_percent_in_points_rounds_down() -> None:
    rule = "id: p, when: ticket.closed, to: customer, give: points, amount: {percent: 12.5}, if: {skus: [a, b]}"
    story = Story(rule).closed(
        "03-02", "t1", "bob", {"sku": "b", "unit_price": 1_990}, {"sku": "c", "unit_price": 9_900}
    )
    assert story.rows == ["e1 grant p bob 248 points"]  # 12.5 % of 19.90 is 2.4875: 248 points of 0.01
    assert story.closed("03-03", "t2", "bob", {"sku": "c", "unit_price": 100}).refused == {
        "skus": 1,
        "nothing_qualifies": 1,
    }


# --- adjusting and voiding (24, 43, 49) -----------------------------------------------------------------------------


@pytest.mark.requirement("R66")
def test_24_adjusting_moves_the_difference_only_held_from_the_adjustment() -> None:
    story = Story(POINTS).closed("03-02", "t1", "bob", 10_000).adjusted("03-05", "t1", "bob", 13_000)
    story.adjusted("03-06", "t1", "bob", 11_000).adjusted("03-07", "t1", "bob", 11_050).voided("03-08", "t1")
    assert story.rows == [
        "e1 grant points bob 100 points", "e2 grant points bob 30 points", "e3 reverse points bob 20 points",
        "e5 reverse points bob 10 points", "e5 reverse points bob 100 points",
    ]  # fmt: skip
    assert [a.available_at for a in story.awards[:2]] == [utc("2026-03-03 12:00"), utc("2026-03-06 12:00")]


def test_24_the_newest_event_wins_and_one_that_came_before_the_closing_waits() -> None:
    story = Story(POINTS).adjusted("03-01", "t1", "bob", 2_000).closed("03-02", "t1", "bob", 10_000)
    assert story.rows == ["e2 grant points bob 20 points"]
    story = Story(POINTS).voided("03-01", "t1").closed("03-02", "t1", "bob", 10_000)
    assert story.rows == []


def test_24_what_an_adjusted_ticket_holds_counts_as_free_in_its_limit() -> None:
    story = Story(f"{POINTS}, limit: [{{amount: 100, per: holder, in: month}}]")
    story.closed("03-02", "t1", "bob", 6_000).closed("03-03", "t2", "bob", 6_000).adjusted("03-04", "t1", "bob", 9_000)
    story.adjusted("03-05", "t2", "bob", 1_000).adjusted("03-06", "t1", "bob", 9_500)
    assert story.rows == [
        "e1 grant points bob 60 points", "e2 grant points bob 40 points cut", "e4 reverse points bob 30 points cut",
        "e5 grant points bob 30 points cut",
    ]  # fmt: skip


def test_43_keep_survives_voiding_and_an_adjustment_downwards_takes_the_difference() -> None:
    story = (
        Story(f"{POINTS}, on_cancel: keep").closed("03-02", "t1", "bob", 10_000).adjusted("03-03", "t1", "bob", 4_000)
    )
    story.voided("03-04", "t1")
    assert story.rows == ["e1 grant points bob 100 points", "e2 reverse points bob 60 points"]


def test_49_a_second_closing_is_refused() -> None:
    story = Story(POINTS).closed("03-02", "t1", "bob", 1_000).closed("03-03", "t1", "bob", 5_000)
    assert (story.rows, story.refused) == (["e1 grant points bob 10 points"], {"already_closed": 1})


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
    assert problems(story) == [("not_for_vouchers", {"tender": "credit", "amount": 5_000, "allowed": 0})]
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


@pytest.mark.requirement("R96")
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
