"""Lists as CSV files that any spreadsheet opens: streamed, in UTF-8 with its mark, and harmless."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone

from goodword.flow.spreadsheet import cell, csv_lines


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

    answer = StreamingHttpResponse(
        csv_lines(head, rows, write=lambda value: cell(value, zone)), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
