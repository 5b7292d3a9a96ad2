"""Fold events into the world, one after the other: the same fold settles a live batch and runs a backtest."""

from __future__ import annotations

from typing import assert_never

from goodword.engine import contacts, jobs, merging, referring, stages, ticketing
from goodword.engine.decide import Steps, decide
from goodword.engine.decisions import Decision, Ignored
from goodword.engine.events import (
    AppointmentData,
    ContactData,
    Event,
    JobData,
    Merge,
    ReservationData,
    SurveyData,
    TicketData,
)
from goodword.engine.records import Appointment, Job, Reservation, Ticket
from goodword.engine.world import World


def apply(world: World, event: Event) -> list[Decision]:
    """Take one event into the world and return all that follows from it.

    The rules of one event take their turn in document order, several stages reached at once included (rulings 46).
    The same world and event always give the same decisions.
    """
    return conclude(world, event, _take(world, event))


def conclude(world: World, event: Event, steps: Steps) -> list[Decision]:
    """Take the turns that a change left to be taken, note what waits, and return all decisions of the event."""
    taken = decide(world, event, steps.turns)
    stages.note_waits(world, taken)
    return [*steps.decisions, *taken]


def _take(world: World, event: Event) -> Steps:
    data = event.data
    match data:
        case ContactData():
            return _contact(world, event, data)
        case Merge():
            loser = contacts.find_or_make(world, event.source, data.source)
            return merging.merge(world, event, loser, contacts.find_or_make(world, event.source, data.into))
        case AppointmentData():
            return _appointment(world, event, data)
        case ReservationData():
            return _reservation(world, event, data)
        case JobData():
            return jobs.save(world, event, data)
        case SurveyData():
            return _survey(world, event, data)
        case TicketData():
            return ticketing.take(world, event, data)
        case _:
            assert_never(data)


def _contact(world: World, event: Event, data: ContactData) -> Steps:
    """Save a contact and who referred them; a bare record that turns out to be somebody we know joins them first."""
    steps = Steps()
    joining = contacts.to_join(world, event, data)
    if joining is not None:
        steps.add(merging.merge(world, event, *joining))
    contact = contacts.save(world, event, data)
    if data.referred_by is not None:
        steps.add(referring.attribute(world, event, contact, data.referred_by, data.how))
    return steps


def _appointment(world: World, event: Event, data: AppointmentData) -> Steps:
    """Note how an appointment was made; a ticket that closed before it was told is looked at again (rulings 47)."""
    key = (event.source, data.external_id)
    appointment = world.appointments.setdefault(key, Appointment(*key))
    if data.contact is not None:
        appointment.contact = contacts.find_or_make(world, event.source, data.contact)
    first = appointment.made is None
    appointment.told, appointment.made = True, data.made or appointment.made
    appointment.at = data.at or appointment.at
    world.touch(appointment)
    waiting = [t for t in appointment.tickets if t.content and t.content.appointment and not t.content.appointment.made]
    return _look_again(world, waiting, f"appointment.{appointment.made}") if first else Steps()


def _reservation(world: World, event: Event, data: ReservationData) -> Steps:
    key = (event.source, data.external_id)
    reservation = world.reservations.setdefault(key, Reservation(*key))
    if data.contact is not None:
        reservation.contact = contacts.find_or_make(world, event.source, data.contact)
    first = not reservation.told
    reservation.told, reservation.sku = True, data.sku or reservation.sku
    world.touch(reservation)
    return _look_again(world, reservation.tickets, "product.reserved") if first else Steps()


def _look_again(world: World, tickets: list[Ticket], when: str) -> Steps:
    """Take the turns of an action's rules on the tickets that closed before it was told, as of their closing."""
    steps = Steps()
    for ticket in tickets:
        steps.add(ticketing.told_late(world, ticket, lambda rule: rule.when == when))
    return steps


def _survey(world: World, event: Event, data: SurveyData) -> Steps:
    """Note a score; the first one after the fact settles what waited for it (rulings 18, 41)."""
    job = _job_of(world, event, data)
    if data.contact is not None:
        contact = contacts.find_or_make(world, event.source, data.contact)
        if job is not None and job.contact is None:
            jobs.move(world, job, contact)
    if job is None:
        return Steps([Ignored("no_job")])
    job.scores.append((event.time, data.score))
    world.touch(job)
    steps = Steps(turns=stages.scored(world, event, job, data.score))
    for ticket in job.tickets:
        if ticket.closed_at is not None and ticket.score is None:
            ticket.score = data.score
            world.touch(ticket)
            steps.add(ticketing.told_late(world, ticket, lambda rule: rule.condition("min_score") is not None))
    return steps


def _job_of(world: World, event: Event, data: SurveyData) -> Job | None:
    """Return the job of a survey; one that names only its contact belongs to their newest job."""
    if data.job is not None:
        return jobs.find_or_make_job(world, event.source, data.job)
    contact = contacts.find_or_make(world, event.source, data.contact) if data.contact is not None else None
    told = [job for job in contact.jobs if job.reports] if contact is not None else []
    return max(told, key=lambda job: job.reports[-1]) if told else None
