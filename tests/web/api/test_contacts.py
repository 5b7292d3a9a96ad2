"""Contacts over HTTP: found by anything one knows of them, changed only where told, merged without loss."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.people.models import Contact
from goodword.web.api import paging
from tests.web.api.conftest import Caller, contact, job, send, ticket


def test_a_contact_is_created_once_and_then_updated(fern: Caller) -> None:
    body = {"external_id": "C17", "name": "Ann", "phone": "(303) 555-0142", "email": "Ann@Example.com", "tags": ["vip"]}
    first = fern.post("/contacts", body)
    assert first.status_code == 201
    told = first.json()
    assert (told["external_id"], told["phone"], told["email"]) == ("C17", "+13035550142", "ann@example.com")
    assert told["identities"] == [{"source": "crm", "external_id": "C17"}]
    again = fern.post("/contacts", {"external_id": "C17", "name": "Ann Archer"})
    assert again.status_code == 200
    assert again.json() == {**told, "name": "Ann Archer"}
    assert Contact.objects.count() == 1


def test_a_contact_without_an_external_id_is_known_by_ours(fern: Caller) -> None:
    told = fern.post("/contacts", {"name": "Lea"}).json()
    assert told["external_id"] is None
    assert told["identities"] == []
    assert fern.get(f"/contacts/{told['id']}").json() == told
    changed = fern("PATCH", f"/contacts/{told['id']}", {"email": "lea@example.com"})
    assert changed.json() == {**told, "email": "lea@example.com"}
    assert Contact.objects.count() == 1


def test_only_the_keys_that_are_brought_change(fern: Caller) -> None:
    send(fern, [contact("Ann", "ann", phone="303-555-0142", tags=["a", "b"], partner=True)])
    told = fern.get("/contacts/external:ann").json()
    changed = fern("PATCH", "/contacts/external:ann", {"tags": ["c"], "blocked": True})
    assert changed.status_code == 200
    assert changed.json() == {**told, "tags": ["c"], "blocked": True}
    emptied = fern("PATCH", "/contacts/external:ann", {"phone": None})
    assert emptied.json()["phone"] is None


@pytest.mark.parametrize(
    "text", ["Ann", "ann arch", "ARCHER", "(303) 555-0142", "5550142", "+1 303 555 0142", "ann@ex", "{code}", "{lower}"]
)
@pytest.mark.requirement("R73")
def test_a_contact_is_found_by_name_phone_email_and_code(promised: Caller, oak: Caller, text: str) -> None:
    send(oak, [contact("Ann Archer", "ann", phone="(303) 555-0142", email="ann@example.com")])
    code = Contact.objects.get(business=promised.business, name="Ann Archer").code
    found = promised("GET", f"/contacts?q={_quoted(text.format(code=code, lower=code[:4].lower() + '-' + code[4:]))}")
    assert [c["name"] for c in found.json()["data"]] == ["Ann Archer"]


def _quoted(text: str) -> str:
    return quote(text)


def test_a_search_that_finds_nobody_says_so(promised: Caller) -> None:
    assert promised.get("/contacts?q=Zebedee").json() == {"data": [], "next": None}
    assert promised.get("/contacts?q=%25").json()["data"] == []
    nul = promised.get("/contacts?q=a%00b")
    assert (nul.status_code, nul.json()["code"]) == (422, "validation_error")


def test_swedish_and_arabic_names_are_found_without_regard_to_case(fern: Caller) -> None:
    send(fern, [contact("Åsa Öberg", "a"), contact("ليلى", "l")])
    assert [c["name"] for c in fern.get(f"/contacts?q={_quoted('åsa')}").json()["data"]] == ["Åsa Öberg"]
    assert [c["name"] for c in fern.get(f"/contacts?q={_quoted('ليل')}").json()["data"]] == ["ليلى"]


def test_a_list_is_paged_newest_first_without_gaps_or_repeats(fern: Caller, oak: Caller) -> None:
    send(fern, [contact(f"N{i}", f"n{i}", hours=100 - i) for i in range(7)])
    names, cursor = [], ""
    while True:
        page = fern.get(f"/contacts?limit=3{cursor}").json()
        names += [c["name"] for c in page["data"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert names == [f"N{i}" for i in reversed(range(7))]
    for bad in ("nonsense", page_of("referrals")):
        answer = fern.get(f"/contacts?cursor={bad}")
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_cursor")
    assert fern.get("/contacts?limit=201").json()["errors"][0]["parameter"] == "limit"


def page_of(name: str) -> str:
    return paging.written(1, of=name)


def test_a_page_of_contacts_costs_as_many_statements_as_one_contact(
    fern: Caller, django_assert_max_num_queries: Any
) -> None:
    send(fern, [contact(f"N{i}", f"n{i}") for i in range(30)])
    with django_assert_max_num_queries(4):  # key, its use, page, identities
        assert len(fern.get("/contacts").json()["data"]) == 30


@pytest.mark.requirement("R79")
def test_merging_moves_everything_and_both_ids_keep_working(promised: Caller) -> None:
    send(promised, [job("J1", "bob", "paid", hours=40), ticket("T1", "cy", 10_000, hours=30)])
    cy, ann = (promised.get(f"/contacts/external:{who}").json() for who in ("cy", "ann"))
    answer = promised.post(f"/contacts/{cy['id']}/merge", {"into": ann["id"]}, Idempotency_Key="m1")
    assert answer.status_code == 200
    told = answer.json()
    assert told["id"] == ann["id"]
    assert {i["external_id"] for i in told["identities"]} == {"ann", "cy"}
    assert promised.get(f"/contacts/{cy['id']}").json()["id"] == ann["id"]
    held = promised.get("/contacts/external:cy/balances").json()
    assert held["points"] == {"pending": 0, "redeemable": 200, "value": 200}
    assert held["credit"] == {"pending": 0, "redeemable": 4500}
    again = promised.post(f"/contacts/{cy['id']}/merge", {"into": ann["id"]}, Idempotency_Key="m1")
    assert (again.content, again["Idempotent-Replayed"]) == (answer.content, "true")
    self_merge = promised.post(f"/contacts/{ann['id']}/merge", {"into": ann["id"]})
    assert (self_merge.status_code, self_merge.json()["code"]) == (422, "already_merged")


@pytest.mark.requirement("R72")
def test_pending_and_redeemable_are_told_apart_and_as_at_any_moment(promised: Caller) -> None:
    send(promised, [job("J1", "bob", "paid", hours=2), ticket("T1", "cy", 10_000, hours=30)])
    ann = promised.get("/contacts/external:ann/balances").json()
    assert ann["credit"] == {"pending": 3500, "redeemable": 1000}
    assert (ann["currency"], ann["owed"], ann["at"]) == ("USD", 0, None)
    cy = promised.get("/contacts/external:cy/balances").json()
    assert cy["points"] == {"pending": 0, "redeemable": 200, "value": 200}
    before = (datetime.now(UTC) - timedelta(hours=50)).isoformat().replace("+00:00", "Z")
    then = promised.get(f"/contacts/external:ann/balances?at={before}").json()
    assert then["credit"] == {"pending": 0, "redeemable": 1000}
    assert then["at"] == before
    naive = promised.get("/contacts/external:ann/balances?at=2026-01-01T00:00:00")
    assert (naive.status_code, naive.json()["errors"][0]["parameter"]) == (422, "at")


def test_a_statement_tells_every_movement_with_its_event(promised: Caller) -> None:
    send(promised, [job("J1", "bob", "paid", hours=40)])
    told = promised.get("/contacts/external:ann/statement").json()
    assert [(line["change"], line["balance"], line["instrument"]) for line in told["lines"]] == [
        (1000, 1000, "credit"),
        (3500, 4500, "credit"),
    ]
    assert {line["event"] for line in told["lines"]} == set(
        Event.objects.filter(external_id__in=["j-J1-booked", "j-J1-paid"]).values_list("public_id", flat=True)
    )
    assert told["closing"] == [{"instrument": "credit", "asset": "USD", "units": 4500}]
    half = (datetime.now(UTC) - timedelta(hours=50)).isoformat().replace("+00:00", "Z")
    later = promised.get(f"/contacts/external:ann/statement?from={half}").json()
    assert [line["change"] for line in later["lines"]] == [3500]
    assert later["opening"] == [{"instrument": "credit", "asset": "USD", "units": 1000}]
    wrong = promised.get(f"/contacts/external:ann/statement?from={half}&to=2020-01-01T00:00:00Z")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "validation_error")


@pytest.mark.requirement("R90")
def test_every_contact_has_a_link_whose_qr_code_opens_without_a_key(promised: Caller) -> None:
    told = promised.get("/contacts/external:cy/referral-link").json()
    code = Contact.objects.get(name="Cy Cole").code
    assert told["code"] == code
    assert told["url"].endswith(f"/r/{code}")
    drawn = Client().get(told["qr_svg_url"].split("8000")[1])
    assert (drawn.status_code, drawn["Content-Type"]) == (200, "image/svg+xml")
    assert b"<path" in drawn.content
    assert Client().get("/api/v1/qr/NONSENSE.svg").status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"nick": "x"}, "/nick"),
        ({"name": 7}, "/name"),
        ({"tags": "vip"}, "/tags"),
        ({"tags": ["x"] * 101}, "/tags"),
        ({"partner": "yes"}, "/partner"),
        ({"name": "a\x00b"}, "/name"),
        ({"address": {"line1": {"x": 10**30}}}, "/address/line1/x"),
        ({"referred_by": {"nobody": 1}}, "/referred_by/nobody"),
    ],
)
def test_a_wrong_body_is_told_by_its_place_and_changes_nothing(
    fern: Caller, body: dict[str, Any], pointer: str
) -> None:
    answer = fern.post("/contacts", {"external_id": "x", **body})
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_error")
    assert pointer in [e["pointer"] for e in answer.json()["errors"]]
    assert not Contact.objects.exists()
    assert not Event.objects.exists()


def test_a_lead_that_no_source_named_can_be_changed(promised: Caller) -> None:
    code = Contact.objects.get(name="Ann Archer").code
    asked = {"code": code, "name": "Dee", "phone": "303-555-0199"}
    submit(business=promised.business, type="callback.requested", data=asked, actor="page", now=datetime.now(UTC))
    dee = promised.get("/contacts?q=Dee").json()["data"][0]
    count = Contact.objects.filter(merged_into=None).count()
    changed = promised("PATCH", f"/contacts/{dee['id']}", {"phone": "303-555-0198", "tags": ["lead"]})
    assert changed.status_code == 200
    assert changed.json() == {**dee, "phone": "+13035550198", "tags": ["lead"]}
    assert Contact.objects.filter(merged_into=None).count() == count
