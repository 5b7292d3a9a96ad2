"""Backups: made while the business works on, fetched by the owner, and how to bring one back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from goodword.flow import keeping_backups
from goodword.web.console import kept_files
from goodword.web.console.desk import Desk, shown
from goodword.web.console.menu import settings_tabs


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
    return kept_files.make(request, desk, "backup", lambda: keeping_backups.start(now=desk.now))


def download(request: HttpRequest, desk: Desk, ref: str) -> HttpResponseBase:
    """Hand a backup over to an owner who has just shown the password again."""
    _must_run_it_all(desk)
    return kept_files.download(request, desk, "backup", keeping_backups.shelf(), ref)


def remove(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Remove one backup, after a question."""
    _must_run_it_all(desk)
    return kept_files.remove(request, desk, "backup", keeping_backups.shelf(), ref, said=_("The backup is removed."))


def _must_run_it_all(desk: Desk) -> None:
    """A backup holds every business of the installation: nobody gets one who does not own them all."""
    if not keeping_backups.runs_it_all(desk.person):
        raise Http404
