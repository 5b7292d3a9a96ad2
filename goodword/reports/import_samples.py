"""What the first rows of an upload would be read as: its cells beside what is made of them, its words, its events.

Only the beginning of a large file is looked at, and nothing is written. Words that nobody knows are those of all rows,
as soon as all were looked over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

from goodword.flow.bringing_batch import MOST_WORDS
from goodword.flow.bringing_file import form_of, open_upload
from goodword.flow.bringing_work import context_of
from goodword.inbox.models import Import
from goodword.inbox.tables import reading
from goodword.inbox.tables.forms import Row
from goodword.inbox.tables.kind import CONSTANT, Cells, Field, Manner, plain_words
from goodword.inbox.tables.kinds import KINDS
from goodword.inbox.tables.told import Fault, Told
from goodword.inbox.tables.translating import translate
from goodword.reports.imports import unknown_words
from goodword.vouchers import secrecy

SHOWN = 3  # values beside a column
LOOKED_AT = 500  # rows in which values, words and events are looked for
SMALL = 128 * 1024  # bytes of a file of which every row is looked at


class Sample(NamedTuple):
    """A cell and what is made of it.

    Args:
        raw: as it stands in the file.
        value: what it is read as: an instant, a decimal, a choice, a telephone number; None where it is plain text.
        fault: why it cannot be read, if it cannot.
    """

    raw: str
    value: Any
    fault: Fault | None


class Word(NamedTuple):
    """A word of a column and which of the field's choices it means: ``""`` for none, None when nobody knows."""

    text: str
    meaning: str | None


class Words(NamedTuple):
    """The words of a column, those that nobody knows first; ``more``: there are others, too many to list."""

    lines: list[Word]
    more: bool


def first_rows(import_: Import) -> list[Row]:
    """Return the first rows of an upload, all of a small one.

    Raises:
        NotFound: ``upload_gone``.
    """
    with open_upload(import_) as stream:
        return list(islice(reading.rows(stream, form_of(import_)), None if import_.size <= SMALL else LOOKED_AT))


def samples(import_: Import, rows: Sequence[Row]) -> dict[str, list[Sample]]:
    """Return, by field, the first different values of its column and how each is read.

    Args:
        rows: as :func:`first_rows` gives them.
    """
    kind, manner = KINDS[import_.kind], _manner(import_)
    found: dict[str, list[Sample]] = {}
    for field in kind.fields:
        column = import_.mapping.get(field.name, "")
        if not column or column.startswith(CONSTANT):
            continue
        told = found.setdefault(field.name, [])
        seen: set[str] = set()
        for row in rows:
            raw = row.cells.get(column, "").strip()
            if not raw or raw in seen:
                continue
            seen.add(raw)
            told.append(Sample(masked(raw), None, None) if field.sort == "code" else _read(row, field, raw, manner))
            if len(told) == SHOWN:
                break
    return found


def words(import_: Import, rows: Sequence[Row]) -> dict[str, Words]:
    """Return, for every field of choices that stands in a column, the words of that column and what each means.

    Among them are those of all rows that the last look at them did not know.
    """
    manner = _manner(import_)
    found: dict[str, Words] = {}
    for field in KINDS[import_.kind].fields:
        column = import_.mapping.get(field.name, "")
        if not field.choices or not column or column.startswith(CONSTANT):
            continue
        told: dict[str, Word] = {}
        for text in chain(unknown_words(import_, field.name), (row.cells.get(column, "").strip() for row in rows)):
            folded = plain_words(text)
            if folded and folded not in told:
                told[folded] = Word(text, manner.meaning(field.name, text))
            if len(told) > MOST_WORDS:
                break
        lines = sorted(told.values(), key=lambda word: word.meaning is not None)
        if lines:
            found[field.name] = Words(lines[:MOST_WORDS], len(lines) > MOST_WORDS)
    return found


def first_told(import_: Import, rows: Iterable[Row], *, limit: int = SHOWN) -> list[Told]:
    """Return the first events that rows of the beginning come to; the books are not asked about them."""
    outcomes = translate(
        import_.kind, rows, form=form_of(import_), mapping=import_.mapping, context=context_of(import_)
    )
    return list(islice((each for each in outcomes if isinstance(each, Told)), limit))


def sample_of(import_: Import, rows: Sequence[Mapping[str, str]]) -> list[list[str]]:
    """Return the cells of some rows by column, secret codes masked."""
    return [_hidden(import_, [row.get(name, "") for name in import_.headers]) for row in rows]


def top_of(import_: Import, rows: Sequence[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Return the first rows by their place, secret codes under the header masked."""
    header = form_of(import_).header
    return [(place, _hidden(import_, cells) if place > header else cells) for place, cells in rows]


def _hidden(import_: Import, cells: list[str]) -> list[str]:
    secret = KINDS[import_.kind].secret if import_.kind else ()
    at = {import_.headers.index(column) for name in secret if (column := import_.mapping.get(name)) in import_.headers}
    return [masked(cell) if place in at and cell else cell for place, cell in enumerate(cells)]


def masked(text: str) -> str:
    """Return a secret code as pages show it."""
    return f"•••• {secrecy.tail_of(text)}" if len(text) >= secrecy.TAIL else "••••"


def _manner(import_: Import) -> Manner:
    return Manner(kind=KINDS[import_.kind], form=form_of(import_), mapping=import_.mapping, context=context_of(import_))


def _read(row: Row, field: Field, raw: str, manner: Manner) -> Sample:
    cells = Cells(row, manner)
    cells.faults.clear()  # what is wrong with the row as such is told elsewhere
    readers: dict[str, Callable[[str], Any]] = {
        "money": cells.exact, "date": cells.moment, "datetime": cells.moment, "quantity": cells.quantity,
        "points": cells.whole, "choice": cells.choice, "labels": cells.choice, "phone": cells.phone,
        "email": cells.email,
    }  # fmt: skip
    read = readers.get(field.sort)
    value = None if read is None else read(field.name)
    return Sample(raw, value, cells.faults[0] if cells.faults else None)
