"""The worker's loop: everything that is due is done, a fault in one business spares the others, a stop is graceful."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError

from goodword.business.models import Business, Heartbeat
from goodword.flow.record import record
from goodword.inbox.models import Event
from goodword.outbox.models import Message
from goodword.rewards.models import Reward
from goodword.worker import working
from goodword.worker.working import work
from tests.flow.messaging_cast import NOW, ann, contact, job, open_up, say

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(autouse=True)
def _open_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop closes its connection when it ends; a test's own must stay."""
    monkeypatch.setattr(working.connection, "close", lambda: None)


def heard(business: Business, *raws: dict[str, object], now: datetime = NOW) -> None:
    told = record(business=business, source="crm", raws=list(raws), now=now)
    assert [each.status for each in told] == ["recorded"] * len(raws)


def once(now: datetime, **more: object) -> int:
    return work(stopping=threading.Event(), once=True, now=lambda: now, **more)  # type: ignore[arg-type]


def test_one_run_settles_sends_and_keeps_time_for_every_business() -> None:
    business, other = open_up(), open_up("Moss Movers")
    ann(business)
    say(business, contact("Bob Birch", phone="+13035550102", referred_by={"contact": "ann"}))
    heard(business, job("J2", "paid", who="bob"))
    heard(other, contact("Cy Crane", phone="+13035550103"), job("J1", "completed", who="cy"))
    assert once(NOW + DAY) > 0
    assert not Event.objects.filter(state="recorded").exists()
    assert Message.objects.get(business=other).state == "local"
    assert Reward.objects.get(rule="paid").status == "issued"
    assert once(NOW + DAY) == 0


def test_a_sign_of_life_is_given_and_renewed() -> None:
    once(NOW, name="worker@test")
    once(NOW + HOUR, name="worker@test")
    beat = Heartbeat.objects.get()
    assert (beat.name, beat.seen_at, beat.note) == ("worker@test", NOW + HOUR, f"pid {os.getpid()}")


def test_a_fault_in_one_business_spares_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, sound = open_up("Broken"), open_up("Sound")
    heard(broken, contact("Ann Archer"))
    heard(sound, contact("Bob Birch"))
    settle = working.settle

    def settle_or_fail(*, business: Business, now: datetime, limit: int) -> int:
        if business.pk == broken.pk:
            raise RuntimeError("a mistake of the program")
        return settle(business=business, now=now, limit=limit)

    monkeypatch.setattr(working, "settle", settle_or_fail)
    assert once(NOW) == 1
    assert Event.objects.get(business=broken, source="crm").state == "recorded"
    assert Event.objects.get(business=sound, source="crm").state == "settled"


def test_a_database_that_fails_is_tried_again_and_the_loop_lives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    business = open_up()
    heard(business, contact("Ann Archer"))
    stopping = threading.Event()
    fails = [OperationalError("gone"), OperationalError("gone still")]
    settle = working.settle

    def settle_late(**more: object) -> int:
        if fails:
            raise fails.pop()
        stopping.set()
        return settle(**more)  # type: ignore[arg-type]

    monkeypatch.setattr(working, "settle", settle_late)
    monkeypatch.setattr(working, "FAULT_PAUSES", (0.0,))
    assert work(stopping=stopping, now=lambda: NOW) == 1
    assert fails == []
    assert Event.objects.get(source="crm").state == "settled"


def test_once_it_is_told_to_stop_it_begins_nothing_new(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = open_up("First"), open_up("Second")
    for business in (first, second):
        heard(business, contact("Ann Archer", phone="+13035550101"), job("J1", "completed", who="ann"))
    stopping = threading.Event()
    settle = working.settle

    def settle_then_stop(**more: object) -> int:
        stopping.set()
        return settle(**more)  # type: ignore[arg-type]

    monkeypatch.setattr(working, "settle", settle_then_stop)
    assert work(stopping=stopping, now=lambda: NOW) == 2
    assert set(Event.objects.filter(business=first, source="crm").values_list("state", flat=True)) == {"settled"}
    assert set(Event.objects.filter(business=second, source="crm").values_list("state", flat=True)) == {"recorded"}
    assert Message.objects.get().state == "queued"


# --- as a process of its own ----------------------------------------------------------------------------------------


def run(folder: Path, *arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "goodword.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, env=own(folder), capture_output=True, text=True, timeout=120, **more)  # type: ignore[call-overload,no-any-return]


def own(folder: Path) -> dict[str, str]:
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("GOODWORD_", "DJANGO_"))}
    return {**plain, "GOODWORD_DATA": str(folder)}


FERN = ("--name", "Fern Lawn Care", "--currency", "USD", "--timezone", "America/Denver", "--country", "US")


def test_init_prints_one_object_whose_credentials_work_and_the_worker_stops_when_asked(tmp_path: Path) -> None:
    import json
    import sqlite3

    made = run(tmp_path, "init", *FERN, "--json")
    assert (made.returncode, made.stderr) == (0, "")
    told = json.loads(made.stdout)
    assert set(told) == {"business", "owner_email", "owner_password", "api_key"}
    assert (told["business"], told["owner_email"]) == ("fern-lawn-care", "owner@fern-lawn-care.example")
    assert told["api_key"].startswith("gw_")
    listed = run(tmp_path, "keys", "--business", "fern-lawn-care")
    assert told["api_key"] not in listed.stdout
    assert told["api_key"][:9] in listed.stdout

    worker = subprocess.Popen([sys.executable, "-m", "goodword.cli", "work"], cwd=ROOT, env=own(tmp_path), stderr=-1)
    try:
        database = sqlite3.connect(tmp_path / "goodword.sqlite3")
        for _ in range(300):
            if database.execute("SELECT count(*) FROM business_heartbeat").fetchone()[0]:
                break
            time.sleep(0.1)
        assert database.execute("SELECT note FROM business_heartbeat").fetchone() == (f"pid {worker.pid}",)
        database.close()
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate(timeout=15)
    finally:
        worker.kill()
    assert worker.returncode == 0
    assert b"Traceback" not in said


def test_init_refuses_what_cannot_be_meant_in_one_line(tmp_path: Path) -> None:
    refused = run(tmp_path, "init", *FERN[:2], "--currency", "USX", *FERN[4:])
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "goodword: “USX” is no ISO 4217 currency; write it like USD\n"


def test_a_worker_is_not_started_on_a_database_that_is_not_set_up(tmp_path: Path) -> None:
    refused = run(tmp_path, "work", "--once")
    assert refused.returncode == 1
    assert "goodword django migrate" in refused.stderr
