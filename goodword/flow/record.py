"""Write down what came in, once (domain.md, Events). Nothing is decided here."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec
from django.db import IntegrityError, transaction

from goodword.business.models import Business
from goodword.engine.events import RANKS, Event, parse_event
from goodword.errors import Conflict, Invalid, Refused
from goodword.flow.minting import mint_id
from goodword.inbox.models import Event as Row

Status = Literal["recorded", "duplicate", "conflict", "rejected"]
MAX_BATCH = 1000
COMMANDS = "goodword"  # the source of our own commands (rulings 1)


class Recorded(NamedTuple):
    """What became of one event of a batch; ``event`` is its row."""

    id: str
    status: Status
    problem: Refused | None
    event: int | None


class Incoming(NamedTuple):
    """A well-formed event with what is stored of it."""

    event: Event
    data: object
    digest: str


def digest_of(kind: str, time: datetime, data: object) -> str:
    """Return the SHA-256 that tells a repeat from a conflict: of type, instant and data, in canonical JSON."""
    canonical = msgspec.json.encode([kind, time, data], order="deterministic")
    return hashlib.sha256(canonical).hexdigest()


def read(raw: object, *, source: str, now: datetime, currency: str) -> Incoming:
    """Parse one event; raises :class:`goodword.errors.Invalid` with code and pointer."""
    event = parse_event(raw, source=source, now=now, currency=currency)
    data = raw["data"] if isinstance(raw, dict) else None
    return Incoming(event, data, digest_of(event.type, event.time, data))


def record(
    *, business: Business, source: str, raws: Sequence[object], now: datetime, actor: str = ""
) -> list[Recorded]:
    """Store the events that are new and say of each what became of it, in the order they came.

    Args:
        source: of the sender's key; an event may name another one only of its own.
        raws: decoded JSON values; a bad one never stops the others.

    The pair (source, id) is unique for ever: the same content again is ``duplicate``, other content ``conflict``.
    """
    results: list[Recorded | None] = [None] * len(raws)
    incoming: dict[int, Incoming] = {}
    for place, raw in enumerate(raws):
        try:
            told = read(raw, source=source, now=now, currency=business.currency)
            if told.event.source == COMMANDS:
                raise Invalid(
                    "reserved_source", "that source is our own; use the name of your system", pointer="/source"
                )
            incoming[place] = told
        except Refused as refusal:
            name = raw.get("id") if isinstance(raw, dict) else None
            results[place] = Recorded(name if isinstance(name, str) else "", "rejected", refusal, None)
    for _ in range(3):
        try:
            with transaction.atomic():
                stored = _store(business, incoming, now=now, actor=actor)
            break
        except IntegrityError:  # another sender stored one of them first: look again
            continue
    else:
        raise RuntimeError("events could not be recorded")
    for place, outcome in stored.items():
        results[place] = outcome
    return [result for result in results if result is not None]


def _store(business: Business, incoming: dict[int, Incoming], *, now: datetime, actor: str) -> dict[int, Recorded]:
    known = _known(business, [i.event for i in incoming.values()])
    told: dict[int, Recorded] = {}
    fresh: dict[tuple[str, str], Row] = {}
    places: dict[tuple[str, str], int] = {}
    for place, (event, data, digest) in incoming.items():
        key = (event.source, event.id)
        if key in known:
            told[place] = _repeat(event, digest, *known[key])
        elif key in fresh:
            told[place] = _repeat(event, digest, fresh[key].digest, None)
        else:
            fresh[key] = row_of(business, event, data, digest, now=now, actor=actor)
            places[key] = place
    Row.objects.bulk_create(fresh.values())
    for key, row in fresh.items():
        told[places[key]] = Recorded(row.external_id, "recorded", None, row.pk)
    return told


def row_of(business: Business, event: Event, data: object, digest: str, *, now: datetime, actor: str) -> Row:
    """Return the row of an event that is not stored yet."""
    return Row(
        business=business, public_id=mint_id("evt", at=now), source=event.source,
        external_id=event.id, type=event.type, rank=RANKS[event.type.split(".", 1)[0]], time=event.time,
        recorded_at=now, due_at=now, data=data, digest=digest, actor=actor,
    )  # fmt: skip


def _known(business: Business, events: Sequence[Event]) -> dict[tuple[str, str], tuple[str, int]]:
    rows = Row.objects.filter(
        business=business, source__in={e.source for e in events}, external_id__in={e.id for e in events}
    ).values_list("source", "external_id", "digest", "pk")
    return {(source, name): (digest, pk) for source, name, digest, pk in rows}


def _repeat(event: Event, digest: str, known: str, pk: int | None) -> Recorded:
    if digest == known:
        return Recorded(event.id, "duplicate", None, pk)
    problem = Conflict("conflict", "an event of this source and id was recorded before with other content")
    return Recorded(event.id, "conflict", problem, pk)
