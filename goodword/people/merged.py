"""A record that was merged leads to the one it became part of (domain.md, Contact)."""

from __future__ import annotations

from goodword.people.models import Contact


def survivor_of(contact: Contact) -> Contact:
    """Return the contact that a record was merged into in the end; itself when it was not."""
    while contact.merged_into is not None:
        contact = contact.merged_into
    return contact
