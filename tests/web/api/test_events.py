"""Events in: each once, in order, none stopped by another; every fault answered clearly and nothing lost."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.test import Client

from goodword.inbox.models import Event
from goodword.people.models import Contact
from goodword.rewards.models import Reward
from tests.web.api.conftest import Caller, contact, event, hours_ago, job, send, ticket


@pytest.mark.requirement("R102")
def test_a_job_that_is_paid_rewards_the_referrer_and_says_why(promised: Caller) -> None:
    (told,) = send(promised, [job("J1", "bob", "paid", hours=1)])
    granted = [d for d in told["decisions"] if d["kind"] == "granted"]
    assert [(d["rule"], d["outcome"], d["trace"]["units"]) for d in granted] == [("paid", "granted", 3500)]
    assert "Ann Archer" in granted[0]["sentence"]
    assert "$35.00" in granted[0]["sentence"]
    shown = promised.get("/events/external:j-J1-paid").json()
    assert shown["decisions"] == told["decisions"]
    assert shown["state"] == "settled"
    assert shown["source"] == "crm"
    assert promised.get(f"/events/{shown['id']}").json() == shown


def test_one_event_may_come_alone(fern: Caller) -> None:
    answer = fern.post("/events", contact("Ann", "ann"))
    assert answer.status_code == 200
    assert [(r["id"], r["status"]) for r in answer.json()["results"]] == [("c-ann", "settled")]


def test_a_cloudevents_batch_is_taken(fern: Caller) -> None:
    batch = [{"specversion": "1.0", "source": "crm", **contact("Ann", "ann")}]
    answer = fern.post("/events", batch, kind="application/cloudevents-batch+json")
    assert [r["status"] for r in answer.json()["results"]] == ["settled"]
    alone = fern.post("/events", batch[0], kind="application/cloudevents-batch+json")
    assert (alone.status_code, alone.json()["code"]) == (422, "validation_error")


def test_the_same_event_again_does_nothing_and_answers_the_same(promised: Caller) -> None:
    paid = job("J1", "bob", "paid", hours=1)
    (first,) = send(promised, [paid])
    rewards = Reward.objects.count()
    again = promised.post("/events", paid).json()["results"][0]
    assert again["status"] == "duplicate"
    assert again["decisions"] == first["decisions"]
    assert Reward.objects.count() == rewards


def test_the_same_id_with_other_content_is_a_conflict_and_changes_nothing(fern: Caller) -> None:
    saved = contact("Ann", "ann")
    send(fern, [saved])
    changed = {**saved, "data": {"contact": {"external_id": "ann", "name": "Mallory"}}}
    (told,) = fern.post("/events", changed).json()["results"]
    assert (told["status"], told["problem"]["code"], told["problem"]["status"]) == ("conflict", "conflict", 409)
    assert list(Contact.objects.values_list("name", flat=True)) == ["Ann"]


def test_results_come_in_the_order_sent_though_settled_in_the_order_of_time(fern: Caller) -> None:
    late, early = contact("Ann", "ann", hours=1), contact("Bob", "bob", hours=90)
    assert [r["id"] for r in send(fern, [late, early])] == ["c-ann", "c-bob"]


BAD: dict[str, tuple[Any, str]] = {
    "no object": (7, "invalid_event"),
    "unknown type": ({"type": "ticket.opened"}, "unknown_type"),
    "a future time": ({"time": hours_ago(-1)}, "time_in_future"),
    "a time before our world": ({"time": "1969-12-31T23:59:59Z"}, "time_out_of_range"),
    "an absurd time": ({"time": "9999-12-31T23:59:59-12:00"}, "time_out_of_range"),
    "a time without a zone": ({"time": "2026-11-20T16:04:00"}, "invalid_event"),
    "a 31st of February": ({"time": "2026-02-31T00:00:00Z"}, "invalid_event"),
    "another currency": (
        {"type": "job.saved", "data": {"job": {"external_id": "J", "currency": "SEK", "total": 1}}}, "wrong_currency",
    ),
    "no currency at all": (
        {"type": "job.saved", "data": {"job": {"external_id": "J", "currency": "Taler", "total": 1}}}, "invalid_event",
    ),
    "a huge whole number": (
        {"type": "job.saved", "data": {"job": {"external_id": "J", "total": 10**30}}}, "invalid_event",
    ),
    "a sum beyond any till": (
        {"type": "job.saved", "data": {"job": {"external_id": "J", "total": 10**17}}}, "invalid_event",
    ),
    "a NUL in a name": ({"data": {"contact": {"external_id": "x", "name": "a\x00b"}}}, "invalid_event"),
    "a NUL in an address": ({"data": {"contact": {"external_id": "x", "address": {"line1": "\x00"}}}}, "invalid_event"),
    "our own source": ({"source": "goodword"}, "reserved_source"),
    "an empty id": ({"id": ""}, "invalid_event"),
    "a long id": ({"id": "x" * 201}, "invalid_event"),
    "an unknown key": ({"data": {"contact": {"external_id": "x", "nick": "y"}}}, "invalid_event"),
    "a huge number inside an address": (
        {"data": {"contact": {"external_id": "x", "address": {"line1": 10**40}}}}, "invalid_event",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.replace(" ", "-"))
def test_one_bad_event_never_stops_the_others(fern: Caller, case: str) -> None:
    wrong, code = BAD[case]
    bad = {**contact("Eve", "eve"), **wrong} if isinstance(wrong, dict) else wrong
    answer = fern.post("/events", [contact("Ann", "ann"), bad, contact("Bob", "bob")])
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [r["status"] for r in results] == ["settled", "rejected", "settled"]
    problem = results[1]["problem"]
    assert problem["code"] == code
    assert problem["errors"][0]["pointer"] == "" or problem["errors"][0]["pointer"].startswith("/")
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["Ann", "Bob"]


def test_deep_nesting_is_refused_in_its_place(fern: Caller) -> None:
    deep: Any = "x"
    for _ in range(40):
        deep = {"a": deep}
    bad = event("deep", "contact.saved", {"contact": {"external_id": "x", "address": deep}})
    results = fern.post("/events", [bad, contact("Ann", "ann")]).json()["results"]
    assert [r["status"] for r in results] == ["rejected", "settled"]
    answer = fern.post("/events", raw=b"[" * 100_000)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")


@pytest.mark.parametrize(
    "raw", [b"", b"{", b'{"id": NaN}', b'{"id": 1e999}', b"\xff\xfe", b'{"a": "\\ud800"}', b"nope"]
)
def test_malformed_json_is_told_and_nothing_recorded(fern: Caller, raw: bytes) -> None:
    answer = fern.post("/events", raw=raw)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")
    assert answer["Content-Type"] == "application/problem+json"
    assert not Event.objects.exists()


def test_emoji_and_right_to_left_names_come_back_as_sent(fern: Caller) -> None:
    names = ["🌱 Fern 👩🏽‍🌾", "عَبْدُ الرَّحمٰن", "‏שלום‏ Ann", "Åsa Öberg"]
    send(fern, [contact(name, f"n{i}") for i, name in enumerate(names)])
    told = fern.get("/contacts?limit=10").json()["data"]
    assert sorted(c["name"] for c in told) == sorted(names)


def test_a_thousand_and_one_events_are_refused_and_none_recorded(fern: Caller) -> None:
    answer = fern.post("/events", [contact("Ann", f"a{i}") for i in range(1001)])
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_events")
    assert answer.json()["facts"] == {"most": 1000}
    assert not Event.objects.exists()


def test_a_body_of_ten_megabytes_is_refused_before_it_is_read(fern: Caller) -> None:
    answer = fern.post("/events", raw=b" " * 10_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert not Event.objects.exists()


def test_a_chunked_body_is_read_and_refused_alike(fern: Caller) -> None:
    whole = json.dumps(contact("Ann", "ann")).encode()
    for body, status in ((whole, 200), (b" " * 10_000_000, 413)):
        told = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": io.BytesIO(body)}
        headers = {"Authorization": f"Bearer {fern.secret}"}
        answer = Client().post("/api/v1/events", content_type="application/json", headers=headers, **told)
        assert answer.status_code == status, answer.content
    assert Event.objects.count() == 1


def test_more_than_a_hundred_wait_for_the_worker_unless_told_otherwise(fern: Caller) -> None:
    told = fern.post("/events", [contact("Ann", f"a{i}") for i in range(101)]).json()["results"]
    assert {r["status"] for r in told} == {"recorded"}
    assert all("decisions" not in r for r in told)
    now = fern.post("/events?settle=now", [contact("Ann", f"b{i}") for i in range(101)]).json()["results"]
    assert {r["status"] for r in now} == {"settled"}
    later = fern.post("/events?settle=later", contact("Ann", "c")).json()["results"]
    assert [r["status"] for r in later] == ["recorded"]
    odd = fern.post("/events?settle=soon", contact("Ann", "d"))
    assert (odd.status_code, odd.json()["code"]) == (422, "validation_error")
    assert odd.json()["errors"][0]["parameter"] == "settle"


def test_an_empty_list_is_nothing_to_do(fern: Caller) -> None:
    assert fern.post("/events", []).json() == {"results": []}


def test_a_key_in_the_header_gives_the_first_answer_again(fern: Caller) -> None:
    sent = contact("Ann", "ann", hours=5)
    first = fern.post("/events", sent, Idempotency_Key='"k1"')
    again = fern.post("/events", sent, Idempotency_Key="k1")
    assert again["Idempotent-Replayed"] == "true"
    assert again.content == first.content
    other = fern.post("/events", contact("Bob", "bob"), Idempotency_Key="k1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    assert list(Contact.objects.values_list("name", flat=True)) == ["Ann"]


@pytest.mark.requirement("R76")
def test_points_are_told_with_the_ticket_that_earned_them(promised: Caller) -> None:
    (told,) = send(promised, [ticket("T1", "cy", 10_000, hours=2)])
    granted = [d for d in told["decisions"] if d["kind"] == "granted"]
    assert [(d["rule"], d["trace"]["units"], d["trace"]["asset"]) for d in granted] == [("shine", 200, "points")]


def test_an_event_of_nobody_is_not_found(fern: Caller, oak: Caller) -> None:
    send(fern, [contact("Ann", "ann")])
    public = Event.objects.get().public_id
    for path in (f"/events/{public}", "/events/external:c-ann", "/events/evt_x", "/events/external:"):
        answer = oak.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")
