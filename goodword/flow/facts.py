"""Load the slice of the world that a batch of events speaks of, in a bounded number of statements.

The set of contacts is found first and locked in id order, then what they own is read (rulings 21): facts read without
the locks paid one bonus four times in a trial (architecture.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from goodword.business.models import Business
from goodword.business.reading import settings_at
from goodword.engine.durations import parse_duration
from goodword.engine.events import Event
from goodword.engine.records import Appointment, Reservation
from goodword.engine.world import Settings, World
from goodword.flow import rows
from goodword.flow.holdings import load_holdings
from goodword.flow.names import Key, Names, names_of
from goodword.flow.querying import by_ids, by_key, chunked, grants_on
from goodword.flow.revisions import revisions_of
from goodword.flow.slice import Slice
from goodword.ledger import holding
from goodword.ledger.opening import book_of
from goodword.people import models as people
from goodword.referrals import models as referrals
from goodword.work import models as work


def settings_of(business: Business) -> Settings:
    """Return the settings that decide value, as they are in force now."""
    told = settings_at(business)
    return Settings(
        zone=ZoneInfo(business.timezone), currency=business.currency, country=business.country or None,
        points_hold=parse_duration(told["points_hold"]), household=told["household"],
    )  # fmt: skip


def load(business: Business, events: Sequence[Event]) -> Slice:
    """Read and lock all that these events may change. Runs inside the settling transaction.

    Needs the business's settle lock (``flow/settle.py``): while it is held only redemptions change lots, and those
    lock the contact first.
    """
    programmes = revisions_of(business)
    world = World(settings=settings_of(business), programmes=programmes)
    found = Slice(business=business, book=book_of(business=business.pk), world=world)
    found.revisions = {r.pk: r for line in programmes.values() for r in line if r.pk is not None}
    names = names_of(events, country=business.country)
    told = _named_work(business, names)
    wanted = _contact_ids(business, names)
    for rows_of in (told.jobs, told.tickets, told.appointments, told.reservations):
        wanted |= {row.contact_id for row in rows_of.values() if row.contact_id}
    wanted |= {row.holder_id for row in told.tickets.values() if row.holder_id}
    contact_rows, referral_rows = _people(business, wanted, names)
    found.grant_rows = grants_on(referrals=[row.pk for row in referral_rows], tickets=list(told.tickets))
    holders = {row.holder_id for row in found.grant_rows} | _spenders(found, told)
    _with_records(business, holders - set(contact_rows), contact_rows)
    locked = _lock(contact_rows)
    rows.contacts(found, locked)
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
    fresh += by_ids(work.Ticket.objects.filter(score=None), "names_job_id", found.jobs)
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
        fresh = by_ids(work.Ticket.objects.all(), "pk", linked - set(found.tickets))
    missing = {pk for t in found.tickets.values() for pk in (t.names_job_id, t.job_id) if pk} - set(found.jobs)
    found.jobs |= {row.pk: row for row in by_ids(work.Job.objects.all(), "pk", missing)}
    return found


def _linked_tickets(business: Business, known: dict[int, Any], model: Any, column: str, keys: set[Key]) -> set[int]:
    """Add the rows of these keys to ``known`` and return the tickets that name the new ones."""
    fresh = [row for row in by_key(model, business, keys) if row.pk not in known]
    known |= {row.pk: row for row in fresh}
    links = by_ids(model.tickets.through.objects.all(), column, [row.pk for row in fresh])
    return {link.ticket_id for link in links}


def _contact_ids(business: Business, names: Names) -> set[int]:
    """Return the contacts that the names lead to: by identity, our id, phone, e-mail and referral code."""
    found: set[int] = {row.contact_id for row in by_key(people.Identity, business, names.identities)}
    for column, values in (
        ("public_id", names.public), ("phone", names.phones), ("email", names.emails), ("code", names.codes),
    ):  # fmt: skip
        for part in chunked(values):
            query = people.Contact.objects.filter(business=business, **{f"{column}__in": part})
            found |= set(query.values_list("pk", flat=True))
    return found


def _spenders(found: Slice, told: _Work) -> set[int]:
    """Return who owned the lots that these tickets spent from."""
    lots = sorted({pk for row in told.tickets.values() for pk, *_ in row.spends})
    if not lots:
        return set()
    wallets = {lot.wallet for lot in holding.newest_heirs(book=found.book, lots=lots).values()}
    owners = people.WalletOwner.objects.filter(wallet__in=wallets, until=None)
    return set(owners.values_list("contact_id", flat=True))


def _people(business: Business, wanted: set[int], names: Names) -> tuple[dict[int, Any], list[Any]]:
    """Return the contacts, all records of the same persons, and the live referrals they stand in, up the line.

    A friend brings the referrer and the introducer; an attribution needs the whole line, to see a circle.
    """
    contacts: dict[int, Any] = {}
    referred: dict[int, Any] = {}
    query = referrals.Referral.objects.filter(removed_at=None)
    whole_line = names.attributing or names.merging
    fresh, level = wanted, 0
    while fresh:
        known = set(contacts)
        _with_records(business, fresh, contacts)
        level += 1
        if level > 2 and not whole_line:
            break
        asked = set(contacts) - known
        found = by_ids(query, "friend_id", asked)
        if names.merging and level == 1:
            found += by_ids(query, "referrer_id", asked)
        referred |= {row.pk: row for row in found}
        fresh = {pk for row in found for pk in (row.friend_id, row.referrer_id)} - set(contacts)
    return contacts, list(referred.values())


def _with_records(business: Business, ids: set[int], contacts: dict[int, Any]) -> None:
    """Add these contacts, the survivors they were merged into and all that was merged into those."""
    query = people.Contact.objects.filter(business=business)
    while ids:
        fresh = by_ids(query, "pk", ids)
        contacts |= {row.pk: row for row in fresh}
        up = {row.merged_into_id for row in fresh if row.merged_into_id}
        roots = [row.pk for row in fresh]
        down = set()
        for part in chunked(roots):
            down |= set(query.filter(merged_into__in=part).values_list("pk", flat=True))
        ids = (up | down) - set(contacts)


def _lock(contacts: dict[int, Any]) -> list[Any]:
    """Lock the contacts in id order and return them as they are now."""
    query = people.Contact.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    return by_ids(query, "pk", contacts)


def _index(found: Slice) -> None:
    world = found.world
    for row in by_ids(people.Identity.objects.order_by("pk"), "contact_id", found.contacts):
        contact = found.contacts[row.contact_id]
        contact.identities.append((row.source, row.external_id))
        found.identities.add((row.source, row.external_id))
        world.identities[(row.source, row.external_id)] = contact
    for pk in sorted(found.contacts):
        contact = found.contacts[pk]
        world.public[contact.public_id] = contact
        if contact.code is not None:
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
    jobs = {row.pk: row for row in by_ids(work.Job.objects.all(), "contact_id", owners)} | told.jobs
    rows.jobs(found, list(jobs.values()))
    rows.tickets(found, list(told.tickets.values()))
    rows.referrals(found, referral_rows)
    appointments = rows.appointments(found, list(told.appointments.values()))
    _linked(found, work.Appointment.tickets.through, "appointment_id", appointments)
    reservations = rows.reservations(found, list(told.reservations.values()))
    _linked(found, work.Reservation.tickets.through, "reservation_id", reservations)


def _linked(found: Slice, through: Any, column: str, things: dict[int, Appointment | Reservation]) -> None:
    for link in by_ids(through.objects.order_by("pk"), column, things):
        ticket = found.tickets.get(link.ticket_id)
        if ticket is not None:
            things[getattr(link, column)].tickets.append(ticket)
