"""Cards of stock: what is printed and not sold, by stretches of serials; and the numbers that are missing (R19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Min, Q, Window
from django.db.models.functions import Lag, Lead

from goodword import codes
from goodword.business.models import Business
from goodword.vouchers.models import State, Voucher

MOST = 200  # stretches on one page


@dataclass(frozen=True, slots=True)
class Stretch:
    """Serials of one prefix without a gap, first to last."""

    prefix: str
    first: int
    last: int
    kind: str = ""
    value: int | None = None
    label: str = ""
    since: datetime | None = None

    @property
    def count(self) -> int:
        """Return how many numbers there are."""
        return self.last - self.first + 1

    @property
    def ends(self) -> tuple[str, str]:
        """Return the first and the last serial."""
        return codes.serial(self.prefix, self.first), codes.serial(self.prefix, self.last)

    @property
    def serials(self) -> str:
        """Return it as it is typed: one serial, or the first and the last."""
        begin, end = self.ends
        return begin if begin == end else f"{begin}..{end}"


def counted(*, business: Business) -> int:
    """Return how many cards wait to be sold. One statement."""
    return Voucher.objects.filter(business=business, state=State.STOCK).count()


def unsold(*, business: Business, limit: int = MOST) -> list[Stretch]:
    """Return the cards that were never sold, in stretches, those printed first first. Two statements."""
    cards = Voucher.objects.filter(business=business, state=State.STOCK)
    starts = _edges(cards, Lag, -1, limit)
    ends = _edges(cards, Lead, 1, limit)
    return [
        Stretch(
            row.prefix, row.number, end.number, row.kind, row.value, row.batch.label if row.batch else "",
            row.created_at,
        )
        for row, end in zip(starts, ends, strict=True)
    ]  # fmt: skip


def _edges(cards: Any, beside: Any, step: int, limit: int) -> list[Voucher]:
    """Return the cards whose neighbour on one side is not stock of the same batch, worth the same."""
    parts = [F("prefix"), F("batch"), F("kind"), F("value")]
    told = cards.annotate(beside=Window(beside("number"), partition_by=parts, order_by=F("number").asc()))
    edges = told.filter(Q(beside=None) | ~Q(beside=F("number") + step)).select_related("batch")
    return list(edges.order_by("prefix", "batch_id", "kind", "value", "number")[:limit])


def missing(*, business: Business, prefix: str | None = None, limit: int = MOST) -> list[Stretch]:
    """Return the numbers from 1 to the highest of each prefix, or of one, that no voucher bears. Two statements."""
    every = Voucher.objects.filter(business=business)
    if prefix is not None:
        every = every.filter(prefix=prefix.upper())
    spans = every.order_by().values("prefix").annotate(first=Min("number"), n=Count("pk"), last=Max("number"))
    holed = {row["prefix"]: row for row in spans if row["n"] < row["last"]}
    gaps = [Stretch(name, 1, row["first"] - 1) for name, row in holed.items() if row["first"] > 1]
    if holed:
        after = Window(Lead("number"), partition_by=F("prefix"), order_by=F("number").asc())
        rows = every.filter(prefix__in=holed).annotate(after=after).filter(after__gt=F("number") + 1)
        found = rows.order_by("prefix", "number").values_list("prefix", "number", "after")[:limit]
        gaps += [Stretch(name, number + 1, after - 1) for name, number, after in found]
    return sorted(gaps, key=lambda gap: (gap.prefix, gap.first))[:limit]
