"""Contacts that an undone import alone knew of: not listed, found or asked any more, and free to be told again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from goodword.business.models import Business
from goodword.errors import Invalid
from goodword.inbox import models as inbox
from goodword.people.models import Contact, Identity

# As erasing leaves a contact: nobody is to be found by what an import that is undone said of them.
_BLANK: dict[str, Any] = {
    "name": "", "phone": None, "email": None, "language": None, "address": None, "address_key": None, "company": None,
    "tags": [], "clubs": [], "alias": "", "search_key": "",
}  # fmt: skip
_KEPT = frozenset({"external_id", "referred_by", "how"})  # of a contact.saved


def withdraw(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``contacts.withdrawn {contacts, import}``: take back contacts of an undone import, at most a batch.

    Their ids and referral codes are never given to others. Their identities are free: told again, they are new
    contacts. What the import's events said of them is not kept; the digests stay, so that a repeat is still known.

    Raises:
        Invalid: ``invalid_event``.
    """
    names = row.data.get("contacts")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Invalid("invalid_event", "contacts is a list of ids", pointer="/contacts")
    found = list(Contact.objects.filter(business=business, public_id__in=names, withdrawn_at=None).order_by("pk"))
    ids = [contact.pk for contact in found]
    identities = Identity.objects.filter(contact__in=ids)
    known_as = set(identities.values_list("source", "external_id"))
    _bare(business, int(row.data.get("import") or 0), known_as)
    identities.delete()
    Contact.objects.filter(pk__in=ids).update(**_BLANK, withdrawn_at=now)


def _bare(business: Business, number: int, known_as: Collection[tuple[str, str]]) -> None:
    """Take what tells who somebody is out of the import's events about these contacts."""
    ids = [f"import-{number}:customer:{name}" for _, name in known_as]
    rows = list(inbox.Event.objects.filter(business=business, batch=number, external_id__in=ids))
    for row in rows:
        contact = row.data.get("contact") or {}
        if (row.source, contact.get("external_id")) in known_as:
            row.data = {"contact": {key: value for key, value in contact.items() if key in _KEPT}}
    inbox.Event.objects.bulk_update(rows, ["data"], batch_size=500)
