"""Elegant: the business's colour gone dark, light serifs, a fine double frame."""

from __future__ import annotations

from goodword.business.colours import Colour, luminance, mixed, read, readable_on
from goodword.vouchers.printing.cards import Design
from goodword.vouchers.printing.layouts.kind import NIGHT, Layout, Palette, margin
from goodword.vouchers.printing.pieces import Fill, Frame, Piece, Rect
from goodword.vouchers.printing.typefaces import SERIF, SERIF_ITALIC, TEXT

CREAM: Colour = (247, 243, 234)
DARK = 0.022  # luminance


def palette(design: Design) -> Palette:
    """Return light words on a dark shade of the business's colour."""
    colour = read(design.colour)
    ground = next(
        shade for step in range(41) if luminance(shade := mixed(colour, NIGHT, step / 40)) <= DARK or step == 40
    )
    ink = readable_on(read(design.ink), ground)
    return Palette(
        ground=ground, text=CREAM, muted=readable_on(mixed(CREAM, ground, 0.3), ground), accent=ink, second=ink,
        line=mixed(ink, ground, 0.35),
    )  # fmt: skip


def ground(width: float, height: float, design: Design, colours: Palette, *, alone: bool) -> tuple[list[Piece], Rect]:  # noqa: ARG001 - one form for all
    """Return the dark plane, its two frames and what lies within."""
    edge = margin(width, height)
    card = Rect(0, 0, width, height)
    gap = edge * 0.42
    pieces: list[Piece] = [
        Fill(card, colours.ground, bleeds=True),
        Frame(card.inset(gap), colours.line, 0.75), Frame(card.inset(gap * 1.32), colours.line, 0.3),
    ]  # fmt: skip
    return pieces, card.inset(edge * 1.12)


LAYOUT = Layout(heading=SERIF, value=SERIF, text=TEXT, strong=SERIF, message=SERIF_ITALIC, palette=palette,
                ground=ground, back=ground, centred=True)  # fmt: skip
