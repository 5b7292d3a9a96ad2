"""The register of vouchers: each batch and each sale with what became of it, proved against the ledger.

A lost card and the card that took its place are one voucher here: it stands with the batch and sale of the first one.
What is open is told twice: by the rows (the value sold, less what was redeemed, where the voucher still lives) and by
the books (the lots of the cards). The two come from different tables and must be equal.

The state of a voucher says where its rest went. Of one that got a redemption back it does not: part of it may have
lapsed before, or been paid out. What became of such a one is asked of the books.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from django.db.models import Count, F, Max, Min, Q, Sum

from goodword import codes
from goodword.business.models import Business
from goodword.ledger.opening import book_of
from goodword.ledger.outstanding import left_in
from goodword.ledger.tracing import Gone, gone_of
from goodword.reports.paging import PAGE, Page, every, newest
from goodword.vouchers.life import OPEN
from goodword.vouchers.models import Batch, Redemption, Sale, State, Voucher

By = Literal["batch", "sale"]
CHUNK = 500  # of a file: so many batches or sales are added up at once


@dataclass(slots=True)
class Line:
    """One batch or sale, smallest units of the business's currency.

    Attributes:
        group: the batch or sale itself.
        serials: first and last serial of each prefix.
        made: cards; stock: of them not sold yet; replacing: those that took a lost card's place.
        sold, value: vouchers that were sold or given, and their worth then.
        redeemed: less what was given back; paid_out: in money to the holder, where the law gives him that.
        lapsed, cancelled: what was left when it lapsed or was cancelled. void: how many were cancelled.
        open: by the rows; booked: by the books.
    """

    group: Batch | Sale
    serials: list[tuple[str, str]] = field(default_factory=list)
    made: int = 0
    stock: int = 0
    replacing: int = 0
    sold: int = 0
    value: int = 0
    redeemed: int = 0
    paid_out: int = 0
    lapsed: int = 0
    cancelled: int = 0
    void: int = 0
    open: int = 0
    booked: int = 0

    @property
    def difference(self) -> int:
        """Return what the books hold more than the rows tell; 0 is the proof."""
        return self.booked - self.open

    def add(self, *, state: str, count: int, value: int, redeemed: int, booked: int) -> None:
        """Add ``count`` vouchers that stand in ``state``."""
        self.booked += booked
        if state == State.STOCK:
            self.stock += count
            return
        self.sold += count
        self.value += value
        self.redeemed += redeemed
        rest = value - redeemed
        if state in OPEN:
            self.open += rest
        elif state == State.REDEEMED:
            self.paid_out += rest
        elif state == State.EXPIRED:
            self.lapsed += rest
        else:
            self.cancelled += rest
            self.void += count

    def tell_apart(self, *, state: str, rest: int, left: int, gone: Gone) -> None:
        """Put right where the ``rest`` of a voucher that was added by its state went, and the ``left`` of its lot."""
        self.add(state=state, count=0, value=0, redeemed=rest, booked=gone.left - left)
        self.redeemed -= rest
        self.lapsed += gone.lapsed
        self.paid_out += gone.paid_out
        self.cancelled += gone.cancelled
        self.open += rest - gone.lapsed - gone.paid_out - gone.cancelled


class _Back(NamedTuple):
    """A voucher that got a redemption back: its group, state, what was not redeemed, and its newest lot."""

    group: int
    state: str
    rest: int
    lot: int
    left: int


def register(
    *, business: Business, by: By, start: datetime | None = None, end: datetime | None = None, after: str = "",
    limit: int = PAGE,
) -> Page:  # fmt: skip
    """Return the lines of batches or sales of a stretch of time, newest first. At most eleven statements."""
    page = newest(_groups(business, by, start, end), after=after, limit=limit)
    return Page(lines_of(business=business, by=by, groups=page.rows), page.next)


def each(
    *, business: Business, by: By, start: datetime | None = None, end: datetime | None = None
) -> Iterator[Line]:  # fmt: skip
    """Yield every line, for a file."""
    for rows in every(lambda after: register(business=business, by=by, start=start, end=end, after=after, limit=CHUNK)):
        yield from rows


def _groups(business: Business, by: By, start: datetime | None, end: datetime | None) -> Any:
    rows: Any
    if by == "batch":
        rows, day = Batch.objects.filter(business=business), "created_at"
    else:
        rows, day = Sale.objects.filter(business=business).select_related("buyer"), "at"
    if start is not None:
        rows = rows.filter(**{f"{day}__gte": start})
    if end is not None:
        rows = rows.filter(**{f"{day}__lt": end})
    return rows


def lines_of(*, business: Business, by: By, groups: Sequence[Any]) -> list[Line]:
    """Return the lines of these batches or sales, in their order. At most seven statements, none for none."""
    lines = {group.pk: Line(group) for group in groups}
    if not lines:
        return []
    cards = Voucher.objects.filter(**{f"{by}__in": list(lines)})
    _number(by, cards, lines)
    # A cancelled card that was never sold moved nothing; one that took a lost one's place stands with the first card.
    alone = cards.filter(replaces=None, replaced_by=None).filter(Q(issued_at__isnull=False) | Q(state=State.STOCK))
    taken = _taken(alone, by)
    worth = Sum("value", filter=Q(issued_at__isnull=False))
    for row in alone.values(by, "state").annotate(n=Count("pk"), worth=worth, left=Sum(left_in("lot"))).order_by():
        redeemed = taken.get((row[by], row["state"]), 0)
        lines[row[by]].add(
            state=row["state"], count=row["n"], value=int(row["worth"] or 0), redeemed=redeemed, booked=int(row["left"])
        )
    back = _given_back(alone, by) + _add_replaced(business, by, lines)
    gone = gone_of(book=book_of(business=business.pk), lots=sorted({each.lot for each in back})) if back else {}
    for each in back:
        lines[each.group].tell_apart(state=each.state, rest=each.rest, left=each.left, gone=gone[each.lot])
    return list(lines.values())


def _given_back(cards: Any, by: By) -> list[_Back]:
    """Return those of some cards that got a redemption back."""
    rows = list(
        cards.filter(redemptions__returned__gt=0, lot__isnull=False)
        .distinct()
        .annotate(left=left_in("lot"))
        .values("pk", by, "state", "value", "lot", "left")
    )
    taken = _taken_of([row["pk"] for row in rows]) if rows else {}
    return [
        _Back(row[by], row["state"], (row["value"] or 0) - taken[row["pk"]][0], row["lot"], int(row["left"]))
        for row in rows
    ]


def _number(by: By, cards: Any, lines: dict[int, Line]) -> None:
    told = cards.values(by, "prefix").annotate(
        n=Count("pk"), low=Min("number"), high=Max("number"), replacing=Count("pk", filter=Q(replaces__isnull=False))
    )
    for row in told.order_by(by, "prefix"):
        line, prefix = lines[row[by]], row["prefix"]
        line.serials.append((codes.serial(prefix, row["low"]), codes.serial(prefix, row["high"])))
        line.made += row["n"]
        line.replacing += row["replacing"]


def _taken(cards: Any, by: By) -> dict[tuple[int, str], int]:
    """Return what was redeemed from cards, less what was given back, by group and state."""
    rows = Redemption.objects.filter(voucher__in=cards.order_by().values("pk"))
    told = rows.values_list(f"voucher__{by}", "voucher__state").annotate(n=Sum(F("units") - F("returned"))).order_by()
    return {(group, state): int(units) for group, state, units in told}


def _add_replaced(business: Business, by: By, lines: dict[int, Line]) -> list[_Back]:
    """Add vouchers whose card was lost: the first card says where they stand, the last what became of them.

    Returns those that got a redemption back.
    """
    follow = list(
        Voucher.objects.filter(business=business, replaces__isnull=False)
        .annotate(left=left_in("lot"))
        .values("pk", "replaces", "state", "lot", "left")
        .order_by("pk")
    )
    if not follow:
        return []
    later: dict[int, dict[str, Any]] = {row["replaces"] or 0: dict(row) for row in follow}
    mine = Voucher.objects.filter(**{f"{by}__in": list(lines)}, replaces=None, pk__in=list(later))
    firsts = list(mine.annotate(left=left_in("lot")).values("pk", by, "value", "left"))
    chains = {first["pk"]: _chain(first["pk"], later) for first in firsts}
    taken = _taken_of([pk for first, chain in chains.items() for pk in (first, *(row["pk"] for row in chain))])
    back = []
    for first in firsts:
        chain = chains[first["pk"]]
        used = [taken[pk] for pk in (first["pk"], *(row["pk"] for row in chain))]
        redeemed, value = sum(units for units, _ in used), first["value"] or 0
        booked = first["left"] + sum(row["left"] for row in chain)
        last = chain[-1]
        lines[first[by]].add(state=last["state"], count=1, value=value, redeemed=redeemed, booked=booked)
        if any(returned for _, returned in used):
            back.append(_Back(first[by], last["state"], value - redeemed, last["lot"], booked))
    return back


def _chain(first: int, later: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    chain = [later[first]]
    while chain[-1]["pk"] in later:
        chain.append(later[chain[-1]["pk"]])
    return chain


def _taken_of(cards: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return, by card, what was redeemed less what was given back, and what was given back."""
    told: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    rows = Redemption.objects.filter(voucher__in=cards).values_list("voucher").order_by()
    for card, units, returned in rows.annotate(n=Sum(F("units") - F("returned")), back=Sum("returned")):
        told[card] = (int(units), int(returned))
    return told
