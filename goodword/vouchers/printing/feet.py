"""The foot of a face: where to ask, and the small print."""

from __future__ import annotations

from collections.abc import Iterator

from goodword.errors import Invalid
from goodword.vouchers.printing.cards import Sender
from goodword.vouchers.printing.faces import FINE, Face
from goodword.vouchers.printing.fitting import KEPT, plain
from goodword.vouchers.printing.pieces import Fill

ISOLATED, LTR, END = "\u2068", "\u2066", "\u2069"
SMALL_SHARE = 0.16  # of a face, for small print in its full size


def add_foot(face: Face, *, kept: float, name: bool, address: bool) -> None:
    """Place the business's particulars and the small print at the bottom.

    Args:
        kept: millimetres that stay free above.
        name, address: whether these are told too; site and telephone always are, which some laws ask for.

    Raises:
        Invalid: ``small_print_too_long``.
    """
    style, free, gap = face.layout.text, face.rest, max(0.7, 2 * face.unit)
    text = "\u00a0· ".join(_particulars(face.design.sender, name=name, address=address))
    if text:
        said = face.fit(text, style, wide=free.w, high=free.h, size=9, floor=max(FINE, 7 * face.unit))
        if said.cut:
            said = face.fit(text, style, wide=free.w, high=free.h * 0.4, size=7.5, floor=FINE, most=8)
        face.put(said, style, face.below(said.height, gap), face.colours.muted)
    if face.design.small_print:
        text = plain(face.design.small_print, lines=True)
        most = max(0.0, face.rest.h - gap * 1.5 - 0.2 - kept)
        for high in (min(most, free.h * SMALL_SHARE), most):
            said = face.fit(text, style, wide=free.w, high=high, size=7.5, floor=FINE, most=60)
            if not said.cut:
                break
        else:
            raise Invalid("small_print_too_long", "the small print does not fit on this card; shorten it, print on both"
                          " sides or choose a larger card", field="small_print")  # fmt: skip
        face.put(said, style, face.below(said.height, gap * 0.5), face.colours.muted, rtl=face.direction(text))
    face.pieces.append(Fill(face.below(0.2, gap), face.colours.line))


def _particulars(sender: Sender, *, name: bool, address: bool) -> Iterator[str]:
    """Yield what is told, each part in its own direction and, unless it is long, kept on one line."""
    parts = [(ISOLATED, sender.name)] if name else []
    site = sender.website.strip().removeprefix("https://").removeprefix("http://").rstrip("/")
    parts += [(LTR, site), (LTR, sender.phone)]
    if address:
        parts += [(ISOLATED, line) for line in sender.address.splitlines()]
    for mark, part in parts:
        text = plain(part)
        if text:
            yield f"{mark}{text}{END}" if len(text) <= KEPT else text
