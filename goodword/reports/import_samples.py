"""What the first rows of an upload would be read as: its cells beside what is made of them, its words, its events.

Only the beginning of the file is looked at, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple

from goodword.flow.bringing_file import form_of, open_upload
from goodword.flow.bringing_work import context_of
from goodword.inbox.models import Import
from goodword.inbox.tables import reading
from goodword.inbox.tables.forms import Row
from goodword.inbox.tables.kind import CONSTANT, Cells, Field, Manner, plain_words
from goodword.inbox.tables.kinds import KINDS
from goodword.inbox.tables.told import Fault, Told
from goodword.inbox.tables.translating import translate

SHOWN = 3  # values beside a column
LOOKED_AT = 500  # rows in which values, words and events are looked for
MOST_WORDS = 40


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


def first_rows(import_: Import, *, limit: int = LOOKED_AT) -> list[Row]:
    """Return the first rows of an upload.

    Raises:
        NotFound: ``upload_gone``.
    """
    with open_upload(import_) as stream:
        return list(islice(reading.rows(stream, form_of(import_)), limit))


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
            told.append(_read(row, field, raw, manner))
            if len(told) == SHOWN:
                break
    return found


def words(import_: Import, rows: Sequence[Row]) -> dict[str, list[Word]]:
    """Return, for every field of choices that stands in a column, the words of that column and what each means."""
    manner = _manner(import_)
    found: dict[str, list[Word]] = {}
    for field in KINDS[import_.kind].fields:
        column = import_.mapping.get(field.name, "")
        if not field.choices or not column or column.startswith(CONSTANT):
            continue
        told: dict[str, Word] = {}
        for row in rows:
            text = row.cells.get(column, "").strip()
            folded = plain_words(text)
            if not text or folded in told or len(told) == MOST_WORDS:
                continue
            told[folded] = Word(text, manner.meaning(field.name, text))
        if told:
            found[field.name] = list(told.values())
    return found


def first_told(import_: Import, rows: Iterable[Row], *, limit: int = SHOWN) -> list[Told]:
    """Return the first events that rows of the beginning come to; the books are not asked about them."""
    outcomes = translate(
        import_.kind, rows, form=form_of(import_), mapping=import_.mapping, context=context_of(import_)
    )
    return list(islice((each for each in outcomes if isinstance(each, Told)), limit))


def _manner(import_: Import) -> Manner:
    return Manner(kind=KINDS[import_.kind], form=form_of(import_), mapping=import_.mapping, context=context_of(import_))


def _read(row: Row, field: Field, raw: str, manner: Manner) -> Sample:
    cells = Cells(row, manner)
    cells.faults.clear()  # what is wrong with the row as such is told elsewhere
    readers: dict[str, Callable[[str], Any]] = {
        "money": cells.exact, "date": cells.moment, "datetime": cells.moment, "quantity": cells.quantity,
        "points": cells.whole, "choice": cells.choice, "phone": cells.phone, "email": cells.email,
    }  # fmt: skip
    read = readers.get(field.sort)
    value = None if read is None else read(field.name)
    return Sample(raw, value, cells.faults[0] if cells.faults else None)
