"""Plain: white, a band of the business's colour along the start; little ink, clear in every printer."""

from __future__ import annotations

from goodword.business.colours import mixed, read, readable_on
from goodword.vouchers.printing.cards import Design
from goodword.vouchers.printing.layouts.kind import NIGHT, WHITE, Layout, Palette, margin
from goodword.vouchers.printing.pieces import Fill, Piece, Rect
from goodword.vouchers.printing.typefaces import BOLD, MEDIUM, TEXT


def palette(design: Design) -> Palette:
    """Return dark words on white."""
    colour, ink = read(design.colour), read(design.ink)
    return Palette(
        ground=WHITE, text=NIGHT, muted=readable_on(mixed(NIGHT, WHITE, 0.35), WHITE),
        accent=readable_on(colour, WHITE), second=readable_on(ink, WHITE), line=mixed(colour, WHITE, 0.7),
    )  # fmt: skip


def ground(width: float, height: float, design: Design, colours: Palette, *, alone: bool) -> tuple[list[Piece], Rect]:  # noqa: ARG001 - one form for all
    """Return the two bands and the white beside them."""
    band, edge = width * 0.045, margin(width, height)
    pieces: list[Piece] = [
        Fill(Rect(0, 0, width, height), colours.ground, bleeds=True),
        Fill(Rect(0, 0, band, height), read(design.colour), bleeds=True),
        Fill(Rect(band, 0, band * 0.16, height), read(design.ink), bleeds=True),
    ]
    return pieces, Rect(band + edge, edge, width - band - 2 * edge, height - 2 * edge)


LAYOUT = Layout(heading=MEDIUM, value=BOLD, text=TEXT, strong=BOLD, message=TEXT, palette=palette, ground=ground,
                back=ground)  # fmt: skip
