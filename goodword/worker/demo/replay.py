"""The story through the real flow, three days at a time: recorded, settled, the clock kept, as it would have been."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from goodword.business.models import Business
from goodword.flow.calling_sent import call_sent
from goodword.flow.clock import keep_time
from goodword.flow.publish import publish
from goodword.flow.record import record
from goodword.flow.settle import settle
from goodword.flow.submit import submit
from goodword.flow.visiting import note_visit
from goodword.outbox.models import Message, State
from goodword.worker.demo.scenes import contact_of
from goodword.worker.demo.staff import OWNER
from goodword.worker.demo.story import SOURCE, Acted, Done, Moment, Opened, Published, Told

STEP = timedelta(hours=70)  # shorter than what asking.FRESH takes for history: people are asked and thanked all year
KEPT_HERE = timedelta(hours=30)  # since then texts are kept here for want of a provider, as they are without one
RECENT = timedelta(hours=3)  # younger messages are left to the worker, as any other
REFUSED = timedelta(days=6)  # since then two addresses were refused by the mail server
NOTE = "part of the demo's history; it never left"
FOLDER = Path(__file__).parent
Outcome = Callable[[Message], tuple[State, str]]


def replay(
    *, business: Business, moments: Sequence[Moment], now: datetime, told: Callable[[float], None] | None = None
) -> None:
    """Let the moments, which are in time order, happen to the business.

    Args:
        told: hears what part of the year (0 to 1) is through.
    """
    begun = moments[0].at
    waiting: list[Told] = []
    past = _past(now)
    until = begun + STEP
    for number, moment in enumerate(moments):
        while moment.at > until:
            _settle(business, waiting, now=until)
            _rest(business, past, now=until, loaded=now)
            until += STEP
            if told is not None:
                told((until - begun) / (now - begun))
        if isinstance(moment, Told):
            waiting.append(moment)
            continue
        if isinstance(moment, Published | Acted) or (isinstance(moment, Done) and moment.looks):
            _settle(business, waiting, now=moment.at)
        _happen(business, moment, key=f"demo:{number}")
    _settle(business, waiting, now=now)
    _rest(business, past, now=now, loaded=now)


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
            publish(business=business, text=text, actor=OWNER.actor, now=at)
        case Acted(at=at, act=act):
            act(business, at)
        case Told():
            raise AssertionError("events are settled in batches")


def _rest(business: Business, past: Outcome, *, now: datetime, loaded: datetime) -> None:
    """Keep the clock, and call the messages of the past sent: nobody is written to about last summer."""
    keep_time(business=business, now=now)
    call_sent(business=business, until=min(now, loaded - RECENT), note=NOTE, outcome=past)


def _past(loaded: datetime) -> Outcome:
    """Return what became of a message by its due time: sent, refused by a mail server, or kept here."""
    refused: set[int] = set()

    def outcome(message: Message) -> tuple[State, str]:
        if message.channel == "sms":
            return (State.LOCAL, "") if message.due_at > loaded - KEPT_HERE else (State.SENT, NOTE)
        if message.due_at > loaded - REFUSED and len(refused) < 2 and message.contact_id not in refused:
            refused.add(message.contact_id)
            return State.SET_ASIDE, "the mail server refuses the address (550)"
        return State.SENT, NOTE

    return outcome
