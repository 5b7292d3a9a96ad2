"""What a cell of a CSV file says, harmless in every spreadsheet. The rows come from elsewhere."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from goodword.money import Amount, is_currency, to_major

MARK = "\ufeff"  # without it Excel takes UTF-8 for something else
# A cell that begins so is a formula to a spreadsheet; an apostrophe makes it text (OWASP, CSV injection).
# Where a spreadsheet parts cells by semicolons, as in most of Europe, what follows one begins a cell, too.
FORMULA = re.compile(r"(^|[;\n])(?=\s*[=+\-@＝＋－＠])|^(?=[\t\r])")

# Amounts and telephone numbers begin with a sign, too; of digits and stops alone no formula can be made.
NUMBER = re.compile(r"\s*[(+\-]?[\d\s.,()/\-]*\d[\d\s.,()/\-]*")


def cell(value: Any, zone: tzinfo) -> str:
    """Return one value as text: amounts in major units without their currency, instants in ``zone`` to the second."""
    if value is None:
        return ""
    if isinstance(value, Amount):
        return str(to_major(value.units, value.asset) if is_currency(value.asset) else value.units)
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, int):
        return str(value)
    return harmless(str(value))


def exact(value: Any) -> str:
    """Return one value as text for a file that programs read, too: as ``cell``, instants in UTC and whole."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return cell(value, UTC)


class _Line:
    """What ``csv`` writes to: gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[Any]], *, write: Callable[[Any], str]) -> Iterator[str]:
    """Yield the lines of a CSV file, its mark first; the rows are asked for while the lines are taken."""
    writer = csv.writer(_Line())
    yield MARK + writer.writerow([write(word) for word in head])
    for row in rows:
        yield writer.writerow([write(value) for value in row])


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return FORMULA.sub(r"\1'", text)


def guarded(text: str) -> str:
    """Return a cell that is to be read again as it is, made harmless unless it is an amount or a telephone number."""
    return text if NUMBER.fullmatch(text) else harmless(text)
