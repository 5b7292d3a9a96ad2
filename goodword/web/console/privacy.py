"""What we hold of a person, handed out; a person forgotten (docs/how-to/privacy.md). Both ask who it is again."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.core.serializers.json import DjangoJSONEncoder
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goodword import identity
from goodword.errors import Refused
from goodword.flow.spreadsheet import MARK, harmless
from goodword.flow.submit import submit
from goodword.money import Amount
from goodword.reports import customers as reading
from goodword.reports.person_data import open_vouchers, sections
from goodword.reports.pipeline import named
from goodword.web import showing
from goodword.web.console.asking_form import Field, Form, form_page
from goodword.web.console.desk import Desk
from goodword.web.console.refusals import sentence_of
from goodword.web.console.sharing import back_to, customer_of

IN_MEMORY = 4 * 1024 * 1024


def export(request: HttpRequest, desk: Desk, ref: str) -> HttpResponseBase:
    """Ask, then hand out a ZIP file with all we hold of the person; who took it is kept."""
    contact = customer_of(desk, ref)
    form = Form(
        title=_("Export all we hold"), button=_("Download the ZIP file"), back=back_to(contact),
        back_text=named(contact),
        lead=_("One file with a folder of JSON and a folder of CSV: details, consents, referrals, rewards, work, "
               "messages."),
        fields=[], notes=[_("Make sure that the person who asks is the customer. The export is kept in the history.")],
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="customers")
    return _handed_out(request, desk=desk, contact=contact)


@reauthentication_required
def _handed_out(_request: HttpRequest, *, desk: Desk, contact: Any) -> HttpResponseBase:
    data = {"contact": contact.public_id}
    submit(business=desk.business, type="contact.exported", data=data, actor=desk.actor, now=desk.now)
    return FileResponse(_zipped(desk, contact), as_attachment=True, filename=f"{contact.public_id}.zip")


def erase(request: HttpRequest, desk: Desk, ref: str) -> HttpResponseBase:
    """Ask for the reason and the name once more, then remove all that tells who the person is."""
    contact = customer_of(desk, ref)
    form = Form(
        title=_("Erase this customer?"), button=_("Erase for ever"), tone="error", back=back_to(contact),
        back_text=named(contact), notes=_consequences(desk, contact),
        lead=_("The name, the ways to reach them and every word we keep of them are removed for ever. The books stay "
               "whole."),
        fields=[Field("reason", _("Why?"), kind="area", required=True, help=_("Without the name: the reason is kept.")),
                Field("confirm", _("Type the name to confirm: %(name)s") % {"name": named(contact)}, required=True)],
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="customers")
    faults = {}
    if not request.POST.get("reason", "").strip():
        faults["reason"] = _("Please say why: it is kept with your name.")
    if identity.folded(request.POST.get("confirm", "")) != identity.folded(named(contact)):
        faults["confirm"] = _("That is not the name. Nothing was erased.")
    if faults:
        return form_page(request, desk, form, active="customers", faults=faults)
    return _erased(request, desk=desk, contact=contact, form=form)


@reauthentication_required
def _erased(request: HttpRequest, *, desk: Desk, contact: Any, form: Form) -> HttpResponse:
    data = {"contact": contact.public_id, "reason": request.POST["reason"].strip()[:500]}
    try:
        submit(business=desk.business, type="contact.erased", data=data, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        faults = {"": sentence_of(refusal, lang=desk.lang)}
        return form_page(request, desk, form, active="customers", faults=faults)
    messages.success(request, _("Erased. Only the books remember that there was somebody."))
    return redirect(back_to(contact, ""))


def _consequences(desk: Desk, contact: Any) -> list[str]:
    """Return what will become of the value in hand, and of what other systems know."""
    balances, _held = reading.holdings(business=desk.business, contact=contact, now=desk.now)
    left = [
        showing.amount(Amount(balance.redeemable + balance.pending, asset))
        for (_kind, asset), balance in balances.held.items()
        if asset == desk.business.currency and balance.redeemable + balance.pending
    ]
    notes = []
    if left:
        said = _("There is still %(value)s in hand. It stays in the books, nobody can claim it any more, and it "
                 "expires on its own day. If it is to be used or taken back, do that first.")  # fmt: skip
        notes.append(said % {"value": " + ".join(left)})
    count, worth = open_vouchers(business=desk.business, contact=contact)
    if count:
        said = ngettext(
            "%(count)s open voucher is theirs, worth %(value)s. The card goes on working for whoever has it.",
            "%(count)s open vouchers are theirs, worth %(value)s in all. The cards go on working for whoever has them.",
            count,
        )
        value = showing.amount(Amount(worth, desk.business.currency))
        notes.append(said % {"count": showing.number(count), "value": value})
    notes.append(_("Erase them in your booking system too. What it tells us of them later is not kept."))
    return notes


def _zipped(desk: Desk, contact: Any) -> Any:
    """Write the ZIP file into a temporary file, a row at a time."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the answer closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as whole:
        names = []
        for name, rows in sections(business=desk.business, contact=contact):
            names.append(name)
            with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as sheet:
                with whole.open(f"json/{name}.json", "w") as target:
                    _write(rows, io.TextIOWrapper(target, "utf-8", write_through=True), sheet)
                sheet.seek(0)
                with whole.open(f"csv/{name}.csv", "w") as target:
                    while part := sheet.read(65536):
                        target.write(part)
        whole.writestr("README.txt", _readme(desk, names))
    file.seek(0)
    return file


def _write(rows: Iterator[dict[str, Any]], target: io.TextIOWrapper, sheet: Any) -> None:
    table = io.TextIOWrapper(sheet, "utf-8", newline="", write_through=True)
    table.write(MARK)
    lines = csv.writer(table)
    target.write("[")
    for number, row in enumerate(rows):
        if number == 0:
            lines.writerow(row)
        lines.writerow([_cell(value) for value in row.values()])
        target.write(("," if number else "") + "\n" + json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False))
    target.write("\n]\n")
    target.detach()
    table.detach()


def _cell(value: Any) -> str:
    if value is None or isinstance(value, bool | int):
        return "" if value is None else str(value)
    text = value if isinstance(value, str) else json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False).strip('"')
    return harmless(text)


def _readme(desk: Desk, names: list[str]) -> str:
    lead = _("All that %(business)s holds of you in Goodword, as of %(moment)s.") % {
        "business": desk.business.name, "moment": showing.moment(desk.now),
    }  # fmt: skip
    told = _("Each file is there twice: json/ for programs, csv/ for a spreadsheet. Money is in the smallest unit of "
             "its currency, times are in UTC.")  # fmt: skip
    return "\n".join([lead, "", told, "", *(f"- {name}" for name in names), ""])
