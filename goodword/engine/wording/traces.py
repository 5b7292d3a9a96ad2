"""A stored trace told in the reader's language: what a condition wanted and found, and the sum.

The engine writes these as data of a fixed form (``rules/conditions``, ``rules/amounts``), in English like every key of
the format; here they become sentences. What has another form is shown as it stands: an old trace is never lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from goodword.engine.facts import Check
from goodword.engine.wording.language import Language, language
from goodword.engine.wording.sums import SUMS
from goodword.money import digits

_VALUE = r"(-?[0-9.]+ (?:[A-Z]{3}|points))"
_FORMS: dict[str, re.Pattern[str]] = {
    key: re.compile(form.replace("VALUE", _VALUE).replace("NUMBER", r"([0-9.]+)").replace("TEXT", "(.*)"), re.DOTALL)
    for key, form in {
        "one": "one “TEXT”",
        "worth": "“TEXT”, worth VALUE",
        "value": "VALUE",
        "no_amount": "no amount",
        "no_ordinal": "no ordinal",
        "grown": r"VALUE \+ NUMBER × VALUE = VALUE",
        "grown_most": r"VALUE \+ NUMBER × VALUE, at most VALUE",
        "share_none": "NUMBER % of VALUE pays nothing",
        "share": "NUMBER % of VALUE = VALUE",
        "share_most": "NUMBER % of VALUE = VALUE, at most VALUE",
        "unit_none": "NUMBER points × VALUE pays nothing",
        "unit": "NUMBER points × VALUE = VALUE, rounded down",
        "off": "NUMBER % off",
        "no_tier": r"no tier for referral no\. NUMBER",
        "tier": r"tier NUMBER for referral no\. NUMBER = VALUE",
    }.items()
}
_YEARLY = re.compile(r"(\d\d)-(\d\d)\.\.(\d\d)-(\d\d)")


def sum_in_words(arithmetic: str, lang: str) -> str:
    """Word the sum of a trace: “10 % of $200.00 = $20.00”."""
    to = language(lang)
    for key, form in _FORMS.items():
        if found := form.fullmatch(arithmetic):
            return SUMS[to.code][key].format(*(_part(text, to) for text in found.groups()))
    return arithmetic


def check_in_words(check: Check, lang: str) -> tuple[str, str]:
    """Return what a condition wanted and what it found; what was not there is a dash."""
    to = language(lang)
    word = _WORDS.get(check.key)
    if word is None:
        return check.wanted, check.found or "–"
    return _safe(word, check.wanted, to), _safe(word, check.found, to) or "–"


def _safe(word: Callable[[str, Language], str], text: str, to: Language) -> str:
    if text in ("", "none"):
        return ""
    plain = _PLAIN.get(text)
    if plain is not None:
        return SUMS[to.code][plain]
    try:
        return word(text, to)
    except (ValueError, ArithmeticError, KeyError):
        return text


def _part(text: str, to: Language) -> str:
    """Word one part of a sum: money, points, a number or a text."""
    if re.fullmatch(_VALUE, text):
        return _value(text, to)
    return to.number(Decimal(text)) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else text


def _value(text: str, to: Language) -> str:
    number, _space, asset = text.rpartition(" ")
    if asset == "points":
        return to.count("points", Decimal(number))
    return to.money(int(Decimal(number).scaleb(digits(asset))), asset)


def _least(text: str, to: Language) -> str:
    bare = text.removeprefix("at least ")
    said = _value(bare, to) if " " in bare else to.number(Decimal(bare))
    return SUMS[to.code]["least"].format(said) if bare != text else said


def _ordinals(text: str, to: Language) -> str:
    if text.endswith("+"):
        return SUMS[to.code]["from"].format(to.number(int(text[:-1])))
    return "–".join(to.number(int(part)) for part in text.split("-"))


def _days(text: str, to: Language) -> str:
    if yearly := _YEARLY.fullmatch(text):
        a, b, c, d = map(int, yearly.groups())
        ends = [to.day_of_year(a, b), to.day_of_year(c, d)]
    else:
        ends = [to.day(date.fromisoformat(part)) for part in text.split("..")]
    return SUMS[to.code]["between"].format(*ends) if len(ends) == 2 else ends[0]


def _list(text: str, to: Language, word: Callable[[str], str]) -> str:
    if " or " in text:
        return to.listed([word(part) for part in text.split(" or ")], "or")
    return to.listed([word(part) for part in text.split(", ")])


def _names(text: str, to: Language) -> str:
    return _list(text, to, str)


def _kinds(text: str, to: Language) -> str:
    return _list(text, to, lambda kind: SUMS[to.code].get(kind) or to.say(f"kind.{kind}"))


def _traits(text: str, to: Language) -> str:
    def word(trait: str) -> str:
        kind, _colon, name = trait.partition(":")
        return to.say(f"trait.{kind}", name=name.strip())

    return _list(text, to, word)


_PLAIN = {"no total": "no_total", "no lines": "no_lines", "no line that counts": "no_line", "a net above zero": "above"}
_WORDS: dict[str, Callable[[str, Language], str]] = {
    "nth": _ordinals, "min_net": _least, "qualifying": _least, "min_score": _least, "kinds": _kinds, "skus": _names,
    "services": _names, "locations": _names, "during": _days, "audience": _traits,
}  # fmt: skip
