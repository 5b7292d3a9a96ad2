"""The salon's tables as one history: appointments, and for each client a contact a minute before the first ticket.

What a row says is the tables' affair. Here is only what the exports leave open and a demonstration needs: the time of
day of a receipt, and who sent whom.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from examples.salon.tables import SOURCE, ZONE, translated
from goodword.inbox.tables.translating import Told

OPENS = time(10, 0)
PACE = timedelta(minutes=4)  # the exports tell the day only; receipts follow each other by their numbers


class Sale(NamedTuple):
    """What one client bought on one receipt; ``client`` is empty for a walk-in."""

    day: date
    receipt: int
    client: str
    told: Told


def read_sales(folder: Path) -> list[Sale]:
    """Return every sale, by day and receipt number."""
    return sorted(map(sale_of, _told(folder, "receipts")), key=lambda sale: sale[:3])


def sale_of(told: Told) -> Sale:
    """Return a ticket with its day, number and client."""
    ticket = told.raw["data"]["ticket"]
    client = ticket.get("contact", "")
    day = datetime.fromisoformat(told.raw["time"]).astimezone(ZoneInfo(ZONE)).date()
    return Sale(day, int(ticket["external_id"].removesuffix(f"-{client}")), client, told)


def history(folder: Path, referrers: Mapping[str, str], sales: list[Sale]) -> Iterator[dict[str, Any]]:
    """Yield the events of all that the exports tell, appointments first."""
    for told in _told(folder, "bookings"):
        yield from told.events
    yield from events_of(sales, referrers)


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
        at = datetime.combine(sale.day, OPENS, tzinfo=ZoneInfo(ZONE)) + place * PACE
        if sale.client and sale.client not in known:
            known.add(sale.client)
            yield _contact(sale.client, at - timedelta(minutes=1), referrers.get(sale.client))
        yield {**sale.told.raw, "time": at.isoformat()}


def _told(folder: Path, name: str) -> Iterator[Told]:
    return (each for each in translated(folder, name) if isinstance(each, Told))


def _contact(client: str, at: datetime, referrer: str | None) -> dict[str, Any]:
    contact: dict[str, Any] = {"external_id": client, "name": client}
    if referrer is not None:
        contact |= {"referred_by": {"contact": referrer}, "how": "name"}
    return {
        "id": f"client-{client}", "source": SOURCE, "type": "contact.saved", "time": at.isoformat(),
        "data": {"contact": contact},
    }  # fmt: skip
