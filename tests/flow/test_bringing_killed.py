"""kill -9 of whoever brings a table in, at any point: run again, nothing is doubled and nothing is lost."""

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

from tests.flow.test_crash import ROOT, SETTINGS, run
from tests.installations import goodword, installation

READ = (
    SETTINGS
    + """
import json
from django.db.models import Sum
from goodword.flow.bringing_sheet import reconciliation
from goodword.inbox.models import Event, Import
from goodword.ledger.models import Entry
from goodword.people.models import Contact
from goodword.work.models import Ticket
imports = {}
for each in Import.objects.order_by("pk"):
    sheet = reconciliation(each)
    imports[each.kind] = [each.state, sheet.rows, sheet.stored, sheet.refused, sheet.known, sheet.money_in,
                          sheet.money_booked, sheet.points_in, sheet.points_booked, sheet.unsettled]
print(json.dumps({
    "imports": imports, "count": Import.objects.count(), "tickets": Ticket.objects.exclude(state="void").count(),
    "gross": Ticket.objects.exclude(state="void").aggregate(n=Sum("gross"))["n"],
    "people": Contact.objects.filter(withdrawn_at=None).count(),
    "entries": Entry.objects.count(), "events": Event.objects.filter(batch__isnull=False).count(),
}))
"""
)
MANY = 4_000


def tables(folder: Path) -> tuple[str, str, str]:
    """Write customers, two lines of a receipt for each of them, and a balance for some."""
    people = ["Customer ID,Name,Phone"] + [f"C{n},Name {n},+1303555{n:04}" for n in range(MANY // 10)]
    sales = ["Receipt,Date,Customer ID,Description,Amount,Tax"]
    sales += [f"R{n},2026-0{n % 9 + 1}-11,C{n % (MANY // 10)},Mowing,{n % 97}.00,1.00" for n in range(MANY)]
    sales += ["R7,2026-01-01,C7,Mowing,not money,1.00"]
    balances = ["Customer ID,Points"] + [f"C{n},{n + 1}" for n in range(MANY // 10)]
    paths = []
    for name, lines in (("people", people), ("sales", sales), ("balances", balances)):
        path = folder / f"{name}.csv"
        path.write_text("\n".join(lines) + "\n")
        paths.append(str(path))
    return paths[0], paths[1], paths[2]


def so_far(environment: dict[str, str], state: str, rows: int) -> bool:
    """Say whether an import has come so far, as a stranger to the program sees it."""
    asked = f"SELECT count(*) FROM inbox_import WHERE state = '{state}' AND NOT sorting AND done_rows >= {rows}"
    if "GOODWORD_DATABASE_URL" not in environment:
        with closing(sqlite3.connect(Path(environment["GOODWORD_DATA"]) / "goodword.sqlite3")) as file:
            return bool(file.execute(asked).fetchone()[0])
    import psycopg

    with psycopg.connect(environment["GOODWORD_DATABASE_URL"]) as server:
        row = server.execute(asked).fetchone()
        return row is not None and bool(row[0])


def killed(command: list[str], environment: dict[str, str], *, state: str, rows: int, chance: random.Random) -> None:
    """Start a command and kill it with SIGKILL when the import is so far; it must have been at work."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    while process.poll() is None and not so_far(environment, state, rows):
        time.sleep(0.01)
    time.sleep(chance.uniform(0.0, 0.05))
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def cli(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "goodword.cli", *arguments]


@pytest.mark.requirement("R135")
def test_an_import_killed_at_every_step_and_run_again_brings_everything_once(
    database_vendor: str, tmp_path: Path
) -> None:
    chance = random.Random(4)
    with installation(database_vendor, tmp_path / "data") as environment:
        opened = ("init", "--name", "Fern", "--currency", "USD", "--timezone", "America/Denver", "--country", "US")
        goodword(*opened, "--language", "en", "--json", environment=environment)
        people, sales, balances = tables(tmp_path)
        goodword("import", "customers", people, environment=environment)
        bring = cli("import", "receipts", sales)
        killed(bring, environment, state="recording", rows=1_000, chance=chance)
        killed(bring, environment, state="recording", rows=2_500, chance=chance)
        killed(bring, environment, state="settling", rows=1_000, chance=chance)
        told = goodword("import", "receipts", sales, environment=environment, code=1)
        assert "goes on" in told
        goodword("import", "balances", balances, environment=environment)
        found: dict[str, Any] = json.loads(run(READ, environment=environment))
        gross = sum(n % 97 * 100 + 100 for n in range(MANY)) - 700 - 100
        points = sum(range(1, MANY // 10 + 1))
        assert found["imports"] == {
            "customers": ["done", MANY // 10, MANY // 10, 0, 0, 0, 0, 0, 0, 0],
            "receipts": ["done", MANY + 1, MANY - 1, 2, 0, gross, gross, 0, 0, 0],
            "balances": ["done", MANY // 10, MANY // 10, 0, 0, 0, 0, points, points, 0],
        }
        assert (found["count"], found["tickets"], found["gross"]) == (3, MANY - 1, gross)
        assert found["events"] == MANY // 10 * 2 + MANY - 1
        assert goodword("books", "check", environment=environment) == "the books hold\n"

        take_back = cli("import", "undo", "2", "--yes")
        killed(take_back, environment, state="undoing", rows=1_000, chance=chance)
        goodword("import", "undo", "2", "--yes", environment=environment)
        goodword("import", "undo", "3", "--yes", environment=environment)
        goodword("import", "undo", "1", "--yes", environment=environment)
        found = json.loads(run(READ, environment=environment))
        assert {name: row[0] for name, row in found["imports"].items()} == dict.fromkeys(found["imports"], "undone")
        assert (found["tickets"], found["people"]) == (0, 0)
        assert {name: (row[6], row[8]) for name, row in found["imports"].items()} == dict.fromkeys(
            found["imports"], (0, 0)
        )
        assert goodword("books", "check", environment=environment) == "the books hold\n"
