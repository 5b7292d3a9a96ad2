"""Redemptions: today's, or those of another time, with their totals, and the same as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.money import Amount
from goodword.reports import audit
from goodword.reports import redemptions as report
from goodword.reports.pipeline import named
from goodword.reports.redemptions import Asked
from goodword.vouchers.models import Redemption
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import paged
from goodword.web.console.narrowing import location_options
from goodword.web.console.periods import DAYS, WORDS, Period, period_of
from goodword.web.console.sheets import sheet
from goodword.web.console.voucher_seen import what_for
from goodword.web.labels import VOUCHER_KINDS


def show(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Show the list, today's first."""
    period, asked = _asked(request, desk)
    page = report.redemptions(business=desk.business, asked=asked, after=request.GET.get("after", ""))
    people = report.people(rows=page.rows)
    sums = report.totals(business=desk.business, asked=asked)
    context = {
        "redemptions": [_line(row, people) for row in page.rows],
        "totals": [{"kind": VOUCHER_KINDS[each.kind][0], "count": each.count,
                    "amount": Amount(each.units, desk.business.currency)} for each in sums],
        "query": asked.text, "kind": asked.kind, "location": asked.location, "period": period,
        "kinds": [{"value": "", "text": _("All kinds")},
                  *({"value": code, "text": str(text)} for code, (text, _icon) in VOUCHER_KINDS.items())],
        "periods": [{"value": word, "text": str(text)} for word, text in (DAYS | WORDS).items()],
        "locations": location_options(desk.business),
        "narrowed": bool(asked.text or asked.kind or asked.location or period.word != "today"),
        "may_redeem": "vouchers.redeem" in desk.may,
        "sheet_url": f"{reverse('console:redemptions_sheet')}?{request.GET.urlencode()}",
        **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/redemptions.html", context, active="redeem")


def as_sheet(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    """Send the list as it is narrowed, as a CSV file."""
    _period, asked = _asked(request, desk)
    head = [_("Id"), _("Time"), _("Voucher"), _("Kind"), _("Redeemed"), _("Given back"), _("Currency"), _("Ticket"),
            _("Job"), _("Location"), _("For"), _("By")]  # fmt: skip
    kinds = {code: str(text) for code, (text, _icon) in VOUCHER_KINDS.items()}
    people = {f"{report.STAFF}{email}": name for _key, name, email in audit.actors(business=desk.business)}
    return sheet("redemptions", head, _cells(report.each(business=desk.business, asked=asked), kinds, people))


def _cells(rows: Iterable[Redemption], kinds: dict[str, str], people: dict[str, str]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        currency, recipient = row.voucher.currency, row.voucher.recipient
        yield (
            row.public_id, row.at, row.voucher.serial, kinds[row.voucher.kind], Amount(row.units, currency),
            Amount(row.returned, currency), currency, row.ticket_name, row.job.external_id if row.job else "",
            row.location.name if row.location else "", named(recipient) if recipient else "",
            people.get(row.actor, row.actor.removeprefix(report.STAFF)),
        )  # fmt: skip


def _asked(request: HttpRequest, desk: Desk) -> tuple[Period, Asked]:
    zone = ZoneInfo(desk.business.timezone)
    period = period_of(request.GET, now=desk.now, zone=zone, default="today", days=True)
    kind, location = request.GET.get("kind", ""), request.GET.get("location", "")
    kind = kind if kind in VOUCHER_KINDS else ""
    return period, Asked(request.GET.get("q", ""), kind, location, period.start, period.end)


def _line(row: Redemption, people: dict[str, str]) -> dict[str, Any]:
    recipient = row.voucher.recipient
    return {
        "id": row.public_id, "serial": row.voucher.serial, "amount": Amount(row.units, row.voucher.currency),
        "at": row.at, "what": what_for(row), "who": people.get(row.actor, ""), "back": row.returned > 0,
        "recipient": named(recipient) if recipient is not None else "", "kind": VOUCHER_KINDS[row.voucher.kind][0],
    }  # fmt: skip
