"""Bytes into records, in bounded memory; one that cannot be taken apart is told as such, never lost, never a crash."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from goodword.errors import Invalid

LONGEST_LINE = 1_000_000  # characters
MOST_BREAKS = 200  # line breaks in one record: beyond that a quotation mark was opened and never closed


def records(stream: BinaryIO, *, encoding: str, delimiter: str, header: int) -> Iterator[tuple[int, list[str] | str]]:
    """Yield the records that hold anything, each with its place from 1; for one that cannot be taken apart the reason.

    A record over several lines that cannot be one is not believed: its first line is broken, the next ones are read
    anew, so that a stray quotation mark costs the row it stands in and no other.

    Args:
        header: the place of the record that tells how many cells the ones below have.

    Raises:
        Invalid: ``not_a_table`` for a line beyond all measure, or bytes that are not of the encoding at all.
    """
    coded = "utf-8-sig" if encoding == "utf-8" else encoding
    text = io.TextIOWrapper(stream, encoding=coded, errors="replace", newline="")
    feed = _Feed(_lines(text))
    reader = csv.reader(feed, delimiter=delimiter)
    width: int | None = None
    place = 0
    try:
        while True:
            place += 1
            feed.begin()
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error:
                believed = False
            else:
                believed = not feed.cut and (len(feed.taken) == 1 or _is_one(feed.taken, delimiter, width))
            if not believed:
                feed.give_back()
                yield place, "unclosed_quote"
            elif any(cell.strip() for cell in record):
                if width is None and place >= header:
                    width = len(record)
                yield place, record
    except UnicodeError:
        raise Invalid("not_a_table", f"the file is not written in {encoding}") from None
    finally:
        text.detach()


class _Feed:
    """Physical lines for a csv reader; those of the record in hand are kept, for they may have to be read anew.

    Attributes:
        taken: the lines of the record in hand.
        cut: its quotation mark was open still at the end of the file, or beyond all measure.
    """

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._back: deque[str] = deque()
        self.begin()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) > MOST_BREAKS or sum(map(len, self.taken)) > LONGEST_LINE:
            line = None
        else:
            line = self._back.popleft() if self._back else next(self._lines, None)
        if line is None:
            self.cut = bool(self.taken)
            raise StopIteration
        self.taken.append(line)
        return line

    def begin(self) -> None:
        """Begin a record."""
        self.taken: list[str] = []
        self.cut = False

    def give_back(self) -> None:
        """Have all lines of the record but the first read anew."""
        self._back.extendleft(reversed(self.taken[1:]))


def _is_one(lines: Sequence[str], delimiter: str, width: int | None) -> bool:
    """Say whether several lines are one record, and not rows that a stray quotation mark has swallowed.

    Args:
        width: how many cells the header has; None for the header itself.
    """
    if sum(line.count('"') for line in lines) % 2:
        return False
    try:
        record = next(csv.reader(lines, delimiter=delimiter, strict=True))
        if width is None:
            return True
        inner = [len(next(csv.reader([line], delimiter=delimiter))) for line in lines[1:-1]]
    except csv.Error:
        return False
    swallowed = width > 2 and bool(inner) and all(cells == width for cells in inner)
    return len(record) == width and not swallowed


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    first = True
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise Invalid("not_a_table", f"a line is longer than {LONGEST_LINE} characters")
        line = line.replace("\x00", "\ufffd")  # no database keeps it in a text
        if first:
            line = line.removeprefix("\ufeff")
            first = False
            if line.strip().lower().startswith("sep=") and len(line.strip()) <= len("sep=,"):
                continue  # a spreadsheet's note to itself
        yield line
