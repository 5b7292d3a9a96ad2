"""Referrals: who sent whom; a ``contact.saved`` of the friend that names the referrer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from goodword.inbox.tables.contacts import contact_of, how_named, label_of
from goodword.inbox.tables.kind import Cells, Draft, Field, Kind, Later, headings, meanings
from goodword.inbox.tables.kinds.customers import CHANNELS
from goodword.inbox.tables.told import Named

HEADS = headings("""
friend_id: friend id, referred id, customer id, client id, new customer id, referee id, kundnummer, رقم العميل
friend_name: friend, friend name, referred, referred name, referred customer, new customer, referee, customer,
    customer name, client, client name, vän, kund, kundnamn, صديق, العميل, اسم العميل
friend_phone: friend phone, referred phone, customer phone, client phone, phone, mobile, telefon, الهاتف
friend_email: friend email, referred email, customer email, client email, email, e-post, البريد الإلكتروني
referrer_id: referrer id, referred by id, referring customer id, referring client id, värvarens kundnummer
referrer: referrer, referrer name, referred by, how did you hear of us, how did you hear about us, lead source,
    referral source, source, värvare, värvad av, tipsad av, rekommenderad av, مرشح من, كيف سمعت عنا
referrer_phone: referrer phone, referred by phone, värvarens telefon
referrer_email: referrer email, referred by email, värvarens e-post
date: date, referral date, referred at, created, created at, datum, التاريخ
""")

FIELDS = (
    Field("friend_id", False, HEADS["friend_id"], "text"),
    Field("friend_name", False, HEADS["friend_name"], "text"),
    Field("friend_phone", False, HEADS["friend_phone"], "phone"),
    Field("friend_email", False, HEADS["friend_email"], "email"),
    Field("referrer_id", False, HEADS["referrer_id"], "text"),
    Field("referrer", False, HEADS["referrer"], "text"),
    Field("referrer_phone", False, HEADS["referrer_phone"], "phone"),
    Field("referrer_email", False, HEADS["referrer_email"], "email"),
    Field("date", False, HEADS["date"], "datetime"),
)


def build(rows: Sequence[Cells]) -> Draft | None:
    """Make one attribution of one row."""
    (cells,) = rows
    friend, named = contact_of(cells, prefix="friend", place="friend")
    referrer, called = _referrer(cells)
    at = cells.moment("date") or cells.context.fallback_time
    if friend is None and named is None:
        cells.refuse("friend_name", "missing_value")
    elif referrer is None and called is None:
        cells.refuse("referrer", "nobody_referred")
    if cells.faults:
        return None
    if isinstance(friend, dict):  # an event is about an external id: whose phone or e-mail it is, the books tell
        ((sort, value),) = friend.items()
        named = Named("friend", sort, value)
    provisional = label_of(friend if named is None else None, named)
    contact: dict[str, Any] = {"external_id": provisional, "how": "import"}
    if referrer is not None:
        contact["referred_by"] = {"contact": referrer}
    event = Later("", "contact.saved", at, {"contact": contact})
    return Draft(f"referral:{provisional}", [event], named=[found for found in (named, called) if found is not None])


def _referrer(cells: Cells) -> tuple[Any, Named | None]:
    """Return the referrer as an event has it, or a name that is to be found; neither when nobody is named."""
    found = cells.text("referrer_id", longest=200)
    if found is not None:
        return found, None
    for sort, read in (("phone", cells.phone), ("email", cells.email)):
        value = read(f"referrer_{sort}")
        if value is not None:
            return {sort: value}, None
    text = cells.told("referrer")
    if text is None or cells.means_nobody("referrer"):
        return None, None
    sort, value = how_named(text, country=cells.context.country)
    return (None, Named("referrer", "name", value)) if sort == "name" else ({sort: value}, None)


KIND = Kind(
    "referrals",
    FIELDS,
    one_of=(
        ("friend_id", "friend_name", "friend_phone", "friend_email"),
        ("referrer", "referrer_id", "referrer_phone", "referrer_email"),
    ),
    build=build,
    words={"referrer": meanings({"": CHANNELS})},
)
