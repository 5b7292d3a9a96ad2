"""Referrals and rewards over HTTP: attributed once, removed with what they paid, ranked, overridden with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from goodword.inbox.models import IdempotencyKey
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward, StatusChange
from tests.web.api.conftest import Caller, contact, hours_ago, job, send


def test_a_referral_shows_its_stages_and_ordinals(promised: Caller) -> None:
    (told,) = promised.get("/referrals?stage=booked").json()["data"]
    ann, bob = (promised.get(f"/contacts/external:{who}").json()["id"] for who in ("ann", "bob"))
    assert (told["referrer"], told["friend"], told["how"], told["stage"]) == (ann, bob, "name", "booked")
    assert [(s["stage"], s["nth"]) for s in told["stages"] if s["stage"] == "booked"] == [("booked", 1)]
    assert promised.get(f"/referrals/{told['id']}").json() == told
    assert promised.get("/referrals?referrer=external:cy").json()["data"] == []
    assert promised.get("/referrals?friend=external:bob").json()["data"] == [told]
    assert promised.get("/referrals?referrer=external:nobody").status_code == 404


@pytest.mark.requirement("R118")
def test_staff_say_who_referred_whom_once_and_a_retry_answers_the_same(promised: Caller) -> None:
    body = {"friend": "external:cy", "referrer": {"phone": "303 555 0142"}, "how": "name"}
    first = promised.post("/referrals", body, Idempotency_Key="r1")
    assert first.status_code == 201
    assert first.json()["referrer"] == promised.get("/contacts/external:ann").json()["id"]
    again = promised.post("/referrals", body, Idempotency_Key='"r1"')
    assert (again.status_code, again.content, again["Idempotent-Replayed"]) == (201, first.content, "true")
    assert Referral.objects.count() == 2
    other = promised.post("/referrals", {**body, "how": "import"}, Idempotency_Key="r1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")


@pytest.mark.requirement("R84")
@pytest.mark.parametrize(
    ("friend", "referrer", "status", "code"),
    [
        ("external:bob", "external:cy", 409, "already_referred"),
        ("external:cy", "external:cy", 422, "self_referral"),
        ("external:ann", "external:bob", 422, "circular"),
        ("external:old", "external:cy", 422, "not_new"),
        ("external:cy", "external:bad", 422, "referrer_blocked"),
        ("external:cy", "external:nobody", 404, "contact_not_found"),
        ("con_01jd3k8v6qf2m4n9p7r5s1t0wx", "external:cy", 404, "contact_not_found"),
        ({"phone": "n/a"}, "external:cy", 422, "validation_error"),
        ({}, "external:cy", 422, "validation_error"),
    ],
)
def test_a_referral_that_cannot_be_is_refused_with_its_code_and_again_alike(
    promised: Caller, friend: Any, referrer: Any, status: int, code: str
) -> None:
    send(promised, [contact("Old", "old"), job("J9", "old", "paid", hours=20), contact("Bad", "bad", blocked=True)])
    body = {"friend": friend, "referrer": referrer, "how": "name"}
    first = promised.post("/referrals", body, Idempotency_Key="no")
    assert (first.status_code, first.json()["code"]) == (status, code)
    assert first["Content-Type"] == "application/problem+json"
    again = promised.post("/referrals", body, Idempotency_Key="no")
    assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")
    assert Referral.objects.count() == 1


@pytest.mark.requirement("R121")
def test_removing_a_referral_tells_what_it_reversed(promised: Caller) -> None:
    send(promised, [job("J1", "bob", "paid", hours=40)])
    referral = promised.get("/referrals").json()["data"][0]["id"]
    answer = promised("DELETE", f"/referrals/{referral}", {"reason": "Wrong Ann."}, Idempotency_Key="d1")
    assert answer.status_code == 200
    told = answer.json()
    assert sorted((r["rule"], r["units"], r["asset"]) for r in told["reversed"]) == [
        ("booked", 1000, "USD"),
        ("paid", 3500, "USD"),
    ]
    assert told["referral"]["removed_reason"] == "Wrong Ann."
    assert promised.get("/contacts/external:ann/balances").json()["credit"] == {"pending": 0, "redeemable": 0}
    replay = promised("DELETE", f"/referrals/{referral}", {"reason": "Wrong Ann."}, Idempotency_Key="d1")
    assert (replay.content, replay["Idempotent-Replayed"]) == (answer.content, "true")
    again = promised("DELETE", f"/referrals/{referral}", {"reason": "Twice."})
    assert (again.status_code, again.json()["code"]) == (422, "already_removed")
    afresh = promised.post("/referrals", {"friend": "external:bob", "referrer": "external:cy", "how": "name"})
    assert afresh.status_code == 201


def test_a_removal_needs_a_reason(promised: Caller) -> None:
    referral = promised.get("/referrals").json()["data"][0]["id"]
    for body in (None, {}, {"reason": ""}, {"reason": "x" * 501}):
        answer = promised("DELETE", f"/referrals/{referral}", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "validation_error")
    assert Referral.objects.get().removed_at is None


@pytest.mark.requirement("R120")
def test_a_reward_is_released_by_hand_with_who_and_why(promised: Caller) -> None:
    send(promised, [job("J1", "bob", "paid", hours=1)])
    (told,) = promised.get("/rewards?contact=external:ann&status=pending").json()["data"]
    assert (told["rule"], told["units"], told["worth"]) == ("paid", 3500, {"amount": 3500, "currency": "USD"})
    body = {"status": "issued", "reason": "She stands here."}
    answer = promised.post(f"/rewards/{told['id']}/status", body, Idempotency_Key="s1")
    assert answer.status_code == 200
    assert answer.json()["status"] == "issued"
    assert promised.get("/contacts/external:ann/balances").json()["credit"] == {"pending": 0, "redeemable": 4500}
    assert promised.post(f"/rewards/{told['id']}/status", body, Idempotency_Key="s1").content == answer.content
    change = StatusChange.objects.filter(reason="She stands here.").get()
    assert (change.was, change.status, change.actor) == ("pending", "issued", "crm")
    wrong = promised.post(f"/rewards/{told['id']}/status", {"status": "declined", "reason": "No."})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "not_allowed")
    assert promised.post("/rewards/rwd_x/status", body).json()["code"] == "reward_not_found"


def test_a_discount_code_is_shown_to_those_who_may_write_rewards_and_never_stored_with_an_answer(
    promised: Caller,
) -> None:
    reward = Reward.objects.get()
    Reward.objects.filter(pk=reward.pk).update(code="SECRET2345")
    assert promised.get("/rewards").json()["data"][0]["code"] == "SECRET2345"
    assert promised.with_scopes("rewards:read").get("/rewards").json()["data"][0]["code"] is None
    body = {"status": "reversed", "reason": "Wrong."}
    first = promised.post(f"/rewards/{reward.public_id}/status", body, Idempotency_Key="x")
    again = promised.post(f"/rewards/{reward.public_id}/status", body, Idempotency_Key="x")
    assert first.json()["code"] == "SECRET2345"
    assert first.content == again.content
    assert "SECRET2345" not in IdempotencyKey.objects.get().body


@pytest.mark.requirement("R113")
def test_the_leaderboard_ranks_by_closed_referrals(promised: Caller, oak: Caller) -> None:
    friends = [contact(f"F{i}", f"f{i}", hours=90, referred_by={"contact": "cy"}, how="name") for i in range(3)]
    send(promised, friends)
    assert promised.get("/leaderboard").json()["data"] == []
    closed = [job(f"K{i}", f"f{i}", "invoiced", hours=20 - i) for i in range(2)]
    send(promised, [*closed, job("J1", "bob", "paid", hours=10)])
    told = promised.get("/leaderboard").json()
    assert [(r["rank"], r["name"], r["closed"], r["referrals"]) for r in told["data"]] == [
        (1, "Cy Cole", 2, 3),
        (2, "Ann Archer", 1, 1),
    ]
    assert told["next"] is None
    since = hours_ago(15).replace("+00:00", "Z")
    assert [r["name"] for r in promised.get(f"/leaderboard?from={since}").json()["data"]] == ["Ann Archer"]
    assert oak.get("/leaderboard").json()["data"] == []


def test_lists_cost_the_same_for_one_row_and_for_many(promised: Caller, django_assert_max_num_queries: Any) -> None:
    friends = [contact(f"F{i}", f"f{i}", hours=90, referred_by={"contact": "cy"}, how="name") for i in range(20)]
    send(promised, friends)
    send(promised, [job(f"K{i}", f"f{i}", "booked", hours=50) for i in range(20)])
    for path, rows, most in (
        ("/referrals", 21, 4),
        ("/rewards", 21, 4),
        ("/messages", None, 4),
        ("/leaderboard", 0, 3),
    ):
        with django_assert_max_num_queries(most):
            data = promised.get(f"{path}?limit=200").json()["data"]
        assert rows is None or len(data) == rows


def test_one_event_with_many_decisions_costs_few_statements(
    promised: Caller, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):  # key, use, event, decisions, contacts, referrals, rewards
        assert promised.get("/events/external:j-J1-booked").status_code == 200
