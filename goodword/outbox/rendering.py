"""A template, the facts of one case and a language, made into words. Money and dates by Babel.

Facts are stored with the message as plain JSON; they hold nothing that is not in the text:

``link``; ``page``, the person's own; ``stop``, where the person says stop; ``friend`` (the first name only:
``first_name``); ``gift`` ``{kind, asset, units, text, max}``; ``usable`` and ``expires``, instants in ISO 8601;
``code``; ``serial`` of a voucher; ``giver`` (the first name only) and ``message`` of a voucher that is a present.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from goodword.codes import grouped
from goodword.engine.wording.language import Language, language
from goodword.errors import Invalid
from goodword.outbox.links import CODE_MARK
from goodword.outbox.templates import TEMPLATES
from goodword.outbox.templates.kind import Template, Text

Facts = Mapping[str, Any]
FIRST_NAME_LENGTH = 40
FALLBACK = "en"
VARIABLE = re.compile(r"\{([a-z_]+)\}")
# When a name or a friend is not known, the line still has to read well.
NOBODY: dict[str, dict[str, str]] = {
    "en": {"first_name": "there", "friend": "a friend"},
    "sv": {"first_name": "du", "friend": "en vän"},
    "ar": {"first_name": "بك", "friend": "صديقًا"},
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is sent: an e-mail's subject and the text of every channel."""

    subject: str
    body: str
    fell_back: bool = False
    """The business's own words could not be used, so ours were."""


def language_of(wanted: str | None, *, business: str, spoken: Collection[str] | None = None) -> str:
    """Return the language to write in: the contact's where we have it, else the business's, else English.

    Args:
        spoken: in which the business writes to customers (the setting ``languages``); None: in all we have. Its own
            language is always one of them.
    """
    for each in filter(None, (wanted, business)):
        with suppress(Invalid):
            code = language(each).code
            if spoken is None or code in spoken or each == business:
                return code
    return FALLBACK


def first_name(name: str) -> str:
    """Return the first word of a name; a friend's surname is never told to anybody (domain.md)."""
    words = "".join(c if c.isprintable() else " " for c in name).split()
    return words[0][:FIRST_NAME_LENGTH] if words else ""


def render(
    *, template: str, lang: str, name: str, business: str, currency: str, zone: ZoneInfo, facts: Facts,
    own: Text | None = None,
) -> Rendered:  # fmt: skip
    """Word one message.

    Args:
        template: a key of ``TEMPLATES``.
        lang: ``en``, ``sv`` or ``ar``.
        name: the contact's whole name; the text uses the first.
        business: how the business signs.
        currency: of the business, for the most a percent code takes off.
        zone: of the business, for dates.
        own: the business's own words; where they cannot be used, ours are, and ``fell_back`` says so.
    """
    made, to = TEMPLATES[template], language(lang)
    given: dict[str, Callable[[], str]] = {
        "first_name": lambda: first_name(name) or NOBODY[lang]["first_name"],
        "business": lambda: business,
        "friend": lambda: _known(facts, "friend", lang),
        "giver": lambda: first_name(str(facts.get("giver") or "")),
        "message": lambda: str(facts.get("message") or ""),
        "serial": lambda: str(facts.get("serial") or ""),
        "gift": lambda: _gift(facts.get("gift"), currency, to),
        "usable": lambda: _day(facts.get("usable"), zone, to, last=False),
        "expires": lambda: _day(facts.get("expires"), zone, to, last=True),
        "code": lambda: _code(str(facts.get("code") or "")),
        "link": lambda: str(facts.get("link") or ""),
        "page": lambda: str(facts.get("page") or ""),
        "stop": lambda: str(facts.get("stop") or ""),
    }
    words = {key: given[key]() for key in made.variables}
    if own is not None:
        with suppress(KeyError):
            said = _filled(_with_stop(own, made.texts[lang]), words)
            if said.body:
                return said
    said = _filled(made.texts[lang], words)
    return Rendered(said.subject, said.body, fell_back=own is not None)


def used(line: str) -> list[str]:
    """Return the variables a line uses."""
    return VARIABLE.findall(line)


def _with_stop(own: Text, ours: Text) -> Text:
    """Return a business's own words with our line on how to say stop, where they leave it out."""
    if any("stop" in used(line) for line in own.lines) or not any(own.lines):
        return own
    return Text(own.subject, (*own.lines, *(line for line in ours.lines if "stop" in used(line))))


def _filled(text: Text, words: Mapping[str, str]) -> Rendered:
    """Put the words in; a line whose word is empty is left out. A KeyError names a variable that there is not."""
    known = [(line, [words[key] for key in used(line)]) for line in text.lines]
    lines = [VARIABLE.sub(lambda found: words[found[1]], line) for line, values in known if all(values)]
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    subject = VARIABLE.sub(lambda found: words[found[1]], text.subject)
    return Rendered(subject=subject[:500], body=body)


def _code(code: str) -> str:
    """A mark that stands for a code keeps its form; it is put in as the message leaves (``links.CODE_MARK``)."""
    return code if code == CODE_MARK else grouped(code)


def _known(facts: Facts, key: str, lang: str) -> str:
    """A key that is absent leaves its line out; one that is there but empty is somebody whose name we do not know."""
    if key not in facts:
        return ""
    return first_name(str(facts[key])) or NOBODY[lang][key]


def _gift(gift: Mapping[str, Any] | None, currency: str, to: Language) -> str:
    if not gift:
        return ""
    kind, units, text = gift["kind"], int(gift["units"]), str(gift.get("text") or "")
    if kind == "points":
        return to.say("gift.points", amount=to.count("points", units))
    if kind == "custom":
        return to.say("gift.custom", text=text)
    if kind == "voucher" and text:
        return to.say("gift.service", text=text)
    if gift["asset"] == "discount":
        off = to.percent(Decimal(units) / 100)
        if not gift.get("max"):
            return to.say("gift.percent_off", percent=off)
        return to.say("gift.percent_off_most", percent=off, most=to.money(int(gift["max"]), currency))
    return to.say(f"gift.{kind}", amount=to.money(units, gift["asset"]))


def _day(instant: str | None, zone: ZoneInfo, to: Language, *, last: bool) -> str:
    """A deadline is the first instant that is too late (rulings 38): people are told the last day that counts."""
    if not instant:
        return ""
    at = datetime.fromisoformat(instant)
    day: date = (at - timedelta(microseconds=1) if last else at).astimezone(zone).date()
    return to.day(day, zone=zone.key)


def template_of(name: str) -> Template:
    """Return a template by its name; a KeyError is a mistake of the program."""
    return TEMPLATES[name]
