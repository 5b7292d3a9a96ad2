"""Who brings the most customers (R113): referrers ranked by their closed referrals.

A referral is *closed* when a job of the friend was invoiced (R92), after the friend arrived, and is not removed:
``Referral.closed_at``. Every page and the API count by it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery, Window
from django.db.models.functions import Rank

from goodword.business.models import Business
from goodword.people.models import Consent, Contact, listed
from goodword.referrals.models import Referral
from goodword.reports.paging import Page

PAGE = 30
CONSENT = "leaderboard"  # the channel of a consent to be named in public (R114)


@dataclass(frozen=True, slots=True)
class Leader:
    """One referrer. ``contact`` is its key; those with the same number of closed referrals share a ``rank``."""

    rank: int
    contact: int
    public_id: str
    name: str
    alias: str
    closed: int


def closed_between(start: datetime | None, end: datetime | None, *, to: str = "") -> Q:
    """Return the condition that a live referral closed from ``start`` (included) to ``end`` (not included).

    Args:
        to: the way to the referral, like ``referrals_as_referrer__``.
    """
    told = Q(**{f"{to}removed_at": None, f"{to}closed_at__isnull": False})
    if start is not None:
        told &= Q(**{f"{to}closed_at__gte": start})
    if end is not None:
        told &= Q(**{f"{to}closed_at__lt": end})
    return told


def leaderboard(
    *, business: Business, start: datetime | None = None, end: datetime | None = None, location: str = "",
    after: str = "", limit: int = PAGE, only: Any = None,
) -> Page:  # fmt: skip
    """Return ``Leader`` rows by closed referrals, of equals the longest known first. One statement.

    Equal numbers share a rank and the next one is left out: 1, 2, 2, 4.

    Args:
        start, end: count those that closed from ``start`` (included) to ``end`` (not included).
        location: the external id of a location: count those whose job was done there.
        after: how many rows were shown before (the page's cursor).
        only: the contacts to rank among, as a query of keys; None: everybody.
    """
    rows = Referral.objects.filter(closed_between(start, end), business=business)
    if location:
        rows = rows.filter(closing_job__location=location)
    if only is not None:
        rows = rows.filter(referrer__in=only)
    ranked = (
        rows.values("referrer_id")
        .annotate(closed=Count("pk"), rank=Window(Rank(), order_by=F("closed").desc()))
        .order_by("-closed", "referrer_id")
    )
    first = int(after) if after.isascii() and after.isdecimal() and len(after) <= 9 else 0
    found = list(ranked[first : first + limit + 1])
    people = _named(row["referrer_id"] for row in found[:limit])
    told = [
        Leader(row["rank"], pk, *people[pk], closed=row["closed"])
        for row in found[:limit]
        for pk in [row["referrer_id"]]
    ]
    return Page(told, str(first + limit) if len(found) > limit else "")


def brought(*, contacts: Collection[int]) -> dict[int, int]:
    """Return how many live referrals each of the contacts has, closed or not. One statement."""
    rows = Referral.objects.filter(referrer__in=contacts, removed_at=None).values("referrer_id")
    return dict(rows.annotate(n=Count("pk")).values_list("referrer_id", "n"))


def counted(*, business: Business, start: datetime | None = None, end: datetime | None = None) -> int:
    """Return how many referrers the leaderboard has. One statement."""
    rows = Referral.objects.filter(closed_between(start, end), business=business)
    return int(rows.aggregate(n=Count("referrer", distinct=True))["n"])


def agreed(*, business: Business) -> Any:
    """Return the contacts whose newest word is that they may be named in public, as a query of keys (R114)."""
    newest = Consent.objects.filter(contact=OuterRef("pk"), channel=CONSENT).order_by("-at", "-pk").values("granted")
    asked = Consent.objects.filter(business=business, channel=CONSENT).values("contact")
    people = Contact.objects.filter(listed(), business=business, pk__in=asked, erased_at=None, blocked=False)
    return people.annotate(word=Subquery(newest[:1])).filter(word=True).values("pk")


def _named(contacts: Any) -> dict[int, tuple[str, str, str]]:
    rows = Contact.objects.filter(pk__in=list(contacts)).only("public_id", "name", "phone", "email", "code", "alias")
    return {c.pk: (c.public_id, c.name, c.alias) for c in rows}
