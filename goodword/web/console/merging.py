"""Two records that are one person: the other is found by search, what moves is shown, then they are one for good."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.reports import customers as reading
from goodword.reports import one_customer
from goodword.reports.pipeline import named
from goodword.web.console.desk import Desk, shown
from goodword.web.console.refusals import sentence_of
from goodword.web.console.sharing import back_to, customer_of


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Choose the other record, show what moves, and merge it into this one."""
    contact = customer_of(desk, ref)
    asked = request.POST.get("other", "") or request.GET.get("other", "")
    other = reading.customer(business=desk.business, public_id=asked) if asked else None
    if other is not None and (other.pk == contact.pk or other.erased_at is not None):
        other = None
    fault = ""
    if request.method == "POST":
        fault = _merged(desk, contact, other) if other is not None else _("Choose the other record first.")
        if not fault:
            messages.success(request, _("The two are one customer now."))
            return redirect("console:customer", contact.public_id)
    text = request.GET.get("q", "")
    found = reading.found(business=desk.business, text=text, limit=10).rows if text.strip() and other is None else []
    context = {
        "id": contact.public_id, "name": named(contact), "query": text, "fault": fault, "back": back_to(contact),
        "found": [_line(row) for row in found if row.pk != contact.pk],
        "other": _line(other) if other is not None else None,
        "moves": one_customer.moves(contact=other) if other is not None else None,
    }  # fmt: skip
    status = 422 if fault else 200
    return shown(request, desk, "console/customer_merge.html", context, active="customers", status=status)


def _merged(desk: Desk, contact: Any, other: Any) -> str:
    data = {"from": other.public_id, "into": contact.public_id}
    try:
        submit(business=desk.business, type="contact.merged", data=data, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        return sentence_of(refusal, lang=desk.lang)
    return ""


def _line(contact: Any) -> dict[str, str]:
    return {
        "id": contact.public_id, "name": named(contact), "code": contact.code,
        "reach": " · ".join(filter(None, (contact.phone, contact.email))),
    }  # fmt: skip
