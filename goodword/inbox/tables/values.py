"""What a cell says: money, quantities, dates. Decimal arithmetic only; what cannot be meant is refused."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import get_month_names

from goodword.errors import Invalid
from goodword.inbox.tables.forms import LONGEST_DATE, LONGEST_NUMBER
from goodword.money import MAX_UNITS, digits, half_up, is_currency

LANGUAGES = ("en", "sv", "ar")
CENTURY = 69  # two figures of a year: 00 to 68 are this century's, as POSIX has it
NEVER = ("0000-00-00", "00/00/0000")  # how some systems write that something has not happened

# A mark that belongs to some currencies only; "$" and "kr" belong to many and tell nothing.
MARKS = {
    "€": ("EUR",), "₹": ("INR",), "₺": ("TRY",), "zł": ("PLN",), "₪": ("ILS",),
    "£": ("GBP", "EGP", "LBP", "SYP", "GIP", "FKP", "SHP", "SDG", "SSP"), "¥": ("JPY", "CNY"),
}  # fmt: skip
_MARK_WORDS = ("us$", "ca$", "a$", "nz$", "$", "kr.", "kr", "د.إ", "ر.س", "ر.ق", "د.ك", "ج.م")


def exact(text: str, *, decimal: str, currency: str) -> Decimal:
    """Return an amount in major units as it is written, with all its decimals.

    Args:
        text: like ``1,234.50``, ``1 234,50 kr``, ``(12.00)``, ``12.00-``, ``USD 5``.
        decimal: the decimal mark of the file; the other one parts thousands.
        currency: of the books.

    Raises:
        Invalid: ``not_money``, ``wrong_currency`` when it names another, ``amount_out_of_range``.
    """
    plain = _plain(text)
    if len(plain) > LONGEST_NUMBER:
        raise Invalid("not_money", f"“{plain[:LONGEST_NUMBER]}…” is not an amount")
    negative = False
    if plain.startswith("(") and plain.endswith(")"):
        plain, negative = plain[1:-1].strip(), True
    plain, minus = _without_mark(_minus_off(plain), currency)
    inner, second = _minus_off(plain)
    if sum((negative, minus, second)) > 1:
        raise Invalid("not_money", f"“{text}” is not an amount")
    value = _figure(inner, decimal)
    if value is None:
        raise Invalid("not_money", f"“{text}” is not an amount; with “{decimal}” as decimal mark write 25{decimal}00")
    if abs(value.scaleb(digits(currency))) > MAX_UNITS:
        raise Invalid("amount_out_of_range", f"“{text}” is larger than any amount we book")
    return -value if negative or minus or second else value


def smallest(value: Decimal, *, currency: str, rounded: bool = False) -> int:
    """Return an amount of major units in smallest units.

    Args:
        rounded: more decimals than the currency has are rounded half up; else refused.

    Raises:
        Invalid: ``too_many_digits``.
    """
    scaled = value.scaleb(digits(currency))
    units = half_up(scaled)
    if not rounded and scaled != units:
        raise Invalid("too_many_digits", f"{currency} has {digits(currency)} decimals; {value} has more")
    return units


def quantity(text: str, *, decimal: str) -> Decimal:
    """Return a number of pieces or hours, negative ones too.

    Raises:
        Invalid: ``not_a_number``.
    """
    plain = _plain(text)
    inner, minus = _minus_off(plain)
    value = _figure(inner, decimal) if len(plain) <= LONGEST_NUMBER else None
    if value is None or abs(value) > MAX_UNITS:
        raise Invalid("not_a_number", f"“{text}” is not a number")
    return -value if minus else value


def _plain(text: str) -> str:
    """Return figures of every script as 0 to 9, every minus as one, every blank as one."""
    kept = []
    for character in text:
        if character.isdecimal():
            kept.append(str(unicodedata.decimal(character)))
        elif character in "−‒–﹣－":
            kept.append("-")
        elif character == "٫":
            kept.append(".")
        elif unicodedata.category(character) != "Cf" and character != "٬":
            kept.append(character)
    return " ".join("".join(kept).split())


def _minus_off(text: str) -> tuple[str, bool]:
    if text.startswith("-"):
        return text[1:].strip(), True
    if text.endswith("-"):
        return text[:-1].strip(), True
    return text.removeprefix("+").strip(), False


def _without_mark(told: tuple[str, bool], currency: str) -> tuple[str, bool]:
    """Return the text without what names a currency; refuse another one than ``currency``."""
    text, minus = told
    for code in re.findall(r"\b[A-Za-z]{3}\b", text):
        if is_currency(code.upper()):
            if code.upper() != currency:
                raise Invalid("wrong_currency", f"this business keeps its books in {currency}, not {code.upper()}")
            text = text.replace(code, "", 1)
    for mark, owners in MARKS.items():
        if mark in text:
            if currency not in owners:
                raise Invalid("wrong_currency", f"this business keeps its books in {currency}; “{mark}” is not that")
            text = text.replace(mark, "", 1)
    for mark in _MARK_WORDS:
        bare = text.strip()
        if bare.lower().startswith(mark):
            text = bare[len(mark) :]
            break
        if bare.lower().endswith(mark):
            text = bare[: -len(mark)]
            break
    return text.strip(), minus


def _figure(text: str, decimal: str) -> Decimal | None:
    """Return a number without sign; thousands stand in threes (or, before the last three, in twos as in India)."""
    other = "," if decimal == "." else "."
    found = re.fullmatch(rf"(\d[\d '’{re.escape(other)}]*)?(?:{re.escape(decimal)}(\d*))?", text, re.ASCII)
    if not found or not (found[1] or found[2]):
        return None
    whole = found[1] or "0"
    parts = re.split(rf"[ '’{re.escape(other)}]", whole)
    if len(parts) > 1:
        proper = len(parts[-1]) == 3 and 1 <= len(parts[0]) <= 3 and all(len(part) in (2, 3) for part in parts[1:-1])
        if not proper or len(set(re.findall(r"\D", whole))) != 1:
            return None
    joined = "".join(parts)
    if len(joined) > 30 or len(found[2] or "") > 30:
        return None
    return Decimal(f"{joined}.{found[2] or '0'}")


# --- dates -----------------------------------------------------------------------------------------------------------

_FIGURES = re.compile(r"(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})")
_NAMED = (
    re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[ .-]+(?P<m>[^\W\d]+)\.?,?[ -]+(?P<y>\d{4}|\d{2})"),
    re.compile(r"(?P<m>[^\W\d]+)\.? +(?P<d>\d{1,2})(?:st|nd|rd|th)?,? +(?P<y>\d{4})"),
)
_WEEKDAY = re.compile(r"[^\W\d]+\.?, +")
_TIME = re.compile(
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)? ?(?:([ap])\.?m\.?)? ?(z|utc|gmt|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)


@cache
def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    found[name.lower().rstrip(".")] = number
    return found | {"sept": 9}


def is_never(text: str) -> bool:
    """Say whether a cell of dates holds none: blank, or noughts."""
    plain = text.strip()
    return not plain or plain.startswith(NEVER)


def day(text: str, *, order: str) -> date:
    """Return the day a cell tells; a time behind it is passed over.

    Raises:
        Invalid: ``not_a_date``.
    """
    return _parted(text, order)[0]


def moment(text: str, *, order: str, zone: str, clock: str = "") -> datetime:
    """Return the instant, in UTC, that a cell tells, or that a day and a time of day in two cells tell together.

    A day alone is its beginning, by the wall of ``zone``: so it never lies ahead of the clock.

    Raises:
        Invalid: ``not_a_date``, ``not_a_time``.
    """
    on, rest = _parted(text, order)
    at, offset = _time_of_day(clock or rest)
    if offset is not None:
        told = datetime.fromisoformat(f"{on.isoformat()}T{at.isoformat()}{offset}")
    else:
        told = datetime.combine(on, at, tzinfo=ZoneInfo(zone))
    try:
        return told.astimezone(UTC)
    except OverflowError:
        raise Invalid("not_a_date", f"“{text}” is no date") from None


def _parted(text: str, order: str) -> tuple[date, str]:
    """Return the day, and what stands behind it."""
    plain = _plain(text)
    if len(plain) > LONGEST_DATE:
        raise Invalid("not_a_date", f"“{plain[:LONGEST_DATE]}…” is no date")
    found = _FIGURES.match(plain)
    if found:
        numbers = _ordered(found[1], found[3], found[4], order)
    else:
        weekday = _WEEKDAY.match(plain)
        plain = plain[weekday.end() :] if weekday else plain
        found = next((match for pattern in _NAMED if (match := pattern.match(plain))), None)
        month = _months().get(found["m"].lower().rstrip(".")) if found else None
        numbers = None if found is None or month is None else (found["y"], str(month), found["d"])
    if found is None or numbers is None:
        raise Invalid("not_a_date", f"“{text}” is no date")
    rest = plain[found.end() :]
    if rest and rest[0] not in " ,Tt":
        raise Invalid("not_a_date", f"“{text}” is no date")
    try:
        return date(_year(numbers[0]), int(numbers[1]), int(numbers[2])), rest.lstrip(" ,Tt")
    except ValueError:
        raise Invalid("not_a_date", f"“{text}” is no date; days are read as {order}") from None


def _ordered(first: str, second: str, third: str, order: str) -> tuple[str, str, str] | None:
    """Return year, month, day; four figures are a year wherever the order would have it."""
    if len(first) > 2:
        return (first, second, third) if len(first) == 4 and len(third) <= 2 else None
    if len(third) == 3 or (len(third) == 4 and order == "ymd"):
        return None
    return {"ymd": (first, second, third), "dmy": (third, second, first), "mdy": (third, first, second)}[order]


def _year(text: str) -> int:
    if len(text) == 4:
        return int(text)
    return int(text) + (2000 if int(text) < CENTURY else 1900)


def _time_of_day(text: str) -> tuple[time, str | None]:
    """Return the time of day and its offset from UTC, None when it tells none."""
    plain = _plain(text).removeprefix("at ").strip()
    if not plain:
        return time(), None
    found = _TIME.fullmatch(_english(plain)) if len(plain) <= LONGEST_DATE else None
    if not found:
        raise Invalid("not_a_time", f"“{text}” is no time of day")
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            raise Invalid("not_a_time", f"“{text}” is no time of day")
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    try:
        at = time(hour, minute, second)
    except ValueError:
        raise Invalid("not_a_time", f"“{text}” is no time of day") from None
    zone = found[5]
    if zone is None:
        return at, None
    return at, "+00:00" if zone.lower() in ("z", "utc", "gmt") else zone


def _english(text: str) -> str:
    """Return a time of day with the words of other languages for morning and afternoon as am and pm."""
    for words, mark in ((("ص", "fm", "f.m."), "am"), (("م", "em", "e.m."), "pm")):
        for word in words:
            if text.lower().endswith(word):
                return text[: -len(word)].strip() + mark
    return text
