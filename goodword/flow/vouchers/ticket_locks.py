"""Who pays a ticket with vouchers waits for whoever else does: one ticket, many vouchers, one total (rulings 25).

A ticket that is still open at the till has no row here, so what is locked is its name (PostgreSQL's advisory locks, let
go with the transaction); SQLite has one writer at a time anyhow. Order of locks: contacts, tickets, vouchers, lots.
"""

# ruff: noqa: S608 - the SQL is put together from this module's own texts; every value is a parameter
from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from goodword.business.models import Business
from goodword.engine.events import Event, TicketData
from goodword.vouchers.bills import Key

MOST = 100  # tickets of a batch that are all held: the server's table of locks is not endless

_NUMBER = "hashtextextended('ticket:' || {business} || ':' || {source} || ':' || {name}, 0)"
# For a till that knows its key alone, not yet its business and source: ``%(digest)s`` of the key, ``%(ticket)s``.
LOCK_OF_KEY = (
    f"SELECT pg_advisory_xact_lock({_NUMBER.format(business='k.business_id', source='k.source', name='%(ticket)s')})"
    " FROM business_apikey k WHERE k.digest = %(digest)s"
)


def lock(business: Business, tickets: Iterable[Key]) -> None:
    """Hold these tickets, (source, external id) each, until the transaction ends. One statement; none for none."""
    keys = sorted(set(tickets))
    if not keys or connection.vendor != "postgresql":
        return
    number = _NUMBER.format(business="%s", source="t.source", name="t.name")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT pg_advisory_xact_lock({number}) FROM unnest(%s::text[], %s::text[]) AS t(source, name)",
            [str(business.pk), [source for source, _ in keys], [name for _, name in keys]],
        )


def lock_told(business: Business, events: Sequence[Event]) -> None:
    """Hold the tickets that these events tell of, so that whoever redeems for one knows what it comes to, or it knows.

    Of a large batch, a history, those alone that name vouchers.
    """
    told = [(event.source, event.data) for event in events if isinstance(event.data, TicketData)]
    if len(told) > MOST:
        told = [(source, data) for source, data in told if any(each.type == "voucher" for each in data.tenders)]
    lock(business, [(source, data.external_id) for source, data in told])
