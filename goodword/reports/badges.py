"""The badges of a business."""

from __future__ import annotations

from django.db.models import Count

from goodword.business.models import Badge, Business


def badges(*, business: Business) -> list[Badge]:
    """Return those offered for choice, by name. One statement."""
    return list(Badge.objects.filter(business=business, closed_at=None).order_by("name", "pk"))


def every_badge(*, business: Business) -> list[Badge]:
    """Return them all with ``borne``, how many vouchers bear each; those that are closed last. One statement."""
    found = Badge.objects.filter(business=business).annotate(borne=Count("vouchers")).order_by("name", "pk")
    return sorted(found, key=lambda each: each.closed_at is not None)


def badge(*, business: Business, public_id: str) -> Badge | None:
    """Return one of the business. One statement."""
    return Badge.objects.filter(business=business, public_id=public_id).first()
