"""Which vouchers are printed, and what stands on their cards. Only who may see codes may ask for cards."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from goodword import codes
from goodword.business.models import Business
from goodword.engine.durations import local_date
from goodword.engine.wording.language import language
from goodword.errors import Invalid, NotFound
from goodword.flow.vouchers.named import serials_named
from goodword.outbox.links import voucher_link
from goodword.vouchers import secrecy
from goodword.vouchers.models import State, Voucher
from goodword.vouchers.printing.cards import Card

SLICE = 200  # cards a file: some five seconds of one processor
MOST_CHOSEN = 1000  # vouchers named one by one
UNREADABLE = "unreadable"  # why a card is left out, beside the states that are not printable
PRINTABLE = (State.STOCK, State.ACTIVE, State.BOOKED)  # nobody is handed a card that is worth nothing any more


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be printed: a batch, a sale, vouchers by our id, or serials and ranges as they were typed."""

    batch: str = ""
    sale: str = ""
    vouchers: tuple[str, ...] = ()
    serials: str = ""

    def __bool__(self) -> bool:
        return bool(self.batch or self.sale or self.vouchers or self.serials.strip())


@dataclass(frozen=True, slots=True)
class Part:
    """Cards that go into one file; ``name`` is the range of their serials, which also asks for them.

    ``runs``: all of their serials, as ``codes.in_runs`` says them.
    """

    first: str
    last: str
    count: int
    runs: list[str]

    @property
    def name(self) -> str:
        """Return ``FERN-000001..FERN-000200``."""
        return f"{self.first}..{self.last}"


def vouchers_of(*, business: Business, chosen: Chosen) -> QuerySet[Voucher]:
    """Return the vouchers that are meant, whatever their state, by prefix and number.

    Raises:
        NotFound: ``voucher_not_found``, with the serials nobody knows where some were typed.
        Invalid: ``bad_serial``, ``bad_range``, ``too_many_serials``, ``too_many_cards``.
    """
    rows = Voucher.objects.filter(business=business).order_by("prefix", "number")
    if chosen.batch:
        rows = rows.filter(batch__public_id=chosen.batch)
    elif chosen.sale:
        rows = rows.filter(sale__public_id=chosen.sale)
    elif chosen.vouchers:
        if len(chosen.vouchers) > MOST_CHOSEN:
            raise Invalid("too_many_cards", f"at most {MOST_CHOSEN} are chosen one by one", most=MOST_CHOSEN)
        rows = rows.filter(public_id__in=chosen.vouchers)
    else:
        return _of_serials(rows, chosen.serials)
    if not rows.exists():
        raise NotFound("voucher_not_found", "no voucher of that number or code")
    return rows


def _of_serials(rows: QuerySet[Voucher], typed: str) -> QuerySet[Voucher]:
    texts = [text for text in re.split(r"[\n,;]+", typed) if text.strip()]
    if not texts:
        raise Invalid("bad_serial", "name the cards by their serials", pointer="/serials")
    wanted = serials_named(texts)
    within = Q()
    for text in texts:
        (prefix, first), (_, last) = codes.serial_range(text)
        within |= Q(prefix=prefix, number__gte=first, number__lte=last)
    rows = rows.filter(within)
    known = set(rows.values_list("prefix", "number"))
    missing = [codes.serial(*pair) for pair in wanted if pair not in known]
    if missing:
        raise NotFound("voucher_not_found", f"no card {missing[0]}", serials=missing[:20], missing=len(missing))
    return rows


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Cards that cannot be printed; ``why`` is their state or ``UNREADABLE``, ``runs`` as of :class:`Part`."""

    why: str
    count: int
    runs: list[str]


@dataclass(frozen=True, slots=True)
class Sorted:
    """What can be printed, by file, and what cannot, by why."""

    parts: list[Part]
    left_out: list[LeftOut]

    @property
    def count(self) -> int:
        """Return how many cards can be printed."""
        return sum(part.count for part in self.parts)


def sorted_out(rows: QuerySet[Voucher]) -> Sorted:
    """Return the files that these vouchers make, and those left out: worth nothing any more, or of a lost key."""
    found = rows.values_list("prefix", "number", "state", "code_sealed", "code_index")
    good: list[tuple[str, int]] = []
    bad: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for prefix, number, state, sealed, index in found.iterator(chunk_size=5000):
        if state not in PRINTABLE:
            bad[state].append((prefix, number))
        elif not secrecy.is_readable(sealed, index=index):
            bad[UNREADABLE].append((prefix, number))
        else:
            good.append((prefix, number))
    parts = []
    for _, pairs in groupby(good, key=lambda pair: pair[0]):
        whole = list(pairs)
        for some in (whole[start : start + SLICE] for start in range(0, len(whole), SLICE)):
            parts.append(Part(codes.serial(*some[0]), codes.serial(*some[-1]), len(some), codes.in_runs(some)))
    return Sorted(parts, [LeftOut(why, len(pairs), codes.in_runs(pairs)) for why, pairs in sorted(bad.items())])


def readable(rows: Iterable[Voucher]) -> Iterator[Voucher]:
    """Yield those whose code can be read here; the others are told before, by :func:`sorted_out`."""
    return (row for row in rows if secrecy.is_readable(row.code_sealed, index=row.code_index))


def of_part(rows: QuerySet[Voucher], part: str) -> QuerySet[Voucher]:
    """Return those that are printed into one file; with ``part`` empty all.

    A part is asked for by its serials, so a card that is cancelled meanwhile moves no other into another file.

    Raises:
        Invalid: ``bad_serial``.
    """
    rows = rows.filter(state__in=PRINTABLE)
    if part:
        (prefix, first), (_, last) = codes.serial_range(part)
        rows = rows.filter(prefix=prefix, number__gte=first, number__lte=last)
    return rows


def cards(rows: Iterable[Voucher], *, business: Business, lang: str) -> Iterator[Card]:
    """Yield a card a voucher, its amounts in words of ``lang``.

    Args:
        rows: with their ``buyer`` and ``recipient``.

    Raises:
        Refused: ``code_unreadable``. Invalid: ``unknown_language``.
    """
    words, zone = language(lang), ZoneInfo(business.timezone)
    for row in rows:
        code = secrecy.unseal(row.code_sealed, index=row.code_index)
        priced = row.value is not None and not row.service
        worth = words.money(row.value or 0, row.currency, short=True) if priced else ""
        yield Card(
            serial=row.serial, code=code, url=voucher_link(code), service=row.service, value=worth,
            kind="promotional" if row.kind == "promotional" else "sold", expires_on=_last_day(row.expires_at, zone),
            undated=row.state == State.STOCK, message=row.message,
            buyer=(row.buyer and row.buyer.name) or "", recipient=(row.recipient and row.recipient.name) or "",
        )  # fmt: skip


def _last_day(end: datetime | None, zone: ZoneInfo) -> date | None:
    return None if end is None else local_date(end - timedelta(microseconds=1), zone)
