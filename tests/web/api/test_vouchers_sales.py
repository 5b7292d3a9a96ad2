"""Batches, stock sold later, sales and serials over HTTP: all of them or none; each points at the other."""

from __future__ import annotations

from typing import Any

import pytest

from goodword.inbox.models import IdempotencyKey
from goodword.vouchers.models import Batch
from tests.flow.vouchers import cast
from tests.web.api.conftest import Caller
from tests.web.api.vouchers_cast import FAR, GIFT, TILL, do, redeem, refused, sell, stock, usd


@pytest.mark.requirement("R9", "R19", "R24")
def test_a_batch_of_stock_is_worth_nothing_until_it_is_sold(fern: Caller, oak: Caller) -> None:
    told = stock(fern, 3, value=usd(2500), label="Valentine's")
    assert {**told, "id": "", "event": "", "created_at": ""} == {
        "id": "", "label": "Valentine's", "kind": "sold", "prefix": "FERN", "count": 3, "value": usd(2500),
        "first_serial": "FERN-000001", "last_serial": "FERN-000003", "states": {"stock": 3}, "sale": None,
        "event": "", "created_at": "",
    }  # fmt: skip
    assert cast.trial(fern.business) == {}
    card = fern.get("/vouchers/FERN-2").json()
    assert (card["state"], card["balance"], card["value"], card["batch"]) == ("stock", usd(0), usd(2500), told["id"])
    assert card["code"]
    sold = do(fern, "fern 2", "activate", {"payment": TILL, "expires_on": FAR, "buyer": {"name": "Ann"}})
    assert (sold["state"], sold["balance"], sold["id"]) == ("active", usd(2500), card["id"])
    redeem(fern, "FERN-2", 2500)
    assert fern.get(f"/voucher-batches/{told['id']}").json()["states"] == {"stock": 2, "redeemed": 1}
    assert [row["id"] for row in fern.get("/voucher-batches").json()["data"]] == [told["id"]]
    assert len(fern.get(f"/vouchers?batch={told['id']}").json()["data"]) == 3
    assert oak.get(f"/voucher-batches/{told['id']}").json()["code"] == "batch_not_found"


@pytest.mark.requirement("R6", "R24")
def test_an_active_batch_is_sold_by_one_payment_and_made_once(fern: Caller) -> None:
    body = {"kind": "sold", "state": "active", "count": 4, "value": usd(2000), "payment": TILL, "expires_on": FAR}
    first = fern.post("/voucher-batches", body, Idempotency_Key="b1")
    again = fern.post("/voucher-batches", body, Idempotency_Key="b1")
    assert (first.status_code, again.content) == (201, first.content)
    told = first.json()
    assert (told["states"], told["count"]) == ({"active": 4}, 4)
    sale = fern.get(f"/voucher-sales/{told['sale']}").json()
    assert (sale["count"], sale["amount"]) == (4, usd(8000))
    serials = [row["serial"] for row in sale["vouchers"]]
    assert serials == ["FERN-000001", "FERN-000002", "FERN-000003", "FERN-000004"]
    assert {row["sale"] for row in fern.get(f"/vouchers?sale={sale['id']}").json()["data"]} == {sale["id"]}
    assert cast.trial(fern.business) == {"settlement": -8000, "sold_voucher": 8000}
    kept = IdempotencyKey.objects.get().body
    assert all(row["code"] not in kept for row in fern.get("/vouchers").json()["data"])
    one = fern.post("/voucher-batches", {**body, "count": 1}).json()
    assert one["states"] == {"active": 1}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"count": 0}, "validation_error"),
        ({"count": None}, "bad_count"),
        ({"count": 100_001}, "bad_count"),
        ({"count": 2, "serials": ["F-1"]}, "bad_count"),
        ({"payment": TILL}, "bad_payment"),
        ({"expires_on": FAR}, "bad_payment"),
        ({"state": "active", "value": usd(5)}, "bad_payment"),
        ({"state": "active", "payment": TILL}, "amount_required"),
        ({"state": "active", "payment": GIFT, "value": usd(5)}, "bad_payment"),
        ({"value": usd(0)}, "amount_required"),
        ({"count": None, "serials": ["FERN-1"]}, "serial_taken"),
        ({"count": None, "serials": ["x"]}, "bad_serial"),
        ({"prefix": "-"}, "bad_serial"),
        ({"location": "nowhere"}, "location_not_found"),
    ],
)
def test_a_batch_that_cannot_be_is_refused_and_nothing_is_made(
    fern: Caller, changed: dict[str, Any], code: str
) -> None:
    sell(fern)
    body = {"kind": "sold", "state": "stock", "count": 2, **changed}
    body = {name: value for name, value in body.items() if value is not None}
    assert refused(fern, "/voucher-batches", body)[1] == code
    assert not Batch.objects.exists()


@pytest.mark.requirement("R19", "R23")
def test_cards_of_stock_are_sold_by_ranges_all_or_none(fern: Caller, oak: Caller) -> None:
    stock(fern, 6)
    body = {"serials": ["FERN-1..FERN-3", "fern 5"], "payment": TILL, "value": usd(1000), "expires_on": FAR,
            "buyer": {"name": "Ann Archer"}}  # fmt: skip
    answer = fern.post("/voucher-sales", body, Idempotency_Key="a1")
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["count"], told["amount"], told["method"]) == (4, usd(4000), "till")
    assert [v["serial"] for v in told["vouchers"]] == ["FERN-000001", "FERN-000002", "FERN-000003", "FERN-000005"]
    assert fern.post("/voucher-sales", body, Idempotency_Key="a1").content == answer.content
    assert fern.get(f"/voucher-sales?reference=T-1&method=till&buyer={told['buyer']}").json()["data"] == [told]
    assert fern.get("/voucher-sales?reference=T-2").json()["data"] == []
    assert fern.get("/vouchers/FERN-5").json()["sale"] == told["id"]
    assert oak.get(f"/voucher-sales/{told['id']}").json()["code"] == "sale_not_found"
    whole = {"payment": TILL, "value": usd(1000), "expires_on": FAR}
    for serials, changed, code in (
        (["FERN-4..FERN-6"], {}, "already_active"), (["FERN-4", "FERN-99"], {}, "voucher_not_found"),
        (["FERN-6..FERN-4"], {}, "bad_range"), (["nothing"], {}, "bad_serial"), (["A-1..A-20000"], {},
         "too_many_serials"), (["FERN-4"], {"value": usd(0)}, "amount_required"),
        (["FERN-4"], {"payment": GIFT}, "bad_payment"), (["FERN-4", "FERN-6"], {"recipient": {"name": "Max"}},
         "recipient_of_many"), ([], {}, "validation_error"),
    ):  # fmt: skip
        assert refused(fern, "/voucher-sales", {"serials": serials, **whole, **changed})[1] == code
    stock(fern, 1, kind="promotional", value=usd(500))
    assert refused(fern, "/voucher-sales", {"serials": ["FERN-6", "FERN-7"], **whole})[1] == "mixed_kinds"
    printed = {"payment": GIFT, "value": usd(501), "expires_on": FAR}
    assert refused(fern, "/vouchers/FERN-7/activate", printed) == (422, "value_fixed")
    do(fern, "FERN-6", "freeze", {"reason": "lost in the post"})
    assert refused(fern, "/vouchers/FERN-6/activate", whole) == (422, "voucher_frozen")
    do(fern, "FERN-4", "void", {"reason": "spoiled"})
    assert refused(fern, "/vouchers/FERN-4/activate", whole) == (422, "voucher_void")
    assert refused(fern, "/vouchers/FERN-1/activate", whole) == (409, "already_active")


def test_a_sale_lists_its_first_two_hundred(fern: Caller) -> None:
    body = {"kind": "sold", "state": "active", "count": 203, "value": usd(1), "payment": TILL, "expires_on": FAR}
    sale = fern.post("/voucher-batches", body).json()["sale"]
    told = fern.get(f"/voucher-sales/{sale}").json()
    assert (told["count"], len(told["vouchers"])) == (203, 200)
    assert told["vouchers"][199]["serial"] == "FERN-000200"


def test_serials_that_nobody_recorded_are_told_as_ranges(fern: Caller, oak: Caller) -> None:
    stock(fern, 2)
    fern.post("/voucher-batches", {"kind": "sold", "state": "stock", "serials": ["FERN-6", "GOLD-10", "GOLD-12"]})
    told = fern.get("/voucher-serials/missing").json()
    assert told == {
        "data": [
            {"first": "FERN-000003", "last": "FERN-000005", "count": 3},
            {"first": "GOLD-000001", "last": "GOLD-000009", "count": 9},
            {"first": "GOLD-000011", "last": "GOLD-000011", "count": 1},
        ],
        "more": False,
    }
    assert fern.get("/voucher-serials/missing?limit=1").json() == {"data": told["data"][:1], "more": True}
    assert fern.get("/voucher-serials/missing?prefix=gold").json()["data"] == told["data"][1:]
    assert oak.get("/voucher-serials/missing").json() == {"data": [], "more": False}


def test_no_code_stands_in_a_batch_a_sale_or_a_redemption(fern: Caller) -> None:
    told = sell(fern)
    redeem(fern, told["id"], 5)
    for path in ("/voucher-sales", "/voucher-batches", "/redemptions", f"/vouchers/{told['id']}/redemptions"):
        assert told["code"] not in fern.get(path).content.decode()
