"""The ticket that vouchers pay: what it comes to, where that is known, and what they have paid of it. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, F, Func, Q, QuerySet

from goodword.money import down, points_to_units
from goodword.vouchers.models import Redemption
from goodword.work.models import Ticket

Key = tuple[str, str]  # source and external id
# The words of the index redemption_of_ticket, written out: SQLite uses it for no values that are handed over.
_NAMED = Func(F("ticket_name"), template="(NOT (%(expressions)s = ''))", output_field=BooleanField())


@dataclass(frozen=True, slots=True)
class Bill:
    """A ticket as vouchers pay it, in smallest units.

    Attributes:
        total: what vouchers may pay in all; None: nobody has told yet.
        paid: what they have paid and was not given back.
    """

    total: int | None
    paid: int


def made_for(tickets: Iterable[Key]) -> Q:
    """Return the redemptions that were made for these tickets, by index; of (source, name) pairs others may match."""
    keys = list(tickets)
    return Q(_NAMED, ticket_source__in={s for s, _ in keys}, ticket_name__in={name for _, name in keys})


def standing(*, business: int, ticket: Key) -> QuerySet[Redemption]:
    """Return what was redeemed for a ticket and not given back, oldest first."""
    rows = Redemption.objects.filter(
        _NAMED, business=business, ticket_source=ticket[0], ticket_name=ticket[1], returned__lt=F("units")
    )
    return rows.order_by("pk")


def bill_of(*, business: int, currency: str, ticket: Key, told: int | None) -> Bill:
    """Return the bill of a ticket. Two statements.

    What a closed ticket says counts, less what points and credit paid of it; and what was told, where that is less.
    Of one that is still open: what was told, now or else with the latest redemption that stands.

    Args:
        told: what the ticket comes to, as whoever redeems says.
    """
    rows = list(standing(business=business, ticket=ticket).values_list("units", "returned", "event__data"))
    paid = sum(units - returned for units, returned, _ in rows)
    closed = Ticket.objects.filter(
        business=business, source=ticket[0], external_id=ticket[1], closed_at__isnull=False
    ).exclude(state="void")
    for gross, spends in closed.values_list("gross", "spends"):
        room = room_of(gross, [(units, instrument) for _, units, _, instrument in spends], currency=currency)
        return Bill(room if told is None else min(room, told), paid)
    if told is None:
        told = next((total for _, _, data in reversed(rows) if (total := _told_with(data)) is not None), None)
    return Bill(told, paid)


def room_of(gross: int, spends: Iterable[tuple[int, str]], *, currency: str) -> int:
    """Return what vouchers may pay of a ticket: its total less what points and credit paid (rulings 25).

    Args:
        spends: units and instrument of what it used of them.
    """
    ours = sum(down(points_to_units(units, currency)) if kind == "points" else units for units, kind in spends)
    return max(gross - ours, 0)


def _told_with(data: Any) -> int | None:
    ticket = data.get("ticket") if isinstance(data, dict) else None
    total = ticket.get("total") if isinstance(ticket, dict) else None
    return total if type(total) is int else None
