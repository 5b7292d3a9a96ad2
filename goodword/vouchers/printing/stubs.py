"""The end of a card that proves it: QR code, code and serial."""

from __future__ import annotations

from itertools import groupby

import segno
from django.utils.translation import gettext as _

from goodword.codes import grouped
from goodword.vouchers.printing.cards import Card
from goodword.vouchers.printing.faces import FINE, Face
from goodword.vouchers.printing.fitting import Fitted, plain
from goodword.vouchers.printing.layouts.kind import WHITE
from goodword.vouchers.printing.pieces import Drawing, Fill, Rect
from goodword.vouchers.printing.typefaces import BOLD

SIDE, LARGE, QUIET = 20.0, 30.0, 4  # millimetres of the symbol at least, and on A5; modules of white round it
ROOMY = 0.6  # of A5: from there on the stub says what the QR code is for
TRACKING = 0.02
LEAST_CODE = 6.8  # points in one line


def add_stub(face: Face, card: Card) -> None:
    """Place the stub at the face's end, a line before it."""
    code = segno.make(card.url, error="m", micro=False)
    modules = code.symbol_size(scale=1, border=0)[0]
    side = max(SIDE, LARGE * face.unit) * (modules + 2 * QUIET) / modules
    gap = max(3.0, 9 * face.unit)
    strip = face.beside(side, gap)
    face.pieces.append(Fill(Rect(strip.x - gap / 2, strip.y, 0.2, strip.h), face.colours.line))
    space = max(0.8, 2 * face.unit)
    free = strip.h - side
    # A code is read letter by letter: never in serifs, never joined, always from left to right.
    said = _code(face, card.code, wide=side, high=free * 0.5)
    serial = face.fit(plain(card.serial), face.layout.text, wide=side, high=free * 0.3, size=9, floor=FINE)
    texts = [(said, BOLD, face.colours.text, False), (serial, face.layout.text, face.colours.muted, False)]
    if roomy(face):
        hint = face.fit(_("Scan the code to see what is left."), face.layout.text, wide=side, high=free * 0.3, size=8.5,
                        floor=FINE, most=3)  # fmt: skip
        texts.append((hint, face.layout.text, face.colours.muted, face.design.rtl))
    high = side + sum(space + text.height for text, *_style in texts)
    top = strip.y + max(0.0, strip.h - high) / 2
    panel = Rect(strip.x, top, side, side)
    face.pieces += [
        Fill(panel, WHITE, radius=1.2), Drawing(panel, _squares(code), modules + 2 * QUIET, modules + 2 * QUIET),
    ]  # fmt: skip
    top = panel.bottom
    for text, style, colour, rtl in texts:
        top += space
        face.put(text, style, Rect(strip.x, top, side, text.height), colour, rtl=rtl, align="center",
                 tracking=TRACKING if text is said else 0.0)  # fmt: skip
        top += text.height


def roomy(face: Face) -> bool:
    """Say whether the stub has room to say what the QR code is for."""
    return face.unit >= ROOMY


def _code(face: Face, code: str, *, wide: float, high: float) -> Fitted:
    """Return the code in one line if it can be read in it, else in two."""
    text = grouped(code)
    said = face.fit(text, BOLD, wide=wide, high=high, size=14, floor=LEAST_CODE, tracking=TRACKING)
    if not said.cut:
        return said
    middle = text.index("-", len(text) // 2 - 1) + 1 if "-" in text else len(text)
    halves = f"{text[:middle]}\n{text[middle:]}".strip()
    return face.fit(halves, BOLD, wide=wide, high=high, size=14, floor=FINE, most=2, tracking=TRACKING)


def _squares(code: segno.QRCode) -> str:
    """Return the dark modules, a stroke a run of them; a hair taller than a row, so that no seam shows between two."""
    strokes: list[str] = []
    for y, row in enumerate(code.matrix, start=QUIET):
        x = QUIET
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                strokes.append(f"M{x} {y}.5h{length}")
            x += length
    return f'<path fill="none" stroke="#000" stroke-width="1.02" d="{"".join(strokes)}"/>'
