"""What a technician needs at the customer's door (R123): the day's finished jobs, and whether to ask now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from goodword.business.models import Business
from goodword.business.reading import setting
from goodword.engine.durations import local_date, midnight
from goodword.flow.inviting import low_scored
from goodword.outbox.addressing import OPTED_OUT, choose, said_by
from goodword.people.models import Contact
from goodword.referrals.models import Share
from goodword.work.models import Job, Ticket

MOST = 100  # of one day and location; more no person visits


@dataclass(frozen=True, slots=True)
class Finished:
    """A job whose work was finished on the day; ``shared``: the link was passed on by a person since."""

    job: Job
    contact: Contact
    at: datetime
    shared: bool


def finished(*, business: Business, day: date, location: str = "") -> list[Finished]:
    """Return the jobs that were completed on a local day, the latest first. Three statements.

    A sale without a job is work that was finished when it closed (rulings 15).

    Args:
        location: the external id of a location; empty: everywhere.
    """
    zone = ZoneInfo(business.timezone)
    start, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    sold = Ticket.objects.filter(business=business, closed_at__gte=start, closed_at__lt=end, job__isnull=False)
    # A job's newest word is never older than its completion, so the index narrows what has to be read.
    told = Job.objects.filter(business=business, details_at__gte=start).values("pk")
    rows = Job.objects.filter(pk__in=told.union(sold.values("job")), business=business)
    rows = rows.filter(contact__isnull=False, reached__has_key="completed").exclude(status="cancelled")
    if location:
        rows = rows.filter(location=location)
    found = []
    for job in rows.select_related("contact").order_by("-pk")[: MOST * 10]:
        at = datetime.fromisoformat(job.reached["completed"])
        if start <= at < end and job.contact is not None:
            found.append((at, job, job.contact))
    found = sorted(found, key=lambda each: (each[0], each[1].pk), reverse=True)[:MOST]
    shares = Share.objects.filter(contact__in=[contact.pk for _, _, contact in found], at__gte=start)
    passed = set(shares.exclude(source="automatic").values_list("contact", flat=True))
    return [Finished(job, contact, at, contact.pk in passed) for at, job, contact in found]


def why_not_ask(*, business: Business, contact: Contact, now: datetime) -> str:
    """Say why this customer should not be asked to refer today; empty when nothing speaks against it. Three statements.

    Returns:
        ``blocked``, ``complaint``, ``unhappy`` (the latest score lies below the threshold) or ``opted_out`` (nothing is
        written; the link may still be shown).
    """
    if contact.blocked:
        return "blocked"
    if contact.complaint_open:
        return "complaint"
    threshold = int(setting(business, "score_threshold", now))
    if low_scored(business=business, contacts=[contact.pk], threshold=threshold):
        return "unhappy"
    said = said_by(business=business, contacts=[contact.pk])
    return "opted_out" if choose(contact=contact, purpose="asking", said=said)[2] == OPTED_OUT else ""


def job_to_score(*, contact: Contact) -> Any:
    """Return the contact's newest finished job that has no score yet; None: none."""
    rows = Job.objects.filter(contact=contact, scores=[], external_id__isnull=False, reached__has_key="completed")
    return rows.exclude(status="cancelled").order_by("-pk").first()


def day_of(asked: str, *, business: Business, now: datetime) -> tuple[date, bool]:
    """Return the local day that is asked for, and whether it is today: ``yesterday`` is the day before."""
    today = local_date(now, ZoneInfo(business.timezone))
    return (today - timedelta(days=1), False) if asked == "yesterday" else (today, True)
