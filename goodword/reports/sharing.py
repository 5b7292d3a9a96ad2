"""Which way of passing a link on brings friends (R123): by whom it was passed on, and who came of it.

A friend counts for the *latest* share of the referrer's link before the friend arrived, if that was not longer ago than
the days asked for, and only when the friend came by the link or its code. It is not known which message a friend had
read: somebody who was told by word of mouth after a text message counts for the text message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, FilteredRelation, OuterRef, Q, Subquery

from goodword.business.models import Business
from goodword.referrals.models import Share

SOURCES = ("automatic", "technician", "staff", "customer")
BY_LINK = ("link", "code")
DAYS = (7, 30, 90)


@dataclass(frozen=True, slots=True)
class Way:
    """What came of one way of passing links on: shares made in the time asked for, friends who came of them."""

    source: str
    shares: int
    arrived: int
    closed: int

    @property
    def rate(self) -> float | None:
        """Return friends for each share; None without shares."""
        return self.arrived / self.shares if self.shares else None


def ways(*, business: Business, start: datetime | None, end: datetime | None, days: int) -> list[Way]:
    """Return a row for each of ``SOURCES``: shares from ``start`` to ``end`` and what they brought. Two statements."""
    shares = _made(business, start, end).values("source").annotate(n=Count("pk")).values_list("source", "n")
    friends = _friends(business, start, end, days).values("source")
    came = {row["source"]: row for row in _told(friends)}
    made, nothing = dict(shares), {"arrived": 0, "closed": 0}
    return [
        Way(source, made.get(source, 0), came.get(source, nothing)["arrived"], came.get(source, nothing)["closed"])
        for source in SOURCES
    ]


def by_person(*, business: Business, start: datetime | None, end: datetime | None, days: int) -> list[tuple[str, Way]]:
    """Return the same for each person of the staff who passed links on, most shares first, at most 50.

    The person is the e-mail of the one who was signed in. Two statements.
    """
    shares = _made(business, start, end).filter(event__actor__startswith="user:").values("event__actor", "source")
    counted = shares.annotate(n=Count("pk")).order_by("-n", "event__actor")[:50]
    friends = _friends(business, start, end, days).filter(event__actor__startswith="user:")
    rows = _told(friends.values("event__actor", "source"))
    came = {(row["event__actor"], row["source"]): row for row in rows}
    told = []
    for row in counted:
        found = came.get((row["event__actor"], row["source"]), {"arrived": 0, "closed": 0})
        way = Way(row["source"], row["n"], found["arrived"], found["closed"])
        told.append((row["event__actor"].removeprefix("user:"), way))
    return told


def _told(friends: Any) -> Any:
    return friends.annotate(arrived=Count("friend"), closed=Count("friend__closed_at")).order_by()


def _made(business: Business, start: datetime | None, end: datetime | None) -> Any:
    return _within(Share.objects.filter(business=business, source__in=SOURCES), start, end)


def _within(rows: Any, start: datetime | None, end: datetime | None) -> Any:
    if start is not None:
        rows = rows.filter(at__gte=start)
    return rows.filter(at__lt=end) if end is not None else rows


def _friends(business: Business, start: datetime | None, end: datetime | None, days: int) -> Any:
    """Return the shares made in the time that friends came of, once for each such friend, the referral as ``friend``.

    Of any source. Friends are read first and the share of each is looked up once, by its key: a condition on what a
    share is would make a database begin with all shares.
    """
    latest = Share.objects.filter(contact=OuterRef("friend__referrer"), at__lte=OuterRef("friend__arrived_at"))
    way = "contact__referrals_as_referrer"
    reach = timedelta(days=days)
    live = Q(**{f"{way}__business": business, f"{way}__removed_at": None, f"{way}__how__in": BY_LINK})
    rows = _within(Share.objects.annotate(friend=FilteredRelation(way, condition=live)), start, end)
    told = Q(pk=Subquery(latest.order_by("-at", "-pk").values("pk")[:1]), at__gte=F("friend__arrived_at") - reach)
    if start is not None:  # what follows from the share, said for the index of referrals
        told &= Q(friend__arrived_at__gte=start)
    if end is not None:
        told &= Q(friend__arrived_at__lt=end + reach)
    return rows.filter(told)  # once: another filter would be about another friend
