"""What comes of rows: an event of them that will be taken, or faults, each with its row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, Protocol

import msgspec

from goodword.engine.events import MAX_LINES

MOST_TOGETHER = MAX_LINES + 1

Words = Mapping[str, Mapping[str, str]]

# Rows that are not wrong: there is nothing in them for us. They count as refused and are told apart on the sheet.
PASSED_OVER = frozenset(
    {
        "not_a_sale",
        "nothing_to_bring",
        "nobody_referred",
        "appointment_cancelled",
        "no_show",
        "not_a_job",
        "not_a_voucher",
        "voucher_ended",
    }
)


class Context(msgspec.Struct, frozen=True):
    """What translation needs besides the rows.

    Args:
        currency: of the books.
        zone: IANA name; days and times without an offset are by its wall.
        country: of the business, for telephone numbers.
        fallback_time: when rows without a date happened.
        batch: the import's number; it is part of event ids, never of external ids (rulings 37).
        source: whose external ids they are.
        words: what words of the file mean, by field: ``{"status": {"work order": "booked"}}``; ``""`` means nothing.
        prices: what price lists call a description, folded: ``(line kind, sku)``.
        now: what later times are refused by, ``time_in_future``; None takes any.
    """

    currency: str
    zone: str
    country: str
    fallback_time: datetime
    batch: int
    source: str
    words: Words = {}
    prices: Mapping[str, tuple[str, str]] = {}
    now: datetime | None = None


class Named(NamedTuple):
    """A contact that the file knows only by its name, or a friend only by phone or e-mail: to be found in the books.

    ``place`` is ``referrer`` (of a contact), ``friend`` (the contact itself) or ``contact`` (of a job, a ticket, an
    appointment or a balance); ``sort`` is ``name``, ``phone`` or ``email``. :func:`with_contact` writes in who it is.
    """

    place: str
    sort: str
    value: str


class Told(NamedTuple):
    """An event as api.md takes it, or ``balance.brought``, made of one row or several.

    Args:
        rows: their numbers, in order.
        key: unique within the import; the event's id is ``import-{batch}:{key}``.
        raw: the event; of several the last one.
        money: what the rows bring in smallest units: net and tax of lines, totals of jobs, credit.
        also: further events of the same rows: a job's earlier stages, a second balance.
        named: contacts to be found before any of it can be recorded.
    """

    rows: tuple[int, ...]
    key: str
    raw: dict[str, Any]
    money: int
    also: tuple[dict[str, Any], ...] = ()
    named: tuple[Named, ...] = ()

    @property
    def events(self) -> tuple[dict[str, Any], ...]:
        """All events of the rows, in the order of their times."""
        return (*self.also, self.raw)


class Fault(NamedTuple):
    """Why a row is not taken: the field, a stable code (docs/reference/errors.md), the cell and facts for people."""

    row: int
    field: str
    code: str
    value: str
    facts: dict[str, Any]


class Shelf(Protocol):
    """Where rows that belong together are put until all are read; ``goodword.inbox.shelf`` has one on disk."""

    def first(self, key: str, number: int) -> int:
        """Return the number that came first with this key: ``number`` itself when the key is new."""

    def put(self, group: int, number: int, body: bytes) -> None:
        """Put a row's body to a group."""

    def groups(self) -> Iterator[list[tuple[int, bytes]]]:
        """Yield the groups in order, each with its rows in order; one of more than ``MOST_TOGETHER`` in such parts."""


class Memory:
    """A shelf for small tables and tests."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}
        self._groups: dict[int, list[tuple[int, bytes]]] = {}

    def first(self, key: str, number: int) -> int:
        """Return the number that came first with this key."""
        return self._first.setdefault(key, number)

    def put(self, group: int, number: int, body: bytes) -> None:
        """Put a row's body to a group."""
        self._groups.setdefault(group, []).append((number, body))

    def groups(self) -> Iterator[list[tuple[int, bytes]]]:
        """Yield the groups in order, each with its rows in order."""
        for group in sorted(self._groups):
            yield from in_parts(iter(sorted(self._groups[group])))


def in_parts(rows: Iterator[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    """Yield rows that belong together in parts that memory holds: more than one part make no event anyway."""
    while part := list(islice(rows, MOST_TOGETHER)):
        yield part


def with_contact(told: Told, found: Mapping[str, Any]) -> Told:
    """Return what was told with the contacts that were named written in.

    Args:
        found: by :class:`Named` place, a reference as api.md has it; for ``friend`` an external id of the source.
    """
    events = [_written(raw, found) for raw in (told.raw, *told.also)]
    left = tuple(named for named in told.named if named.place not in found)
    return told._replace(raw=events[0], also=tuple(events[1:]), named=left)


def _written(raw: dict[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    key, inner = next(iter(raw["data"].items()))
    changed = dict(inner)
    if "referrer" in found:
        changed["referred_by"] = {"contact": found["referrer"]}
    if "friend" in found:
        changed["external_id"] = found["friend"]
    if "contact" in found:
        changed["contact"] = found["contact"]
    return {**raw, "data": {key: changed}}
