"""The reconciliation sheet of an import: rows in = stored + refused + known; money in = money booked.

What is booked is read back from tickets, jobs and the ledger, never from the counters of the import itself.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from django.db.models import Count

from goodword.errors import NotFound
from goodword.flow import bulk
from goodword.flow.bringing_file import form_of, open_upload
from goodword.flow.bringing_undo_plan import counter_id, events_of
from goodword.flow.spreadsheet import MARK, guarded, harmless
from goodword.inbox.models import Decision, Event, Import, ImportFault, State
from goodword.inbox.tables import reading as tables
from goodword.inbox.tables.forms import BROKEN, EXTRA
from goodword.inbox.tables.kinds import KINDS
from goodword.ledger import reading
from goodword.ledger.opening import book_of
from goodword.money import POINTS
from goodword.vouchers import secrecy
from goodword.work.models import Job, Ticket

Say = Callable[[str, str, Mapping[str, Any]], str]
CHUNK = 1_000
BEAT = 20_000  # rows of a file that are passed over between two signs of life
SEALED = "\x1fsealed:"  # before a cell that is kept encrypted: the code of a voucher
WHY = "why"  # the column added to refused rows; a table with it is brought again as it is


class Sheet(NamedTuple):
    """What went in and what came of it. Money in smallest units of ``currency``.

    Args:
        rows: of the table, under the header.
        stored, refused, known: what they sum to; of the refused, ``passed`` had nothing in them for us.
        reasons: refused rows by code.
        warnings: stored rows of which something is worth knowing, by code.
        money_in: what the stored rows bring; ``money_booked`` is None until it is recorded and settled.
        events: how many of each type were recorded.
        attributed: referrals that came of them.
        attributions_refused: referrals that the rules did not take, by code; their rows are stored.
        unsettled: events that wait to be tried again or were set aside for a person.
        left: of an undoing: what stayed, by code.
        holds: both sums are right.
    """

    currency: str
    rows: int
    stored: int
    refused: int
    known: int
    passed: int
    reasons: dict[str, int]
    warnings: dict[str, int]
    money_in: int
    money_booked: int | None
    points_in: int
    points_booked: int | None
    events: dict[str, int]
    attributed: int
    attributions_refused: dict[str, int]
    unsettled: int
    left: dict[str, int]

    @property
    def rows_hold(self) -> bool:
        """Say whether every row ended in exactly one of the three."""
        return self.rows == self.stored + self.refused + self.known

    @property
    def money_holds(self) -> bool:
        """Say whether what was brought is what the books have, to the unit; of an undone one they have nothing."""
        return self.money_in == self.money_booked and self.points_in == self.points_booked

    @property
    def holds(self) -> bool:
        """Say whether both are right."""
        return self.rows_hold and self.money_holds


def reconciliation(import_: Import) -> Sheet:
    """Return the sheet of an import as it stands; of one that is only checked nothing is booked."""
    own = events_of(import_).order_by()
    told = Decision.objects.filter(event__in=own.values("pk"))
    refused = told.filter(kind="attribution_refused").order_by().values_list("codes", flat=True)
    codes: dict[str, int] = {}
    for each in refused.iterator():
        for code in each:
            codes[code] = codes.get(code, 0) + 1
    waiting = own.filter(state__in=[State.RECORDED, State.SET_ASIDE]).count()
    left = import_.faults.filter(undoing=True).order_by().values_list("code").annotate(n=Count("pk"))
    return Sheet(
        currency=import_.terms["currency"], rows=import_.rows, stored=import_.stored_rows,
        refused=import_.refused_rows, known=import_.known_rows, passed=import_.passed_rows,
        reasons=dict(import_.reasons), warnings=dict(import_.warnings), money_in=import_.money_in,
        money_booked=import_.money_booked, points_in=import_.points_in,
        points_booked=import_.points_booked,
        events=dict(own.values_list("type").annotate(n=Count("pk"))), attributed=told.filter(kind="attributed").count(),
        attributions_refused=codes, unsettled=waiting, left=dict(left),
    )  # fmt: skip


def read_back(import_: Import, *, beat: Callable[[], None] = lambda: None) -> None:
    """Read what the books have of an import now and keep it with it, unsaved.

    Args:
        beat: called after every chunk.
    """
    money = points = after = 0
    while chunk := list(events_of(import_).filter(pk__gt=after).order_by("pk")[:CHUNK]):
        after = chunk[-1].pk
        money += _receipts(import_, chunk) + _jobs(import_, chunk)
        brought = _balances(import_, chunk)
        points += brought.pop(POINTS, 0)
        money += sum(brought.values())
        beat()
    import_.money_booked, import_.points_booked = money, points


def refused_rows(import_: Import, *, say: Say = lambda field, code, _facts: f"{field}: {code}") -> Iterator[bytes]:
    """Yield the refused rows as CSV: their own columns, then ``why``; mended, the file is brought again as it is.

    Cells stand as they stood, so dates and amounts are read as they were; a formula is made harmless.

    Args:
        say: puts a field, the code of what is wrong with it and its facts in words.
    """
    headers = [name for name in import_.headers if name != WHY]
    form = form_of(import_)
    yield MARK.encode() + _line([*headers, WHY], form.delimiter)
    for row, cells, codes in _refused(import_):
        why = f"{row} · {'; '.join(say(fault.field, fault.code, fault.facts) for fault in codes)}"
        yield _line([*(guarded(cells.get(name, "")) for name in headers), harmless(why)], form.delimiter)


def keep_cells(import_: Import, *, beat: Callable[[], None] = lambda: None) -> None:
    """Keep the cells of refused rows with their faults: the file itself is not kept.

    A file that an erasure has removed meanwhile (``upload_gone``) has no cells any more; all else of it is recorded.

    Args:
        beat: called every so many rows.
    """
    try:
        open_upload(import_).close()
    except NotFound:
        return
    faults: list[ImportFault] = []
    hidden = {import_.mapping.get(name, "") for name in KINDS[import_.kind].secret}
    hidden |= {EXTRA, BROKEN} if hidden else set()
    for cells, found in _joined(import_, beat=beat):
        found[0].cells = _sealed(cells, hidden)
        faults.append(found[0])
        if len(faults) == CHUNK:
            bulk.overwrite(faults, ["cells"])
            faults = []
    bulk.overwrite(faults, ["cells"])


def _refused(import_: Import) -> Iterator[tuple[int, dict[str, str], list[ImportFault]]]:
    try:
        open_upload(import_).close()
    except NotFound:
        for found in _by_row(import_):
            yield found[0].row, _unsealed(found[0].cells or {}), found
        return
    for cells, found in _joined(import_):
        yield found[0].row, cells, found


def _joined(
    import_: Import, *, beat: Callable[[], None] = lambda: None
) -> Iterator[tuple[dict[str, str], list[ImportFault]]]:
    """Walk the file and its faults side by side; both are in the order of rows."""
    faults = _by_row(import_)
    wanted = next(faults, None)
    if wanted is None:
        return
    with open_upload(import_) as stream:
        for row in tables.rows(stream, form_of(import_)):
            if row.number % BEAT == 0:
                beat()
            if row.number == wanted[0].row:
                yield row.cells, wanted
                wanted = next(faults, None)
                if wanted is None:
                    return


def _by_row(import_: Import) -> Iterator[list[ImportFault]]:
    together: list[ImportFault] = []
    query = import_.faults.filter(undoing=False).order_by("row", "pk")
    for fault in query.iterator(chunk_size=CHUNK):
        if together and together[0].row != fault.row:
            yield together
            together = []
        together.append(fault)
    if together:
        yield together


def _sealed(cells: dict[str, str], hidden: set[str]) -> dict[str, str]:
    """Return the cells with those sealed that may hold the code of a voucher."""
    return {
        name: SEALED + secrecy.seal(text, index=SEALED) if text and name in hidden else text
        for name, text in cells.items()
    }


def _unsealed(cells: dict[str, str]) -> dict[str, str]:
    return {
        name: secrecy.unseal(text.removeprefix(SEALED), index=SEALED) if text.startswith(SEALED) else text
        for name, text in cells.items()
    }


def _line(cells: list[str], delimiter: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode("utf-8", errors="replace")


def _receipts(import_: Import, chunk: list[Event]) -> int:
    """Return what the receipts say that these events closed or changed, as the books have them now."""
    names = {each.data["ticket"]["external_id"]: each for each in chunk if each.type.startswith("ticket.")}
    if not names:
        return 0
    rows = Ticket.objects.filter(
        business_id=import_.business_id, source=import_.source, external_id__in=list(names)
    ).exclude(state__in=["void", "open"])
    total = 0
    for row in rows.values_list("external_id", "gross", "closing_event", "content__order"):
        name, gross, closing, order = row
        if names[name].external_id in (closing, (order or [""])[-1]):
            total += gross
    return total


def _jobs(import_: Import, chunk: list[Event]) -> int:
    names = {each.external_id: each.data["job"]["external_id"] for each in chunk if each.type == "job.saved"}
    if not names:
        return 0
    rows = Job.objects.filter(
        business_id=import_.business_id, source=import_.source, external_id__in=list(names.values())
    )
    total = 0
    for row in rows:
        own = [told[3] for told in row.reports if told[3].startswith(f"import-{import_.number}:")]
        undone = counter_id(own[-1]) if own else ""
        if own and own[-1] in names and not any(told[3] == undone for told in row.reports):
            total += row.total or 0
    return total


def _balances(import_: Import, chunk: list[Event]) -> dict[str, int]:
    brought = {each.external_id: each.pk for each in chunk if each.type in ("balance.brought", "voucher.brought")}
    if not brought:
        return {}
    back = Event.objects.filter(
        business_id=import_.business_id, source="goodword", external_id__in=[counter_id(name) for name in brought]
    )
    events = [*brought.values(), *back.values_list("pk", flat=True)]
    return reading.brought_by(book=book_of(business=import_.business_id), events=events)
