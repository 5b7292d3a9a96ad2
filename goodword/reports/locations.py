"""The locations of a business."""

from __future__ import annotations

from goodword.business.models import Business, Location


def locations(*, business: Business) -> list[Location]:
    """Return them by name, those that are closed last. One statement."""
    found = Location.objects.filter(business=business).order_by("name", "pk")
    return sorted(found, key=lambda each: each.closed_at is not None)


def location(*, business: Business, ref: str) -> Location | None:
    """Return one by its number; None for another business's."""
    if not ref.isascii() or not ref.isdecimal() or len(ref) > 18:
        return None
    return Location.objects.filter(business=business, pk=int(ref)).first()
