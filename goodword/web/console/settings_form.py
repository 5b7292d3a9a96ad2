"""A page of settings: its fields in sections, faults beside them, and beside it in words what will happen."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from goodword.business.choices import read_choices
from goodword.business.reading import settings_at
from goodword.errors import Refused
from goodword.flow.changing import change_settings
from goodword.web.console.desk import Desk, shown
from goodword.web.console.menu import settings_tabs
from goodword.web.console.refusals import sentence_of

SPANS = 3  # how many reminders a form offers


@dataclass(frozen=True, slots=True)
class Ask:
    """One field; ``kind`` is ``text``, ``tel``, ``email``, ``url``, ``area``, ``number``, ``time``, ``choice``,
    ``check`` (yes or no), ``checks`` (several of ``options``), ``span`` (how long), ``spans`` or ``fixed`` (told only).
    """

    name: str
    label: str
    kind: str = "text"
    help: str = ""
    options: Sequence[Mapping[str, str]] = ()
    value: Any = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Fields that belong together."""

    title: str
    icon: str
    fields: Sequence[Ask]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One tab of the settings; ``says`` tells in sentences what follows from what is in force."""

    name: str
    lead: str
    sections: Sequence[Section]
    says: Sequence[str] = ()
    says_title: str = ""
    template: str = "console/settings.html"
    extra: Mapping[str, Any] = field(default_factory=dict)


def choices_page(request: HttpRequest, desk: Desk, build: Callable[[Desk, dict[str, Any]], Page]) -> HttpResponse:
    """Show a page of dated settings and change them (business/choices.py)."""
    page = build(desk, settings_at(desk.business, desk.now))
    if request.method != "POST":
        return settings_page(request, desk, page)
    wanted, found = read_choices(sent(request, page))
    faults: dict[str, Refused] = dict(found)
    changed: list[str] = []
    if not faults:
        try:
            changed = change_settings(business=desk.business, wanted=wanted, actor=desk.actor, now=desk.now)
        except Refused as refusal:
            faults[str(refusal.facts.get("field", ""))] = refusal
    if faults:
        return settings_page(request, desk, page, faults=faults)
    return saved(request, page, changed=bool(changed))


def settings_page(
    request: HttpRequest, desk: Desk, page: Page, *, faults: Mapping[str, Refused] | None = None
) -> HttpResponse:
    """Show a page; with ``faults`` (by field, ``""`` for the whole) as it was sent, answered 422."""
    told = {name: sentence_of(fault, lang=desk.lang) for name, fault in (faults or {}).items()}
    sections = [
        {
            "title": section.title, "icon": section.icon, "lead": section.lead,
            "rows": [_row(request, each, told.get(each.name, ""), again=bool(told)) for each in section.fields],
        }
        for section in page.sections
    ]  # fmt: skip
    context = {
        "tabs": settings_tabs(desk.may, current=page.name), "lead": page.lead, "sections": sections,
        "says": page.says, "says_title": page.says_title or _("What this means"), "fault": told.get("", ""),
        "faults": len(told), **page.extra,
    }  # fmt: skip
    return shown(request, desk, page.template, context, active="settings", status=422 if told else 200)


def saved(request: HttpRequest, page: Page, *, changed: bool) -> HttpResponse:
    """Say so and show the page anew."""
    messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
    return redirect(f"console:{page.name}")


def sent(request: HttpRequest, page: Page) -> dict[str, object]:
    """Return what the form brought, by field; a check that is off is a no, fields that are only told are left out."""
    fields = [each for section in page.sections for each in section.fields if each.kind != "fixed"]
    return {each.name: _sent(request, each) for each in fields}


def unit_options() -> list[dict[str, str]]:
    """Return the units that a time is given in."""
    return [{"value": "h", "text": _("hours")}, {"value": "d", "text": _("days")},
            {"value": "months", "text": _("months")}]  # fmt: skip


def split_span(text: str) -> tuple[str, str]:
    """Return a stored duration as its number and unit; nothing is no number of days."""
    found = re.fullmatch(r"([^a-z]*?) ?(h|d|months)", text)
    return (found[1], found[2]) if found else (text, "d")


def _sent(request: HttpRequest, ask: Ask) -> object:
    if ask.kind == "check":
        return ask.name in request.POST
    if ask.kind == "checks":
        return request.POST.getlist(ask.name)
    if ask.kind in ("span", "spans"):
        counts, units = request.POST.getlist(ask.name), request.POST.getlist(f"{ask.name}_unit")
        spans = [f"{n.strip()} {unit}" for n, unit in zip(counts, units, strict=False) if n.strip()]
        return spans[:SPANS] if ask.kind == "spans" else (spans[0] if spans else "")
    return request.POST.get(ask.name, "").strip()


def _row(request: HttpRequest, ask: Ask, fault: str, *, again: bool) -> dict[str, Any]:
    """Return a field as it is shown: with what was sent where the form comes back, else with what is in force."""
    value: Any = _sent(request, ask) if again and ask.kind != "fixed" else ask.value
    row: dict[str, Any] = {
        "name": ask.name, "label": ask.label, "kind": ask.kind, "help": ask.help, "value": value,
        "errors": [fault] if fault else [], "options": ask.options,
    }  # fmt: skip
    if ask.kind == "checks":
        row["options"] = [{**option, "on": option["value"] in value} for option in ask.options]
    if ask.kind in ("span", "spans"):
        known = list(value) if ask.kind == "spans" else [value]
        wide = SPANS if ask.kind == "spans" else 1
        pairs = [split_span(text) for text in [*known, *[""] * wide][:wide]]
        row["units"] = unit_options()
        row["pairs"] = [{"count": count, "unit": unit, "number": place} for place, (count, unit) in enumerate(pairs, 1)]
    return row
