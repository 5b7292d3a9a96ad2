"""Who brings the most customers (R113): referrers ranked by their closed referrals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, TextField
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from goodword.business.models import Business
from goodword.referrals.models import Referral

CLOSED = "invoiced"  # the referred job closed and was invoiced (R92); later stages imply it


@dataclass(frozen=True, slots=True)
class Leader:
    """One referrer. ``contact`` is its key; those with the same number of closed referrals share a ``rank``."""

    rank: int
    contact: int
    public_id: str
    name: str
    closed: int
    referrals: int


def leaderboard(
    *, business: Business, start: datetime | None = None, end: datetime | None = None, limit: int = 50
) -> list[Leader]:
    """Return referrers by closed referrals, then all their referrals, then the earliest known. One statement.

    Args:
        start, end: count those that closed from ``start`` (included) to ``end`` (not included).
    """
    rows = Referral.objects.filter(business=business, removed_at=None, referrer__merged_into=None)
    rows = rows.annotate(closed_at=Cast(KeyTextTransform("time", KeyTransform(CLOSED, "stages")), TextField()))
    closed = Q(closed_at__isnull=False)
    if start is not None:
        closed &= Q(closed_at__gte=start.isoformat())
    if end is not None:
        closed &= Q(closed_at__lt=end.isoformat())
    counted = (
        rows.values("referrer_id", "referrer__public_id", "referrer__name")
        .annotate(closed=Count("pk", filter=closed), referrals=Count("pk"))
        .filter(closed__gt=0)
        .order_by("-closed", "-referrals", "referrer_id")[:limit]
    )
    told: list[Leader] = []
    for place, row in enumerate(counted, start=1):
        rank = told[-1].rank if told and told[-1].closed == row["closed"] else place
        name, public_id = row["referrer__name"], row["referrer__public_id"]
        told.append(Leader(rank, row["referrer_id"], public_id, name, row["closed"], row["referrals"]))
    return told
