"""Serials that should be there: numbers between known ones of a prefix that no voucher bears."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Window
from django.db.models.functions import Lead

from goodword import codes
from goodword.business.models import Business
from goodword.vouchers.models import Voucher


@dataclass(frozen=True, slots=True)
class Gap:
    """Serials in a row, both included."""

    first: str
    last: str
    count: int


def missing_serials(*, business: Business, prefix: str | None = None, limit: int) -> list[Gap]:
    """Return the gaps between the first and the last known serial of each prefix, in order. One statement.

    Serials that we draw have no gaps; those that were typed or scanned may.
    """
    following = Window(Lead("number"), partition_by=F("prefix"), order_by="number")
    rows = Voucher.objects.filter(business=business).annotate(following=following)
    if prefix is not None:
        rows = rows.filter(prefix=prefix.upper())
    found = rows.filter(following__gt=F("number") + 1).order_by("prefix", "number")
    return [
        Gap(codes.serial(name, number + 1), codes.serial(name, after - 1), after - number - 1)
        for name, number, after in found.values_list("prefix", "number", "following")[:limit]
    ]
