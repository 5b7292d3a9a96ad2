"""Vouchers used over HTTP: redeemed once per key, booked, given back; every refusal, and that nothing moved."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from goodword.business.models import Location
from goodword.inbox.models import IdempotencyKey
from goodword.vouchers.models import Redemption, Voucher
from goodword.work.models import Job
from tests.flow.vouchers import cast
from tests.flow.vouchers.cast import standing
from tests.web.api.conftest import Caller, job, send, ticket
from tests.web.api.vouchers_cast import FAR, do, give, redeem, refused, sell, stock, usd


@pytest.mark.requirement("R18")
def test_a_part_is_redeemed_and_the_rest_stays(promised: Caller) -> None:
    told = sell(promised, 5000)
    answer = redeem(promised, told["code"], 1999, ticket={"external_id": "T7", "total": usd(9266)})
    used = Redemption.objects.get()
    assert answer == {
        "redemption": used.public_id, "voucher": told["id"], "serial": "FERN-000001", "redeemed": usd(1999),
        "balance": usd(3001), "state": "active",
    }  # fmt: skip
    assert (used.ticket_source, used.ticket_name, used.actor) == ("crm", "T7", "crm")
    last = redeem(promised, "fern 1", 3001)
    assert (last["balance"], last["state"]) == (usd(0), "redeemed")
    assert promised.get("/vouchers/FERN-1").json()["state"] == "redeemed"
    assert redeem(promised, told["code"], 1, expect=422)["code"] == "insufficient_balance"


def test_redeeming_asks_for_an_idempotency_key(fern: Caller) -> None:
    told = sell(fern)
    assert refused(fern, f"/vouchers/{told['code']}/redeem", {"amount": usd(1)}) == (400, "idempotency_key_required")


def test_a_retry_takes_nothing_more_and_gets_the_first_answer(fern: Caller) -> None:
    told = sell(fern)
    body = {"amount": usd(100), "recipient": {"name": "Max"}}
    first = fern.post(f"/vouchers/{told['code']}/redeem", body, Idempotency_Key="r1")
    redeem(fern, told["code"], 200)
    again = fern.post(f"/vouchers/{told['code']}/redeem", body, Idempotency_Key="r1")
    assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")
    assert again.json()["balance"] == usd(4900)
    assert fern.get("/vouchers/FERN-1").json()["balance"] == usd(4700)
    kept = json.dumps(list(IdempotencyKey.objects.values_list("body", "digest")))
    assert told["code"] not in kept
    other = fern.post(f"/vouchers/{told['code']}/redeem", {"amount": usd(101)}, Idempotency_Key="r1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"amount": usd(5001)}, 422, "insufficient_balance"),
        ({"amount": usd(0)}, 422, "amount_required"),
        ({"amount": usd(-1)}, 422, "amount_required"),
        ({"amount": usd(10**16)}, 422, "amount_out_of_range"),
        ({"amount": {"amount": 5, "currency": "GBP"}}, 422, "wrong_currency"),
        ({"amount": usd(900), "ticket": {"external_id": "T1", "total": usd(899)}}, 422, "exceeds_ticket"),
        ({"amount": usd(900), "ticket": {"external_id": "T1", "total": usd(-1)}}, 422, "invalid_ticket"),
        ({"amount": usd(1), "ticket": {"external_id": "T1", "total": {"amount": 5, "currency": "GBP"}}}, 422,
         "wrong_currency"),
        ({"amount": usd(1), "job": "external:nothing"}, 404, "job_not_found"),
        ({"amount": usd(1), "location": "nowhere"}, 404, "location_not_found"),
        ({"amount": usd(1), "recipient": "external:nobody"}, 404, "contact_not_found"),
        ({"amount": "1"}, 422, "validation_error"),
        ({"amount": True}, 422, "validation_error"),
        ({}, 422, "validation_error"),
    ],
)  # fmt: skip
def test_what_cannot_be_redeemed_is_refused_again_alike_and_nothing_moves(
    fern: Caller, body: dict[str, Any], status: int, code: str
) -> None:
    told = sell(fern, 5000)
    for _ in range(2):
        assert refused(fern, f"/vouchers/{told['code']}/redeem", body, key="no") == (status, code)
    assert fern.get("/vouchers/FERN-1").json()["balance"] == usd(5000)


def test_what_is_left_is_told_with_the_refusal(fern: Caller) -> None:
    told = sell(fern, 700)
    problem = redeem(fern, told["code"], 701, expect=422)
    assert problem["facts"] == {"balance": 700, "currency": "USD", "asked": 701}
    assert told["code"] not in json.dumps(problem)


def test_only_an_active_voucher_is_redeemed(fern: Caller) -> None:
    now = datetime.now(UTC)
    over = cast.give(fern.business, 500, now=now - timedelta(days=40),
                     expires_on=(now - timedelta(days=3)).date().isoformat())  # fmt: skip
    card = stock(fern)["first_serial"]
    gone, held, whole = sell(fern)["id"], sell(fern)["id"], sell(fern, service="One massage")["id"]
    do(fern, gone, "void", {"reason": "twice", "refund": None})
    do(fern, held, "freeze", {"reason": "disputed"})
    for ref, code in ((over.serial, "voucher_expired"), (card, "voucher_not_active"), (gone, "voucher_void"),
                      (held, "voucher_frozen"), (whole, "redeemed_whole"), ("FERN-99", "voucher_not_found"),
                      ("x", "code_mistyped")):  # fmt: skip
        assert refused(fern, f"/vouchers/{ref}/redeem", {"amount": usd(1)}, key=ref)[1] == code
        if code not in ("redeemed_whole",):
            assert refused(fern, f"/vouchers/{ref}/book", {"job": "external:J1"})[0] in (404, 422)
    do(fern, held, "unfreeze")
    redeem(fern, held, 1)
    assert redeem(fern, whole, 5000)["state"] == "redeemed"


@pytest.mark.requirement("R11", "R15", "R18", "R19")
def test_a_job_is_attached_and_taken_off_and_redeeming_makes_the_recipient_a_client(promised: Caller) -> None:
    ref = sell(promised, 5000)["id"]
    bob = promised.get("/contacts/external:bob").json()["id"]
    told = do(promised, ref, "book", {"job": "external:J1"})
    j1 = Job.objects.get(external_id="J1").public_id
    assert (told["state"], told["job"], told["recipient"]) == ("booked", j1, bob)
    told = do(promised, ref, "unbook")
    assert (told["state"], told["job"], told["balance"]) == ("active", None, usd(5000))
    assert refused(promised, f"/vouchers/{ref}/unbook", None) == (422, "not_booked")
    do(promised, ref, "book", {"job": {"source": "crm", "external_id": "J1"}})
    redeem(promised, ref, 1000)
    assert promised.get(f"/redemptions?job={j1}").json()["data"][0]["amount"] == usd(1000)
    assert promised.get("/redemptions?job=external:J1").json()["data"][0]["voucher"] == ref
    send(promised, [job("J2", "cy", "cancelled")])
    assert refused(promised, f"/vouchers/{ref}/book", {"job": "external:J2"}) == (422, "job_cancelled")
    assert refused(promised, f"/vouchers/{ref}/book", {"job": ""})[1] == "validation_error"
    plain = sell(promised)["id"]
    redeem(promised, plain, 5, recipient={"name": "Max Miller", "phone": "(303) 555-0199"})
    found = promised.get("/contacts?q=Max").json()["data"]
    assert [row["id"] for row in found] == [promised.get(f"/vouchers/{plain}").json()["recipient"]]


def test_a_redemption_is_given_back_once(fern: Caller) -> None:
    one, two = sell(fern, 5000)["id"], sell(fern, 5000)["id"]
    used = redeem(fern, one, 5000)["redemption"]
    assert refused(fern, f"/vouchers/{two}/restore", {"redemption": used}) == (404, "redemption_not_found")
    told = do(fern, one, "restore", {"redemption": used, "reason": "cancelled"}, key="b1")
    assert (told["state"], told["balance"]) == ("active", usd(5000))
    assert do(fern, one, "restore", {"redemption": used, "reason": "cancelled"}, key="b1") == told
    assert refused(fern, f"/vouchers/{one}/restore", {"redemption": used}) == (409, "already_restored")
    (row,) = fern.get(f"/vouchers/{one}/redemptions").json()["data"]
    assert (row["id"], row["amount"], row["returned"]) == (used, usd(5000), usd(5000))
    later = redeem(fern, one, 10)["redemption"]
    do(fern, one, "void", {"reason": "twice"})
    assert refused(fern, f"/vouchers/{one}/restore", {"redemption": later}) == (422, "voucher_void")


def test_what_comes_back_of_a_lost_card_is_on_its_new_one(fern: Caller) -> None:
    lost = sell(fern, 5000)["id"]
    used = redeem(fern, lost, 2000)["redemption"]
    new = do(fern, lost, "replace", {})
    told = do(fern, lost, "restore", {"redemption": used})
    assert (told["id"], told["balance"]) == (new["id"], usd(5000))


def test_the_redemptions_of_a_ticket_are_those_of_the_keys_own_source(promised: Caller, oak: Caller) -> None:
    Location.objects.create(business=promised.business, external_id="north", name="North")
    send(promised, [ticket("T8", "cy", 5000)])
    ref = sell(promised, 5000)["id"]
    redeem(promised, ref, 1000, ticket={"external_id": "T8"}, location="north")
    redeem(promised, ref, 500, ticket="T9", job="external:J1")
    (row,) = promised.get("/redemptions?ticket=T8").json()["data"]
    assert (row["voucher"], row["ticket"], row["location"]) == (ref, {"source": "crm", "external_id": "T8"}, "north")
    assert [r["job"] for r in promised.get("/redemptions?ticket=external:T9").json()["data"]] == [
        Job.objects.get(external_id="J1").public_id
    ]
    assert len(promised.get("/redemptions").json()["data"]) == 2
    assert promised.with_scopes("vouchers:read").get("/redemptions?ticket=T8").json()["data"] == []
    assert oak.get("/redemptions").json()["data"] == []
    assert len(promised.get(f"/vouchers/{ref}/redemptions?limit=1").json()["data"]) == 1


@pytest.mark.requirement("R10")
def test_a_last_day_moves_later_only_and_what_lapsed_is_honoured(fern: Caller) -> None:
    ref, never = sell(fern, 5000)["id"], sell(fern, expires_on="never")
    assert never["expires_on"] is None
    why = {"reason": "She was ill."}
    told = do(fern, ref, "extend", {"expires_on": "2041-02-14", **why})
    assert (told["expires_on"], told["balance"], told["state"]) == ("2041-02-14", usd(5000), "active")
    assert do(fern, ref, "extend", {"expires_on": "never", **why})["expires_on"] is None
    card, gone, used = stock(fern)["first_serial"], sell(fern)["id"], sell(fern)["id"]
    do(fern, gone, "void", {"reason": "twice"})
    redeem(fern, used, 5000)
    for who, day, code in ((never["id"], "2042-01-01", "not_an_extension"), (card, "2042-01-01", "voucher_not_active"),
                           (gone, "2042-01-01", "voucher_void"), (used, "2042-01-01", "nothing_left"),
                           (sell(fern)["id"], FAR, "not_an_extension"), (ref, "x", "bad_day")):  # fmt: skip
        assert refused(fern, f"/vouchers/{who}/extend", {"expires_on": day, **why})[1] == code
    assert refused(fern, f"/vouchers/{ref}/extend", {"expires_on": FAR, "reason": "  "})[1] == "reason_required"


def test_a_voucher_is_cancelled_with_a_refund_or_without(fern: Caller) -> None:
    back, lost, given, card = sell(fern)["id"], sell(fern)["id"], give(fern)["id"], stock(fern)["first_serial"]
    refund = {"method": "card", "reference": "re_1"}
    told = do(fern, back, "void", {"reason": "twice", "refund": refund})
    assert (told["state"], told["balance"]) == ("void", usd(0))
    assert refused(fern, f"/vouchers/{given}/void", {"reason": "x", "refund": refund}) == (422, "bad_refund")
    assert refused(fern, f"/vouchers/{card}/void", {"reason": "x", "refund": refund}) == (422, "bad_refund")
    do(fern, lost, "void", {"reason": "stolen", "refund": None})
    do(fern, given, "void", {"reason": "a mistake"})
    assert do(fern, card, "void", {"reason": "spoiled"})["state"] == "void"
    assert refused(fern, f"/vouchers/{back}/void", {"reason": "again"}) == (422, "voucher_void")
    used = sell(fern)["id"]
    redeem(fern, used, 5000)
    assert refused(fern, f"/vouchers/{used}/void", {"reason": "x"}) == (422, "nothing_left")


def test_a_lost_card_is_void_and_its_new_one_has_the_rest_and_a_code_of_its_own(fern: Caller) -> None:
    old = sell(fern, 5000)
    redeem(fern, old["id"], 1500)
    new = do(fern, old["id"], "replace", {"reason": "lost"}, key="p1")
    assert (new["replaces"], new["balance"], new["expires_on"]) == (old["id"], usd(3500), FAR)
    assert new["code"] != old["code"]
    assert do(fern, old["id"], "replace", {"reason": "lost"}, key="p1") == new
    shown = fern.get(f"/vouchers/{old['id']}").json()
    assert (shown["state"], shown["balance"], shown["replaced_by"]) == ("void", usd(0), new["id"])
    assert refused(fern, f"/vouchers/{old['code']}/redeem", {"amount": usd(1)}, key="x")[1] == "voucher_void"
    promo = stock(fern, kind="promotional")["first_serial"]
    assert refused(fern, f"/vouchers/{new['id']}/replace", {"serial": promo}) == (422, "mixed_kinds")
    assert refused(fern, f"/vouchers/{new['id']}/replace", {"serial": old["serial"]}) == (422, "voucher_void")
    sold = sell(fern)["serial"]
    assert refused(fern, f"/vouchers/{new['id']}/replace", {"serial": sold}) == (409, "already_active")
    assert refused(fern, f"/vouchers/{new['id']}/replace", {"serial": "FERN-77"}) == (404, "voucher_not_found")
    assert refused(fern, f"/vouchers/{promo}/replace", {}) == (422, "voucher_not_active")
    card = stock(fern)["first_serial"]
    assert do(fern, new["id"], "replace", {"serial": card})["serial"] == card


@pytest.mark.requirement("R14")
def test_recipient_and_message_are_filled_in_later_and_nothing_else_changes(promised: Caller) -> None:
    told = sell(promised, buyer="external:ann")
    changed = do(promised, told["id"], "assign", {"recipient": "external:cy", "message": "Enjoy"})
    cy = promised.get("/contacts/external:cy").json()["id"]
    assert changed == {**told, "recipient": cy, "message": "Enjoy"}
    assert do(promised, told["id"], "assign", {"deliver_on": "2030-01-01"})["recipient"] == cy
    assert do(promised, told["id"], "assign", {"recipient": None})["recipient"] is None
    assert refused(promised, f"/vouchers/{told['id']}/assign", {"recipient": "external:nobody"})[1] == (
        "contact_not_found"
    )
    do(promised, told["id"], "void", {"reason": "twice"})
    assert refused(promised, f"/vouchers/{told['id']}/assign", {"message": "x"}) == (422, "voucher_void")


def test_what_is_left_of_a_sold_one_is_paid_out(fern: Caller) -> None:
    one, given = sell(fern, 700)["id"], give(fern)["id"]
    refund: dict[str, Any] = {"refund": {"method": "till", "reference": "T-2"}}
    assert refused(fern, f"/vouchers/{given}/cash-out", refund) == (422, "not_cash")
    assert refused(fern, f"/vouchers/{one}/cash-out", refund) == (422, "not_due")
    refund["reason"] = "moved away"
    told = do(fern, one, "cash-out", refund)
    assert (told["state"], told["balance"]) == ("redeemed", usd(0))
    assert cast.trial(fern.business) == {"expense": -5000, "promo_voucher": 5000}
    assert refused(fern, f"/vouchers/{one}/cash-out", refund) == (422, "nothing_left")


def test_freezing_a_cancelled_one_is_refused_and_reasons_are_asked_for(fern: Caller) -> None:
    ref = sell(fern)["id"]
    before = standing(fern.business)
    for what, body in (("freeze", {}), ("void", {"refund": None}), ("extend", {"expires_on": FAR})):
        assert do(fern, ref, what, body, expect=422)["code"] == "validation_error"
    assert do(fern, ref, "void", {"reason": " "}, expect=422)["code"] == "reason_required"
    assert standing(fern.business) == before
    do(fern, ref, "void", {"reason": "twice"})
    assert refused(fern, f"/vouchers/{ref}/freeze", {"reason": "x"}) == (422, "voucher_void")
    assert Voucher.objects.get(public_id=ref).frozen_at is None
