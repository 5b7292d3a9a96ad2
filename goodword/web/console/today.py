"""Today, on a phone at the customer's door: the day's finished jobs, and the link ready to be passed on (R123)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from goodword.reports import today as report
from goodword.reports.pipeline import named
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import filters
from goodword.web.console.narrowing import location_options
from goodword.web.showing import address_line


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the jobs that were finished today, or yesterday."""
    day, is_today = report.day_of(request.GET.get("day", ""), business=desk.business, now=desk.now)
    location = request.GET.get("location", "")
    found = report.finished(business=desk.business, day=day, location=location)
    context = {
        "visits": [_visit(each) for each in found], "day": day, "is_today": is_today, "location": location,
        "days": filters(request, name="day", choices=[("", _("Today")), ("yesterday", _("Yesterday"))],
                        keep=("location",)),
        "locations": location_options(desk.business),
    }  # fmt: skip
    return shown(request, desk, "console/today.html", context, active="today")


def _visit(each: report.Finished) -> dict[str, Any]:
    return {
        "id": each.contact.public_id, "name": named(each.contact), "address": address_line(each.contact.address),
        "work": ", ".join(each.job.services), "at": each.at, "shared": each.shared,
    }  # fmt: skip
