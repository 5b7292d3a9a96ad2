"""Reports: the list of them, customers who take part, and what passing links on brings (R115, R116, R123)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.outbox.links import referral_link
from goodword.reports import participants as taking_part
from goodword.reports import sharing
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import filters, paged
from goodword.web.console.narrowing import csv_url, period_options
from goodword.web.console.periods import Period, period_of
from goodword.web.console.sheets import sheet
from goodword.web.labels import SHARE_SOURCES

KEPT = ("q", "period", "from", "to")


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the reports, each with what it answers."""
    told = [
        ("leaderboard", "trophy", _("Leaderboard"), _("Who brings the most customers?")),
        ("report_customers", "contact-round", _("Customers"),
         _("Who takes part, how often their link was passed on, and what came of it?")),
        ("report_sharing", "share-2", _("How links were passed on"),
         _("Does a text from the technician bring more friends than one that leaves by itself?")),
        ("report_vouchers", "ticket-percent", _("Vouchers by stage"),
         _("How many wait, are booked or used up, by badge, location and month?")),
        ("report_register", "clipboard-list", _("Register of vouchers"),
         _("What became of each batch and each sale, and do the books agree?")),
        ("report_liability", "scale", _("What you owe to holders"),
         _("How much is still out there on any day, how old is it, and what will never be redeemed?")),
    ]  # fmt: skip
    rows = [{"url": reverse(f"console:{name}"), "icon": icon, "title": t, "text": s} for name, icon, t, s in told]
    return shown(request, desk, "console/reports.html", {"reports": rows}, active="reports")


def customers(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Show everybody who takes part, or give them as a file."""
    period = _period(request, desk, default="all")
    told: dict[str, Any] = {
        "business": desk.business, "now": desk.now, "shown": request.GET.get("shown", ""),
        "text": request.GET.get("q", ""), "start": period.start, "end": period.end,
    }  # fmt: skip
    if request.GET.get("format") == "csv":
        return _customers_sheet(desk, taking_part.every_participant(**told))
    page = taking_part.participants(**told, after=request.GET.get("after", ""))
    choices = [("", _("Everybody")), ("waiting", _("Nobody came yet")), ("arrived", _("Friends came")),
               ("closed", _("Closed")), ("holding", _("Earned something"))]  # fmt: skip
    context = {
        "participants": [{"line": row, "link": referral_link(row.code)} for row in page.rows], "query": told["text"],
        "shown": told["shown"], "filters": filters(request, name="shown", choices=choices, keep=KEPT),
        "period": period, "periods": period_options(), "csv_url": csv_url(request), **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/report_customers.html", context, active="reports")


def passed_on(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Compare the ways in which links were passed on, or give them as a file."""
    period = _period(request, desk, default="twelve")
    asked = request.GET.get("days", "")
    days = int(asked) if asked in map(str, sharing.DAYS) else 30
    told: dict[str, Any] = {"business": desk.business, "start": period.start, "end": period.end, "days": days}
    ways = sharing.ways(**told)
    if request.GET.get("format") == "csv":
        return _ways_sheet(ways)
    context = {
        "ways": ways, "most": max((way.rate or 0 for way in ways), default=0), "any": any(w.shares for w in ways),
        "people": [{"email": email, "way": way} for email, way in sharing.by_person(**told)],
        "days": str(days), "day_options": [{"value": str(n), "text": _("%(n)s days") % {"n": n}} for n in sharing.DAYS],
        "period": period, "periods": period_options(), "csv_url": csv_url(request),
    }  # fmt: skip
    return shown(request, desk, "console/report_sharing.html", context, active="reports")


def _period(request: HttpRequest, desk: Desk, *, default: str) -> Period:
    return period_of(request.GET, now=desk.now, zone=ZoneInfo(desk.business.timezone), default=default)


def _customers_sheet(desk: Desk, rows: Iterator[taking_part.Participant]) -> HttpResponseBase:
    money = {"currency": desk.business.currency}
    head = [_("Name"), _("Phone or e-mail"), _("Link"), _("Sent"), _("Opened"), _("Arrived"), _("Closed"),
            _("Earned, in %(currency)s") % money, _("Redeemable, in %(currency)s") % money]  # fmt: skip
    cells = (
        [row.name, row.reach, referral_link(row.code), row.counts.sent, row.counts.opened, row.counts.arrived,
         row.counts.closed, row.earned, row.redeemable]
        for row in rows
    )  # fmt: skip
    return sheet("customers", head, cells)


def _ways_sheet(ways: list[sharing.Way]) -> HttpResponseBase:
    head = [_("Passed on by"), _("Shares"), _("Friends who came"), _("Closed"), _("Friends per 100 shares")]
    rows = [
        [str(SHARE_SOURCES[way.source][0]), way.shares, way.arrived, way.closed,
         f"{way.rate * 100:.1f}" if way.rate is not None else None]
        for way in ways
    ]  # fmt: skip
    return sheet("shares", head, rows)
