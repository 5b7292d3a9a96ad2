"""The typefaces of printed cards: our own files, what characters each has, and how wide a text is in it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import groupby
from typing import Any

from goodword.business.paper import STATIC

MEASURED_AT = 200  # pixels an em; widths grow with the size, so one measure serves all
UNKNOWN = 1.1  # ems: what another machine's font may need for a character that ours have not


@dataclass(frozen=True, slots=True)
class Face:
    """One file, under a name that no font of the machine has: two of one name are mixed up, glyph for glyph."""

    family: str
    file: str


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set: files in the order in which a character is looked for, and a weight."""

    faces: tuple[Face, ...]
    weight: int
    features: tuple[str, ...] = ()

    @property
    def families(self) -> str:
        """Return the families as CSS names them."""
        return ",".join(f"'{face.family}'" for face in self.faces) + ",sans-serif"

    def of(self, text: str) -> Style:
        """Return the style in which a text is set: Arabic ones have no slant, and their own marks come first."""
        if not is_arabic(text):
            return self
        faces = _SERIF if self.faces == _ITALIC else self.faces
        return replace(self, faces=(faces[-1], *faces[:-1]))


_SANS = (
    Face("Card Sans", "inter-latin-wght-normal"), Face("Card Sans Ext", "inter-latin-ext-wght-normal"),
    Face("Card Sans Arabic", "noto-sans-arabic-arabic-wght-normal"),
)  # fmt: skip
_NASKH = Face("Card Naskh", "noto-naskh-arabic-arabic-wght-normal")
_SERIF = (
    Face("Card Serif", "playfair-display-latin-wght-normal"),
    Face("Card Serif Ext", "playfair-display-latin-ext-wght-normal"), _NASKH,
)  # fmt: skip
_ITALIC = (
    Face("Card Serif Italic", "playfair-display-latin-wght-italic"),
    Face("Card Serif Italic Ext", "playfair-display-latin-ext-wght-italic"), _NASKH,
)  # fmt: skip

TEXT = Style(_SANS, 400)
MEDIUM = Style(_SANS, 500)
BOLD = Style(_SANS, 700)
SERIF = Style(_SERIF, 500, ("lnum",))  # its own figures hang below the line, which no sum of money should
SERIF_ITALIC = Style(_ITALIC, 400, ("lnum",))


def is_arabic(text: str) -> bool:
    """Say whether a text has Arabic letters."""
    return any(unicodedata.bidirectional(character) == "AL" for character in text)


def stylesheet() -> str:
    """Return the CSS that makes every file known by its family."""
    return "".join(
        f'@font-face{{font-family:"{face.family}";src:url("static:fonts/{face.file}.woff2") format("woff2")}}'
        for face in dict.fromkeys((*_SANS, *_SERIF, *_ITALIC))
    )


def width(text: str, style: Style) -> float:
    """Return how wide a text is, in ems of its size; joined letters are measured joined."""
    return sum(_width(word, style) for word in _parts(text))


def _parts(text: str) -> list[str]:
    """Return words and spaces: words come again on the next card, and are measured once."""
    return ["".join(run) for _, run in groupby(text, str.isspace)]


@lru_cache(maxsize=20_000)
def _width(part: str, style: Style) -> float:
    whole = 0.0
    for face, run in groupby(part, lambda character: _face_of(character, style)):
        letters = "".join(run)
        if face is not None:
            measured = _font(face, style.weight).getlength(letters, features=list(style.features) or None)
            whole += measured / MEASURED_AT
        else:
            whole += UNKNOWN * sum(not unicodedata.category(c).startswith(("C", "M")) for c in letters)
    return whole


def _face_of(character: str, style: Style) -> Face | None:
    return next((face for face in style.faces if ord(character) in _characters(face)), None)


@cache
def _characters(face: Face) -> frozenset[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(STATIC / "fonts" / f"{face.file}.woff2") as file:
        return frozenset(file.getBestCmap())


@cache
def _font(face: Face, weight: int) -> Any:
    from PIL import ImageFont

    font = ImageFont.truetype(STATIC / "fonts" / f"{face.file}.woff2", MEASURED_AT)
    axis = font.get_variation_axes()[0]
    font.set_variation_by_axes([min(max(weight, axis["minimum"] or 0), axis["maximum"] or weight)])
    return font
