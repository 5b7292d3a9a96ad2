"""Load the slice of the world that a batch of events speaks of, in a bounded number of statements.

The set of contacts is found first and locked in id order, then what they own is read (rulings 21): facts read without
the locks paid one bonus four times in a trial (architecture.md).
"""

# ruff: noqa: S608 - the SQL is put together from this module's own texts; every value is a parameter
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from goodword.business.models import Business
from goodword.business.reading import settings_at
from goodword.engine.durations import parse_duration
from goodword.engine.events import Event
from goodword.engine.records import Appointment, Reservation
from goodword.engine.world import Settings, World
from goodword.flow import rows
from goodword.flow.holdings import load_holdings
from goodword.flow.names import Key, Names, names_of
from goodword.flow.querying import by_ids, by_key, grants_on, sources_and_names
from goodword.flow.revisions import revisions_of
from goodword.flow.slice import Slice
from goodword.ledger import holding
from goodword.ledger.opening import book_of
from goodword.ledger.sql import among, listed
from goodword.people import models as people
from goodword.referrals import models as referrals
from goodword.vouchers.models import Kind, Voucher
from goodword.work import models as work


def settings_of(business: Business, *, now: datetime) -> Settings:
    """Return the settings that decide value, as they are in force now."""
    told = settings_at(business, now)
    return Settings(
        zone=ZoneInfo(business.timezone), currency=business.currency, country=business.country or None,
        points_hold=parse_duration(told["points_hold"]), household=told["household"],
    )  # fmt: skip


def load(business: Business, events: Sequence[Event], *, now: datetime) -> Slice:
    """Read and lock all that these events may change. Runs inside the settling transaction.

    Needs the business's settle lock (``flow/settle.py``): while it is held only redemptions change lots, and those
    lock the contact first.
    """
    programmes = revisions_of(business)
    world = World(settings=settings_of(business, now=now), programmes=programmes)
    found = Slice(business=business, book=book_of(business=business.pk), world=world)
    found.revisions = {r.pk: r for line in programmes.values() for r in line if r.pk is not None}
    names = names_of(events, country=business.country)
    told = _named_work(business, names)
    wanted = _contact_ids(business, names)
    for rows_of in (told.jobs, told.tickets, told.appointments, told.reservations):
        wanted |= {row.contact_id for row in rows_of.values() if row.contact_id}
    wanted |= {row.holder_id for row in told.tickets.values() if row.holder_id}
    contacts, referral_rows = _people(business, wanted, names)
    found.grant_rows = grants_on(referrals=[row.pk for row in referral_rows], tickets=list(told.tickets))
    holders = {row.holder_id for row in found.grant_rows} | _spenders(found, told, _vouchers(found, names, told))
    _with_records(business, holders - contacts, contacts)
    rows.contacts(found, _lock(contacts))
    _index(found)
    _work(found, names, told, referral_rows)
    load_holdings(found, since=min(event.time for event in events))
    return found


@dataclass(slots=True)
class _Work:
    """Rows of work by key, gathered until nothing names another."""

    jobs: dict[int, Any] = field(default_factory=dict)
    tickets: dict[int, Any] = field(default_factory=dict)
    appointments: dict[int, Any] = field(default_factory=dict)
    reservations: dict[int, Any] = field(default_factory=dict)


def _named_work(business: Business, names: Names) -> _Work:
    """Return the jobs, tickets, appointments and reservations that the events name, and those that these name.

    A stored ticket names its appointment and reservation; those bring their other tickets (paid once for all of them).
    """
    found = _Work(jobs={row.pk: row for row in by_key(work.Job, business, names.jobs)})
    fresh = by_key(work.Ticket, business, names.tickets)
    fresh += by_ids(work.Ticket, "names_job_id", found.jobs, only="t.score IS NULL")
    appointments, reservations = set(names.appointments), set(names.reservations)
    while fresh or appointments or reservations:
        found.tickets |= {row.pk: row for row in fresh}
        for row in fresh:
            content = row.content or {}
            name = (content.get("appointment") or {}).get("external_id")
            appointments |= {(row.source, name)} if name else set()
            reservations |= {(row.source, content["reservation"])} if content.get("reservation") else set()
        linked = _linked_tickets(business, found.appointments, work.Appointment, "appointment_id", appointments)
        linked |= _linked_tickets(business, found.reservations, work.Reservation, "reservation_id", reservations)
        appointments, reservations = set(), set()
        fresh = by_ids(work.Ticket, "id", linked - set(found.tickets))
    missing = {pk for t in found.tickets.values() for pk in (t.names_job_id, t.job_id) if pk} - set(found.jobs)
    found.jobs |= {row.pk: row for row in by_ids(work.Job, "id", missing)}
    return found


def _linked_tickets(business: Business, known: dict[int, Any], model: Any, column: str, keys: set[Key]) -> set[int]:
    """Add the rows of these keys to ``known`` and return the tickets that name the new ones."""
    fresh = [row for row in by_key(model, business, keys) if row.pk not in known]
    known |= {row.pk: row for row in fresh}
    links = by_ids(model.tickets.through, column, [row.pk for row in fresh])
    return {link.ticket_id for link in links}


def _contact_ids(business: Business, names: Names) -> set[int]:
    """Return the contacts that the names lead to: by identity, our id, phone, e-mail and referral code."""
    asked: list[str] = []
    values: list[Any] = []
    if names.identities:
        where = f"business_id = %s AND source {among()} AND external_id {among()}"
        asked.append(f"SELECT contact_id, source, external_id FROM people_identity WHERE {where}")
        values += [business.pk, *sources_and_names(names.identities)]
    for column, wanted in (
        ("public_id", names.public), ("phone", names.phones), ("email", names.emails), ("code", names.codes),
    ):  # fmt: skip
        if wanted:
            asked.append(f"SELECT id, '', '' FROM people_contact WHERE +business_id = %s AND {column} {among()}")
            values += [business.pk, listed(sorted(wanted))]
    if not asked:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked), values)
        told = cursor.fetchall()
    return {pk for pk, source, name in told if not source or (source, name) in names.identities}


def _vouchers(found: Slice, names: Names, told: _Work) -> set[int]:
    """Learn what the vouchers are that tickets name or named, and return the lots of those that were rewards.

    Who holds such a reward is locked with the others; the vouchers and their lots are, when something is taken or given
    back (``flow/vouchers/tendering.py``). None for none.
    """
    found.world.ahead = _redeemed_for(found.business, names.tickets)
    contents = [row.content for row in told.tickets.values() if row.content]
    stored = {t.get("code") for content in contents for t in content["tenders"] if t["type"] == "voucher"}
    wanted = (names.vouchers | stored) - {None}
    if not wanted:
        return set()
    rows = Voucher.objects.filter(business=found.business, public_id__in=wanted)
    known = list(rows.values_list("public_id", "kind", "grant_key", "lot"))
    found.world.instruments = {name: "sold" if kind == Kind.SOLD else "promotional" for name, kind, _, _ in known}
    found.reward_vouchers = {name for name, _, grant_key, _ in known if grant_key}
    return {lot for _, _, grant_key, lot in known if grant_key and lot is not None}


def _redeemed_for(business: Business, tickets: set[Key]) -> set[Key]:
    """Return for which of these tickets something stands that vouchers paid; in one statement, none for none."""
    if not tickets:
        return set()
    # That the name is not empty stands there for the index redemption_of_ticket.
    asked = (
        "SELECT DISTINCT ticket_source, ticket_name FROM vouchers_redemption WHERE business_id = %s"
        f" AND NOT (ticket_name = '') AND ticket_source {among()} AND ticket_name {among()} AND returned < units"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, [business.pk, *sources_and_names(tickets)])
        return {(source, name) for source, name in cursor.fetchall()} & tickets


def _spenders(found: Slice, told: _Work, more: set[int]) -> set[int]:
    """Return who owned the lots that these tickets spent from, and ``more`` lots."""
    lots = sorted({pk for row in told.tickets.values() for pk, *_ in row.spends} | more)
    if not lots:
        return set()
    wallets = {lot.wallet for lot in holding.newest_heirs(book=found.book, lots=lots).values()}
    return {row.contact_id for row in by_ids(people.WalletOwner, "wallet", wallets, only="t.until IS NULL")}


def _people(business: Business, wanted: set[int], names: Names) -> tuple[set[int], list[Any]]:
    """Return the contacts, all records of the same persons, and the live referrals they stand in, up the line.

    A friend brings the referrer and the introducer; an attribution needs the whole line, to see a circle.
    """
    contacts: set[int] = set()
    referred: dict[int, Any] = {}
    alive = "t.removed_at IS NULL"
    whole_line = names.attributing or names.merging
    fresh, level = wanted, 0
    while fresh:
        known = set(contacts)
        _with_records(business, fresh, contacts)
        level += 1
        if level > 2 and not whole_line:
            break
        asked = contacts - known
        found = by_ids(referrals.Referral, "friend_id", asked, only=alive)
        if names.merging and level == 1:
            found += by_ids(referrals.Referral, "referrer_id", asked, only=alive)
        referred |= {row.pk: row for row in found}
        fresh = {pk for row in found for pk in (row.friend_id, row.referrer_id)} - contacts
    return contacts, list(referred.values())


def _with_records(business: Business, ids: set[int], contacts: set[int]) -> None:
    """Add these contacts, the survivors they were merged into and all that was merged into those."""
    asked: set[int] = set()
    while ids:
        asked |= ids
        wanted = listed(sorted(ids))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, merged_into_id FROM people_contact"
                f" WHERE +business_id = %s AND (id {among()} OR merged_into_id {among()})",
                [business.pk, wanted, wanted],
            )
            found = cursor.fetchall()
        contacts |= {pk for pk, _ in found}
        ids = {pk for row in found for pk in row if pk is not None} - asked


def _lock(contacts: set[int]) -> list[Any]:
    """Lock the contacts in id order and return them as they are now."""
    return by_ids(people.Contact, "id", contacts, order="t.id", lock=True)


def _index(found: Slice) -> None:
    world = found.world
    for row in by_ids(people.Identity, "contact_id", found.contacts, order="t.id"):
        contact = found.contacts[row.contact_id]
        contact.identities.append((row.source, row.external_id))
        found.identities.add((row.source, row.external_id))
        world.identities[(row.source, row.external_id)] = contact
    for pk in sorted(found.contacts):
        contact = found.contacts[pk]
        world.public[contact.public_id] = contact
        stored: Any = found.rows[id(contact)]
        if contact.code is not None and stored.withdrawn_at is not None:  # nobody earns by a code without being there
            world.resting.add(contact.code)
        elif contact.code is not None:
            world.codes[contact.code] = contact
        if contact.phone is not None:
            world.phones.setdefault(contact.phone, []).append(contact)
        if contact.email is not None:
            world.emails.setdefault(contact.email, []).append(contact)


def _work(found: Slice, names: Names, told: _Work, referral_rows: list[Any]) -> None:
    """Build jobs, tickets, appointments, reservations and referrals; friends bring all their jobs."""
    friends = {row.friend_id for row in referral_rows}
    everyone = names.attributing or names.merging or names.newest_jobs
    owners = [pk for pk, contact in found.contacts.items() if everyone or contact.root().pk in friends]
    jobs = {row.pk: row for row in by_ids(work.Job, "contact_id", owners)} | told.jobs
    rows.jobs(found, list(jobs.values()))
    rows.tickets(found, list(told.tickets.values()))
    rows.referrals(found, referral_rows)
    appointments = rows.appointments(found, list(told.appointments.values()))
    _linked(found, work.Appointment.tickets.through, "appointment_id", appointments)
    reservations = rows.reservations(found, list(told.reservations.values()))
    _linked(found, work.Reservation.tickets.through, "reservation_id", reservations)


def _linked(found: Slice, through: Any, column: str, things: dict[int, Appointment | Reservation]) -> None:
    for link in by_ids(through, column, things, order="t.id"):
        ticket = found.tickets.get(link.ticket_id)
        if ticket is not None:
            things[getattr(link, column)].tickets.append(ticket)
