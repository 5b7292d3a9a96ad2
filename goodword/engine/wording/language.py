"""A language: its texts, and money, dates, numbers and plurals as its readers write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import msgspec
from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

from goodword.engine.durations import Duration
from goodword.engine.wording import ar, en, sv
from goodword.errors import Invalid
from goodword.money import to_major

DAY_FIRST = frozenset({"AU", "GB", "IE", "NZ"})  # their English puts the day first; its numbers are like America's
_UNITS = {"h": "hours", "d": "days", "months": "months"}


class Language(msgspec.Struct, frozen=True):
    """One of the languages that programmes are worded in."""

    code: str
    terms: Mapping[str, str | dict[str, str]]
    ordinal: Callable[[int], str]

    @property
    def locale(self) -> Locale:
        """Return Babel's locale."""
        return Locale.parse(self.code)

    def say(self, key: str, **words: str) -> str:
        """Return the text of ``key`` with its words put in."""
        template = self.terms[key]
        assert isinstance(template, str), key
        return template.format(**words)

    def count(self, key: str, n: int | Decimal, **words: str) -> str:
        """Return the text of ``key`` in the plural form that ``n`` asks for."""
        forms = self.terms[key]
        assert isinstance(forms, dict), key
        form = forms.get(self.locale.plural_form(n)) or forms["other"]
        return form.format(n=self.number(n), **words)

    def number(self, n: int | Decimal) -> str:
        """Write a number with the separators of the language."""
        return format_decimal(n, locale=self.locale, decimal_quantization=False)

    def money(self, units: int, currency: str, *, short: bool = False) -> str:
        """Write smallest units of ``currency``; ``short``: a whole amount without its decimals, ``$50``."""
        major = to_major(units, currency)
        written = format_currency(major, currency, locale=self.locale)
        if short and major == major.to_integral_value():
            whole = self.locale.currency_formats["standard"].pattern.replace("0.00", "0")
            written = format_currency(major, currency, format=whole, currency_digits=False, locale=self.locale)
        apart = re.sub(rf"{currency}(?=[0-9])", f"{currency}\u00a0", written)  # Babel sets a bare code close
        if self.locale.text_direction == "rtl":  # isolated, or “50.00 US$” would be shown as “$US 50.00”
            return "\u2066" + re.sub("[\u200e\u200f\u061c]", "", apart) + "\u2069"
        return apart

    def percent(self, value: Decimal) -> str:
        """Write ``Decimal(10)`` as ten percent."""
        return format_percent(value / 100, locale=self.locale, decimal_quantization=False)

    def day(self, day: date, *, zone: str = "") -> str:
        """Write a date with its month in words, as it is written where the time zone ``zone`` is."""
        return format_date(day, "long", locale=written_in(self.code, zone) if zone else self.locale)

    def day_of_year(self, month: int, day: int) -> str:
        """Write a day that comes every year."""
        return format_skeleton("MMMMd", date(2024, month, day), locale=self.locale)

    def duration(self, duration: Duration) -> str:
        """Write a duration."""
        return self.count(_UNITS[duration.unit], duration.count)

    def listed(self, items: Sequence[str], style: Literal["standard", "or"] = "standard") -> str:
        """Join a list with the language's “and” or “or”."""
        return format_list(list(items), style=style, locale=self.locale)

    def sentence(self, text: str) -> str:
        """Begin with a capital letter where the language has them."""
        return text[:1].upper() + text[1:]


LANGUAGES: dict[str, Language] = {
    "en": Language("en", en.TERMS, en.ordinal),
    "sv": Language("sv", sv.TERMS, sv.ordinal),
    "ar": Language("ar", ar.TERMS, ar.ordinal),
}


@lru_cache(maxsize=256)
def written_in(code: str, zone: str) -> Locale:
    """Return how a language is written where a time zone is: November 28 in Denver, 28 November in London.

    Args:
        code: ``en``, ``sv`` or ``ar``. zone: ``Europe/London``; one that is in no country changes nothing.
    """
    country = get_global("zone_territories").get(zone)
    return Locale(code, country) if code == "en" and country in DAY_FIRST else Locale.parse(code, sep="-")


def language(code: str) -> Language:
    """Return the language of ``en``, ``sv-SE``, ``ar_EG`` and the like.

    Raises:
        Invalid: ``unknown_language``.
    """
    found = LANGUAGES.get(code.replace("_", "-").split("-")[0].lower())
    if found is None:
        raise Invalid("unknown_language", f"“{code}” is not one of {', '.join(LANGUAGES)}", language=code)
    return found
