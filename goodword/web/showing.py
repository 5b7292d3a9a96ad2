"""Amounts, numbers, dates and times as people write them, through Babel and the active language."""

from __future__ import annotations

from datetime import UTC, date, datetime

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_currency, format_decimal, format_percent
from django.utils import timezone, translation

from goodword.money import POINTS, RIGHT, Amount, to_major

_NO_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c"))


def _locale() -> Locale:
    return Locale.parse(translation.get_language() or "en", sep="-")


def number(value: float) -> str:
    """Return ``value`` with the language's grouping: ``1,242``."""
    return format_decimal(value, locale=_locale())


def percent(value: float) -> str:
    """Return a fraction as a percentage with at most one decimal: ``0.135`` is ``13.5%``."""
    return format_percent(value, format="#,##0.#%", locale=_locale())


def amount(value: Amount) -> str:
    """Return money with its currency; points and rights as bare numbers, their word stands beside them.

    Whole amounts of money drop their decimals (``$25``, ``$25.50``).
    """
    if value.asset in {POINTS, RIGHT}:
        return number(value.units)
    major = to_major(value.units, value.asset)
    text = format_currency(major, value.asset, locale=_locale())
    if major == major.to_integral_value():
        pattern = _locale().currency_formats["standard"].pattern
        whole = pattern.replace("0.00", "0")
        text = format_currency(major, value.asset, format=whole, currency_digits=False, locale=_locale())
    return text.translate(_NO_MARKS)  # the page isolates amounts itself; marks inside would turn the sign round


def day(value: date | datetime) -> str:
    """Return a date without the year in the current year: ``Nov 20``; else with it: ``Nov 20, 2025``."""
    here = _here(value)
    if here.year == timezone.localtime().year:
        return format_skeleton("MMMd", datetime(here.year, here.month, here.day, tzinfo=UTC), locale=_locale())
    return format_date(here, format="medium", locale=_locale())


def moment(value: datetime) -> str:
    """Return day and time in the active zone: ``Nov 20, 14:05`` (the language decides the clock)."""
    here = timezone.localtime(value)
    return f"{day(here)}, {format_time(here.time(), format='short', locale=_locale())}"


def _here(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime):
        return timezone.localtime(value)
    return value
