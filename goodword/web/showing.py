"""Amounts, numbers, dates and times as people write them, through Babel and the active language."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_name
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import get_language_info

from goodword.engine.wording.language import written_in
from goodword.identity import ADDRESS_PARTS
from goodword.money import POINTS, RIGHT, Amount, to_major

_NO_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))


def locale() -> Locale:
    """Return that of the active language, as it is written where the active time zone is."""
    return written_in(translation.get_language() or "en", timezone.get_current_timezone_name())


def number(value: float) -> str:
    """Return ``value`` with the language's grouping: ``1,242``."""
    return format_decimal(value, locale=locale())


def percent(value: float) -> str:
    """Return a fraction as a percentage with at most one decimal: ``0.135`` is ``13.5%``."""
    return format_percent(value, format="#,##0.#%", locale=locale())


def amount(value: Amount) -> str:
    """Return money with its currency; points and rights as bare numbers, their word stands beside them.

    Whole amounts of money drop their decimals (``$25``, ``$25.50``).
    """
    if value.asset in {POINTS, RIGHT}:
        return number(value.units)
    major = to_major(value.units, value.asset)
    text = format_currency(major, value.asset, locale=locale())
    if major == major.to_integral_value():
        pattern = locale().currency_formats["standard"].pattern
        whole = pattern.replace("0.00", "0")
        text = format_currency(major, value.asset, format=whole, currency_digits=False, locale=locale())
    return text.translate(_NO_MARKS)  # the page isolates amounts itself; marks inside would turn the sign round


def day(value: date | datetime) -> str:
    """Return a date without the year in the current year: ``Nov 20``; else with it: ``Nov 20, 2025``."""
    here = _here(value)
    if here.year == timezone.localtime().year:
        return format_skeleton("MMMd", datetime(here.year, here.month, here.day, tzinfo=UTC), locale=locale())
    return format_date(here, format="medium", locale=locale())


def month(value: date) -> str:
    """Return the month of a day with its year: ``November 2026``."""
    here = datetime(value.year, value.month, 1, tzinfo=UTC)
    return str(format_skeleton("yMMMM", here, locale=locale()))


def whole_moment(value: datetime) -> str:
    """Return a day with its year, and the time of day unless it is midnight: nothing is left to guess."""
    here = timezone.localtime(value)
    told = format_date(here.date(), format="long", locale=locale())
    return told if (here.hour, here.minute) == (0, 0) else f"{told}, {clock(value)}"


def whole_day(value: datetime) -> str:
    """Return a day with its month written out and its year, as it stands in a sentence: ``September 30, 2025``."""
    return format_date(timezone.localtime(value).date(), format="long", locale=locale())


def last_day(end: datetime) -> str:
    """Return the last day on which what ends at ``end`` is good: one that ends at midnight is good the day before."""
    return day(end - timedelta(microseconds=1))


def moment(value: datetime) -> str:
    """Return day and time in the active zone: ``Nov 20, 14:05`` (the language decides the clock)."""
    here = timezone.localtime(value)
    return f"{day(here)}, {format_time(here.time(), format='short', locale=locale())}"


def clock(value: datetime) -> str:
    """Return the time of day in the active zone: ``14:05`` (the language decides the clock)."""
    return format_time(timezone.localtime(value).time(), format="short", locale=locale())


def phone(number: str) -> str:
    """Return a number as people read it, ``+1 303-555-0142``; one we cannot read as it stands."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        return number


def _here(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime):
        return timezone.localtime(value)
    return value


def instant(text: str) -> datetime:
    """Read an instant as JSON columns hold it."""
    return datetime.fromisoformat(text)


def zone_of(business: Any) -> timezone.override:
    """Return the context in which times are shown as the business's clocks show them."""
    return timezone.override(ZoneInfo(business.timezone))


Option = dict[str, str]


def language_options(*, empty: str = "") -> list[Option]:
    """Return the languages of the product, each in itself; ``empty`` words the choice of none."""
    names = {code: str(get_language_info(code)["name_local"]) for code, _ in settings.LANGUAGES}
    named = [{"value": code, "text": name[:1].upper() + name[1:]} for code, name in names.items()]
    return [{"value": "", "text": empty}, *named] if empty else named


def language(code: str | None) -> str:
    """Return a language's name in itself; nothing for none, the code for one the product does not speak."""
    if not code:
        return ""
    return next((each["text"] for each in language_options() if each["value"] == code), code)


def country_options() -> list[Option]:
    """Return the countries by name in the active language."""
    return _countries(translation.get_language() or "en")


def currency_options() -> list[Option]:
    """Return the currencies in use, those most asked for first."""
    here = locale()
    return [{"value": code, "text": f"{code} · {get_currency_name(code, locale=here)}"} for code in CURRENCIES]


@lru_cache(maxsize=1)
def zone_options() -> list[Option]:
    """Return the time zones that have a place's name."""
    kept = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [{"value": name, "text": name.replace("_", " ")} for name in ("UTC", *kept)]


@lru_cache(maxsize=8)
def _countries(lang: str) -> list[Option]:
    names = Locale.parse(lang, sep="-").territories
    kept = [code for code in map(str, names) if re.fullmatch("[A-Z]{2}", code) and code not in NO_COUNTRY]
    named = [(str(names[code]), code) for code in kept]
    return [{"value": code, "text": name} for name, code in sorted(named)]


NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
CURRENCIES = (
    "USD", "EUR", "GBP", "CAD", "AUD", "SEK", "NOK", "DKK", "CHF", "JPY", "CNY", "INR", "AED", "SAR", "QAR", "KWD",
    "BHD", "OMR", "JOD", "EGP", "MAD", "TND", "ILS", "TRY", "PLN", "CZK", "HUF", "RON", "BGN", "ISK", "UAH", "NZD",
    "SGD", "HKD", "KRW", "TWD", "THB", "MYR", "IDR", "PHP", "VND", "ZAR", "NGN", "KES", "GHS", "BRL", "MXN", "ARS",
    "CLP", "COP", "PEN",
)  # fmt: skip


def address_line(address: Any) -> str:
    """Return an address in one line; it is a text or an object (rulings 53), whose other parts follow the usual."""
    if not isinstance(address, dict):
        return " ".join(str(address or "").split())
    order = [*ADDRESS_PARTS, *(key for key in address if key not in (*ADDRESS_PARTS, "country"))]
    return ", ".join(str(address[key]).strip() for key in order if str(address.get(key) or "").strip())
