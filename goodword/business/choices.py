"""What the value of each dated setting may be: read once here, for the console, the command line and the command.

Every reader takes what a form or a terminal sends (text) as well as plain data, and returns the value as it is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from goodword import codes
from goodword.engine.durations import parse_duration, spell
from goodword.engine.wording.language import LANGUAGES
from goodword.errors import Invalid

LONGEST_SENDER, LONGEST_CLUB, MOST_CLUBS, MOST_REMINDERS, LONGEST_ADDRESS = 60, 50, 50, 3, 500
YES, NO = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off", ""})


def duration(value: object, *, zero: bool = False) -> str:
    """Return a duration as the programme format writes it: ``24h``, ``14d``, ``12 months``.

    Raises:
        Invalid: ``not_a_duration``.
    """
    read = parse_duration(" ".join(str(value).split()))
    if read.count == 0 and not zero:
        raise Invalid("not_a_duration", "that time is empty; write it like 14d", write="14d")
    return spell(read)


def durations(value: object) -> list[str]:
    """Return up to three durations; nothing is an empty list."""
    found = [duration(each) for each in words(value)]
    if len(found) > MOST_REMINDERS:
        raise Invalid("too_many", f"at most {MOST_REMINDERS} of them", most=MOST_REMINDERS)
    return found


def days_before(value: object) -> list[str]:
    """Return up to three durations in days or months, the longest first, each once.

    Raises:
        Invalid: ``not_in_days``, and what :func:`durations` raises.
    """
    found = [parse_duration(each) for each in dict.fromkeys(durations(value))]
    if any(each.unit == "h" for each in found):
        raise Invalid("not_in_days", "count in days or months")
    return [spell(each) for each in sorted(found, key=lambda each: each.count * (31 if each.unit == "months" else 1),
                                           reverse=True)]  # fmt: skip


def clock_time(value: object) -> str:
    """Return a time of day as ``HH:MM``.

    Raises:
        Invalid: ``not_a_time``.
    """
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::00)?", str(value).strip())
    if found is None:
        raise Invalid("not_a_time", f"“{value}” is no time of day; write it like 21:00")
    return f"{int(found[1]):02}:{found[2]}"


def web_address(value: object) -> str:
    """Return an http(s) address, or nothing.

    Raises:
        Invalid: ``not_a_web_address``.
    """
    text = str(value).strip()
    if not text:
        return ""
    fault = Invalid("not_a_web_address", f"“{text[:80]}” is no web address; write it like https://www.example.com")
    try:
        parts = urlsplit(text)
        named = parts.hostname and "." in f"{parts.hostname}." and parts.port is not False
    except ValueError:
        raise fault from None
    plain = text.isprintable() and not re.search(r"\s", text) and len(text) <= LONGEST_ADDRESS
    if parts.scheme not in {"http", "https"} or not named or parts.username is not None or not plain:
        raise fault
    return text


def one_of(*names: str) -> Callable[[object], str]:
    """Return a reader that takes one of these words.

    Raises:
        Invalid: ``not_a_choice``.
    """

    def read(value: object) -> str:
        if value not in names:
            raise Invalid("not_a_choice", f"“{value}” is not one of {', '.join(names)}")
        return str(value)

    return read


def whole(low: int, high: int) -> Callable[[object], int]:
    """Return a reader of whole numbers, both ends included.

    Raises:
        Invalid: ``not_in_range``.
    """

    def read(value: object) -> int:
        text = str(value).strip()
        if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise Invalid("not_in_range", f"write a whole number from {low} to {high}", low=low, high=high)
        return int(text)

    return read


def yes_or_no(value: object) -> bool:
    """Return a yes or a no.

    Raises:
        Invalid: ``not_a_choice``.
    """
    text = str(value).strip().lower()
    if text not in YES | NO:
        raise Invalid("not_a_choice", f"“{value}” is neither yes nor no")
    return text in YES


def line(longest: int) -> Callable[[object], str]:
    """Return a reader of one line of words; spaces are tidied.

    Raises:
        Invalid: ``bad_words``.
    """

    def read(value: object) -> str:
        text = " ".join(str(value).split())
        if len(text) > longest or not text.isprintable():
            raise Invalid("bad_words", f"write at most {longest} characters on one line", most=longest)
        return text

    return read


def words(value: object) -> list[str]:
    """Return the parts of a list: a list as it is, a text by its commas; what is empty is left out."""
    parts: Sequence[object] = value if isinstance(value, list | tuple) else str(value).split(",")
    return [text for part in parts if (text := str(part).strip())]


def languages(value: object) -> list[str]:
    """Return languages of the product, in its order, at least one.

    Raises:
        Invalid: ``unknown_language``, ``none_chosen``.
    """
    wanted = words(value)
    unknown = [each for each in wanted if each not in LANGUAGES]
    if unknown:
        raise Invalid("unknown_language", f"“{unknown[0]}” is not one of {', '.join(LANGUAGES)}")
    if not wanted:
        raise Invalid("none_chosen", "choose at least one")
    return [code for code in LANGUAGES if code in wanted]


def clubs(value: object) -> list[str]:
    """Return the names of clubs, each once.

    Raises:
        Invalid: ``too_many``, ``bad_words``.
    """
    read = line(LONGEST_CLUB)
    found = list(dict.fromkeys(read(each) for each in words(value)))
    if len(found) > MOST_CLUBS:
        raise Invalid("too_many", f"at most {MOST_CLUBS} of them", most=MOST_CLUBS)
    return found


def serial_prefix(value: object) -> str:
    """Return the prefix of a business's voucher serials; nothing is an empty text.

    Raises:
        Invalid: ``bad_serial``.
    """
    text = str(value).strip().upper()
    if text:
        codes.serial(text, 1)
    return text


def _points_hold(value: object) -> str:
    return duration(value, zero=True)


# One reader for each key of business/reading.py.
CHOICES: dict[str, Callable[[object], Any]] = {
    "points_hold": _points_hold,
    "household": one_of("review", "refuse", "allow"),
    "score_threshold": whole(1, 5),
    "ask_every": duration,
    "reminders": durations,
    "quiet_from": clock_time,
    "quiet_until": clock_time,
    "link_target": web_address,
    "public_leaderboard": yes_or_no,
    "sender_name": line(LONGEST_SENDER),
    "languages": languages,
    "thank_every": whole(0, 1000),
    "thank_clubs": clubs,
    "voucher_prefix": serial_prefix,
    "voucher_months": whole(1, 120),
    "voucher_reminders": days_before,
    "voucher_vat": one_of("single", "multi"),
    "voucher_breakage": yes_or_no,
    "leaderboard_names": one_of("alias", "initials"),
}


def read_choice(key: str, value: object) -> Any:
    """Return the value of one setting as it is stored.

    Raises:
        Invalid: ``unknown_setting``, or what is wrong with the value; ``field`` is the key.
    """
    if key not in CHOICES:
        raise Invalid("unknown_setting", f"there is no setting “{key}”; there are: {', '.join(CHOICES)}", field=key)
    try:
        return CHOICES[key](value)
    except Invalid as fault:
        raise Invalid(fault.code, fault.detail, **{**fault.facts, "field": key}) from None


def read_choices(wanted: Mapping[str, object]) -> tuple[dict[str, Any], dict[str, Invalid]]:
    """Return the values that can be stored, and what is wrong with the others, by key."""
    return read_all({key: partial(read_choice, key) for key in wanted}, wanted)


def read_all(
    readers: Mapping[str, Callable[[Any], Any]], wanted: Mapping[str, object]
) -> tuple[dict[str, Any], dict[str, Invalid]]:
    """Read each value by its reader; return what could be read, and the faults, by name."""
    values: dict[str, Any] = {}
    faults: dict[str, Invalid] = {}
    for name, value in wanted.items():
        try:
            values[name] = readers[name](value)
        except Invalid as fault:
            faults[name] = fault
    return values, faults
