"""What a contact holds and owes, now or at a past moment, and how it came about."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from goodword.errors import Invalid
from goodword.ledger import reading, statements
from goodword.ledger.chart import Kind
from goodword.ledger.opening import book_of
from goodword.money import POINTS, down, points_to_units
from goodword.web.api import examples, finding
from goodword.web.api.access import key_of, now_of
from goodword.web.api.described import operation
from goodword.web.api.reading import Moment
from goodword.web.api.shapes import BalancesShape, StatementShape

router = Router()


@router.get(
    "/contacts/{contact}/balances",
    response=BalancesShape,
    **operation(
        scope="contacts:read",
        summary="Points and credit",
        answer=examples.BALANCES,
        refusals=("contact_not_found",),
    ),
)
def balances(request: HttpRequest, contact: str, at: Moment | None = None) -> dict[str, Any]:
    """What is pending and redeemable, now or as it stood at `at`."""
    key = key_of(request)
    row = finding.contact_of(key, contact)
    currency = key.business.currency
    held = reading.balances(
        book=book_of(business=key.business.pk),
        wallets=finding.wallets_of(row),
        currency=currency,
        now=now_of(request),
        at=at,
    )
    points, credit = held.of(Kind.POINTS, POINTS), held.of(Kind.CREDIT, currency)
    owed = held.owed.get(currency, 0) + down(points_to_units(held.owed.get(POINTS, 0), currency))
    return {
        "contact": row.public_id,
        "points": {"pending": points.pending, "redeemable": points.redeemable, "value": points.value},
        "credit": {"pending": credit.pending, "redeemable": credit.redeemable},
        "currency": currency,
        "owed": owed,
        "at": at,
    }


@router.get(
    "/contacts/{contact}/statement",
    response=StatementShape,
    **operation(
        scope="contacts:read",
        summary="Every movement of a contact's value",
        answer=examples.STATEMENT,
        refusals=("contact_not_found",),
    ),
)
def statement(
    request: HttpRequest,
    contact: str,
    start: Annotated[Moment | None, Query(alias="from")] = None,
    end: Annotated[Moment | None, Query(alias="to")] = None,
) -> dict[str, Any]:
    """What was booked from `from` (included) to `to` (not included), with the balances before and after."""
    in_order(start, end)
    key = key_of(request)
    row = finding.contact_of(key, contact)
    told = statements.statement(
        book=book_of(business=key.business.pk), wallets=finding.wallets_of(row), start=start, end=end
    )
    events = finding.public_events([line.event_id for line in told.lines])
    return {
        "contact": row.public_id,
        "opening": _holdings(told.opening),
        "lines": [
            {
                "entry": line.entry,
                "recipe": line.recipe,
                "event": events.get(line.event_id or 0),
                "occurred_at": line.occurred_at,
                "booked_at": line.booked_at,
                "instrument": line.kind.value,
                "asset": line.asset,
                "change": line.change,
                "balance": line.balance,
            }
            for line in told.lines
        ],
        "closing": _holdings(told.closing),
    }


def in_order(start: datetime | None, end: datetime | None) -> None:
    """Refuse a time that ends before it begins: ``validation_error``."""
    if start is not None and end is not None and end < start:
        raise Invalid(
            "validation_error", "“to” lies before “from”", errors=[{"parameter": "to", "detail": "before from"}]
        )


def _holdings(told: dict[tuple[Kind, str], int]) -> list[dict[str, Any]]:
    return [
        {"instrument": kind.value, "asset": asset, "units": units}
        for (kind, asset), units in sorted(told.items())
        if units
    ]
