"""Spoiled cards leave stock together or not at all; who looked at a code is on record."""

from __future__ import annotations

import pytest

from goodword.business.models import Business
from goodword.inbox.models import Event
from goodword.ledger.models import Entry
from goodword.vouchers.models import Voucher
from tests.flow.story import NOW, fern
from tests.flow.vouchers.cast import TILL, order, refusal, sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def business(transactional_db: None) -> Business:
    return fern()


def states(business: Business) -> list[str]:
    return list(Voucher.objects.filter(business=business).order_by("number").values_list("state", flat=True))


def test_spoiled_cards_can_never_be_sold_and_nothing_is_booked(business: Business) -> None:
    order(business, "stocked", kind="sold", count=4)
    order(business, "spoiled", serials=["FERN-000002..FERN-000003"], reason="the printer jammed")
    assert states(business) == ["stock", "void", "void", "stock"]
    assert set(Voucher.objects.filter(state="void").values_list("ended_at", flat=True)) == {NOW}
    assert refusal(business, "activated", serials=["FERN-1", "FERN-2"], value=5000, payment=TILL).code == "voucher_void"
    assert refusal(business, "spoiled", serials=["FERN-2"], reason="again").code == "voucher_void"
    assert Entry.objects.count() == 0


def test_a_sold_card_is_not_spoiled_and_keeps_those_beside_it_in_stock(business: Business) -> None:
    sold = sell(business)
    order(business, "stocked", kind="sold", count=2)
    refused = refusal(business, "spoiled", serials=["FERN-1..FERN-3"], reason="wet")
    assert (refused.code, refused.facts["serials"]) == ("already_active", [sold.serial])
    assert refusal(business, "spoiled", serials=["FERN-2"], reason=" ").code == "reason_required"
    assert refusal(business, "spoiled", serials=["FERN-9"], reason="wet").code == "voucher_not_found"
    assert states(business) == ["active", "stock", "stock"]


@pytest.mark.requirement("R19")
def test_every_card_that_cannot_be_sold_is_named_not_only_the_first(business: Business) -> None:
    order(business, "stocked", kind="sold", count=30)
    order(business, "activated", serials=["FERN-2", "FERN-5..FERN-28"], value=5000, payment=TILL)
    refused = refusal(business, "activated", serials=["FERN-1..FERN-30"], value=5000, payment=TILL)
    assert refused.code == "already_active"
    assert refused.facts["serials"] == ["FERN-000002", *(f"FERN-{n:06}" for n in range(5, 24))]
    assert refused.facts["missing"] == 25


def test_that_a_code_was_looked_at_is_an_event_without_the_code(business: Business) -> None:
    voucher = sell(business)
    event = order(business, "code_shown", voucher=voucher.public_id)
    assert Event.objects.get(pk=event.pk).data == {"voucher": voucher.public_id}
    beside = fern("ink")
    assert refusal(beside, "code_shown", voucher=voucher.public_id).code == "voucher_not_found"
