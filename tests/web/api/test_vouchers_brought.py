"""Cards that another system sold, over HTTP: a till sends the old code; guesses at such codes are counted."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from goodword.flow import bringing
from goodword.flow.bringing_upload import upload
from goodword.inbox.models import Event
from goodword.web.guessing import MISSES
from tests.web.api.conftest import Caller

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = "Serial,Code,Value,Balance,Sold on\nGC-7,QX7-4417-AB,50.00,50.00,2026-04-02\n"


@pytest.fixture
def till(fern: Caller, settings: Any, tmp_path: Path) -> Caller:
    settings.DATA = tmp_path
    stream = io.BytesIO(TABLE.encode())
    made = upload(
        business=fern.business, stream=stream, name="t.csv", actor="x", now=datetime.now(UTC), kind="vouchers"
    )
    assert bringing.run(made, actor="x", clock=lambda: datetime.now(UTC)).money_booked == 5_000
    return fern.with_scopes("vouchers:redeem")


def test_a_till_that_sends_an_old_code_redeems_once_however_often_it_asks(fern: Caller, till: Caller) -> None:
    body = {"amount": {"amount": 2_000, "currency": "USD"}}
    answers = [till.post("/vouchers/QX7-4417-AB/redeem", body, Idempotency_Key="k1") for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 200], answers[0].content
    assert answers[0].json() == answers[1].json()
    assert fern.get("/vouchers/GC-7").json()["balance"]["amount"] == 3_000
    assert "4417" not in json.dumps([each.data for each in Event.objects.all()])


def test_guesses_at_old_codes_are_counted_where_there_are_any(till: Caller, oak: Caller) -> None:
    body = {"amount": {"amount": 1, "currency": "USD"}}
    told = [
        till.post(f"/vouchers/7X441{n:02}K/redeem", body, Idempotency_Key=f"g{n}").json()["code"]
        for n in range(MISSES + 1)
    ]
    assert set(told[:MISSES]) == {"voucher_not_found"}
    assert told[MISSES] == "too_many_guesses"
    assert oak.get("/vouchers/7X44101K").json()["code"] == "code_mistyped"  # none was ever brought there
