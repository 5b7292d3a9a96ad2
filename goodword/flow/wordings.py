"""The business's own words for its messages: put in force, or taken back. What is in line keeps its words."""

from __future__ import annotations

from datetime import datetime

from goodword.business.models import Business
from goodword.engine.wording.language import LANGUAGES
from goodword.errors import Invalid, NotFound
from goodword.inbox import models as inbox
from goodword.outbox import own_words
from goodword.outbox.models import Wording
from goodword.outbox.templates import TEMPLATES

SENTENCES = {
    "wording_empty": "write the words, or go back to those that came with Goodword",
    "wording_too_long": "that is longer than a message may be",
    "unbalanced_braces": "a brace stands alone; a variable is written {name}",
    "unknown_variable": "this message has no such variable",
    "subject_variable": "this variable may be empty, so it cannot stand in a subject",
    "variable_missing": "the message makes no sense without this variable, on a line that is always there",
    "always_empty": "at least one line must hold whatever is known",
}


def change_wording(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``wording.changed {template, language, subject, body}``: own words for a message, from the next one on.

    Raises:
        Invalid: a code of ``SENTENCES``, with the field as its pointer.
    """
    template, language = _named(row)
    text = own_words.text_of(str(row.data.get("subject") or ""), str(row.data.get("body") or ""))
    for fault in own_words.faults(template=template, text=text):
        raise Invalid(fault.code, SENTENCES[fault.code], pointer=f"/{fault.field}", name=fault.name)
    Wording.objects.create(
        business=business, template=template, language=language, subject=text.subject, body="\n".join(text.lines),
        since=now, event=row,
    )  # fmt: skip


def drop_wording(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``wording.dropped {template, language}``: back to the words that came with Goodword."""
    template, language = _named(row)
    Wording.objects.create(business=business, template=template, language=language, since=now, event=row)


def _named(row: inbox.Event) -> tuple[str, str]:
    template, language = str(row.data.get("template")), str(row.data.get("language"))
    if template not in TEMPLATES:
        raise NotFound("unknown_template", "there is no message of that name")
    if language not in LANGUAGES:
        raise Invalid("unknown_language", f"the language is one of {', '.join(LANGUAGES)}", pointer="/language")
    return template, language
