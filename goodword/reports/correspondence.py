"""The outbox as customers see it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from goodword.business.models import Business
from goodword.outbox.models import Message
from goodword.people.models import Contact
from goodword.reports.finding import matching
from goodword.reports.paging import Page, newest

STATES: dict[str, tuple[str, ...]] = {
    "sent": ("sent", "local"),
    "waiting": ("queued", "held"),
    "failed": ("set_aside",),
    "cancelled": ("cancelled",),
}


def letters(*, business: Business, state: str = "", text: str = "", after: str = "") -> Page:
    """Return messages, newest first. One statement. ``state`` is a key of ``STATES``; anything else is all."""
    query = _fetched(Message.objects.filter(business=business))
    if state in STATES:
        query = query.filter(state__in=STATES[state])
    if text.strip():
        query = query.filter(matching(text, to="contact__") | Q(to__icontains=text.strip()[:100]))
    return newest(query, after=after)


def of_contact(*, contact: Contact, limit: int = 4) -> list[Message]:
    """Return a contact's latest messages. One statement."""
    return list(_fetched(Message.objects.filter(contact=contact)).order_by("-pk")[:limit])


def all_of_contact(*, contact: Contact, after: str = "") -> Page:
    """Return a contact's messages, newest first. One statement."""
    return newest(_fetched(Message.objects.filter(contact=contact)), after=after)


def _fetched(query: Any) -> Any:
    return query.select_related("contact", "event")
