"""Jobs: status reports folded in time order into the stages they reached (rulings 14, 15, 44, 45)."""

from __future__ import annotations

from datetime import datetime

from goodword.engine.contacts import find_or_make
from goodword.engine.decide import Steps
from goodword.engine.decisions import JobCancelled, JobResumed
from goodword.engine.events import STATUSES, Event, JobData
from goodword.engine.records import Contact, Job
from goodword.engine.stages import work_changed
from goodword.engine.world import World

CANCELLED = "cancelled"
VOIDED = "ticket voided"  # takes invoiced and paid back, leaves the work done (rulings 45)
Order = tuple[datetime, int, str, str]


def find_or_make_job(world: World, source: str, external_id: str) -> Job:
    """Return the job of that name; one nobody has told us of yet has no reports and reaches nothing."""
    job = world.jobs.get((source, external_id))
    if job is None:
        job = Job(source=source, external_id=external_id)
        world.jobs[(source, external_id)] = job
        world.touch(job)
    return job


def save(world: World, event: Event, data: JobData) -> Steps:
    """Take a ``job.saved``: its details where it is the newest, its status at its place in time."""
    job = find_or_make_job(world, event.source, data.external_id)
    newest = job.details_at is None or event.time >= job.details_at
    moved: list[Contact] = []
    if data.contact is not None and (newest or job.contact is None):
        moved = move(world, job, find_or_make(world, event.source, data.contact))
    for name in ("total", "services", "location"):
        value = getattr(data, name)
        if value is not None and (newest or not getattr(job, name)):
            setattr(job, name, value)
    if newest:
        job.details_at = event.time
    was = job.status
    if data.status is not None:
        report(job, event.order, data.status)
    if job.contact is not None:
        worked(job.contact.root(), event.time)
        world.touch(job.contact.root())
    world.touch(job)
    steps = Steps()
    if CANCELLED in (was, job.status) and was != job.status:
        steps.decisions.append(JobCancelled(job) if job.status == CANCELLED else JobResumed(job))
    for contact in dict.fromkeys([*moved, *([job.contact.root()] if job.contact else [])]):
        steps.add(work_changed(world, event, contact))
    return steps


def move(world: World, job: Job, contact: Contact) -> list[Contact]:
    """Give the job to ``contact``; return the one who had it, if it was another."""
    contact = contact.root()
    before = job.contact.root() if job.contact is not None else None
    if before is contact:
        return []
    if before is not None and job in before.jobs:
        before.jobs.remove(job)
    job.contact = contact
    contact.jobs.append(job)
    world.touch(job)
    return [before] if before is not None else []


def worked(contact: Contact, time: datetime) -> None:
    """Note the time of a contact's first job or ticket: what newness is judged by."""
    if contact.first_work_at is None or time < contact.first_work_at:
        contact.first_work_at = time


def report(job: Job, order: Order, status: str) -> None:
    """Add a status report at its place in time and fold all of them anew.

    A later status implies the earlier ones, reached at that moment; an earlier one un-reaches the later ones.
    """
    job.reports.append((*order, status))
    job.reports.sort()
    reached: dict[str, datetime] = {}
    current = ""
    for time, _, _, _, told in job.reports:
        if told == CANCELLED:
            reached, current = {}, CANCELLED
        elif told == VOIDED:
            reached.pop("invoiced", None)
            reached.pop("paid", None)
            current = "completed" if current in ("invoiced", "paid") else current
        else:
            place = STATUSES.index(told)
            reached = {s: reached.get(s, time) for s in STATUSES[: place + 1]}
            current = told
    job.reached, job.status = reached, current
