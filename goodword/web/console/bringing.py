"""Bring data in: the imports there were, and a new file; the next pages are bringing_columns and bringing_import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.errors import NotFound, Refused
from goodword.flow.bringing_begun import find_import
from goodword.flow.bringing_upload import upload
from goodword.inbox.models import Import
from goodword.inbox.tables.presets import PRESETS
from goodword.reports import imports as reading
from goodword.web import showing
from goodword.web.console import bringing_words as words
from goodword.web.console.bringing_states import STATES
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import paged
from goodword.web.console.menu import settings_tabs
from goodword.web.console.refusals import sentence_of
from goodword.web.labels import Look

State = Import.State
SPREADSHEETS = (".xlsx", ".xls", ".ods", ".numbers", ".xlsm")


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what was brought in, the newest first; at first what can be, and in which order."""
    page = reading.imports(business=desk.business, after=request.GET.get("after", ""))
    context = {
        "tabs": settings_tabs(desk.may, current="imports"), "imports": [line_of(row) for row in page.rows],
        "kinds": kind_lines(), **paged(request, after=page.next),
    }  # fmt: skip
    return shown(request, desk, "console/imports.html", context, active="settings")


def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take a file in; what is wrong with it stands beside its field and nothing is kept."""
    if request.method != "POST":
        return _new_page(request, desk, {})
    sent: Any = request.FILES.get("file")
    if sent is None or not sent.name:
        return _new_page(request, desk, {"file": _("Choose a file.")})
    if sent.name.lower().endswith(SPREADSHEETS):
        return _new_page(request, desk, {"file": spreadsheet()})
    try:
        made = upload(
            business=desk.business, stream=sent, name=sent.name, actor=desk.actor, now=desk.now,
            kind=request.POST.get("kind", ""), preset=request.POST.get("preset", ""),
        )  # fmt: skip
    except Refused as refusal:
        return _new_page(request, desk, {str(refusal.facts.get("field", "file")): _why_not(sent, refusal, desk)})
    return redirect("console:import_columns", made.number)


def import_of(desk: Desk, ref: str) -> Import:
    """Return the import of that number in this business, or answer 404."""
    try:
        return find_import(business=desk.business, number=int(ref) if ref.isascii() and ref.isdecimal() else 0)
    except (NotFound, ValueError):
        raise Http404 from None


def line_of(row: Import) -> dict[str, Any]:
    """Return an import as the list and the head of its page show it."""
    look: Look = STATES[row.state]
    return {
        "number": row.number, "file": row.file_name, "kind": words.kind_name(row.kind),
        "preset": words.preset_name(row.preset), "at": row.created_at, "who": row.actor.removeprefix("user:"),
        "state": look.text, "tone": look.pill, "icon": look.icon, "rows": row.rows, "stored": row.stored_rows,
        "refused": row.refused_rows, "known": row.known_rows, "counted": row.rows > 0,
        "verb": _verb(row.state),
        "url": reverse("console:import", args=[row.number]),
    }  # fmt: skip


def _verb(state: str) -> str:
    """Return what became of the rows that were not refused, beside their number."""
    if state in (State.CHECKING, State.CHECKED, State.DRAFT):
        return _("fit")
    return _("taken back") if state == State.UNDONE else _("brought in")


def kind_lines() -> list[dict[str, Any]]:
    """Return the kinds of tables in the order in which they are best brought."""
    return [
        {"code": code, "title": title, "text": text, "icon": icon} for code, (title, text, icon) in words.KINDS.items()
    ]


def kind_options(empty: str) -> list[dict[str, str]]:
    """Return the kinds of tables as a choice."""
    options = {"": empty} | {code: str(title) for code, (title, _text, _icon) in words.KINDS.items()}
    return [{"value": code, "text": text} for code, text in options.items()]


def preset_options(empty: str) -> list[dict[str, str]]:
    """Return the systems whose exports are known as a choice."""
    known = sorted(PRESETS.items(), key=lambda each: each[1].title)
    options = {"": empty} | {code: preset.title for code, preset in known}
    return [{"value": code, "text": text} for code, text in options.items()]


def spreadsheet() -> str:
    """Return how to make a CSV file of a spreadsheet."""
    return _(
        "This is a spreadsheet, not a CSV file. Open it and save it as CSV: in Excel with File, Save as, CSV UTF-8; in "
        "Google Sheets with File, Download, CSV; in LibreOffice with File, Save as, CSV. Then choose that file."
    )


def _why_not(sent: Any, refusal: Refused, desk: Desk) -> str:
    if refusal.code == "not_a_table":
        sent.seek(0)
        if sent.read(4) in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
            return spreadsheet()
    return sentence_of(refusal, lang=desk.lang)


def _new_page(request: HttpRequest, desk: Desk, faults: Mapping[str, str]) -> HttpResponse:
    most = settings.CONFIGURATION.import_megabytes
    context = {
        "errors": {name: [text] for name, text in faults.items()},
        "kinds": kind_options(_("Tell by its columns")), "presets": preset_options(_("Tell by its columns")),
        "kind": request.POST.get("kind", ""), "preset": request.POST.get("preset", ""),
        "help": _("A CSV file with a line of headings, up to %(most)s MB. From Excel, save it as CSV UTF-8.")
        % {"most": showing.number(most)},
    }  # fmt: skip
    return shown(request, desk, "console/import_new.html", context, active="settings", status=422 if faults else 200)
