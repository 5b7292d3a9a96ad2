"""The contact that a command is about."""

from __future__ import annotations

from goodword.business.models import Business
from goodword.errors import NotFound, Refused
from goodword.inbox import models as inbox
from goodword.people.merged import survivor_of
from goodword.people.models import Contact


def contact_of(business: Business, row: inbox.Event, *, withdrawn: bool = False) -> Contact:
    """Return the contact whose id stands under ``contact``; of a record that was merged, the survivor.

    Args:
        withdrawn: one that went with an undone import is found too.

    Raises:
        NotFound: ``contact_not_found``.
    """
    named = Contact.objects.filter(business=business, public_id=row.data.get("contact"))
    contact = (named if withdrawn else named.filter(withdrawn_at=None)).first()
    return _found(contact)


def living(business: Business, row: inbox.Event, *, withdrawn: bool = False) -> Contact:
    """Return the contact as :func:`contact_of` does; it must not have been erased.

    Raises:
        NotFound: ``contact_not_found``.
        Refused: ``contact_erased``.
    """
    return living_one(contact_of(business, row, withdrawn=withdrawn))


def living_one(contact: Contact | None) -> Contact:
    """Return whom a record that was found stands for now, the survivor; it must not have been erased.

    Raises:
        NotFound: ``contact_not_found``: None was found.
        Refused: ``contact_erased``.
    """
    found = _found(contact)
    if found.erased_at is not None:
        raise Refused("contact_erased", "this customer was erased")
    return found


def _found(contact: Contact | None) -> Contact:
    if contact is None:
        raise NotFound("contact_not_found", "no contact of that id")
    return survivor_of(contact)
