"""A business's own words for its messages: what may be saved, and what is in force."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from goodword.business.models import Business
from goodword.inbox.models import Decision, Event
from goodword.outbox.models import Wording
from goodword.outbox.rendering import VARIABLE, used
from goodword.outbox.templates import TEMPLATES
from goodword.outbox.templates.kind import Text

LONGEST_BODY, LONGEST_SUBJECT = 1000, 150
UNUSABLE = "wording_unusable"
UNSAYABLE = {"Cc", "Cs"}  # what no message may carry: control characters and halves of characters


class Fault(NamedTuple):
    """Why words may not be saved. ``field`` is ``subject`` or ``body``; ``name`` the variable or limit it is about."""

    code: str
    field: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Own:
    """Words in force, since when and by which event."""

    text: Text
    since: datetime
    event: Event | None


def tidy(text: str, *, one_line: bool = False) -> str:
    """Return what a person typed as it is kept: plain line ends, no invisible control characters, no stray blanks."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    plain = "".join(c for c in plain if c == "\n" or unicodedata.category(c) not in UNSAYABLE)
    lines = [line.strip() for line in plain.split("\n")]
    return " ".join(filter(None, lines)) if one_line else re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def text_of(subject: str, body: str) -> Text:
    """Return tidied words as a template takes them."""
    return Text(subject=tidy(subject, one_line=True), lines=tuple(tidy(body).split("\n")))


def faults(*, template: str, text: Text) -> list[Fault]:
    """Return everything that forbids these words; whatever passes can be sent whatever the facts are.

    A variable that the message needs has to stand on a line that nothing else can take away, one line at least is
    always there, and a subject has no variable that may be empty.
    """
    made = TEMPLATES[template]
    body, found = "\n".join(text.lines), []
    if not body:
        found.append(Fault("wording_empty", "body"))
    if not text.subject:
        found.append(Fault("wording_empty", "subject"))
    for field, said, most in (("subject", text.subject, LONGEST_SUBJECT), ("body", body, LONGEST_BODY)):
        if len(said) > most:
            found.append(Fault("wording_too_long", field, str(most)))
        if re.search(r"[{}]", VARIABLE.sub("", said)):
            found.append(Fault("unbalanced_braces", field))
        found += [Fault("unknown_variable", field, name) for name in dict.fromkeys(used(said))
                  if name not in made.variables]  # fmt: skip
    maybe = set(made.sometimes)
    found += [Fault("subject_variable", "subject", name) for name in dict.fromkeys(used(text.subject)) if name in maybe]
    lines = [set(used(line)) for line in text.lines]
    found += [Fault("variable_missing", "body", name) for name in made.needs
              if body and not any(name in line and line & maybe <= {name} for line in lines)]  # fmt: skip
    if body and not any(line.strip() and not set(used(line)) & maybe for line in text.lines):
        found.append(Fault("always_empty", "body"))
    return found


def in_force(*, business: Business, at: datetime) -> dict[tuple[str, str], Own]:
    """Return the own words in force, by template and language. One statement."""
    rows = Wording.objects.filter(business=business, since__lte=at).select_related("event").order_by("since", "pk")
    found: dict[tuple[str, str], Own] = {}
    for row in rows:
        found.pop((row.template, row.language), None)
        if row.body:
            text = Text(subject=row.subject, lines=tuple(row.body.split("\n")))
            found[row.template, row.language] = Own(text, row.since, row.event)
    return found


def tell_unusable(*, business: Business, fallen: Mapping[tuple[str, str], tuple[Own, int]]) -> None:
    """Write down as a problem that own words could not be used and ours were; once for each words.

    Args:
        fallen: by template and language: the words, and a contact who was written to in ours.
    """
    for (template, language), (own, contact) in fallen.items():
        if own.event is not None and not Decision.objects.filter(event=own.event, kind="problem").exists():
            Decision.objects.create(
                business=business, event=own.event, kind="problem", codes=[UNUSABLE], contact=contact,
                trace={"template": template, "language": language},
            )  # fmt: skip
