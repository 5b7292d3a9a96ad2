"""Sales of vouchers: the list with its filters and sums. What became of each is told as the register tells it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Sum

from goodword import codes
from goodword.business.models import Business
from goodword.people.models import Contact
from goodword.reports import voucher_register as register
from goodword.reports.finding import matching
from goodword.reports.paging import PAGE, Page, every, latest
from goodword.reports.voucher_register import CHUNK, Line
from goodword.vouchers.models import Kind, Method, Sale, Voucher

BROUGHT = "voucher.brought"  # the event of a sale that another system made


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of sales is narrowed to; an empty value does not narrow it.

    Attributes:
        text: of the buyer what ``matching`` reads, a payment's reference or a part of it, a serial.
        method: one of ``Method``. location: its external id. buyer: a contact's public id.
        start, end: half-open instants.
    """

    text: str = ""
    method: str = ""
    location: str = ""
    buyer: str = ""
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """How many sales of one kind there were, of how many vouchers, worth how much when they were sold or given.

    It is what these books posted for them: what was brought along from another system is not in it.
    """

    kind: str
    sales: int
    vouchers: int
    units: int


def sales(*, business: Business, asked: Asked, after: str = "", limit: int = PAGE) -> Page:
    """Return lines of the register for sales, the latest first. At most eight statements."""
    rows = _narrowed(business, asked).select_related("buyer", "location", "ticket", "event")
    page = latest(rows, by="at", after=after, limit=limit)
    return Page(register.lines_of(business=business, by="sale", groups=page.rows), page.next)


def each(*, business: Business, asked: Asked) -> Iterator[Line]:
    """Yield all lines of a list, for a file, without holding them."""
    for rows in every(lambda after: sales(business=business, asked=asked, after=after, limit=CHUNK)):
        yield from rows


def totals(*, business: Business, asked: Asked) -> list[Totals]:
    """Return the sums of a list for each kind that is in it. One statement."""
    ours = _narrowed(business, asked).exclude(event__type=BROUGHT).order_by()
    told = ours.values("kind").annotate(n=Count("pk"), cards=Sum("count"), units=Sum("amount"))
    sums = {row["kind"]: Totals(row["kind"], row["n"], row["cards"], row["units"]) for row in told}
    return [sums[kind] for kind in Kind.values if kind in sums]


def brought(line: Line) -> bool:
    """Say whether another system made this sale; then a line is worth what was brought of it."""
    assert isinstance(line.group, Sale)
    return line.group.event.type == BROUGHT


def buyer(*, business: Business, public_id: str) -> Contact | None:
    """Return the customer a list is narrowed to. One statement, none for none."""
    return Contact.objects.filter(business=business, public_id=public_id).first() if public_id else None


def is_reference(*, business: Business, text: str) -> bool:
    """Say whether a payment bears this reference, whole. One statement."""
    return Sale.objects.filter(business=business, reference=text).exists()


def _narrowed(business: Business, asked: Asked) -> Any:
    query = Sale.objects.filter(business=business)
    if asked.method in Method.values:
        query = query.filter(method=asked.method)
    if asked.location:
        query = query.filter(location__external_id=asked.location)
    if asked.buyer:
        query = query.filter(buyer__public_id=asked.buyer)
    if asked.start is not None:
        query = query.filter(at__gte=asked.start)
    if asked.end is not None:
        query = query.filter(at__lt=asked.end)
    text = asked.text.strip()[:100]
    return query.filter(pk__in=_meant(business, text)) if text else query


def _meant(business: Business, text: str) -> Any:
    """Return the keys of the sales a text may mean; each way of being meant by its own index."""
    every = Sale.objects.filter(business=business).order_by()
    people = Contact.objects.filter(matching(text, country=business.country), business=business).values("pk")
    serial = codes.read_serial(text)
    cards = Voucher.objects.filter(Q(serial=serial) if serial else Q(serial__istartswith=text), business=business)
    paid, bought = every.filter(reference__icontains=text), every.filter(buyer__in=people)
    sold = every.filter(pk__in=cards.order_by().values("sale"))
    return paid.values("pk").union(bought.values("pk"), sold.values("pk"))
