"""docs/tutorial/first-reward.md does what it says: its own blocks are run, and its own answers compared."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from goodword.engine.programme import check
from goodword.flow.opening import open_business
from goodword.flow.publish import publish
from goodword.ledger import checking

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "tutorial" / "first-reward.md").read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.django_db
def test_the_first_reward_is_what_the_tutorial_says() -> None:
    (programme,) = blocks("yaml")
    events, balances, cancelled, after = (json.loads(block) for block in blocks("json"))
    wrong, faults, _ = check(programme)
    assert wrong is None
    assert [fault.key for fault in faults] == ["rules[1].expires"]
    right = programme.replace("expires: 10 years", "expires: 120 months")
    now = datetime(2026, 6, 1, tzinfo=UTC)
    opened = open_business(
        name="Elm Street Gardens", currency="USD", timezone="America/Denver", country="US", language="en", now=now
    )
    publish(business=opened.business, text=right, actor="test", now=now)
    client = Client(headers={"Authorization": f"Bearer {opened.api_key}"})

    def send(body: list[dict[str, Any]]) -> list[str]:
        answer = client.post("/api/v1/events", json.dumps(body), content_type="application/json")
        assert answer.status_code == 200
        return [result["status"] for result in answer.json()["results"]]

    def credit() -> dict[str, Any]:
        return {"credit": client.get("/api/v1/contacts/external:ann/balances").json()["credit"]}

    assert send(events) == ["settled"] * 4
    assert credit() == balances
    assert send(events) == ["duplicate"] * 4
    assert credit() == balances
    decisions = client.get("/api/v1/events/external:4").json()["decisions"]
    assert [d["rule"] for d in decisions if d.get("rule")] == ["paid"]
    assert all(d["sentence"] for d in decisions)
    assert send(cancelled) == ["settled"]
    assert credit() == after
    assert checking.faults() == []


def test_every_command_of_the_tutorial_is_one_that_exists() -> None:
    from goodword import cli

    typed = re.findall(r"^\.venv/bin/goodword (.+)$", PAGE, flags=re.MULTILINE)
    assert len(typed) >= 5
    assert [line for line in typed if not any(line.startswith(name) for name in cli.COMMANDS)] == []
