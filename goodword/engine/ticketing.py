"""Tickets: closing, adjusting, voiding, and the rules they set off (rulings 11, 15, 23-25, 43-47, 51)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

import msgspec

from goodword.engine import tenders
from goodword.engine.contacts import find_or_make
from goodword.engine.decide import Steps, Turn, take_back_units
from goodword.engine.decisions import Decision, Ignored
from goodword.engine.durations import local_date
from goodword.engine.events import AppointmentOnTicket, Event, TicketData
from goodword.engine.facts import LineFact, RuleFacts, names_in
from goodword.engine.jobs import CANCELLED, VOIDED, find_or_make_job, move, report, worked
from goodword.engine.records import Appointment, Contact, Content, Grant, Job, Reservation, Ticket
from goodword.engine.rules.qualifying import check_rule
from goodword.engine.rules.rule import Rule
from goodword.engine.stages import work_changed
from goodword.engine.world import World
from goodword.money import half_up, spread


def take(world: World, event: Event, data: TicketData) -> Steps:
    """Take one of the three ticket events. The newest adjusted or voided wins and is never overwritten by a closing."""
    key = (event.source, data.external_id)
    ticket = world.tickets.get(key)
    if ticket is None:
        ticket = world.tickets[key] = Ticket(source=event.source, external_id=data.external_id)
    world.touch(ticket)
    if event.type == "ticket.closed":
        if ticket.closed_at is not None:
            return Steps([Ignored("already_closed")])
        return _close(world, event, ticket, _content(world, event, data))
    before = ticket.content
    if before is not None and before.kind != "closed" and event.order < before.order:
        return Steps([Ignored("superseded")])
    if event.type == "ticket.voided":
        ticket.content = replace(before or Content("voided", event.order), kind="voided", order=event.order)
    else:
        ticket.content = _content(world, event, data)
    if ticket.closed_at is None:
        return Steps([Ignored("waits_for_closing")])
    return _bring_up_to_date(world, event, ticket, before=before, hold_from=event.time)


def _content(world: World, event: Event, data: TicketData) -> Content:
    appointment = data.appointment
    if isinstance(appointment, str):
        appointment = AppointmentOnTicket(external_id=appointment)
    return Content(
        kind="closed" if event.type == "ticket.closed" else "adjusted", order=event.order,
        contact=find_or_make(world, event.source, data.contact) if data.contact is not None else None,
        job=find_or_make_job(world, event.source, data.job) if data.job is not None else None,
        location=data.location, appointment=appointment, reservation=data.reservation,
        lines=tuple(data.lines), tenders=tuple(tenders.stamped(world, each) for each in data.tenders),
    )  # fmt: skip


def _close(world: World, event: Event, ticket: Ticket, content: Content) -> Steps:
    ticket.closed_at, ticket.closing_event = event.time, event.id
    ticket.pins = list(world.in_force(event.time))
    waiting = ticket.content
    if waiting is None:
        ticket.content = content
    elif waiting.kind == "voided" and not waiting.lines:
        ticket.content = replace(content, kind="voided", order=waiting.order)
    return _bring_up_to_date(world, event, ticket, before=None, hold_from=event.time)


def _bring_up_to_date(
    world: World, event: Event, ticket: Ticket, *, before: Content | None, hold_from: datetime
) -> Steps:
    """Make jobs, tenders and rewards follow from what the ticket says now."""
    content, closed_at = ticket.content, ticket.closed_at
    assert content is not None
    assert closed_at is not None
    if before is not None:
        _unlink(world, ticket, before)
    _link(world, ticket, content)
    if content.contact is not None:
        worked(content.contact.root(), closed_at)
        world.touch(content.contact.root())
    steps = Steps(tenders.follow(world, event, ticket, content, before=before))
    was_void = before is not None and before.kind == "voided"
    steps.add(_follow_jobs(world, event, ticket, content, newly_void=content.kind == "voided" and not was_void))
    steps.add(reward(world, event, ticket, hold_from=hold_from))
    return steps


def _link(world: World, ticket: Ticket, content: Content) -> None:
    if content.appointment is not None and content.appointment.external_id is not None:
        key = (ticket.source, content.appointment.external_id)
        appointment = world.appointments.setdefault(key, Appointment(*key))
        if ticket not in appointment.tickets:
            appointment.tickets.append(ticket)
            world.touch(appointment)
    if content.reservation is not None:
        key = (ticket.source, content.reservation)
        reservation = world.reservations.setdefault(key, Reservation(*key))
        if ticket not in reservation.tickets:
            reservation.tickets.append(ticket)
            world.touch(reservation)
    if content.job is not None and ticket not in content.job.tickets:
        content.job.tickets.append(ticket)


def _unlink(world: World, ticket: Ticket, before: Content) -> None:
    """Forget the appointment, reservation and job that the ticket named before; an adjustment may name others."""
    named = before.appointment.external_id if before.appointment is not None else None
    for thing in (
        world.appointments.get((ticket.source, named or "")),
        world.reservations.get((ticket.source, before.reservation or "")),
    ):
        if thing is not None and ticket in thing.tickets:
            thing.tickets.remove(ticket)
            thing.gone.append(ticket)
            world.touch(thing)
    if before.job is not None and ticket in before.job.tickets:
        before.job.tickets.remove(ticket)


def _follow_jobs(world: World, event: Event, ticket: Ticket, content: Content, *, newly_void: bool) -> Steps:
    """Keep the job a ticket stands for, or take invoiced and paid back from the job a voided one names.

    One that comes to name a job when it is adjusted goes on standing for its own: no reward is undone (rulings 44).
    """
    changed: list[Contact] = []
    void = content.kind == "voided"
    if newly_void and content.job is not None:
        report(content.job, event.order, VOIDED)
        world.touch(content.job)
        changed += [content.job.contact.root()] if content.job.contact else []
    job = ticket.job
    going_on = job is not None and job.status != CANCELLED
    stands = not void and content.contact is not None and (content.job is None or going_on)
    if stands and content.contact is not None:
        if job is None:
            job = ticket.job = Job(source=ticket.source, external_id=None)
            report(job, (ticket.closed_at or event.time, *event.order[1:]), "paid")
        elif job.status == CANCELLED:
            report(job, event.order, "paid")
        changed += move(world, job, content.contact)
        job.total, job.location = sum(line.net for line in content.lines), content.location
        changed.append(content.contact.root())
        world.touch(job)
    elif job is not None and job.status != CANCELLED:
        report(job, event.order, CANCELLED)
        world.touch(job)
        changed += [job.contact.root()] if job.contact else []
    steps = Steps()
    for contact in dict.fromkeys(changed):
        steps.add(work_changed(world, event, contact))
    return steps


def told_late(world: World, ticket: Ticket, wanted: Callable[[Rule], bool]) -> Steps:
    """Return the turns of the rules that waited for what was told only now, as of the closing; no other is re-opened.

    Args:
        wanted: which rules waited: those with ``min_score`` for a score, the action's own for an appointment or
            reservation (rulings 18, 24, 40, 47).
    """
    content = ticket.content
    if content is None or ticket.closed_at is None or content.kind == "voided" or content.contact is None:
        return Steps()
    holder = content.contact.root()
    turns = _turns(world, ticket, content, holder, ticket.closed_at)
    late = [turn for turn in turns if wanted(turn.rule) and not _refused_then(turn)]
    for turn in late:
        turn.late = True
    return Steps(turns=late)


def _refused_then(turn: Turn) -> bool:
    """Say whether a rule with ``min_score`` was refused at the closing for another reason, and so did not wait."""
    if turn.rule.condition("min_score") is None:
        return False
    unscored = msgspec.structs.replace(turn.facts, score=None)
    return any(not check.held for check in check_rule(turn.rule, unscored))


def reward(world: World, event: Event, ticket: Ticket, *, hold_from: datetime) -> Steps:
    """Return the turns of all rules this ticket sets off, and take back what no longer stands."""
    content = ticket.content
    if content is None or ticket.closed_at is None:
        return Steps()
    if content.kind == "voided":
        return Steps(_reverse(world, event, ticket, "voided", keep=lambda made: made.rule.on_cancel == "keep"))
    holder = content.contact.root() if content.contact is not None else None
    turns = _turns(world, ticket, content, holder, hold_from) if holder is not None else []
    standing = {(t.revision.programme.id, t.rule.id) for t in turns}
    gone = _reverse(
        world, event, ticket, "adjusted",
        keep=lambda made: made.holder.root() is holder and (made.revision.programme.id, made.rule.id) in standing,
    )  # fmt: skip
    return Steps(gone, turns)


def _reverse(world: World, event: Event, ticket: Ticket, code: str, *, keep: Callable[[Grant], bool]) -> list[Decision]:
    """Take back all that this ticket's grants hold, but those to ``keep``, the newest first."""
    decisions: list[Decision] = []
    for made in reversed(list(ticket.grants)):
        if made.held > 0 and not keep(made):
            facts = RuleFacts(at=event.time, local_date=event.time.date(), currency="")
            turn = Turn(made.revision, made.rule, made.holder.root(), facts, ticket=ticket)
            decisions += take_back_units(world, event, turn, made.held, codes=(code,))
    return decisions


def _turns(world: World, ticket: Ticket, content: Content, holder: Contact, hold_from: datetime) -> list[Turn]:
    if ticket.holder is None or ticket.holder.root() is not holder:
        ticket.holder, ticket.holder_traits = holder, holder.traits()
    job = content.job
    if ticket.score is None and job is not None:
        ticket.score = job.latest_score()
    facts = _facts(world, ticket, content)
    turns = []
    for revision in ticket.pins:
        for rule in revision.programme.rules:
            if rule.on_ticket and _set_off(world, ticket, content, rule):
                turn = Turn(revision, rule, holder, facts, ticket=ticket, hold_from=hold_from)
                turn.rivals = _same_action(world, ticket, content, rule)
                turn.waits = job is not None
                turns.append(turn)
    return turns


def _facts(world: World, ticket: Ticket, content: Content) -> RuleFacts:
    closed_at = ticket.closed_at
    assert closed_at is not None
    return RuleFacts(
        at=closed_at, local_date=local_date(closed_at, world.settings.zone), currency=world.settings.currency,
        lines=qualifying_lines(content), services=tuple(content.job.services) if content.job else (),
        location=content.location, traits=ticket.holder_traits, score=ticket.score,
        contact=names_in(ticket.holder_traits),
    )  # fmt: skip


def qualifying_lines(content: Content) -> tuple[LineFact, ...]:
    """Return the lines, each less its share of what was paid with value of ours (rulings 23).

    Excluded = tender x net / (net + tax) of the whole ticket, half up once, spread over the lines by largest remainder.
    Sold gift vouchers are money and exclude nothing.
    """
    own = sum(t.amount for t in content.tenders if tenders.is_own_value(t))
    nets = [line.net for line in content.lines]
    net, tax = sum(nets), sum(line.tax for line in content.lines)
    excluded = half_up(Fraction(own * net, net + tax)) if own and net + tax > 0 else 0
    shares = spread(excluded, nets) if excluded else [0] * len(nets)
    return tuple(
        LineFact(kind=line.kind, sku=line.sku, net=line_net - share)
        for line, line_net, share in zip(content.lines, nets, shares, strict=True)
    )


def _set_off(world: World, ticket: Ticket, content: Content, rule: Rule) -> bool:
    if rule.when == "ticket.closed":
        return True
    if rule.when == "product.reserved":
        reservation = world.reservations.get((ticket.source, content.reservation or ""))
        return content.reservation is not None and reservation is not None and reservation.told
    if content.appointment is None:
        return False
    made: str | None = content.appointment.made
    if made is None and content.appointment.external_id is not None:
        appointment = world.appointments.get((ticket.source, content.appointment.external_id))
        made = appointment.made if appointment is not None else None
    return rule.when == f"appointment.{made}"


def _same_action(world: World, ticket: Ticket, content: Content, rule: Rule) -> list[Ticket]:
    """Return the other tickets of the same appointment or reservation: the action pays once for all of them."""
    if rule.when == "product.reserved" and content.reservation is not None:
        named = world.reservations[(ticket.source, content.reservation)].tickets
    elif rule.when != "ticket.closed" and content.appointment is not None and content.appointment.external_id:
        named = world.appointments[(ticket.source, content.appointment.external_id)].tickets
    else:
        return []
    return [other for other in named if other is not ticket]
