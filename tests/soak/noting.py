"""What the clients of a soak note, and when it is enough."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field

from tests.soak.cards import Drawer
from tests.soak.product import SOURCES, Product
from tests.soak.stories import Raw


@dataclass
class Log:
    """What was sent and what was answered, from the clients' side of the door; the tally reads nothing else."""

    counts: Counter[str] = field(default_factory=Counter)
    accepted: dict[tuple[str, str], Raw] = field(default_factory=dict)
    turned_down: list[tuple[str, str, Raw]] = field(default_factory=list)
    endings: dict[str, list[Raw]] = field(default_factory=dict)  # by story: what was ordered, and the answers
    sources: dict[str, str] = field(default_factory=dict)  # of each story that ended
    faults: list[str] = field(default_factory=list)
    gossip: dict[str, deque[Raw]] = field(default_factory=lambda: {s: deque(maxlen=400) for s in SOURCES})
    drawer: Drawer = field(default_factory=Drawer)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault(self, text: str) -> None:
        """Note what must not be."""
        with self.lock:
            self.faults.append(text[:2000])

    def answers(self) -> int:
        """Return how often something was answered so far."""
        return sum(number for name, number in dict(self.counts).items() if name.startswith("answers "))

    def answered(self, source: str, raw: Raw, result: Raw) -> None:
        """Note what became of one event: one content is taken for ever, every other one is turned down."""
        status = result["status"]
        key = (source, raw["id"])
        with self.lock:
            self.counts["operations"] += 1
            self.counts[f"events {status}"] += 1
            if status in ("settled", "recorded", "duplicate"):
                if self.accepted.setdefault(key, raw) != raw:
                    self.faults.append(f"{key} was taken with two contents")
            elif status == "conflict":
                self.turned_down.append((*key, raw))
            else:
                self.faults.append(f"{key} was answered {result}")
            if result.get("problem", {}).get("code") == "set_aside":
                self.faults.append(f"{key} was set aside")


@dataclass(frozen=True)
class Limits:
    """When the clients have done enough: so many operations and so many kills, or so late (by ``time.monotonic``)."""

    operations: int
    kills: int
    deadline: float

    def reached(self, log: Log, product: Product) -> bool:
        """Say whether it is enough."""
        enough = log.counts["operations"] >= self.operations and product.kills() >= self.kills
        return enough or time.monotonic() >= self.deadline
