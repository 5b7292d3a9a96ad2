"""Vouchers: the list with its filters and totals, one voucher, one sale, what a customer bought and was given."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, Sum

from goodword import codes
from goodword.business.models import Business
from goodword.ledger.chart import Kind as Account
from goodword.ledger.opening import book_of
from goodword.ledger.reading import lots
from goodword.ledger.tracing import left_in
from goodword.ledger.trial import liability
from goodword.people.models import Contact
from goodword.reports.finding import matching
from goodword.reports.paging import PAGE, Page, every, latest, newest
from goodword.vouchers.life import OPEN, Standing
from goodword.vouchers.models import Kind, Sale, State, Voucher

FROZEN, LIVE, ALL = "frozen", "open", "all"
CHUNK = 500  # of a file: so many balances are asked for at once
ACCOUNTS = {Account.SOLD_VOUCHER: Kind.SOLD.value, Account.PROMO_VOUCHER: Kind.PROMOTIONAL.value}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of vouchers is narrowed to; an empty value does not narrow it.

    Attributes:
        state: one of the states, ``open`` (something is left to use), ``frozen`` or ``all``; empty: what was sold or
            given, so no stock, unless a text is looked for.
        kind: sold or promotional. badge, sale: their public ids. location: its external id.
        days: those still open whose last day comes within so many days.
        text: a serial, of buyer or recipient what ``matching`` reads, a payment's reference, words of the message.
        start, end: of the time in which it was sold or given, half-open.
    """

    state: str = ""
    kind: str = ""
    badge: str = ""
    location: str = ""
    days: int = 0
    text: str = ""
    start: datetime | None = None
    end: datetime | None = None
    sale: str = ""

    @property
    def narrows(self) -> bool:
        """Say whether anything is left out."""
        return self != Asked()


@dataclass(frozen=True, slots=True)
class Line:
    """One voucher with what is left in it now; ``state`` tells it past its last day before the clock has been."""

    row: Voucher
    balance: int
    state: str

    @property
    def standing(self) -> Standing:
        """Return it as the rules of its life see it."""
        return Standing(
            state=self.row.state, frozen=self.row.frozen_at is not None, currency=self.row.currency,
            balance=self.balance, expires_at=self.row.expires_at, service=bool(self.row.service),
            booked=self.row.job_id is not None,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Totals:
    """How many were sold or given, their worth then, and what is left in them now; of one kind."""

    count: int = 0
    issued: int = 0
    left: int = 0


def vouchers(*, business: Business, asked: Asked, after: str = "", now: datetime) -> Page:
    """Return lines of the list, last sold first. Three statements."""
    page = _paged(business, asked, after, now)
    return Page(_lines(business, page.rows, now), page.next)


def _paged(business: Business, asked: Asked, after: str, now: datetime, limit: int = PAGE) -> Page:
    """Return the rows last sold first: a card of stock may be sold years after it was made."""
    query = _fetched(_narrowed(business, asked, now))
    if asked.state in (State.STOCK, State.VOID, ALL) or asked.text.strip():
        return newest(query, after=after, limit=limit)
    return latest(query.filter(issued_at__isnull=False), by="issued_at", after=after, limit=limit)


def each(*, business: Business, asked: Asked, now: datetime) -> Iterator[Line]:
    """Yield all lines of a list, for a file, without holding them."""
    for rows in every(lambda after: _paged(business, asked, after, now, CHUNK)):
        yield from _lines(business, rows, now)


def totals(*, business: Business, asked: Asked, now: datetime) -> dict[str, Totals]:
    """Return the totals of what a list shows, sold and promotional apart. Two statements, a third when narrowed."""
    issued = _narrowed(business, asked, now).filter(issued_at__isnull=False, replaced_by=None).order_by()
    told = {row["kind"]: row for row in issued.values("kind").annotate(n=Count("pk"), worth=Sum("value"))}
    left = _left_of(business, issued) if asked.narrows else _left_of_all(business, now)
    return {
        kind: Totals(told[kind]["n"], told[kind]["worth"], left.get(kind, 0)) if kind in told else Totals()
        for kind in Kind.values
    }


def _left_of_all(business: Business, now: datetime) -> dict[str, int]:
    """Return what the books say is left in all vouchers: those, too, whose lapse is not posted yet."""
    owed = liability(book=book_of(business=business.pk), now=now)
    return {ACCOUNTS[line.kind]: line.total for line in owed if line.kind in ACCOUNTS}


def _left_of(business: Business, issued: Any) -> dict[str, int]:
    held: dict[str, list[int]] = {kind: [] for kind in Kind.values}
    for kind, lot in issued.filter(state__in=OPEN).values_list("kind", "lot"):
        held[kind].append(lot)
    book = book_of(business=business.pk)
    return {kind: left_in(book=book, lots=ids) for kind, ids in held.items() if ids}


def one(*, business: Business, public_id: str, now: datetime) -> Line | None:
    """Return one voucher of the business. Three statements."""
    query = _fetched(Voucher.objects.filter(business=business, public_id=public_id))
    row = query.select_related("sale__ticket__contact", "batch", "design", "job__contact", "replaces").first()
    return _lines(business, [row], now)[0] if row is not None else None


def several(*, business: Business, public_ids: Sequence[str], now: datetime) -> list[Line]:
    """Return the vouchers of these ids that are the business's, newest first. Three statements."""
    query = _fetched(Voucher.objects.filter(business=business, public_id__in=public_ids))
    return _lines(business, list(query.order_by("-pk")), now)


def later(row: Voucher) -> Voucher | None:
    """Return the card that took a lost one's place. One statement."""
    return Voucher.objects.filter(replaces=row).first()


def sale(*, business: Business, public_id: str) -> Sale | None:
    """Return one sale of the business. One statement."""
    query = Sale.objects.filter(business=business, public_id=public_id)
    return query.select_related("buyer", "ticket", "location", "event").first()


def sale_of_key(*, business: Business, key: str) -> Sale | None:
    """Return the sale that a form of ours made already: pressed twice it is one. One statement."""
    return Sale.objects.filter(business=business, event__source="goodword", event__external_id=key).first()


def of_sale(*, sale: Sale, after: str = "", now: datetime) -> Page:
    """Return the vouchers of a sale, the last serial first. Three statements."""
    page = newest(_fetched(Voucher.objects.filter(sale=sale)), after=after)
    return Page(_lines(sale.business, page.rows, now), page.next)


def of_contact(*, business: Business, contact: Contact, now: datetime, limit: int = 30) -> list[Line]:
    """Return what a customer bought or was given, newest first. Three statements."""
    mine = Voucher.objects.filter(buyer=contact).order_by().values("pk")
    given = Voucher.objects.filter(recipient=contact).order_by().values("pk")
    query = _fetched(Voucher.objects.filter(business=business, pk__in=mine.union(given)))
    return _lines(business, list(query.order_by("-pk")[:limit]), now)


def lines(*, business: Business, rows: Sequence[Voucher], now: datetime) -> list[Line]:
    """Return rows with what is left in each. One statement."""
    return _lines(business, rows, now)


def _fetched(query: Any) -> Any:
    return query.select_related("buyer", "recipient", "sale", "location").prefetch_related("badges")


def _lines(business: Business, rows: Sequence[Voucher], now: datetime) -> list[Line]:
    held = [row.lot for row in rows if row.lot is not None]
    left = _balances(business, held)
    return [Line(row, left.get(row.lot or 0, 0), _state(row, now)) for row in rows]


def _balances(business: Business, held: Collection[int]) -> dict[int, int]:
    if not held:
        return {}
    return {lot.id: lot.units for lot in lots(book=book_of(business=business.pk), ids=sorted(held))}


def _state(row: Voucher, now: datetime) -> str:
    if row.state not in OPEN:
        return row.state
    if row.expires_at is not None and row.expires_at <= now:
        return State.EXPIRED.value
    return FROZEN if row.frozen_at is not None else row.state


def _narrowed(business: Business, asked: Asked, now: datetime) -> Any:
    query = Voucher.objects.filter(business=business)
    if asked.state == FROZEN:
        query = query.filter(frozen_at__isnull=False)
    elif asked.state == LIVE:
        query = query.filter(state__in=OPEN)
    elif asked.state == State.VOID:  # a lost card is one with the card in its place, here as in the reports
        query = query.filter(state=State.VOID, replaced_by=None)
    elif asked.state in State.values:
        query = query.filter(state=asked.state)
    if asked.kind in Kind.values:
        query = query.filter(kind=asked.kind)
    if asked.badge:
        query = query.filter(badges__public_id=asked.badge)
    if asked.location:
        query = query.filter(location__external_id=asked.location)
    if asked.sale:
        query = query.filter(sale__public_id=asked.sale)
    if asked.days:
        query = query.filter(state__in=OPEN, expires_at__gt=now, expires_at__lte=now + timedelta(days=asked.days))
    if asked.start is not None:
        query = query.filter(issued_at__gte=asked.start)
    if asked.end is not None:
        query = query.filter(issued_at__lt=asked.end)
    if asked.text.strip():
        query = query.filter(pk__in=_meant(business, asked.text.strip()[:100]))
    return query


def _meant(business: Business, text: str) -> Any:
    """Return the keys of the vouchers a text may mean; each way of being meant by its own index."""
    every = Voucher.objects.filter(business=business).order_by()
    people = Contact.objects.filter(matching(text, country=business.country), business=business).values("pk")
    paid = Sale.objects.filter(business=business, reference__icontains=text).values("pk")
    serial = codes.read_serial(text)
    ways = [
        every.filter(Q(serial=serial) if serial else Q(serial__istartswith=text)),
        every.filter(buyer__in=people),
        every.filter(recipient__in=people),
        every.filter(sale__in=paid),
        every.filter(Q(message__icontains=text) | Q(service__icontains=text)),
    ]
    if text.isascii() and text.isdecimal():
        ways.append(every.filter(number=int(text[:12])))
    first, *rest = (way.values("pk") for way in ways)
    return first.union(*rest)
