"""A redemption as a till waits for it: one read under lock, one rule, one write, committed (docs/benchmarks.md).

The rule is ``vouchers/life.py``, as for every other way to redeem; this module knows only how to ask and how to write
in few round trips. Whatever is not plain — a refusal, a key used before, a reward's voucher, a lost connection — is not
answered here: ``take_quickly`` returns None, nothing has happened, and the ordinary way says what is what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
import psycopg
from django.db import DatabaseError, connection

from goodword.errors import Refused
from goodword.flow.minting import mint_id
from goodword.flow.record import COMMAND_RANK, COMMANDS, command_digest
from goodword.flow.vouchers import one_trip
from goodword.flow.vouchers.ticket_locks import LOCK_OF_KEY
from goodword.flow.vouchers.together import Together
from goodword.inbox.models import State as EventState
from goodword.ledger import chained, recipes, sql
from goodword.ledger.chart import Kind
from goodword.ledger.lots import Portion
from goodword.ledger.posting import SPEND_LINKS, spend_values
from goodword.ledger.recipes import Cause
from goodword.vouchers import finding, life
from goodword.vouchers.models import State


class Ticket(NamedTuple):
    """The ticket a redemption is made for, of the asking source; ``total`` in smallest units, None: not told."""

    external_id: str
    total: int | None


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for.

    Attributes:
        key_digest: of the API key, as it is kept.
        ref: code or serial of the voucher, as typed.
        request: the Idempotency-Key of the request and the digest that tells it from another one.
        counters: of guesses, by name: of the key and of where it asks from.
        clock: tells the time once the voucher is ours, so that what comes later in its life has a later time.
    """

    key_digest: str
    ref: str
    amount: int
    currency: str
    ticket: Ticket | None
    request: tuple[str, str]
    clock: Callable[[], datetime]
    counters: tuple[str, str]


class Keyed(NamedTuple):
    """The API key that asks, as far as its request is judged by it; ``guessed``: too often what nobody was given."""

    pk: int
    source: str
    name: str
    scopes: list[str]
    last_used_at: datetime | None
    business: int
    guessed: bool


class Taken(NamedTuple):
    """What was redeemed: ids, units and what is left, in smallest units of ``currency``."""

    voucher: str
    serial: str
    redemption: str
    units: int
    left: int
    currency: str
    state: str


_COLUMNS = (
    "k.id, k.source, k.name, k.scopes, k.last_used_at, k.business_id, v.id, v.public_id, v.serial, v.state,"
    " v.frozen_at, v.currency, v.expires_at, v.service, v.job_id, v.lot, a.credits - a.debits, b.id, b.open_from, h.id,"
    " EXISTS (SELECT 1 FROM vouchers_guesscount g WHERE g.business = k.business_id AND g.name IN (%(by)s, %(address)s)"
    " AND g.misses >= g.most)"
)
_FROM = (
    " FROM business_apikey k JOIN vouchers_voucher v ON v.business_id = k.business_id"
    " JOIN ledger_account a ON a.id = v.lot JOIN ledger_book b ON b.business_id = k.business_id"
    f" JOIN ledger_account h ON h.book_id = b.id AND h.kind = '{Kind.REDEEMED.value}' AND h.asset = v.currency"
    " AND h.wallet_id IS NULL"
    " WHERE k.digest = %(digest)s AND k.revoked_at IS NULL AND v.grant_key = '' AND "
)
# With a ticket: what vouchers paid of it, and whether it was told of; who asks second has to know what the first took.
_TICKET = (
    ", (SELECT coalesce(sum(r.units - r.returned), 0) FROM vouchers_redemption r WHERE r.business_id = k.business_id"
    " AND NOT (r.ticket_name = '') AND r.ticket_source = k.source AND r.ticket_name = %(ticket)s),"
    " EXISTS (SELECT 1 FROM work_ticket t WHERE t.business_id = k.business_id AND t.source = k.source"
    " AND t.external_id = %(ticket)s)"
)
_EVENT = (
    "event",
    "INSERT INTO inbox_event (business_id, public_id, source, external_id, type, rank, time, recorded_at, data, digest,"
    " state, settled_at, attempts, due_at, code, error, actor) VALUES (%(business)s, %(event_id)s, %(source)s,"
    " %(event_name)s, 'voucher.redeemed', %(rank)s, %(at)s, %(now)s, %(data)s{json}, %(event_digest)s, %(settled)s,"
    " %(now)s, 0, %(now)s, '', '', %(actor)s)",
)
_ANSWER = (
    "answer",
    "INSERT INTO inbox_idempotencykey (business_id, source, key, digest, status, body, created_at) VALUES"
    " (%(business)s, %(key_source)s, %(key)s, %(key_digest)s, 200, %(body)s{json}, %(now)s)",
)
_REDEMPTION = (
    "redemption",
    "INSERT INTO vouchers_redemption (business_id, public_id, voucher_id, units, returned, at, lot, entry, event_id,"
    " actor, job_id, ticket_source, ticket_name, consumed) VALUES (%(business)s, %(redemption)s, %(voucher)s,"
    " %(units)s, 0, %(at)s, %(lot)s, {entry}, {event}, %(actor)s, %(job)s, %(ticket_source)s, %(ticket_name)s,"
    " %(no)s)",
)
_VOUCHER = (
    "voucher",
    "UPDATE vouchers_voucher SET state = %(state)s, job_id = %(job_after)s, ended_at = %(ended_at)s"
    " WHERE id = %(voucher)s",
)


def take_quickly(
    order: Order,
    *,
    allow: Callable[[Keyed], None],
    answer: Callable[[Taken], Mapping[str, Any]],
    event_name: Callable[[str], str],
) -> Mapping[str, Any] | None:
    """Redeem, keep the answer under the request's key and commit; None when the ordinary way has to look at it.

    Orders of one key for one voucher, and ticket, that come at once are done in one transaction, on SQLite all that
    come at once (``together.py``).

    Args:
        allow: refuses a key that may not redeem or asks too often.
        answer: makes the body that is given, and kept, out of what was taken.
        event_name: makes the event's id out of the key's source.
    """
    found_by = finding.named_by(order.ref)
    if found_by is None or connection.in_atomic_block:
        return None
    ticket = order.ticket.external_id if order.ticket else ""
    who = _Who(order.key_digest, *found_by, ticket, *order.counters)
    line = who if connection.vendor == "postgresql" else ()
    return _together.do(line, _Asked(order, who, allow, answer, event_name), _taken)


class _Who(NamedTuple):
    """For whom one statement reads: the key, what finds the voucher, the ticket, and the counters of guesses."""

    digest: str
    column: str
    ref: str
    ticket: str
    by: str
    address: str


class _Asked(NamedTuple):
    order: Order
    who: _Who
    allow: Callable[[Keyed], None]
    answer: Callable[[Taken], Mapping[str, Any]]
    event_name: Callable[[str], str]


_together: Together[_Asked, Mapping[str, Any]] = Together(most=16)


def _taken(group: Sequence[_Asked]) -> Sequence[Mapping[str, Any] | None]:
    """Do a group of orders in one transaction; None for each that is not plain, for all on a fault.

    On PostgreSQL they are of one key for one voucher and ticket. SQLite has one writer at a time, so whatever comes at
    once.
    """
    bodies: list[Mapping[str, Any] | None] = []
    who, held = None, None
    try:
        with one_trip.transaction() as held_in:
            for asked in group:
                if asked.who != who:
                    who, held = asked.who, _read(held_in, asked.who)
                body = None
                if held is not None and not _told_elsewhere(asked.order, held):
                    try:
                        asked.allow(held.key)
                        at = asked.order.clock()
                        taken = _decided(asked.order, held, at=at)
                    except Refused:
                        pass
                    else:
                        body = asked.answer(taken)
                        held = _write(held_in, asked, held, taken, body, at=at)
                bodies.append(body)
    except (DatabaseError, psycopg.Error):
        return [None] * len(group)
    return bodies


def _read(held_in: one_trip.Opened, who: _Who) -> _Held | None:
    if who.ticket and connection.vendor == "postgresql":
        held_in.send(LOCK_OF_KEY, who._asdict())
    row = held_in.ask(_statement(who.column, ticket=bool(who.ticket)), who._asdict())
    return None if row is None else _Held.of(row)


def _told_elsewhere(order: Order, held: _Held) -> bool:
    """Say whether what the ticket comes to has to be read: it was told of, or other orders told it."""
    return held.told or (order.ticket is not None and order.ticket.total is None and held.paid > 0)


class _Held(NamedTuple):
    key: Keyed
    voucher: int
    public_id: str
    serial: str
    standing: life.Standing
    job: int | None
    lot: int
    book: int
    open_from: datetime | None
    house: int
    paid: int
    told: bool

    @classmethod
    def of(cls, row: Sequence[Any]) -> _Held:
        (pk, source, name, scopes, used, business, voucher, public_id, serial, state, frozen, currency, expires,
         service, job, lot, balance, book, open_from, house, guessed, paid, told) = row  # fmt: skip
        standing = life.Standing(
            state=state, frozen=frozen is not None, currency=currency, balance=int(balance),
            expires_at=sql.instant(expires), service=bool(service), booked=job is not None,
        )  # fmt: skip
        granted = msgspec.json.decode(scopes) if isinstance(scopes, str) else scopes
        key = Keyed(pk, source, name, granted, sql.instant(used), business, bool(guessed))
        opened = sql.instant(open_from)
        return cls(key, voucher, public_id, serial, standing, job, lot, book, opened, house, int(paid), bool(told))


def _statement(column: str, *, ticket: bool) -> str:
    lock = " FOR NO KEY UPDATE OF v, a FOR SHARE OF b" if connection.vendor == "postgresql" else ""
    return f"SELECT {_COLUMNS}{_TICKET if ticket else ', 0, 0'}{_FROM}v.{column} = %(ref)s{lock}"


def _decided(order: Order, held: _Held, *, at: datetime) -> Taken:
    state = life.redeem(held.standing, units=order.amount, currency=order.currency, at=at)
    life.check_ticket(order.amount, total=order.ticket.total if order.ticket else None, paid=held.paid)
    return Taken(
        held.public_id, held.serial, mint_id("red", at=at), order.amount, held.standing.balance - order.amount,
        order.currency, state,
    )  # fmt: skip


def _write(
    held_in: one_trip.Opened, asked: _Asked, held: _Held, taken: Taken, body: Mapping[str, Any], *, at: datetime
) -> _Held:
    """Write one redemption and return the voucher as it is after it."""
    order, ticket = asked.order, asked.order.ticket
    data: dict[str, Any] = {"voucher": taken.voucher, "amount": taken.units, "currency": taken.currency}
    if ticket is not None:
        data["ticket"] = {"source": held.key.source, "external_id": ticket.external_id, "total": ticket.total}
    cause = Cause(key="redeem:", occurred_at=at, note="voucher")
    portions = [Portion(held.lot, taken.units)]
    posting = recipes.spend(cause=cause, portions=portions, asset=taken.currency)
    values = spend_values(
        book=held.book, lot=held.lot, house=held.house, posting=posting, open_from=held.open_from, now=at
    ) | {
        "business": held.key.business, "event_id": mint_id("evt", at=at), "source": COMMANDS,
        "event_name": asked.event_name(held.key.source), "rank": COMMAND_RANK,
        "data": msgspec.json.encode(data).decode(),
        "event_digest": command_digest("voucher.redeemed", data), "settled": EventState.SETTLED.value,
        "actor": held.key.name, "key_source": held.key.source, "key": order.request[0],
        "key_digest": order.request[1], "body": msgspec.json.encode(msgspec.json.encode(body).decode()).decode(),
        "redemption": taken.redemption, "voucher": held.voucher, "job": held.job,
        "ticket_source": held.key.source if ticket else "", "ticket_name": ticket.external_id if ticket else "",
        "no": False,
    }  # fmt: skip
    job_after = held.job if taken.state == State.REDEEMED else None
    changes = taken.state != held.standing.state
    if changes:
        values |= {
            "state": taken.state, "job_after": job_after,
            "ended_at": at if taken.state == State.REDEEMED else None,
        }  # fmt: skip
    chained.run(_links(connection.vendor, changes=changes), values, ask=held_in.send)
    standing = replace(held.standing, state=taken.state, balance=taken.left, booked=job_after is not None)
    return held._replace(standing=standing, job=job_after, paid=held.paid + taken.units)


@lru_cache(maxsize=4)
def _links(vendor: str, *, changes: bool) -> tuple[chained.Link, ...]:
    """Return what a redemption writes; ``changes``: the voucher is in another state after it."""
    links = [_EVENT, _ANSWER, *SPEND_LINKS, _REDEMPTION, *([_VOUCHER] if changes else [])]
    cast = "::jsonb" if vendor == "postgresql" else ""
    return tuple((name, text.replace("{json}", cast)) for name, text in links)
