"""Why a customer was asked to refer, or was not: the same facts that flow/inviting.py decides by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from goodword.business.models import Business
from goodword.business.reading import settings_at
from goodword.engine.durations import hold_until, parse_duration
from goodword.flow.inviting import INVITATION, is_eligible, low_scored, open_offers
from goodword.outbox.addressing import NO_ADDRESS, OPTED_OUT, choose, said_by
from goodword.outbox.models import Message
from goodword.people.models import Contact
from goodword.work.models import Job

SURVEY = "survey_request"


@dataclass(frozen=True, slots=True)
class Ask:
    """What the ask depends on.

    Attributes:
        done: some work is completed. score: of the job scored last; None when no score was given.
        unhappy: the latest score lies below ``threshold``.
        next_at: before this the customer is not asked again; None when nothing stands in the way.
        offered: a programme in force rewards a referral. eligible: one of them is open to this customer.
        survey, invitation: the latest of each.
    """

    done: bool
    score: int | None
    threshold: int
    unhappy: bool
    complaint: bool
    blocked: bool
    opted_out: bool
    no_address: bool
    asked_at: datetime | None
    next_at: datetime | None
    offered: bool
    eligible: bool
    survey: Message | None
    invitation: Message | None


def ask_of(*, business: Business, contact: Contact, now: datetime) -> Ask:
    """Read what the ask of one customer depends on. A bounded number of statements."""
    settings = settings_at(business, now)
    threshold, zone = int(settings["score_threshold"]), ZoneInfo(business.timezone)
    jobs = list(Job.objects.filter(contact=contact).order_by("-pk")[:50])
    scores = [tuple(score) for job in jobs for score in job.scores]
    note = choose(contact=contact, purpose="asking", said=said_by(business=business, contacts=[contact.pk]))[2]
    offers = open_offers(business=business, at=now)
    again = hold_until(contact.asked_at, parse_duration(str(settings["ask_every"])), zone) if contact.asked_at else None
    letters: dict[str, Message] = {}
    told = Message.objects.filter(business=business, contact=contact, template__in=(SURVEY, INVITATION))
    for message in told.order_by("pk"):
        letters[message.template] = message
    return Ask(
        done=any("completed" in job.reached for job in jobs), score=max(scores)[1] if scores else None,
        threshold=threshold,
        unhappy=bool(low_scored(business=business, contacts=[contact.pk], threshold=threshold)),
        complaint=contact.complaint_open, blocked=contact.blocked, opted_out=note == OPTED_OUT,
        no_address=note == NO_ADDRESS, asked_at=contact.asked_at,
        next_at=again if again is not None and now < again else None, offered=bool(offers),
        eligible=any(is_eligible(contact, revision.programme) for revision in offers),
        survey=letters.get(SURVEY), invitation=letters.get(INVITATION),
    )  # fmt: skip
