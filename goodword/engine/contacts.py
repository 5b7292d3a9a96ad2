"""Who is who: finding, making and saving contacts (rulings 7, 8, 50). Merging is in merging.py."""

from __future__ import annotations

import msgspec

from goodword import identity
from goodword.engine.events import ContactData, Event, Ref
from goodword.engine.records import Contact
from goodword.engine.world import World

OWN = "goodword"  # the source of our own commands
_NOTHING: dict[str, object] = {"name": "", "partner": False, "blocked": False}


def find(world: World, source: str, ref: Ref) -> Contact | None:
    """Return the living contact that ``ref`` names, if we know one.

    A text is an external id of ``source``, or our own id; an object names another source, a phone or an e-mail.
    """
    if isinstance(ref, str):
        found = world.identities.get((source, ref)) or world.public.get(ref)
        return found.root() if found else None
    if ref.external_id is not None:
        found = world.identities.get((ref.source or source, ref.external_id))
        return found.root() if found else None
    return _by_phone_or_email(world, *comparable(world, ref.phone, ref.email))


def find_or_make(world: World, source: str, ref: Ref) -> Contact:
    """Return the contact ``ref`` names; a bare one is made for a name nobody has told us of (api.md)."""
    found = find(world, source, ref)
    if found is not None:
        return found
    contact = Contact()
    if isinstance(ref, str):
        _identify(world, contact, (source, ref))
    elif ref.external_id is not None:
        _identify(world, contact, (ref.source or source, ref.external_id))
    else:
        phone, email = comparable(world, ref.phone, ref.email)
        _reach(world, contact, phone=phone, email=email)
    world.touch(contact)
    return contact


def save(world: World, event: Event, data: ContactData) -> Contact:
    """Create or update the contact a ``contact.saved`` tells of; only the keys it brings change (rulings 50).

    Our own commands name a contact by our id. A new external id joins a contact of *another* source, or a bare lead,
    with the same phone, else e-mail (rulings 8).
    """
    key = (event.source, data.external_id)
    known = world.identities.get(key)
    if known is None and event.source == OWN:
        known = world.public.get(data.external_id)
    phone, email = comparable(world, _given(data.phone), _given(data.email))
    if known is None:
        contact = _joinable(world, event.source, phone, email) or Contact()
        _identify(world, contact, key)
    else:
        contact = known.root()
    for name in ("name", "language", "address", "company", "partner", "blocked"):
        value = getattr(data, name)
        if value is not msgspec.UNSET:
            setattr(contact, name, value if value is not None else _NOTHING.get(name))
    if data.address is not msgspec.UNSET:
        contact.address_key = identity.address(data.address)
    if data.tags is not msgspec.UNSET:
        contact.tags = list(data.tags or [])
    if data.clubs is not msgspec.UNSET:
        contact.clubs = list(data.clubs or [])
    if data.phone is not msgspec.UNSET:
        _forget(world.phones, contact.phone, contact)
        contact.phone = None
        _reach(world, contact, phone=phone, email=None)
    if data.email is not msgspec.UNSET:
        _forget(world.emails, contact.email, contact)
        contact.email = None
        _reach(world, contact, phone=None, email=email)
    world.touch(contact)
    return contact


def to_join(world: World, event: Event, data: ContactData) -> tuple[Contact, Contact] | None:
    """Return a bare record and the contact it turns out to be, when its first details tell (rulings 8).

    A record that a job or ticket named before anybody told us of it joins as it would have, had it been told of first.
    """
    known = world.identities.get((event.source, data.external_id))
    if known is None or known.root().told:
        return None
    phone, email = comparable(world, _given(data.phone), _given(data.email))
    other = _joinable(world, event.source, phone, email)
    return (known.root(), other) if other is not None else None


def reaches(contact: Contact) -> tuple[set[str], set[str]]:
    """Return all phones and e-mails of a contact and of the records merged into it."""
    records = list(contact.records())
    return {r.phone for r in records if r.phone}, {r.email for r in records if r.email}


def _given(value: str | msgspec.UnsetType | None) -> str | None:
    return None if value is msgspec.UNSET else value


def comparable(world: World, phone: str | None, email: str | None) -> tuple[str | None, str | None]:
    """Return phone and e-mail as they are compared and stored; None for what is unusable."""
    country = world.settings.country
    return (identity.phone(phone, country=country) if phone else None, identity.email(email) if email else None)


def _identify(world: World, contact: Contact, key: tuple[str, str]) -> None:
    contact.identities.append(key)
    world.identities[key] = contact


def _reach(world: World, contact: Contact, *, phone: str | None, email: str | None) -> None:
    if phone:
        contact.phone = phone
        world.phones.setdefault(phone, []).append(contact)
    if email:
        contact.email = email
        world.emails.setdefault(email, []).append(contact)


def _forget(index: dict[str, list[Contact]], key: str | None, contact: Contact) -> None:
    if key is not None and contact in index.get(key, []):
        index[key].remove(contact)


def _by_phone_or_email(world: World, phone: str | None, email: str | None) -> Contact | None:
    for index, key in ((world.phones, phone), (world.emails, email)):
        for contact in index.get(key, []) if key else []:
            return contact.root()
    return None


def _joinable(world: World, source: str, phone: str | None, email: str | None) -> Contact | None:
    for index, key in ((world.phones, phone), (world.emails, email)):
        for contact in index.get(key, []) if key else []:
            root = contact.root()
            if all(known != source for record in root.records() for known, _ in record.identities):
                return root
    return None
