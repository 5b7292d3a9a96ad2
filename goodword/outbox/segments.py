"""How many parts a text message is sent and paid in (3GPP TS 23.038 and 23.040). Pure."""

from __future__ import annotations

from typing import Literal, NamedTuple

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # two places each
ALONE, JOINED = {"gsm7": 160, "ucs2": 70}, {"gsm7": 153, "ucs2": 67}


class Segments(NamedTuple):
    """``gsm7`` is the short alphabet; one character outside it makes the whole message ``ucs2``, 70 to a part."""

    alphabet: Literal["gsm7", "ucs2"]
    length: int
    parts: int
    stranger: str
    """The first character that the short alphabet has not."""


def segments(text: str) -> Segments:
    """Count the places and the parts that a text takes; a character of two places is never torn."""
    stranger = next((c for c in text if c not in BASIC and c not in EXTENDED), "")
    alphabet: Literal["gsm7", "ucs2"] = "ucs2" if stranger else "gsm7"
    sizes = [_places(c, alphabet) for c in text]
    length = sum(sizes)
    if length <= ALONE[alphabet]:
        return Segments(alphabet, length, 1 if text else 0, stranger)
    parts, room = 1, JOINED[alphabet]
    for size in sizes:
        if size > room:
            parts, room = parts + 1, JOINED[alphabet]
        room -= size
    return Segments(alphabet, length, parts, stranger)


def _places(character: str, alphabet: str) -> int:
    if alphabet == "gsm7":
        return 2 if character in EXTENDED else 1
    return 2 if ord(character) > 0xFFFF else 1
