"""The bill that vouchers pay: a ticket's number and total, what vouchers have paid of it, and what is left to pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from goodword.errors import Invalid, Refused
from goodword.money import MAX_UNITS, Amount
from goodword.reports import redemptions as report
from goodword.vouchers.models import Redemption
from goodword.web import amounts
from goodword.web.console.desk import Desk

LONGEST = 100


@dataclass(frozen=True, slots=True)
class Bill:
    """A ticket as it is being paid; without a ``name`` there is none.

    Attributes:
        source: of which system the number is. sources: those to choose from, when there are several.
        total: as typed, smallest units; None: not said. room: what vouchers may pay of it in all; None: not known.
        rows: what vouchers paid of it, without what was given back.
        fault: why a field could not be read.
    """

    name: str
    source: str
    currency: str
    sources: Sequence[dict[str, str]] = ()
    total: int | None = None
    room: int | None = None
    total_text: str = ""
    rows: list[Redemption] = field(default_factory=list)
    fault: Refused | None = None

    @property
    def paid(self) -> Amount:
        """Return what vouchers have paid of it."""
        return Amount(report.taken(self.rows), self.currency)

    @property
    def rest(self) -> int | None:
        """Return what is left to pay, never below zero; None when that is not known."""
        return None if self.room is None else max(self.room - self.paid.units, 0)

    @property
    def rest_amount(self) -> Amount | None:
        """Return what is left to pay, as an amount."""
        return None if self.rest is None else Amount(self.rest, self.currency)

    @property
    def total_amount(self) -> Amount | None:
        """Return the total, as an amount."""
        return None if self.total is None else Amount(self.total, self.currency)

    @property
    def query(self) -> str:
        """Return it as the query of an address, empty without one; a number and a sum, nothing of a person's."""
        if not self.name:
            return ""
        told = {"ticket": self.name, "source": self.source}
        return f"?{urlencode(told | ({'units': str(self.total)} if self.total is not None else {}))}"


def bill_of(asked: Mapping[str, str], desk: Desk) -> Bill:
    """Read the bill of a form (``ticket``, ``total`` as typed, ``source``) or an address (``units`` for the total).

    A total that cannot be read is the bill's ``fault``.
    """
    name, currency = asked.get("ticket", "").strip()[:LONGEST], desk.business.currency
    known, given = report.ticket_sources(business=desk.business), asked.get("source", "")[:LONGEST]
    source = given or known[0]
    rows = report.of_ticket(business=desk.business, source=source, name=name)
    if source not in known:
        if rows:  # its till has no key any more, and what was paid of it counts still
            known = [source, *known]
        else:
            source = known[0]
    options = [{"value": each, "text": each} for each in known] if len(known) > 1 else []
    text, units, fault = asked.get("total", "").strip(), None, None
    if text:
        try:
            units = amounts.typed(text, currency=currency)
        except Refused as refusal:
            fault = refusal
    elif (told := asked.get("units", "")).isascii() and told.isdecimal() and 0 < len(told) <= 16:
        units = min(int(told), MAX_UNITS)
        text = amounts.written(units, currency=currency)
    if units is not None and not name and fault is None:
        fault = Invalid("invalid_ticket", "a total belongs to a ticket", pointer="/ticket")
    room = report.room_of_ticket(business=desk.business, source=source, name=name, told=units)
    return Bill(name, source, currency, options, units, room, text, rows, fault)


def ticket_of(bill: Bill) -> dict[str, Any]:
    """Return the ticket as an order names it."""
    total = {} if bill.total is None else {"total": bill.total}
    return {"source": bill.source, "external_id": bill.name, **total}
