"""Whom a row speaks of: by id, phone or e-mail as an event has it; by name alone as one to be found in the books."""

from __future__ import annotations

import hashlib
from typing import Any

from goodword import identity
from goodword.inbox.tables.kind import Cells, Field, headings
from goodword.inbox.tables.told import Named

# Headers of a contact's id, name, phone and e-mail in tables that speak of something else.
HEADS = headings("""
id: customer id, client id, contact id, customer number, customer no, customer #, client number, client no, client #,
    client code, customer code, account number, customer reference id, kundnummer, kund id, kundnr, رقم العميل
name: customer name, client name, contact name, customer, client, contact, company, company name, bill to, kundnamn,
    kund, اسم العميل, العميل
phone: customer phone, client phone, client phone number, phone, phone number, mobile, mobile number, mobile phone,
    cell phone, primary phone, main phone #s, mobile phone #s, telephone, telefon, mobil, mobilnummer, telefonnummer,
    الهاتف, رقم الهاتف, الجوال, رقم الجوال
email: customer email, client email, email, e-mail, e-mails, email address, e-post, epost, e-postadress, البريد
    الإلكتروني, الإيميل
""")

NOBODY = {"walk in": "", "walkin": "", "cash": "", "cash customer": "", "cash sale": "", "guest": "", "kontantkund": ""}


def contact_fields() -> tuple[Field, ...]:
    """Return the four fields by which a table names a contact."""
    return (
        Field("customer_id", False, HEADS["id"], "text"),
        Field("customer_name", False, HEADS["name"], "text"),
        Field("customer_phone", False, HEADS["phone"], "phone"),
        Field("customer_email", False, HEADS["email"], "email"),
    )


def contact_of(cells: Cells, *, prefix: str = "customer", place: str = "contact") -> tuple[Any, Named | None]:
    """Return a reference as api.md has it, or a contact to be found by its name; neither where nobody is named.

    An id goes before a phone, a phone before an e-mail address, that before a name. What the words have mean nothing
    (a walk-in) is nobody.
    """
    if cells.means_nobody(f"{prefix}_id") or cells.means_nobody(f"{prefix}_name"):
        return None, None
    found = cells.text(f"{prefix}_id", longest=200)
    if found is not None:
        return found, None
    for sort, read in (("phone", cells.phone), ("email", cells.email)):
        value = read(f"{prefix}_{sort}")
        if value is not None:
            return {sort: value}, None
    called = cells.text(f"{prefix}_name", longest=500)
    return None, None if called is None else Named(place, "name", called)


def label_of(contact: Any, named: Named | None) -> str | None:
    """Return what tells a contact apart inside a made id: its own id, or a digest of phone, e-mail or name."""
    if named is not None:
        return digest(identity.folded(named.value))
    return digest(*contact.values()) if isinstance(contact, dict) else contact


def digest(*parts: str) -> str:
    """Return a made id of texts: one that told who somebody is could not outlive their erasure."""
    return "row-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def how_named(text: str, *, country: str) -> tuple[str, str]:
    """Return whether a text is a phone, an e-mail address or a name, and it in its form for comparison."""
    if "@" in text and (email := identity.email(text)):
        return "email", email
    if not any(character.isalpha() for character in text) and (phone := identity.phone(text, country=country)):
        return "phone", phone
    return "name", text
