"""What the pages of printing ask: designs, print runs and sales lately, the design that cards were made with."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet

from goodword.business.models import Business
from goodword.vouchers.models import Batch, Design, Voucher

LATELY = 20


def designs(*, business: Business) -> list[Design]:
    """Return every design, those on offer first, then by name; ``used`` counts the vouchers that name it."""
    found = list(Design.objects.filter(business=business).order_by("name"))
    named = dict(
        Voucher.objects.filter(business=business, design__isnull=False)
        .values_list("design").annotate(n=Count("pk")).order_by()
    )  # fmt: skip
    for each in found:
        each.used = named.get(each.pk, 0)  # type: ignore[attr-defined]  # a number for the page
    return sorted(found, key=lambda each: each.closed_at is not None)


def design(*, business: Business, public_id: str) -> Design | None:
    """Return one design; None for another business's or none."""
    return Design.objects.filter(business=business, public_id=public_id).first()


def offered(*, business: Business, also: str = "") -> list[Design]:
    """Return the designs to choose among, the default first; ``also`` is one that stands there though it is closed."""
    found = Design.objects.filter(Q(closed_at=None) | Q(public_id=also), business=business)
    return list(found.order_by("-is_default", "name"))


def batches(*, business: Business) -> list[Batch]:
    """Return the print runs and waves that were made last, newest first."""
    return list(Batch.objects.filter(business=business).order_by("-pk")[:LATELY])


def made_with(rows: QuerySet[Voucher]) -> str:
    """Return the id of the design that all of some vouchers were made with; empty where they differ or have none."""
    named: list[Any] = list(rows.order_by().values_list("design__public_id", flat=True).distinct()[:2])
    return str(named[0]) if len(named) == 1 and named[0] else ""


def voucher(*, business: Business, public_id: str) -> Voucher | None:
    """Return one voucher with its design."""
    return Voucher.objects.select_related("design").filter(business=business, public_id=public_id).first()
