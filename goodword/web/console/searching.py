"""The search at the top of every page: customers by name, phone, e-mail or code, and vouchers by code or serial.

It is posted, because what a scanner types there may be the code of a voucher; only other words become ``?q=``.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from goodword.reports import customers as reading
from goodword.web.console.desk import Desk
from goodword.web.console.redeem_words import not_found
from goodword.web.console.voucher_named import searched


@sensitive_post_parameters("q")
def find(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Lead to the voucher that is named, else to the customers; a code that leads nowhere comes into no address."""
    text = request.POST.get("q", "").strip()
    named = searched(
        request, desk, text, known=lambda words: bool(reading.found(business=desk.business, text=words, limit=1).rows)
    )
    if named.voucher is not None:
        return redirect("console:voucher", named.voucher.public_id)
    if not named.secret:
        return redirect(reverse("console:customers") + (f"?{urlencode({'q': text})}" if text else ""))
    if "vouchers.see" not in desk.may:
        messages.info(request, _("That may be the code of a voucher. Vouchers are looked up under “Redeem”."))
        return redirect("console:customers")
    assert named.refusal is not None  # it was looked up
    messages.warning(request, not_found(named.refusal))
    return redirect("console:vouchers")
