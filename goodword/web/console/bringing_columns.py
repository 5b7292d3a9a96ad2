"""How an upload is read: its form, which column is what, what its words mean; a change shows the first rows anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from goodword.errors import Conflict, NotFound, Refused
from goodword.flow.bringing import begin_check, check
from goodword.flow.bringing_begun import ALTERABLE
from goodword.flow.bringing_file import form_of
from goodword.flow.bringing_mappings import forget_mapping, save_mapping, saved_mappings, use_mapping
from goodword.flow.bringing_prices import read_prices
from goodword.flow.bringing_upload import configure, look
from goodword.inbox.models import Import
from goodword.inbox.tables import kinds
from goodword.inbox.tables.kind import CONSTANT
from goodword.inbox.tables.kinds.receipts import LINE_KINDS
from goodword.reports import import_samples as reading
from goodword.reports.imports import BROUGHT, same_file
from goodword.reports.row_faults import DOUBTS, MAPPINGS
from goodword.web import showing
from goodword.web.console import bringing_choices as choices
from goodword.web.console import bringing_forms as forms
from goodword.web.console import bringing_words as words
from goodword.web.console.bringing import import_of, kind_options, line_of, preset_options
from goodword.web.console.bringing_import import is_kept
from goodword.web.console.desk import Desk, shown
from goodword.web.console.refusals import sentence_of

AT_ONCE = reading.SMALL  # bytes of a file that is looked over while one waits; of a larger one the worker tells


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show how the file is read; take what was changed, and what is to be done with it (``do``)."""
    import_ = import_of(desk, ref)
    if import_.state not in ALTERABLE or import_.position or not is_kept(import_):
        return redirect("console:import", import_.number)
    faults: dict[str, str] = {}
    do = request.POST.get("do", "look")
    try:
        if request.method == "POST":
            done = DEEDS.get(do, _look)(request, desk, import_)
            if done is not None:
                return done
    except NotFound as refusal:
        if refusal.code == "upload_gone":
            return redirect("console:import", import_.number)
        faults["use"] = sentence_of(refusal, lang=desk.lang)
    except Refused as refusal:
        beside = {"bad_name": "name", "bad_source": "source", "reserved_source": "source", "no_descriptions": "prices",
                  "empty_table": "prices", "not_a_table": "prices"}  # fmt: skip
        faults[beside.get(refusal.code, "")] = _said(refusal, desk)
    return _page(request, desk, import_, faults, asked=do == "check")


def _look(request: HttpRequest, _desk: Desk, import_: Import) -> None:
    """Take over how the file is to be read."""
    _take(request, import_)


def _check(request: HttpRequest, desk: Desk, import_: Import) -> HttpResponse | None:
    """Have every row looked over: a small file at once, a larger one by the worker."""
    _take(request, import_)
    if not import_.kind or kinds.faults_of(import_.kind, import_.mapping, import_.headers):
        return None
    try:
        if import_.size <= AT_ONCE:
            check(import_, clock=timezone.now)
        else:
            begin_check(import_, now=desk.now)
    except Conflict:
        pass  # pressed twice, or the worker was faster: its page tells
    return redirect("console:import", import_.number)


def _save(request: HttpRequest, desk: Desk, import_: Import) -> HttpResponse | None:
    _take(request, import_)
    name = request.POST.get("name", "")
    save_mapping(import_=import_, name=name, now=desk.now)
    messages.success(request, _("Saved. The next file of this kind can be read the same way."))
    return redirect("console:import_columns", import_.number)


def _use(request: HttpRequest, _desk: Desk, import_: Import) -> HttpResponse | None:
    use_mapping(import_, name=request.POST.get("use", ""))
    return redirect("console:import_columns", import_.number)


def _forget(request: HttpRequest, desk: Desk, import_: Import) -> HttpResponse | None:
    forget_mapping(business=desk.business, kind=import_.kind, name=request.POST.get("use", ""))
    messages.success(request, _("Removed."))
    return redirect("console:import_columns", import_.number)


def _prices(request: HttpRequest, _desk: Desk, import_: Import) -> HttpResponse | None:
    """Add a price list: what descriptions on receipts are."""
    sent: Any = request.FILES.get("prices")
    if sent is None:
        raise Refused("no_descriptions", "choose a price list")
    found = read_prices(sent, kind=request.POST.get("line_kind", "service"))
    told = {name: (kind, sku) for name, (kind, sku) in import_.prices.items()}
    configure(import_, prices=found | told)
    messages.success(
        request, ngettext("%(count)s description read.", "%(count)s descriptions read.", len(found))
        % {"count": showing.number(len(found))},
    )  # fmt: skip
    return redirect("console:import_columns", import_.number)


DEEDS = {"look": _look, "check": _check, "save": _save, "use": _use, "forget": _forget, "prices": _prices}


def _take(request: HttpRequest, import_: Import) -> None:
    """Change how the draft is read by what was sent; a field that was not sent stays."""
    sent = request.POST
    headers = list(import_.headers)
    form = msgspec.structs.replace(form_of(import_), **_form(sent))
    if form != form_of(import_):
        configure(import_, form=form)
    if import_.headers != headers:  # read in another way the file has other columns, which were matched anew
        told = _mapping(sent, import_.kind, headers) if sent.get("kind") == import_.kind != "" else {}
        kept = {field: at for field, at in told.items() if at.startswith(CONSTANT) or at in import_.headers}
        configure(import_, mapping=import_.mapping | kept)
        return
    kind, preset = sent.get("kind", import_.kind), sent.get("preset", import_.preset)
    if (kind, preset) != (import_.kind, import_.preset):
        configure(import_, kind=kind, preset=preset)
        return
    if not import_.kind:
        return
    mapping = {**import_.mapping, **_mapping(sent, import_.kind, headers)}
    configure(
        import_, mapping=mapping, words=_words(sent, import_), update="update" in sent if "shown" in sent else None,
        source=sent.get("source") if "source" in sent and not import_.preset else None,
    )  # fmt: skip


def _form(sent: Mapping[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {name: sent[name] for name in ("encoding", "decimal", "dates") if sent.get(name)}
    row = sent.get("header", "")
    if row.isascii() and row.isdecimal() and len(row) < 4:
        told["header"] = int(row)
    if sent.get("delimiter") in forms.DELIMITERS:
        told["delimiter"] = forms.DELIMITERS[sent["delimiter"]][0]
    return told


def _mapping(sent: Mapping[str, str], kind: str, headers: Sequence[str]) -> dict[str, str]:
    """Return what was chosen for each field: a column by its place, a value for every row, or nothing."""
    found = {}
    for field in kinds.KINDS[kind].fields:
        chosen = sent.get(f"c-{field.name}")
        if chosen is None:
            continue
        place = chosen.removeprefix("#")
        if chosen == CONSTANT:
            found[field.name] = CONSTANT + sent.get(f"v-{field.name}", "").strip()[:200]
        elif chosen.startswith(CONSTANT):
            found[field.name] = chosen
        elif chosen.startswith("#") and place.isascii() and place.isdecimal() and len(place) < 6:
            found[field.name] = headers[int(place)] if int(place) < len(headers) else ""
        else:
            found[field.name] = ""
    return found


def _words(sent: Any, import_: Import) -> dict[str, dict[str, str]] | None:
    """Return the meanings of words, those that were sent over those there were."""
    found = {field: dict(told) for field, told in import_.words.items()}
    for field in kinds.KINDS[import_.kind].fields:
        asked, means = sent.getlist(f"word-{field.name}"), sent.getlist(f"means-{field.name}")
        for word, meaning in zip(asked, means, strict=False):
            if meaning in field.choices:
                found.setdefault(field.name, {})[word[:200]] = meaning
    return found


def _page(request: HttpRequest, desk: Desk, import_: Import, faults: Mapping[str, str], *, asked: bool) -> HttpResponse:
    try:
        seen = look(import_, rows=3)
        seen = seen._replace(top=reading.top_of(import_, seen.top))
        rows = reading.first_rows(import_)
    except NotFound:
        return redirect("console:import", import_.number)
    wrong = {field: str(MAPPINGS.get(code, code)) for field, code in seen.faults} if asked else {}
    before = same_file(business=desk.business, sha256=import_.sha256, states=BROUGHT, but=import_.pk)
    context: dict[str, Any] = {
        "import": line_of(import_), "form_rows": choices.form_rows(seen),
        "kind": import_.kind, "preset": import_.preset,
        "assumed": str(DOUBTS["columns_assumed"]) if "columns_assumed" in seen.doubts else "",
        "kinds": kind_options(_("Please choose")), "presets": preset_options(_("Another system, or my own table")),
        "headers": seen.headers, "sample": reading.sample_of(import_, seen.sample),
        "fault": faults.get("", ""), "errors": {name: [text] for name, text in faults.items() if name},
        "no_kind": asked and not import_.kind, "wrong": bool(wrong), "update": import_.update,
        "source": import_.source, "before": line_of(before) if before else None,
        "posted": request.POST.get("do") == "look",
        "saved": [], "rows": [], "further": [], "words": [], "whole": import_.size <= reading.SMALL,
    }  # fmt: skip
    if import_.kind:
        main, further = choices.field_rows(import_, rows, wrong)
        context |= {
            "rows": main, "further": further, "needed": choices.needed(import_),
            "words": choices.word_rows(import_, rows),
            "saved": [{"value": kept.name, "text": kept.name}
                      for kept in saved_mappings(business=desk.business, kind=import_.kind)],
            "name": request.POST.get("name", ""), "prices": len(import_.prices),
            "line_kinds": [{"value": each, "text": words.choice_name("kind", each)} for each in LINE_KINDS],
        }  # fmt: skip
    status = 422 if (faults or wrong or context["no_kind"]) else 200
    return shown(request, desk, "console/import_columns.html", context, active="settings", status=status)


def _said(refusal: Refused, desk: Desk) -> str:
    if refusal.code in ("bad_source", "reserved_source"):
        return _("Write 1 to 100 characters; “goodword” is ours.")
    return sentence_of(refusal, lang=desk.lang)
