"""What the good word brought: twelve months of referrals, revenue and rewards."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Substr, TruncMonth

from goodword.business.models import Business
from goodword.ledger.opening import book_of
from goodword.ledger.trial import liability
from goodword.money import POINTS, down, points_to_units
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward
from goodword.work.models import Job

MONTHS = 12
HOUR = 13  # characters of an ISO time up to the hour


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve local months, the oldest first; money in smallest units."""

    months: list[date]
    referrals: list[int]
    revenue: list[int]
    cost: list[int]
    promised: int


def year(*, business: Business, now: datetime) -> Year:
    """Return the last twelve months, the running one included. Five statements.

    ``revenue`` counts jobs of referred friends in the month they were invoiced; ``cost`` rewards at their worth in the
    month they were earned, without what was taken back; ``promised`` is what the books owe to holders now.
    """
    zone = ZoneInfo(business.timezone)
    months = last_months(now.astimezone(zone).date())
    start = datetime(months[0].year, months[0].month, 1, tzinfo=zone)
    arrived = Referral.objects.filter(business=business, removed_at=None, arrived_at__gte=start)
    counted = arrived.annotate(month=TruncMonth("arrived_at", tzinfo=zone)).values("month").annotate(n=Count("pk"))
    granted = Reward.objects.filter(business=business, at__gte=start).exclude(status__in=("reversed", "declined"))
    cost = granted.annotate(month=TruncMonth("at", tzinfo=zone)).values("month").annotate(n=Sum("worth"))
    by_count = {row["month"].date(): row["n"] for row in counted.order_by()}
    by_cost = {row["month"].date(): row["n"] for row in cost.order_by()}
    revenue = _revenue(business, start, zone)
    return Year(
        months=months,
        referrals=[by_count.get(month, 0) for month in months],
        revenue=[revenue.get(month, 0) for month in months],
        cost=[by_cost.get(month, 0) for month in months],
        promised=_promised(business, now),
    )


def last_months(today: date) -> list[date]:
    """Return the first days of twelve months that end with today's."""
    place = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(place - MONTHS + 1, place + 1)]


def _revenue(business: Business, start: datetime, zone: ZoneInfo) -> dict[date, int]:
    """Sum by the hour in the database, so that hours can be put into local months here."""
    friends = Referral.objects.filter(friend=OuterRef("contact"), removed_at=None)
    jobs = Job.objects.filter(Exists(friends), business=business).annotate(
        hour=Substr(KeyTextTransform("invoiced", "reached"), 1, HOUR)
    )
    since = (start - timedelta(days=1)).isoformat()[:HOUR]
    told: dict[date, int] = defaultdict(int)
    for hour, total in jobs.filter(hour__gte=since).values("hour").annotate(n=Sum("total")).values_list("hour", "n"):
        local = datetime.fromisoformat(f"{hour}:00:00+00:00").astimezone(zone)
        told[date(local.year, local.month, 1)] += total or 0
    return told


def _promised(business: Business, now: datetime) -> int:
    owed = 0
    for line in liability(book=book_of(business=business.pk), now=now):
        units = line.pending + line.redeemable
        if line.asset == business.currency:
            owed += units
        elif line.asset == POINTS:
            owed += down(points_to_units(units, business.currency))
    return owed
