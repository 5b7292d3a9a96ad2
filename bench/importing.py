"""A table of receipts brought in by ``goodword import``: seconds and rows of every step, and the most memory it took.

The command runs as a process of its own, as one types it. Beside it the import's row is read a few times a second,
which tells when a step begins, and the kernel how much memory the process has had at most by then (``VmHWM``). Beside
the seconds of the clock stand those of a processor, which do not hang on what else the machine does.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from bench.database import opened
from bench.workload import NOW, PROGRAMME, SERVICES, START

HEADERS = ("Receipt number", "Date", "Customer ID", "Description", "Quantity", "Unit price", "Tax")
LINES_OF_TEN = (1, 1, 1, 1, 1, 1, 1, 2, 2, 3)  # how many lines ten receipts have
EVERY = 0.2  # seconds between two looks


class Step(NamedTuple):
    """One step of an import: of how many rows or events it is, the seconds of the clock and of a processor when it
    began, and the memory at most by its end."""

    name: str
    total: int
    began: float
    cpu: float
    megabytes: float


def table(path: Path, receipts: int, *, seed: int = 7) -> int:
    """Write a table of so many receipts, a twentieth as many customers, lines of one receipt apart; return its rows.

    Receipts are not in the order of time, and the second and third line of one stand behind the next one's first.
    """
    chance = random.Random(seed)
    rows = 0
    with path.open("w", newline="", encoding="utf-8") as stream:
        write = csv.writer(stream)
        write.writerow(HEADERS)
        late: list[tuple[object, ...]] = []
        for number in range(receipts):
            first, *others = _lines(number, max(receipts // 20, 1), chance)
            write.writerow(first)
            write.writerows(late)
            late = others
            rows += 1 + len(others)
        write.writerows(late)
    return rows


def _lines(number: int, customers: int, chance: random.Random) -> Iterator[tuple[object, ...]]:
    day = START + timedelta(days=chance.randrange(300))
    customer = f"C{chance.randrange(customers)}"
    for _ in range(chance.choice(LINES_OF_TEN)):
        price = chance.randrange(2_000, 20_000)
        yield (
            f"R{number}", day.date().isoformat(), customer, chance.choice(SERVICES), 1, f"{price / 100:.2f}",
            f"{price // 12 / 100:.2f}",
        )  # fmt: skip


def brought(path: Path, *options: str) -> tuple[list[Step], dict[str, Any], float]:
    """Run ``goodword import receipts`` on a table; return its steps, what it said and the megabytes it took at most."""
    from django.db import connection

    from goodword.inbox.models import Import

    command = [sys.executable, "-m", "goodword.cli", "import", "receipts", str(path), "--json", *options]
    began = time.perf_counter()
    running = subprocess.Popen(command, stdout=subprocess.PIPE)
    steps: list[Step] = []
    while True:
        told = Import.objects.order_by("-pk").values_list("state", "sorting", "total_rows").first()
        connection.close()
        now, cpu, most = time.perf_counter() - began, _cpu(running.pid), _most(running.pid)
        if told is not None and most:
            state, sorting, total = told
            name = "sorting" if sorting else state
            if not steps or steps[-1].name != name:
                steps.append(Step(name, total, now, cpu, most))
            steps[-1] = steps[-1]._replace(total=total, megabytes=most)
        ended, status, used = os.wait4(running.pid, os.WNOHANG)
        if ended:
            break
        time.sleep(EVERY)
    assert running.stdout is not None
    said = json.loads(running.stdout.read() or b"{}")
    if os.waitstatus_to_exitcode(status) or not said.get("holds"):
        raise SystemExit(f"the import failed: {said}")
    steps.append(Step("over", 0, time.perf_counter() - began, used.ru_utime + used.ru_stime, 0))
    return steps, said, used.ru_maxrss / 1024


def _most(pid: int) -> float:
    """Return the megabytes a process has had at most, 0 when it is gone."""
    try:
        told = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except FileNotFoundError:
        return 0
    return next((int(line.split()[1]) / 1024 for line in told.splitlines() if line.startswith("VmHWM")), 0)


def _cpu(pid: int) -> float:
    """Return the seconds of a processor that a process has had; when it is gone, 0."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except FileNotFoundError:
        return 0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def main(arguments: list[str]) -> None:
    """Bring tables of these many receipts in, each into a database of its own, and say how it went."""
    parser = argparse.ArgumentParser(prog="python -m bench.importing", description=__doc__)
    parser.add_argument("vendor", choices=("sqlite", "postgresql"))
    parser.add_argument("receipts", type=int, nargs="?", default=10_000)
    parser.add_argument("--dry-run", action="store_true")
    told = parser.parse_args(arguments)
    with opened(told.vendor), tempfile.TemporaryDirectory(prefix="goodword-table-") as folder:
        from goodword.flow.opening import open_business
        from goodword.flow.publish import publish

        made = open_business(
            name="Fern", currency="USD", timezone="America/Denver", country="US", language="en", now=NOW
        ).business  # fmt: skip
        publish(business=made, text=PROGRAMME, actor="bench", now=NOW)
        path = Path(folder) / "receipts.csv"
        rows = table(path, told.receipts)
        print(f"  {told.receipts:,} receipts, {rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB", flush=True)
        steps, _, most = brought(path, *(["--dry-run"] if told.dry_run else []))
        print(f"  {'':<12} {'seconds':>8} {'of CPU':>8} {'per CPU second':>15} {'MB at most by its end':>22}")
        for step, after in pairwise(steps):
            if step.name == "done":  # only its sheet is printed still
                continue
            _line(step.name, after.began - step.began, after.cpu - step.cpu, step.total, step.megabytes)
        _line("all, in rows", steps[-1].began, steps[-1].cpu, rows, most)


def _line(name: str, seconds: float, cpu: float, count: int, megabytes: float) -> None:
    print(
        f"  {name:<12} {seconds:>8,.1f} {cpu:>8,.1f} {count / max(cpu, 0.01):>15,.0f} {megabytes:>22,.0f}", flush=True
    )


if __name__ == "__main__":
    main(sys.argv[1:])
