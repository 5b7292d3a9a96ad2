"""Exports: the whole data of this business as open files, made while it works on, fetched by its owner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from goodword.errors import NotFound, Refused
from goodword.flow import keeping_exports
from goodword.flow.submit import submit
from goodword.web.console.desk import Desk, shown
from goodword.web.console.menu import settings_tabs
from goodword.web.console.refusals import sentence_of


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the exports of this business that are here, and the one being made."""
    shelf = keeping_exports.shelf(desk.business)
    context: dict[str, Any] = {
        "tabs": settings_tabs(desk.may, current="exports"), "exports": shelf.kept(), "making": shelf.being_made(),
        "fault": shelf.last_fault(),
    }  # fmt: skip
    return shown(request, desk, "console/exports.html", context, active="settings")


def make(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Begin to make an export; the page tells how far it is."""
    try:
        keeping_exports.start(desk.business, now=desk.now)
    except Refused as refusal:
        messages.error(request, sentence_of(refusal, lang=desk.lang))
    else:
        _note(desk, "export.made", {})
    return redirect("console:exports")


def download(request: HttpRequest, desk: Desk, ref: str) -> HttpResponseBase:
    """Hand an export over to an owner who has just shown the password again."""
    try:
        path = keeping_exports.shelf(desk.business).path_of(ref)
    except NotFound:
        raise Http404 from None
    return _download(request, desk=desk, path=path)


@reauthentication_required
def _download(_request: HttpRequest, *, desk: Desk, path: Path) -> HttpResponseBase:
    _note(desk, "export.downloaded", {"file": path.name})
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type="application/zip")


def remove(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Remove one export, after a question."""
    shelf = keeping_exports.shelf(desk.business)
    try:
        if request.method == "POST":
            shelf.remove(ref)
            _note(desk, "export.removed", {"file": ref})
            messages.success(request, _("The export is removed."))
            return redirect("console:exports")
        path = shelf.path_of(ref)
    except NotFound:
        raise Http404 from None
    return shown(request, desk, "console/export_remove.html", {"name": path.name}, active="settings")


def _note(desk: Desk, kind: str, data: dict[str, str]) -> None:
    submit(business=desk.business, type=kind, data=data, actor=desk.actor, now=desk.now)
