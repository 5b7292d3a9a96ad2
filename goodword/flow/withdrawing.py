"""Contacts that an undone import alone knew of: not listed, found or asked any more, until they are told again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from goodword.business.models import Business
from goodword.engine.events import Event
from goodword.errors import Invalid
from goodword.flow import redacting
from goodword.flow.names import names_of
from goodword.flow.slice import Slice
from goodword.inbox import models as inbox
from goodword.people.models import Contact, Identity, listed

# As erasing leaves a contact: nobody is to be found by what an import that is undone said of them.
_BLANK: dict[str, Any] = {
    "name": "", "phone": None, "email": None, "language": None, "address": None, "address_key": None, "company": None,
    "tags": [], "clubs": [], "alias": "", "search_key": "", "arrival": None, "first_work_at": None, "ordinals": {},
}  # fmt: skip
_KEPT = frozenset({"external_id", "referred_by", "how"})  # of a contact.saved


def withdraw(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``contacts.withdrawn {contacts, import}``: take back contacts of an undone import, at most a batch.

    Their ids and referral codes are never given to others: told again by the same name of the same source, they are
    there again (:func:`revive`). A name that tells who somebody is goes; whoever bore it is a new contact then. What
    the import's events said of them is not kept; the digests stay, so that a repeat is still known.

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
    _forget_personal(business, found, list(identities))
    Contact.objects.filter(pk__in=ids).update(**_BLANK, withdrawn_at=now)


def revive(found: Slice, events: Sequence[Event], *, now: datetime) -> None:
    """Have withdrawn contacts that these events name as their source does be there again; links once given go on.

    They are as young as that, so that undoing the import that told of them again withdraws them again.
    """
    world = found.world
    again = []
    for key in sorted(names_of(events, country=found.business.country).identities):
        contact = world.identities.get(key)
        row: Any = found.rows[id(contact)] if contact is not None else None
        if row is not None and row.withdrawn_at is not None:
            row.withdrawn_at = None
            again.append(row.pk)
            world.codes[row.code] = world.identities[key]
            world.resting.discard(row.code)
    if again:
        Contact.objects.filter(pk__in=again).update(withdrawn_at=None, created_at=now)


def _forget_personal(business: Business, contacts: Collection[Contact], identities: Collection[Identity]) -> None:
    """Delete the names that tell who their contact is, like a phone or an e-mail."""
    people = {
        row.pk: redacting.person(
            public=[], known_as=[], names=[row.name, row.email], phones=[row.phone], addresses=[row.address],
            country=business.country,
        )
        for row in contacts
    }  # fmt: skip
    gone = [row.pk for row in identities if redacting.is_personal(row.external_id, people[row.contact_id])]
    Identity.objects.filter(pk__in=gone).delete()


def bare_events(business: Business, events: Sequence[inbox.Event]) -> None:
    """Take phones and e-mails of people who are not there any more out of an undone import's events."""
    refs = [(ref, event) for event in events for ref in _reached(event)]
    phones = {ref["phone"] for ref, _ in refs if ref.get("phone")}
    emails = {ref["email"] for ref, _ in refs if ref.get("email")}
    there = Contact.objects.filter(listed(), business=business).filter(Q(phone__in=phones) | Q(email__in=emails))
    known = {text for pair in there.values_list("phone", "email") for text in pair if text}
    changed = {}
    for ref, event in refs:
        if not known & {ref.get("phone"), ref.get("email")}:
            ref.pop("phone", None)
            ref.pop("email", None)
            changed[event.pk] = event
    inbox.Event.objects.bulk_update(changed.values(), ["data"], batch_size=500)


def _reached(event: inbox.Event) -> Iterator[dict[str, Any]]:
    """Yield the references of an event that name somebody by phone or e-mail."""
    for inner in event.data.values():
        if isinstance(inner, dict):
            for ref in (inner.get("contact"), (inner.get("referred_by") or {}).get("contact")):
                if isinstance(ref, dict) and (ref.get("phone") or ref.get("email")):
                    yield ref


def _bare(business: Business, number: int, known_as: Collection[tuple[str, str]]) -> None:
    """Take what tells who somebody is out of the import's events about these contacts."""
    ids = [f"import-{number}:customer:{name}" for _, name in known_as]
    rows = list(inbox.Event.objects.filter(business=business, batch=number, external_id__in=ids))
    for row in rows:
        contact = row.data.get("contact") or {}
        if (row.source, contact.get("external_id")) in known_as:
            row.data = {"contact": {key: value for key, value in contact.items() if key in _KEPT}}
    inbox.Event.objects.bulk_update(rows, ["data"], batch_size=500)
