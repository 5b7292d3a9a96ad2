"""Two requests at once with one key: one effect, one answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from goodword.business import keys
from goodword.flow.publish import publish
from goodword.inbox.models import Event, IdempotencyKey
from goodword.referrals.models import Referral
from tests.web.api.conftest import PROGRAMME, contact, make_business, send

TOGETHER = 6


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_once_does_it_once_and_answers_all_alike() -> None:
    fern = make_business("fern", entropy=b"r" * keys.ENTROPY)
    publish(business=fern.business, text=PROGRAMME, actor="test", now=datetime.now(UTC))
    send(fern, [contact("Ann", "ann"), contact("Bob", "bob")])
    body = {"friend": "external:bob", "referrer": "external:ann", "how": "name"}

    def ask(_: int) -> Any:
        try:
            return fern.post("/referrals", body, Idempotency_Key="at-once")
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        answers = list(pool.map(ask, range(TOGETHER)))
    assert [a.status_code for a in answers] == [201] * TOGETHER
    assert len({a.content for a in answers}) == 1
    assert sorted(a.headers.get("Idempotent-Replayed", "first") for a in answers) == [
        "first",
        *["true"] * (TOGETHER - 1),
    ]
    assert Referral.objects.count() == 1
    assert Event.objects.filter(type="referral.attributed").count() == 1
    assert IdempotencyKey.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_events_at_once_are_recorded_once() -> None:
    fern = make_business("fern", entropy=b"r" * keys.ENTROPY)
    batch = [contact(f"N{i}", f"n{i}") for i in range(20)]

    def ask(_: int) -> Any:
        try:
            return fern.post("/events", batch)
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        answers = list(pool.map(ask, range(TOGETHER)))
    assert [a.status_code for a in answers] == [200] * TOGETHER
    told = [r["status"] for a in answers for r in a.json()["results"]]
    assert sorted(set(told)) == ["duplicate", "settled"]
    assert told.count("settled") == len(batch)
    assert Event.objects.count() == len(batch)
