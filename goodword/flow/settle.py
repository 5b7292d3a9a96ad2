"""Settle recorded events: read the facts under locks, decide, post, queue, in one transaction (architecture.md)."""

# ruff: noqa: S608 - the SQL is put together from this module's own texts; every value is a parameter
from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction

from goodword.business.models import Business
from goodword.engine.events import Event, parse_event
from goodword.engine.history import apply
from goodword.errors import Invalid
from goodword.flow.erasing import keep_erased
from goodword.flow.facts import load
from goodword.flow.finish import tell
from goodword.flow.keep import keep
from goodword.flow.querying import read
from goodword.flow.record import COMMANDS
from goodword.flow.settled import Settled
from goodword.flow.slice import Slice
from goodword.flow.vouchers import tendering, ticket_locks
from goodword.flow.withdrawing import revive
from goodword.inbox import models as inbox
from goodword.ledger.sql import among, instant, listed, moment

logger = logging.getLogger(__name__)
ATTEMPTS = 5
MAX_BATCH = 1000
MOMENT = timedelta(microseconds=1)


def settle(*, business: Business, now: datetime, events: Sequence[int] | None = None, limit: int = MAX_BATCH) -> int:
    """Settle these events, or the oldest unsettled ones, in the order of rulings 3.

    One settler works per business at a time. A batch that fails is taken apart and settled one by one; an event that
    fails alone is tried again with back-off and then set aside, visible, so that it never stops the line.

    Returns:
        how many events were settled.
    """
    try:
        with transaction.atomic(durable=True):
            return len(settle_within(business, now=now, events=events, limit=limit))
    except OperationalError:
        raise
    except Exception:
        logger.exception("a batch of %s could not be settled; taking it apart", business.slug)
    done = 0
    for row in _unsettled(business, now=now, events=events, limit=limit):
        done += _settle_alone(business, row, now=now)
    return done


def settle_within(
    business: Business, *, now: datetime, events: Sequence[int] | None = None, limit: int = MAX_BATCH
) -> list[Settled]:
    """Settle inside the caller's transaction; everything is decided and stored, or nothing."""
    latest = hold(business)
    rows = _unsettled(business, now=now, events=events, limit=limit)
    if not rows:
        return []
    return settle_rows(business, rows, now=in_turn(business, latest, now=now))


def hold(business: Business) -> datetime | None:
    """Take the business's settle lock until the transaction ends; others may still record events meanwhile.

    Returns:
        the latest instant at which something was settled; None when nothing was yet.
    """
    with connection.cursor() as cursor:
        lock = " FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""
        cursor.execute(f"SELECT settled_at FROM business_business WHERE id = %s{lock}", [business.pk])
        found = cursor.fetchone()
    return instant(found[0]) if found else None


def in_turn(business: Business, latest: datetime | None, *, now: datetime) -> datetime:
    """Return the instant at which whoever holds the settle lock settles, and keep it.

    It is ``now``, or just behind ``latest`` where somebody who looked at the clock later got the lock first: so the
    instants of settling tell its order, and a history can be replayed in it (rulings 4).
    """
    if latest is not None and latest > now:
        now = latest + MOMENT
    if latest != now:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE business_business SET settled_at = %s WHERE id = %s", [moment(now), business.pk])
    return now


def settle_rows(business: Business, rows: list[inbox.Event], *, now: datetime) -> list[Settled]:
    """Decide and store these rows, which are in order; the settle lock is held."""
    rest = [(row, event_of(row)) for row in rows]
    ticket_locks.lock_told(business, [event for _, event in rest])
    settled: list[Settled] = []
    while rest:
        found = load(business, [event for _, event in rest], now=now)
        revive(found, [event for _, event in rest], now=now)
        part = _decided(found, keep_erased(found, rest))
        kept = keep(found, part, now=now)
        tendering.follow(kept, part, now=now)
        tell(kept, part, now=now)
        settled += part
        rest = rest[len(part) :]
    _mark_settled(rows, now=now)
    return settled


def _decided(found: Slice, parsed: list[tuple[inbox.Event, Event]]) -> list[Settled]:
    """Fold the events up to the first after which what was read of the lots is no longer true."""
    settled: list[Settled] = []
    for row, event in parsed:
        settled.append(Settled(row, event, apply(found.world, event)))
        if tendering.moves_rewards(found, settled[-1]):
            break
    return settled


def _mark_settled(rows: list[inbox.Event], *, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE inbox_event SET state = %s, settled_at = %s, error = '', code = '' WHERE id {among()}",
            [inbox.State.SETTLED.value, moment(now), listed([row.pk for row in rows])],
        )


def event_of(row: inbox.Event) -> Event:
    """Return the engine's value of a stored event."""
    raw = {"id": row.external_id, "source": row.source, "type": row.type, "data": row.data}
    raw["time"] = row.time.isoformat()
    return parse_event(raw, source=row.source, now=None, currency=None)


def _unsettled(business: Business, *, now: datetime, events: Sequence[int] | None, limit: int) -> list[inbox.Event]:
    # The state stands in the text, and not as a value, for the index of what is not settled.
    where = f"t.business_id = %s AND t.state = '{inbox.State.RECORDED.value}' AND t.due_at <= %s AND t.source <> %s"
    values: list[Any] = [business.pk, moment(now), COMMANDS]
    if events is not None:
        where, values = f"{where} AND t.id {among()}", [*values, listed(events)]
    rows = read(inbox.Event, where, values, order=f"t.time, t.rank, t.source, t.external_id LIMIT {int(limit)}")
    return sorted(rows, key=lambda row: (row.time, row.rank, row.source, row.external_id))


def _settle_alone(business: Business, row: inbox.Event, *, now: datetime) -> int:
    try:
        with transaction.atomic(durable=True):
            return len(settle_within(business, now=now, events=[row.pk]))
    except OperationalError:
        raise
    except Exception as error:
        logger.exception("event %s could not be settled", row.public_id)
        _failed(row, error, now=now)
        return 0


def _failed(row: inbox.Event, error: Exception, *, now: datetime) -> None:
    """Note a failure outside the transaction it undid: back off, and in the end set the event aside."""
    attempts = row.attempts + 1
    aside = attempts >= ATTEMPTS or isinstance(error, Invalid)  # what cannot be read today cannot be read tomorrow
    inbox.Event.objects.filter(pk=row.pk, state=inbox.State.RECORDED).update(
        attempts=attempts,
        error=f"{type(error).__name__}: {error}"[:2000],
        due_at=now + timedelta(seconds=2**attempts),
        state=inbox.State.SET_ASIDE if aside else inbox.State.RECORDED,
        code="set_aside" if aside else "",
    )
