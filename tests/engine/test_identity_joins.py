"""Who is who in a history: joining across sources, bare leads, spouses, merges (rulings 8, 10, 39)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.test_history_properties import backtest

DOCUMENT = """
format: 1
name: Joined
currency: USD
friends: anyone
rules:
  - {id: here, when: referral.attributed, to: referrer, give: service_credit, amount: 1.00}
  - {id: paid, when: referral.paid, to: referrer, give: service_credit, amount: 5.00}
"""
PHONE = "+13035550101"


def event(number: int, kind: str, data: dict[str, Any], *, source: str = "till") -> dict[str, Any]:
    return {
        "id": f"{number:03d}",
        "source": source,
        "type": kind,
        "time": f"2026-03-{number:02d}T10:00:00Z",
        "data": data,
    }


def contact(number: int, who: str, *, source: str = "till", **more: Any) -> dict[str, Any]:
    return event(number, "contact.saved", {"contact": {"external_id": who, **more}}, source=source)


def job(number: int, name: Any, status: str, *, source: str = "till") -> dict[str, Any]:
    told = {"external_id": f"J-{name}", "contact": name, "status": status, "total": 9000}
    return event(number, "job.saved", {"job": told}, source=source)


def grants(raws: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row.rule, row.holder) for row in backtest(DOCUMENT, raws).awards()]


def test_the_same_phone_in_another_system_is_the_same_person() -> None:
    raws = [
        contact(1, "ann"),
        contact(2, "bob", phone=PHONE, referred_by={"contact": "ann"}),
        contact(3, "crm-7", source="crm", phone="(303) 555-0101"),
        job(4, "crm-7", "paid", source="crm"),
    ]
    assert grants(raws) == [("here", "ann"), ("paid", "ann")]


def test_two_ids_of_one_source_stay_two_people_though_they_share_a_phone() -> None:
    raws = [
        contact(1, "ann"),
        contact(2, "bob", phone=PHONE, referred_by={"contact": "ann"}),
        contact(3, "bobs-wife", phone=PHONE),
        job(4, "bobs-wife", "paid"),
    ]
    assert grants(raws) == [("here", "ann")]


def test_a_record_that_a_job_named_first_joins_who_it_turns_out_to_be() -> None:
    raws = [
        contact(1, "ann"),
        contact(2, "bob", phone=PHONE, referred_by={"contact": "ann"}),
        job(3, "crm-7", "paid", source="crm"),
        contact(4, "crm-7", source="crm", phone=PHONE, name="Bob Birch"),
    ]
    assert grants(raws) == [("here", "ann"), ("paid", "ann")]


def test_a_record_with_details_of_its_own_never_joins_by_a_later_phone() -> None:
    raws = [
        contact(1, "ann"),
        contact(2, "bob", phone=PHONE, referred_by={"contact": "ann"}),
        contact(3, "crm-7", source="crm", name="Somebody"),
        job(4, "crm-7", "paid", source="crm"),
        contact(5, "crm-7", source="crm", phone=PHONE),
    ]
    assert grants(raws) == [("here", "ann")]


def test_a_lead_known_by_phone_alone_is_met_again_by_that_phone() -> None:
    raws = [
        contact(1, "ann"),
        event(2, "contact.saved", {"contact": {"external_id": "ann", "phone": "+13035550199"}}),
        job(3, {"phone": PHONE}, "quote"),
        contact(4, "bob", phone=PHONE, referred_by={"contact": {"phone": "+13035550199"}}),
        job(5, {"phone": PHONE}, "paid"),
    ]
    assert grants(raws) == [("here", "ann"), ("paid", "ann")]


@pytest.mark.requirement("R79")
def test_after_a_merge_the_survivor_bears_the_name_and_gets_the_next_reward() -> None:
    raws = [
        contact(1, "ann"),
        contact(2, "anne"),
        contact(3, "bob", referred_by={"contact": "ann"}),
        event(4, "contact.merged", {"from": "ann", "into": "anne"}),
        job(5, "bob", "paid"),
    ]
    assert grants(raws) == [("here", "ann"), ("paid", "anne")]
