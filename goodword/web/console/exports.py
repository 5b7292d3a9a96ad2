"""Exports: the whole data of this business as open files, made while it works on, fetched by its owner."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from goodword.flow import keeping_exports
from goodword.web.console import kept_files
from goodword.web.console.desk import Desk, shown
from goodword.web.console.menu import settings_tabs


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
    return kept_files.make(request, desk, "export", lambda: keeping_exports.start(desk.business, now=desk.now))


def download(request: HttpRequest, desk: Desk, ref: str) -> HttpResponseBase:
    """Hand an export over to an owner who has just shown the password again."""
    return kept_files.download(request, desk, "export", keeping_exports.shelf(desk.business), ref)


def remove(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Remove one export, after a question."""
    shelf = keeping_exports.shelf(desk.business)
    return kept_files.remove(request, desk, "export", shelf, ref, said=_("The export is removed."))
