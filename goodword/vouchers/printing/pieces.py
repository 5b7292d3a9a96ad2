"""The pieces a card is put together of, each in a rectangle; all as if written from left to right, then mirrored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from goodword.business.colours import Colour
from goodword.vouchers.printing.typefaces import Style

Align = Literal["start", "center", "end"]


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle, in millimetres from the card's top left corner."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Return where it ends."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Return where it ends below."""
        return self.y + self.h

    def inset(self, across: float, down: float | None = None) -> Rect:
        """Return the rectangle within, smaller by as much on either side."""
        down = across if down is None else down
        return Rect(self.x + across, self.y + down, self.w - 2 * across, self.h - 2 * down)

    def mirrored(self, width: float) -> Rect:
        """Return it as a card of ``width`` written from right to left has it."""
        return replace(self, x=width - self.right)


@dataclass(frozen=True, slots=True)
class Fill:
    """A plane of one colour. What bleeds goes on past the card's edge where it touches it."""

    rect: Rect
    colour: Colour
    radius: float = 0.0
    bleeds: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """A line round a rectangle, ``thick`` points."""

    rect: Rect
    colour: Colour
    thick: float
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of text of one size; how far they reach was measured before.

    Args:
        rtl: the direction of the text itself, which may differ from the card's.
        leading: the height of a line, in ems.
        tracking: what is added between letters, in ems.
    """

    rect: Rect
    lines: tuple[str, ...]
    style: Style
    size: float
    colour: Colour
    rtl: bool
    align: Align = "start"
    leading: float = 1.25
    tracking: float = 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the business's: whole within its rectangle, or filling it."""

    rect: Rect
    name: str
    fills: bool = False
    align: Align = "start"


@dataclass(frozen=True, slots=True)
class Drawing:
    """Vector art: the inside of an SVG of ``width`` by ``height``.

    What bleeds counts in millimetres, is drawn past its edges, and is mirrored with its card.
    """

    rect: Rect
    svg: str
    width: float
    height: float
    bleeds: bool = False


Piece = Fill | Frame | Words | Picture | Drawing
