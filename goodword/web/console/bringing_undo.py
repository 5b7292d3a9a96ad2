"""Undo an import: what would be taken back and what stays, then the import's number typed to confirm."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goodword.errors import Conflict, Refused
from goodword.flow import bringing
from goodword.flow.bringing_undo_plan import Preview, undo_preview
from goodword.inbox.models import Import
from goodword.reports.row_faults import LEFT
from goodword.web import showing
from goodword.web.console.asking_form import Field, Form, form_page
from goodword.web.console.bringing import import_of
from goodword.web.console.desk import Desk
from goodword.web.console.refusals import sentence_of

# The digits of the languages we speak, as they are typed.
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show what would become of it; with the number typed, take it back."""
    import_ = import_of(desk, ref)
    back = reverse("console:import", args=[import_.number])
    if import_.state not in (Import.State.DONE, Import.State.FAILED) or not import_.position:
        return redirect(back)
    fault: dict[str, str] = {}
    if request.method == "POST":
        typed = request.POST.get("confirm", "").strip().translate(DIGITS)
        if typed not in (str(import_.number), showing.number(import_.number)):
            fault = {"confirm": _("That is not the number. Nothing was undone.")}
        else:
            try:
                bringing.begin_undo(import_, actor=desk.actor, now=desk.now)
            except Conflict:
                pass  # pressed twice: its page tells how far it is
            except Refused as refusal:
                fault = {"": sentence_of(refusal, lang=desk.lang)}
        if not fault:
            return redirect(back)
    return form_page(request, desk, _form(import_, back), active="settings", faults=fault)


def _form(import_: Import, back: str) -> Form:
    asked = _("Type the number of the import to confirm: %(number)s") % {"number": showing.number(import_.number)}
    return Form(
        title=_("Undo this import?"), button=_("Undo"), tone="error", back=back, back_text=import_.file_name,
        lead=_("The books keep both, what was brought in and that it was taken back. The file can be brought again."),
        notes=_notes(undo_preview(import_)), fields=[Field("confirm", asked, required=True)],
    )  # fmt: skip


def _notes(seen: Preview) -> list[str]:
    back = [
        (seen.receipts, ngettext("%(count)s receipt is voided", "%(count)s receipts are voided", seen.receipts)),
        (seen.jobs, ngettext("%(count)s job is cancelled", "%(count)s jobs are cancelled", seen.jobs)),
        (seen.referrals, ngettext("%(count)s referral is removed, with what it earned",
                                  "%(count)s referrals are removed, with what they earned", seen.referrals)),
        (seen.balances, ngettext("%(count)s opening balance is taken back, as far as it is not used",
                                 "%(count)s opening balances are taken back, as far as they are not used",
                                 seen.balances)),
        (seen.vouchers, ngettext("%(count)s voucher is cancelled, as far as it is not used",
                                 "%(count)s vouchers are cancelled, as far as they are not used", seen.vouchers)),
        (seen.customers, ngettext("At most %(count)s customer is taken off the lists: if nothing else speaks of them",
                                  "At most %(count)s customers are taken off the lists: those of whom nothing else "
                                  "speaks", seen.customers)),
    ]  # fmt: skip
    notes = [f"{said % {'count': showing.number(count)}}." for count, said in back if count]
    notes += [
        _("%(count)s stay: %(why)s") % {"count": showing.number(count), "why": LEFT.get(code, code)}
        for code, count in sorted(seen.left.items())
    ]
    if not seen.exact:
        notes.append(_("The import is large, so these numbers count what came in. What stays is listed afterwards."))
    return notes or [_("Nothing of it stands in the books any more.")]
