"""How an upload is read, as the page of its columns shows it: form, fields and words, each with what may be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from goodword.flow.bringing_upload import Look
from goodword.inbox.models import Import
from goodword.inbox.tables import kinds
from goodword.inbox.tables.forms import Form
from goodword.inbox.tables.kind import CONSTANT, Field
from goodword.reports import import_samples as reading
from goodword.reports.row_faults import DOUBTS
from goodword.web import showing
from goodword.web.console import bringing_forms as forms
from goodword.web.console import bringing_words as words
from goodword.web.console.bringing_sentences import sample_line

TOP = 15  # rows among which the one with the names is chosen
# May be the same in every row.
CONSTANTS = frozenset({"currency", "date", "expires", "location", "description", "value", "service"})
# By which detail of a form a doubt stands.
BESIDE = {"dates": "dates", "decimal": "decimal", "encoding": "encoding", "single": "delimiter", "header": "header"}


def form_rows(seen: Look) -> list[dict[str, Any]]:
    """Return the five details of how the file is written, each with what is doubtful about it."""
    form: Form = seen.form
    doubts = {
        detail: [str(DOUBTS[code]) for code in seen.doubts if code in DOUBTS and code.startswith(begin)]
        for begin, detail in BESIDE.items()
    }
    delimiter = next(name for name, (mark, _text) in forms.DELIMITERS.items() if mark == form.delimiter)
    rows = [
        ("dates", _("Dates"), form.dates, forms.DATES.items()),
        ("decimal", _("Amounts"), form.decimal, forms.DECIMALS.items()),
        ("delimiter", _("Columns are parted by"), delimiter,
         ((name, text) for name, (_mark, text) in forms.DELIMITERS.items())),
        ("encoding", _("Letters"), form.encoding, forms.ENCODINGS.items()),
        ("header", _("The columns’ names stand in"), str(form.header), _rows_of_names(seen)),
    ]  # fmt: skip
    return [
        {
            "name": name, "label": label, "value": value, "doubts": doubts[name],
            "options": [{"value": each, "text": str(text)} for each, text in options],
        }
        for name, label, value, options in rows
    ]  # fmt: skip


def _rows_of_names(seen: Look) -> list[tuple[str, str]]:
    """Return the rows that may name the columns, each with how it begins; a few, and the one that is taken."""
    shown = [
        (place, ", ".join(filter(None, (cell.strip() for cell in cells)))[:60])
        for place, cells in seen.top
        if place == seen.form.header or (place <= TOP and any(cell.strip() for cell in cells))
    ]
    return [
        (str(place), _("Row %(row)s: %(text)s") % {"row": showing.number(place), "text": text}) for place, text in shown
    ]


def field_rows(
    import_: Import, rows: Sequence[Any], wrong: Mapping[str, str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the fields that matter first or stand in a column, and the further ones."""
    kind = kinds.KINDS[import_.kind]
    first = {name for group in kind.one_of for name in group}
    found = reading.samples(import_, rows)
    main: list[dict[str, Any]] = []
    further: list[dict[str, Any]] = []
    for field in kind.fields:
        at = import_.mapping.get(field.name, "")
        chosen, constant = _chosen(field, at, import_.headers)
        row = {
            "name": f"c-{field.name}", "label": words.field_name(field.name), "required": field.required,
            "value": chosen, "options": _options(field, import_.headers), "fault": wrong.get(field.name, ""),
            "free": f"v-{field.name}" if chosen == CONSTANT else "", "constant": constant,
            "samples": [sample_line(each, field.name, currency=import_.terms["currency"])
                        for each in found.get(field.name, [])],
            "blank": bool(chosen.startswith("#")) and not found.get(field.name),
        }  # fmt: skip
        (main if field.required or field.name in first or at else further).append(row)
    return main, further


def _chosen(field: Field, at: str, headers: Sequence[str]) -> tuple[str, str]:
    """Return the choice that stands for a place of the mapping, and the value that is the same in every row."""
    if at.startswith(CONSTANT):
        return (at, "") if field.choices else (CONSTANT, at.removeprefix(CONSTANT))
    return (f"#{headers.index(at)}" if at in headers else "", "")


def _options(field: Field, headers: Sequence[str]) -> list[dict[str, str]]:
    options = [{"value": "", "text": _("Not in the file")}]
    options += [{"value": f"#{place}", "text": name} for place, name in enumerate(headers)]
    options += [
        {
            "value": f"{CONSTANT}{each}",
            "text": _("In every row: %(value)s") % {"value": words.choice_name(field.name, each)},
        }
        for each in field.choices
    ]  # fmt: skip
    if field.name in CONSTANTS:
        options.append({"value": CONSTANT, "text": _("The same in every row …")})
    return options


def needed(import_: Import) -> list[str]:
    """Return the groups of fields of which one must have a column, in words."""
    kind = kinds.KINDS[import_.kind]
    return [
        " · ".join(words.field_name(name) for name in group)
        for group in kind.one_of
        if not any(import_.mapping.get(name) for name in group)
    ]


def word_rows(import_: Import, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return the words of columns of choices, as they are listed."""
    fields = {field.name: field for field in kinds.KINDS[import_.kind].fields}
    found: list[dict[str, Any]] = []
    for name, told in reading.words(import_, rows).items():
        options = [{"value": each, "text": words.choice_name(name, each)} for each in fields[name].choices]
        lines: list[dict[str, Any]] = [
            {"text": each.text, "value": each.meaning, "unknown": each.meaning is None} for each in told.lines
        ]
        found.append(
            {"field": name, "label": words.field_name(name), "options": options, "lines": lines, "more": told.more}
        )
    return found
