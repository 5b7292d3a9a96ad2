"""One story for the tests of the flow: Ann refers Bob, Cy is a stranger, Moss is another business beside Fern."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from goodword.business.models import Business
from goodword.flow.record import Recorded, record
from goodword.flow.settle import settle
from goodword.inbox.models import Event, State
from goodword.ledger import reading
from goodword.ledger.chart import Kind
from goodword.ledger.models import Entry
from goodword.ledger.opening import book_of
from goodword.people.models import Contact, Identity, WalletOwner
from tests.flow.test_live_is_backtest import a_business
from tests.histories import PROGRAMMES
from tests.publishing import publish

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
STAGED = PROGRAMMES[0]  # consult 5.00, booked 10.00 (kept on cancelling), paid 25.00 held 24h, points 2 per unit


def fern(slug: str = "fern", document: str = STAGED) -> Business:
    """Open a business whose programme is in force."""
    business = a_business(slug)
    publish(business=business, text=document, actor="owner", now=NOW)
    return business


def british(slug: str = "fern") -> Business:
    """Open such a business in Britain, where no statute says how long a voucher lives at the least."""
    business = fern(slug)
    business.country = "GB"
    business.save()
    return business


def saved(contact: str, *, at: str = "2026-11-01T10:00:00Z", **more: Any) -> dict[str, Any]:
    """A contact as the till tells it."""
    data = {"contact": {"external_id": contact, "name": contact.title(), **more}}
    return {"id": f"save-{contact}-{at}", "type": "contact.saved", "time": at, "data": data}


def job(name: str, contact: str, status: str, *, at: str) -> dict[str, Any]:
    """A job that came to a status."""
    data = {"job": {"external_id": name, "contact": contact, "status": status, "total": 20_000}}
    return {"id": f"{name}-{status}", "type": "job.saved", "time": at, "data": data}


def closed(name: str, contact: str | None, net: int, *, at: str, **more: Any) -> dict[str, Any]:
    """A ticket with one line of service."""
    ticket: dict[str, Any] = {"external_id": name, "lines": [{"kind": "service", "unit_price": net}], **more}
    if contact is not None:
        ticket["contact"] = contact
    return {"id": f"close-{name}", "type": "ticket.closed", "time": at, "data": {"ticket": ticket}}


def bob_comes_through_ann(*, until: Sequence[str] = ("consultation", "booked", "paid")) -> list[dict[str, Any]]:
    """Ann refers Bob, whose job comes as far as ``until`` says, one day after the other from 5 November."""
    days = enumerate(until, start=5)
    return [
        saved("ann", phone="+13035550101"),
        saved("bob", phone="+13035550102", at="2026-11-02T10:00:00Z", referred_by={"contact": "ann"}),
        *(job("lawn", "bob", status, at=f"2026-11-{day:02}T10:00:00Z") for day, status in days),
    ]


def tell(business: Business, raws: Sequence[dict[str, Any]], *, now: datetime = NOW) -> list[Recorded]:
    """Record and settle; every event must settle."""
    told = record(business=business, source="till", raws=raws, now=now)
    assert {one.status for one in told} == {"recorded"}
    settle(business=business, now=now)
    stuck = Event.objects.filter(business=business, state__in=[State.RECORDED, State.SET_ASIDE])
    assert not stuck.exists(), list(stuck.values_list("type", "error"))
    return told


def contact(business: Business, name: str) -> Contact:
    """Return the contact that the till calls by this name."""
    return Identity.objects.get(business=business, source="till", external_id=name).contact


def pending_and_usable(
    business: Business, who: Contact, kind: Kind, asset: str, *, now: datetime = NOW
) -> tuple[int, int]:
    """Return what a contact holds of one kind of value."""
    wallets = list(WalletOwner.objects.filter(contact=who, until=None).values_list("wallet", flat=True))
    book = book_of(business=business.pk)
    held = reading.balances(book=book, wallets=wallets, currency=business.currency, now=now).of(kind, asset)
    return held.pending, held.redeemable


def entries(business: Business) -> int:
    """Return how many entries stand in the business's books."""
    return Entry.objects.filter(book=book_of(business=business.pk)).count()
