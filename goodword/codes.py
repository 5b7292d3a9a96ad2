"""Codes that people type, serials that are printed, ids that programs keep: how they are made and read. Pure.

Chance and time come in as arguments; ``secrets.token_bytes`` is called at the edge.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from math import ceil, log2

from goodword.errors import Invalid

ALPHABET = "23456789BCDFGHJKLMNPQRSTVWXYZ"  # 29, a prime; no vowels, so no words; no 0, 1, I and O
LONGEST = 28  # the weights 2^k mod 29 are all distinct up to here: every substitution, swap and twin is caught
REFERRAL_LENGTH = 9  # 8 random characters and the check character
PRINTED_LENGTH = 12  # 53 bits: printed cards, looked up with a rate limit
SHORTEST_OTHER = 6  # of a code that another system gave out
BEARER_LENGTH = 16  # 73 bits: codes that travel by e-mail

PREFIXES: dict[str, str] = {
    "contact": "con",
    "referral": "ref",
    "reward": "rwd",
    "voucher": "vou",
    "event": "evt",
    "job": "job",
    "ticket": "tkt",
    "programme": "prg",
}
ENTROPY_OF_AN_ID = 10  # bytes

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LOOK_ALIKES = str.maketrans({"I": "L", "1": "L", "|": "L"})
_ID_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, in ascending order
_ID = re.compile(rf"([a-z]{{3}})_[{_ID_DIGITS}]{{26}}")
_SERIAL = re.compile(r"(?:([A-Z][A-Z0-9]{0,11})[-\s]+|([A-Z]{1,12}))0*([1-9][0-9]{0,11})")
_SERIAL_PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,11}")


class Mistyped(Invalid):
    """A code that nobody was ever given: a character is impossible, missing or wrong. Not worth a look-up."""


def check_character(body: str) -> str:
    """Return the check character of ``body`` (ISO 7064 pure system, modulus 29, radix 2).

    Raises:
        Mistyped: ``code_mistyped`` for a character outside ``ALPHABET``.
    """
    return ALPHABET[(1 - _weigh(body)) % len(ALPHABET)]


def _weigh(body: str) -> int:
    weight = 0
    for place, character in enumerate(body, start=1):
        if character not in _VALUES:
            raise Mistyped("code_mistyped", f"check the character at place {place}", place=place)
        weight = (weight + _VALUES[character]) * 2 % len(ALPHABET)
    return weight


def entropy_bytes(length: int) -> int:
    """Return how many random bytes :func:`make` needs for a code of ``length``: 64 bits more than the code holds."""
    return ceil(((length - 1) * log2(len(ALPHABET)) + 64) / 8)


def make(entropy: bytes, *, length: int) -> str:
    """Return a code of ``length`` characters, the last of them its check character.

    Args:
        entropy: at least ``entropy_bytes(length)`` random bytes; with those the bias is below 2^-64.
        length: 4 to ``LONGEST``.
    """
    if not 4 <= length <= LONGEST:
        raise ValueError(f"a code has 4 to {LONGEST} characters, not {length}")
    if len(entropy) < entropy_bytes(length):
        raise ValueError(f"a code of {length} characters needs {entropy_bytes(length)} random bytes")
    number = int.from_bytes(entropy, "big")
    body = ""
    for _ in range(length - 1):
        number, value = divmod(number, len(ALPHABET))
        body += ALPHABET[value]
    return body + check_character(body)


def normalise(text: str) -> str:
    """Return ``text`` as a code is stored: no case, spaces, hyphens or invisible marks; I, 1, l and | read as L."""
    plain = unicodedata.normalize("NFKC", text).upper()
    kept = (c for c in plain if not c.isspace() and unicodedata.category(c) not in {"Pd", "Cf", "Cc"})
    return "".join(kept).translate(_LOOK_ALIKES)


def read(text: str, *, length: int | None = None) -> str:
    """Return what a person typed as the code it must be; whether anybody was given it is another question.

    Raises:
        Mistyped: ``code_mistyped`` with ``place`` when one character is impossible, without it when the length or
            the check character says that something is wrong somewhere.
    """
    code = normalise(text)
    if len(code) < 2 or len(code) > LONGEST or (length is not None and len(code) != length):
        raise Mistyped("code_mistyped", "the code is too short or too long", length=len(code))
    if (_weigh(code[:-1]) + _value(code[-1], len(code))) % len(ALPHABET) != 1:
        raise Mistyped("code_mistyped", "one character of the code is wrong; compare it with the card")
    return code


def read_other(text: str) -> str | None:
    """Return a code that another system gave out as it is compared; None when it is none, or one of our serials.

    6 to ``LONGEST`` letters and digits; capitals, blanks and hyphens do not count. Such a code has no check character
    that we know, so a typing error cannot be told from a code nobody was given.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    kept = "".join(_digit(c) for c in plain if not c.isspace() and unicodedata.category(c) not in {"Pd", "Cf", "Cc"})
    if not SHORTEST_OTHER <= len(kept) <= LONGEST or not (kept.isascii() and kept.isalnum()):
        return None
    return kept if read_serial(text) is None else None


def _value(character: str, place: int) -> int:
    if character not in _VALUES:
        raise Mistyped("code_mistyped", f"check the character at place {place}", place=place)
    return _VALUES[character]


def grouped(code: str) -> str:
    """Return the code in groups of four, as it is printed: ``4GHK-7M2P-QRS6``."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def serial(prefix: str, number: int) -> str:
    """Return the serial of a voucher: ``serial("FERN", 123)`` is ``FERN-000123``.

    Raises:
        Invalid: ``bad_serial`` for a prefix that is not 1 to 12 capitals and digits beginning with a letter, or a
            number below 1.
    """
    if not _SERIAL_PREFIX.fullmatch(prefix) or number < 1:
        raise Invalid("bad_serial", "a serial is a prefix of capitals and digits and a number from 1", prefix=prefix)
    return f"{prefix}-{number:06d}"


def read_serial(text: str) -> str | None:
    """Return the serial that was typed (``fern 123`` is ``FERN-000123``); None when it is no serial."""
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = "".join(c for c in plain if unicodedata.category(c) not in {"Cf", "Cc"})
    plain = "".join("-" if unicodedata.category(c) == "Pd" else _digit(c) for c in plain).strip()
    found = _SERIAL.fullmatch(plain)
    return serial(found[1] or found[2], int(found[3])) if found else None


def serial_parts(text: str) -> tuple[str, int]:
    """Return prefix and number of a serial that was typed.

    Raises:
        Invalid: ``bad_serial`` with the text.
    """
    plain = read_serial(text)
    if plain is None:
        raise Invalid("bad_serial", f"“{text}” is no serial; write it like FERN-000123", text=text, pointer="/serials")
    prefix, _, number = plain.rpartition("-")
    return prefix, int(number)


def serial_range(text: str) -> tuple[tuple[str, int], tuple[str, int]]:
    """Return the first and the last of ``FERN-000101..FERN-000150`` or ``FERN-101 to 150``; of one serial, it twice.

    Raises:
        Invalid: ``bad_serial``.
    """
    begin, between, end = text.partition("..")
    if not between:
        split = re.split(r"\s*[–—…]\s*|\s+(?:to|till|bis|-)\s+", text.strip(), maxsplit=1)
        if len(split) == 1:
            first = serial_parts(text)
            return first, first
        begin, end = split
    first = serial_parts(begin)
    bare = "".join(_digit(character) for character in end.strip())
    return first, (first[0], int(bare)) if bare.isascii() and bare.isdigit() and len(bare) <= 12 else serial_parts(end)


def _digit(character: str) -> str:
    """Return a decimal digit of any script as the ASCII digit."""
    return str(unicodedata.decimal(character)) if character.isdecimal() else character


def public_id(prefix: str, *, at: datetime, entropy: bytes) -> str:
    """Return an opaque id like ``con_01jc…``: 48 bits of milliseconds, 80 of chance, sorted as text by time.

    Args:
        prefix: three small letters, one of ``PREFIXES`` for what the API shows.
        at: an aware time from 1970 on.
        entropy: exactly ``ENTROPY_OF_AN_ID`` random bytes.
    """
    milliseconds = int(at.timestamp() * 1000)
    well_formed = re.fullmatch("[a-z]{3}", prefix) and len(entropy) == ENTROPY_OF_AN_ID
    if not well_formed or at.tzinfo is None or milliseconds < 0:
        raise ValueError("an id needs a prefix of three letters, an aware time from 1970 on and 10 random bytes")
    number = (milliseconds << 80) | int.from_bytes(entropy, "big")
    return f"{prefix}_" + "".join(_ID_DIGITS[number >> shift & 31] for shift in range(125, -1, -5))


def in_runs(serials: Iterable[tuple[str, int]]) -> list[str]:
    """Return serials, given in order, as they are said: those in a row as ``FERN-000101..FERN-000150``."""
    told: list[tuple[str, int, int]] = []
    for prefix, number in serials:
        if told and told[-1][0] == prefix and told[-1][2] == number - 1:
            told[-1] = (prefix, told[-1][1], number)
        else:
            told.append((prefix, number, number))
    return [
        serial(prefix, first) if first == last else f"{serial(prefix, first)}..{serial(prefix, last)}"
        for prefix, first, last in told
    ]


def is_public_id(text: str, *, prefix: str) -> bool:
    """Say whether ``text`` has the form of an id with this prefix."""
    found = _ID.fullmatch(text)
    return found is not None and found[1] == prefix
