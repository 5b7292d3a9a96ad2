"""Vouchers over HTTP: sold, given, found by serial and code, searched; who sees a code; what is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from goodword.business.models import Badge, Location
from goodword.inbox.models import Event, IdempotencyKey
from goodword.people.models import Contact
from goodword.vouchers.models import Voucher
from tests.flow.vouchers import cast
from tests.flow.vouchers.cast import standing
from tests.web.api.conftest import Caller
from tests.web.api.vouchers_cast import FAR, GIFT, TILL, asked, do, give, refused, sell, stock, usd


@pytest.mark.requirement("R8", "R9", "R13", "R14", "R21")
def test_a_voucher_is_sold_and_told_whole(promised: Caller) -> None:
    told = sell(promised, 2500, buyer="external:ann", recipient={"name": "Max Miller", "phone": "(303) 555-0199"},
                message="Happy birthday!")  # fmt: skip
    row = Voucher.objects.get()
    assert (told["serial"], told["state"], told["kind"], told["frozen"]) == ("FERN-000001", "active", "sold", False)
    assert (told["value"], told["balance"], told["expires_on"]) == (usd(2500), usd(2500), FAR)
    assert told["code"].replace("-", "")[-4:] == row.code_tail
    assert told["buyer"] == promised.get("/contacts/external:ann").json()["id"]
    max_ = Contact.objects.get(name="Max Miller")
    assert (told["recipient"], max_.phone) == (max_.public_id, "+13035550199")
    assert told["id"] == row.public_id
    booked = {"credit": 1000, "expense": -1000}  # Bob's job, before
    assert cast.trial(promised.business) == {"settlement": -2500, "sold_voucher": 2500, **booked}
    sale = promised.get(f"/voucher-sales/{told['sale']}").json()
    assert sale["vouchers"] == [{"id": told["id"], "serial": "FERN-000001"}]
    assert (sale["method"], sale["reference"], sale["amount"]) == ("till", "T-1", usd(2500))


def test_a_whole_number_is_the_books_currency_and_another_one_is_refused(fern: Caller) -> None:
    assert sell(fern, value=1999)["value"] == usd(1999)
    answer = fern.post("/vouchers", {**asked(), "value": 700})
    assert answer.json()["value"] == usd(700)
    assert refused(fern, "/vouchers", {**asked(), "value": {"amount": 700, "currency": "SEK"}}) == (
        422, "wrong_currency",
    )  # fmt: skip


@pytest.mark.requirement("R22")
def test_a_voucher_is_given_away_with_a_reason(fern: Caller) -> None:
    told = give(fern, 1000)
    assert (told["kind"], told["state"]) == ("promotional", "active")
    assert cast.trial(fern.business) == {"expense": -1000, "promo_voucher": 1000}
    assert fern.get(f"/voucher-sales/{told['sale']}").json()["reason"] == "a thank-you"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"value": usd(0)}, "amount_required"),
        ({"value": usd(-5)}, "amount_required"),
        ({"value": usd(10**16)}, "amount_out_of_range"),
        ({"value": usd(1) | {"currency": "SEK"}}, "wrong_currency"),
        ({"payment": GIFT}, "bad_payment"),
        ({"kind": "promotional"}, "bad_payment"),
        ({"kind": "promotional", "payment": {"method": "complimentary"}}, "reason_required"),
        ({"expires_on": "soon"}, "bad_day"),
        ({"expires_on": "9999-12-31"}, "bad_day"),
        ({"expires_on": "2001-01-01"}, "already_expired"),
        ({"kind": "promotional", "payment": GIFT, "deliver_on": "x"}, "bad_day"),
        ({"kind": "promotional", "payment": GIFT, "deliver_on": "2020-01-01"}, "delivery_over"),
        ({"serial": "123"}, "bad_serial"),
        ({"serial": "F-9..F-1"}, "bad_range"),
        ({"serial": "F-1..F-99999"}, "too_many_serials"),
        ({"serial": "FERN-000001"}, "serial_taken"),
        ({"prefix": "1!"}, "bad_serial"),
        ({"location": "nowhere"}, "location_not_found"),
        ({"design": "dsg_none"}, "design_not_found"),
        ({"ticket": "external:T99"}, "ticket_not_found"),
        ({"buyer": "external:nobody"}, "contact_not_found"),
        ({"buyer": "con_01jd3k8v6qf2m4n9p7r5s1t0wx"}, "contact_not_found"),
        ({"recipient": {}}, "invalid_contact"),
        ({"recipient": {"phone": "n/a"}}, "reach_unusable"),
        ({"kind": "other"}, "validation_error"),
        ({"value": 12.5}, "validation_error"),
        ({"more": 1}, "validation_error"),
    ],
)
def test_a_sale_that_cannot_be_is_refused_and_nothing_moves(
    promised: Caller, changed: dict[str, Any], code: str
) -> None:
    sell(promised)
    status, told = refused(promised, "/vouchers", {**asked(), **changed}, key="no")
    assert told == code
    assert status == {"serial_taken": 409}.get(code, 404 if code.endswith("_not_found") else 422)
    assert refused(promised, "/vouchers", {**asked(), **changed}, key="no") == (status, told)


@pytest.mark.parametrize("value", ["20", 20.5, 1e9, True, [5]])
def test_a_sum_of_another_shape_is_refused_with_one_sentence_that_says_what_to_write(fern: Caller, value: Any) -> None:
    answer = fern.post("/vouchers", {**asked(), "value": value}, Idempotency_Key="no")
    said = "a sum is a whole number of smallest units, or {amount, currency}"
    assert (answer.status_code, answer.json()["errors"]) == (422, [{"pointer": "/value", "detail": said}])
    half = fern.post("/vouchers", {**asked(), "value": {"amount": 5}}, Idempotency_Key="half").json()["errors"]
    assert {"pointer": "/value/currency", "detail": "Field required"} in half


def test_a_sale_to_somebody_who_was_erased_is_refused(promised: Caller) -> None:
    cy = promised.get("/contacts/external:cy").json()["id"]
    Contact.objects.filter(public_id=cy).update(erased_at=datetime.now(UTC))
    assert refused(promised, "/vouchers", asked(buyer=cy)) == (422, "contact_erased")


def test_the_law_of_the_place_refuses_a_life_that_is_too_short(fern: Caller) -> None:
    soon = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    assert refused(fern, "/vouchers", asked(expires_on=soon)) == (422, "expiry_too_short")
    assert give(fern, expires_on=soon)["expires_on"] == soon


def test_a_retry_sells_once_and_shows_the_code_again_though_none_is_kept(fern: Caller) -> None:
    first = fern.post("/vouchers", asked(), Idempotency_Key="s1")
    again = fern.post("/vouchers", asked(), Idempotency_Key="s1")
    assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (201, first.content, "true")
    assert Voucher.objects.count() == 1
    code = first.json()["code"]
    kept = str(list(IdempotencyKey.objects.values_list())) + str(list(Event.objects.values_list()))
    assert code not in kept
    assert code.replace("-", "") not in kept
    other = fern.post("/vouchers", asked(1), Idempotency_Key="s1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")


@pytest.mark.requirement("R12")
def test_it_is_found_by_serial_code_and_id_without_regard_to_case_spaces_and_hyphens(fern: Caller) -> None:
    told = sell(fern)
    code = told["code"]
    for ref in ("FERN-000001", "fern 1", "fern%20000001", told["id"], code, code.replace("-", "").lower(),
                code.replace("-", "%20")):  # fmt: skip
        answer = fern.get(f"/vouchers/{ref}")
        assert answer.json() == told, ref
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store"


def test_a_typing_error_is_told_and_the_unknown_is_not_found(fern: Caller, oak: Caller) -> None:
    told = sell(fern)
    code = told["code"]
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    for ref, status, said in ((wrong, 422, "code_mistyped"), ("!" + code[1:], 422, "code_mistyped"),
                              ("FERN-000002", 404, "voucher_not_found"), ("x", 422, "code_mistyped"),
                              (told["id"][:-4] + "zzzz", 404, "voucher_not_found")):  # fmt: skip
        answer = fern.get(f"/vouchers/{ref}")
        assert (answer.status_code, answer.json()["code"]) == (status, said), ref
        assert code[5:14] not in answer.content.decode()
    assert fern.get(f"/vouchers/!{code[1:]}").json()["facts"] == {"place": 1}
    for ref in (code, "FERN-000001", told["id"]):
        assert oak.get(f"/vouchers/{ref}").json()["code"] == "voucher_not_found"


def test_only_a_key_that_may_write_sees_codes(fern: Caller) -> None:
    told = sell(fern)
    reading, using = fern.with_scopes("vouchers:read"), fern.with_scopes("vouchers:redeem")
    hidden = {**told, "code": None}
    assert reading.get("/vouchers/FERN-1").json() == hidden
    assert reading.get("/vouchers").json()["data"] == [hidden]
    assert fern.get("/vouchers").json()["data"] == [told]
    assert using.get(f"/vouchers/{told['code']}").json() == hidden
    assert using.get(f"/vouchers/{told['id']}").json() == hidden
    answer = using.get("/vouchers/FERN-1")  # could be counted up
    assert (answer.status_code, answer.json()["facts"]) == (403, {"scope": "vouchers:read"})
    assert do(using, told["id"], "book", {"job": "x"}, expect=404)["code"] == "job_not_found"


def test_the_list_is_searched(promised: Caller, oak: Caller) -> None:
    business = promised.business
    badge = Badge.objects.create(business=business, public_id="bdg_1", name="Valentine", colour="#ff0000")
    Location.objects.create(business=business, external_id="north", name="North")
    one = sell(promised, buyer="external:ann", location="north", expires_on="2035-01-31")
    two = sell(promised, recipient="external:cy", payment={"method": "card", "reference": "re_7"})
    three = give(promised, expires_on=(datetime.now(UTC) + timedelta(days=9)).date().isoformat())
    card = stock(promised, 1)["first_serial"]
    Voucher.objects.get(public_id=two["id"]).badges.add(badge)
    sell(oak)
    found = {
        "": [card, three["serial"], two["serial"], one["serial"]],
        "?kind=promotional": [three["serial"]],
        "?state=stock": [card],
        "?state=active&kind=sold": [two["serial"], one["serial"]],
        "?badge=Valentine": [two["serial"]],
        "?location=north": [one["serial"]],
        "?buyer=external:ann": [one["serial"]],
        "?recipient=external:cy": [two["serial"]],
        "?expiring_before=2035-02-01": [three["serial"], one["serial"]],
        "?expiring_before=2035-01-31": [three["serial"]],
        "?q=fern 1": [one["serial"]],
        "?q=2": [two["serial"]],
        "?q=FERN-00000": [card, three["serial"], two["serial"], one["serial"]],
        "?q=ann": [one["serial"]],
        "?q=re_7": [two["serial"]],
        f"?q={two['code']}": [two["serial"]],
        f"?sale={one['sale']}": [one["serial"]],
        "?q=nobody": [],
        "?q=99999999999999999999": [],
    }
    for query, serials in found.items():
        answer = promised.get(f"/vouchers{query}".replace(" ", "%20"))
        assert [row["serial"] for row in answer.json()["data"]] == serials, query
    for query, code in (("state=new", "validation_error"), ("expiring_before=x", "validation_error"),
                        ("expiring_before=9999-12-31", "validation_error"), ("buyer=external:x", "contact_not_found"),
                        ("sale=sal_x", "sale_not_found"), ("batch=bat_x", "batch_not_found")):  # fmt: skip
        assert promised.get(f"/vouchers?{query}").json()["code"] == code


def test_the_list_is_paged_newest_first(fern: Caller) -> None:
    made = [sell(fern)["serial"] for _ in range(3)]
    first = fern.get("/vouchers?limit=2").json()
    rest = fern.get(f"/vouchers?limit=2&cursor={first['next']}").json()
    assert [row["serial"] for row in first["data"] + rest["data"]] == made[::-1]
    assert rest["next"] is None


@pytest.mark.requirement("R20")
def test_past_its_last_day_it_is_expired_whether_or_not_the_clock_has_come_by(fern: Caller) -> None:
    now = datetime.now(UTC)
    row = cast.give(
        fern.business, 500, now=now - timedelta(days=40), expires_on=(now - timedelta(days=3)).date().isoformat()
    )
    assert row.state == "active"
    told = fern.get(f"/vouchers/{row.serial}").json()
    assert (told["state"], told["balance"]) == ("expired", usd(0))
    assert [r["serial"] for r in fern.get("/vouchers?state=expired").json()["data"]] == [row.serial]
    assert fern.get("/vouchers?state=active").json()["data"] == []


def test_reading_changes_nothing_and_a_page_costs_the_same_for_two_as_for_ten(
    fern: Caller, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        sell(fern, buyer={"name": f"Buyer {number}"})
    before = standing(fern.business)
    with django_assert_max_num_queries(7):
        assert len(fern.get("/vouchers?limit=10").json()["data"]) == 10
    assert standing(fern.business) == before


def test_a_card_in_the_till_has_no_payment_of_ours_to_show(fern: Caller) -> None:
    for method in ("till", "card", "stripe", "bank_transfer", "other"):
        told = sell(fern, payment={**TILL, "method": method})
        assert fern.get(f"/voucher-sales/{told['sale']}").json()["method"] == method
