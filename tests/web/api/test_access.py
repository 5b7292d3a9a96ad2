"""Who may see what: every call of the OpenAPI document is asked by a stranger, a narrow key and another business."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import OperationalError
from django.test import Client, override_settings

from goodword.business import keys
from goodword.business.models import ApiKey
from goodword.inbox.models import Event
from goodword.people.models import Contact
from goodword.programmes.models import Programme
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward
from goodword.web.api import contacts, documents, outermost, referrals
from goodword.web.api.described import scopes_of
from goodword.web.api.urls import urlpatterns
from tests.web.api.conftest import Caller, job, rows_of, send, voucher_ids_of

CALLS = [
    (method.upper(), path, told)
    for path, methods in documents.document()["paths"].items()
    for method, told in methods.items()
]
NAMES = [f"{method} {path.removeprefix('/api/v1')}" for method, path, _ in CALLS]
ALL = pytest.mark.parametrize(("method", "path", "told"), CALLS, ids=NAMES)


def ids_of(caller: Caller) -> dict[str, str]:
    """Return real ids of the first business's things."""
    return {
        **voucher_ids_of(caller),
        "contact": Contact.objects.get(business=caller.business, name="Ann Archer").public_id,
        "event": Event.objects.get(business=caller.business, external_id="j-J1-booked").public_id,
        "referral": Referral.objects.get(business=caller.business).public_id,
        "reward": Reward.objects.filter(business=caller.business).first().public_id,  # type: ignore[union-attr]
        "programme": Programme.objects.get(business=caller.business).public_id,
    }


def address(path: str, ids: dict[str, str]) -> str:
    return re.sub(r"{(\w+)}", lambda found: ids[found[1]], path)


def body_of(told: dict[str, Any], ids: dict[str, str]) -> tuple[bytes, str]:
    """Return the documented example as a body; references to contacts are to real ones."""
    for kind, content in told.get("requestBody", {}).get("content", {}).items():
        example = content.get("example") or next(iter(content["examples"].values()))["value"]
        if isinstance(example, dict) and "serials" in example:
            example = {**example, "serials": [ids["card"]]}
        text = example if isinstance(example, str) else json.dumps(example)
        for theirs, other in (
            ("Ann Archer", "Zoe"),
            ("ann@example.com", "zoe@example.org"),
            ("303) 555-0142", "720) 555-0188"),
        ):
            text = text.replace(theirs, other)
        text = re.sub(r"con_\w+|external:C\d+", ids["contact"], text)
        text = text.replace("external:J1", ids["job"])
        return re.sub(r"\bred_\w+", ids["redemption"], text).encode(), kind
    return b"", "application/json"


def voucher_for(told: dict[str, Any], ids: dict[str, str]) -> dict[str, str]:
    """Return the ids with the voucher on which this call can do something."""
    wanted = {"vouchers_change_activate": "stock", "vouchers_redeem_unbook": "booked"}
    return {**ids, "voucher": ids[wanted.get(told["operationId"], "voucher")]}


def keyed(told: dict[str, Any]) -> dict[str, str]:
    """Return the Idempotency-Key of a call that asks for one."""
    asks = any(p["name"] == "Idempotency-Key" and p["required"] for p in told.get("parameters", []))
    return {"Idempotency_Key": "k"} if asks else {}


def state_of_the_world() -> dict[str, list[Any]]:
    """Return every row of our tables but those that note the asking itself."""
    quiet = {"ApiKey", "Session", "IdempotencyKey"}
    return {
        model.__name__: list(model._default_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if model.__module__.startswith("goodword.") and model.__name__ not in quiet
    }


@ALL
def test_a_stranger_learns_and_changes_nothing(
    promised: Caller, stranger: Caller, method: str, path: str, told: dict[str, Any]
) -> None:
    ids = ids_of(promised)
    raw, kind = body_of(told, ids)
    before = state_of_the_world()
    for secret in (None, "", "gw_", "gw_" + "0" * 43, "Basic x"):
        stranger.secret = secret
        answer = stranger(method, address(path, ids), raw=raw, kind=kind)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert answer["Content-Type"] == "application/problem+json"
    assert state_of_the_world() == before


@ALL
def test_a_key_without_the_scope_learns_and_changes_nothing(
    promised: Caller, method: str, path: str, told: dict[str, Any]
) -> None:
    ids = ids_of(promised)
    raw, kind = body_of(told, ids)
    narrow = promised.with_scopes(*(scope for scope in keys.SCOPES if scope not in scopes_of(told)))
    before = state_of_the_world()
    answer = narrow(method, address(path, ids), raw=raw, kind=kind)
    assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
    assert answer.json()["facts"] == {"scope": told["x-scope"]}
    assert state_of_the_world() == before


@ALL
def test_a_key_with_only_the_scope_is_let_in(promised: Caller, method: str, path: str, told: dict[str, Any]) -> None:
    ids = voucher_for(told, ids_of(promised))
    raw, kind = body_of(told, ids)
    for scope in scopes_of(told):
        answer = promised.with_scopes(scope)(method, address(path, ids), raw=raw, kind=kind, **keyed(told))
        assert answer.status_code not in (400, 401, 403, 404, 405, 415, 500), answer.content


@ALL
def test_another_business_sees_and_changes_nothing_of_the_first(
    promised: Caller, oak: Caller, method: str, path: str, told: dict[str, Any]
) -> None:
    send(promised, [job("J1", "bob", "paid", hours=40)])
    ids = ids_of(promised)
    raw, kind = body_of(told, ids)
    mine = rows_of(promised.business)
    answer = oak(method, address(path, ids), raw=raw, kind=kind, **keyed(told))
    if "{" in path:
        assert answer.status_code == 404, answer.content
        assert answer.json()["code"].endswith("_not_found")
    text = answer.content.decode()
    for secret in ("Ann Archer", "Bob Baker", "+1303555", "ann@example", *ids.values()):
        assert secret not in text
    if method == "GET" and "{" not in path:
        told_of = answer.json()
        rows = told_of.get("data", told_of.get("accounts", told_of.get("instruments")))
        assert rows == []
    theirs = rows_of(promised.business)
    tables = ("Contact", "Referral", "Reward", "Programme", "Event", "Message", "Decision", "Voucher", "Redemption",
              "Sale", "Batch")  # fmt: skip
    assert {t: theirs[t] for t in tables} == {t: mine[t] for t in tables}


def test_a_revoked_key_is_refused_at_once(promised: Caller) -> None:
    assert promised.get("/contacts").status_code == 200
    assert promised.key is not None
    keys.revoke(business=promised.business, key=promised.key.pk, now=datetime.now(UTC))
    answer = promised.get("/contacts")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")


def test_the_use_of_a_key_is_noted_at_most_once_a_minute(fern: Caller) -> None:
    assert fern.key is not None
    assert ApiKey.objects.get(pk=fern.key.pk).last_used_at is None
    fern.get("/contacts")
    first = ApiKey.objects.get(pk=fern.key.pk).last_used_at
    assert first is not None
    fern.get("/contacts")
    assert ApiKey.objects.get(pk=fern.key.pk).last_used_at == first
    ApiKey.objects.filter(pk=fern.key.pk).update(last_used_at=first - timedelta(seconds=61))
    fern.get("/contacts")
    later = ApiKey.objects.get(pk=fern.key.pk).last_used_at
    assert later is not None
    assert later >= first


@override_settings(API_REQUESTS_PER_MINUTE=3)
def test_too_many_requests_are_told_when_to_come_back_and_each_key_has_its_own_count(fern: Caller, oak: Caller) -> None:
    answers = [fern.get("/contacts") for _ in range(4)]
    if [a.status_code for a in answers] != [200, 200, 200, 429]:  # the minute turned meanwhile
        answers = [fern.get("/contacts") for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert [re.search(r"r=(\d+)", a["RateLimit"])[1] for a in answers] == ["2", "1", "0", "0"]  # type: ignore[index]
    assert answers[0]["RateLimit-Policy"] == '"key";q=3;w=60'
    assert answers[3].json()["code"] == "rate_limited"
    assert 1 <= int(answers[3]["Retry-After"]) <= 60
    assert oak.get("/contacts").status_code == 200


def test_only_the_document_the_page_and_a_qr_code_need_no_key(db: None) -> None:
    ours = [p for p in urlpatterns if p.callback.__module__ in (documents.__name__, outermost.__name__)]
    assert [p.name for p in ours] == ["api-openapi", "api-docs", "api-docs-style", "api-qr", None]
    rest = {str(p.pattern).replace("<", "{").replace(">", "}") for p in urlpatterns if p not in ours}
    assert {f"/api/v1/{name}" for name in rest} == {path for _, path, _ in CALLS}
    for path in ("/api/v1/openapi.json", "/api/v1/docs", "/api/v1/docs.css"):
        assert Client().get(path).status_code == 200


@pytest.mark.parametrize("path", ["/", "/nothing", "/contacts/", "/events/evt_x/y", "/voucher", "/../admin"])
def test_an_unknown_address_is_a_problem_document(fern: Caller, path: str) -> None:
    answer = fern.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer["Content-Type"] == "application/problem+json"


def test_a_wrong_method_says_which_are_right(fern: Caller) -> None:
    answer = fern("PUT", "/contacts")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert sorted(answer["Allow"].split(", ")) == ["GET", "POST"]
    assert fern("DELETE", "/books/entries").status_code == 405
    assert fern("POST", "/openapi.json").status_code == 405


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/yaml"]
)
def test_another_kind_of_body_is_refused(fern: Caller, kind: str) -> None:
    for path in ("/events", "/contacts", "/referrals"):
        answer = fern.post(path, raw=b"a=b", kind=kind)
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert not Contact.objects.exists()


@pytest.mark.parametrize("raw", [b"{", b"[1,", b'"\xff"', b'{"name": NaN}', b"{" * 5000, b""])
def test_a_broken_body_is_told_on_every_write(fern: Caller, raw: bytes) -> None:
    for method, path in (("POST", "/contacts"), ("POST", "/referrals"), ("POST", "/events")):
        answer = fern(method, path, raw=raw)
        assert answer.json()["code"] == ("malformed_json" if raw or path == "/events" else "validation_error")


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "ключ", "a\tb"])
def test_an_unusable_idempotency_key_is_refused(fern: Caller, key: str) -> None:
    answer = fern.post("/contacts", {"name": "Ann"}, Idempotency_Key=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_idempotency_key")
    assert not Contact.objects.exists()


def test_a_fault_of_ours_is_a_problem_document_without_its_insides(fern: Caller, monkeypatch: Any, caplog: Any) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr(contacts.finding, "matching", broken)
    answer = fern.get("/contacts")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret inside" not in answer.content.decode()
    assert "the secret inside" in caplog.text


def test_a_silent_database_is_told_as_such_and_the_key_is_not_used_up(
    promised: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(**_: object) -> None:
        raise OperationalError("gone")

    body = {"friend": "external:cy", "referrer": "external:ann", "how": "name"}
    with monkeypatch.context() as broken:
        broken.setattr(referrals, "submit", silent)
        answer = promised.post("/referrals", body, Idempotency_Key="once")
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "unavailable", "5")
    again = promised.post("/referrals", body, Idempotency_Key="once")
    assert again.status_code == 201
    assert "Idempotent-Replayed" not in again
