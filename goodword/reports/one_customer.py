"""What stands around one customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from goodword.business.models import Business
from goodword.business.reading import setting
from goodword.outbox.addressing import ANY, choose, said_by
from goodword.outbox.models import Message
from goodword.people.models import Consent, Contact
from goodword.referrals.models import Referral
from goodword.reports.customers import Numbers, numbers
from goodword.reports.paging import Page, newest
from goodword.reports.pipeline import Row, rows_of, with_names
from goodword.rewards.models import Reward
from goodword.work.models import Appointment, Job, Reservation, Ticket

JOBS, SENT = 5, 5


@dataclass(frozen=True, slots=True)
class Around:
    """A customer's referrals both ways, work, and what stops the ask.

    Attributes:
        came_by: the live referral that brought the customer.
        unhappy: the latest score lies below the threshold.
    """

    came_by: Any
    sent: list[Row]
    jobs: list[Job]
    opened: int
    numbers: Numbers
    unhappy: bool
    opted_out: bool


def around(*, business: Business, contact: Contact, now: datetime) -> Around:
    """Read it all. Eight statements."""
    came = came_by(contact=contact)
    sent = with_names(Referral.objects.filter(referrer=contact)).order_by("-pk")[:SENT]
    jobs = list(Job.objects.filter(contact=contact).order_by("-pk")[:JOBS])
    scores = [tuple(score) for job in jobs for score in job.scores]
    told = numbers(contact=contact)
    threshold = int(setting(business, "score_threshold", now))
    said = said_by(business=business, contacts=[contact.pk])
    return Around(
        came_by=came,
        sent=rows_of(business=business, referrals=list(sent)),
        jobs=jobs,
        opened=told.opened,
        numbers=told,
        unhappy=bool(scores) and max(scores)[1] < threshold,
        opted_out=choose(contact=contact, purpose="asking", said=said)[2] == "opted out",
    )


def came_by(*, contact: Contact) -> Referral | None:
    """Return the live referral that brought a contact. One statement."""
    return Referral.objects.filter(friend=contact, removed_at=None).select_related("referrer").first()


@dataclass(frozen=True, slots=True)
class Said:
    """A word of a customer on a channel: when, how it was told and who wrote it down; ``granted`` None: never asked."""

    channel: str
    granted: bool | None
    at: datetime | None = None
    how: str = ""
    actor: str = ""


CHANNELS = ("sms", "email", "leaderboard")


def consents(*, contact: Contact) -> tuple[list[Said], list[Said]]:
    """Return what counts now on each channel, and all that was said, newest first. One statement.

    A word on ``any`` channel covers text and e-mail and outweighs older words on one (outbox/addressing.py).
    """
    rows = [
        Said(row.channel, row.granted, row.at, row.how, row.actor)
        for row in Consent.objects.filter(contact=contact).order_by("-at", "-pk")[:100]
    ]
    counts = []
    for channel in CHANNELS:
        covers = {channel} if channel == "leaderboard" else {channel, ANY}
        newest = next((row for row in rows if row.channel in covers), Said(channel, None))
        counts.append(Said(channel, newest.granted, newest.at, newest.how, newest.actor))
    return counts, rows


def tickets(*, contact: Contact, limit: int = 20) -> list[Ticket]:
    """Return a contact's latest sales. One statement."""
    return list(Ticket.objects.filter(contact=contact).order_by("-pk")[:limit])


def jobs(*, contact: Contact, after: str = "") -> Page:
    """Return a contact's jobs, newest first. One statement."""
    return newest(Job.objects.filter(contact=contact), after=after)


def appointments(*, contact: Contact, limit: int = 20) -> list[Appointment]:
    """Return a contact's appointments, the latest first. One statement."""
    return list(Appointment.objects.filter(contact=contact).order_by("-pk")[:limit])


def reservations(*, contact: Contact, limit: int = 20) -> list[Reservation]:
    """Return the products put aside for a contact, the latest first. One statement."""
    return list(Reservation.objects.filter(contact=contact).order_by("-pk")[:limit])


def friends(*, business: Business, contact: Contact, after: str = "") -> Page:
    """Return the referrals a contact made, newest first. Two statements."""
    page = newest(with_names(Referral.objects.filter(referrer=contact)), after=after)
    return Page(rows_of(business=business, referrals=page.rows), page.next)


@dataclass(frozen=True, slots=True)
class Moves:
    """How much of a customer would move in a merge."""

    referrals: int
    rewards: int
    jobs: int
    tickets: int
    messages: int


def moves(*, contact: Contact) -> Moves:
    """Count what a merge would hand over. Five statements."""
    return Moves(
        referrals=Referral.objects.filter(Q(referrer=contact) | Q(friend=contact)).count(),
        rewards=Reward.objects.filter(holder=contact).count(),
        jobs=Job.objects.filter(contact=contact).count(),
        tickets=Ticket.objects.filter(contact=contact).count(),
        messages=Message.objects.filter(contact=contact).count(),
    )
