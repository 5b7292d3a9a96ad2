"""Lists as CSV files that any spreadsheet opens: streamed, in UTF-8 with its mark, and harmless."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone

from goodword.money import POINTS, Amount, to_major

MARK = "\ufeff"  # without it Excel takes UTF-8 for something else
# A cell that begins so is a formula to a spreadsheet; an apostrophe makes it text (OWASP, CSV injection).
# Where a spreadsheet parts cells by semicolons, as in most of Europe, what follows one begins a cell, too.
FORMULA = re.compile(r"(^|[;\n])(?=\s*[=+\-@＝＋－＠])|^(?=[\t\r])")


class _Line:
    """What ``csv`` writes to: gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def sheet(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """Return a CSV file that is made while it is sent.

    Args:
        name: of the file, without its ending; ASCII.
        head: the words of the first line.
        rows: cells: text, whole numbers, amounts (in major units, without their currency), aware instants (in the
            zone of the business, ISO 8601) or None. They are asked for while the file is sent, when the language of
            the page is no longer set: take words before.
    """
    zone = timezone.get_current_timezone()

    def lines() -> Iterator[str]:
        writer = csv.writer(_Line())
        yield MARK + writer.writerow([_cell(word, zone) for word in head])
        for row in rows:
            yield writer.writerow([_cell(cell, zone) for cell in row])

    answer = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _cell(value: Any, zone: tzinfo) -> str:
    if value is None:
        return ""
    if isinstance(value, Amount):
        return str(value.units if value.asset == POINTS else to_major(value.units, value.asset))
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, int):
        return str(value)
    return harmless(str(value))


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return FORMULA.sub(r"\1'", text)
