"""Vouchers sold or given away in one form: one or a wave, made now or cards of stock that are scanned (R6-R9, R19-R24).

By keyboard a sale is a value and Enter. Who gives one away says so where it is asked how it was paid: ``complimentary``
if and only if promotional (rulings 35).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goodword.engine.durations import local_date
from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.flow.vouchers import terms
from goodword.money import Amount, digits
from goodword.reports import badges as badge_reading
from goodword.reports import vouchers as reading
from goodword.vouchers import finding
from goodword.vouchers.models import Sale
from goodword.web import amounts, showing
from goodword.web.console import person_picking, scanning
from goodword.web.console.asking_form import once
from goodword.web.console.desk import Desk, shown
from goodword.web.console.narrowing import location_options
from goodword.web.console.person_picking import Picked
from goodword.web.console.refusals import sentence_of
from goodword.web.console.voucher import no_referrer
from goodword.web.console.voucher_named import serials_in
from goodword.web.console.vouchers import line
from goodword.web.labels import PAID

GIVEN = "complimentary"
UNHEARD_OF = 5_000  # major units of one voucher, counted as PICKS are: above it one is asked
PICKS = (20, 40, 50, 100, 200)  # major units; of a currency without decimals a hundred times as many
FIELDS = ("value", "count", "serials", "method", "reference", "reason", "message", "deliver_on", "expires_on",
          "location", "label", "service")  # fmt: skip
# The field beside which a refusal is told, where its pointer does not name one.
BESIDE = {
    "amount_required": "value", "amount_out_of_range": "value", "not_money": "value", "too_many_digits": "value",
    "value_fixed": "value", "bad_count": "count", "reason_required": "reason", "bad_payment": "method",
    "voucher_not_found": "serials", "already_active": "serials", "voucher_void": "serials", "voucher_frozen": "serials",
    "mixed_kinds": "serials", "bad_serial": "serials", "bad_range": "serials", "too_many_serials": "serials",
    "serial_taken": "serials", "recipient_of_many": "recipient", "expiry_too_short": "expires_on",
    "already_expired": "expires_on", "delivery_over": "deliver_on",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form brought, as text, with the people it names."""

    told: dict[str, str]
    badges: list[str]
    buyer: Picked
    recipient: Picked


def sell(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Sell vouchers that are made now; ``?like=`` begins with what an earlier sale was (R24)."""
    return _form(request, desk, from_stock=False)


def sell_stock(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Sell cards of stock: scanned or typed serials, ranges too; all of them or none."""
    return _form(request, desk, from_stock=True)


def _form(request: HttpRequest, desk: Desk, *, from_stock: bool) -> HttpResponse:
    if request.method != "POST":
        return _page(request, desk, _begun(request, desk), {}, from_stock=from_stock)
    key = f"desk:{once(request)}"
    made = reading.sale_of_key(business=desk.business, key=key)  # pressed twice: it was sold already
    if made is not None:
        return _sold(request, desk, made)
    told = {name: request.POST.get(name, "").strip() for name in FIELDS}
    sent = Sent(
        told, request.POST.getlist("badge"),
        person_picking.asked(request, desk, "buyer"), person_picking.asked(request, desk, "recipient"),
    )  # fmt: skip
    if from_stock:
        try:
            if _scanned(request, desk, told):
                return _page(request, desk, sent, {}, from_stock=True)
        except Refused as refusal:
            return _page(request, desk, sent, {"serials": sentence_of(refusal, lang=desk.lang)}, from_stock=True)
    faults = {p.place: p.fault for p in (sent.buyer, sent.recipient) if p.fault}
    try:
        data = _order(desk, sent, from_stock=from_stock)
        if _unheard_of(desk, data.get("value", 0)) and request.POST.get("sure") != told["value"]:
            shown_as = showing.amount(Amount(data["value"], desk.business.currency))
            faults["value"] = _("A voucher worth %(amount)s? Sell once more if that is right.") % {"amount": shown_as}
        if not faults:
            made = _ordered(desk, data, key, from_stock=from_stock)
    except Refused as refusal:
        place, said = fault_of(refusal, desk)
        faults.setdefault(place, said)
    if made is None:
        return _page(request, desk, sent, faults, from_stock=from_stock)
    return _sold(request, desk, made)


def _unheard_of(desk: Desk, units: int) -> bool:
    """Say whether a voucher is asked about before it is sold: the number of a scanned card is no value."""
    currency = desk.business.currency
    return units > UNHEARD_OF * _scale(currency) * 10 ** digits(currency)


def _scale(currency: str) -> int:
    """Return by how much our round sums are multiplied: a hundred in a currency without decimals."""
    return 1 if digits(currency) else 100


def _scanned(request: HttpRequest, desk: Desk, told: dict[str, str]) -> bool:
    """Put serials in place of the codes that were scanned, or photographed; say whether there was a photo.

    Raises:
        Refused: as :func:`serials_in` and :func:`scanning.photographed`.
    """
    photo = scanning.photographed(request, desk)
    told["serials"] = "\n".join(serials_in(request, desk, f"{told['serials']}\n{photo or ''}"))
    return photo is not None


def _ordered(desk: Desk, data: dict[str, Any], key: str, *, from_stock: bool) -> Sale:
    order = "voucher.activated" if from_stock else "voucher.issued"
    event = submit(business=desk.business, type=order, data=data, actor=desk.actor, now=desk.now, key=key)
    made = reading.sale_of_key(business=desk.business, key=event.external_id)
    assert made is not None
    return made


def _order(desk: Desk, sent: Sent, *, from_stock: bool) -> dict[str, Any]:
    """Return the command's data.

    Raises:
        Invalid: ``amount_required``, ``not_money``, ``too_many_digits``, ``amount_out_of_range``, ``bad_count``.
    """
    told, given = sent.told, sent.told["method"] == GIVEN
    paid = {"method": told["method"], ("reason" if given else "reference"): told["reason" if given else "reference"]}
    data: dict[str, Any] = {"payment": paid}
    if told["value"]:
        data["value"] = amounts.typed(told["value"], currency=desk.business.currency)
    if from_stock:
        data["serials"] = told["serials"].splitlines()
    else:
        count = plain(told["count"] or "1")
        data |= {"kind": "promotional" if given else "sold", "count": int(count) if count.isdecimal() else 0}
        data["value"] = data.get("value", 0)
    for name in ("message", "deliver_on", "expires_on", "location", "label", "service"):
        if told[name]:
            data[name] = told[name]
    if sent.badges:
        data["badges"] = sent.badges
    for person in (sent.buyer, sent.recipient):
        if person.ref is not None:
            data[person.place] = person.ref
    return data


def plain(text: str) -> str:
    """Return a whole number in ASCII digits, in whatever digits it was typed."""
    return "".join(str(int(c)) if c.isdecimal() else c for c in text if not c.isspace())


def fault_of(refusal: Refused, desk: Desk) -> tuple[str, str]:
    """Return the field beside which a refusal is told, empty for the whole form, and its sentence with the serials."""
    said = sentence_of(refusal, lang=desk.lang)
    serials = refusal.facts.get("serials")
    if isinstance(serials, list) and serials:
        more = int(str(refusal.facts.get("missing") or len(serials))) - len(serials)
        said = f"{said.rstrip('.')}: {', '.join(map(str, serials))}" + (f" +{showing.number(more)}" if more > 0 else "")
    place = BESIDE.get(refusal.code) or str(refusal.facts.get("pointer", "")).strip("/").split("/")[0]
    return (place if place in {*FIELDS, "buyer", "recipient"} else ""), said


def _begun(request: HttpRequest, desk: Desk) -> Sent:
    """Return what the form begins with: empty, or like an earlier sale but for its payment's reference."""
    told = dict.fromkeys(FIELDS, "") | {"count": "1", "method": "till", "serials": request.GET.get("serials", "")}
    if request.GET.get("method") in PAID:
        told["method"] = request.GET["method"]
    like = reading.sale(business=desk.business, public_id=request.GET.get("like", ""))
    if like is None:
        return Sent(told, [], Picked("buyer"), Picked("recipient"))
    (first,) = reading.of_sale(sale=like, now=desk.now).rows[:1] or (None,)
    told |= {"count": str(like.count), "method": like.method, "reason": like.reason,
             "location": like.location.external_id if like.location else ""}  # fmt: skip
    if first is not None:
        row = first.row
        told |= {
            "value": amounts.written(row.value or 0, currency=row.currency),
            "message": row.message,
            "service": row.service,
        }
        badges = [each.public_id for each in row.badges.all()]
    return Sent(told, badges if first else [], person_picking.known("buyer", like.buyer), Picked("recipient"))


def _page(request: HttpRequest, desk: Desk, sent: Sent, faults: dict[str, str], *, from_stock: bool) -> HttpResponse:
    currency, told = desk.business.currency, sent.told
    context = {
        "from_stock": from_stock, "told": told, "faults": faults, "fault": faults.get("", ""), "currency": currency,
        "errors": {name: [faults[name]] if name in faults else [] for name in FIELDS},
        "form_key": secrets.token_hex(8), "picks": [] if from_stock else [str(n * _scale(currency)) for n in PICKS],
        "methods": [{"value": code, "text": str(words)} for code, words in PAID.items()],
        "buyer": sent.buyer, "recipient": sent.recipient,
        "locations": location_options(desk.business, empty=_("Not told")),
        "badges": [
            {"id": b.public_id, "name": b.name, "colour": b.colour, "on": b.public_id in sent.badges}
            for b in badge_reading.badges(business=desk.business)
        ],
        "last_day": _last_day(desk), "given": told["method"] == GIVEN,
        "sure": told["value"] if faults.get("value") else "",
        "more": any(told[name] for name in ("message", "deliver_on", "expires_on", "label", "service"))
        or bool(sent.badges or {"expires_on", "deliver_on", "location"} & set(faults)),
    }  # fmt: skip
    return shown(request, desk, "console/voucher_sell.html", context, active="vouchers", status=422 if faults else 200)


def _last_day(desk: Desk) -> str:
    """Return the last day a voucher sold now gets by itself; nothing where it never ends."""
    new = terms.of_new(business=desk.business, location=None, kind="sold", last_day=None, at=desk.now, now=desk.now)
    if new.expires_at is None:
        return ""
    return showing.day(local_date(new.expires_at - timedelta(microseconds=1), ZoneInfo(desk.business.timezone)))


def _sold(request: HttpRequest, desk: Desk, made: Sale) -> HttpResponse:
    """Show the one voucher with its code, here alone and to those who may see codes; lead to the sale of many."""
    if made.count > 1:
        said = ngettext("%(count)s voucher sold.", "%(count)s vouchers sold.", made.count)
        messages.success(request, said % {"count": showing.number(made.count)})
        return redirect("console:sale", made.public_id)
    (each,) = reading.of_sale(sale=made, now=desk.now).rows
    code = ""
    if "vouchers.codes" in desk.may:
        try:
            code = finding.code_of(each.row)
        except Refused as refusal:
            messages.error(request, sentence_of(refusal, lang=desk.lang))
    context = {"voucher": line(each), "code": code, "again": f"?method={made.method}", "sale": made.public_id}
    return no_referrer(shown(request, desk, "console/voucher_sold.html", context, active="vouchers"))
