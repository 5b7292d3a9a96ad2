"""What staff should do in person: what is due, what was done."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from goodword.business.models import Business
from goodword.people.models import Contact, Todo
from goodword.referrals.models import Referral
from goodword.reports.paging import Page, oldest

DONE_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One to-do with the contact it is about and, for a thank-you, the friend who came of it."""

    todo: Any
    contact: Contact | None
    referral: str
    friend: Contact | None


def open_todos(*, business: Business, after: str = "") -> Page:
    """Return what is to be done, the longest due first. At most four statements."""
    query = Todo.objects.filter(business=business, done_at=None).select_related("contact")
    page = oldest(query, by="due_at", after=after)
    return Page(_lines(business, page.rows), page.next)


def done_todos(*, business: Business, limit: int = DONE_SHOWN) -> list[Line]:
    """Return what was done lately, the latest first. At most four statements."""
    query = Todo.objects.filter(business=business, done_at__isnull=False)
    return _lines(business, list(query.select_related("contact").order_by("-done_at", "-pk")[:limit]))


def one(*, business: Business, public_id: str) -> Line | None:
    """Return one to-do of the business by its id."""
    row = Todo.objects.filter(business=business, public_id=public_id).select_related("contact").first()
    return _lines(business, [row])[0] if row is not None else None


def due(business: Business, *, now: datetime) -> Any:
    """Return the to-dos whose day has come."""
    return Todo.objects.filter(business=business, done_at=None, due_at__lte=now)


def _lines(business: Business, rows: Collection[Any]) -> list[Line]:
    names = {row.facts["referral"] for row in rows if row.facts.get("referral")}
    found = Referral.objects.filter(business=business, public_id__in=names).select_related("friend") if names else ()
    referrals = {referral.public_id: referral for referral in found}
    told = []
    for row in rows:
        referral = referrals.get(str(row.facts.get("referral") or ""))
        told.append(
            Line(
                todo=row, contact=row.contact,
                referral=referral.public_id if referral is not None else "",
                friend=referral.friend if referral is not None else None,
            )
        )  # fmt: skip
    return told
