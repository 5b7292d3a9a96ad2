"""The inline runner: one process, one global order, everything in memory.

It folds the same events by the same engine as the live flow (``engine/history.py``), so it cannot drift from it.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from goodword.engine.decisions import AttributionRefused, Decision, Granted, Ignored, NotGranted, Problem, Reversed
from goodword.engine.durations import midnight
from goodword.engine.events import Event, parse_event
from goodword.engine.history import apply
from goodword.engine.programme import Programme
from goodword.engine.records import Revision
from goodword.engine.world import Settings, World
from goodword.errors import Invalid, Refused

DEFAULT_SOURCE = "import"  # as `goodword events import` names events that name no source
RESERVED_SOURCE = "goodword"  # of our own commands; nothing outside may name it (rulings 1)
TELL_EVERY = 1_000


class Award(msgspec.Struct, frozen=True):
    """One line of the awards (programme-format.md, rulings 39)."""

    action: str
    event: str
    rule: str
    to: str
    holder: str
    kind: str
    asset: str
    units: int
    available_at: datetime
    expires_at: datetime | None
    nth: int | None
    cut: bool
    review: bool


@dataclass(slots=True)
class Backtest:
    """What a run gave, before it is summed up. ``rows`` carry the event's time for their order."""

    rows: list[tuple[datetime, Award]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    events: int = 0
    first: datetime | None = None
    last: datetime | None = None
    seconds: float = 0.0

    def awards(self) -> list[Award]:
        """Return the rows by event time, then rule, then holder."""
        return [a for _, a in sorted(self.rows, key=lambda r: (r[0], r[1].rule, r[1].holder))]

    def summary(self) -> dict[str, Any]:
        """Return the JSON summary: ``totals`` are grants less reversals, by rule and asset."""
        totals: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for _, row in self.rows:
            totals[row.rule][row.asset] += row.units if row.action == "grant" else -row.units
        return {
            "events": self.events,
            "granted": sum(row.action == "grant" for _, row in self.rows),
            "reversed": sum(row.action == "reverse" for _, row in self.rows),
            "refused": dict(sorted(self.refused.items())),
            "totals": {rule: dict(sorted(assets.items())) for rule, assets in sorted(totals.items())},
            "holders": len({row.holder for _, row in self.rows}),
            "first": self.first.isoformat().replace("+00:00", "Z") if self.first else None,
            "last": self.last.isoformat().replace("+00:00", "Z") if self.last else None,
            "seconds": round(self.seconds, 3),
        }


def world_for(programme: Programme, settings: Settings) -> World:
    """Return an empty world in which ``programme`` was published before the first event."""
    start = midnight(programme.starts, settings.zone) if programme.starts is not None else None
    return World(settings=settings, programmes={programme.id: [Revision(programme, 1, start)]})


def read_events(lines: Iterable[bytes], *, currency: str | None) -> Iterator[Event | Refused]:
    """Parse JSON lines; a bad one comes as its refusal, with the line's number in ``facts['line']``."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            event = parse_event(msgspec.json.decode(line), source=DEFAULT_SOURCE, now=None, currency=currency)
            if event.source == RESERVED_SOURCE:
                raise Invalid(
                    "reserved_source", "that source is our own; use the name of your system", pointer="/source"
                )
            yield event
        except (msgspec.DecodeError, UnicodeDecodeError):
            yield Invalid("malformed_json", "the line is no JSON", line=number)
        except RecursionError:
            yield Invalid("malformed_json", "the line nests too deeply", line=number)
        except Refused as refusal:
            refusal.facts["line"] = number
            yield refusal


def run(
    programme: Programme,
    events: Sequence[Event | Refused],
    settings: Settings,
    *,
    world: World | None = None,
    told: Callable[[int, int], None] | None = None,
) -> Backtest:
    """Replay ``events`` in the order of rulings 3 and return what ``programme`` gives.

    A repeat of the same content is passed over; other content under the same name is ``conflict`` (rulings 49).

    Args:
        world: where to begin; an empty one when None (``world_for``).
        told: hears every ``TELL_EVERY`` events how many of how many are done.
    """
    began = time.perf_counter()
    world, found = world or world_for(programme, settings), Backtest()
    good: list[Event] = []
    for event in events:
        if isinstance(event, Refused):
            found.refused[event.code] += 1
        else:
            good.append(event)
    good.sort(key=lambda e: e.order)
    seen: dict[tuple[str, str], Event] = {}
    for place, event in enumerate(good):
        if told is not None and place % TELL_EVERY == 0:
            told(place, len(good))
        key = (event.source, event.id)
        if key in seen:
            if (seen[key].type, seen[key].time, seen[key].data) != (event.type, event.time, event.data):
                found.refused["conflict"] += 1
            continue
        seen[key] = event
        _note(found, event, apply(world, event))
    found.events = len(seen)
    found.first, found.last = (good[0].time, good[-1].time) if good else (None, None)
    found.seconds = time.perf_counter() - began
    return found


def _note(found: Backtest, event: Event, decisions: list[Decision]) -> None:
    for decision in decisions:
        match decision:
            case Granted() | Reversed():
                found.rows.append((event.time, _row(event, decision)))
            case NotGranted():
                found.refused.update(decision.trace.codes if decision.trace.outcome == "refused" else ())
            case AttributionRefused() | Ignored() | Problem():
                if decision.code not in ("superseded", "waits_for_closing"):
                    found.refused[decision.code] += 1
            case _:
                pass


def _row(event: Event, decision: Granted | Reversed) -> Award:
    made = decision.grant
    granted = isinstance(decision, Granted)
    return Award(
        action="grant" if granted else "reverse", event=event.id, rule=made.rule.id, to=made.rule.to,
        holder=made.holder.root().external_name(), kind=made.kind, asset=made.asset,
        units=made.units if isinstance(decision, Granted) else decision.units, available_at=made.available_at,
        expires_at=made.expires_at, nth=made.nth, cut=made.cut, review=made.review,
    )  # fmt: skip
