"""Two workers, and a worker that is killed: every message leaves, none twice but the one that was in hand."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection

from goodword.flow import deliver as delivering
from goodword.flow.deliver import deliver
from goodword.outbox.channels.kind import Outcome
from goodword.outbox.models import Message
from tests.flow.messaging_cast import NOW, contact, job, open_up, say

ROOT = Path(__file__).resolve().parent.parent.parent
PEOPLE = 24


def waiting(name: str = "Fern") -> None:
    business = open_up(name)
    say(business, *[contact(f"P{n} Person", phone=f"+13035550{n:03}") for n in range(PEOPLE)])
    say(business, *[job(f"J{n}", "completed", who=f"p{n}") for n in range(PEOPLE)])


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_message_once(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting()
    handed: Counter[str] = Counter()

    def slow(message: Message, **_: object) -> Outcome:
        handed[message.public_id] += 1
        time.sleep(0.002)
        return "sent"

    monkeypatch.setitem(delivering.CHANNELS, "sms", slow)
    faults: list[BaseException] = []

    def worker() -> None:
        try:
            while deliver(now=NOW, limit=3):
                pass
        except BaseException as fault:  # noqa: BLE001 - told to the test below
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    while deliver(now=NOW, limit=50):  # what a thread left when it saw nothing free
        pass
    assert faults == []
    assert len(handed) == PEOPLE
    assert set(handed.values()) == {1}
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


SEED = """
import django, os
os.environ["DJANGO_SETTINGS_MODULE"] = "goodword.config.settings"
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from datetime import timedelta
from django.utils import timezone
from goodword.business.models import Setting
from goodword.flow.opening import open_business
from goodword.flow.publish import publish
from goodword.flow.record import record
from tests.flow.messaging_cast import PROGRAMME, contact, job, score
now = timezone.now() - timedelta(minutes=5)
business = open_business(name="Fern", currency="USD", timezone="UTC", country="US", language="en", now=now).business
Setting.objects.create(business=business, key="quiet_from", value="08:00", since=now)
publish(business=business, text=PROGRAMME, actor="test", now=now)
raws = []
for n in range(120):
    raws += [contact(f"P{n} Person", phone=f"+13035550{n:03}", at=now),
             contact(f"F{n} Friend", phone=f"+13035551{n:03}", referred_by={"contact": f"p{n}"}, at=now),
             job(f"J{n}", "completed", who=f"p{n}", at=now), score(f"J{n}", 5, who=f"p{n}", at=now),
             job(f"K{n}", "invoiced", who=f"f{n}", at=now)]
told = record(business=business, source="crm", raws=raws, now=now)
assert all(each.status == "recorded" for each in told)
"""


def test_a_worker_killed_again_and_again_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("GOODWORD_", "DJANGO_"))}
    environment = {**plain, "GOODWORD_DATA": str(tmp_path), "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", SEED], cwd=ROOT, env=environment, check=True, timeout=120)
    command = [sys.executable, "-m", "goodword.cli", "work", "--once"]
    killed = 0
    for life in (0.9, 1.1, 1.3, 1.5, 1.8):
        worker = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        try:
            worker.wait(timeout=life)
        except subprocess.TimeoutExpired:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            killed += 1
    assert killed >= 1
    database = sqlite3.connect(tmp_path / "goodword.sqlite3")
    database.execute("UPDATE outbox_message SET due_at = datetime('now', '-1 minute') WHERE state = 'queued'")
    database.commit()  # what a dead worker had claimed waits ten minutes; the test does not
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120, stderr=subprocess.DEVNULL)
    count = dict(database.execute("SELECT template, count(*) FROM outbox_message GROUP BY template"))
    assert count["referral_invitation"] == count["friend_welcome"] == count["reward_issued"] == 120
    assert count["reward_promised"] == 120
    assert {state for (state,) in database.execute("SELECT DISTINCT state FROM inbox_event")} == {"settled"}
    assert dict(database.execute("SELECT rule, count(*) FROM rewards_reward GROUP BY rule")) == {
        "booked": 120, "treat": 120, "welcome": 120,
    }  # fmt: skip
    proof = [sys.executable, "-m", "goodword.cli", "books", "check"]
    assert subprocess.run(proof, cwd=ROOT, env=environment, timeout=120).returncode == 0
