"""Whom a row speaks of: by id, phone or e-mail as an event has it; by name alone as one to be found in the books."""

from __future__ import annotations

from typing import Any

from goodword import identity
from goodword.inbox.tables.kind import Cells, Field
from goodword.inbox.tables.told import Named

# Headers of a contact's id, name, phone and e-mail in tables that speak of something else.
ID = ("customer id", "client id", "contact id", "customer number", "customer no", "client number", "client no", "client code",
      "customer code", "account number", "customer reference id", "kundnummer", "kund id", "kundnr", "رقم العميل")  # fmt: skip
NAME = ("customer", "customer name", "client", "client name", "contact", "contact name", "company", "company name", "bill to",
        "kund", "kundnamn", "العميل", "اسم العميل")  # fmt: skip
PHONE = ("customer phone", "client phone", "phone", "phone number", "mobile", "mobile number", "mobile phone", "cell phone",
         "primary phone", "telephone", "telefon", "mobil", "mobilnummer", "telefonnummer", "الهاتف", "رقم الهاتف", "الجوال",
         "رقم الجوال")  # fmt: skip
EMAIL = ("customer email", "client email", "email", "e mail", "email address", "e post", "epost", "e postadress",
         "البريد الالكتروني", "الايميل")  # fmt: skip


def contact_fields(prefix: str = "customer") -> tuple[Field, ...]:
    """Return the four fields by which a table names a contact."""
    return (
        Field(f"{prefix}_id", False, ID, "text"),
        Field(f"{prefix}_name", False, NAME, "text"),
        Field(f"{prefix}_phone", False, PHONE, "phone"),
        Field(f"{prefix}_email", False, EMAIL, "email"),
    )


def contact_of(cells: Cells, *, prefix: str = "customer", place: str = "contact") -> tuple[Any, Named | None]:
    """Return a reference as api.md has it, or a contact to be found by its name; neither where all four are blank.

    A word of ``words["customer_id"]`` or ``words["customer_name"]`` that means nothing (a walk-in) is a blank.
    """
    for name in (f"{prefix}_id", f"{prefix}_name"):
        if means_nobody(cells, name):
            return None, None
    found = cells.text(f"{prefix}_id", longest=200)
    if found is not None:
        return found, None
    for sort in ("phone", "email"):
        value = cells.phone(f"{prefix}_phone") if sort == "phone" else cells.email(f"{prefix}_email")
        if value is not None:
            return {sort: value}, None
    called = cells.text(f"{prefix}_name", longest=500)
    return None, None if called is None else Named(place, "name", called)


def means_nobody(cells: Cells, name: str) -> bool:
    """Say whether the words have a cell mean nothing."""
    text = identity.folded(cells.raw(name))
    words = {**cells.kind.words.get(name, {}), **cells.context.words.get(name, {})}
    return bool(text) and any(meaning == "" and identity.folded(word) == text for word, meaning in words.items())
