"""The ways a card may look, by the word of ``Design.layout``."""

from __future__ import annotations

from goodword.vouchers.printing.layouts import elegant, photo, plain
from goodword.vouchers.printing.layouts.kind import Layout

LAYOUTS: dict[str, Layout] = {
    "plain": plain.LAYOUT,
    "photo": photo.LAYOUT,
    "elegant": elegant.LAYOUT,
}
