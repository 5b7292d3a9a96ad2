"""Which way of passing a link on brings friends (R123): by whom it was passed on, and who came of it.

A friend counts for the *latest* share of the referrer's link before the friend arrived, if that was not longer ago than
the days asked for, and only when the friend came by the link or its code. It is not known which message a friend had
read: somebody who was told by word of mouth after a text message counts for the text message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery

from goodword.business.models import Business
from goodword.referrals.models import Referral, Share

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
    friends = _friends(business, start, end, days).values("share_source")
    came = {row["share_source"]: row for row in _told(friends)}
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
    friends = _friends(business, start, end, days).filter(share_actor__startswith="user:")
    rows = _told(friends.values("share_actor", "share_source"))
    came = {(row["share_actor"], row["share_source"]): row for row in rows}
    told = []
    for row in counted:
        found = came.get((row["event__actor"], row["source"]), {"arrived": 0, "closed": 0})
        way = Way(row["source"], row["n"], found["arrived"], found["closed"])
        told.append((row["event__actor"].removeprefix("user:"), way))
    return told


def _told(friends: Any) -> Any:
    return friends.annotate(arrived=Count("pk"), closed=Count("closed_at")).order_by()


def _made(business: Business, start: datetime | None, end: datetime | None) -> Any:
    rows = Share.objects.filter(business=business, source__in=SOURCES)
    if start is not None:
        rows = rows.filter(at__gte=start)
    return rows.filter(at__lt=end) if end is not None else rows


def _friends(business: Business, start: datetime | None, end: datetime | None, days: int) -> Any:
    """Return the referrals that count for a share made in the time, each with that share's source and person."""
    reach = timedelta(days=days)
    rows = Referral.objects.filter(business=business, removed_at=None, how__in=BY_LINK)
    if start is not None:
        rows = rows.filter(arrived_at__gte=start)
    if end is not None:
        rows = rows.filter(arrived_at__lt=end + reach)
    latest = Share.objects.filter(contact=OuterRef("referrer"), at__lte=OuterRef("arrived_at"))
    share = Subquery(latest.order_by("-at", "-pk").values("pk")[:1])
    found = Share.objects.filter(pk=OuterRef("share"))
    rows = rows.annotate(share=share).annotate(
        share_source=Subquery(found.values("source")[:1]), share_actor=Subquery(found.values("event__actor")[:1]),
        share_at=Subquery(found.values("at")[:1]),
    )  # fmt: skip
    made = Q(share_source__in=SOURCES, share_at__gte=F("arrived_at") - reach)
    if start is not None:
        made &= Q(share_at__gte=start)
    return rows.filter(made & Q(share_at__lt=end) if end is not None else made)
