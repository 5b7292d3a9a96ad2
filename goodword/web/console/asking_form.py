"""One form on a page of its own: works by keyboard and without scripts; faults stand beside their field."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse

from goodword.web.console.desk import Desk, shown


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; ``kind`` is ``text``, ``tel``, ``email``, ``area``, ``date``, ``decimal`` or ``choice``."""

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    help: str = ""
    options: Sequence[Mapping[str, str]] = ()
    initial: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What a form asks and where it leads back to."""

    title: str
    button: str
    back: str
    back_text: str
    fields: Sequence[Field]
    lead: str = ""
    tone: str = "primary"
    hidden: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()


def form_page(
    request: HttpRequest, desk: Desk, form: Form, *, active: str, faults: Mapping[str, str] | None = None
) -> HttpResponse:
    """Show a form; with ``faults`` (by field, ``""`` for the whole) as it was sent, answered 422."""
    told = faults or {}
    rows: list[dict[str, Any]] = [
        {
            "name": f.name, "label": f.label, "kind": f.kind, "required": f.required, "help": f.help,
            "options": f.options, "value": request.POST.get(f.name, request.GET.get(f.name, f.initial)),
            "errors": [told[f.name]] if f.name in told else [],
        }
        for f in form.fields
    ]  # fmt: skip
    context = {"form": form, "rows": rows, "fault": told.get("", "")}
    return shown(request, desk, "console/form.html", context, active=active, status=422 if told else 200)


def once(request: HttpRequest) -> str:
    """Return the key of this form, made when it was asked for: pressed twice it is one act, not two.

    It goes into ``Form.hidden`` as ``form`` and comes back with what was sent.
    """
    sent = request.POST.get("form", "")
    return sent if re.fullmatch(r"[0-9a-f]{16}", sent) else secrets.token_hex(8)


def missing(request: HttpRequest, form: Form, *, said: str) -> dict[str, str]:
    """Return the required fields that came empty, each with the sentence ``said``."""
    return {f.name: said for f in form.fields if f.required and not request.POST.get(f.name, "").strip()}
