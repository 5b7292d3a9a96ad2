"""The story through the real flow, three days at a time: recorded, settled, the clock kept, as it would have been."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import F

from goodword.business.models import Business
from goodword.flow.clock import keep_time
from goodword.flow.publish import publish
from goodword.flow.record import record
from goodword.flow.settle import settle
from goodword.flow.submit import submit
from goodword.flow.visiting import note_visit
from goodword.outbox.models import Message, State
from goodword.worker.demo.scenes import OWNER, contact_of
from goodword.worker.demo.story import SOURCE, Done, Moment, Opened, Published, Told

STEP = timedelta(hours=70)  # shorter than what asking.FRESH takes for history: people are asked and thanked all year
RECENT = timedelta(days=2)  # younger messages are left to the worker, as any other
FOLDER = Path(__file__).parent


def replay(
    *, business: Business, moments: Sequence[Moment], now: datetime, told: Callable[[float], None] | None = None
) -> None:
    """Let the moments, which are in time order, happen to the business.

    Args:
        told: hears what part of the year (0 to 1) is through.
    """
    begun = moments[0].at
    waiting: list[Told] = []
    until = begun + STEP
    for number, moment in enumerate(moments):
        while moment.at > until:
            _settle(business, waiting, now=until)
            _rest(business, now=until, loaded=now)
            until += STEP
            if told is not None:
                told((until - begun) / (now - begun))
        if isinstance(moment, Told):
            waiting.append(moment)
            continue
        if isinstance(moment, Published) or (isinstance(moment, Done) and moment.looks):
            _settle(business, waiting, now=moment.at)
        _happen(business, moment, key=f"demo:{number}")
    _settle(business, waiting, now=now)
    _rest(business, now=now, loaded=now)


def _settle(business: Business, waiting: list[Told], *, now: datetime) -> None:
    if waiting:
        done = record(business=business, source=SOURCE, raws=[m.raw for m in waiting], now=now, actor="fieldbook")
        settle(business=business, now=now, events=[each.event for each in done if each.event is not None])
        waiting.clear()


def _happen(business: Business, moment: Moment, *, key: str) -> None:
    match moment:
        case Done(at=at, type=kind, data=data, actor=actor):
            found = data()
            if found is not None:
                submit(business=business, type=kind, data=found, actor=actor, now=at, key=key)
        case Opened(at=at, who=who):
            note_visit(contact=contact_of(who), now=at)
        case Published(at=at, file=file, words=words):
            text = (FOLDER / file).read_text(encoding="utf-8").format(**words)
            publish(business=business, text=text, actor=OWNER, now=at)
        case Told():
            raise AssertionError("events are settled in batches")


def _rest(business: Business, *, now: datetime, loaded: datetime) -> None:
    """Keep the clock, and call the messages of the past sent: nobody is written to about last summer."""
    keep_time(business=business, now=now)
    past = Message.objects.filter(business=business, state=State.QUEUED, due_at__lte=min(now, loaded - RECENT))
    past.update(state=State.SENT, sent_at=F("due_at"), note="part of the demo's history; it never left")
