"""Backups: made while the business works on, fetched by the owner, and how to bring one back."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from goodword.errors import NotFound, Refused
from goodword.flow import keeping_backups
from goodword.flow.submit import submit
from goodword.web.console.desk import Desk, shown
from goodword.web.console.menu import settings_tabs
from goodword.web.console.refusals import sentence_of


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the backups that are here, and the one being made."""
    whole = keeping_backups.runs_it_all(desk.person)
    context: dict[str, Any] = {
        "tabs": settings_tabs(desk.may, current="backups"), "whole": whole,
        "backups": keeping_backups.kept() if whole else [], "making": keeping_backups.being_made(),
        "fault": keeping_backups.last_fault(), "postgresql": "postgresql" in settings.DATABASES["default"]["ENGINE"],
    }  # fmt: skip
    return shown(request, desk, "console/backups.html", context, active="settings")


def make(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Begin to make a backup; the page tells how far it is."""
    _must_run_it_all(desk)
    try:
        keeping_backups.start(now=desk.now)
    except Refused as refusal:
        messages.error(request, sentence_of(refusal, lang=desk.lang))
    else:
        _note(desk, "backup.made", {})
    return redirect("console:backups")


def download(request: HttpRequest, desk: Desk, ref: str) -> HttpResponseBase:
    """Hand a backup over to an owner who has just shown the password again."""
    _must_run_it_all(desk)
    return _download(request, desk=desk, ref=ref)


@reauthentication_required
def _download(_request: HttpRequest, *, desk: Desk, ref: str) -> HttpResponseBase:
    try:
        path = keeping_backups.path_of(ref)
    except NotFound:
        raise Http404 from None
    _note(desk, "backup.downloaded", {"file": ref})
    return FileResponse(path.open("rb"), as_attachment=True, filename=ref, content_type="application/zip")


def remove(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Remove one backup, after a question."""
    _must_run_it_all(desk)
    try:
        if request.method == "POST":
            keeping_backups.remove(ref)
            _note(desk, "backup.removed", {"file": ref})
            messages.success(request, _("The backup is removed."))
            return redirect("console:backups")
        path = keeping_backups.path_of(ref)
    except NotFound:
        raise Http404 from None
    return shown(request, desk, "console/backup_remove.html", {"name": path.name}, active="settings")


def _must_run_it_all(desk: Desk) -> None:
    """A backup holds every business of the installation: nobody gets one who does not own them all."""
    if not keeping_backups.runs_it_all(desk.person):
        raise Http404


def _note(desk: Desk, kind: str, data: dict[str, str]) -> None:
    submit(business=desk.business, type=kind, data=data, actor=desk.actor, now=desk.now)
