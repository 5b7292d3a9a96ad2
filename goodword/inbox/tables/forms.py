"""How a table is written, and one row of it."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from goodword.errors import Invalid

ENCODINGS = (
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "iso8859-15", "cp1256", "iso8859-6", "cp1250",
    "cp1251", "cp437", "cp850", "mac-roman",
)  # fmt: skip
DELIMITERS = (",", ";", "\t", "|")
DECIMALS = (".", ",")
DATES = ("ymd", "dmy", "mdy")
MOST_COLUMNS = 1000
MOST_TITLES = 40  # rows above the header
LONGEST_NUMBER = 40  # characters; a longer cell is text, and is not tried as a number
LONGEST_DATE = 80  # with weekday, time and zone in words

EXTRA = "\x1fmore"  # cells beyond the header; a header cannot bear that name, its blanks are made plain
BROKEN = "\x1fbroken"  # a record that could not be taken apart


class Form(msgspec.Struct, frozen=True):
    """How a file is written: detected, shown, may be overridden, kept with the import.

    ``dates`` is the order of day, month and year where a date is written in figures and does not begin with the year;
    dates that begin with four figures, or name the month, are read whatever it says. ``header`` is the row that names
    the columns, counted from 1 with the blank ones, as a spreadsheet does; what stands above it is passed over. Where
    that row is blank, the next that holds anything is it.
    """

    encoding: str
    delimiter: str
    decimal: str
    dates: str
    header: int = 1


class Row(NamedTuple):
    """A row: ``number`` is 1 for the first under the header; ``cells`` as they stand, by header."""

    number: int
    cells: dict[str, str]


def check_form(form: Form) -> Form:
    """Return the form, or refuse one that says what cannot be.

    Raises:
        Invalid: ``unknown_form``, with the ``field`` and what it may be.
    """
    allowed = {"encoding": ENCODINGS, "delimiter": DELIMITERS, "decimal": DECIMALS, "dates": DATES}
    for field, values in allowed.items():
        if getattr(form, field) not in values:
            raise Invalid("unknown_form", f"{field} is one of {', '.join(map(repr, values))}", field=field)
    if not 1 <= form.header <= MOST_TITLES + 1:
        raise Invalid("unknown_form", f"the header is one of the first {MOST_TITLES + 1} rows", field="header")
    return form
