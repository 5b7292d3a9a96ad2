"""One side of a card while it is put together: what is placed, and what room is left."""

from __future__ import annotations

from dataclasses import dataclass, field
from unicodedata import bidirectional

from goodword.business.colours import Colour
from goodword.vouchers.printing.cards import Design
from goodword.vouchers.printing.fitting import MM, Fitted, fitted
from goodword.vouchers.printing.layouts import LAYOUTS
from goodword.vouchers.printing.layouts.kind import Layout, Palette
from goodword.vouchers.printing.pieces import Align, Piece, Rect, Words
from goodword.vouchers.printing.typefaces import Style, is_arabic

A5 = 210.0 * 148.0  # square millimetres
FINE = 5.0  # points: nothing is printed smaller
LATIN_LEADING, ARABIC_LEADING = 1.22, 1.6  # ems; Arabic letters reach further up and down


@dataclass(slots=True)
class Face:
    """One side of a card.

    Args:
        unit: how large its texts are; 1 on A5.
        rest: what is still free.
    """

    design: Design
    layout: Layout
    colours: Palette
    unit: float
    rest: Rect
    align: Align = "start"
    pieces: list[Piece] = field(default_factory=list)

    def fit(self, text: str, style: Style, *, wide: float, high: float, size: float, floor: float, most: int = 1,
            tracking: float = 0.0) -> Fitted:  # fmt: skip
        """Return a text fitted: ``size`` points on A5 and less on a smaller card, never below ``floor``."""
        return fitted(
            text, style.of(text), wide=wide, high=high, size=max(floor, size * self.unit), floor=floor, most=most,
            leading=ARABIC_LEADING if is_arabic(text) else LATIN_LEADING, tracking=tracking,
        )  # fmt: skip

    def put(self, said: Fitted, style: Style, rect: Rect, colour: Colour, *, rtl: bool | None = None,
            align: Align | None = None, tracking: float = 0.0) -> None:  # fmt: skip
        """Place a fitted text; ``rtl`` is its own direction, or None for the card's."""
        if said.lines:
            leading = round(said.height / (len(said.lines) * said.size * MM), 4)
            direction = self.design.rtl if rtl is None else rtl
            style = style.of("".join(said.lines))
            self.pieces.append(
                Words(rect, said.lines, style, said.size, colour, direction, align or self.align, leading, tracking)
            )

    def direction(self, text: str) -> bool:
        """Say whether a text is written from right to left: as its first letter is; without one, as the card."""
        kinds = (bidirectional(character) for character in text)
        return next((kind != "L" for kind in kinds if kind in ("R", "AL", "L")), self.design.rtl)

    def above(self, height: float, gap: float) -> Rect:
        """Take a strip off the top of what is free, ``gap`` away from the rest."""
        strip = Rect(self.rest.x, self.rest.y, self.rest.w, height)
        self.rest = Rect(self.rest.x, strip.bottom + gap, self.rest.w, self.rest.h - height - gap)
        return strip

    def below(self, height: float, gap: float) -> Rect:
        """Take a strip off its bottom."""
        strip = Rect(self.rest.x, self.rest.bottom - height, self.rest.w, height)
        self.rest = Rect(self.rest.x, self.rest.y, self.rest.w, self.rest.h - height - gap)
        return strip

    def beside(self, width: float, gap: float) -> Rect:
        """Take a strip off its end."""
        strip = Rect(self.rest.right - width, self.rest.y, width, self.rest.h)
        self.rest = Rect(self.rest.x, self.rest.y, self.rest.w - width - gap, self.rest.h)
        return strip


def face_of(design: Design, *, wide: float, high: float, alone: bool = False, back: bool = False) -> Face:
    """Return an empty front or back of a card of ``wide`` by ``high`` millimetres, its ground laid."""
    layout = LAYOUTS[design.layout]
    colours = layout.palette(design)
    pieces, rest = (layout.back if back else layout.ground)(wide, high, design, colours, alone=alone)
    return Face(design, layout, colours, (wide * high / A5) ** 0.5, rest, pieces=pieces)
