"""Stock at the console: cards registered and spoiled, what was never sold, missing numbers; and the badges."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from goodword.business.models import Badge
from goodword.vouchers.models import Voucher
from tests.web.console.counter import TILL, order, sent
from tests.web.town import Town, found, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(town: Town) -> Client:
    return signed_in(town.staff("office"))


def shown(desk: Client, part: str) -> list[tuple[str, int]]:
    context = desk.get(reverse("console:stock")).context
    return [(line["serials"], line["count"]) for line in context[part]]


@pytest.mark.requirement("R19")
def test_cards_are_registered_by_number_or_by_the_serials_they_bear(town: Town, desk: Client) -> None:
    answer = sent(desk, "stock_new", count="25", kind="sold", prefix="FERN", label="March", value="")
    assert answer["Location"] == reverse("console:stock")
    sent(desk, "stock_new", serials="GIFT-4..GIFT-9\nGIFT-12", kind="promotional", value="10", prefix="FERN")
    assert Voucher.objects.filter(state="stock").count() == 32
    assert set(Voucher.objects.filter(prefix="GIFT").values_list("kind", "value")) == {("promotional", 1000)}
    gift = [("GIFT-000004..GIFT-000009", 6), ("GIFT-000012", 1)]
    assert shown(desk, "unsold") == [("FERN-000001..FERN-000025", 25), *gift]
    assert shown(desk, "missing") == [("GIFT-000001..GIFT-000003", 3), ("GIFT-000010..GIFT-000011", 2)]


def test_what_cannot_be_registered_is_refused_beside_its_field(town: Town, desk: Client) -> None:
    order(town, "voucher.stocked", kind="sold", count=2)
    for fields, place in (
        ({"count": "", "prefix": "FERN"}, "count"),
        ({"count": "5", "prefix": "9 lives"}, "prefix"),
        ({"count": "5", "prefix": "FERN", "value": "x"}, "value"),
        ({"serials": "FERN-2..FERN-4"}, "serials"),
        ({"serials": "nonsense"}, "serials"),
        ({"serials": "GIFT-1", "count": "50"}, "count"),  # meant as the first of fifty: 49 would not be there
        ({"serials": "GIFT-1..GIFT-5", "count": "some"}, "count"),
    ):
        answer = sent(desk, "stock_new", kind="sold", **fields)
        assert answer.status_code == 422, fields
        assert f'id="e-{place}"' in answer.content.decode(), fields
    assert Voucher.objects.count() == 2
    sent(desk, "stock_new", kind="sold", serials="GIFT-1..GIFT-5", count="5")
    assert Voucher.objects.count() == 7


def test_what_was_sold_or_spoiled_parts_the_stretches_and_is_never_missing(town: Town, desk: Client) -> None:
    order(town, "voucher.stocked", kind="sold", count=10)
    order(town, "voucher.activated", serials=["FERN-4"], value=5000, payment=TILL)
    sent(desk, "stock_spoil", serials="FERN-7..FERN-8", reason="wet")
    assert shown(desk, "unsold") == [("FERN-000001..FERN-000003", 3), ("FERN-000005..FERN-000006", 2),
                                     ("FERN-000009..FERN-000010", 2)]  # fmt: skip
    assert shown(desk, "missing") == []
    assert "every number is accounted for" in desk.get(reverse("console:stock")).content.decode()


def test_spoiling_needs_serials_and_a_reason_and_takes_no_sold_card(town: Town, desk: Client) -> None:
    order(town, "voucher.stocked", kind="sold", count=2)
    order(town, "voucher.activated", serials=["FERN-1"], value=5000, payment=TILL)
    assert sent(desk, "stock_spoil", serials="", reason="wet").status_code == 422
    assert sent(desk, "stock_spoil", serials="FERN-2", reason="").status_code == 422
    refused = sent(desk, "stock_spoil", serials="FERN-1..FERN-2", reason="wet")
    assert "It was sold before: FERN-000001" in refused.content.decode()
    assert list(Voucher.objects.order_by("number").values_list("state", flat=True)) == ["active", "stock"]


def test_two_print_runs_side_by_side_are_told_apart(town: Town, desk: Client) -> None:
    order(town, "voucher.stocked", kind="sold", count=3, label="March")
    order(town, "voucher.stocked", kind="sold", count=2, label="April", value=5000)
    told = desk.get(reverse("console:stock")).context["unsold"]
    assert [(line["serials"], line["label"], line["value"] and line["value"].units) for line in told] == [
        ("FERN-000001..FERN-000003", "March", None),
        ("FERN-000004..FERN-000005", "April", 5000),
    ]


def test_a_thousand_cards_in_a_stretch_cost_no_more_than_ten(town: Town, desk: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as told:
            desk.get(reverse("console:stock"))
        return len(told)

    order(town, "voucher.stocked", kind="sold", count=10)
    few = statements()
    order(town, "voucher.stocked", kind="sold", count=1000)
    assert statements() == few
    assert len(shown(desk, "unsold")) == 2


def test_stock_of_another_business_is_not_ours(town: Town, desk: Client) -> None:
    order(found("Ink and Steel"), "voucher.stocked", kind="sold", serials=["FERN-5"])
    assert (shown(desk, "unsold"), shown(desk, "missing")) == ([], [])


@pytest.mark.requirement("R16")
def test_badges_are_made_renamed_and_closed_in_the_settings(town: Town) -> None:
    desk, url = signed_in(town.staff("manager")), reverse("console:badge_new")
    assert desk.post(url, {"name": "", "colour": "#b3261e"}).status_code == 422
    assert desk.post(url, {"name": "Wave", "colour": "#b3261e"})["Location"] == reverse("console:settings_badges")
    again = desk.post(url, {"name": "wave", "colour": "#000000"})
    assert (again.status_code, again.context["colour"]) == (422, "#000000")
    assert "There is a badge of that name already." in again.content.decode()
    made = Badge.objects.get()
    one = reverse("console:badge", args=[made.public_id])
    desk.post(one, {"name": "Wave 2027", "colour": "#b3261e", "closed": "1"})
    (line,) = desk.get(reverse("console:settings_badges")).context["badges"]
    assert (line["name"], line["closed_at"] is not None, line["borne"]) == ("Wave 2027", True, 0)
    assert desk.get(reverse("console:vouchers")).context["badges"] == []  # closed: no longer offered
    beside = signed_in(found("Ink and Steel").owner)
    assert beside.post(one, {"name": "Theirs", "colour": "#000000"}).status_code == 404
    assert signed_in(town.staff("office")).get(one).status_code == 403
