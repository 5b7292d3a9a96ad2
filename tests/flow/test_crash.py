"""kill -9, again and again, of whoever records and whoever settles: nothing is lost, nothing is doubled."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bench.workload import PROGRAMME, events
from tests.engine.test_history_properties import backtest
from tests.installations import installation

ROOT = Path(__file__).resolve().parent.parent.parent
SETTINGS = 'import django, os; os.environ["DJANGO_SETTINGS_MODULE"] = "goodword.config.settings"; django.setup()\n'
OPEN = (
    SETTINGS
    + """
import sys
from datetime import UTC, datetime
from django.core.management import call_command
call_command("migrate", verbosity=0)
from goodword.flow.opening import open_business
from tests.publishing import publish
now = datetime(2026, 1, 2, tzinfo=UTC)
opened = open_business(name="Fern", currency="USD", timezone="America/Denver", country="US", language="en", now=now)
publish(business=opened.business, text=open(sys.argv[1]).read(), actor="test", now=now)
"""
)
# What a web process does with POST /events?settle=now, over and over: small batches, the whole history, told again.
SEND = (
    SETTINGS
    + """
import sys, json
from datetime import UTC, datetime
from goodword.business.models import Business
from goodword.flow.record import record
from goodword.flow.settle import settle
business, now = Business.objects.get(), datetime(2026, 11, 20, tzinfo=UTC)
raws = [json.loads(line) for line in open(sys.argv[1])]
for start in range(0, len(raws), 20):
    told = record(business=business, source="till", raws=raws[start:start + 20], now=now)
    assert {one.status for one in told} <= {"recorded", "duplicate"}
    if len(sys.argv) > 2:
        settle(business=business, now=now, events=[one.event for one in told])
"""
)
READ = (
    SETTINGS
    + """
import json
from collections import Counter
from goodword.inbox.models import Event, Decision
from goodword.ledger.models import Entry
from goodword.rewards.models import Reward
print(json.dumps({
    "states": Counter(Event.objects.values_list("state", flat=True)),
    "entries": Entry.objects.count(), "keys": Entry.objects.values("key").distinct().count(),
    "rewards": Reward.objects.count(),
    "awards": [[d.kind, d.event.external_id, d.rule, *(d.trace[k] for k in ("holder", "units", "nth", "available_at"))]
               for d in Decision.objects.filter(kind__in=["granted", "reversed"]).select_related("event")],
}))
"""
)


def run(code: str, *arguments: str, environment: dict[str, str]) -> str:
    """Run a program to its end and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, env=environment, timeout=240, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def settled(environment: dict[str, str]) -> int:
    """Count what is settled, as a stranger to the program sees it."""
    counted = "SELECT count(*) FROM inbox_event WHERE state = 'settled'"
    if "GOODWORD_DATABASE_URL" not in environment:
        with closing(sqlite3.connect(Path(environment["GOODWORD_DATA"]) / "goodword.sqlite3")) as file:
            return int(file.execute(counted).fetchone()[0])
    import psycopg

    with psycopg.connect(environment["GOODWORD_DATABASE_URL"]) as server:
        row = server.execute(counted).fetchone()
        assert row is not None
        return int(row[0])


def killed_at_work(command: list[str], chance: random.Random, environment: dict[str, str]) -> bool:
    """Start a program and kill it with SIGKILL when it has settled something; say whether it was still at work."""
    before = settled(environment)
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while process.poll() is None and settled(environment) == before:
        time.sleep(0.01)
    time.sleep(chance.uniform(0.0, 0.15))
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def wanted(history: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    rows = [award for _, award in backtest(PROGRAMME, history).rows]
    kinds = {"grant": "granted", "reverse": "reversed"}
    return [(kinds[a.action], a.event, a.rule, a.holder, a.units, a.nth, a.available_at.isoformat()) for a in rows]


def comparable(rows: list[Any]) -> list[str]:
    return sorted(str(tuple(row)).replace("Z'", "+00:00'") for row in rows)


def start_of(folder: Path, history: list[dict[str, Any]], environment: dict[str, str]) -> str:
    """Open the business and write the history down; return its path."""
    (folder / "programme.yaml").write_text(PROGRAMME)
    (folder / "events.jsonl").write_text("".join(json.dumps(raw) + "\n" for raw in history))
    run(OPEN, str(folder / "programme.yaml"), environment=environment)
    return str(folder / "events.jsonl")


def prove(history: list[dict[str, Any]], environment: dict[str, str]) -> None:
    """See that everything is settled once, gives what the backtest gives, and that the books hold."""
    found = json.loads(run(READ, environment=environment))
    assert found["states"] == {"settled": len(history)}
    assert comparable(found["awards"]) == comparable(wanted(history))
    assert found["entries"] == found["keys"] >= found["rewards"] > 50
    proof = [sys.executable, "-m", "goodword.cli", "books", "check"]
    told = subprocess.run(proof, cwd=ROOT, env=environment, timeout=120, capture_output=True, text=True)
    assert (told.returncode, told.stdout) == (0, "the books hold\n")


def test_a_worker_killed_at_random_settles_everything_once(database_vendor: str, tmp_path: Path) -> None:
    history = events(4_000)
    chance = random.Random(11)
    with installation(database_vendor, tmp_path) as environment:
        path = start_of(tmp_path, history, environment)
        run(SEND, path, environment=environment)
        worker = [sys.executable, "-m", "goodword.cli", "work", "--once"]
        kills = [killed_at_work(worker, chance, environment) for _ in range(3)]
        assert any(kills)
        subprocess.run(worker, cwd=ROOT, env=environment, check=True, timeout=240, stderr=subprocess.DEVNULL)
        prove(history, environment)


def test_a_sender_killed_at_random_and_sent_again_settles_everything_once(database_vendor: str, tmp_path: Path) -> None:
    history = events(2_500, seed=3)  # more than a quick machine settles before the third kill
    chance = random.Random(5)
    with installation(database_vendor, tmp_path) as environment:
        path = start_of(tmp_path, history, environment)
        sender = [sys.executable, "-c", SEND, path, "settle"]
        kills = [killed_at_work(sender, chance, environment) for _ in range(3)]
        assert all(kills)
        assert 0 < settled(environment) < len(history)
        run(SEND, path, "settle", environment=environment)  # repeats answer as before; what was lost is told again
        worker = [sys.executable, "-m", "goodword.cli", "work", "--once"]
        subprocess.run(worker, cwd=ROOT, env=environment, check=True, timeout=240, stderr=subprocess.DEVNULL)
        prove(history, environment)


@pytest.mark.postgres
def test_two_workers_killed_in_turns_settle_everything_once(database_vendor: str, tmp_path: Path) -> None:
    history = events(2_000, seed=9)
    chance = random.Random(2)
    with installation(database_vendor, tmp_path) as environment:
        path = start_of(tmp_path, history, environment)
        run(SEND, path, environment=environment)
        command = [sys.executable, "-m", "goodword.cli", "work", "--once"]
        beside = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        for _ in range(2):
            killed_at_work(command, chance, environment)
        beside.kill()
        beside.wait()
        subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=240, stderr=subprocess.DEVNULL)
        prove(history, environment)
