"""What a layout is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from goodword.business.colours import Colour
from goodword.vouchers.printing.cards import Design
from goodword.vouchers.printing.pieces import Piece, Rect
from goodword.vouchers.printing.typefaces import Style

WHITE: Colour = (255, 255, 255)
NIGHT: Colour = (18, 20, 24)


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a face; every one but ``line`` can be read on ``ground``.

    Args:
        accent: of the value.
        second: of the heading and of what stands out.
        line: of what is only drawn.
    """

    ground: Colour
    text: Colour
    muted: Colour
    accent: Colour
    second: Colour
    line: Colour


class Ground(Protocol):
    """Lays the ground of a card of a width and height; ``alone``: no back is printed."""

    def __call__(
        self, width: float, height: float, design: Design, colours: Palette, *, alone: bool
    ) -> tuple[list[Piece], Rect]: ...


@dataclass(frozen=True, slots=True)
class Layout:
    """One way a card looks.

    Args:
        palette: its colours for a design.
        ground: what lies behind the words of a front, and the rectangle they have.
        back: the same for a back.
        centred: whether the words of a front that has no QR code stand in the middle.
    """

    heading: Style
    value: Style
    text: Style
    strong: Style
    message: Style
    palette: Callable[[Design], Palette]
    ground: Ground
    back: Ground
    centred: bool = False


def margin(width: float, height: float) -> float:
    """Return the room between a card's edge and its words, in millimetres."""
    return max(3.6, 0.052 * (width * height) ** 0.5)
