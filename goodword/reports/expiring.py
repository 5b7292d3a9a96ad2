"""The queue of vouchers: what lapses when, whom to tell, what is at stake; what has lapsed (R17)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Q

from goodword.business.models import Business
from goodword.engine.durations import Duration, local_date, midnight, step
from goodword.ledger import holding
from goodword.ledger.opening import book_of
from goodword.ledger.tracing import left_in
from goodword.people.models import Contact
from goodword.reports import vouchers as reading
from goodword.reports.paging import PAGE, Page, every, latest, oldest
from goodword.vouchers.life import OPEN
from goodword.vouchers.models import State, Voucher

MONTHS = 18  # that one may choose among
CHUNK = 500  # of a file


@dataclass(frozen=True, slots=True)
class Asked:
    """What the queue is narrowed to; an empty value does not narrow it.

    Attributes:
        lapsed: what has lapsed, not what will.
        month: of the last day, ``2027-02``.
        location: its external id. badge: its public id.
    """

    lapsed: bool = False
    month: str = ""
    location: str = ""
    badge: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """One voucher of the queue.

    Attributes:
        last_day: the last valid day, of the business.
        days: from today to that day; below zero: over.
        units: what is left, or of a lapsed one what it lost, smallest units of the voucher's currency.
        whom: the recipient, else the buyer; None: nobody is known.
    """

    row: Voucher
    last_day: date
    days: int
    units: int

    @property
    def whom(self) -> Contact | None:
        """Return whom to tell."""
        return self.row.recipient or self.row.buyer


class Stake(NamedTuple):
    """How many vouchers the queue holds and what is left in them, smallest units of the business's currency."""

    number: int
    units: int


def expiring(*, business: Business, asked: Asked, after: str = "", now: datetime, limit: int = PAGE) -> Page:
    """Return what lapses, the soonest first; or what has lapsed, the latest first. Four statements."""
    query = _narrowed(business, asked, now)
    query = query.select_related("recipient", "buyer", "location").prefetch_related("badges")
    paged = latest if asked.lapsed else oldest
    page = paged(query, by="expires_at", after=after, limit=limit)
    return Page(_due(business, page.rows, asked, now), page.next)


def each(*, business: Business, asked: Asked, now: datetime) -> Iterator[Due]:
    """Yield the whole queue, for a file, without holding it."""
    for rows in every(lambda after: expiring(business=business, asked=asked, after=after, now=now, limit=CHUNK)):
        yield from rows


def stake(*, business: Business, asked: Asked, now: datetime) -> Stake:
    """Return how many lapse and what is left in them. Two statements."""
    lots = list(_narrowed(business, asked, now).order_by().values_list("lot", flat=True))
    return Stake(len(lots), _units(business, lots, asked) if lots else 0)


def several(*, business: Business, public_ids: Sequence[str], now: datetime) -> list[Due]:
    """Return the vouchers of these ids that have a last day, the soonest first. Three statements, five at most."""
    rows = Voucher.objects.filter(business=business, public_id__in=public_ids, expires_at__isnull=False)
    found = list(rows.select_related("recipient", "buyer", "location").order_by("expires_at", "pk"))
    gone = [row for row in found if row.state == State.EXPIRED or (row.expires_at and row.expires_at <= now)]
    live = [row for row in found if row not in gone]
    told = _due(business, live, Asked(), now) + _due(business, gone, Asked(lapsed=True), now)
    return sorted(told, key=lambda due: (due.row.expires_at, due.row.pk))


def months(*, business: Business, lapsed: bool, now: datetime) -> list[date]:
    """Return the first days of the months to choose from: the running one first."""
    first = local_date(now, ZoneInfo(business.timezone)).replace(day=1)
    return [step(first, Duration(-n if lapsed else n, "months")) for n in range(MONTHS)]


def this_month(*, business: Business, now: datetime) -> int:
    """Return how many vouchers lapse in what is left of the month. One statement."""
    month = local_date(now, ZoneInfo(business.timezone)).strftime("%Y-%m")
    return int(_narrowed(business, Asked(month=month), now).count())


def _narrowed(business: Business, asked: Asked, now: datetime) -> Any:
    query = Voucher.objects.filter(business=business)
    if asked.lapsed:
        # The clock comes once in a while: what is over stands here before it has been.
        over = Q(state__in=sorted(OPEN), expires_at__lte=now)
        query = query.filter(Q(state=State.EXPIRED, expires_at__isnull=False) | over)
    else:
        query = query.filter(state__in=sorted(OPEN), expires_at__gt=now)
    begins = _month(asked.month)
    if begins is not None:
        zone, ends = ZoneInfo(business.timezone), step(begins, Duration(1, "months"))
        # The first instant that is too late is the midnight after the last day.
        query = query.filter(expires_at__gt=midnight(begins, zone), expires_at__lte=midnight(ends, zone))
    if asked.location:
        query = query.filter(location__external_id=asked.location)
    if asked.badge:
        query = query.filter(badges__public_id=asked.badge)
    return query


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        return None


def _due(business: Business, rows: Sequence[Voucher], asked: Asked, now: datetime) -> list[Due]:
    zone = ZoneInfo(business.timezone)
    today = local_date(now, zone)
    units = [line.balance for line in reading.lines(business=business, rows=rows, now=now)]
    if asked.lapsed:
        lost = _lost(business, [row.lot for row in rows if row.lot is not None])
        units = [left + lost.get(row.lot or 0, 0) for row, left in zip(rows, units, strict=True)]
    told = []
    for row, each_units in zip(rows, units, strict=True):
        assert row.expires_at is not None
        day = local_date(row.expires_at - timedelta(microseconds=1), zone)
        told.append(Due(row, day, (day - today).days, each_units))
    return told


def _units(business: Business, lots: Sequence[int], asked: Asked) -> int:
    left = left_in(book=book_of(business=business.pk), lots=lots)
    return left + sum(_lost(business, lots).values()) if asked.lapsed else left


def _lost(business: Business, lots: Sequence[int]) -> dict[int, int]:
    return holding.lapsed_of_each(book=book_of(business=business.pk), lots=lots) if lots else {}
