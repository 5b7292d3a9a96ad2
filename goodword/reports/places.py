"""Businesses by their short name, and their locations to choose from."""

from __future__ import annotations

from goodword.business.models import Business, Location


def locations(*, business: Business) -> list[tuple[str, str]]:
    """Return (external id, name) of each location, by name; closed ones too: history keeps them. One statement."""
    return list(Location.objects.filter(business=business).order_by("name", "pk").values_list("external_id", "name"))


def by_slug(slug: str) -> Business | None:
    """Return the business of that short name; None: there is none. One statement."""
    return Business.objects.filter(slug=slug[:60]).first()
