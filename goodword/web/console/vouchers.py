"""Vouchers: found by serial or code, listed with what is left in each, the same as a spreadsheet, badges put on many.

The search is posted: a code never stands in an address. What is no code comes back as ``?q=``.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword import codes
from goodword.engine.durations import Duration, local_date, midnight, step
from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.money import Amount
from goodword.reports import badges as badge_reading
from goodword.reports import stock
from goodword.reports import vouchers as reading
from goodword.reports.pipeline import named
from goodword.reports.vouchers import ALL, FROZEN, LIVE, Asked, Line, Totals
from goodword.vouchers import finding
from goodword.web import showing
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import filters, paged, without
from goodword.web.console.narrowing import location_options
from goodword.web.console.periods import month_named
from goodword.web.console.refusals import sentence_of
from goodword.web.console.sheets import sheet
from goodword.web.console.voucher_named import back_to, searched
from goodword.web.labels import PAID, STATES, VOUCHER_KINDS

KEPT = ("q", "kind", "badge", "location", "days", "month", "sale")
DAYS = (30, 90)
ONE_MONTH = Duration(1, "months")
BATCH = re.compile(r"[A-Za-z0-9_-]{8,40}")


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the list; a search that names one voucher leads to it."""
    if request.method == "POST":
        return _search(request, desk, request.POST.get("q", "").strip())
    asked = _asked(request, desk)
    page = reading.vouchers(business=desk.business, asked=asked, after=request.GET.get("after", ""), now=desk.now)
    first = not request.GET.get("after")
    sums = reading.totals(business=desk.business, asked=asked, now=desk.now) if first else {}
    badges, can_print = badge_reading.badges(business=desk.business), "vouchers.codes" in desk.may
    context = {
        "vouchers": [line(each) for each in page.rows], "query": asked.text, "asked": asked,
        "month": month_named(request.GET.get("month", "")),
        "all_months_url": without(request, "month"), "all_sales_url": without(request, "sale"),
        "filters": filters(request, name="state", choices=_states(), keep=KEPT),
        "totals": [_total(kind, sums[kind], desk) for kind in VOUCHER_KINDS if kind in sums],
        "kinds": _kinds(), "badges": badges, "locations": location_options(desk.business), "expiring": _days(),
        "badge_options": [
            {"value": "", "text": _("All badges")}, *({"value": b.public_id, "text": b.name} for b in badges)
        ],
        "narrowed": any(request.GET.get(name) for name in (*KEPT, "state")), "state": request.GET.get("state", ""),
        "sheet_url": f"{reverse('console:vouchers_sheet')}?{request.GET.urlencode()}",
        "can_sell": "vouchers.sell" in desk.may, "can_change": "vouchers.change" in desk.may,
        "can_print": can_print, "choosing": can_print or bool("vouchers.change" in desk.may and badges),
        "sale_url": reverse("console:sale", args=[asked.sale]) if codes.is_public_id(asked.sale, prefix="sal") else "",
        "in_stock": stock.counted(business=desk.business), "batch": secrets.token_urlsafe(12),
        **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/vouchers.html", context, active="vouchers")


def as_sheet(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    """Send the list as it is narrowed, as a CSV file; codes are not in it."""
    head = [_("Serial"), _("Kind"), _("State"), _("Value"), _("Left"), _("Currency"), _("Issued"), _("Last day"),
            _("Buyer"), _("Recipient"), _("Paid"), _("Reference"), _("Reason"), _("Location"), _("Badges"),
            _("Service"), _("Message"), _("Id")]  # fmt: skip
    kinds = {code: str(words) for code, (words, _icon) in VOUCHER_KINDS.items()}
    states = {code: str(look.text) for code, look in STATES["voucher"].items()}
    paid = {code: str(words) for code, words in PAID.items()}
    rows = reading.each(business=desk.business, asked=_asked(request, desk), now=desk.now)
    cells = _cells(rows, kinds, states, paid, ZoneInfo(desk.business.timezone))
    return sheet("vouchers", head, cells)


def badge_many(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Put a badge on the vouchers that were chosen, or take it off: each by an event of its own, so each tells it."""
    refs = list(dict.fromkeys(request.POST.getlist("voucher")))[:200]
    act, _sep, badge = request.POST.get("badge", "").partition(":")
    batch = request.POST.get("batch", "")
    chosen = reading.several(business=desk.business, public_ids=refs, now=desk.now)
    if not chosen or act not in ("add", "remove") or not BATCH.fullmatch(batch):
        messages.warning(request, _("Choose at least one voucher, and a badge."))
        return redirect(_back(request))
    for each in chosen:
        ref = each.row.public_id
        data = {"voucher": ref, act: [badge]}
        key = f"badge:{batch}:{ref}:{act}:{badge}"[:200]
        try:
            submit(business=desk.business, type="voucher.badged", data=data, actor=desk.actor, now=desk.now, key=key)
        except Refused as refusal:
            messages.error(request, sentence_of(refusal, lang=desk.lang))
            return redirect(_back(request))
    messages.success(request, _("Saved."))
    return redirect(_back(request))


def line(each: Line) -> dict[str, Any]:
    """Return a *voucher* of templates/README.md: a row of any list of them."""
    row = each.row
    return {
        "id": row.public_id, "serial": row.serial, "kind": row.kind, "state": each.state,
        "value": Amount(row.value, row.currency) if row.value is not None else None,
        "left": Amount(each.balance, row.currency) if row.lot is not None else None,
        "service": row.service, "last_day": showing.last_day(row.expires_at) if row.expires_at else "",
        "never": row.lot is not None and row.expires_at is None,
        "buyer": named(row.buyer) if row.buyer else "", "buyer_id": row.buyer.public_id if row.buyer else "",
        "recipient": named(row.recipient) if row.recipient else "",
        "recipient_id": row.recipient.public_id if row.recipient else "",
        "reference": row.sale.reference if row.sale else "", "badges": list(row.badges.all()),
        "issued_at": row.issued_at, "location": row.location.name if row.location else "",
    }  # fmt: skip


def _search(request: HttpRequest, desk: Desk, text: str) -> HttpResponse:
    """Lead to the voucher whose code or whole serial was typed or scanned, else back to the list with the words."""
    named = searched(request, desk, text, known=lambda words: _any(desk, words))
    if named.voucher is not None:
        return redirect("console:voucher", named.voucher.public_id)
    return back_to(request, "console:vouchers", text, named)


def _any(desk: Desk, words: str) -> bool:
    asked = Asked(state=ALL, text=words)
    return bool(reading.vouchers(business=desk.business, asked=asked, now=desk.now).rows)


def _asked(request: HttpRequest, desk: Desk) -> Asked:
    days, text = request.GET.get("days", ""), request.GET.get("q", "")
    month, zone = month_named(request.GET.get("month", "")), ZoneInfo(desk.business.timezone)
    return Asked(
        state=request.GET.get("state", ""), kind=request.GET.get("kind", ""), badge=request.GET.get("badge", ""),
        location=request.GET.get("location", ""), days=int(days) if days in map(str, DAYS) else 0,
        text="" if finding.is_code(text) else text, start=midnight(month, zone) if month else None,
        end=midnight(step(month, ONE_MONTH), zone) if month else None, sale=request.GET.get("sale", ""),
    )  # fmt: skip


def _states() -> list[tuple[str, str]]:
    looks = [(code, str(look.text)) for code, look in STATES["voucher"].items() if code not in (FROZEN, "stock")]
    looks.append(("stock", str(STATES["voucher"]["stock"].text)))
    hold = (FROZEN, str(STATES["voucher"][FROZEN].text))
    return [("", _("Sold and given away")), (LIVE, _("Still open")), *looks, hold, (ALL, _("All"))]


def _kinds() -> list[dict[str, str]]:
    named_so = [{"value": code, "text": str(words)} for code, (words, _icon) in VOUCHER_KINDS.items()]
    return [{"value": "", "text": _("All kinds")}, *named_so]


def _days() -> list[dict[str, str]]:
    said = [{"value": str(n), "text": _("within %(days)s days") % {"days": showing.number(n)}} for n in DAYS]
    return [{"value": "", "text": _("at any time")}, *said]


def _total(kind: str, sums: Totals, desk: Desk) -> dict[str, Any]:
    currency = desk.business.currency
    return {"kind": kind, "count": sums.count, "issued": Amount(sums.issued, currency),
            "left": Amount(sums.left, currency)}  # fmt: skip


def _back(request: HttpRequest) -> str:
    """Return the list as it was narrowed; what comes back is a query of ours and nothing else."""
    kept = {name: request.GET[name] for name in (*KEPT, "state") if request.GET.get(name)}
    return f"{reverse('console:vouchers')}?{urlencode(kept)}"


def _cells(
    rows: Iterable[Line], kinds: dict[str, str], states: dict[str, str], paid: dict[str, str], zone: ZoneInfo
) -> Iterator[tuple[Any, ...]]:
    for each in rows:
        row, sale = each.row, each.row.sale
        yield (
            row.serial, kinds.get(row.kind, row.kind), states.get(each.state, each.state),
            Amount(row.value, row.currency) if row.value is not None else None,
            Amount(each.balance, row.currency) if row.lot is not None else None, row.currency, row.issued_at,
            local_date(row.expires_at - timedelta(microseconds=1), zone).isoformat() if row.expires_at else "",
            named(row.buyer) if row.buyer else "", named(row.recipient) if row.recipient else "",
            paid.get(sale.method, sale.method) if sale else "", sale.reference if sale else "",
            sale.reason if sale else "", row.location.name if row.location else "",
            ", ".join(badge.name for badge in row.badges.all()), row.service, row.message, row.public_id,
        )  # fmt: skip
