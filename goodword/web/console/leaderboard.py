"""Leaderboard: who brings the most customers, in a stretch of time and at a location (R113, R114)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.business.reading import setting
from goodword.money import Amount
from goodword.reports import leaderboard as report
from goodword.reports.participants import CHUNK, counts_of
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import paged
from goodword.web.console.narrowing import csv_url, location_options, period_options
from goodword.web.console.periods import Period, period_of
from goodword.web.console.sheets import sheet


def show(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Show the ranking, or give it as a file."""
    period = period_of(request.GET, now=desk.now, zone=ZoneInfo(desk.business.timezone))
    location = request.GET.get("location", "")
    if request.GET.get("format") == "csv":
        return _sheet(desk, period, location)
    page = _page(desk, period, location, after=request.GET.get("after", ""))
    context = {
        "leaders": _lines(desk, period, page.rows), "period": period, "periods": period_options(),
        "locations": location_options(desk.business), "location": location, "csv_url": csv_url(request),
        "public": _public(desk), **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/leaderboard.html", context, active="leaderboard")


def _page(desk: Desk, period: Period, location: str, *, after: str, limit: int = report.PAGE) -> Any:
    return report.leaderboard(
        business=desk.business, start=period.start, end=period.end, location=location, after=after, limit=limit
    )


def _lines(desk: Desk, period: Period, rows: list[report.Leader]) -> list[dict[str, Any]]:
    counts = counts_of(
        business=desk.business, contacts=[row.contact for row in rows], start=period.start, end=period.end
    )
    return [
        {
            "rank": row.rank, "id": row.public_id, "name": row.name, "closed": row.closed,
            "sent": counts[row.contact].sent, "arrived": counts[row.contact].arrived,
            "earned": Amount(counts[row.contact].earned, desk.business.currency),
        }
        for row in rows
    ]  # fmt: skip


def _sheet(desk: Desk, period: Period, location: str) -> HttpResponseBase:
    head = [_("Rank"), _("Name"), _("Sent"), _("Arrived"), _("Closed"),
            _("Earned, in %(currency)s") % {"currency": desk.business.currency}]  # fmt: skip

    def rows() -> Iterator[list[Any]]:
        after, more = "", True
        while more:
            page = _page(desk, period, location, after=after, limit=CHUNK)
            for line in _lines(desk, period, page.rows):
                yield [line[key] for key in ("rank", "name", "sent", "arrived", "closed", "earned")]
            after, more = page.next, bool(page.next)

    return sheet("leaderboard", head, rows())


def _public(desk: Desk) -> dict[str, Any]:
    """Tell whether the public page is on, and where it is."""
    path = reverse("pages:leaderboard", args=[desk.business.slug])
    return {
        "on": bool(setting(desk.business, "public_leaderboard", desk.now)), "url": f"{settings.PUBLIC_URL}{path}",
        "settings_url": reverse("console:settings_referrals") if "settings.edit" in desk.may else "",
    }  # fmt: skip
