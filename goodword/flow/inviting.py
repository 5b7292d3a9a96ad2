"""Who is asked to refer, and how often: only the satisfied, once in a while, never against their word (R95, R96, R98).

The ask waits for finished work with a score at or above the threshold. An open complaint, a low score, an opt-out, a
block, a programme that is not in force, or an ask not long ago each stop it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from goodword.business.models import Business
from goodword.engine.durations import hold_until, local_date, parse_duration
from goodword.engine.programme import Programme
from goodword.engine.records import Job, Revision
from goodword.flow.revisions import revisions_of
from goodword.flow.settled import Kept
from goodword.inbox import models as inbox
from goodword.outbox import addressing
from goodword.outbox.links import referral_link
from goodword.outbox.models import Message, State
from goodword.outbox.queueing import Draft
from goodword.people.models import Contact
from goodword.work import models as work

INVITATION, REMINDER = "referral_invitation", "referral_invitation_reminder"
ASKING = (INVITATION, REMINDER)
CHUNK = 500


def invitations(
    *, business: Business, candidates: Sequence[tuple[inbox.Event, Job]], kept: Kept, settings: Mapping[str, Any],
    now: datetime,
) -> list[Draft]:  # fmt: skip
    """Return the asks that these jobs allow: one per contact, the score of the job's last word counting (R98)."""
    threshold = int(settings["score_threshold"])
    happy: dict[int, tuple[inbox.Event, Job]] = {}
    for row, job in candidates:
        if job.contact is not None and "completed" in job.reached and _last_score(job) >= threshold:
            happy.setdefault(kept.contact_pk(job.contact), (row, job))
    willing = may_be_asked(business=business, contacts=happy, settings=settings, now=now)
    drafts = []
    for contact in willing:
        row, job = happy[contact.pk]
        name = str(kept.row(job).public_id)
        facts = {"job": name, "link": referral_link(contact.code)}
        drafts.append(Draft(f"invite:{name}", INVITATION, contact, facts, due_at=row.time, event=row))
    return drafts


def may_be_asked(
    *, business: Business, contacts: Collection[int], settings: Mapping[str, Any], now: datetime, again: bool = False
) -> list[Contact]:
    """Return those of the contacts who may be asked to refer now. A bounded number of statements.

    Args:
        again: a reminder of an ask that was made: the interval between asks is not looked at.
    """
    if not contacts:
        return []
    offers = open_offers(business=business, at=now)
    if not offers:
        return []
    found = [c for part in _chunks(contacts) for c in Contact.objects.filter(business=business, pk__in=part)]
    unhappy = low_scored(business=business, contacts=contacts, threshold=int(settings["score_threshold"]))
    said = addressing.said_by(business=business, contacts=contacts)
    zone, every = ZoneInfo(business.timezone), parse_duration(str(settings["ask_every"]))

    def willing(contact: Contact) -> bool:
        if contact.complaint_open or contact.blocked or contact.merged_into_id or contact.pk in unhappy:
            return False
        if not again and contact.asked_at is not None and now < hold_until(contact.asked_at, every, zone):
            return False
        if addressing.choose(contact=contact, purpose="asking", said=said)[2] == addressing.OPTED_OUT:
            return False
        return any(is_eligible(contact, revision.programme) for revision in offers)

    return sorted(filter(willing, found), key=lambda contact: contact.pk)


def open_offers(*, business: Business, at: datetime) -> list[Revision]:
    """Return the revisions in force and open at ``at`` that reward a referral."""
    day = local_date(at, ZoneInfo(business.timezone))
    found = []
    for line in revisions_of(business).values():
        for revision in line:
            programme = revision.programme
            in_force = (revision.start is None or revision.start <= at) and (revision.end is None or at < revision.end)
            begun = programme.starts is None or programme.starts <= day
            running = programme.ends is None or day <= programme.ends
            if in_force and begun and running and any(not rule.on_ticket for rule in programme.rules):
                found.append(revision)
    return found


def low_scored(*, business: Business, contacts: Collection[int], threshold: int) -> set[int]:
    """Return the contacts whose latest score, over all their jobs, lies below the threshold."""
    latest: dict[int, tuple[str, int]] = {}
    for part in _chunks(contacts):
        jobs = work.Job.objects.filter(business=business, contact__in=part).exclude(scores=[])
        for contact, scores in jobs.values_list("contact_id", "scores"):
            for at, score in scores:
                if contact not in latest or (at, score) >= latest[contact]:
                    latest[contact] = (at, score)
    return {contact for contact, (_, score) in latest.items() if score < threshold}


def note_asked(*, messages: Sequence[Message], now: datetime) -> None:
    """Write down when a contact was asked; an invitation that is held asked nobody."""
    asked = [m.contact_id for m in messages if m.template == INVITATION and m.state == State.QUEUED]
    for part in _chunks(asked):
        Contact.objects.filter(pk__in=part).update(asked_at=now)
        Contact.objects.filter(pk__in=part, enrolled_at=None).update(enrolled_at=now)


def stop(*, business: Business, contacts: Collection[int], note: str) -> int:
    """Cancel the asks that still wait for these contacts; return how many."""
    done = 0
    for part in _chunks(contacts):
        waiting = Message.objects.filter(business=business, contact__in=part, template__in=ASKING)
        done += waiting.filter(Q(state=State.QUEUED) | Q(state=State.HELD)).update(state=State.CANCELLED, note=note)
    return done


def _last_score(job: Job) -> int:
    return max(job.scores, key=lambda told: told[0])[1] if job.scores else 0


def is_eligible(contact: Contact, programme: Programme) -> bool:
    """Say whether a programme lets this contact refer."""
    wanted = set(programme.referrers)
    traits = {f"tag:{t}" for t in contact.tags} | {f"club:{c}" for c in contact.clubs}
    return not wanted or bool(wanted & (traits | {"partner"} if contact.partner else traits))


def _chunks(ids: Collection[int]) -> list[list[int]]:
    ordered = sorted(set(ids))
    return [ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK)]
