"""Photo: a photo along the start, words beside it; without a photo, a ribbon and a bow."""

from __future__ import annotations

from goodword.business.colours import mixed, read, readable_on, written
from goodword.vouchers.printing.cards import Design
from goodword.vouchers.printing.layouts.kind import NIGHT, WHITE, Layout, Palette, margin
from goodword.vouchers.printing.pieces import Drawing, Fill, Picture, Piece, Rect
from goodword.vouchers.printing.typefaces import BOLD, MEDIUM, SERIF, SERIF_ITALIC, TEXT

BESIDE, NARROW = 0.3, 0.17  # what the photo takes of the width; of a small card whose front has all
SMALL = 120.0  # millimetres


def palette(design: Design) -> Palette:
    """Return dark words on white with a breath of the business's colour in it."""
    colour, ink = read(design.colour), read(design.ink)
    paper = mixed(colour, WHITE, 0.95)
    return Palette(
        ground=paper, text=NIGHT, muted=readable_on(mixed(NIGHT, paper, 0.35), paper),
        accent=readable_on(colour, paper), second=readable_on(ink, paper), line=mixed(colour, paper, 0.7),
    )  # fmt: skip


def ground(width: float, height: float, design: Design, colours: Palette, *, alone: bool) -> tuple[list[Piece], Rect]:
    """Return the photo, or what is drawn in its place, and the rest of the card."""
    edge = margin(width, height)
    place = Rect(0, 0, width * (NARROW if alone and width < SMALL else BESIDE), height)
    rest = Rect(place.right + edge, edge, width - place.w - 2 * edge, height - 2 * edge)
    whole = Fill(Rect(0, 0, width, height), colours.ground, bleeds=True)
    shown: Piece = Picture(place, design.photo, fills=True) if design.photo else bow(place, design)
    return [whole, shown], rest


def back(width: float, height: float, design: Design, colours: Palette, *, alone: bool) -> tuple[list[Piece], Rect]:  # noqa: ARG001 - one form for all
    """Return a plain ground with a band of the business's colour above."""
    edge, band = margin(width, height), height * 0.06
    pieces: list[Piece] = [
        Fill(Rect(0, 0, width, height), colours.ground, bleeds=True),
        Fill(Rect(0, 0, width, band), read(design.colour), bleeds=True),
    ]
    return pieces, Rect(edge, band + edge, width - 2 * edge, height - band - 2 * edge)


def bow(place: Rect, design: Design) -> Drawing:
    """Return wrapping paper in the business's colour with a ribbon tied round it."""
    colour, ink = read(design.colour), read(design.ink)
    paper, stripe = written(colour), written(mixed(colour, WHITE, 0.12))
    ribbon, shade = written(ink), written(mixed(ink, NIGHT, 0.22))
    w, h = place.w, place.h
    u = min(w, h) / 10
    x, y = w / 2, h * 0.42
    stripes = "".join(
        f'<path d="M{step * 2.4 * u - h - 9:.2f} {h + 9:.2f}l{h + 18:.2f} {-h - 18:.2f}" stroke="{stripe}"/>'
        for step in range(int((w + 2 * h) / (2.4 * u)) + 1)
    )
    loop = "c{0} {1} {2} {1} {3} 0c0 {4} {5} {6} {7} {8}z"
    left = loop.format(*(f"{v * u:.2f}" for v in (-1.2, -2.6, -3.6, -3.5, 1.9, 2.2, 1.7, 3.5, 0)))
    right = loop.format(*(f"{v * u:.2f}" for v in (1.2, -2.6, 3.6, 3.5, 1.9, -2.2, 1.7, -3.5, 0)))
    tails = "".join(
        f'<path d="M{x:.2f} {y:.2f}l{side * 2.3:.2f} {3.4 * u:.2f}l{side * -1.1:.2f} {-0.2 * u:.2f}'
        f'l{side * -0.6:.2f} {0.9 * u:.2f}z" fill="{shade}"/>'
        for side in (-u, u)
    )
    return Drawing(place, (
        f'<path d="M-9 -9h{w + 18:.2f}v{h + 18:.2f}h{-w - 18:.2f}z" fill="{paper}"/>'
        f'<g fill="none" stroke-width="{u:.2f}">{stripes}</g>'
        f'<path d="M{x - u / 2:.2f} -9h{u:.2f}v{h + 18:.2f}h{-u:.2f}z" fill="{ribbon}"/>'
        f'<path d="M-9 {y - u / 2:.2f}h{w + 18:.2f}v{u:.2f}h{-w - 18:.2f}z" fill="{ribbon}"/>{tails}'
        f'<path d="M{x:.2f} {y:.2f}{left}" fill="{ribbon}" stroke="{shade}" stroke-width="{u * .12:.2f}"/>'
        f'<path d="M{x:.2f} {y:.2f}{right}" fill="{ribbon}" stroke="{shade}" stroke-width="{u * .12:.2f}"/>'
        f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{u * .62:.2f}" fill="{shade}"/>'
    ), w, h, bleeds=True)  # fmt: skip


LAYOUT = Layout(heading=MEDIUM, value=SERIF, text=TEXT, strong=BOLD, message=SERIF_ITALIC, palette=palette,
                ground=ground, back=back)  # fmt: skip
