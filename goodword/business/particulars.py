"""What a business says of itself: name, address, phone and the like, each read once by one function."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from goodword import identity
from goodword.business.choices import read_all, web_address
from goodword.engine.wording.language import LANGUAGES
from goodword.errors import Invalid
from goodword.money import is_currency

COUNTRIES = frozenset(code for code in map(str, Locale.parse("en").territories) if re.fullmatch("[A-Z]{2}", code))
LONGEST_NAME, LONGEST_ADDRESS, MOST_LINES, LONGEST_WEB = 200, 400, 6, 200


def name(text: str) -> str:
    """Return a name; spaces are tidied. Raises ``bad_name``."""
    plain = " ".join(text.split())
    if not 1 <= len(plain) <= LONGEST_NAME or not plain.isprintable():
        raise Invalid("bad_name", "a business's name has 1 to 200 characters", field="name")
    return plain


def address(text: str) -> str:
    """Return an address in lines, empty ones left out. Raises ``bad_address``."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    plain = "\n".join(line for line in lines if line)
    if len(plain) > LONGEST_ADDRESS or plain.count("\n") >= MOST_LINES or not plain.replace("\n", "").isprintable():
        raise Invalid("bad_address", "an address has at most six lines and 400 characters", field="address")
    return plain


def phone(text: str, *, country: str) -> str:
    """Return a number as E.164, or nothing. Raises ``bad_phone``."""
    if not text.strip():
        return ""
    found = identity.phone(text, country=country)
    if found is None or not found.startswith("+"):
        raise Invalid("bad_phone", f"“{text[:40]}” is no phone number", field="phone")
    return found


def email(text: str) -> str:
    """Return an e-mail address, or nothing. Raises ``bad_email``."""
    plain = text.strip()
    if plain:
        try:
            validate_email(plain)
        except ValidationError:
            raise Invalid("bad_email", f"“{plain[:80]}” is no e-mail address", field="email") from None
    return plain


def site(text: str) -> str:
    """Return a web address, or nothing; one without its scheme is read as https. Raises ``not_a_web_address``."""
    plain = text.strip()
    if plain and "://" not in plain and re.match(r"[^\s/:@]+\.[^\s/:@]+", plain):
        plain = f"https://{plain}"
    found = web_address(plain)
    if len(found) > LONGEST_WEB:
        raise Invalid("not_a_web_address", "a web address has at most 200 characters")
    return found


def timezone(text: str) -> str:
    """Return an IANA time zone. Raises ``unknown_timezone``."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(
            "unknown_timezone", f"“{text}” is no time zone; write it like America/Denver", field="timezone"
        ) from None
    return text


def country(text: str) -> str:
    """Return an ISO 3166 country. Raises ``unknown_country``."""
    if text not in COUNTRIES:
        raise Invalid("unknown_country", f"“{text}” is no country; write it like US", field="country")
    return text


def region(text: str) -> str:
    """Return a region of the country, or nothing. Raises ``bad_region``."""
    plain = text.strip().upper()
    if not re.fullmatch(r"(?:[A-Z0-9]{1,3})?", plain):
        raise Invalid("bad_region", f"“{text}” is no region; write it like CA, without the country", field="region")
    return plain


def language(text: str) -> str:
    """Return a language of the product. Raises ``unknown_language``."""
    if text not in LANGUAGES:
        raise Invalid("unknown_language", f"“{text}” is not one of {', '.join(LANGUAGES)}", field="language")
    return text


def currency(text: str) -> str:
    """Return an ISO 4217 currency. Raises ``unknown_currency``."""
    if not is_currency(text):
        raise Invalid("unknown_currency", f"“{text}” is no ISO 4217 currency; write it like USD", field="currency")
    return text


def colour(text: str) -> str:
    """Return six lower-case hexadecimal digits after a #, or nothing. Raises ``bad_colour``."""
    plain = text.strip().lower().lstrip("#")
    if plain and not re.fullmatch(r"[0-9a-f]{6}", plain):
        raise Invalid("bad_colour", f"“{text[:20]}” is no colour; write it like #0b6b57", field="colour")
    return f"#{plain}" if plain else ""


PARTICULARS: dict[str, Callable[[str], str]] = {
    "name": name,
    "address": address,
    "email": email,
    "website": site,
    "privacy_url": site,
    "timezone": timezone,
    "country": country,
    "region": region,
    "language": language,
    "currency": currency,
    "colour": colour,
}


def read_particulars(wanted: Mapping[str, object], *, country: str) -> tuple[dict[str, Any], dict[str, Invalid]]:
    """Return what can be stored of a business's particulars, and the faults, by name.

    Args:
        country: by which a phone number without a country code is read, unless ``wanted`` names another.

    Raises:
        Invalid: ``unknown_setting``: a business has no such particular.
    """
    where = str(wanted.get("country") or country)

    def own_phone(text: str) -> str:
        return phone(text, country=where)

    readers = {**PARTICULARS, "phone": own_phone}
    unknown = [key for key in wanted if key not in readers]
    if unknown:
        raise Invalid("unknown_setting", f"a business has no “{unknown[0]}”", field=unknown[0])
    return read_all(readers, {key: str(value) for key, value in wanted.items()})
