"""Reading single values of a programme: each kind of value reads itself and says its JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from goodword.engine.durations import LONGEST, Duration, parse_duration
from goodword.engine.parsing import Faults, Node, nearest
from goodword.errors import Invalid
from goodword.money import MAX_UNITS, digits, parse_major, to_major

SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_DECIMAL = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_UNKNOWN_CURRENCY = "CLF"  # has the most decimals, so an unreadable currency makes no second fault of every amount
MONEY_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}],
}  # fmt: skip
WHOLE_SCHEMA: dict[str, Any] = {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": "^[0-9]+$"}]}
TEXT_SCHEMA: dict[str, Any] = {"type": "string", "minLength": 1}
DURATION_SCHEMA: dict[str, Any] = {"type": "string", "pattern": "^[0-9]{1,9} ?(h|d|months?)$"}
DATE_SCHEMA: dict[str, Any] = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
SLUG_SCHEMA: dict[str, Any] = {"type": "string", "pattern": f"^{SLUG.pattern}$", "maxLength": 64}


class Reading:
    """What reading a value needs besides the node: the programme's currency and where faults go."""

    def __init__(self, faults: Faults, currency: str | None = None) -> None:
        self.faults = faults
        self.currency = currency or _UNKNOWN_CURRENCY

    def example(self, major: int = 25) -> str:
        """Return an amount as this currency writes it: ``25.00``, ``25`` or ``25.000``."""
        places = digits(self.currency) if self.currency != _UNKNOWN_CURRENCY else 2
        return f"{major:.{places}f}"


def fields_of(node: Node, keys: Mapping[str, Any] | Sequence[str], reading: Reading) -> dict[str, Node]:
    """Return the mapping's known fields by name; unknown keys and blank values are faults, nulls are left out."""
    if node.fields is None:
        reading.faults.at(node, f"{node.kind} stands where a mapping belongs", "key: value")
        return {}
    known = list(keys)
    fields: dict[str, Node] = {}
    for name, line, value in node.fields:
        if name not in known:
            meant = nearest(name, tuple(known))
            reading.faults.add(line, value.path, f"“{name}” is not a key here", meant or "one of " + ", ".join(known))
        elif value.blank:
            reading.faults.add(line, value.path, f"“{name}” has no value", "a value, or leave the key out")
        elif not value.null:
            fields[name] = value
    return fields


def scalar(node: Node, reading: Reading, wanted: str) -> str | None:
    """Return the text of a scalar; a list, mapping or nothing is a fault."""
    if node.text is None or node.blank or node.null:
        reading.faults.at(node, f"{node.kind} stands where {wanted} belongs", wanted)
        return None
    return node.text


def text(node: Node, reading: Reading, *, longest: int = 500) -> str | None:
    """Read words for people: not empty, of one line, at most ``longest`` characters."""
    words = scalar(node, reading, "text")
    if words is None:
        return None
    words = words.strip()
    if not words or len(words) > longest or any(ord(c) < 32 for c in words):
        problem = f"the text is empty, longer than {longest} characters or not on one line"
        reading.faults.at(node, problem, "a short text")
        return None
    return words


def slug(node: Node, reading: Reading) -> str | None:
    """Read an id: small letters, digits, single hyphens or underscores, at most 64."""
    word = scalar(node, reading, "an id like first-job")
    if word is None:
        return None
    if not SLUG.fullmatch(word) or len(word) > 64:
        better = re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-")[:64].strip("-") or "first-job"
        reading.faults.at(node, f"“{word}” is not an id: small letters, digits and hyphens only", better)
        return None
    return word


def choice(node: Node, options: Sequence[str], reading: Reading) -> str | None:
    """Read one of ``options``."""
    listed = ", ".join(options)
    word = scalar(node, reading, f"one of {listed}")
    if word is None:
        return None
    if word not in options:
        reading.faults.at(node, f"“{word}” is not known here", nearest(word, tuple(options)) or f"one of {listed}")
        return None
    return word


def money(node: Node, reading: Reading) -> int | None:
    """Read an amount of money above zero into smallest units of the programme's currency."""
    example = reading.example()
    word = scalar(node, reading, f"an amount like {example}")
    if word is None:
        return None
    if not _DECIMAL.fullmatch(word):
        reading.faults.at(node, f"“{word}” is not an amount of money", f"a decimal like {example}")
        return None
    try:
        units = parse_major(word, reading.currency)
    except Invalid as refused:
        if refused.code == "too_many_digits":
            places = digits(reading.currency)
            cut = f"{Decimal(word):.{places}f}"
            wanted = cut if Decimal(cut) > 0 else example
            reading.faults.at(node, f"“{word}” has more decimals than {reading.currency} has ({places})", wanted)
        else:
            largest = to_major(MAX_UNITS, reading.currency)
            reading.faults.at(node, f"“{word}” is more than any amount that is booked", f"at most {largest:.0f}")
        return None
    if units <= 0:
        reading.faults.at(node, f"“{word}” is not above zero", f"an amount like {example}")
        return None
    return units


def whole(node: Node, reading: Reading, *, what: str = "a whole number", least: int = 1,
          most: int = MAX_UNITS) -> int | None:  # fmt: skip
    """Read a whole number from ``least`` to ``most``."""
    word = scalar(node, reading, what)
    if word is None:
        return None
    if not _WHOLE.fullmatch(word):
        reading.faults.at(node, f"“{word}” is not {what}", _whole_part(word, least, most))
        return None
    if not least <= int(word) <= most:
        reading.faults.at(node, f"“{word}” is not {what} from {least} to {most}", _whole_part(word, least, most))
        return None
    return int(word)


def _whole_part(word: str, least: int, most: int) -> str:
    if _DECIMAL.fullmatch(word) and least <= int(Decimal(word)) <= most:
        return str(int(Decimal(word)))
    return f"a whole number from {least} to {most}" if most < MAX_UNITS else f"a whole number from {least}"


def points(node: Node, reading: Reading) -> int | None:
    """Read whole points above zero."""
    return whole(node, reading, what="a whole number of points")


def decimal(node: Node, reading: Reading, *, what: str, most: int, places: int) -> Decimal | None:
    """Read a decimal above zero, at most ``most``, with at most ``places`` decimals."""
    word = scalar(node, reading, what)
    if word is None:
        return None
    if not _DECIMAL.fullmatch(word):
        shown = word.rstrip("% ")
        better = shown if _DECIMAL.fullmatch(shown) else "a number like 10"
        reading.faults.at(node, f"“{word}” is not {what}", better)
        return None
    value = Decimal(word)
    if not 0 < value <= most:
        reading.faults.at(node, f"“{word}” is not above 0 and at most {most}", f"{what}, at most {most}")
        return None
    if value != value.quantize(Decimal(1).scaleb(-places)):
        reading.faults.at(node, f"“{word}” has more than {places} decimals", f"{value:.{places}f}")
        return None
    return value


def duration(node: Node, reading: Reading, *, zero: bool = False) -> Duration | None:
    """Read ``24h``, ``14d`` or ``12 months``; none at all only where ``zero`` has a meaning."""
    word = scalar(node, reading, "a duration like 14d")
    if word is None:
        return None
    try:
        read = parse_duration(word)
    except Invalid as refused:
        reading.faults.at(node, refused.detail, str(refused.facts["write"]))
        return None
    if read.count == 0 and not zero:
        reading.faults.at(node, f"“{word}” is no time at all", "a duration like 14d, or leave the key out")
        return None
    assert read.count <= LONGEST[read.unit]
    return read


def day(node: Node, reading: Reading) -> date | None:
    """Read a date that exists, 1970 to 2999."""
    word = scalar(node, reading, "a date like 2026-03-01")
    if word is None:
        return None
    match = _DATE.fullmatch(word)
    if match is None:
        reading.faults.at(node, f"“{word}” is not a date", "year-month-day, like 2026-03-01")
        return None
    try:
        read = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        reading.faults.at(node, f"the date {word} does not exist", "a day of the calendar, like 2026-03-01")
        return None
    if not 1970 <= read.year < 3000:
        reading.faults.at(node, f"the year {match[1]} cannot be meant", "a year from 1970 to 2999")
        return None
    return read


def words(node: Node, reading: Reading, *, what: str) -> tuple[str, ...] | None:
    """Read a list of one or more different texts."""
    if node.items is None:
        shown = f"[{node.text}]" if node.text else f"[{what}]"
        reading.faults.at(node, f"{node.kind} stands where a list belongs", shown)
        return None
    if not node.items:
        reading.faults.at(node, "the list is empty", f"at least one {what}, or leave the key out")
        return None
    read: list[str] = []
    for item in node.items:
        word = text(item, reading, longest=200)
        if word is not None and word in read:
            reading.faults.at(item, f"“{word}” stands twice in the list", "each one once")
        elif word is not None:
            read.append(word)
    return tuple(read)


def traits(node: Node, reading: Reading) -> tuple[str, ...] | None:
    """Read a list of ``club:<name>``, ``tag:<name>``, ``partner``, ``contact:<id>``."""
    read = words(node, reading, what="club:gold, tag:realtor, partner or contact:<id>")
    if read is None or node.items is None:
        return None
    for item in node.items:
        word = (item.text or "").strip()
        kind, _, name = word.partition(":")
        if word and word != "partner" and (kind not in ("club", "tag", "contact") or not name.strip()):
            better = "partner" if kind == "partner" else f"club:{name or word}"
            reading.faults.at(item, f"“{word}” names no club, tag or contact", f"{better} or tag:{name or word}")
    return read
