"""Customers: a ``contact.saved`` for each row, with who referred them where the file says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from goodword import identity
from goodword.inbox.tables.contacts import HEADS as CONTACT
from goodword.inbox.tables.contacts import digest, how_named
from goodword.inbox.tables.kind import Cells, Draft, Field, Kind, Later, headings, meanings
from goodword.inbox.tables.told import Named

PARTS = {"line1": "street", "line2": "street_2", "city": "city", "region": "region", "postal_code": "postal_code"}

HEADS = headings("""
id: id, uuid, code, reference id, account
name: name, full name, display name, customer name, client name, contact name, namn, kundnamn, kund, الاسم, اسم
    العميل, الاسم الكامل
first_name: first name, given name, forename, förnamn, الاسم الأول
last_name: last name, family name, surname, efternamn, اسم العائلة
company: company, company name, business name, organisation, organization, företag, företagsnamn, الشركة
other_phone: home phone, home number, home, work phone, work number, phone 2, other phone, mobile phone #s, hemtelefon
street: street, address, address 1, street 1, street address, street address 1, address line 1, service street 1,
    billing street 1, billing address, adress, gata, gatuadress, العنوان, الشارع
street_2: street 2, street line 2, address 2, street address 2, address line 2, service street 2, billing street 2,
    adress 2
city: city, town, suburb, service city, billing city, ort, stad, postort, المدينة
region: state, province, region, county, service state, service province, billing state, billing province, län,
    المنطقة
postal_code: postal code, postcode, post code, zip, zip code, service zip code, billing zip code, billing postal code,
    postnummer, الرمز البريدي
language: language, locale, språk, اللغة
tags: tags, customer tags, labels, groups, taggar, etiketter, الوسوم
clubs: clubs, club, membership, memberships, klubb, klubbar, النوادي
created: created, created at, created date, date created, date added, customer since, client since, member since, since,
    joined, first visit, first
    seen, skapad, kund sedan, تاريخ الإنشاء
referred_by: referred by, how did you hear of us, how did you hear about us, lead source, referral source, referrer,
    referral, source, hur hörde du talas om oss, värvad av, rekommenderad av, tipsad av, كيف سمعت عنا, مرشح من
referred_by_id: referred by id, referrer id, referring client id, värvarens kundnummer
""")

FIELDS = (
    Field("customer_id", False, (*HEADS["id"], *CONTACT["id"]), "text"),
    Field("name", False, HEADS["name"], "text"),
    Field("first_name", False, HEADS["first_name"], "text"),
    Field("last_name", False, HEADS["last_name"], "text"),
    Field("company", False, HEADS["company"], "text"),
    Field("phone", False, CONTACT["phone"], "phone"),
    Field("other_phone", False, HEADS["other_phone"], "phone"),
    Field("email", False, CONTACT["email"], "email"),
    Field("street", False, HEADS["street"], "text"),
    Field("street_2", False, HEADS["street_2"], "text"),
    Field("city", False, HEADS["city"], "text"),
    Field("region", False, HEADS["region"], "text"),
    Field("postal_code", False, HEADS["postal_code"], "text"),
    Field("language", False, HEADS["language"], "choice", ("en", "sv", "ar")),
    Field("tags", False, HEADS["tags"], "text"),
    Field("clubs", False, HEADS["clubs"], "text"),
    Field("created", False, HEADS["created"], "datetime"),
    Field("referred_by", False, HEADS["referred_by"], "text"),
    Field("referred_by_id", False, HEADS["referred_by_id"], "text"),
)

# What people answer to "how did you hear of us" that is nobody's name.
CHANNELS = headings("""
nobody: google, google search, google ads, google maps, internet, online, online search, web, website, web search,
    search engine, bing, facebook, instagram, tiktok, youtube, twitter, x, linkedin, nextdoor, yelp, thumbtack, angi,
    angie's list, houzz, homeadvisor, bark, checkatrade, social media, social, radio, tv, television, newspaper,
    magazine, print, flyer, leaflet, brochure, direct mail, mailer, postcard, door hanger, yard sign, sign, billboard,
    vehicle, van, truck, truck wrap, drive by, walk in, walked by, home show, trade show, event, yellow pages, phone
    book, email, email campaign, newsletter, advertisement, ad, advert, other, unknown, none, n/a, na, not sure, don't
    know, existing customer, existing client, repeat customer, returning customer, online booking, referral, word of
    mouth, friend, family, family / friend, a friend, neighbor, neighbour, staff, employee, partner, annan, annat,
    okänd, vet ej, vet inte, hemsida, hemsidan, tidning, annons, reklam, vän, vänner, bekant, granne, rekommendation,
    tips, mun till mun, skylt, eniro, hitta.se, جوجل, فيسبوك, انستغرام, إنترنت, الإنترنت, صديق, جار, آخر, غير معروف
""")["nobody"]

LANGUAGES = headings("""
en: english, engelska, الإنجليزية
sv: swedish, svenska, السويدية
ar: arabic, arabiska, العربية
""")


def build(rows: Sequence[Cells]) -> Draft | None:
    """Make one contact of one row."""
    (cells,) = rows
    parts = (cells.text("first_name"), cells.text("last_name"))
    company = cells.text("company", longest=200)
    phone = cells.phone("phone") if cells.told("phone") else cells.phone("other_phone")
    contact: dict[str, Any] = {
        "name": cells.text("name", longest=200) or " ".join(part for part in parts if part) or company,
        "phone": phone, "email": cells.email("email"), "language": cells.choice("language"), "address": _address(cells),
        "company": company, "tags": _list(cells, "tags"), "clubs": _list(cells, "clubs"),
    }  # fmt: skip
    contact = {key: value for key, value in contact.items() if value}
    external_id = cells.text("customer_id", longest=200) or _made_id(contact)
    if external_id is None:
        cells.refuse("customer_id", "nobody_named")
        return None
    contact = {"external_id": external_id, **contact}
    named = _referrer(cells, contact)
    at = cells.moment("created") or cells.context.fallback_time
    event = Later("", "contact.saved", at, {"contact": contact})
    return Draft(f"customer:{external_id}", [event], named=[] if named is None else [named])


def _made_id(contact: dict[str, Any]) -> str | None:
    """Return an id for a file that has none: of the name with the first of phone and e-mail, or what there is of it.

    Two of one phone are two customers (rulings 8), so the name belongs to it.
    """
    who = [identity.folded(contact.get("name")), contact.get("phone") or contact.get("email") or ""]
    if not any(who):
        return None
    return digest(*who)


def _referrer(cells: Cells, contact: dict[str, Any]) -> Named | None:
    """Write in who referred, when the file knows it by id, phone or e-mail; return a name that is to be found."""
    found: Any = cells.text("referred_by_id", longest=200)
    text = cells.told("referred_by")
    if found is None and text is not None and not cells.means_nobody("referred_by"):
        sort, value = how_named(text, country=cells.context.country)
        if sort == "name":
            contact["how"] = "import"
            return Named("referrer", "name", value)
        found = {sort: value}
    if found is not None:
        contact |= {"referred_by": {"contact": found}, "how": "import"}
    return None


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
        "referred_by": meanings({"": CHANNELS}),
        "language": meanings(LANGUAGES),
    },
)
