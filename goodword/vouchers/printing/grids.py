"""How cards lie on a sheet to be cut: one line a kind of paper and size of card. Millimetres.

Cards stay inside what an office printer reaches, with room for marks: an A6 or a DL card is a little smaller than its
name says, and goes into its envelope.
"""

from __future__ import annotations

from dataclasses import dataclass

from goodword.vouchers.printing.pieces import Rect


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet, standing."""

    width: float
    height: float


PAPERS: dict[str, Paper] = {"a4": Paper(210.0, 297.0), "letter": Paper(215.9, 279.4)}


@dataclass(frozen=True, slots=True)
class Grid:
    """Cards of one size, edge to edge, in the middle of a sheet.

    Args:
        landscape: the sheet lies.
    """

    paper: str
    width: float
    height: float
    columns: int
    rows: int
    landscape: bool = False

    @property
    def sheet(self) -> Paper:
        """Return the sheet as it lies."""
        paper = PAPERS[self.paper]
        return Paper(paper.height, paper.width) if self.landscape else paper

    @property
    def count(self) -> int:
        """Return how many cards a sheet has."""
        return self.columns * self.rows

    @property
    def block(self) -> Rect:
        """Return where all of them lie."""
        wide, high = self.columns * self.width, self.rows * self.height
        return Rect((self.sheet.width - wide) / 2, (self.sheet.height - high) / 2, wide, high)

    @property
    def flip(self) -> str:
        """Return over which edge a printer turns the sheet so that backs meet their fronts: ``long`` or ``short``."""
        return "short" if self.landscape else "long"

    def place(self, number: int, *, back: bool = False) -> Rect:
        """Return where a card lies, counted from 0 along the rows; a back where the turned sheet has its front."""
        row, column = divmod(number, self.columns)
        if back:
            column = self.columns - 1 - column
        return Rect(self.block.x + column * self.width, self.block.y + row * self.height, self.width, self.height)


GRIDS: dict[str, Grid] = {
    "business-a4": Grid("a4", 85.0, 55.0, 2, 5),
    "business-letter": Grid("letter", 88.9, 50.8, 2, 5),
    "a6-a4": Grid("a4", 138.0, 95.0, 2, 2, landscape=True),
    "a6-letter": Grid("letter", 130.0, 97.0, 2, 2, landscape=True),
    "dl-a4": Grid("a4", 190.0, 90.0, 1, 3),
    "dl-letter": Grid("letter", 190.0, 86.0, 1, 3),
}
