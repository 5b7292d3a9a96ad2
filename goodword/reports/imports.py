"""Tables that were brought in: the list, and why rows of one were refused, in a bounded number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from goodword.business.models import Business
from goodword.inbox.models import Import, ImportFault
from goodword.inbox.tables.told import PASSED_OVER
from goodword.reports.paging import Page, newest

GOING_ON = (Import.State.RECORDING, Import.State.SETTLING)  # begun, and not over
BROUGHT = (Import.State.DONE, *GOING_ON)
EXAMPLES = 3
FAULTS = 50


class Reason(NamedTuple):
    """Why rows were refused.

    Args:
        code: of the fault, as ``row_faults.row_sentence`` takes it.
        rows: how many rows were refused for it first of all.
        passed: there is nothing wrong with them, only nothing in them for us.
        examples: the first of its faults.
    """

    code: str
    rows: int
    passed: bool
    examples: list[ImportFault]


def imports(*, business: Business, after: str = "") -> Page:
    """Return the imports of a business, the newest first. One statement."""
    return newest(Import.objects.filter(business=business), after=after)


def reasons(import_: Import) -> list[Reason]:
    """Return why rows were refused, what is wrong before what is only passed over, the most rows first. One statement.

    Examples are of rows whose own cells are at fault; rows that only stand with such a one have none.
    """
    counted = {code: int(rows) for code, rows in import_.reasons.items()}
    if not counted:
        return []
    place = Window(RowNumber(), partition_by=F("code"), order_by=(F("row").asc(), F("id").asc()))
    found = import_.faults.filter(undoing=False).annotate(place=place).filter(place__lte=EXAMPLES)
    examples: dict[str, list[ImportFault]] = {}
    for fault in found.order_by("row", "pk").defer("cells"):
        examples.setdefault(fault.code, []).append(fault)
    told = [Reason(code, rows, code in PASSED_OVER, examples.get(code, [])) for code, rows in counted.items()]
    return sorted(told, key=lambda each: (each.passed, -each.rows, each.code))


def faults(import_: Import, *, code: str = "", after: str = "", limit: int = FAULTS) -> Page:
    """Return faults of refused rows in the order of rows, those of one code or all. One statement.

    Args:
        after: the cursor of the page before: row and id.
    """
    query: Any = import_.faults.filter(undoing=False)
    if code:
        query = query.filter(code=code)
    row, _, pk = after.partition("-")
    if all(part.isascii() and part.isdecimal() and len(part) <= 18 for part in (row, pk)):
        query = query.filter(row__gte=int(row)).exclude(row=int(row), pk__lte=int(pk))
    rows = list(query.order_by("row", "pk").defer("cells")[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    return Page(rows, f"{rows[-1].row}-{rows[-1].pk}" if more else "")


def unknown_words(import_: Import, field: str) -> list[str]:
    """Return words of a field's column, in any row, that nobody knew when the rows were looked over, in their order.

    There are at most ``bringing_batch.MOST_WORDS`` and one: then there are more. What another column held before the
    mapping was changed is not among them.
    """
    kept = import_.unknown.get(field, {})
    return list(kept["words"]) if kept and kept["column"] == import_.mapping.get(field, "") else []


def left(import_: Import, *, limit: int = FAULTS) -> list[ImportFault]:
    """Return what an undoing left as it is, the first of it. One statement."""
    return list(import_.faults.filter(undoing=True).order_by("pk")[:limit])


def same_file(*, business: Business, sha256: str, states: Sequence[str], but: int = 0) -> Import | None:
    """Return the newest import of the very same bytes that is in one of these states, if there is one.

    Args:
        but: the key of one that does not count, 0 for none.
    """
    same = Import.objects.filter(business=business, sha256=sha256, state__in=states).exclude(pk=but)
    return same.order_by("-number").first()
