"""One redemption: what was taken, what is left, the next voucher of the same bill, and undoing it."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.engine.durations import local_date
from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.money import Amount
from goodword.reports import redemptions as report
from goodword.vouchers.models import Redemption
from goodword.web import showing
from goodword.web.console.asking_form import Field, Form, form_page, once
from goodword.web.console.bill import Bill, bill_of
from goodword.web.console.desk import Desk, shown
from goodword.web.console.refusals import sentence_of
from goodword.web.console.voucher_seen import told, what_for


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show what was taken, what is left of the voucher, and what is left to pay of the bill."""
    row = _found(desk, ref)
    seen = report.seen(business=desk.business, ref=row.voucher.public_id)
    assert seen is not None
    bill = _bill(row, desk)
    names = report.people(rows=[row])
    context = {
        **told(seen, desk), "redemption": {
            "id": row.public_id, "taken": Amount(row.units, row.voucher.currency), "at": row.at, "what": what_for(row),
            "who": names.get(row.actor, ""), "back": row.returned > 0, "spent": seen.left == 0,
        },
        "bill": bill, "next_url": f"{reverse('console:redeem')}{bill.query}",
        "paid_in_full": bill.rest == 0, "may_undo": not row.returned and may_undo(row, desk),
        "may_list": "vouchers.see" in desk.may,
    }  # fmt: skip
    return shown(request, desk, "console/redemption.html", context, active="redeem")


def restore(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Ask why a redemption was wrong, and give it back."""
    row = _found(desk, ref)
    may = may_undo(row, desk)
    barred = "" if may else _("You can undo your own redemptions until midnight. The office can undo any.")
    form = _form(row, once(request), barred=barred)
    if request.method != "POST":
        return form_page(request, desk, form, active="redeem")
    if not may:
        return form_page(request, desk, form, active="redeem", faults={"": barred})
    reason = " ".join(request.POST.get("reason", "").split())[:500]
    if not reason:
        said = _("Please say why: it is kept with your name.")
        return form_page(request, desk, form, active="redeem", faults={"reason": said})
    data = {"voucher": row.voucher.public_id, "redemption": row.public_id, "reason": reason}
    key = f"restore:{row.public_id}:{once(request)}"
    try:
        submit(business=desk.business, type="voucher.restored", data=data, actor=desk.actor, now=desk.now, key=key)
    except Refused as refusal:
        return form_page(request, desk, form, active="redeem", faults={"": _sentence(refusal, desk)})
    messages.success(request, _("Given back: the voucher is worth it again."))
    return redirect("console:redemption", row.public_id)


def may_undo(row: Redemption, desk: Desk) -> bool:
    """Say whether a person may undo a redemption: the office any, a technician their own on the same day."""
    if "vouchers.change" in desk.may:
        return True
    zone = ZoneInfo(desk.business.timezone)
    return row.actor == desk.actor and local_date(row.at, zone) == local_date(desk.now, zone)


def _found(desk: Desk, ref: str) -> Redemption:
    row = report.one(business=desk.business, ref=ref)
    if row is None:
        raise Http404
    return row


def _bill(row: Redemption, desk: Desk) -> Bill:
    ticket: dict[str, Any] = row.event.data.get("ticket") or {} if row.ticket_name else {}
    asked = {"ticket": row.ticket_name, "source": row.ticket_source}
    return bill_of(asked | ({"units": str(ticket["total"])} if ticket.get("total") else {}), desk)


def _sentence(refusal: Refused, desk: Desk) -> str:
    if refusal.code == "voucher_void":
        return _("The voucher was cancelled since. Pay the customer back another way.")
    return sentence_of(refusal, lang=desk.lang)


def _form(row: Redemption, key: str, *, barred: str) -> Form:
    amount = showing.amount(Amount(row.units, row.voucher.currency))
    lead = _("%(amount)s go back into voucher %(serial)s, with at least the time that it had left.") % {
        "amount": amount, "serial": row.voucher.serial,
    }  # fmt: skip
    notes = [barred] if barred else []
    if row.consumed:
        notes.append(_("Its ticket is closed with it. Adjust or void the ticket at the till too, or it stays unpaid."))
    return Form(
        title=_("Undo this redemption"), button=_("Give it back"), tone="error", lead=lead, hidden={"form": key},
        back=reverse("console:redemption", args=[row.public_id]), back_text=_("The redemption"), notes=notes,
        fields=[Field("reason", _("Why was it wrong?"), kind="area", required=True)],
    )  # fmt: skip
