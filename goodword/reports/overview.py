"""What the good word brought: referrals, revenue and rewards by month or day; what a new business still lacks."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Aggregate, Case, CharField, Count, IntegerField, Min, Sum, Value, When
from django.db.models.functions import Cast, Substr

from goodword.business.models import Business
from goodword.engine.durations import midnight
from goodword.ledger.opening import book_of
from goodword.ledger.trial import liability
from goodword.money import POINTS, down, points_to_units
from goodword.outbox.models import Message
from goodword.people.models import Contact
from goodword.programmes.models import Revision
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward
from goodword.work.models import Job

MONTHS = 12
MOST_MONTHS = 60  # told of one business at once
DAYS = 62  # up to two months are told day by day
_GONE = ("reversed", "declined")
HOUR, MINUTE = 13, 16  # characters of a time, written out, up to the hour or the minute


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve local months, the oldest first; money in smallest units."""

    months: list[date]
    referrals: list[int]
    revenue: list[int]
    cost: list[int]
    promised: int
    before: tuple[int, int, int]  # referrals, revenue and cost of last month up to the same day
    earned: Mapping[date, int]  # revenue of every local day there was any, for another stretch of time

    @property
    def whole(self) -> Span:
        """Return its months as a stretch of time."""
        return Span("month", self.months, self.referrals, self.revenue, self.cost)


def year(*, business: Business, now: datetime) -> Year:
    """Return the last twelve months, the running one included. Seven statements.

    ``revenue`` counts jobs of referred friends in the month they were invoiced; ``cost`` rewards at their worth in the
    month they were earned, without what was taken back; ``promised`` is what the books owe to holders now.
    """
    zone = ZoneInfo(business.timezone)
    months = last_months(now.astimezone(zone).date())
    earned = _revenue(business, zone, now)
    told = _span(business, "month", months, _months_back(months[-1], -1), zone, earned)
    last = _span(business, "month", months[-2:-1], _same_day(months[-2], now.astimezone(zone).date()), zone, earned)
    return Year(
        months=months, referrals=told.referrals, revenue=told.revenue, cost=told.cost,
        promised=_promised(business, now), before=(last.referrals[0], last.revenue[0], last.cost[0]), earned=earned,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in buckets, the oldest first: local days or months (``by``); money in smallest units."""

    by: str
    starts: list[date]
    referrals: list[int]
    revenue: list[int]
    cost: list[int]


def span(
    *, business: Business, first: date | None, last: date | None, now: datetime,
    earned: Mapping[date, int] | None = None,
) -> Span:  # fmt: skip
    """Return what happened from ``first`` to ``last``, by day up to two months, else by month. At most four statements.

    Without ``first`` it begins with the first referral, at most ``MOST_MONTHS`` before its end. ``earned`` is
    ``Year.earned``, where it is known already.
    """
    zone = ZoneInfo(business.timezone)
    last = min(last or date.max, now.astimezone(zone).date())
    first = first or _first_day(business, zone, last)
    first = min(max(first, _months_back(last, MOST_MONTHS - 1)), last)
    by = "day" if (last - first).days < DAYS else "month"
    starts = _days(first, last) if by == "day" else [first, *_months(first, last)[1:]]
    earned = _revenue(business, zone, now) if earned is None else earned
    told = _span(business, by, starts, last + timedelta(days=1), zone, earned)
    return Span(by, starts if by == "day" else _months(first, last), told.referrals, told.revenue, told.cost)


def _span(
    business: Business, by: str, starts: list[date], after: date, zone: ZoneInfo, earned: Mapping[date, int]
) -> Span:
    """Return what happened in the buckets that begin on these local days; ``after`` follows the last one."""
    begin, end = midnight(starts[0], zone), midnight(after, zone)
    arrived = Referral.objects.filter(business=business, removed_at=None, arrived_at__gte=begin, arrived_at__lt=end)
    granted = Reward.objects.filter(business=business, at__gte=begin, at__lt=end).exclude(status__in=_GONE)
    revenue = [0] * len(starts)
    for day, total in earned.items():
        if starts[0] <= day < after:
            revenue[bisect_right(starts, day) - 1] += total
    return Span(
        by=by, starts=starts, referrals=_by_bucket(arrived, "arrived_at", Count("pk"), starts, zone),
        revenue=revenue, cost=_by_bucket(granted, "at", Sum("worth"), starts, zone),
    )  # fmt: skip


def _by_bucket(rows: Any, name: str, told: Aggregate, starts: list[date], zone: ZoneInfo) -> list[int]:
    """Return the aggregate of each bucket, which are told apart by comparing instants.

    Not by cutting each instant down to its local day or month: SQLite asks Python to do that, row by row.
    """
    bounds = [When(**{f"{name}__lt": midnight(day, zone)}, then=Value(n)) for n, day in enumerate(starts[1:])]
    bucket = Case(*bounds, default=Value(len(starts) - 1), output_field=IntegerField())
    found = dict(rows.annotate(bucket=bucket).values("bucket").annotate(n=told).order_by().values_list("bucket", "n"))
    return [int(found.get(n) or 0) for n in range(len(starts))]


def _same_day(month: date, today: date) -> date:
    """Return the day after the one in ``month`` that has today's number, clipped to the month's end."""
    return min(month + timedelta(days=today.day), _months_back(month, -1))


def _first_day(business: Business, zone: ZoneInfo, last: date) -> date:
    found = Referral.objects.filter(business=business).aggregate(at=Min("arrived_at"))["at"]
    return found.astimezone(zone).date() if found is not None else last.replace(day=1)


def _months_back(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 - months
    return date(place // 12, place % 12 + 1, 1)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _months(first: date, last: date) -> list[date]:
    count = (last.year - first.year) * 12 + last.month - first.month
    return [_months_back(last, count - n) for n in range(count + 1)]


def last_months(today: date) -> list[date]:
    """Return the first days of twelve months that end with today's."""
    place = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(place - MONTHS + 1, place + 1)]


def _revenue(business: Business, zone: ZoneInfo, now: datetime) -> dict[date, int]:
    """Return the sums by local day; by the hour in the database, so that hours can be put into local days here.

    By the minute where days begin within an hour of UTC, as in India.
    """
    offset = now.astimezone(zone).utcoffset() or timedelta(0)
    kept, rest = (MINUTE, ":00+00:00") if offset % timedelta(hours=1) else (HOUR, ":00:00+00:00")
    # Each is the friend of one living referral (one_live_referral). All that is read of a job is in job_of_contact.
    friends = Referral.objects.filter(business=business, removed_at=None).values("friend")
    jobs = Job.objects.filter(contact__in=friends, invoiced_at__isnull=False)
    begun = Substr(Cast("invoiced_at", CharField()), 1, kept)
    rows = jobs.annotate(begun=begun).values("begun").annotate(n=Sum("total"))
    told: dict[date, int] = defaultdict(int)
    for at, total in rows.values_list("begun", "n").order_by():
        told[datetime.fromisoformat(f"{at}{rest}").astimezone(zone).date()] += total or 0
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


@dataclass(frozen=True, slots=True)
class Begun:
    """Which first steps a business has taken."""

    programme: bool
    customer: bool
    referral: bool
    kept_here: bool  # messages are kept here, because nobody set up who sends them


def begun(*, business: Business) -> Begun:
    """Return which first steps were taken. Two statements, four while some are not."""
    programme = Revision.objects.filter(programme__business=business).exists()
    referral = Referral.objects.filter(business=business).exists()
    if programme and referral:
        return Begun(programme=True, customer=True, referral=True, kept_here=False)
    return Begun(
        programme=programme,
        customer=Contact.objects.filter(business=business).exists(),
        referral=referral,
        kept_here=Message.objects.filter(business=business, state="local").exists(),
    )
