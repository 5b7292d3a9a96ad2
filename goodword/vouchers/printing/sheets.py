"""Sheets of cards to print and cut, with crop marks; fronts alone, or each sheet followed by its backs."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _

from goodword.business import paper
from goodword.errors import Invalid
from goodword.vouchers.printing.cards import Card, Design
from goodword.vouchers.printing.checking import present
from goodword.vouchers.printing.composing import back, front
from goodword.vouchers.printing.grids import GRIDS, Grid
from goodword.vouchers.printing.pieces import Piece, Rect
from goodword.vouchers.printing.typefaces import TEXT, is_arabic
from goodword.vouchers.printing.writing import BLEED, Document

MOST = 1000  # cards a file: what is printed at one go, and what a machine holds in memory
AWAY, LONG, THICK = 3.0, 4.0, 0.15  # crop marks: from the edge, their length and thickness
SLUG, SLUG_HIGH = 5.2, 2.6  # millimetres: how far in a line in the margin begins, and its height


def pdf(cards: Sequence[Card], design: Design, *, grid: str, backs: bool = False) -> bytes:
    """Return sheets of cards as a PDF file.

    Args:
        grid: a word of ``grids.GRIDS``.
        backs: every sheet is followed by its backs, mirrored for a printer that turns it over ``Grid.flip``.

    Raises:
        Invalid: ``unknown_grid``, ``no_cards``, ``too_many_cards``, ``small_print_too_long``, ``card_too_full``, and
            as of ``checking.checked``.
        PaperMissing: the machine cannot make PDF files.
    """
    return paper.pdf(page(cards, design, grid=grid, backs=backs))


def page(cards: Sequence[Card], design: Design, *, grid: str, backs: bool = False) -> str:
    """Return the HTML that they are made of; faults as of :func:`pdf`."""
    if grid not in GRIDS:
        raise Invalid("unknown_grid", f"“{grid[:20]}” is not one of {', '.join(GRIDS)}", field="grid")
    if not cards:
        raise Invalid("no_cards", "there is no card to print")
    if len(cards) > MOST:
        raise Invalid("too_many_cards", f"at most {MOST} cards are printed at one go", most=MOST)
    design, how = present(design), GRIDS[grid]
    with translation.override(design.language):
        title = f"{cards[0].serial} – {cards[-1].serial}" if len(cards) > 1 else cards[0].serial
        document = Document(width=how.sheet.width, height=how.sheet.height, title=title, language=design.language,
                            author=design.sender.name)  # fmt: skip
        starts = range(0, len(cards), how.count)
        for number, start in enumerate(starts, start=1):
            some = cards[start : start + how.count]
            slug = f"{some[0].serial} – {some[-1].serial}    {number} / {len(starts)}"
            document.add(_sheet(document, how, design, some, slug, alone=not backs))
            if backs:
                document.add(_turned(document, how, design, some, slug))
    return document.html()


def _sheet(document: Document, how: Grid, design: Design, cards: Sequence[Card], slug: str, *, alone: bool) -> str:
    laid = [
        _card(document, how, how.place(number), front(card, design, wide=how.width, high=how.height, alone=alone),
              rtl=design.rtl)
        for number, card in enumerate(cards)
    ]  # fmt: skip
    return "".join(laid) + marks(document, how) + _slug(document, how, slug)


def _turned(document: Document, how: Grid, design: Design, cards: Sequence[Card], slug: str) -> str:
    laid = [
        _card(document, how, how.place(number, back=True), back(card, design, wide=how.width, high=how.height),
              rtl=design.rtl)
        for number, card in enumerate(cards)
    ]  # fmt: skip
    told = _("Print on both sides; turn over the long edge.") if how.flip == "long" else _(
        "Print on both sides; turn over the short edge.")  # fmt: skip
    return "".join(laid) + marks(document, how) + _slug(document, how, slug) + _slug(document, how, told, above=True)


def _card(document: Document, how: Grid, place: Rect, pieces: Sequence[Piece], *, rtl: bool) -> str:
    """Return a card in its place; past its edges only where no other card lies."""
    block, near = how.block, 0.01
    left, top = BLEED * (place.x < block.x + near), BLEED * (place.y < block.y + near)
    right, bottom = BLEED * (place.right > block.right - near), BLEED * (place.bottom > block.bottom - near)
    window = Rect(place.x - left, place.y - top, place.w + left + right, place.h + top + bottom)
    card = Rect(left, top, place.w, place.h)
    return document.box(window, "".join(document.piece(piece, card=card, rtl=rtl) for piece in pieces))


def marks(document: Document, how: Grid) -> str:
    """Return the crop marks: where each cut begins and ends, outside all cards."""
    block = how.block
    across = [block.x + how.width * column for column in range(how.columns + 1)]
    down = [block.y + how.height * row for row in range(how.rows + 1)]
    lines = [
        Rect(x - THICK / 2, y, THICK, LONG) for x in across for y in (block.y - AWAY - LONG, block.bottom + AWAY)
    ] + [Rect(x, y - THICK / 2, LONG, THICK) for y in down for x in (block.x - AWAY - LONG, block.right + AWAY)]
    return "".join(document.line(line) for line in lines)


def _slug(document: Document, how: Grid, text: str, *, above: bool = False) -> str:
    """Return a line in the sheet's margin, below the first column or above it."""
    direction = "rtl" if is_arabic(text) else "ltr"
    css = f"font:5.5pt/1 {TEXT.families};color:#555;white-space:pre;text-align:left;direction:{direction}"
    top = SLUG - SLUG_HIGH if above else how.sheet.height - SLUG
    return document.box(Rect(how.block.x + 6, top, how.width - 12, SLUG_HIGH), escape(text), css)
