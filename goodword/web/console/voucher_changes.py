"""One voucher changed: whose it is, how long it is good, cancelled, replaced, put on hold, paid out; each with why."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace as replace_of
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.flow.vouchers import terms
from goodword.money import Amount
from goodword.reports import vouchers as reading
from goodword.reports.pipeline import named
from goodword.reports.vouchers import Line
from goodword.reports.vouchers_law import standing_of
from goodword.web import showing
from goodword.web.console import person_picking
from goodword.web.console.asking_form import Field, Form, form_page, once
from goodword.web.console.desk import Desk, shown
from goodword.web.console.refusals import sentence_of
from goodword.web.console.voucher import found
from goodword.web.labels import PAID

NO_REFUND = "none"


def assign(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Say who bought it and whose it is, and what is written to them (R13, R14)."""
    row, posted = found(desk, ref).row, request.method == "POST"
    people = {place: person_picking.asked(request, desk, place) for place in ("buyer", "recipient")}
    data: dict[str, Any] = {
        "voucher": ref, "message": request.POST.get("message", ""), "deliver_on": request.POST.get("deliver_on", "")
    }  # fmt: skip
    faults = {place: person.fault for place, person in people.items() if person.fault} if posted else {}
    if posted and not faults:
        held = {"buyer": row.buyer, "recipient": row.recipient}
        was = {place: contact.public_id if contact else None for place, contact in held.items()}
        data |= {place: person.ref for place, person in people.items() if person.ref != was[place]}
        refusal = _ordered(desk, "voucher.assigned", data, once(request))
        if refusal is None:
            messages.success(request, _("Saved."))
            return redirect("console:voucher", ref)
        place = str(refusal.facts.get("pointer", "")).strip("/")
        faults = {place if place in {*people, "deliver_on"} else "": sentence_of(refusal, lang=desk.lang)}
    if not posted:
        people = {"buyer": person_picking.known("buyer", row.buyer),
                  "recipient": person_picking.known("recipient", row.recipient)}  # fmt: skip
        data |= {"message": row.message, "deliver_on": row.deliver_on.isoformat() if row.deliver_on else ""}
    context = {
        "serial": row.serial, "id": ref, "form_key": secrets.token_hex(8), "faults": faults,
        "fault": faults.get("", ""),
        "errors": [faults["deliver_on"]] if "deliver_on" in faults else [],
        "buyer": people["buyer"], "recipient": people["recipient"], "message": data["message"],
        "deliver_on": data["deliver_on"],
    }  # fmt: skip
    return shown(
        request, desk, "console/voucher_assign.html", context, active="vouchers", status=422 if faults else 200
    )


def extend(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Move the last day later; one that has lapsed is honoured."""
    each = found(desk, ref)
    old = each.row.expires_at
    notes = [_("Its last day is %(day)s.") % {"day": showing.last_day(old)}] if old else [_("It never expires.")]
    if each.state == "expired":
        notes.append(_("It has lapsed. What had lapsed is honoured: it can be used again."))
    form = _form(
        each, title=_("Extend %(serial)s"), button=_("Extend"), notes=notes,
        fields=[Field("expires_on", _("New last day"), kind="date", required=True), _why()],
    )  # fmt: skip
    data = {"voucher": ref, "expires_on": request.POST.get("expires_on", ""), "reason": _sent(request, "reason")}
    places = {"not_an_extension": "expires_on", "bad_day": "expires_on", "reason_required": "reason"}
    return _done(request, desk, each, form, "voucher.extended", data, places=places)


def void(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Cancel a voucher for good, with the money paid back or kept, and why."""
    each = found(desk, ref)
    sold = each.row.kind == "sold" and each.row.lot is not None
    left = showing.amount(Amount(each.balance, each.row.currency))
    fields = [_why()]
    notes = [_("It can never be used again. That cannot be undone.")]
    if sold:
        notes.insert(0, _("%(amount)s is left in it.") % {"amount": left})
        ways = [
            {"value": "", "text": _("Choose …")},
            *_methods(),
            {"value": NO_REFUND, "text": _("Nothing is paid back")},
        ]
        fields = [Field("method", _("How what is left is paid back"), kind="choice", options=ways),
                  Field("reference", _("Reference of the refund (optional)")), _why()]  # fmt: skip
    form = _form(each, title=_("Cancel %(serial)s"), button=_("Cancel the voucher"), notes=notes, fields=fields,
                 tone="error")  # fmt: skip
    method = request.POST.get("method", "")
    if request.method == "POST" and sold and not method:
        return form_page(request, desk, form, active="vouchers", faults={"method": _("Choose one of these.")})
    refund = _refund(request) if sold and method != NO_REFUND else None
    data = {"voucher": ref, "reason": _sent(request, "reason"), "refund": refund}
    places = {"reason_required": "reason", "bad_refund": "method"}
    return _done(request, desk, each, form, "voucher.voided", data, places=places)


def send(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Write to the recipient now, with the code; pressed once more it is written once more."""
    each = found(desk, ref)
    row = each.row
    notes = [_("The message tells what it is worth, who gives it and its code. Whoever has the code can spend it."),
             _("By e-mail the voucher comes along as a PDF file.")]  # fmt: skip
    if row.delivered_at:
        notes.append(_("It was sent before, %(moment)s.") % {"moment": showing.moment(row.delivered_at)})
    elif row.deliver_on:
        notes.append(_("It would have left by itself on %(day)s.") % {"day": showing.day(row.deliver_on)})
    form = _form(each, title=_("Send %(serial)s to the recipient"), button=_("Send now"), fields=[], notes=notes)
    return _done(request, desk, each, form, "voucher.sent", {"voucher": ref}, places={})


def replace(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Give a lost card's value to a new one."""
    each = found(desk, ref)
    form = _form(
        each, title=_("Replace %(serial)s"), button=_("Replace the card"),
        notes=[_("The lost card is cancelled; what is left moves to the new one. Buyer, recipient and last day stay. "
                 "That cannot be undone.")],
        fields=[Field("serial", _("Serial of a card in stock (optional)"),
                      help=_("Empty: the next serial is drawn, and you print the card.")), _why(required=False)],
    )  # fmt: skip
    data = {"voucher": ref, "serial": _sent(request, "serial"), "reason": _sent(request, "reason")}
    places = dict.fromkeys(("bad_serial", "already_active", "mixed_kinds", "voucher_not_found"), "serial")
    answer = _done(request, desk, each, form, "voucher.replaced", data, places=places)
    if answer.status_code == 302 and (new := reading.later(each.row)) is not None:
        return redirect("console:voucher", new.public_id)
    return answer


def freeze(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Stop a voucher while a question about it is open."""
    each = found(desk, ref)
    form = _form(each, title=_("Put %(serial)s on hold"), button=_("Put on hold"), fields=[_why()],
                 notes=[_("Nothing can be redeemed until the hold is released. Its last day does not move.")],
                 )  # fmt: skip
    data = {"voucher": ref, "reason": _sent(request, "reason")}
    return _done(request, desk, each, form, "voucher.frozen", data, places={"reason_required": "reason"})


def unfreeze(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Let it be used again."""
    each = found(desk, ref)
    form = _form(each, title=_("Release the hold on %(serial)s"), button=_("Release the hold"), fields=[],
                 notes=[_("It can be used again at once.")])  # fmt: skip
    return _done(request, desk, each, form, "voucher.unfrozen", {"voucher": ref}, places={})


def cash_out(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Pay what is left to the holder in money."""
    each = found(desk, ref)
    left = showing.amount(Amount(each.balance, each.row.currency))
    law = standing_of(
        business=desk.business, voucher=each.row, balance=each.balance, today=terms.today(desk.business, desk.now),
        lang=desk.lang,
    )  # fmt: skip
    asked = law is not None and law.cash_out_due
    ruling = law.cash_out if asked and law else _("The law does not ask that this be paid out: say why it is.")
    form = _form(
        each, title=_("Pay out %(serial)s"), button=_("Pay out %(amount)s") % {"amount": left}, tone="error",
        notes=[_("%(amount)s is left in it.") % {"amount": left}, ruling,
               _("The voucher is used up then. That cannot be undone.")],
        fields=[Field("method", _("How it is paid out"), kind="choice", options=_methods()),
                Field("reference", _("Reference (optional)")), _why(required=not asked)],
    )  # fmt: skip
    data = {"voucher": ref, "refund": _refund(request), "reason": _sent(request, "reason")}
    places = {"bad_refund": "method", "not_due": "reason"}
    return _done(request, desk, each, form, "voucher.cashed_out", data, places=places)


def _done(
    request: HttpRequest, desk: Desk, each: Line, form: Form, order: str, data: dict[str, Any], *,
    places: dict[str, str],
) -> HttpResponse:  # fmt: skip
    """Show a form, or do what it orders; ``places`` names the field beside which a refusal is told."""
    form = replace_of(form, hidden={"form": secrets.token_hex(8)})  # a refused try was one: the next has its own key
    if request.method != "POST":
        return form_page(request, desk, form, active="vouchers")
    refusal = _ordered(desk, order, data, once(request))
    if refusal is not None:
        faults = {places.get(refusal.code, ""): sentence_of(refusal, lang=desk.lang)}
        return form_page(request, desk, form, active="vouchers", faults=faults)
    messages.success(request, _("Saved with your name and the time."))
    return redirect("console:voucher", each.row.public_id)


def _ordered(desk: Desk, order: str, data: dict[str, Any], key: str) -> Refused | None:
    try:
        submit(business=desk.business, type=order, data=data, actor=desk.actor, now=desk.now, key=f"desk:{key}")
    except Refused as refusal:
        return refusal
    return None


def _form(
    each: Line, *, title: str, button: str, fields: Sequence[Field], notes: Sequence[str], tone: str = "primary"
) -> Form:
    row = each.row
    whose = named(row.recipient or row.buyer) if row.recipient or row.buyer else ""
    return Form(
        title=title % {"serial": row.serial}, button=button, fields=fields, notes=notes, tone=tone, lead=whose,
        back=reverse("console:voucher", args=[row.public_id]), back_text=row.serial,
    )  # fmt: skip


def _why(*, required: bool = True) -> Field:
    return Field("reason", _("Why") if required else _("Why (optional)"), kind="area", required=required)


def _methods() -> list[dict[str, str]]:
    return [{"value": code, "text": str(words)} for code, words in PAID.items() if code != "complimentary"]


def _refund(request: HttpRequest) -> dict[str, str]:
    return {"method": request.POST.get("method", ""), "reference": _sent(request, "reference")}


def _sent(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").strip()
