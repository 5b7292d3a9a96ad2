"""Reading many rows in a bounded number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from goodword.business.models import Business
from goodword.rewards import models as rewards

CHUNK = 5_000
Key = tuple[str, str]


def chunked(keys: Iterable[Any]) -> Iterable[list[Any]]:
    """Yield lists short enough for one statement."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def by_key(model: Any, business: Business, keys: set[Key]) -> list[Any]:
    """Return the rows of (source, external id) pairs."""
    found: list[Any] = []
    for part in chunked(keys):
        wanted = set(part)
        query = model.objects.filter(
            business=business, source__in={s for s, _ in part}, external_id__in=[name for _, name in part]
        )
        found += [row for row in query if (row.source, row.external_id) in wanted]
    return found


def by_ids(query: QuerySet[Any], column: str, ids: Iterable[int]) -> list[Any]:
    """Return the rows whose ``column`` is among ``ids``, in bounded statements."""
    found: list[Any] = []
    for part in chunked(set(ids)):
        found += list(query.filter(**{f"{column}__in": part}))
    return found


def grants_on(*, referrals: Sequence[int], tickets: Sequence[int]) -> list[Any]:
    """Return the rewards of these referrals and tickets, oldest first."""
    query = rewards.Reward.objects.select_related("event")
    found = [*by_ids(query, "referral_id", referrals), *by_ids(query, "ticket_id", tickets)]
    return sorted({row.pk: row for row in found}.values(), key=lambda row: row.pk)
