"""After the fire: everything is settled, the tally agrees, the books hold, and all decided again comes to the same."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.installations import ROOT, goodword
from tests.soak import cards
from tests.soak.driving import Client
from tests.soak.noting import Limits, Log
from tests.soak.product import Killer, Product, product
from tests.soak.stories import Raw
from tests.soak.tally import CREDIT, POINTS, Key, Tally, tally

BOOKS = (
    'import django, os; os.environ["DJANGO_SETTINGS_MODULE"] = "goodword.config.settings"; django.setup()\n'
    "from tests.soak.books import main; main()"
)
LONG = 4 * 60 * 60  # seconds: deciding a hundred thousand events again takes a while


@dataclass
class Report:
    """What a soak came to: counts to read, faults that must not be."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"{number:>10,}  {name}" for name, number in sorted(self.counts.items())]
        return "\n".join([*lines, *(f"FAULT  {fault}" for fault in self.faults[:50]), f"{len(self.faults)} faults"])


def soak(
    folder: Path, *, database: str, operations: int, clients: int, seed: int, seconds: float,
    kills: int = 0, kill_every: tuple[float, float] = (4.0, 12.0),
) -> Report:  # fmt: skip
    """Run the product under fire and prove what it left.

    Args:
        operations: how many to send at least; stories that were begun are finished.
        seconds: begin no more stories after so long, whatever was reached.
        kills: how often to kill at least.
        kill_every: the shortest and the longest pause between two kills, in seconds.
    """
    log, report = Log(), Report()
    breadth = max(2, min(30, operations // clients // 40))
    with product(folder, database=database) as running:
        killer = Killer(running, seed=seed, every=kill_every, progress=log.answers)
        limits = Limits(operations, kills, time.monotonic() + seconds)
        began = time.monotonic()
        threads = [Client(running, log, limits, number=number, seed=seed, breadth=breadth) for number in range(clients)]
        for thread in (killer, *threads):
            thread.start()
        for thread in threads:
            thread.join()
        killer.stop()
        report.counts["seconds under fire"] = round(time.monotonic() - began)
        report.faults += log.faults
        _prove(running, log, report)
        report.counts += log.counts + running.counts
    return report


def _prove(running: Product, log: Log, report: Report) -> None:
    _wait_for_the_worker(running, log)
    told = dict(_told(running, log))
    with _reader(running) as readers:
        report.faults += cards.faults(log.drawer, readers["till"])
    report.counts += log.drawer.counts
    report.counts["cards compared"] = len(log.drawer.cards)
    running.stop_work()
    left = _counted(running)
    _count(report, left, log)
    _once_each(log, left, report)
    made = tally(log)
    _compare(made, told, _spent(log, told), left["balances"], report)
    _backtest(running, log, left, made, report)
    _decide_again(running, left, report)


def _wait_for_the_worker(running: Product, log: Log) -> None:
    """Wait until the worker has settled what was left to it: by then every story's events were settled at once."""
    unsettled = set(log.accepted)
    with _reader(running) as readers:
        deadline = time.monotonic() + 120
        while unsettled and time.monotonic() < deadline:
            sample = sorted(unsettled)[-20:]
            for source, name in sample:
                if readers[source].get(f"/events/external:{name}").json()["state"] == "settled":
                    unsettled.discard((source, name))
            if not unsettled & set(sample):
                return
            time.sleep(0.5)


class _reader:  # noqa: N801 - reads as a word
    """A caller for each source."""

    def __init__(self, running: Product) -> None:
        self.callers = {
            source: httpx.Client(base_url=f"{running.address}/api/v1", timeout=60,
                                 headers={"Authorization": f"Bearer {key}"})
            for source, key in running.keys.items()
        }  # fmt: skip

    def __enter__(self) -> dict[str, httpx.Client]:
        return self.callers

    def __exit__(self, *_: object) -> None:
        for caller in self.callers.values():
            caller.close()


def _told(running: Product, log: Log) -> Iterator[tuple[Key, list[Raw]]]:
    """Read the decisions of every event that paid with value of ours."""
    with _reader(running) as readers:
        for story, done in log.endings.items():
            source = log.sources[story]
            for each in done:
                for name in each.get("events", ()):
                    yield (source, name), readers[source].get(f"/events/external:{name}").json()["decisions"]


def _counted(running: Product) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_done([sys.executable, "-c", BOOKS], running).stdout)
    return found


def _done(command: list[str], running: Product) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command, cwd=ROOT, env=running.environment, capture_output=True, text=True, timeout=LONG, check=False
    )
    assert done.returncode in (0, 1), done.stderr[-4000:]
    return done


def _count(report: Report, left: dict[str, Any], log: Log) -> None:
    for name in ("events", "entries", "transfers", "rewards"):
        report.counts[f"{name} in the database"] = left[name]
    report.counts["customers"] = len(left["balances"])
    report.counts["contents turned down"] = len(log.turned_down)


def _once_each(log: Log, left: dict[str, Any], report: Report) -> None:
    """Every pair of source and id has one content and one effect; none that was accepted is lost."""
    if set(left["states"]) - {"settled", "refused"}:
        report.faults.append(f"not everything is settled: {left['states']}")
    if left["entries"] != left["keys of entries"] or left["rewards given twice"]:
        report.faults.append(f"something was given twice: {left['entries']} entries, {left['rewards given twice']}")
    for source, name, raw in log.turned_down:
        if log.accepted.get((source, name)) in (None, raw):
            report.faults.append(f"{source} {name} was turned down and nothing else was taken")
    accepted = {f"{source} {name}" for source, name in log.accepted}
    stored = Counter(left["outside"])
    if stored != Counter(accepted):
        report.faults.append(f"accepted and stored differ: {list((stored - Counter(accepted)) or accepted)[:5]}")


def _spent(log: Log, told: dict[Key, list[Raw]]) -> dict[Key, Counter[str]]:
    """Return what each customer paid with in all, by asset, as the answers say."""
    spent: dict[Key, Counter[str]] = defaultdict(Counter)
    for story, done in log.endings.items():
        for each in done:
            if each["did"] != "paid":
                continue
            source, asset = log.sources[story], POINTS if each["instrument"] == "points" else CREDIT
            for name in each["events"]:
                for decision in told[source, name]:
                    if decision["kind"] == "spent":
                        units = sum(units for _, units in decision["trace"]["takes"])
                        spent[source, each["contact"]][asset] += units
                    elif decision["kind"] == "restored":
                        spent[source, each["contact"]][asset] -= decision["trace"]["units"]
    return spent


def _compare(
    made: Tally, told: dict[Key, list[Raw]], spent: dict[Key, Counter[str]], held: dict[str, dict[str, int]],
    report: Report,
) -> None:  # fmt: skip
    """Hold what everybody has against the tally, to the unit; what somebody owes counts against it."""
    report.counts["tickets paid with value of ours"] = sum(
        any(decision["kind"] == "spent" for decision in decisions) for decisions in told.values()
    )
    for name, accounts in held.items():
        source, _, external_id = name.partition(" ")
        person = made.person((source, external_id))
        wanted = {asset: made.earned[person][asset] - spent.get(person, Counter())[asset] for asset in (POINTS, CREDIT)}
        found: Counter[str] = Counter()
        for account, units in accounts.items():
            found[account.split()[1]] += units
        if any(found[asset] != units for asset, units in wanted.items()) or set(found) - set(wanted):
            report.faults.append(f"{name} holds {dict(accounts)}, the tally says {wanted}")
    report.counts["customers compared"] = len(held)


def _backtest(running: Product, log: Log, left: dict[str, Any], made: Tally, report: Report) -> None:
    """The product's own backtest over the accepted events of all stories in which nobody ordered anything."""
    quiet = {name for name in log.sources if not log.endings.get(name)}
    history, awards = running.folder / "accepted.jsonl", running.folder / "awards.jsonl"
    with history.open("w") as file:
        for (source, name), raw in log.accepted.items():
            if name.partition("-")[0] in quiet:
                file.write(json.dumps({**raw, "source": source}) + "\n")
    goodword(
        "backtest", str(running.folder / "programme.yaml"), str(history), "--awards", str(awards), "--business",
        running.business, environment=running.environment,
    )  # fmt: skip
    given: dict[str, Counter[str]] = defaultdict(Counter)
    with awards.open() as file:
        for line in file:
            row = json.loads(line)
            sign = 1 if row["action"] == "grant" else -1
            given[row["holder"]][row["asset"]] += sign * row["units"]
    report.counts["stories backtested"] = len(quiet)
    for source, external_id in _customers(log, quiet):  # a row bears the name of its time: before a merge, the loser's
        person = made.person((source, external_id))
        if person != (source, external_id):
            given[person[1]] += given.pop(external_id, Counter())
    for source, external_id in {made.person(key) for key in _customers(log, quiet)}:
        found: Counter[str] = Counter()
        for account, units in left["balances"][f"{source} {external_id}"].items():
            found[account.split()[1]] += units
        wanted = given[external_id]
        if any(found[asset] != wanted[asset] for asset in (POINTS, CREDIT)):
            report.faults.append(f"{external_id} holds {dict(found)}, the backtest says {dict(wanted)}")


def _customers(log: Log, stories: set[str]) -> Iterator[Key]:
    for (source, name), raw in log.accepted.items():
        if raw["type"] == "contact.saved" and name.partition("-")[0] in stories:
            yield source, raw["data"]["contact"]["external_id"]


def _decide_again(running: Product, left: dict[str, Any], report: Report) -> None:
    """Let the product prove its books and decide every event once more, beside the installation."""
    done = _done([sys.executable, "-m", "goodword.cli", "books", "check", "--redecide"], running)
    told = re.search(r"([\d,]+) events decided again, ([\d,]+) decisions", done.stdout)
    events, decisions = (int(number.replace(",", "")) for number in told.groups()) if told else (0, 0)
    report.counts["events decided again"], report.counts["decisions compared"] = events, decisions
    if done.returncode or not done.stdout.endswith("the books hold\n"):
        report.faults.append(f"books check --redecide: {done.stdout}{done.stderr}")
    if events != left["to be decided again"]:
        report.faults.append(f"{events} events were decided again, not {left['to be decided again']}")
