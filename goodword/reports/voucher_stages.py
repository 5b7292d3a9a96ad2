"""Vouchers by stage, badge, location, kind and the month they were sold (R25).

One statement counts them in cells; whatever the page and its file show is added up from the same cells. A voucher
stands in one cell only: its badges are told together. A lost card that another one took the place of is not counted,
the new one is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Min, Q, Sum
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from goodword.business.models import Badge, Business
from goodword.ledger.outstanding import left_in
from goodword.reports.months import month_of, months_between
from goodword.reports.places import locations
from goodword.vouchers.models import State, Voucher

K = TypeVar("K", bound=Hashable)
STAGES = tuple(state.value for state in State)  # in the order of a voucher's life


@dataclass(frozen=True, slots=True)
class Sums:
    """How many vouchers, what they were worth when sold or given, and what is left in them; smallest units."""

    count: int = 0
    value: int = 0
    left: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(self.count + other.count, self.value + other.value, self.left + other.left)


@dataclass(frozen=True, slots=True)
class Cell:
    """Vouchers alike in all that is told apart.

    Attributes:
        badges: public ids of all their badges, by the age of the badge.
        location: external id, empty without one.
        month: first day of the local month of the sale; None: not sold yet.
    """

    stage: str
    kind: str
    badges: tuple[str, ...]
    location: str
    month: date | None
    sums: Sums


@dataclass(frozen=True, slots=True)
class Report:
    """The cells of a report, the names that they speak of, by public or external id."""

    cells: list[Cell]
    badges: dict[str, str]
    locations: dict[str, str]

    def only(self, *, kind: str = "", badge: str = "", location: str = "") -> Report:
        """Return it narrowed to one kind, badge or location; an empty word does not narrow."""
        kept = [
            cell
            for cell in self.cells
            if kind in ("", cell.kind) and location in ("", cell.location) and (not badge or badge in cell.badges)
        ]
        return Report(kept, self.badges, self.locations)


def report(*, business: Business, now: datetime, start: datetime | None = None, end: datetime | None = None) -> Report:
    """Count the vouchers sold or given from ``start`` (included) to ``end`` (not included). At most four statements.

    Stock, and cards cancelled before they were sold, have no such day: they are always told.
    """
    zone = ZoneInfo(business.timezone)
    badges = {
        str(pk): (public, name)
        for pk, public, name in Badge.objects.filter(business=business)
        .order_by("name", "pk")
        .values_list("pk", "public_id", "name")
    }
    rows = Voucher.objects.filter(business=business, replaced_by=None)
    for bound in [Q(issued_at__gte=start)] * (start is not None) + [Q(issued_at__lt=end)] * (end is not None):
        rows = rows.filter(bound | Q(issued_at=None))
    first = rows.aggregate(at=Min("issued_at"))["at"]
    months = months_between(first, now, zone) if first is not None else []
    told = rows.annotate(month=month_of("issued_at", months, zone), worn=_worn()).values(
        "state", "kind", "worn", "location__external_id", "month"
    )
    counted = told.annotate(
        n=Count("pk"), worth=Coalesce(Sum("value", filter=Q(issued_at__isnull=False)), 0), left=Sum(left_in("lot"))
    ).order_by()
    cells = [
        Cell(
            row["state"], row["kind"], tuple(badges[pk][0] for pk in (row["worn"] or "").split(",") if pk),
            row["location__external_id"] or "", months[row["month"]] if row["month"] is not None else None,
            Sums(row["n"], int(row["worth"]), int(row["left"])),
        )
        for row in counted
    ]  # fmt: skip
    cells.sort(key=lambda c: (c.month or date.max, STAGES.index(c.stage), c.kind, c.location, c.badges))
    return Report(cells, dict(badges.values()), dict(locations(business=business)))


def by_stage(cells: Iterable[Cell]) -> dict[str, Sums]:
    """Add cells up by stage; every stage is in the answer."""
    told = dict.fromkeys(STAGES, Sums())
    for cell in cells:
        told[cell.stage] += cell.sums
    return told


def by_badge(cells: Iterable[Cell]) -> dict[str, dict[str, Sums]]:
    """Add cells up by badge and stage; a voucher with two badges counts for each, one without for ``""``."""
    return _split(cells, lambda c: c.badges or ("",))


def by_location(cells: Iterable[Cell]) -> dict[str, dict[str, Sums]]:
    """Add cells up by location and stage."""
    return _split(cells, lambda c: (c.location,))


def by_month(cells: Iterable[Cell]) -> dict[date | None, dict[str, Sums]]:
    """Add cells up by the month of the sale and stage."""
    return _split(cells, lambda c: (c.month,))


def _split(cells: Iterable[Cell], keys: Callable[[Cell], Iterable[K]]) -> dict[K, dict[str, Sums]]:
    told: dict[K, list[Cell]] = defaultdict(list)
    for cell in cells:
        for key in keys(cell):
            told[key].append(cell)
    return {key: by_stage(mine) for key, mine in told.items()}


def _worn() -> RawSQL:
    """Return an expression for the keys of a voucher's badges, joined by commas, the oldest badge first."""
    link = "FROM vouchers_voucher_badges b WHERE b.voucher_id = vouchers_voucher.id"
    if connection.vendor == "postgresql":
        return RawSQL(f"(SELECT string_agg(b.badge_id::text, ',' ORDER BY b.badge_id) {link})", [])  # noqa: S611
    return RawSQL(  # noqa: S611
        f"(SELECT group_concat(s.badge_id) FROM (SELECT b.badge_id {link} ORDER BY b.badge_id) s)",  # noqa: S608
        [],
    )
