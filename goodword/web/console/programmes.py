"""Programmes: what runs, in words; a draft as text with its faults by line; publishing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from goodword.engine.wording import explain
from goodword.errors import Refused
from goodword.flow.drafting import draft_programme, redraft
from goodword.flow.publish import publish
from goodword.reports import programmes as reading
from goodword.reports.programmes import Line
from goodword.web.console.desk import Desk, shown
from goodword.web.console.refusals import sentence_of
from goodword.web.console.starter import starter


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the programmes."""
    lines = reading.programmes(business=desk.business, now=desk.now)
    context = {"programmes": [_line(line) for line in lines], "can_edit": "programmes.edit" in desk.may}
    return shown(request, desk, "console/programmes.html", context, active="programmes")


def one(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show one programme's terms in force, in words."""
    line = _found(desk, ref)
    shown_revision = line.current or line.latest
    terms = explain(reading.document_of(shown_revision), desk.lang)[1:] if shown_revision else []
    context = {"programme": _line(line), "terms": terms, "can_edit": "programmes.edit" in desk.may}
    context["document"] = shown_revision.document if shown_revision else line.programme.draft
    return shown(request, desk, "console/programme.html", context, active="programmes")


def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Write a first draft, beginning with a programme that suits most businesses."""
    if request.method != "POST":
        text = starter(business=desk.business.name, currency=desk.business.currency)
        return _editor(request, desk, text=text, line=None)
    text = request.POST.get("text", "")
    try:
        made = draft_programme(business=desk.business, text=text, now=desk.now)
    except Refused as refusal:
        return _editor(request, desk, text=text, line=None, refusal=refusal)
    return redirect("console:programme_draft", made.slug)


def draft(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Write the draft of a programme; what is published stays until the draft is published."""
    line = _found(desk, ref)
    latest = line.latest.document if line.latest else ""
    text = request.POST.get("text", line.programme.draft or latest)
    if request.method != "POST":
        return _editor(request, desk, text=text, line=line, read=bool(line.programme.draft))
    try:
        redraft(business=desk.business, programme=line.programme.pk, text=text)
    except Refused as refusal:
        return _editor(request, desk, text=text, line=line, refusal=refusal)
    messages.success(request, _("The draft is saved. It promises nothing until it is published."))
    return redirect("console:programme_draft", ref)


def publish_draft(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Publish the draft: it cannot be changed afterwards, only followed by the next revision."""
    line = _found(desk, ref)
    try:
        publish(business=desk.business, text=line.programme.draft, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        return _editor(request, desk, text=line.programme.draft, line=line, refusal=refusal)
    messages.success(request, _("Published. Referrals from now on are promised this."))
    return redirect("console:programme", ref)


def _editor(
    request: HttpRequest, desk: Desk, *, text: str, line: Line | None, refusal: Refused | None = None,
    read: bool = False,
) -> HttpResponse:  # fmt: skip
    faults = _faults(refusal, desk) if refusal else []
    terms = reading.terms_of(text, lang=desk.lang) if read and not refusal else []
    context = {
        "programme": _line(line) if line else None, "text": text, "faults": faults, "terms": terms,
        "can_publish": line is not None and bool(line.programme.draft) and not faults,
    }  # fmt: skip
    status = 422 if faults else 200
    return shown(request, desk, "console/programme_draft.html", context, active="programmes", status=status)


def _faults(refusal: Refused, desk: Desk) -> list[dict[str, Any]]:
    told = refusal.facts.get("faults")
    if isinstance(told, list) and told and isinstance(told[0], dict):
        return told
    return [{"line": 0, "key": "", "problem": sentence_of(refusal, lang=desk.lang), "write_instead": ""}]


def _found(desk: Desk, ref: str) -> Line:
    line = reading.programme(business=desk.business, slug=ref, now=desk.now)
    if line is None:
        raise Http404
    return line


def _line(line: Line) -> dict[str, Any]:
    return {
        "slug": line.programme.slug, "name": line.programme.name, "draft": bool(line.programme.draft),
        "revision": line.current.number if line.current else None,
        "since": line.current.starts_at if line.current else None,
        "later": line.latest.starts_at if line.latest and line.latest != line.current else None,
    }  # fmt: skip
