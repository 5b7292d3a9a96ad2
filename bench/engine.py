"""The pure fold, 100,000 events, beside a loop that only decodes, parses and appends them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

import msgspec

from bench.telling import ROUNDS, line, middle
from bench.workload import PROGRAMME, events
from goodword.engine.durations import midnight
from goodword.engine.events import Event, parse_event
from goodword.engine.history import apply
from goodword.engine.programme import parse
from goodword.engine.records import Revision
from goodword.engine.world import Settings, World

COUNT = 100_000


def read(lines: list[bytes]) -> list[Event]:
    """Decode and parse: what no engine can do without."""
    found: list[Event] = []
    for text in lines:
        found.append(parse_event(msgspec.json.decode(text), source="till", now=None, currency="USD"))
    return found


def fold(lines: list[bytes]) -> int:
    """Decode, parse and decide; return how many decisions there were."""
    zone = ZoneInfo("America/Denver")
    programme = parse(PROGRAMME)
    assert programme.starts is not None
    revision = Revision(programme, 1, start=midnight(programme.starts, zone), end=None, pk=1)
    world = World(settings=Settings(zone=zone, currency="USD", country="US"), programmes={programme.id: [revision]})
    made = 0
    for text in lines:
        event = parse_event(msgspec.json.decode(text), source="till", now=None, currency="USD")
        made += len(apply(world, event))
    return made


def main() -> None:
    """Measure both in turns and print the ratio."""
    lines = [msgspec.json.encode(raw) for raw in events(COUNT)]
    taken: dict[str, list[float]] = {"fold": [], "bare": []}
    decisions = 0
    for _ in range(ROUNDS):
        decisions = timed(taken["fold"], lambda: fold(lines))
        timed(taken["bare"], lambda: len(read(lines)))
    ours, bare = middle(taken["fold"]), middle(taken["bare"])
    line("events folded", COUNT / ours, COUNT / bare, of="parse and append")
    print(f"  decisions                          {decisions / ours:>10,.0f}/s   ({decisions:,} of {COUNT:,} events)")


def timed(into: list[float], work: Callable[[], int]) -> int:
    """Note how long the work took and return its answer."""
    gc.collect()
    start = time.perf_counter()
    answer = work()
    into.append(time.perf_counter() - start)
    return answer


if __name__ == "__main__":
    main()
