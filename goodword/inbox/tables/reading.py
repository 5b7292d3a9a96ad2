"""Bytes into rows: a stream of any size in bounded memory; a broken record is a row too, never lost, never a crash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from goodword.errors import Invalid
from goodword.inbox.tables.detecting import SAMPLE, detect, doubts, top
from goodword.inbox.tables.forms import BROKEN, EXTRA, MOST_COLUMNS, Form, Row, check_form
from goodword.inbox.tables.records import records

__all__ = ["BROKEN", "EXTRA", "SAMPLE", "Form", "Row", "detect", "doubts", "header", "rows", "top"]


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


def _records(stream: BinaryIO, form: Form) -> Iterator[list[str] | str]:
    """Yield the header and what stands below it."""
    check_form(form)
    found = records(stream, encoding=form.encoding, delimiter=form.delimiter, header=form.header)
    return (record for place, record in found if place >= form.header)


def _cells(names: Sequence[str], record: list[str]) -> dict[str, str]:
    cells = dict(zip(names, record, strict=False))
    if len(record) < len(names):
        cells.update(dict.fromkeys(names[len(record) :], ""))
    extra = record[len(names) :]
    if any(cell.strip() for cell in extra):
        cells[EXTRA] = "\x1f".join(extra)
    return cells


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
