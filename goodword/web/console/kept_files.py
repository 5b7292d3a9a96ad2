"""Files that an owner has made, fetches and removes: what the pages of backups and of exports share.

``kind`` is ``backup`` or ``export``: of the pages, the templates and the events that tell of it.
"""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from goodword.errors import NotFound, Refused
from goodword.flow.shelf import Shelf
from goodword.flow.submit import submit
from goodword.web.console.desk import Desk, shown
from goodword.web.console.refusals import sentence_of


def make(request: HttpRequest, desk: Desk, kind: str, start: Callable[[], None]) -> HttpResponse:
    """Begin to make a file; the page tells how far it is."""
    try:
        start()
    except Refused as refusal:
        messages.error(request, sentence_of(refusal, lang=desk.lang))
    else:
        _note(desk, f"{kind}.made", {})
    return redirect(f"console:{kind}s")


def download(request: HttpRequest, desk: Desk, kind: str, shelf: Shelf, name: str) -> HttpResponseBase:
    """Hand a file over to an owner who has just shown the password again."""
    try:
        shelf.path_of(name)
    except NotFound:
        raise Http404 from None
    return _hand_over(request, desk=desk, kind=kind, shelf=shelf, name=name)


@reauthentication_required
def _hand_over(_request: HttpRequest, *, desk: Desk, kind: str, shelf: Shelf, name: str) -> HttpResponseBase:
    _note(desk, f"{kind}.downloaded", {"file": name})
    return FileResponse(
        shelf.path_of(name).open("rb"), as_attachment=True, filename=name, content_type="application/zip"
    )  # fmt: skip


def remove(request: HttpRequest, desk: Desk, kind: str, shelf: Shelf, name: str, *, said: str) -> HttpResponse:
    """Remove a file, after a question.

    Args:
        said: that it is removed.
    """
    try:
        if request.method == "POST":
            shelf.remove(name)
            _note(desk, f"{kind}.removed", {"file": name})
            messages.success(request, said)
            return redirect(f"console:{kind}s")
        path = shelf.path_of(name)
    except NotFound:
        raise Http404 from None
    return shown(request, desk, f"console/{kind}_remove.html", {"name": path.name}, active="settings")


def _note(desk: Desk, kind: str, data: dict[str, str]) -> None:
    submit(business=desk.business, type=kind, data=data, actor=desk.actor, now=desk.now)
