"""What people are told of what was settled: the survey, the ask, the thank-you, the welcome (R95-R103, R34).

Called inside the settling transaction, so a message stands or falls with its cause. The number of statements does not
grow with the batch. Who may be asked to refer is in ``inviting.py``; words of rewards are in ``thanking.py``.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from goodword.business.models import Business
from goodword.business.reading import settings_at
from goodword.engine.contacts import find
from goodword.engine.decisions import Attributed, Decision, Granted, ReferralRemoved, Reversed
from goodword.engine.events import ContactData, ContactRef, Event, JobData, SurveyData
from goodword.engine.records import Contact, Job
from goodword.flow import inviting, thanking
from goodword.flow.settled import Kept
from goodword.flow.thanking import welcome_key
from goodword.inbox import models as inbox
from goodword.outbox import queueing
from goodword.outbox.links import survey_link
from goodword.outbox.models import Message
from goodword.outbox.queueing import Draft
from goodword.work import models as work

Outcome = tuple[inbox.Event, Event, list[Decision]]
FRESH = timedelta(days=3)  # older news is history that is brought in: nobody wants a year of texts on import
FRIEND_SPEAKS = frozenset({"contact.saved", "callback.requested"})


@dataclass(slots=True)
class Told:
    """What a batch told us, sorted by what may follow. ``fresh`` events only, but for what cancels."""

    jobs: dict[int, tuple[inbox.Event, Job]] = field(default_factory=dict)  # by id(), with the newest event
    friends: dict[int, tuple[inbox.Event, Contact]] = field(default_factory=dict)
    granted: list[tuple[inbox.Event, Granted]] = field(default_factory=list)
    taken: list[Reversed] = field(default_factory=list)
    scored: list[tuple[Job, int]] = field(default_factory=list)
    cancelled: list[Job] = field(default_factory=list)
    removed: list[ReferralRemoved] = field(default_factory=list)


def follow(*, business: Business, outcomes: Sequence[Outcome], kept: Kept, now: datetime) -> list[Message]:
    """Queue what these settled events make us say, and cancel what they made untrue. Return the new messages.

    An event whose time lies more than ``FRESH`` before it was recorded queues nothing.
    """
    told = _sort(outcomes, kept)
    if not any((told.jobs, told.friends, told.granted, told.taken, told.scored, told.removed)):
        return []
    settings = settings_at(business, now)
    _cancel(business, told, kept, threshold=int(settings["score_threshold"]))
    drafts = [
        *_surveys(told, kept),
        *inviting.invitations(
            business=business, candidates=list(told.jobs.values()), kept=kept, settings=settings, now=now
        ),
        *thanking.notices(business=business, granted=told.granted, taken=told.taken, kept=kept),
        *thanking.welcomes(friends=list(told.friends.values()), kept=kept, now=now),
    ]
    made = queueing.queue_all(business=business, drafts=drafts, now=now)
    inviting.note_asked(messages=made, now=now)
    return made


def released(*, business: Business, reward: Any, event: inbox.Event, now: datetime) -> list[Message]:
    """Thank for a reward that a person released just now (pending → issued, rulings 34)."""
    return queueing.queue_all(
        business=business, drafts=thanking.released(business=business, reward=reward, event=event, now=now), now=now
    )


def is_fresh(row: inbox.Event) -> bool:
    """Say whether the event is news, not history that is brought in: of a table nothing is, whatever its rows say."""
    return row.batch is None and row.time >= row.recorded_at - FRESH


def _sort(outcomes: Iterable[Outcome], kept: Kept) -> Told:
    told = Told()
    for row, event, decisions in outcomes:
        fresh = is_fresh(row)
        _data(told, row, event, kept, fresh=fresh)
        for decision in decisions:
            match decision:
                case Granted():
                    told.granted += [(row, decision)] if fresh else []
                case Reversed():
                    told.taken.append(decision)
                case Attributed(referral=referral):
                    if fresh and (row.type in FRIEND_SPEAKS or referral.friend.root().name):
                        told.friends[id(referral.friend.root())] = (row, referral.friend.root())
                case ReferralRemoved():
                    told.removed.append(decision)
                case _:
                    pass
    return told


def _data(told: Told, row: inbox.Event, event: Event, kept: Kept, *, fresh: bool) -> None:
    """Note the job or the friend that an event speaks of."""
    world, data = kept.found.world, event.data
    match data:
        case JobData():
            job = world.jobs.get((event.source, data.external_id))
            if job is not None and job.status == "cancelled":
                told.cancelled.append(job)
            elif job is not None and fresh:
                told.jobs[id(job)] = (row, job)
        case SurveyData():
            job = _scored_job(kept, event, data)
            if job is not None:
                told.scored.append((job, data.score))
                if fresh:
                    told.jobs[id(job)] = (row, job)
        case ContactData() if fresh and row.type == "contact.saved":
            contact = find(world, event.source, data.external_id)
            if contact is not None and contact.referral is not None:
                told.friends[id(contact)] = (row, contact)
        case _:
            pass


def _scored_job(kept: Kept, event: Event, data: SurveyData) -> Job | None:
    """Return the job that was scored: the named one, else the contact's newest (as ``engine/history.py`` does)."""
    if data.job is not None:
        return kept.found.world.jobs.get((event.source, data.job))
    ref: str | ContactRef | None = data.contact
    contact = find(kept.found.world, event.source, ref) if ref is not None else None
    known = [job for job in contact.jobs if job.reports] if contact is not None else []
    return max(known, key=lambda job: job.reports[-1]) if known else None


def _cancel(business: Business, told: Told, kept: Kept, *, threshold: int) -> None:
    """Take back what still waits and is no longer true or wanted."""
    answered = [f"survey:{job.public_id}" for job, _ in told.scored]
    queueing.cancel(business=business, keys=answered, note="the score was given already")
    gone = [f"survey:{job.public_id}" for job in told.cancelled]
    queueing.cancel(business=business, keys=gone, note="the job was cancelled")
    welcomes = [welcome_key(decision.referral.public_id) for decision in told.removed]
    queueing.cancel(business=business, keys=welcomes, note="the referral was removed")
    unhappy = {kept.contact_pk(job.contact) for job, score in told.scored if score < threshold and job.contact}
    inviting.stop(business=business, contacts=unhappy, note="the customer was not happy")


def _surveys(told: Told, kept: Kept) -> list[Draft]:
    """Ask for a score once per job, when the work is done and nobody has scored it yet (R97)."""
    drafts, marked = [], []
    for row, job in told.jobs.values():
        done = job.reached.get("completed")
        if done is None or done < row.recorded_at - FRESH or job.scores or job.contact is None:
            continue
        stored = kept.row(job)
        if stored.survey_token is not None:
            continue
        stored.survey_token = secrets.token_urlsafe(16)
        marked.append(stored)
        key, contact = f"survey:{stored.public_id}", kept.row(job.contact.root())
        facts = {"job": stored.public_id, "link": survey_link(stored.survey_token)}
        drafts.append(Draft(key, "survey_request", contact, facts, due_at=row.time, event=row))
    # An upsert on the key: a CASE over a thousand rows costs far more.
    work.Job.objects.bulk_create(
        marked, batch_size=500, update_conflicts=True, unique_fields=["id"], update_fields=["survey_token"]
    )
    return drafts
