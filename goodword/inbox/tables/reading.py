"""Bytes into rows: a stream of any size in bounded memory; a broken record is a row too, never lost, never a crash."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from goodword.errors import Invalid
from goodword.inbox.tables.detecting import SAMPLE, detect, doubts
from goodword.inbox.tables.forms import BROKEN, EXTRA, Form, Row, check_form

__all__ = ["BROKEN", "EXTRA", "SAMPLE", "Form", "Row", "detect", "doubts", "header", "rows"]

LONGEST_LINE = 1_000_000  # characters
MOST_BREAKS = 200  # line breaks in one cell: beyond that a quotation mark was opened and never closed


def header(stream: BinaryIO, form: Form) -> list[str]:
    """Return the columns' names, each once: stripped, blank ones by their place, repeated ones with ``(2)``.

    Raises:
        Invalid: ``empty_table`` when there is no row at all, ``not_a_table`` for a line beyond all measure.
    """
    for record in _records(stream, form):
        if isinstance(record, list):
            return _names(record)
        break
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
            if not isinstance(record, list):
                break
            names = _names(record)
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
    """Yield the records that hold anything, and for one that cannot be taken apart the reason."""
    check_form(form)
    encoding = "utf-8-sig" if form.encoding == "utf-8" else form.encoding
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    try:
        reader = csv.reader(_lines(text), delimiter=form.delimiter)
        while True:
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield "unclosed_quote"
                continue
            if any("\n" in cell and cell.count("\n") > MOST_BREAKS for cell in record):
                yield "unclosed_quote"
            elif any(cell.strip() for cell in record):
                yield record
    except UnicodeError:
        raise Invalid("not_a_table", f"the file is not written in {form.encoding}") from None
    finally:
        text.detach()


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


def _names(record: Iterable[str]) -> list[str]:
    found: list[str] = []
    for place, cell in enumerate(record, start=1):
        name = " ".join(cell.split()) or f"Column {place}"
        unique, turn = name, 1
        while unique in found:
            turn += 1
            unique = f"{name} ({turn})"
        found.append(unique)
    return found
