"""Sales of vouchers: who bought how many, how they were paid, what is left of them; the same as a spreadsheet.

The search is posted, as that of vouchers is: a card may be scanned into it, and a code never stands in an address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.money import Amount
from goodword.reports import sales as reading
from goodword.reports.pipeline import named
from goodword.reports.sales import Asked, Totals
from goodword.reports.voucher_register import Line
from goodword.vouchers import finding
from goodword.vouchers.models import Sale
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import paged, without
from goodword.web.console.narrowing import location_options
from goodword.web.console.periods import DAYS, WORDS, Period, period_of
from goodword.web.console.sheets import sheet
from goodword.web.console.voucher_named import Named, back_to, searched
from goodword.web.labels import PAID, VOUCHER_KINDS

KEPT = ("q", "period", "from", "to", "method", "location", "buyer")
SUMS = ("value", "redeemed", "paid_out", "lapsed", "cancelled", "open")


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the list; a search that names one voucher leads to its sale."""
    if request.method == "POST":
        return _search(request, desk, request.POST.get("q", "").strip())
    period, asked = _asked(request, desk)
    page = reading.sales(business=desk.business, asked=asked, after=request.GET.get("after", ""))
    first = not request.GET.get("after")
    buyer = reading.buyer(business=desk.business, public_id=asked.buyer)
    context = {
        "sales": [_line(each, desk) for each in page.rows], "query": asked.text, "asked": asked, "period": period,
        "totals": [_total(each, desk) for each in reading.totals(business=desk.business, asked=asked)] if first else [],
        "periods": [{"value": word, "text": str(text)} for word, text in (DAYS | WORDS).items()],
        "methods": [{"value": "", "text": _("Any way")},
                    *({"value": code, "text": str(words)} for code, words in PAID.items())],
        "locations": location_options(desk.business), "narrowed": any(request.GET.get(name) for name in KEPT),
        "buyer": named(buyer) if buyer else "", "any_buyer_url": without(request, "buyer"),
        "sheet_url": f"{reverse('console:sales_sheet')}?{request.GET.urlencode()}",
        "can_sell": "vouchers.sell" in desk.may, **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/sales.html", context, active="vouchers")


def as_sheet(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Send the list as it is narrowed, as a CSV file."""
    _period, asked = _asked(request, desk)
    head = [_("Id"), _("Time"), _("Kind"), _("Buyer"), _("Vouchers"), _("Serials"), _("Value"), _("Redeemed"),
            _("Paid out"), _("Expired"), _("Void"), _("Left"), _("Currency"), _("Paid"), _("Reference"),
            _("Reason"), _("Location"), _("Receipt"), _("State")]  # fmt: skip
    kinds = {code: str(words) for code, (words, _icon) in VOUCHER_KINDS.items()}
    paid = {code: str(words) for code, words in PAID.items()}
    states = {"cancelled": _("All cancelled"), "partly": _("Some cancelled"), "brought": _("From another system")}
    rows = reading.each(business=desk.business, asked=asked)
    return sheet("sales", head, _cells(rows, desk.business.currency, kinds, paid, states))


def _cells(
    rows: Iterable[Line], currency: str, kinds: dict[str, str], paid: dict[str, str], states: dict[str, str]
) -> Iterator[tuple[Any, ...]]:
    for each in rows:
        sale = _sale(each)
        yield (
            sale.public_id, sale.at, kinds.get(sale.kind, sale.kind), named(sale.buyer) if sale.buyer else "",
            each.sold, ", ".join(_serials(each)), *(Amount(getattr(each, name), currency) for name in SUMS), currency,
            paid.get(sale.method, sale.method), sale.reference, sale.reason,
            sale.location.name if sale.location else "", sale.ticket.external_id if sale.ticket else "",
            ", ".join(states[name] for name in _states(each)),
        )  # fmt: skip


def _line(each: Line, desk: Desk) -> dict[str, Any]:
    """Return a *sale line* of templates/README.md."""
    sale, currency = _sale(each), desk.business.currency
    return {
        "id": sale.public_id, "at": sale.at, "kind": sale.kind, "count": each.sold, "serials": _serials(each),
        "buyer": named(sale.buyer) if sale.buyer else "", "buyer_id": sale.buyer.public_id if sale.buyer else "",
        "method": sale.method, "reference": sale.reference, "reason": sale.reason,
        "location": sale.location.name if sale.location else "", "states": _states(each),
        **{name: Amount(getattr(each, name), currency) for name in SUMS},
    }  # fmt: skip


def _sale(each: Line) -> Sale:
    assert isinstance(each.group, Sale)
    return each.group


def _states(each: Line) -> list[str]:
    """Say what is to be known of a sale: all or some of its vouchers were cancelled, another system made it."""
    told = [("cancelled" if each.void == each.sold else "partly")] if each.void else []
    return [*told, *(["brought"] if reading.brought(each) else [])]


def _serials(each: Line) -> list[str]:
    return [first if first == last else f"{first} – {last}" for first, last in each.serials]


def _total(each: Totals, desk: Desk) -> dict[str, Any]:
    return {"kind": each.kind, "sales": each.sales, "vouchers": each.vouchers,
            "amount": Amount(each.units, desk.business.currency)}  # fmt: skip


def _search(request: HttpRequest, desk: Desk, text: str) -> HttpResponse:
    """Lead to the sale of the voucher whose code or whole serial was typed or scanned, else back with the words."""
    found = searched(request, desk, text, known=lambda words: reading.is_reference(business=desk.business, text=words))
    if found.voucher is not None and found.voucher.sale is not None:
        return redirect("console:sale", found.voucher.sale.public_id)
    if found.voucher is not None:  # it was given for a reward, so it has no sale
        found = Named(secret=True)
    return back_to(request, "console:sales", text, found)


def _asked(request: HttpRequest, desk: Desk) -> tuple[Period, Asked]:
    zone, text = ZoneInfo(desk.business.timezone), request.GET.get("q", "")
    period = period_of(request.GET, now=desk.now, zone=zone, default="all", days=True)
    return period, Asked(
        text="" if finding.is_code(text) else text, method=request.GET.get("method", ""),
        location=request.GET.get("location", ""), buyer=request.GET.get("buyer", ""),
        start=period.start, end=period.end,
    )  # fmt: skip
