"""Texts into boxes: broken into lines at a measured width, made smaller down to a floor, cut last of all."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from goodword.vouchers.printing.typefaces import Style, width

MM = 25.4 / 72  # millimetres a point
ROOM = 0.97  # of a box's width: another machine's font may set a hair wider
STEPS = 12
# A line may end at a space or after a hyphen, and not within what is isolated: a telephone number, an address.
KEPT = 34  # characters
PARTS = re.compile(f"[ ]*[\u2066\u2068][^\u2069]{{1,{KEPT}}}\u2069[^ -]*|[ ]*[^ -]*-+|[ ]*[^ -]+")
# Emoji: our typefaces have none and few machines do, so a card would bear empty boxes in their place.
EMOJI = re.compile("[\U0001f000-\U0001faff]\ufe0f?\u200d?|\ufe0f")
OVERRIDES = re.compile("[\u202a-\u202e]")  # they would turn what follows round


@dataclass(frozen=True, slots=True)
class Fitted:
    """A text in lines of a size.

    Args:
        size: points.
        height: millimetres of all lines.
        cut: whether some of the text had to go.
    """

    lines: tuple[str, ...]
    size: float
    height: float
    cut: bool = False


def plain(text: str, *, lines: bool = False) -> str:
    """Return a text without what is not to be seen: control characters, marks that turn the direction, odd spaces, and
    emoji, which no card can show."""
    kept = EMOJI.sub("", OVERRIDES.sub("", unicodedata.normalize("NFC", text)))
    rows = [" ".join("".join(c for c in row if c.isspace() or unicodedata.category(c) != "Cc").split())
            for row in (kept.splitlines() if lines else [" ".join(kept.splitlines())])]  # fmt: skip
    return "\n".join(rows).strip("\n")


@lru_cache(maxsize=4096)  # what all cards say is fitted once
def fitted(
    text: str, style: Style, *, wide: float, high: float, size: float, floor: float, leading: float,
    most: int, tracking: float = 0.0,
) -> Fitted:  # fmt: skip
    """Return a text as large as it fits, from ``size`` points down to ``floor``; below that it is cut with an ellipsis.

    Args:
        wide, high: the box, in millimetres.
        leading: the height of a line, in ems.
        most: lines.
        tracking: what is added between letters, in ems.
    """
    for step in range(STEPS + 1):
        points = size - (size - floor) * step / STEPS
        broken = _broken(text, style, wide=_ems(wide, points), tracking=tracking)
        allowed = min(most, _rows(high, points, leading))
        if len(broken) <= allowed and all(_wide(line, style, tracking) <= _ems(wide, points) for line in broken):
            return Fitted(tuple(broken), points, len(broken) * points * leading * MM)
    allowed = min(most, _rows(high, floor, leading))
    if allowed < 1:
        return Fitted((), floor, 0.0, cut=True)
    kept, left = broken[:allowed], broken[allowed:]
    kept[-1] = _ended(kept[-1], style, wide=_ems(wide, floor), tracking=tracking, more=bool(left))
    kept = [_ended(line, style, wide=_ems(wide, floor), tracking=tracking, more=False) for line in kept]
    return Fitted(tuple(kept), floor, len(kept) * floor * leading * MM, cut=True)


def _ems(wide: float, points: float) -> float:
    return wide * ROOM / (points * MM)


def _rows(high: float, points: float, leading: float) -> int:
    return int(high / (points * leading * MM) + 1e-6)


def _wide(line: str, style: Style, tracking: float) -> float:
    return width(line, style) + tracking * len(line)


def _broken(text: str, style: Style, *, wide: float, tracking: float) -> list[str]:
    """Break a text at spaces and after hyphens; a word alone may be wider than the line."""
    lines: list[str] = []
    for row in text.split("\n"):
        line = ""
        for word in PARTS.findall(row):
            if line and _wide(line + word, style, tracking) > wide:
                lines.append(line)
                line = word.lstrip()
            else:
                line += word
        lines.append(line)
    return lines


def _ended(line: str, style: Style, *, wide: float, tracking: float, more: bool) -> str:
    """Return a line that ends in an ellipsis where it is too long, or where more should have come."""
    if not more and _wide(line, style, tracking) <= wide:
        return line
    while line and _wide(line + "…", style, tracking) > wide:
        line = line[:-1].rstrip()
        while line and unicodedata.combining(line[-1]):
            line = line[:-1]
    return line + "…"
