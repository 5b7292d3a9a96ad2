"""What could not be done by itself: events set aside, claims refused, tenders that could not be covered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from goodword.business.models import Business
from goodword.inbox.models import Decision, Event
from goodword.people.models import Contact
from goodword.reports.paging import PAGE, Page, newest
from goodword.reports.waiting import closed_problems, open_problems, set_aside


@dataclass(frozen=True, slots=True)
class Troubles:
    """Events that stand aside, then decisions by page, and the contacts these speak of by key."""

    aside: list[Event]
    page: Page
    contacts: dict[int, Contact]
    referrers: dict[str, Contact]  # by public id, as a trace names them


def troubles(*, business: Business, seen_to: bool = False, after: str = "") -> Troubles:
    """Return open problems, or those that were seen to. Four statements."""
    found: Any = closed_problems(business) if seen_to else open_problems(business)
    page = newest(found.select_related("event"), after=after)
    aside = [] if seen_to or after else list(set_aside(business).order_by("-pk")[:PAGE])
    contacts = Contact.objects.in_bulk({row.contact for row in page.rows if row.contact is not None})
    named = {row.trace["referrer"] for row in page.rows if row.trace.get("referrer")}
    referrers = {c.public_id: c for c in Contact.objects.filter(business=business, public_id__in=named)}
    return Troubles(aside, page, contacts, referrers)


def problem(*, business: Business, pk: int) -> Decision | None:
    """Return one decision that is a problem."""
    rows = Decision.objects.filter(business=business, pk=pk, kind__in=("problem", "attribution_refused"))
    return rows.first()
