"""The rulings on tickets and points, by example: one small history each, its exact outcome."""

from __future__ import annotations

from typing import Any

import pytest

from tests.backtest.stories import Story, utc

pytestmark = pytest.mark.django_db  # each is lived through too: conftest.py

POINTS = "id: points, when: ticket.closed, to: customer, give: points, amount: {per_unit: 1}"
CREDIT = "id: credit, when: ticket.closed, to: customer, give: service_credit, amount: {percent: 10}"
ONLINE = "id: online, when: appointment.online, to: customer, give: points, amount: 50"


def paying(**tenders: int) -> list[dict[str, Any]]:
    return [{"type": kind, "amount": amount} for kind, amount in tenders.items()]


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


@pytest.mark.requirement("R67")
@pytest.mark.requirement("R78")
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


@pytest.mark.requirement("R77")
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
