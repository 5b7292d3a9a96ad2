"""Bytes into rows: a stream of any size in bounded memory; a broken record is a row too, never lost, never a crash."""

from __future__ import annotations

import csv
import io
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from goodword.errors import Invalid
from goodword.inbox.tables.detecting import SAMPLE, detect, doubts
from goodword.inbox.tables.forms import BROKEN, EXTRA, MOST_COLUMNS, Form, Row, check_form

__all__ = ["BROKEN", "EXTRA", "SAMPLE", "Form", "Row", "detect", "doubts", "header", "rows"]

LONGEST_LINE = 1_000_000  # characters
MOST_BREAKS = 200  # line breaks in one record: beyond that a quotation mark was opened and never closed


def header(stream: BinaryIO, form: Form) -> list[str]:
    """Return the columns' names, each once: stripped, blank ones by their place, repeated ones with ``(2)``.

    Raises:
        Invalid: ``empty_table`` when there is no row at all, ``not_a_table`` for a line or a number of columns
            beyond all measure, and for a header that cannot be taken apart.
    """
    for record in _records(stream, form):
        return _header(record)
    raise Invalid("empty_table", "the file holds no table")


def rows(stream: BinaryIO, form: Form) -> Iterator[Row]:
    """Yield the rows under the header; a row of blanks is none.

    A row with more cells than the header has them under ``EXTRA``; one that cannot be taken apart has the reason under
    ``BROKEN``. Bytes that the encoding does not know come as U+FFFD. The kind refuses all three.

    Raises:
        Invalid: as :func:`header`.
    """
    names: list[str] | None = None
    number = 0
    for record in _records(stream, form):
        if names is None:
            names = _header(record)
            continue
        number += 1
        yield Row(number, _cells(names, record) if isinstance(record, list) else {BROKEN: record})
    if names is None:
        raise Invalid("empty_table", "the file holds no table")


def _cells(names: Sequence[str], record: list[str]) -> dict[str, str]:
    cells = dict(zip(names, record, strict=False))
    if len(record) < len(names):
        cells.update(dict.fromkeys(names[len(record) :], ""))
    extra = record[len(names) :]
    if any(cell.strip() for cell in extra):
        cells[EXTRA] = "\x1f".join(extra)
    return cells


def _records(stream: BinaryIO, form: Form) -> Iterator[list[str] | str]:
    """Yield the records that hold anything, and for one that cannot be taken apart the reason.

    A record over several lines that cannot be one is not believed: its first line is broken, the next ones are read
    anew, so that a stray quotation mark costs the row it stands in and no other.
    """
    check_form(form)
    encoding = "utf-8-sig" if form.encoding == "utf-8" else form.encoding
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    feed = _Feed(_lines(text))
    reader = csv.reader(feed, delimiter=form.delimiter)
    width: int | None = None
    try:
        while True:
            feed.begin()
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error:
                believed = False
            else:
                believed = not feed.cut and (len(feed.taken) == 1 or _is_one(feed.taken, form.delimiter, width))
            if not believed:
                feed.give_back()
                yield "unclosed_quote"
            elif any(cell.strip() for cell in record):
                width = len(record) if width is None else width
                yield record
    except UnicodeError:
        raise Invalid("not_a_table", f"the file is not written in {form.encoding}") from None
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


def _header(record: list[str] | str) -> list[str]:
    if isinstance(record, str):
        raise Invalid("not_a_table", "a quotation mark is opened in the first line and never closed")
    return _names(record)


def _names(record: Sequence[str]) -> list[str]:
    if len(record) > MOST_COLUMNS:
        raise Invalid("not_a_table", f"a table may have {MOST_COLUMNS} columns")
    found: dict[str, None] = {}
    turns: Counter[str] = Counter()
    for place, cell in enumerate(record, start=1):
        name = unique = " ".join(cell.split()) or f"Column {place}"
        while unique in found:
            turns[name] += 1
            unique = f"{name} ({turns[name] + 1})"
        found[unique] = None
    return list(found)
