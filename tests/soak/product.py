"""The product as it is run for real: web, worker and database as processes of their own, killed and started again."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.installations import ROOT, goodword
from tests.postgres import Server

SOURCES = ("till", "crm", "web", "van")
PROGRAMME = """
format: 1
id: soak
name: Soak
currency: USD
starts: 2026-01-01
friends: new
shortfall: owe
rules:
  - {id: welcome, when: referral.attributed, to: friend, give: points, amount: 200, hold: 0h}
  - {id: booked, when: referral.booked, to: referrer, give: service_credit, amount: 10.00}
  - {id: scored, when: referral.completed, to: referrer, give: service_credit, amount: 3.00, if: {min_score: 4}}
  - {id: paid, when: referral.paid, to: referrer, give: service_credit, amount: 35.00, hold: 24h}
  - {id: points, when: ticket.closed, to: customer, give: points, amount: {per_unit: 2}}
  - {id: retail, when: ticket.closed, to: customer, give: service_credit, amount: {percent: 5}, hold: 0h,
     if: {kinds: [retail]}}
  - {id: online, when: appointment.online, to: customer, give: points, amount: 50}
  - {id: kept, when: product.reserved, to: customer, give: points, amount: 70}
"""
ANSWERS = 5  # between two kills
# What a server of somebody who keeps books has: a transaction that was answered is on the disk.
DURABLE = "synchronous_commit = on\nmax_connections = 100\n"


class Product:
    """One installation: its processes, its address, its keys, and what was done to it."""

    def __init__(self, folder: Path, *, database: str) -> None:
        self.vendor, self.folder = database, folder
        self.counts: Counter[str] = Counter()
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("GOODWORD_", "DJANGO_"))}
        self.environment = {
            **plain, "GOODWORD_DATA": str(folder / "data"), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1",
            "GOODWORD_API_REQUESTS_PER_MINUTE": "1000000",
        }  # fmt: skip
        self.server: Server | None = None
        if database == "postgres":
            self._cluster = tempfile.TemporaryDirectory(prefix="goodword-soak-")
            self.server = Server(Path(self._cluster.name), settings=DURABLE)
            self.environment["GOODWORD_DATABASE_URL"] = self.server.url
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self.keys = self._opened()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()

    def _opened(self) -> dict[str, str]:
        """Open the business, publish the programme and make a key for each source."""
        told = goodword(
            "init", "--name", "Fern Lawn Care", "--currency", "USD", "--timezone", "America/Denver", "--country", "US",
            "--json", environment=self.environment,
        )  # fmt: skip
        self.business = json.loads(told)["business"]
        path = self.folder / "programme.yaml"
        path.write_text(PROGRAMME)
        goodword("programme", "publish", str(path), environment=self.environment)
        return {
            source: goodword(
                "keys", "--business", self.business, "--make", source, "--source", source, environment=self.environment
            ).strip()
            for source in SOURCES
        }

    def start(self) -> None:
        """Start web and worker and wait until the first answer."""
        for name in ("web", "worker"):
            self._start(name)
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        """Wait for the first answer of the web; a minute is too long."""
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.address}/healthz", timeout=5).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            self.start_again()
            time.sleep(0.1)
        raise AssertionError("the web does not answer:\n" + self.log()[-3000:])

    def _start(self, name: str) -> None:
        command = {"web": ["serve", "--no-worker", "--bind", f"127.0.0.1:{self.port}"], "worker": ["work"]}[name]
        with (self.folder / f"{name}.log").open("a") as stream:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", "goodword.cli", *command],
                cwd=ROOT, env=self.environment, stdout=stream, stderr=stream, start_new_session=True,
            )  # fmt: skip

    def start_again(self) -> None:
        """Start what ended by itself, as a service manager would: it may have met a database that was down."""
        with self._lock:
            self._again_if_ended()

    def _again_if_ended(self) -> None:
        for name, process in list(self._processes.items()):
            if process.poll() is not None:
                self.counts[f"{name} ended by itself"] += 1
                self._start(name)

    def kills(self) -> int:
        """Return how often something was killed so far."""
        return sum(number for name, number in dict(self.counts).items() if name.startswith("kills of "))

    def kill(self, chance: random.Random) -> None:
        """Kill -9 a process of the product, or crash the database, and start it again."""
        with self._lock:
            self._again_if_ended()
            targets = ["web", "web", "worker", "worker", "child"] + (["database", "database"] if self.server else [])
            target = chance.choice(targets)
            self.counts[f"kills of {target}"] += 1
            if target == "database":
                assert self.server is not None
                self.server.crash()
                time.sleep(chance.uniform(0.0, 0.5))
                self.server.start()
            elif target == "child":
                for pid in _children(self._processes["web"].pid)[:1]:
                    os.kill(pid, signal.SIGKILL)  # the web starts it again by itself
            else:
                self._end(target)
                time.sleep(chance.uniform(0.0, 0.5))
                self._start(target)

    def _end(self, name: str) -> None:
        process = self._processes[name]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop_work(self) -> None:
        """End web and worker; the database stays."""
        for name in list(self._processes):
            if self._processes[name].poll() is None:
                self._end(name)

    def close(self) -> None:
        """End everything."""
        self.stop_work()
        if self.server is not None:
            self.server.stop()
            self._cluster.cleanup()

    def log(self) -> str:
        """Return what web and worker said."""
        return "".join((self.folder / f"{name}.log").read_text() for name in ("web", "worker"))


def _children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:  # another system, or it has ended meanwhile
        return []
    return [int(each) for each in text.split()]


@contextmanager
def product(folder: Path, *, database: str) -> Iterator[Product]:
    """Give a product that runs; end all of it."""
    made = Product(folder, database=database)
    try:
        made.start()
        yield made
    finally:
        made.close()


class Killer(threading.Thread):
    """Kills at random until told to stop, but only what has done something since: a slow machine gets its turn too.

    Args:
        every: the shortest and the longest pause between two kills, in seconds.
        progress: says how much was answered so far.
    """

    def __init__(self, product: Product, *, seed: int, every: tuple[float, float], progress: Callable[[], int]) -> None:
        super().__init__(name="killer", daemon=True)
        self._product, self._every, self._progress = product, every, progress
        self._chance, self._stopping = random.Random(f"{seed} killer"), threading.Event()
        self.fault: BaseException | None = None

    def run(self) -> None:
        """Wait, kill, and again."""
        try:
            while not self._stopping.wait(self._chance.uniform(*self._every)):
                self._product.kill(self._chance)
                self._wait_for_answers(self._progress() + ANSWERS)
        except BaseException as fault:  # noqa: BLE001 - told by stop()
            self.fault = fault

    def _wait_for_answers(self, wanted: int) -> None:
        while self._progress() < wanted and not self._stopping.wait(0.1):
            self._product.start_again()

    def stop(self) -> None:
        """Stop killing; see that everything runs again."""
        self._stopping.set()
        self.join()
        if self.fault is not None:
            raise self.fault
        self._product.wait_until_it_answers()
