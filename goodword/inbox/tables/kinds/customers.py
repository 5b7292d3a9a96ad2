"""Customers: a contact.saved for each row, with who referred them where the file says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from goodword import identity
from goodword.inbox.tables.contacts import EMAIL, ID, PHONE, means_nobody
from goodword.inbox.tables.kind import Cells, Draft, Field, Kind, Later
from goodword.inbox.tables.told import Named

PARTS = {"line1": "street", "line2": "street_2", "city": "city", "region": "region", "postal_code": "postal_code"}

# What people answer to "how did you hear of us" that is nobody's name.
CHANNELS = (
    "google", "google search", "google ads", "google maps", "internet", "online", "online search", "web", "website", "web search",
    "search engine", "bing", "facebook", "instagram", "tiktok", "youtube", "twitter", "x", "linkedin", "nextdoor", "yelp",
    "thumbtack", "angi", "angies list", "houzz", "homeadvisor", "bark", "checkatrade", "social media", "social", "radio",
    "tv", "television", "newspaper", "magazine", "print", "flyer", "leaflet", "brochure", "direct mail", "mailer", "post card",
    "postcard", "door hanger", "yard sign", "sign", "billboard", "vehicle", "van", "truck", "truck wrap", "drive by", "walk in",
    "walked by", "home show", "trade show", "event", "yellow pages", "phone book", "email", "email campaign", "newsletter",
    "advertisement", "ad", "advert", "other", "unknown", "none", "n a", "na", "not sure", "don t know", "existing customer",
    "existing client", "repeat customer", "returning customer", "online booking", "referral", "word of mouth", "friend",
    "family", "family friend", "a friend", "neighbor", "neighbour", "staff", "employee", "partner", "annan", "okand",
    "vet ej", "vet inte", "hemsida", "internet", "tidning", "annons", "reklam", "van", "vanner", "bekant", "granne",
    "rekommendation", "tips", "mun till mun", "skylt", "eniro", "hitta se", "جوجل", "فيسبوك", "انستغرام", "انترنت", "الانترنت", "صديق",
    "اخر", "غير معروف",
)  # fmt: skip

FIELDS = (
    Field("customer_id", False, ("id", "uuid", "code", "reference id", "customer", "account", *ID), "text"),
    Field("name", False, ("name", "full name", "display name", "customer name", "client name", "contact name", "namn", "kund",
                          "kundnamn", "الاسم", "اسم العميل", "الاسم الكامل"), "text"),
    Field("first_name", False, ("first name", "given name", "forename", "fornamn", "الاسم الاول"), "text"),
    Field("last_name", False, ("last name", "family name", "surname", "efternamn", "اسم العائلة"), "text"),
    Field("company", False, ("company", "company name", "business name", "organisation", "organization", "foretag",
                             "foretagsnamn", "الشركة"), "text"),
    Field("phone", False, PHONE, "phone"),
    Field("other_phone", False, ("home phone", "home number", "home", "work phone", "work number", "phone 2", "main phone",
                                 "main phone s", "phone other", "hemtelefon"), "phone"),
    Field("email", False, EMAIL, "email"),
    Field("street", False, ("street", "address", "address 1", "street 1", "street address", "address line 1",
                            "billing street 1", "billing address", "service street 1", "adress", "gata", "gatuadress",
                            "العنوان", "الشارع"), "text"),
    Field("street_2", False, ("street 2", "address 2", "street address 2", "address line 2", "billing street 2",
                              "service street 2", "adress 2"), "text"),
    Field("city", False, ("city", "town", "suburb", "billing city", "service city", "ort", "stad", "postort", "المدينة"),
          "text"),
    Field("region", False, ("state", "province", "region", "county", "billing state", "billing province", "service province",
                            "service state", "lan", "المنطقة"), "text"),
    Field("postal_code", False, ("postal code", "postcode", "zip", "zip code", "billing zip code", "billing zip",
                                 "billing postal code", "service zip code", "post code", "postnummer", "الرمز البريدي"), "text"),
    Field("language", False, ("language", "locale", "sprak", "اللغة"), "choice", ("en", "sv", "ar")),
    Field("tags", False, ("tags", "labels", "groups", "taggar", "etiketter", "الوسوم"), "text"),
    Field("clubs", False, ("clubs", "club", "membership", "memberships", "klubb", "klubbar"), "text"),
    Field("created", False, ("created", "created at", "created date", "date created", "date added", "customer since",
                             "client since", "first visit", "first seen", "skapad", "kund sedan", "تاريخ الانشاء"), "datetime"),
    Field("referred_by", False, ("referred by", "how did you hear of us", "how did you hear about us", "lead source",
                                 "referral source", "referrer", "referral", "source", "hur horde du talas om oss",
                                 "varvad av", "rekommenderad av", "tipsad av", "كيف سمعت عنا", "مرشح من"), "text"),
    Field("referred_by_id", False, ("referred by id", "referrer id", "referring client id", "varvad av kundnummer"), "text"),
)  # fmt: skip


def build(rows: Sequence[Cells]) -> Draft | None:
    """Make one contact of one row."""
    (cells,) = rows
    contact: dict[str, Any] = {}
    name = cells.text("name", longest=200) or " ".join(
        part for part in (cells.text("first_name"), cells.text("last_name")) if part
    )
    company = cells.text("company", longest=200)
    phone = cells.phone("phone") if cells.raw("phone").strip() else cells.phone("other_phone")
    contact = {
        "name": name or company, "phone": phone, "email": cells.email("email"),
        "language": cells.choice("language"), "address": _address(cells), "company": company,
        "tags": _list(cells, "tags"), "clubs": _list(cells, "clubs"),
    }  # fmt: skip
    contact = {key: value for key, value in contact.items() if value}
    external_id = cells.text("customer_id", longest=200) or _made_id(contact)
    if external_id is None:
        if not cells.faults:
            cells.refuse("customer_id", "nobody_named")
        return None
    contact = {"external_id": external_id, **contact}
    named = _referrer(cells, contact)
    at = cells.moment("created") or cells.context.fallback_time
    return Draft(
        f"customer:{external_id}", [Later("", "contact.saved", at, {"contact": contact})],
        named=[] if named is None else [named],
    )  # fmt: skip


def _made_id(contact: dict[str, Any]) -> str | None:
    """Return an id for a file that has none: the name with the first of phone and e-mail, or what there is of it.

    Two of one phone are two customers (rulings 8), so the name belongs to it.
    """
    parts = [identity.folded(contact.get("name")), contact.get("phone") or contact.get("email")]
    return " ".join(part for part in parts if part)[:200] or None


def _referrer(cells: Cells, contact: dict[str, Any]) -> Named | None:
    """Write in who referred, when the file knows it by id, phone or e-mail; return a name that is to be found."""
    found: Any = cells.text("referred_by_id", longest=200)
    text = cells.text("referred_by", longest=500)
    if found is None and text is not None and not means_nobody(cells, "referred_by"):
        sort, value = how_named(text, country=cells.context.country)
        if sort == "name":
            contact["how"] = "import"
            return Named("referrer", "name", value)
        found = {sort: value}
    if found is not None:
        contact |= {"referred_by": {"contact": found}, "how": "import"}
    return None


def how_named(text: str, *, country: str) -> tuple[str, str]:
    """Return whether a text is a phone, an e-mail address or a name, and it in its form for comparison."""
    if "@" in text and (email := identity.email(text)):
        return "email", email
    letters = sum(1 for character in text if character.isalpha())
    if letters == 0 and (phone := identity.phone(text, country=country)):
        return "phone", phone
    return "name", text


def _address(cells: Cells) -> Any:
    parts = {part: cells.text(name) for part, name in PARTS.items()}
    told = {part: value for part, value in parts.items() if value}
    return told["line1"] if set(told) == {"line1"} else told


def _list(cells: Cells, name: str) -> list[str]:
    text = cells.text(name) or ""
    mark = next((mark for mark in (";", "|", ",") if mark in text), ",")
    return list(dict.fromkeys(part.strip() for part in text.split(mark) if part.strip()))


KIND = Kind(
    "customers",
    FIELDS,
    one_of=(("customer_id", "name", "first_name", "last_name", "company", "phone", "email"),),
    build=build,
    words={
        "referred_by": dict.fromkeys(CHANNELS, ""),
        "language": {"english": "en", "swedish": "sv", "svenska": "sv", "arabic": "ar", "العربية": "ar"},
    },
)
