"""Load the slice of the world that a batch of events speaks of, in a bounded number of statements.

The set of contacts is found first and locked in id order, then what they own is read (rulings 21): facts read without
the locks paid one bonus four times in a trial (architecture.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model, Q, QuerySet

from goodword.business.models import Business
from goodword.business.reading import setting
from goodword.engine.durations import parse_duration
from goodword.engine.events import Event
from goodword.engine.world import (
    Appointment,
    Contact,
    Job,
    Lot,
    Referral,
    Reservation,
    Revision,
    Settings,
    Ticket,
    World,
)
from goodword.flow import rows
from goodword.flow.holdings import load_holdings
from goodword.flow.names import Key, Names, names_of
from goodword.flow.revisions import revisions_of
from goodword.ledger.opening import book_of
from goodword.people import models as people
from goodword.referrals import models as referrals
from goodword.work import models as work

CHUNK = 500


@dataclass(slots=True)
class Slice:
    """A world and the rows it was read from; ``rows`` is keyed by the engine object's ``id()``."""

    business: Business
    book: int
    world: World
    rows: dict[int, Model] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)
    jobs: dict[int, Job] = field(default_factory=dict)
    tickets: dict[int, Ticket] = field(default_factory=dict)
    referrals: dict[int, Referral] = field(default_factory=dict)
    lots: dict[int, Lot] = field(default_factory=dict)
    revisions: dict[int, Revision] = field(default_factory=dict)
    wallets: dict[int, list[int]] = field(default_factory=dict)  # by contact pk, the first is theirs from the start
    lot_wallets: dict[int, int] = field(default_factory=dict)  # by the lot's id()
    lapsed: dict[int, int] = field(default_factory=dict)  # by lot pk: units lapsed that a late event may bring back
    debts: dict[tuple[int, str], int] = field(default_factory=dict)  # by wallet and asset
    uses: dict[tuple[Any, ...], Model] = field(default_factory=dict)
    identities: set[Key] = field(default_factory=set)  # stored already


def settings_of(business: Business) -> Settings:
    """Return the settings that decide value, as they are in force now."""
    return Settings(
        zone=ZoneInfo(business.timezone), currency=business.currency, country=business.country or None,
        points_hold=parse_duration(setting(business, "points_hold")), household=setting(business, "household"),
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
    job_rows, ticket_rows, appointment_rows, reservation_rows = _named_work(business, names)
    wanted = _contact_ids(business, names)
    for row in (*job_rows, *ticket_rows, *appointment_rows, *reservation_rows):
        wanted |= {row.contact_id} if row.contact_id else set()
    wanted |= {row.holder_id for row in ticket_rows if row.holder_id}
    contact_rows, referral_rows = _people(business, wanted, names)
    locked = _lock(contact_rows)
    rows.contacts(found, locked)
    _index(found, business, names)
    _work(found, names, job_rows, ticket_rows, appointment_rows, reservation_rows, referral_rows)
    load_holdings(found, since=min(event.time for event in events))
    return found


def chunked(keys: Iterable[Any]) -> Iterable[list[Any]]:
    """Yield lists short enough for one statement."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def by_key(model: Any, business: Business, keys: set[Key]) -> list[Any]:
    """Return the rows of (source, external id) pairs."""
    found: list[Any] = []
    for part in chunked(keys):
        wanted = set(part)
        query = model.objects.filter(
            business=business, source__in={s for s, _ in part}, external_id__in=[name for _, name in part]
        )
        found += [row for row in query if (row.source, row.external_id) in wanted]
    return found


def by_ids(query: QuerySet[Any], column: str, ids: Iterable[int]) -> list[Any]:
    """Return the rows whose ``column`` is among ``ids``, in bounded statements."""
    found: list[Any] = []
    for part in chunked(set(ids)):
        found += list(query.filter(**{f"{column}__in": part}))
    return found


def _named_work(business: Business, names: Names) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
    jobs = {row.pk: row for row in by_key(work.Job, business, names.jobs)}
    tickets = {row.pk: row for row in by_key(work.Ticket, business, names.tickets)}
    appointments = by_key(work.Appointment, business, names.appointments)
    reservations = by_key(work.Reservation, business, names.reservations)
    open_jobs = [pk for pk in jobs]
    for row in by_ids(work.Ticket.objects.filter(score=None), "names_job_id", open_jobs):
        tickets[row.pk] = row
    for through, column, ids in (
        (work.Appointment.tickets.through, "appointment_id", [a.pk for a in appointments]),
        (work.Reservation.tickets.through, "reservation_id", [r.pk for r in reservations]),
    ):
        linked = {link.ticket_id for link in by_ids(through.objects.all(), column, ids)}
        for row in by_ids(work.Ticket.objects.all(), "pk", linked - set(tickets)):
            tickets[row.pk] = row
    missing = {pk for t in tickets.values() for pk in (t.names_job_id, t.job_id) if pk and pk not in jobs}
    for row in by_ids(work.Job.objects.all(), "pk", missing):
        jobs[row.pk] = row
    return list(jobs.values()), list(tickets.values()), appointments, reservations


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


def _index(found: Slice, business: Business, names: Names) -> None:
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


def _work(
    found: Slice, names: Names, job_rows: list[Any], ticket_rows: list[Any], appointment_rows: list[Any],
    reservation_rows: list[Any], referral_rows: list[Any],
) -> None:  # fmt: skip
    """Build jobs, tickets, appointments, reservations and referrals; friends bring all their jobs."""
    friends = {row.friend_id for row in referral_rows}
    everyone = names.attributing or names.merging or names.newest_jobs
    owners = [pk for pk, contact in found.contacts.items() if everyone or contact.root().pk in friends]
    known = {row.pk for row in job_rows}
    job_rows = job_rows + [r for r in by_ids(work.Job.objects.all(), "contact_id", owners) if r.pk not in known]
    rows.jobs(found, job_rows)
    rows.tickets(found, ticket_rows)
    rows.referrals(found, referral_rows)
    _linked(found, work.Appointment.tickets.through, "appointment_id", rows.appointments(found, appointment_rows))
    _linked(found, work.Reservation.tickets.through, "reservation_id", rows.reservations(found, reservation_rows))


def _linked(found: Slice, through: Any, column: str, things: dict[int, Appointment | Reservation]) -> None:
    for link in by_ids(through.objects.order_by("pk"), column, things):
        ticket = found.tickets.get(link.ticket_id)
        if ticket is not None:
            things[getattr(link, column)].tickets.append(ticket)



