"""Rows into events, or into faults: every row ends in exactly one :class:`Told` or in at least one :class:`Fault`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from goodword.engine.events import TYPES, parse_event
from goodword.errors import Invalid
from goodword.inbox.tables.forms import Form, Row
from goodword.inbox.tables.kind import Cells, Draft, Later, Manner
from goodword.inbox.tables.kinds import KINDS
from goodword.inbox.tables.told import PASSED_OVER, Context, Fault, Memory, Named, Shelf, Told, with_contact

__all__ = ["PASSED_OVER", "Context", "Fault", "Memory", "Named", "Shelf", "Told", "translate", "with_contact"]


def translate(
    kind: str,
    rows: Iterable[Row],
    *,
    form: Form,
    mapping: Mapping[str, str],
    context: Context,
    shelf: Shelf | None = None,
) -> Iterator[Told | Fault]:
    """Yield what comes of the rows.

    Rows that belong together make one event wherever they stand; one with a bad row among them is refused whole, the
    good rows ``with_row`` and the number of the first bad one.

    Args:
        rows: as ``reading.rows`` gives them.
        mapping: field name → column, or → ``=value`` for the same value in every row.
        shelf: where rows wait until all are read; in memory when None.
    """
    manner = Manner(kind=KINDS[kind], form=form, mapping=mapping, context=context)
    shelf = Memory() if shelf is None else shelf
    for row in rows:
        cells = Cells(row, manner)
        key = _group(cells)
        if key is None:
            yield from _finished([cells], shelf)
        else:
            shelf.put(shelf.first(key, row.number), row.number, msgspec.msgpack.encode(row.cells))
    for group in shelf.groups():
        together = [Row(number, msgspec.msgpack.decode(body, type=dict[str, str])) for number, body in group]
        yield from _finished([Cells(row, manner) for row in together], shelf)


def _group(cells: Cells) -> str | None:
    """Return what rows that belong together share; None for a row that stands alone."""
    fields = cells.kind.group_by
    if not fields or cells.broken or not cells.raw(fields[0]).strip():
        return None
    return "group\x1f" + "\x1f".join(cells.raw(name).strip() for name in fields)


def _finished(together: Sequence[Cells], shelf: Shelf) -> Iterator[Told | Fault]:
    draft = None if any(cells.broken for cells in together) else together[0].kind.build(together)
    told = None
    if draft is not None and not any(cells.faults for cells in together):
        first = together[0].row.number
        before = shelf.first(f"key\x1f{draft.key}", first)
        if before != first:
            together[0].refuse("", "repeated_row", first=before)
        elif not _repeated(draft, together[0], shelf):
            told = _held_to_the_rules(draft, together)
    if told is not None:
        yield told
        return
    bad = next(cells.row.number for cells in together if cells.faults)
    for cells in together:
        if not cells.faults:
            cells.refuse("", "with_row", row=bad)
        yield from cells.faults


def _repeated(draft: Draft, cells: Cells, shelf: Shelf) -> bool:
    """Refuse a row that repeats what a table may say once; only digests of it are put on the shelf."""
    for name, text in draft.once:
        key = f"once\x1f{name}\x1f{hashlib.sha256(text.encode()).hexdigest()}"
        before = shelf.first(key, cells.row.number)
        if before != cells.row.number:
            cells.refuse(name, "repeated_code", first=before)
            return True
    return False


def _held_to_the_rules(draft: Draft, together: Sequence[Cells]) -> Told | None:
    """Return the events of a draft, or None after what is wrong with one was put to its row."""
    context = together[0].context
    raws = [_raw(draft.key, later, context) for later in draft.events]
    for raw in raws:
        if raw["type"] not in TYPES:
            continue  # a command of ours, which flow judges
        try:
            parse_event(raw, source=context.source, now=context.now, currency=context.currency)
        except Invalid as refusal:
            pointer = str(refusal.facts.get("pointer", ""))
            line = re.search(r"/lines/(\d+)", pointer)
            cells = together[int(line[1])] if line else together[0]
            cells.refuse(pointer.rsplit("/", 1)[-1], refusal.code, value="", detail=refusal.detail)
            return None
    return Told(
        rows=tuple(cells.row.number for cells in together), key=draft.key, raw=raws[-1], money=draft.money,
        also=tuple(raws[:-1]), named=tuple(draft.named),
    )  # fmt: skip


def _raw(key: str, later: Later, context: Context) -> dict[str, object]:
    suffix = f":{later.suffix}" if later.suffix else ""
    return {
        "id": f"import-{context.batch}:{key}{suffix}",
        "source": context.source,
        "type": later.type,
        "time": later.time.isoformat().replace("+00:00", "Z"),
        "data": later.data,
    }
