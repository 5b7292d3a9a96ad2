"""Turn sales into events, as the API takes them: a contact a minute before the first ticket, a ticket for each sale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from examples.salon.receipts import Line, Sale

ZONE = ZoneInfo("America/Toronto")
CURRENCY = "CAD"
OPENS = time(10, 0)
PACE = timedelta(minutes=4)  # the exports tell the day only; receipts follow each other by their numbers


def events_of(sales: list[Sale], referrers: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the events of sales that are in order of time.

    Args:
        referrers: who sent whom; a client who is sent is told of together with the referrer.
    """
    known: set[str] = set()
    place, day = 0, None
    for sale in sales:
        place = place + 1 if sale.day == day else 0
        day = sale.day
        at = datetime.combine(sale.day, OPENS, tzinfo=ZONE) + place * PACE
        if sale.client and sale.client not in known:
            known.add(sale.client)
            yield _contact(sale.client, at - timedelta(minutes=1), referrers.get(sale.client))
        yield _ticket(sale, at)


def _contact(client: str, at: datetime, referrer: str | None) -> dict[str, Any]:
    contact: dict[str, Any] = {"external_id": client, "name": client}
    if referrer is not None:
        contact |= {"referred_by": {"contact": referrer}, "how": "name"}
    return {"id": f"client-{client}", "type": "contact.saved", "time": at.isoformat(), "data": {"contact": contact}}


def _ticket(sale: Sale, at: datetime) -> dict[str, Any]:
    ticket: dict[str, Any] = {"external_id": sale.name, "currency": CURRENCY}
    if sale.client:
        ticket["contact"] = sale.client
    ticket["lines"] = [_line(line) for line in sale.lines]
    return {"id": f"receipt-{sale.name}", "type": "ticket.closed", "time": at.isoformat(), "data": {"ticket": ticket}}


def _line(line: Line) -> dict[str, Any]:
    """Write a line; a net that its quantity does not divide is written as one piece of that price."""
    quantity, price = line.quantity, line.net
    if quantity and line.net % quantity == 0:
        price = line.net // quantity
    else:
        quantity = 1
    told: dict[str, Any] = {"kind": line.article.kind, "sku": line.article.sku, "quantity": quantity,
                            "unit_price": price, "tax": line.tax}  # fmt: skip
    return told | ({"description": line.description} if line.description else {})
