"""A kind of table: its fields, and one row read through a mapping. The kinds themselves are in ``kinds/``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple, TypeVar

from goodword import identity
from goodword.errors import Refused
from goodword.inbox.tables import values
from goodword.inbox.tables.forms import BROKEN, EXTRA, Form, Row
from goodword.inbox.tables.told import Context, Fault, Named, Words

Sort = Literal[
    "text", "money", "date", "datetime", "time", "quantity", "points", "choice", "labels", "phone", "email", "code"
]
Mapped = Mapping[str, str]
LONGEST_NAME = 200
T = TypeVar("T")

STROKES = frozenset({"-", "–", "—"})
SEVERAL = re.compile(r"[,;|\n]| / ")  # how several numbers or addresses stand in one cell
CONSTANT = "="  # a mapping to "=CAD" is the value CAD in every row


class Field(NamedTuple):
    """A field of a kind: ``synonyms`` are headers, in small letters, that mean it; ``choices`` what a choice may be.

    A cell of ``labels`` may hold several; it is the first choice when any of them means that.
    """

    name: str
    required: bool
    synonyms: tuple[str, ...]
    sort: Sort
    choices: tuple[str, ...] = ()


class Later(NamedTuple):
    """One event of a draft."""

    suffix: str
    type: str
    time: datetime
    data: dict[str, Any]


@dataclass(slots=True)
class Draft:
    """What a kind makes of its rows, before it is held to the rules of events.

    ``once``: further texts that may stand in one table once, each with the field it is in.
    """

    key: str
    events: list[Later]
    money: int = 0
    named: list[Named] = field(default_factory=list)
    once: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of table.

    Args:
        one_of: groups of fields of which at least one must be mapped.
        words: what words in cells mean, folded, by field, in three languages; the mapping's own go before them.
        group_by: fields whose rows belong together.
        build: makes a draft of rows that belong together, or None after it put the reason to one of them.
    """

    name: str
    fields: tuple[Field, ...]
    one_of: tuple[tuple[str, ...], ...]
    build: Callable[[Sequence[Cells]], Draft | None]
    words: Words = field(default_factory=dict)
    group_by: tuple[str, ...] = ()

    @property
    def secret(self) -> frozenset[str]:
        """Return the fields whose cells are shown nowhere and kept nowhere in clear."""
        return frozenset(field.name for field in self.fields if field.sort == "code")


def headings(text: str) -> dict[str, tuple[str, ...]]:
    """Return the headers that mean each field, of lines like ``field: header, header``; an indented line continues."""
    found = {}
    for line in re.sub(r"\n\s+", " ", text.strip()).splitlines():
        name, _, heads = line.partition(":")
        found[name] = tuple(head.strip() for head in heads.split(","))
    return found


def meanings(words: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return what each word means, folded, of the words by meaning."""
    return {plain_words(word): meaning for meaning, each in words.items() for word in each}


def plain_words(text: str) -> str:
    """Return a header or a word folded for comparison: small letters, no accents; # is a number, signs are blanks."""
    return " ".join(re.sub(r"[\W_]+", " ", identity.folded(text).replace("#", " number ")).split())


class Manner:
    """How the rows of one file are to be read: its kind, form, mapping, context, and what its words mean, folded."""

    def __init__(self, *, kind: Kind, form: Form, mapping: Mapped, context: Context) -> None:
        self.kind, self.form, self.mapping, self.context = kind, form, mapping, context
        self.words = {
            name: {plain_words(word): meaning for words in (kind.words, context.words)
                   for word, meaning in words.get(name, {}).items()}
            for name in {*kind.words, *context.words}
        }  # fmt: skip
        self.choices = {field.name: field.choices for field in kind.fields}
        self.several = {field.name for field in kind.fields if field.sort == "labels"}

    def meaning(self, name: str, text: str) -> str | None:
        """Return which of a field's choices a text means; empty for one that means nothing, None when nobody knows.

        A number behind a word, as in ``Visa 4242`` or ``Check #1045``, is passed over where the whole means nothing.
        """
        meant = self._one(name, text)
        if meant is None and name in self.several:
            each = {self._one(name, part) for part in SEVERAL.split(text)}
            first, *others = self.choices[name]
            known = [] if None in each else [choice for choice in others if choice in each]
            return first if first in each else next(iter(known), None)
        return meant

    def _one(self, name: str, text: str) -> str | None:
        folded = plain_words(text)
        if not folded:
            return ""
        bare = " ".join(word for word in folded.split() if word != "number" and not any(map(str.isdecimal, word)))
        for word in filter(None, (folded, bare)):
            meant = self.words.get(name, {}).get(word)
            if meant is None and word.replace(" ", "_") in self.choices[name]:
                meant = word.replace(" ", "_")
            if meant is not None:
                return meant
        return None


class Cells:
    """One row read in the manner of its file. Reading collects faults; a value that is refused reads as None."""

    def __init__(self, row: Row, manner: Manner) -> None:
        self.row, self.manner = row, manner
        self.kind, self.form, self.mapping, self.context = manner.kind, manner.form, manner.mapping, manner.context
        self.faults: list[Fault] = []
        if BROKEN in row.cells:
            self.refuse("", "broken_row", reason=row.cells[BROKEN])
        elif EXTRA in row.cells:
            self.refuse("", "too_many_cells", value=row.cells[EXTRA].replace("\x1f", ", "))

    @property
    def broken(self) -> bool:
        """Say whether the row as such cannot be read, whatever it holds."""
        return BROKEN in self.row.cells

    def refuse(self, name: str, code: str, *, value: str | None = None, **facts: Any) -> None:
        """Put a fault to the row; the same one twice is one. It shows no cell that may be a secret code."""
        shown = self.raw(name) if value is None else value
        if self.kind.secret and (name in self.kind.secret or not name):
            shown = ""
        fault = Fault(self.row.number, name, code, shown[:200], facts)
        if fault not in self.faults:
            self.faults.append(fault)

    def raw(self, name: str) -> str:
        """Return the cell as it stands, or the mapping's constant; empty when the field is not mapped."""
        column = self.mapping.get(name, "")
        if column.startswith(CONSTANT):
            return column.removeprefix(CONSTANT)
        return self.row.cells.get(column, "")

    def text(self, name: str, *, longest: int = 2000) -> str | None:
        """Return the cell's text, stripped; None when blank."""
        plain = self.raw(name).strip()
        if not plain:
            return None
        if "\ufffd" in plain:
            self.refuse(name, "unreadable_text")
            return None
        if len(plain) > longest:
            self.refuse(name, "too_long", most=longest)
            return None
        return plain

    def needed(self, name: str, *, longest: int = LONGEST_NAME) -> str | None:
        """Return the cell's text, and refuse a blank one."""
        found = self.text(name, longest=longest)
        if found is None and not self.raw(name).strip():
            self.refuse(name, "missing_value")
        return found

    def told(self, name: str) -> str | None:
        """Return the cell's text where it is more than a stroke, which many exports write for nothing."""
        text = self.text(name)
        return None if text is None or text in STROKES else text

    def exact(self, name: str) -> Decimal | None:
        """Return an amount in major units with all its decimals."""
        text = self.told(name)
        return self._read(
            name, lambda: values.exact(text or "", decimal=self.form.decimal, currency=self.context.currency), text
        )

    def money(self, name: str) -> int | None:
        """Return an amount in smallest units; more decimals than the currency has are refused."""
        value = self.exact(name)
        if value is None:
            return None
        return self._read(name, lambda: values.smallest(value, currency=self.context.currency), "")

    def quantity(self, name: str) -> Decimal | None:
        """Return a number."""
        text = self.told(name)
        return self._read(name, lambda: values.quantity(text or "", decimal=self.form.decimal), text)

    def whole(self, name: str) -> int | None:
        """Return a whole number."""
        value = self.quantity(name)
        if value is None:
            return None
        if value != value.to_integral_value():
            self.refuse(name, "not_whole")
            return None
        return int(value)

    def moment(self, name: str, clock: str = "") -> datetime | None:
        """Return an instant in UTC, of a cell or of a day and a time of day in two."""
        text = self.told(name)
        if text is None or values.is_never(text):
            return None
        at = (self.told(clock) or "") if clock else ""
        return self._read(
            name, lambda: values.moment(text, order=self.form.dates, zone=self.context.zone, clock=at), text
        )

    def choice(self, name: str) -> str | None:
        """Return which of the field's choices a cell means, by the words; empty for a word that means nothing."""
        text = self.text(name)
        if text is None:
            return None
        choices = self.manner.choices[name]
        meant = self.manner.meaning(name, text)
        if meant is None or (meant and meant not in choices):
            self.refuse(name, "unknown_word", choices=list(choices))
            return None
        return meant

    def means_nobody(self, name: str) -> bool:
        """Say whether the words have a cell mean nothing: a walk-in, a channel that is no person."""
        return self.manner.words.get(name, {}).get(plain_words(self.raw(name))) == ""

    def phone(self, name: str) -> str | None:
        """Return the first telephone number of a cell, for comparison; a text that holds none is refused."""
        return self._first(name, "not_a_phone", lambda part: identity.phone(part, country=self.context.country))

    def email(self, name: str) -> str | None:
        """Return the first e-mail address of a cell, for comparison; a text that holds none is refused."""
        return self._first(name, "not_an_email", identity.email)

    def _first(self, name: str, code: str, read: Callable[[str], str | None]) -> str | None:
        text = self.told(name)
        if text is None:
            return None
        found = next((value for part in SEVERAL.split(text) if (value := read(part))), None) or read(text)
        if found is None:
            self.refuse(name, code)
        return found

    def _read(self, name: str, read: Callable[[], T], text: str | None) -> T | None:
        if text is None:
            return None
        try:
            return read()
        except Refused as refusal:
            self.refuse(
                name, refusal.code, value=None, **{key: fact for key, fact in refusal.facts.items() if key != "value"}
            )
            return None
