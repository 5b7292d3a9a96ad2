"""What stands around one customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from goodword.business.models import Business
from goodword.business.reading import setting
from goodword.outbox.addressing import choose, said_by
from goodword.people.models import Contact
from goodword.referrals.models import Referral
from goodword.reports.customers import Numbers, numbers
from goodword.reports.pipeline import Row, rows_of, with_names
from goodword.work.models import Job

JOBS, SENT = 5, 8


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
    came = Referral.objects.filter(friend=contact, removed_at=None).select_related("referrer").first()
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
