"""Bring in a history of events: record all of it first, then settle it in the order of rulings 3.

The same as ``POST /events``, in bulk. Every batch is a transaction of its own, and a pair (source, id) is unique for
ever, so an import that was killed is simply run again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
from django.db import transaction

from goodword.business.models import Business
from goodword.errors import Invalid, Refused
from goodword.flow.record import COMMANDS, MAX_BATCH, Recorded, record
from goodword.flow.settle import settle
from goodword.flow.statistics import MUCH, look_again
from goodword.inbox.models import Event, State

# While the rest is still being recorded nobody settles what is there: a worker beside us would take the first batches
# before an earlier event of the last one. An import that died leaves its events to the worker when this is over.
LEASE = timedelta(hours=1)
FIRST_LOOK = 1_000  # events settled; then at ten times as many, and so on


class Rejected(NamedTuple):
    """A line that was not taken: its number from 1, what stood there, and why."""

    line: int
    text: bytes
    problem: Refused


@dataclass(slots=True)
class Imported:
    """What became of the lines that were read."""

    lines: int = 0
    recorded: int = 0
    duplicates: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    settled: int = 0


def record_history(
    *,
    business: Business,
    source: str,
    lines: Iterable[bytes],
    clock: Callable[[], datetime],
    rejected: Callable[[Rejected], None],
    told: Callable[[int], None] | None = None,
) -> Imported:
    """Record one event a line, in batches, and let nobody settle them before all are there.

    Args:
        source: of events that name none.
        clock: tells the instant each batch is recorded at.
        rejected: hears of every line that was not taken, in order; a bad line never stops the others.
        told: hears after every batch how many lines were read.

    Raises:
        Invalid: ``reserved_source`` when ``source`` is that of our own commands (rulings 1).
    """
    if source == COMMANDS:
        raise Invalid("reserved_source", f"the source {COMMANDS} is for commands of Goodword itself; name another")
    found = Imported()
    release = clock() + LEASE
    for batch in _batches(lines):
        found.lines += len(batch)
        for line in _record_batch(business, source, batch, found, now=clock(), release=release):
            found.rejected[line.problem.code] += 1
            rejected(line)
        if told is not None:
            told(found.lines)
    waiting = Event.objects.filter(business=business, state=State.RECORDED, due_at=release)
    waiting.update(due_at=clock())
    if found.recorded > MUCH:
        look_again()
    return found


def settle_history(
    *, business: Business, clock: Callable[[], datetime], told: Callable[[int, int], None] | None = None
) -> int:
    """Settle all that is due, oldest first; return how many events were settled.

    An event that cannot be settled is tried again by the worker and then set aside, visible; it never stops the line.

    Args:
        told: hears after every batch how many of how many are settled.
    """
    due = _due(business, now=clock())
    total, done, again = due, 0, FIRST_LOOK
    while due:
        now = clock()
        settled = settle(business=business, now=now)
        done += settled
        if done >= again:  # plans that were kept when the tables were small are made anew
            look_again()
            again *= 10
        if told is not None:
            told(done, max(total, done))
        if settled and done < total:  # counting takes the longer the more there is: only at the end, and in doubt
            continue
        left = _due(business, now=now)
        if not settled and left >= due:  # only what failed a moment ago, and not due again yet
            break
        due = left
    return done


def unsettled(*, business: Business) -> int:
    """Return how many events still wait to be settled, for the worker, or were set aside for a person."""
    query = Event.objects.filter(business=business, state__in=[State.RECORDED, State.SET_ASIDE])
    return query.exclude(source=COMMANDS).count()


def _due(business: Business, *, now: datetime) -> int:
    query = Event.objects.filter(business=business, state=State.RECORDED, due_at__lte=now)
    return query.exclude(source=COMMANDS).count()


def _batches(lines: Iterable[bytes]) -> Iterator[list[tuple[int, bytes]]]:
    batch: list[tuple[int, bytes]] = []
    for number, text in enumerate(lines, start=1):
        if text.strip():
            batch.append((number, text))
        if len(batch) == MAX_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _decoded(text: bytes) -> object:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Invalid("malformed_json", "the line is no JSON") from None
    except RecursionError:
        raise Invalid("malformed_json", "the line nests too deeply") from None


def _record_batch(
    business: Business, source: str, batch: list[tuple[int, bytes]], found: Imported, *, now: datetime,
    release: datetime,
) -> list[Rejected]:  # fmt: skip
    """Record what can be read of one batch and return the rest, by line."""
    raws: list[object] = []
    places: list[tuple[int, bytes]] = []
    rejected: list[Rejected] = []
    for number, text in batch:
        try:
            raws.append(_decoded(text))
            places.append((number, text))
        except Refused as refusal:
            rejected.append(Rejected(number, text, refusal))
    outcomes = record_held(business=business, source=source, raws=raws, now=now, release=release)
    for outcome, (number, text) in zip(outcomes, places, strict=True):
        found.recorded += outcome.status == "recorded"
        found.duplicates += outcome.status == "duplicate"
        if outcome.problem is not None:
            rejected.append(Rejected(number, text, outcome.problem))
    return sorted(rejected, key=lambda line: line.line)


def record_held(
    *,
    business: Business,
    source: str,
    raws: Sequence[object],
    now: datetime,
    release: datetime,
    actor: str = "import",
    batch: int | None = None,
) -> list[Recorded]:
    """Record one batch and hold it back; what an earlier, killed import left unsettled is held back with it.

    Args:
        release: from when on it would be settled although nobody let it go.
        batch: the number of the import of a table.
    """
    with transaction.atomic():
        outcomes = record(business=business, source=source, raws=raws, now=now, actor=actor, batch=batch)
        ids = [o.event for o in outcomes if o.event is not None and o.status in ("recorded", "duplicate")]
        Event.objects.filter(pk__in=ids, state=State.RECORDED, attempts=0).update(due_at=release)
    return outcomes
