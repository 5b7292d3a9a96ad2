"""The register of vouchers: batches and sales, each proved against the books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.money import Amount
from goodword.reports import voucher_register as reading
from goodword.reports.pipeline import named
from goodword.reports.voucher_register import By, Line
from goodword.vouchers.models import Batch
from goodword.web.console import voucher_words as words
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import filters, paged
from goodword.web.console.narrowing import csv_url, period_options
from goodword.web.console.periods import Period, period_of
from goodword.web.console.sheets import sheet

KEPT = ("period", "from", "to")
SUMS = ("value", "redeemed", "paid_out", "lapsed", "cancelled", "open", "booked", "difference")


def show(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Show batches or sales with what became of them, or give them as a file."""
    period = period_of(request.GET, now=desk.now, zone=ZoneInfo(desk.business.timezone), default="all")
    by: By = "sale" if request.GET.get("by") == "sale" else "batch"
    if request.GET.get("format") == "csv":
        return _sheet(desk, by, period)
    page = reading.register(
        business=desk.business, by=by, start=period.start, end=period.end, after=request.GET.get("after", "")
    )
    context = {
        "lines": [_line(desk, line) for line in page.rows], "by": by,
        "ways": filters(request, name="by", choices=[("", _("Batches")), ("sale", _("Sales"))], keep=KEPT),
        "period": period, "periods": period_options(), "csv_url": csv_url(request), **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/report_register.html", context, active="reports")


def _line(desk: Desk, line: Line) -> dict[str, Any]:
    group = line.group
    money = {name: Amount(getattr(line, name), desk.business.currency) for name in SUMS}
    url = "" if isinstance(group, Batch) else reverse("console:sale", args=[group.public_id])
    return {
        "url": url if "vouchers.see" in desk.may else "",
        "name": _name(line), "serials": _serials(line), "at": _at(line), "kind": words.KINDS[group.kind],
        "made": line.made, "stock": line.stock, "sold": line.sold, "equal": line.difference == 0, **money,
    }  # fmt: skip


def _name(line: Line) -> str:
    if isinstance(line.group, Batch):
        return line.group.label
    return named(line.group.buyer) if line.group.buyer is not None else line.group.reference


def _at(line: Line) -> datetime:
    return line.group.created_at if isinstance(line.group, Batch) else line.group.at


def _serials(line: Line) -> list[str]:
    return [first if first == last else f"{first} – {last}" for first, last in line.serials]


def _sheet(desk: Desk, by: By, period: Period) -> HttpResponseBase:
    money = {"currency": desk.business.currency}
    first = [_("Batch"), _("Label")] if by == "batch" else [_("Sale"), _("Buyer or reference")]
    head = [
        *first, _("Made or sold on"), _("Kind"), _("Serials"), _("Cards"), _("In stock"), _("In place of lost cards"),
        _("Sold or given"), _("Value, in %(currency)s") % money, _("Redeemed, in %(currency)s") % money,
        _("Paid out, in %(currency)s") % money, _("Expired, in %(currency)s") % money,
        _("Cancelled, in %(currency)s") % money, _("Left, in %(currency)s") % money,
        _("In the books, in %(currency)s") % money, _("Difference, in %(currency)s") % money,
    ]  # fmt: skip
    kinds = {kind: str(word) for kind, word in words.KINDS.items()}
    lines = reading.each(business=desk.business, by=by, start=period.start, end=period.end)
    name = "voucher-batches" if by == "batch" else "voucher-sales"
    return sheet(name, head, _cells(lines, kinds, desk.business.currency))


def _cells(lines: Iterator[Line], kinds: dict[str, str], currency: str) -> Iterator[list[Any]]:
    for line in lines:
        yield [
            line.group.public_id, _name(line), _at(line), kinds[line.group.kind], ", ".join(_serials(line)), line.made,
            line.stock, line.replacing, line.sold, *(Amount(getattr(line, name), currency) for name in SUMS),
        ]  # fmt: skip
