"""Commands: somebody waits, so record and settle in ONE transaction (rulings 1, 2).

A refusal rolls back to a savepoint and is stored with its code, so that a retry gets the same answer; any other failure
rolls the record back too. The worker never settles a command.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction

from goodword.business.models import Business
from goodword.engine.events import TYPES
from goodword.errors import Conflict, Refused
from goodword.flow import commands
from goodword.flow.minting import mint_id
from goodword.flow.record import COMMAND_RANK, COMMANDS, command_digest, covered, read, row_of
from goodword.flow.settle import hold, in_turn, settle_rows
from goodword.flow.vouchers.turns import waited
from goodword.inbox.models import Event, State


def submit(
    *,
    business: Business,
    type: str,  # noqa: A002 - the CloudEvents attribute's name
    data: dict[str, Any],
    actor: str,
    now: datetime,
    key: str | None = None,
    source: str = COMMANDS,
    at: datetime | None = None,
    batch: int | None = None,
) -> Event:
    """Record and settle one command and return its event.

    Args:
        type: one of api.md's event types, or one of ``commands.COMMANDS``.
        key: what its cause determines; the same key and content gives the same answer again.
        at: when it happened in the world, where that is not now.
        batch: the number of the import that orders it.

    Raises:
        Refused: with its code; stored, so that the same key is answered alike.
        Conflict: ``conflict`` when the key was used for something else.
    """
    key = key or secrets.token_urlsafe(16)
    with transaction.atomic():
        latest = hold(business)
        row, repeated = _recorded(business, type, data, actor=actor, now=now, at=at or now, key=key, source=source)
        if repeated:
            if row.state == State.REFUSED:
                raise Refused(row.code, row.error)
            return row
        row.batch = batch
        then = waited(business, type, data, now=now)
        if then != now:  # a till was faster
            row.time, row.recorded_at, row.due_at, now = at or then, then, then, then
        row.save(force_insert=True)
        refusal = _settle(business, row, now=in_turn(business, latest, now=now))
    if refusal is not None:
        raise refusal
    return row


def _settle(business: Business, row: Event, *, now: datetime) -> Refused | None:
    try:
        with transaction.atomic():
            if row.type in TYPES:
                settle_rows(business, [row], now=now)
            else:
                commands.COMMANDS[row.type](business=business, row=row, now=now)
            row.state, row.settled_at = State.SETTLED, now
            row.save(update_fields=["state", "settled_at"])
    except Refused as refusal:
        row.state, row.code, row.error, row.settled_at = State.REFUSED, refusal.code, refusal.detail, now
        row.save(update_fields=["state", "code", "error", "settled_at"])
        return refusal
    return None


def _recorded(
    business: Business, kind: str, data: dict[str, Any], *, actor: str, now: datetime, at: datetime, key: str,
    source: str,
) -> tuple[Event, bool]:  # fmt: skip
    known = Event.objects.filter(business=business, source=source, external_id=key).first()
    if kind in TYPES:
        raw = {"id": key, "source": source, "type": kind, "time": at.isoformat(), "data": data}
        incoming = covered(business, {0: read(raw, source=source, now=now, currency=business.currency)})[0]
        row = row_of(business, incoming.event, incoming.data, command_digest(kind, data), now=now, actor=actor)
    elif kind in commands.COMMANDS:
        row = Event(
            business=business, public_id=mint_id("evt", at=now), source=source, external_id=key, type=kind,
            rank=COMMAND_RANK, time=at, recorded_at=now, due_at=now, data=data,
            digest=command_digest(kind, data), actor=actor,
        )  # fmt: skip
    else:
        raise ValueError(f"no command {kind}")
    if known is not None:
        if known.digest != row.digest:
            raise Conflict("conflict", "that key was used before for something else")
        return known, True
    return row, False
