"""The leaderboard of referrers."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from goodword.reports import leaderboard as report
from goodword.web.api import examples
from goodword.web.api.access import key_of
from goodword.web.api.described import operation
from goodword.web.api.holdings import in_order
from goodword.web.api.paging import DEFAULT_LIMIT
from goodword.web.api.reading import Limit, Moment
from goodword.web.api.shapes import LeaderShape, Page

router = Router()


@router.get(
    "/leaderboard",
    response=Page[LeaderShape],
    **operation(
        scope="referrals:read",
        summary="Referrers by closed referrals",
        answer={"data": [examples.LEADER], "next": None},
    ),
)
def ranked(
    request: HttpRequest,
    start: Annotated[Moment | None, Query(alias="from")] = None,
    end: Annotated[Moment | None, Query(alias="to")] = None,
    limit: Limit = DEFAULT_LIMIT,
) -> dict[str, Any]:
    """Counts referrals whose job was invoiced or paid from `from` (included) to `to` (not included). One page."""
    in_order(start, end)
    rows = report.leaderboard(business=key_of(request).business, start=start, end=end, limit=limit).rows
    brought = report.brought(contacts=[row.contact for row in rows]) if rows else {}
    return {
        "data": [
            {
                "rank": row.rank,
                "contact": row.public_id,
                "name": row.name,
                "closed": row.closed,
                "referrals": brought[row.contact],
            }
            for row in rows
        ],
        "next": None,
    }
