"""Phone, e-mail and address made comparable (rulings 8 and 9). Pure; used by flow and backtest before the engine.

Each function returns one canonical text per person's way of writing, or None for what cannot identify anybody:
nothing is joined, and nobody refused, because two records say "n/a".
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Mapping

import phonenumbers
from phonenumbers import PhoneNumberFormat, ValidationResult

FEWEST_DIGITS = 7
MOST_DIGITS = 15  # E.164
LONGEST_EMAIL = 254  # RFC 5321
LONGEST_ADDRESS = 500
ADDRESS_PARTS = ("line1", "line2", "city", "region", "postal_code")  # the country is left out: many records lack it

_NAMES_OF_PLACES = {
    "street": "st", "str": "st", "saint": "st", "road": "rd", "avenue": "ave", "av": "ave", "drive": "dr",
    "lane": "ln", "boulevard": "blvd", "court": "ct", "place": "pl", "square": "sq", "terrace": "ter",
    "highway": "hwy", "parkway": "pkwy", "apartment": "apt", "flat": "apt", "lägenhet": "lgh", "suite": "ste",
    "building": "bldg", "floor": "fl", "north": "n", "south": "s", "east": "e", "west": "w", "ش": "شارع",
}  # fmt: skip


def phone(text: str | None, *, country: str | None = None) -> str | None:
    """Return a number as E.164 (``+13035550142``), or its bare digits when nothing tells the country.

    Args:
        text: the number as it was written; digits of any script; an extension is dropped.
        country: ISO 3166 code of the business; None when unknown (programme-format.md, Backtest).

    Returns:
        E.164 with its plus; else 7 to 15 bare digits, which can be compared but not called; else None.
    """
    plain = _visible(text)
    international = re.sub(r"^00(?=\d{7})", "+", _digits_and_plus(plain))
    region = country.upper() if country else None
    for candidate, where in ((plain, region), (international, None)):
        found = _e164(candidate, where)
        if found:
            return None if _is_filler(found) else found
    digits = re.sub(r"\D", "", international)
    if not FEWEST_DIGITS <= len(digits) <= MOST_DIGITS or _is_filler(digits):
        return None
    return digits


def _e164(text: str, region: str | None) -> str | None:
    """Return the number when its length is possible where it belongs; whether it is in use does not matter."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _digits_and_plus(text: str) -> str:
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return ("+" if plain.lstrip("( ").startswith("+") else "") + re.sub(r"\D", "", plain)


def _is_filler(number: str) -> bool:
    """Say whether it is what people type to get past a form: 0000000, 1234567890."""
    digits = number.lstrip("+")
    return len(set(digits[-FEWEST_DIGITS:])) == 1 or digits in "01234567890" or digits.endswith("1234567890")


def email(text: str | None) -> str | None:
    """Return an e-mail address trimmed, in small letters and in one Unicode form; None when it is none.

    Dots and ``+tags`` stay: they are different mailboxes at most providers. A domain in Punycode is read as Unicode.
    """
    plain = _visible(text).lower()
    plain = unicodedata.normalize("NFKC", plain)
    found = re.fullmatch(r"([^\s@<>,;:\"]+)@([^\s@<>,;:\"/]+\.[^\s@<>,;:\"/.]+)", plain)
    if not found or len(plain) > LONGEST_EMAIL or ".." in plain or found[2].startswith("."):
        return None
    return f"{found[1]}@{_readable_domain(found[2])}"


def _readable_domain(domain: str) -> str:
    labels = []
    for label in domain.split("."):
        readable = label
        if label.startswith("xn--") and label.isascii():
            with contextlib.suppress(UnicodeError):
                readable = unicodedata.normalize("NFKC", label[4:].encode("ascii").decode("punycode"))
        labels.append(readable)
    return ".".join(labels)


def address(value: str | Mapping[str, object] | None) -> str | None:
    """Return a household's address for comparison: words and numbers only, the commonest abbreviations made one.

    Args:
        value: a text, or ``{line1, line2, city, region, postal_code, country}`` of which any may be missing.

    Returns:
        None when it names no household: nothing at all, a city alone, a text without a house number, a whole letter.
    """
    if isinstance(value, Mapping):
        parts = [words(str(value[key])) for key in ADDRESS_PARTS if value.get(key) is not None]
        first = words(str(value.get("line1") or ""))
        if not first or (not _has_digit(first) and not any(words(str(value.get(k) or "")) for k in _TELLS_WHERE)):
            return None
    else:
        parts = [words(part) for part in re.split(r"[,،;\n]", value or "")]
        parts = [part for part in parts if part]
        if not any(_has_digit(part) for part in parts[:-1] or parts):
            return None  # "Denver, CO 80202" is where a town lies, not where somebody lives
    whole = " ".join(part for part in parts if part)
    whole = re.sub(r"(?<!\d)(\d{3}) (\d{2})(?!\d)", r"\1\2", whole)  # Swedish postcodes are written both ways
    return whole if len(whole) <= LONGEST_ADDRESS else None


_TELLS_WHERE = ("city", "postal_code")


def words(text: str) -> str:
    """Return the words and numbers of a text in small letters and one form, the commonest abbreviations made one."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("#", " apt ")
    kept = []
    for character in unicodedata.normalize("NFKC", plain):
        kind = unicodedata.category(character)
        if character.isdecimal():
            kept.append(str(unicodedata.decimal(character)))
        elif kind[0] == "L" and character != "ـ":  # the Arabic tatweel only stretches a word
            kept.append(character)
        elif kind[0] in "ZPSC" and kind != "Cf" and character not in "'’.":
            kept.append(" ")
        elif kind[0] == "M" and not "\u064b" <= character <= "\u0652":  # vowel signs are optional in Arabic
            kept.append(character)
    spaced = re.sub(r"(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)", " ", "".join(kept))
    return " ".join(_NAMES_OF_PLACES.get(word, word) for word in spaced.split())


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _visible(text: str | None) -> str:
    """Return the text in one Unicode form, trimmed, without marks nobody can see (direction, zero width)."""
    plain = unicodedata.normalize("NFKC", text or "")
    return "".join(c for c in plain if unicodedata.category(c) not in {"Cf", "Cc", "Cs"}).strip()


# Letters that no decomposition makes plain, and the Arabic ones that people write either way.
_PLAIN = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ة": "ه", "ى": "ي", "ـ": ""}
)
LONGEST_PART = 200


def folded(text: str | None) -> str:
    """Return text as a search compares it: small letters without accents, digits of one script, single spaces."""
    plain = unicodedata.normalize("NFKD", _visible(text).casefold())
    kept = (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain if unicodedata.category(c)[0] != "M")
    return " ".join("".join(kept).translate(_PLAIN).split())


def search_key(
    *, name: str, phone: str | None, email: str | None, code: str | None, address: str | Mapping[str, object] | None
) -> str:
    """Return all a contact is found by, folded, the name first: any part of it may be typed."""
    street = (
        " ".join(str(address[key]) for key in ADDRESS_PARTS if address.get(key))
        if isinstance(address, Mapping)
        else address or ""
    )
    parts = (folded(name), re.sub(r"\D", "", phone or ""), folded(email), folded(code), folded(street))
    return " ".join(part[:LONGEST_PART] for part in parts if part)
