"""One sale of vouchers: how it was paid, and every voucher of it (R23)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.reports import badges as badge_reading
from goodword.reports import vouchers as reading
from goodword.vouchers.models import Sale
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import paged
from goodword.web.console.refusals import sentence_of
from goodword.web.console.voucher import sale_facts
from goodword.web.console.vouchers import line


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show a sale with its vouchers."""
    sale = _found(desk, ref)
    page = reading.of_sale(sale=sale, after=request.GET.get("after", ""), now=desk.now)
    context: dict[str, Any] = {
        "sale": sale_facts(sale, desk), "vouchers": [line(each) for each in page.rows],
        "can_sell": "vouchers.sell" in desk.may, "can_change": "vouchers.change" in desk.may,
        "choosing": "vouchers.codes" in desk.may,
        "badges": badge_reading.badges(business=desk.business), **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/sale.html", context, active="vouchers")


def badge(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Put a badge on every voucher of a sale, or take it off."""
    sale = _found(desk, ref)
    act, _sep, wanted = request.POST.get("badge", "").partition(":")
    if act in ("add", "remove"):
        data = {"sale": sale.public_id, act: [wanted]}
        try:
            submit(business=desk.business, type="voucher.badged", data=data, actor=desk.actor, now=desk.now)
        except Refused as refusal:
            messages.error(request, sentence_of(refusal, lang=desk.lang))
        else:
            messages.success(request, _("Saved."))
    return redirect("console:sale", ref)


def _found(desk: Desk, ref: str) -> Sale:
    sale = reading.sale(business=desk.business, public_id=ref)
    if sale is None:
        raise Http404
    return sale
