"""Rows read into the engine's objects."""

from __future__ import annotations

from typing import Any

from goodword.engine.records import Appointment, Contact, Job, Referral, Reservation, Ticket
from goodword.flow import thaw
from goodword.flow.slice import Slice


def contacts(found: Slice, rows: list[Any]) -> None:
    """Build the contacts and tie merged records to their survivors."""
    for row in rows:
        contact = Contact(
            pk=row.pk, public_id=row.public_id, name=row.name, phone=row.phone, email=row.email,
            language=row.language, address=row.address, address_key=row.address_key, company=row.company,
            tags=list(row.tags), clubs=list(row.clubs), partner=row.partner, blocked=row.blocked, code=row.code,
            first_work_at=row.first_work_at, ordinals=dict(row.ordinals),
            arrival=thaw.thaw_arrival(row.arrival, found.revisions),
        )  # fmt: skip
        found.contacts[row.pk] = contact
        found.rows[id(contact)] = row
    for row in sorted(rows, key=lambda r: r.pk):
        survivor = found.contacts.get(row.merged_into_id)
        if survivor is not None:
            found.contacts[row.pk].merged_into = survivor
            survivor.absorbed.append(found.contacts[row.pk])


def jobs(found: Slice, rows: list[Any]) -> None:
    """Build the jobs and hang them on their contacts' survivors, oldest first."""
    for row in sorted(rows, key=lambda r: r.pk):
        contact = found.contacts.get(row.contact_id)
        job = Job(
            source=row.source, external_id=row.external_id, pk=row.pk, public_id=row.public_id, contact=contact,
            reports=thaw.thaw_reports(row.reports), scores=[(thaw.sure(t), s) for t, s in row.scores],
            reached={name: thaw.sure(t) for name, t in row.reached.items()}, status=row.status, total=row.total,
            services=list(row.services), location=row.location, details_at=row.details_at,
        )  # fmt: skip
        found.jobs[row.pk] = job
        found.rows[id(job)] = row
        if contact is not None:
            contact.root().jobs.append(job)
        if row.external_id is not None:
            found.world.jobs[(row.source, row.external_id)] = job


def tickets(found: Slice, rows: list[Any]) -> None:
    """Build the tickets; what they spent is added when the lots are known."""
    for row in sorted(rows, key=lambda r: r.pk):
        ticket = Ticket(
            source=row.source, external_id=row.external_id, pk=row.pk, public_id=row.public_id,
            closed_at=row.closed_at, closing_event=row.closing_event,
            content=thaw.thaw_content(row.content, found.contacts.__getitem__, found.jobs.__getitem__),
            job=found.jobs[row.job_id] if row.job_id else None, pins=[found.revisions[pk] for pk in row.pins],
            holder=found.contacts[row.holder_id] if row.holder_id else None,
            holder_traits=frozenset(row.holder_traits), score=row.score,
        )  # fmt: skip
        found.tickets[row.pk] = ticket
        found.rows[id(ticket)] = row
        found.world.tickets[(row.source, row.external_id)] = ticket
        if ticket.content is not None and ticket.content.job is not None:
            ticket.content.job.tickets.append(ticket)


def referrals(found: Slice, rows: list[Any]) -> None:
    """Build the live referrals and hang them on friend and referrer."""
    for row in sorted(rows, key=lambda r: r.pk):
        friend, referrer = found.contacts[row.friend_id], found.contacts[row.referrer_id]
        referral = Referral(
            friend=friend, referrer=referrer, how=row.how, arrived_at=row.arrived_at, is_new=row.is_new, pk=row.pk,
            public_id=row.public_id, household=row.household, pins=thaw.thaw_pins(row.pins, found.revisions),
            stages=thaw.thaw_stages(row.stages, found.jobs.__getitem__),
            waits=thaw.thaw_waits(row.waits, found.jobs.__getitem__),
        )  # fmt: skip
        found.referrals[row.pk] = referral
        found.rows[id(referral)] = row
        friend.root().referral = referral
        referrer.root().referred.append(referral)


def appointments(found: Slice, rows: list[Any]) -> dict[int, Appointment | Reservation]:
    """Build the appointments."""
    built: dict[int, Appointment | Reservation] = {}
    for row in rows:
        contact = found.contacts.get(row.contact_id)
        thing = Appointment(row.source, row.external_id, row.pk, contact, row.made, row.at, row.told)
        built[row.pk] = found.world.appointments[(row.source, row.external_id)] = thing
        found.rows[id(thing)] = row
    return built


def reservations(found: Slice, rows: list[Any]) -> dict[int, Appointment | Reservation]:
    """Build the reservations."""
    built: dict[int, Appointment | Reservation] = {}
    for row in rows:
        contact = found.contacts.get(row.contact_id)
        thing = Reservation(row.source, row.external_id, row.pk, contact, row.sku, row.told)
        built[row.pk] = found.world.reservations[(row.source, row.external_id)] = thing
        found.rows[id(thing)] = row
    return built
