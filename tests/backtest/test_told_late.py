"""What comes late settles only what waited for it, and corrections undo just what they correct, by example.

Each of these was found by comparing the engine with a second reading of the rulings on random histories.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.backtest.stories import Story

pytestmark = pytest.mark.django_db  # each is lived through too: conftest.py

CREDIT = "id: credit, when: ticket.closed, to: customer, give: service_credit, amount: {percent: 10}"
RESERVED = "id: kept, when: product.reserved, to: customer, give: service_credit, amount: 5.00"
ONLINE = "id: online, when: appointment.online, to: customer, give: points, amount: 50"
PAID = "id: paid, when: referral.paid, to: referrer, give: service_credit, amount: 35.00"


def reserved(story: Story, at: str, name: str) -> Story:
    return story.tell(at, "product.reserved", {"reservation": {"external_id": name, "contact": "bob"}})


def made(story: Story, at: str, name: str) -> Story:
    told = {"external_id": name, "contact": "bob", "made": "online"}
    return story.tell(at, "appointment.booked", {"appointment": told})


def test_a_survey_opens_no_ticket_that_did_not_wait_for_it() -> None:
    story = Story(CREDIT, "budget: {amount: 15.00, per: programme}").closed("03-01", "t1", "ann", 10_000)
    story.closed("03-02", "t2", "bob", 10_000, job="j2").voided("03-03", "t1").score("03-04", "j2", 5)
    assert story.rows == [
        "e1 grant credit ann 1000 USD", "e2 grant credit bob 500 USD cut", "e3 reverse credit ann 1000 USD",
    ]  # fmt: skip


def test_an_appointment_told_late_opens_no_other_rule() -> None:
    story = Story(f"{CREDIT}\n{ONLINE}", "budget: {amount: 15.00, per: programme}").closed("03-01", "t1", "ann", 10_000)
    story.closed("03-02", "t2", "bob", 10_000, appointment={"external_id": "a1"}).voided("03-03", "t1")
    made(story, "03-04", "a1")
    assert [row for row in story.rows if row.startswith("e4")] == ["e4 grant online bob 50 points"]


def test_two_invoices_of_one_job_each_keep_their_reward_when_the_score_comes() -> None:
    story = Story(f"{CREDIT}, group: g").closed("03-01", "t1", "bob", 10_000, job="j1")
    story.closed("03-02", "t2", "bob", 10_000, job="j1").score("03-03", "j1", 5)
    assert story.rows == ["e1 grant credit bob 1000 USD", "e2 grant credit bob 1000 USD"]


def test_two_invoices_of_one_job_both_pay_when_they_waited_for_the_score() -> None:
    story = Story(f"{CREDIT}, group: g, if: {{min_score: 4}}").closed("03-01", "t1", "bob", 10_000, job="j1")
    story.closed("03-02", "t2", "bob", 10_000, job="j1").score("03-03", "j1", 5)
    assert story.rows == ["e3 grant credit bob 1000 USD", "e3 grant credit bob 1000 USD"]


def test_a_reservation_told_late_pays_once_for_all_tickets_that_name_it() -> None:
    story = Story(RESERVED).closed("03-01", "t1", "bob", 10_000, reservation="v1")
    story.closed("03-02", "t2", "bob", 10_000, reservation="v1")
    assert reserved(story, "03-03", "v1").rows == ["e3 grant kept bob 500 USD"]


def test_a_reservation_that_a_ticket_named_by_mistake_is_free_for_the_right_one() -> None:
    story = reserved(reserved(Story(RESERVED), "03-01", "v1"), "03-01", "v2")
    story.closed("03-02", "t1", "bob", 10_000, reservation="v1").adjusted(
        "03-03", "t1", "bob", 10_000, reservation="v2"
    )
    story.closed("03-04", "t2", "cy", 10_000, reservation="v1")
    assert story.rows == ["e3 grant kept bob 500 USD", "e5 grant kept cy 500 USD"]


def test_a_flat_code_is_good_for_less_and_goes_back_whole() -> None:
    story = Story("id: code, when: ticket.closed, to: customer, give: discount, amount: {percent: 10}")
    story.closed("03-01", "t1", "bob", 10_000).adjusted("03-02", "t1", "bob", 5_000).voided("03-03", "t1")
    assert story.rows == [
        "e1 grant code bob 1000 USD", "e2 reverse code bob 500 USD", "e3 reverse code bob 500 USD",
    ]  # fmt: skip


def test_a_rule_that_waited_does_not_pay_beside_one_of_its_group_that_has_paid() -> None:
    common = "when: referral.paid, to: referrer, give: service_credit, group: g"
    rules = [f"id: a, {common}, amount: 5.00", f"id: b, {common}, amount: 9.00, if: {{min_score: 4}}"]
    story = Story("\n".join(rules)).contact("03-01", "bob", by="ann")
    story.job("03-02", "j1", "bob", "paid").score("03-03", "j1", 5)
    assert [(award.rule, award.holder, award.units) for award in story.awards] == [("a", "ann", 500)]
    assert story.refused == {"group": 1}


def test_a_rule_that_was_refused_at_the_closing_is_not_tried_again_by_the_score() -> None:
    story = Story(f"{CREDIT}, if: {{min_net: 500.00, min_score: 4}}").closed("03-01", "t1", "bob", 10_000, job="j1")
    story.score("03-02", "j1", 5)
    assert (story.rows, story.refused) == ([], {"min_net": 1})


def test_24_an_adjusted_ticket_keeps_the_names_its_customer_bore_at_the_closing() -> None:
    story = Story(f"{CREDIT}, if: {{audience: ['contact:ann']}}").closed("03-01", "t1", "bob", 10_000)
    story.merge("03-02", "bob", "ann").adjusted("03-03", "t1", "bob", 10_000)
    assert (story.rows, story.refused) == ([], {"audience": 2})


def test_a_voided_ticket_that_comes_back_with_a_job_stands_for_no_job_of_its_own() -> None:
    story = Story(PAID).contact("03-01", "bob", by="ann").closed("03-02", "t1", "bob", 10_000)
    story.voided("03-03", "t1").adjusted("03-04", "t1", "bob", 10_000, job="j1")
    assert [award.action for award in story.awards] == ["grant", "reverse"]


def test_a_ticket_that_comes_to_name_a_job_undoes_no_referral_reward() -> None:
    story = Story(PAID).contact("03-01", "bob", by="ann").closed("03-02", "t1", "bob", 10_000)
    story.adjusted("03-03", "t1", "bob", 10_000, job="j1")
    assert [award.action for award in story.awards] == ["grant"]
    story.voided("03-04", "t1")
    assert [award.action for award in story.awards] == ["grant", "reverse"]


def test_points_and_credit_together_never_buy_a_sold_voucher() -> None:
    lines: list[dict[str, Any]] = [
        {"kind": "service", "unit_price": 1_000}, {"kind": "gift_voucher", "unit_price": 2_000},
    ]  # fmt: skip
    points = "id: points, when: ticket.closed, to: customer, give: points, amount: {per_unit: 10}, hold: 0h"
    story = Story(f"{CREDIT}\n{points}").closed("03-01", "t1", "bob", 20_000)
    tenders = [
        {"type": "points", "amount": 700},
        {"type": "credit", "amount": 1_000},
        {"type": "card", "amount": 1_300},
    ]
    story.closed("03-02", "t2", "bob", *lines, tenders=tenders)
    world, _ = story.lived()
    spent = {s.instrument: s.units for s in world.tickets[("till", "t2")].spends}
    assert spent == {"points": 700, "credit": 300}
    assert story.refused == {"not_for_vouchers": 1}


def test_what_was_taken_back_is_paid_again_and_what_was_spent_is_not() -> None:
    story = Story(f"{PAID}").contact("03-01", "bob", by="ann").job("03-02", "j1", "bob", "paid")
    credit = [{"type": "credit", "amount": 2_000}, {"type": "card", "amount": 8_000}]
    story.closed("03-03", "t1", "ann", 10_000, tenders=credit)
    story.job("03-04", "j1", "bob", "cancelled").job("03-05", "j1", "bob", "paid")
    assert [(a.action, a.units) for a in story.awards] == [("grant", 3_500), ("reverse", 1_500), ("grant", 1_500)]
