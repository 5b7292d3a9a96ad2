"""What a public page knows of who opens it: the business of an address, and a person's word on being written to."""

from __future__ import annotations

from goodword.business.models import Business
from goodword.outbox.addressing import said_by
from goodword.people.models import Contact


def business_of(slug: str) -> Business | None:
    """Return the business that has this name in addresses. One statement."""
    return Business.objects.filter(slug=slug[:60]).first()


def has_stopped(contact: Contact, *, channel: str) -> bool:
    """Say whether the contact's newest word on a channel is no. One statement."""
    said = said_by(business=contact.business, contacts=[contact.pk])
    return said.get((contact.pk, channel)) is False
