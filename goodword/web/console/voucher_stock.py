"""Stock: cards that are printed and not sold, the numbers that are missing, cards registered and spoiled (R19)."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.flow.vouchers.named import serials_named
from goodword.flow.vouchers.numbering import own_prefix
from goodword.money import Amount
from goodword.reports import stock as reading
from goodword.reports.stock import Stretch
from goodword.web import amounts, showing
from goodword.web.console.asking_form import Field, Form, form_page, missing, once
from goodword.web.console.desk import Desk, shown
from goodword.web.console.narrowing import location_options
from goodword.web.console.voucher_named import serials_in
from goodword.web.console.voucher_sell import fault_of, plain
from goodword.web.labels import VOUCHER_KINDS


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what waits to be sold, and which numbers nobody has."""
    context = {
        "unsold": [_line(each, desk) for each in reading.unsold(business=desk.business)],
        "missing": [_line(each, desk) for each in reading.missing(business=desk.business)],
        "count": reading.counted(business=desk.business), "most": reading.MOST,
        "can_sell": "vouchers.sell" in desk.may,
    }  # fmt: skip
    return shown(request, desk, "console/stock.html", context, active="vouchers")


def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Register cards that are printed, or are to be: so many, or the serials they bear already."""
    form = _new_form(desk)
    if request.method != "POST":
        return form_page(request, desk, form, active="vouchers")
    sent = {name: request.POST.get(name, "").strip() for name in ("count", "serials", "value", "prefix", "label")}
    try:
        data: dict[str, Any] = {"kind": request.POST.get("kind", "")}
        count = plain(sent["count"])
        if sent["serials"]:
            data["serials"] = serials_in(request, desk, sent["serials"])
            named = len(serials_named(data["serials"]))
            if count and count != str(named):
                return form_page(request, desk, form, active="vouchers", faults={"count": _other_number(named)})
        else:
            data["count"] = int(count) if count.isdecimal() else 0
            data |= {"prefix": sent["prefix"]} if sent["prefix"] else {}
        if sent["value"]:
            data["value"] = amounts.typed(sent["value"], currency=desk.business.currency)
        data |= {name: request.POST[name] for name in ("label", "location") if request.POST.get(name)}
        _submit(request, desk, "voucher.stocked", data)
    except Refused as refusal:
        place, said = fault_of(refusal, desk)
        place = "prefix" if refusal.code == "bad_serial" and not sent["serials"] else place
        return form_page(request, desk, form, active="vouchers", faults=_beside(form, place, said))
    messages.success(request, _("The cards are in stock. They are worth nothing until they are sold."))
    return redirect("console:stock")


def spoil(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take spoiled cards out of stock; their numbers stay taken."""
    form = _keyed(Form(
        title=_("Spoiled cards"), button=_("Take them out"), tone="error", back=reverse("console:stock"),
        back_text=_("Stock"), notes=[_("They can never be sold. That cannot be undone. Their numbers stay taken.")],
        fields=[
            Field("serials", _("Serials"), kind="area", required=True, initial=request.GET.get("serials", ""),
                  help=_("One a line, or a range with two dots. A scanner writes the lines by itself.")),
            Field("reason", _("Why"), required=True),
        ],
    ))  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="vouchers")
    faults = missing(request, form, said=_("Please fill this in."))
    if faults:
        return form_page(request, desk, form, active="vouchers", faults=faults)
    try:
        serials = serials_in(request, desk, request.POST["serials"])
        data = {"serials": serials, "reason": request.POST["reason"].strip()}
        _submit(request, desk, "voucher.spoiled", data)
    except Refused as refusal:
        faults = _beside(form, *fault_of(refusal, desk))
        return form_page(request, desk, form, active="vouchers", faults=faults)
    messages.success(request, _("Saved with your name and the time."))
    return redirect("console:stock")


def _new_form(desk: Desk) -> Form:
    kinds = [{"value": code, "text": str(words)} for code, (words, _icon) in
             {"sold": (_("To be sold"), ""), "promotional": (_("To be given away"), "")}.items()]  # fmt: skip
    assert {each["value"] for each in kinds} == set(VOUCHER_KINDS)
    places = location_options(desk.business, empty=_("Not told"))
    return _keyed(Form(
        title=_("Register cards"), button=_("Register"), back=reverse("console:stock"), back_text=_("Stock"),
        lead=_("Each gets a serial and a secret code. Cards are worth nothing until they are sold."),
        fields=[
            Field("count", _("How many"), help=_("They get the next serials.")),
            Field("serials", _("Or the serials that are printed already"), kind="area",
                  help=_("One a line, or a range: FERN-000101..FERN-000150")),
            Field("value", _("Value of each (%(currency)s), empty: chosen at the sale")
                  % {"currency": desk.business.currency}, kind="decimal"),
            Field("kind", _("Kind"), kind="choice", options=kinds),
            Field("prefix", _("Prefix"), initial=own_prefix(desk.business, now=desk.now)),
            Field("label", _("Name of the print run (optional)")),
            *([Field("location", _("Location"), kind="choice", options=places)] if places else []),
        ],
    ))  # fmt: skip


def _other_number(named: int) -> str:
    """Return what is said to “50” beside one serial: whoever means the first of fifty writes a range."""
    said = ngettext("Below %(count)s serial is named. Write a range, or leave this empty.",
                    "Below %(count)s serials are named. Write a range, or leave this empty.", named)  # fmt: skip
    return said % {"count": showing.number(named)}


def _keyed(form: Form) -> Form:
    return replace(form, hidden={"form": secrets.token_hex(8)})


def _submit(request: HttpRequest, desk: Desk, order: str, data: dict[str, Any]) -> None:
    submit(business=desk.business, type=order, data=data, actor=desk.actor, now=desk.now, key=f"desk:{once(request)}")


def _beside(form: Form, place: str, said: str) -> dict[str, str]:
    return {place if place in {field.name for field in form.fields} else "": said}


def _line(each: Stretch, desk: Desk) -> dict[str, Any]:
    value = Amount(each.value, desk.business.currency) if each.value is not None else None
    return {"serials": each.serials, "count": each.count, "kind": each.kind, "value": value, "label": each.label,
            "since": each.since}  # fmt: skip
