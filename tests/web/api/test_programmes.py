"""Programmes and the books over HTTP."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from goodword.programmes.models import Programme, Revision
from goodword.web.api.examples import DOCUMENT
from tests.web.api.conftest import Caller, job, send

YAML = "application/yaml"


def test_a_programme_is_drafted_published_and_told_in_plain_words(fern: Caller) -> None:
    made = fern.post("/programmes", raw=DOCUMENT.encode(), kind=YAML, Idempotency_Key="p")
    assert made.status_code == 201
    told = made.json()
    assert (told["slug"], told["draft"], told["revisions"]) == ("neighbours", DOCUMENT, [])
    assert fern.post("/programmes", raw=DOCUMENT.encode(), kind=YAML, Idempotency_Key="p").content == made.content
    twice = fern.post("/programmes", raw=DOCUMENT.encode(), kind=YAML)
    assert (twice.status_code, twice.json()["code"]) == (409, "programme_exists")
    published = fern.post(f"/programmes/{told['id']}/publish", Idempotency_Key="q")
    assert [r["number"] for r in published.json()["revisions"]] == [1]
    assert fern.post(f"/programmes/{told['id']}/publish", Idempotency_Key="q").content == published.content
    assert Revision.objects.count() == 1
    nothing = fern.post(f"/programmes/{told['id']}/publish")
    assert (nothing.status_code, nothing.json()["code"]) == (422, "no_draft")
    terms = fern.get("/programmes/neighbours/terms").json()
    assert (terms["revision"], terms["language"], len(terms["steps"])) == (1, "en", 3)
    assert any("$35.00" in sentence for sentence in terms["sentences"])
    assert fern.get("/programmes/neighbours/terms?lang=sv").json()["sentences"] != terms["sentences"]
    unknown = fern.get("/programmes/neighbours/terms?lang=tlh")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_language")


def test_a_draft_is_replaced_while_what_is_published_stays(promised: Caller) -> None:
    rule = {"id": "paid", "when": "referral.paid", "to": "referrer", "give": "cash", "amount": "5.00"}
    as_json = {"format": 1, "id": "neighbours", "name": "N", "currency": "USD", "rules": [rule]}
    answer = promised("PUT", "/programmes/neighbours/draft", as_json)
    assert answer.status_code == 200
    assert json.loads(answer.json()["draft"]) == as_json
    assert promised.get("/programmes/neighbours/terms").json()["sentences"] != []
    assert Revision.objects.count() == 1
    other = promised("PUT", "/programmes/neighbours/draft", {**as_json, "id": "others"})
    assert (other.status_code, other.json()["code"]) == (422, "programme_id_changed")
    foreign = promised("PUT", "/programmes/neighbours/draft", {**as_json, "currency": "SEK"})
    assert (foreign.status_code, foreign.json()["code"]) == (422, "wrong_currency")


def test_every_fault_of_a_document_is_told_at_once_with_its_line(fern: Caller) -> None:
    wrong = DOCUMENT.replace("35.00", "35.001").replace("referrer", "nobody").replace("24h", "soon")
    answer = fern.post("/programmes", raw=wrong.encode(), kind=YAML)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_programme")
    errors = answer.json()["errors"]
    assert [(e["line"], e["pointer"]) for e in errors] == [
        (8, "/rules/0/to"),
        (10, "/rules/0/amount"),
        (11, "/rules/0/hold"),
    ]
    assert all(e["write_instead"] for e in errors)
    assert not Programme.objects.exists()


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[", b"&a [*a]", b"a: \x00", b"- " * 4000])
def test_a_document_that_is_none_is_refused(fern: Caller, raw: bytes) -> None:
    answer = fern.post("/programmes", raw=raw, kind=YAML)
    assert answer.status_code == 422
    assert answer.json()["code"] in {"invalid_programme", "validation_error"}
    assert not Programme.objects.exists()


def test_the_trial_balance_sums_to_zero_now_and_at_any_moment(promised: Caller) -> None:
    send(promised, [job("J1", "bob", "paid", hours=1)])
    told = promised.get("/books/trial-balance").json()
    assert told["totals"] == {"USD": 0}
    assert {a["account"]: a["balance"] for a in told["accounts"]} == {"credit": 4500, "expense": -4500}
    before = (datetime.now(UTC) - timedelta(hours=30)).isoformat().replace("+00:00", "Z")
    then = promised.get(f"/books/trial-balance?at={before}").json()
    assert {a["account"]: a["balance"] for a in then["accounts"]} == {"credit": 1000, "expense": -1000}
    assert promised.get(f"/books/trial-balance?known_at={before}").json()["accounts"] == []


def test_the_liability_tells_pending_and_redeemable_by_instrument(promised: Caller) -> None:
    send(promised, [job("J1", "bob", "paid", hours=1)])
    assert promised.get("/books/liability").json()["instruments"] == [
        {"instrument": "credit", "asset": "USD", "pending": 3500, "redeemable": 1000, "expired": 0, "total": 4500}
    ]


def test_entries_are_paged_with_their_transfers(promised: Caller, django_assert_max_num_queries: Any) -> None:
    send(promised, [job("J1", "bob", "paid", hours=1)])
    first = promised.get("/books/entries?limit=1").json()
    second = promised.get(f"/books/entries?limit=1&cursor={first['next']}").json()
    assert [e["transfers"] for e in (*first["data"], *second["data"])] == [
        [{"debit": "expense", "credit": "credit", "units": 3500, "asset": "USD"}],
        [{"debit": "expense", "credit": "credit", "units": 1000, "asset": "USD"}],
    ]
    assert second["next"] is None
    with django_assert_max_num_queries(5):
        promised.get("/books/entries")
