"""The books: trial balance, liability, entries. Reading only."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.http import HttpRequest
from ninja import Router

from goodword.ledger import trial
from goodword.ledger.opening import book_of
from goodword.web.api import examples, finding, paging
from goodword.web.api.access import key_of, now_of
from goodword.web.api.described import operation
from goodword.web.api.reading import Limit, Moment
from goodword.web.api.shapes import Page
from goodword.web.api.shapes_books import EntryShape, LiabilityShape, TrialShape

router = Router()


@router.get(
    "/books/trial-balance",
    response=TrialShape,
    **operation(scope="books:read", summary="Every account with its totals", answer=examples.TRIAL),
)
def trial_balance(request: HttpRequest, at: Moment | None = None, known_at: Moment | None = None) -> dict[str, Any]:
    """Totals per asset always sum to zero. `at`: as the books stood then; `known_at`: as they were known then."""
    lines = trial.trial_balance(book=_book(request), at=at, known_at=known_at)
    totals: dict[str, int] = defaultdict(int)
    for line in lines:
        totals[line.asset] += line.balance
    accounts = [
        {
            "account": line.kind.value,
            "asset": line.asset,
            "debits": line.debits,
            "credits": line.credits,
            "balance": line.balance,
        }
        for line in lines
    ]
    return {"at": at, "known_at": known_at, "accounts": accounts, "totals": dict(totals)}


@router.get(
    "/books/liability",
    response=LiabilityShape,
    **operation(scope="books:read", summary="What holders are owed, by instrument", answer=examples.LIABILITY),
)
def liability(request: HttpRequest, at: Moment | None = None, known_at: Moment | None = None) -> dict[str, Any]:
    """`expired` is past its date and its lapse not posted yet; `total` is what stands in the books."""
    rows = trial.liability(book=_book(request), now=now_of(request), at=at, known_at=known_at)
    instruments = [
        {
            "instrument": row.kind.value,
            "asset": row.asset,
            "pending": row.pending,
            "redeemable": row.redeemable,
            "expired": row.expired,
            "total": row.total,
        }
        for row in rows
    ]
    return {"at": at, "known_at": known_at, "instruments": instruments}


@router.get(
    "/books/entries",
    response=Page[EntryShape],
    **operation(
        scope="books:read",
        summary="Entries with their transfers, newest first",
        answer={"data": [examples.ENTRY], "next": None},
        refusals=("bad_cursor",),
    ),
)
def entries(request: HttpRequest, limit: Limit = paging.DEFAULT_LIMIT, cursor: str | None = None) -> dict[str, Any]:
    """Each cause of a movement once, with every transfer it made. Nothing here is ever edited."""
    before = paging.read(cursor, of="entries")
    found = trial.entries(book=_book(request), before=before, limit=limit + 1)
    shown = found[:limit]
    events = finding.public_events([entry.event_id for entry in shown])
    data = [
        {
            "id": entry.id,
            "key": entry.key,
            "recipe": entry.recipe,
            "event": events.get(entry.event_id or 0),
            "reverses": entry.reverses,
            "occurred_at": entry.occurred_at,
            "recorded_at": entry.recorded_at,
            "booked_at": entry.booked_at,
            "transfers": [
                {"debit": m.debit_kind.value, "credit": m.credit_kind.value, "units": m.units, "asset": m.asset}
                for m in entry.movements
            ],
        }
        for entry in shown
    ]
    return {"data": data, "next": paging.written(shown[-1].id, of="entries") if len(found) > limit else None}


def _book(request: HttpRequest) -> int:
    return book_of(business=key_of(request).business.pk)
