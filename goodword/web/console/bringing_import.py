"""One import: looked over, being brought in, its sheet; it outlives whatever becomes of it."""

from __future__ import annotations

import contextlib
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goodword.engine.wording import reason
from goodword.errors import Conflict, NotFound, Refused
from goodword.flow import bringing
from goodword.flow.bringing_begun import ALTERABLE
from goodword.flow.bringing_file import give_back, open_upload
from goodword.flow.bringing_sheet import Sheet, reconciliation
from goodword.flow.bringing_upload import discard
from goodword.flow.bringing_work import ORDERED_KINDS
from goodword.inbox.models import Import, ImportFault
from goodword.money import Amount
from goodword.reports import import_samples
from goodword.reports import imports as reading
from goodword.reports.row_faults import LEFT, WARNINGS, row_sentence
from goodword.web import showing
from goodword.web.console import bringing_words as words
from goodword.web.console.asking_form import Form, form_page
from goodword.web.console.bringing import import_of, line_of
from goodword.web.console.bringing_sentences import told_sentence
from goodword.web.console.bringing_states import seconds_left
from goodword.web.console.desk import Desk, shown
from goodword.web.console.refusals import SENTENCES, sentence_of
from goodword.web.console.roles import PAGES

State = Import.State
UNDO = PAGES["import_undo"]
LONELY = 30  # seconds after which a step that nobody has taken up is said to wait for the worker


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show an import in its state; a draft is shown by its columns."""
    import_ = import_of(desk, ref)
    if import_.state == State.DRAFT and is_kept(import_):
        return redirect("console:import_columns", import_.number)
    return _page(request, desk, import_)


def begin(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Say what follows, then have the rows brought in."""
    import_ = import_of(desk, ref)
    if not _may_book(import_, desk):
        raise PermissionDenied
    back = reverse("console:import", args=[import_.number])
    if import_.state != State.CHECKED:
        return redirect(back)
    form = Form(
        title=ngettext("Bring in %(count)s row?", "Bring in %(count)s rows?", import_.stored_rows)
        % {"count": showing.number(import_.stored_rows)},
        button=_("Bring in"), back=back, back_text=import_.file_name, fields=[], notes=_what_follows(import_, desk),
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="settings")
    try:
        bringing.begin(import_, actor=desk.actor, now=desk.now)
    except Conflict:
        pass  # pressed twice: its page tells how far it is
    except Refused as refusal:
        return form_page(request, desk, form, active="settings", faults={"": sentence_of(refusal, lang=desk.lang)})
    return redirect(back)


def again(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Have an import that stopped go on, with its file brought again when it was lost."""
    import_ = import_of(desk, ref)
    if not _may_go_on(import_, desk):
        raise PermissionDenied
    sent: Any = request.FILES.get("file")
    try:
        if sent is not None and import_.state in ALTERABLE and not is_kept(import_):
            give_back(import_, sent)
        if import_.state == State.DRAFT:
            pass  # its columns are matched next
        elif import_.undo_step or import_.undone_to:
            bringing.begin_undo(import_, actor=desk.actor, now=desk.now)
        elif import_.position:
            bringing.begin(import_, actor=desk.actor, now=desk.now)
        else:
            bringing.begin_check(import_, now=desk.now)
    except Conflict:
        pass  # it goes on already
    except Refused as refusal:
        return _page(request, desk, import_, fault=sentence_of(refusal, lang=desk.lang))
    return redirect("console:import", import_.number)


def halt(_request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Stop an import that is looked over or brought in; it can go on, or be undone."""
    import_ = import_of(desk, ref)
    with contextlib.suppress(Conflict):  # it was over before: its page tells
        bringing.stop(import_, actor=desk.actor, now=desk.now)
    return redirect("console:import", import_.number)


def throw_away(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Ask, then throw a file away of which nothing was brought in."""
    import_ = import_of(desk, ref)
    back = reverse("console:import", args=[import_.number])
    if import_.state not in ALTERABLE or import_.position:
        return redirect(back)
    form = Form(
        title=_("Throw this file away?"), button=_("Throw away"), tone="error", back=back, back_text=import_.file_name,
        fields=[], notes=[_("Nothing of it was brought in. The file is removed here; your own copy stays.")],
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="settings")
    try:
        discard(import_)
    except Refused as refusal:
        return form_page(request, desk, form, active="settings", faults={"": sentence_of(refusal, lang=desk.lang)})
    messages.success(request, _("Thrown away. Nothing was brought in."))
    return redirect("console:imports")


def _may_book(import_: Import, desk: Desk) -> bool:
    """Say whether a person may bring it in: balances and vouchers are any amount for anybody, so they ask for more."""
    return import_.kind not in ORDERED_KINDS or UNDO in desk.may


def _may_go_on(import_: Import, desk: Desk) -> bool:
    """Say whether a person may have it go on where it stopped."""
    if import_.undo_step or import_.undone_to:
        return UNDO in desk.may
    return not import_.position or _may_book(import_, desk)


def is_kept(import_: Import) -> bool:
    """Say whether the file itself is still here."""
    try:
        open_upload(import_).close()
    except NotFound:
        return False
    return True


def fault_line(fault: ImportFault) -> dict[str, Any]:
    """Return a refused row as pages show it."""
    return {
        "row": fault.row, "field": words.field_name(fault.field) if fault.field else "", "value": fault.value,
        "text": row_sentence(fault.code, fault.facts),
    }  # fmt: skip


def _page(request: HttpRequest, desk: Desk, import_: Import, *, fault: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "import": line_of(import_), "number": import_.number, "fault": fault, "busy": import_.state in bringing.IN_HAND,
        "alterable": import_.state in ALTERABLE and not import_.position and bool(import_.stored),
        "discardable": import_.state in ALTERABLE and not import_.position,
    }  # fmt: skip
    if context["busy"]:
        context |= _progress(import_, desk.now)
    elif import_.state == State.CHECKED and is_kept(import_):
        context |= _checked(import_, desk)
    elif import_.state in (State.DONE, State.UNDONE):
        context |= _sheet(import_, desk)
    else:
        context |= _stopped(import_, desk)
    return shown(request, desk, "console/import.html", context, active="settings", status=422 if fault else 200)


def _progress(import_: Import, now: datetime) -> dict[str, Any]:
    seen = bringing.progress(import_, now=now)
    titles = {
        State.CHECKING: _("The rows are being looked over"), State.RECORDING: _("The rows are being brought in"),
        State.SETTLING: _("What was brought in is being settled in the order of time"),
        State.UNDOING: _("What was brought in is being taken back"),
    }  # fmt: skip
    waits = import_.beat_at is None and import_.step_at is not None
    return {
        "title": _("The rows are being read and sorted") if seen.sorting else titles[State(import_.state)],
        "done": seen.done, "total": seen.total,
        "stoppable": import_.state in (State.CHECKING, State.RECORDING),
        "rate": round(seen.rate), "left": seconds_left(seen.seconds_left),
        "step": {State.RECORDING: 1, State.SETTLING: 2}.get(State(import_.state), 0),
        "lonely": bool(waits and import_.step_at and (now - import_.step_at).total_seconds() > LONELY),
    }  # fmt: skip


def _checked(import_: Import, desk: Desk) -> dict[str, Any]:
    currency = import_.terms["currency"]
    told = import_samples.first_told(import_, import_samples.first_rows(import_))
    return {
        "reasons": _reasons(import_), "warnings": _warnings(import_.warnings), "passed": import_.passed_rows,
        "amiss": import_.refused_rows - import_.passed_rows,
        "money": Amount(import_.money_in, currency) if import_.money_in else None, "points": import_.points_in,
        "first": [told_sentence(each, currency=currency) for each in told], "may_book": _may_book(import_, desk),
    }  # fmt: skip


def _warnings(told: dict[str, int]) -> list[dict[str, Any]]:
    return [{"text": str(WARNINGS.get(code, code)), "rows": rows} for code, rows in sorted(told.items())]


def _reasons(import_: Import) -> list[dict[str, Any]]:
    return [
        {
            "code": each.code, "rows": each.rows, "passed": each.passed,
            "text": words.reason_name(each.code),
            "examples": [fault_line(fault) for fault in each.examples],
            "url": f"{reverse('console:import_refused', args=[import_.number])}?code={each.code}",
        }
        for each in reading.reasons(import_)
    ]  # fmt: skip


def _sheet(import_: Import, desk: Desk) -> dict[str, Any]:
    sheet = reconciliation(import_)
    undone = import_.state == State.UNDONE
    return {
        "sheet": sheet, "undone": undone, "reasons": _reasons(import_), "passed": sheet.passed,
        "warnings": _warnings(sheet.warnings),
        "money": Amount(sheet.money_in, sheet.currency), "has_money": bool(sheet.money_in or sheet.money_booked),
        "booked": Amount(sheet.money_booked or 0, sheet.currency),
        "has_points": bool(sheet.points_in or sheet.points_booked),
        "rows_hold": sheet.rows_hold,
        "money_holds": sheet.money_in == sheet.money_booked, "points_hold": sheet.points_in == sheet.points_booked,
        "nothing_left": not sheet.money_booked and not sheet.points_booked,
        "brought": _brought(sheet, desk), "finished": import_.finished_at,
        "not_attributed": [{"text": reason(code, desk.lang), "count": count}
                           for code, count in sorted(sheet.attributions_refused.items())],
        "left": [{"text": str(LEFT.get(each.code, each.code)), "value": each.value} for each in reading.left(import_)],
        "left_count": sum(sheet.left.values()), "may_problems": PAGES["problems"] in desk.may,
        "undoable": import_.state == State.DONE and import_.position > 0 and UNDO in desk.may,
    }  # fmt: skip


def _brought(sheet: Sheet, desk: Desk) -> list[dict[str, Any]]:
    """Return how much of each came in, with the page where it is seen."""
    rows = [
        (str(text), count, page) for code, (text, page) in words.EVENTS.items() if (count := sheet.events.get(code, 0))
    ]
    if sheet.attributed:
        rows.append((_("Referrals"), sheet.attributed, "referrals"))
    return [
        {"text": text, "count": count, "url": reverse(f"console:{page}") if page and PAGES[page] in desk.may else ""}
        for text, count, page in rows
    ]


def _stopped(import_: Import, desk: Desk) -> dict[str, Any]:
    """Return why an import stopped, or that its file is gone, and what can be done."""
    kept = is_kept(import_)
    code = import_.code or ("" if kept else "upload_gone")
    said = str(SENTENCES[code]) if code in SENTENCES else code.replace("_", " ")
    return {
        "why": said, "wants_file": not kept, "reasons": _reasons(import_), "recorded": import_.position > 0,
        "undoable": import_.state == State.FAILED and import_.position > 0 and UNDO in desk.may, "stopped": True,
        "halted": code == "stopped", "may_go_on": _may_go_on(import_, desk),
    }  # fmt: skip


def _what_follows(import_: Import, desk: Desk) -> list[str]:
    notes = []
    if import_.refused_rows:
        said = ngettext(
            "%(count)s row is left out. You can download it, mend it and bring it later.",
            "%(count)s rows are left out. You can download them, mend them and bring them later.", import_.refused_rows,
        )  # fmt: skip
        notes.append(said % {"count": showing.number(import_.refused_rows)})
    notes.append(_("Nobody is written to: what a file tells is the past, and your customers get no message of it."))
    if import_.kind == "vouchers":
        notes.append(_("The vouchers stand in the books as brought along, not as sales of this year. Serials, codes "
                       "and last days stay, so cards in your customers’ hands go on working."))  # fmt: skip
        notes += [f"{showing.number(each['rows'])}: {each['text']}" for each in _warnings(import_.warnings)]
    elif import_.kind != "balances":
        notes.append(_("Referrals and work of the past earn what the programme promised on their day, if one was in "
                       "force then. Those rewards stand in the books."))  # fmt: skip
    else:
        notes.append(_("The balances stand in the books as brought along, not as a cost of this year."))
    if UNDO in desk.may:
        notes.append(_("You can undo all of it afterwards. What was changed by then stays, and is listed."))
    else:
        notes.append(_("An owner or an administrator can undo all of it afterwards. What was changed by then stays, "
                       "and is listed."))  # fmt: skip
    return notes
