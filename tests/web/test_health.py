"""Alive and ready, for those who watch: the truth, without a key and without data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from goodword.business.models import Heartbeat
from goodword.web import health


def test_alive_looks_at_nothing(django_db_blocker: Any) -> None:
    with django_db_blocker.block():
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
    assert "no-store" in answer["Cache-Control"]


def test_ready_when_the_worker_was_just_seen(db: None) -> None:
    Heartbeat.objects.create(name="worker", seen_at=datetime.now(UTC))
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "checks": {"database": "ok", "migrations": "ok", "worker": "ok"}}


def test_not_ready_without_a_worker_or_with_one_that_went_silent(db: None) -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {
        "database": "ok",
        "migrations": "ok",
        "worker": "was never seen; run goodword work",
    }
    Heartbeat.objects.create(name="worker", seen_at=datetime.now(UTC) - timedelta(minutes=10))
    assert Client().get("/readyz").json()["checks"]["worker"].startswith("last seen 60")


def test_not_ready_with_a_migration_that_waits(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: [("x", False)])
    assert Client().get("/readyz").json()["checks"]["migrations"].startswith("1 not applied")


def test_not_ready_when_the_database_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    class Silent:
        def cursor(self) -> None:
            raise OperationalError("gone")

    monkeypatch.setattr(health, "connection", Silent())
    assert health.database() == "does not answer"


def test_watching_is_reading(db: None) -> None:
    assert Client().post("/healthz").status_code == 405
    assert Client().post("/readyz").status_code == 405
