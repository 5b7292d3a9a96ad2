"""Write down what came in, once (domain.md, Events). Nothing is decided here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec
from django.db import OperationalError, transaction

from goodword.business.models import Business
from goodword.engine.events import RANKS, Event, TicketData, parse_event
from goodword.errors import Conflict, Invalid, Refused
from goodword.flow import bulk
from goodword.flow.covering import without_codes
from goodword.flow.minting import mint_id
from goodword.inbox.models import Event as Row

Status = Literal["recorded", "duplicate", "conflict", "rejected"]
MAX_BATCH = 1000
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # PostgreSQL keeps no NUL in a text
COMMANDS = "goodword"  # the source of our own commands (rulings 1)
COMMAND_RANK = max(RANKS.values()) + 1


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
    if b"\\u0000" in canonical and _NUL.search(canonical):
        raise Invalid("invalid_event", "a text here holds a NUL", pointer="/data")
    return hashlib.sha256(canonical).hexdigest()


def command_digest(kind: str, data: object) -> str:
    """Return the digest of a command of ours: a repeat comes later than its first, so its time is no content."""
    return digest_of(kind, _EPOCHLESS, data)


_EPOCHLESS = datetime(1970, 1, 1)  # noqa: DTZ001 - the same for every command


def read(raw: object, *, source: str, now: datetime, currency: str) -> Incoming:
    """Parse one event; raises :class:`goodword.errors.Invalid` with code and pointer."""
    event = parse_event(raw, source=source, now=now, currency=currency)
    data = raw["data"] if isinstance(raw, dict) else None
    return Incoming(event, data, digest_of(event.type, event.time, data))


def covered(business: Business, incoming: dict[int, Incoming]) -> dict[int, Incoming]:
    """Return the events as they are stored: without codes of vouchers; the digest is of what was sent."""
    data = without_codes(business, {key: told.data for key, told in incoming.items() if _may_hold_codes(told.event)})
    return {key: told._replace(data=data.get(key, told.data)) for key, told in incoming.items()}


def _may_hold_codes(event: Event) -> bool:
    return isinstance(event.data, TicketData) and any(each.code is not None for each in event.data.tenders)


def record(
    *,
    business: Business,
    source: str,
    raws: Sequence[object],
    now: datetime,
    actor: str = "",
    batch: int | None = None,
) -> list[Recorded]:
    """Store the events that are new and say of each what became of it, in the order they came.

    Args:
        source: of the sender's key; an event may name another one only of its own.
        raws: decoded JSON values; a bad one never stops the others.
        batch: the number of the import that brings them.

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
    if not incoming:
        return [result for result in results if result is not None]
    incoming = covered(business, incoming)
    for last in (False, False, True):
        try:
            with transaction.atomic():
                stored = _store(business, incoming, now=now, actor=actor, batch=batch)
            break
        except OperationalError:  # two senders crossed with other content under the same ids: one has to wait
            if last:
                raise
    for place, outcome in stored.items():
        results[place] = outcome
    return [result for result in results if result is not None]


def _store(
    business: Business, incoming: dict[int, Incoming], *, now: datetime, actor: str, batch: int | None
) -> dict[int, Recorded]:
    """Insert what the database takes as new, then read what stands there: no other sender can come between.

    Every sender inserts in the order of settling, so that two with the same events wait and never lock each other.
    """
    fresh: dict[tuple[str, str], Row] = {}
    for event, data, digest in incoming.values():
        if (event.source, event.id) not in fresh:  # of two in one batch the first that came counts
            row = row_of(business, event, data, digest, now=now, actor=actor)
            row.batch = batch
            fresh[event.source, event.id] = row
    order = sorted(fresh.values(), key=lambda row: (row.time, row.rank, row.source, row.external_id))
    bulk.insert(order, ignore_known=True)
    stored = _stored(business, fresh)
    told: dict[int, Recorded] = {}
    taken: set[tuple[str, str]] = set()
    for place, (event, _, digest) in incoming.items():
        key = (event.source, event.id)
        public_id, known, pk = stored[key]
        if public_id == fresh[key].public_id and digest == known and key not in taken:
            taken.add(key)
            told[place] = Recorded(event.id, "recorded", None, pk)
        else:
            told[place] = _repeat(event, digest, known, pk)
    return told


def row_of(business: Business, event: Event, data: object, digest: str, *, now: datetime, actor: str) -> Row:
    """Return the row of an event that is not stored yet."""
    row: Row = bulk.fresh(
        Row, business_id=business.pk, public_id=mint_id("evt", at=now), source=event.source,
        external_id=event.id, type=event.type, rank=RANKS[event.type.split(".", 1)[0]], time=event.time,
        recorded_at=now, due_at=now, data=data, digest=digest, actor=actor,
    )  # fmt: skip
    return row


def _stored(business: Business, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str, int]]:
    """Return public id, digest and key of the stored events by (source, id)."""
    rows = Row.objects.filter(
        business=business, source__in={source for source, _ in keys}, external_id__in={name for _, name in keys}
    ).values_list("source", "external_id", "public_id", "digest", "pk")
    return {(source, name): (public_id, digest, pk) for source, name, public_id, digest, pk in rows}


def _repeat(event: Event, digest: str, known: str, pk: int) -> Recorded:
    if digest == known:
        return Recorded(event.id, "duplicate", None, pk)
    problem = Conflict("conflict", "an event of this source and id was recorded before with other content")
    return Recorded(event.id, "conflict", problem, pk)
