"""The list of sales at the console: narrowed, searched, as a file; ways from it and to it."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from goodword import codes
from goodword.business.models import Location
from goodword.vouchers import finding
from goodword.vouchers.models import Sale
from tests.web.console.counter import TILL, order, sold
from tests.web.town import Town, found, signed_in

pytestmark = pytest.mark.django_db
LIST = "/console/vouchers/sales"


@pytest.fixture
def desk(town: Town) -> Client:
    return signed_in(town.staff("office"))


def wave(town: Town, count: int = 3, **more: object) -> Sale:
    data = {"kind": "sold", "value": 4000, "count": count, "payment": TILL, **more}
    return Sale.objects.get(event=order(town, "voucher.issued", **data))


def listed(desk: Client, **asked: str) -> list[str]:
    return [row["id"] for row in desk.get(LIST, asked).context["sales"]]


@pytest.mark.requirement("R13", "R21", "R23")
def test_a_sale_tells_who_how_many_worth_how_paid_where_and_what_is_left(town: Town, desk: Client) -> None:
    for name in ("North", "South"):
        Location.objects.create(business=town.business, external_id=name.lower(), name=name)
    paid = {"method": "bank_transfer", "reference": "INV-77"}
    sale = wave(town, 3, buyer=town.contact("Ann").public_id, payment=paid, location="north")
    first, second, _third = sale.vouchers.order_by("number")
    order(town, "voucher.redeemed", voucher=first.public_id, amount=1500, currency="USD")
    order(town, "voucher.voided", voucher=second.public_id, reason="x", refund={"method": "bank_transfer"})
    answer = desk.get(LIST)
    (row,) = answer.context["sales"]
    assert (row["count"], row["buyer"], row["method"], row["reference"], row["location"]) == (
        3, "Ann Berg", "bank_transfer", "INV-77", "North",
    )  # fmt: skip
    assert [row[name].units for name in ("value", "redeemed", "cancelled", "open")] == [12000, 1500, 4000, 6500]
    assert (row["serials"], row["states"]) == (["FERN-000001 – FERN-000003"], ["partly"])
    (total,) = answer.context["totals"]
    assert (total["kind"], total["sales"], total["vouchers"], total["amount"].units) == ("sold", 1, 3, 12000)
    for each in sale.vouchers.exclude(pk=second.pk):
        order(town, "voucher.voided", voucher=each.public_id, reason="x", refund=None)
    body = desk.get(LIST).content.decode()
    assert desk.get(LIST).context["sales"][0]["states"] == ["cancelled"]
    assert "All cancelled" in body


def test_ways_lead_from_list_to_sale_to_vouchers_and_back_and_from_the_buyer(town: Town, desk: Client) -> None:
    ann = town.contact("Ann")
    sale, other = wave(town, 2, buyer=ann.public_id), wave(town, 1)
    page, mine = reverse("console:sale", args=[sale.public_id]), f"/console/vouchers?sale={sale.public_id}"
    body = desk.get(LIST).content.decode()
    assert f'href="{page}"' in body
    assert f'href="{mine}"' in body
    assert all(f'href="{url}"' in desk.get(page).content.decode() for url in (LIST, mine))
    answer = desk.get(mine)
    assert [row["serial"] for row in answer.context["vouchers"]] == ["FERN-000002", "FERN-000001"]
    assert [each["count"] for each in answer.context["totals"]] == [2, 0]
    assert f'href="{page}"' in answer.content.decode()
    assert f'href="{LIST}"' in desk.get("/console/vouchers").content.decode()
    bought = f"{LIST}?buyer={ann.public_id}"
    tab = reverse("console:customer", args=[ann.public_id]) + "?tab=value"
    assert f'href="{bought}"' in desk.get(tab).content.decode()
    assert listed(desk, buyer=ann.public_id) == [sale.public_id]
    assert listed(desk) == [other.public_id, sale.public_id]
    never = reverse("console:customer", args=[town.contact("Cy").public_id]) + "?tab=value"
    assert LIST not in desk.get(never).content.decode()


def test_a_card_that_is_scanned_leads_to_its_sale_and_no_code_stands_in_an_address(town: Town, desk: Client) -> None:
    sale = wave(town, 2)
    page, card = reverse("console:sale", args=[sale.public_id]), sale.vouchers.order_by("number")[0]
    for typed in (card.serial, "fern 1", finding.code_of(card)):
        assert desk.post(LIST, {"q": typed})["Location"] == page, typed
    assert desk.post(f"{LIST}?method=till&after=9", {"q": "Berg"})["Location"] == f"{LIST}?method=till&q=Berg"
    wrong = desk.post(LIST, {"q": "4GHK-7M2P-QRS6-TTTT"})
    assert wrong["Location"] == f"{LIST}?unknown=1"
    assert "No sale has that code or reference" in desk.get(wrong["Location"]).content.decode()
    assert desk.get(LIST, {"q": finding.code_of(card)}).context["query"] == ""


def test_a_reference_that_reads_like_a_code_is_found_all_the_same(town: Town, desk: Client) -> None:
    like_a_code = "BCDFGHJKLMNP7QRS"
    sale = wave(town, 1, payment={"method": "stripe", "reference": like_a_code})
    wave(town, 1)
    assert desk.post(LIST, {"q": like_a_code})["Location"] == f"{LIST}?q={like_a_code}"
    assert listed(desk, q=like_a_code) == [sale.public_id]


def test_the_list_is_narrowed_by_day_and_way_of_paying_and_what_cannot_be_meant_narrows_nothing(
    town: Town, desk: Client
) -> None:
    till, card = wave(town, 1), wave(town, 1, payment={"method": "card", "reference": "ch_1"})
    assert listed(desk, period="today") == [card.public_id, till.public_id]
    assert listed(desk, period="yesterday") == []
    assert "No sales here" in desk.get(LIST, {"period": "yesterday"}).content.decode()
    assert listed(desk, method="card") == [card.public_id]
    for nonsense in ({"method": "gold"}, {"period": "dates", "from": "2026-13-45"}, {"period": "always"}):
        assert len(listed(desk, **nonsense)) == 2, nonsense
    assert listed(desk, buyer="a/b") == []
    assert desk.get("/console/vouchers", {"sale": "a/b"}).status_code == 200


def test_the_spreadsheet_has_the_list_as_it_is_narrowed_and_no_code(town: Town, desk: Client) -> None:
    sale = wave(town, 2, buyer=town.contact("Ann").public_id, payment={"method": "card", "reference": "=1+1"})
    wave(town, 1)
    card = sale.vouchers.order_by("number")[0]
    order(town, "voucher.redeemed", voucher=card.public_id, amount=50, currency="USD")
    body = b"".join(desk.get(f"{LIST}.csv?q=Berg").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(body))
    told = {name: row[name] for name in ("Vouchers", "Serials", "Value", "Redeemed", "Left", "Paid", "Reference")}
    assert told == {
        "Vouchers": "2", "Serials": "FERN-000001 – FERN-000002", "Value": "80.00", "Redeemed": "0.50",
        "Left": "79.50", "Paid": "By card", "Reference": "'=1+1",
    }  # fmt: skip
    assert codes.normalise(finding.code_of(card)) not in codes.normalise(body)


def test_a_longer_list_asks_no_more_of_the_database_and_is_paged(town: Town, desk: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as told:
            desk.get(LIST)
        return len(told)

    def sell_one(name: str) -> None:
        lost = sold(town, buyer=town.contact(name).public_id)
        order(town, "voucher.redeemed", voucher=lost.public_id, amount=100, currency="USD")
        order(town, "voucher.replaced", voucher=lost.public_id)

    sell_one("Ann")
    few = statements()
    for name in ("Bob", "Cy", "Eve", "Ann"):
        sell_one(name)
    assert statements() == few
    assert few <= 22
    for _ in range(30):
        sold(town)
    first = desk.get(LIST).context
    rest = desk.get(LIST + first["next_url"]).context
    assert len({row["id"] for row in [*first["sales"], *rest["sales"]]}) == 35
    assert rest["totals"] == []


def test_nothing_sold_yet_says_so_and_a_role_without_vouchers_sees_none(town: Town, desk: Client) -> None:
    assert "No vouchers were sold yet" in desk.get(LIST).content.decode()
    wave(town)
    technician = signed_in(town.staff("technician"))
    assert technician.get(LIST).status_code == technician.get(f"{LIST}.csv").status_code == 403
    viewer = signed_in(town.staff("viewer"))
    assert len(viewer.get(LIST).context["sales"]) == 1
    beside = signed_in(found("Ink and Steel").owner)
    assert beside.get(LIST).context["sales"] == []
    assert beside.post(LIST, {"q": "FERN-000001"})["Location"] == f"{LIST}?q=FERN-000001"
