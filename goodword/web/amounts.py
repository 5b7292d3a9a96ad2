"""Amounts as people type them: in their language's way, or in the other one where nothing else can be meant."""

from __future__ import annotations

import re

from babel.numbers import NumberFormatError, format_decimal, get_currency_symbol, parse_decimal

from goodword.errors import Invalid
from goodword.money import digits, parse_major, to_major
from goodword.web import showing

_ARABIC = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫٬", "01234567890123456789.,")
_PLAIN = re.compile(r"[0-9]{1,13}(?:[.,][0-9]{1,6})?")
_THOUSANDS = re.compile(r"(?<=[0-9])[\s'’](?=[0-9]{3}(?![0-9]))")
_NUMBER = re.compile(r"[0-9.,'’\s]+")
LONGEST = 30


def typed(text: str, *, currency: str) -> int:
    """Return an amount that was typed, in smallest units of ``currency``, above zero.

    ``1,234.50`` in English, ``1 234,50`` in Swedish, ``١٢٫٥٠`` in Arabic; where the language's own way does not fit, a
    single point or comma stands before the decimals: ``25.00`` is read in Swedish too. More decimals than the currency
    has are refused, noughts too: ``1,000`` may be meant as a thousand by somebody who reads Swedish. The currency's
    sign or code may stand before or behind.

    Raises:
        Invalid: ``amount_required`` for nothing or zero; ``not_money``, ``too_many_digits``, ``amount_out_of_range``.
    """
    plain = _THOUSANDS.sub("", _without_sign(text.translate(_ARABIC).strip(), currency))
    if not plain:
        raise Invalid("amount_required", "say how much")
    if len(plain) > LONGEST or not _NUMBER.fullmatch(plain):
        raise Invalid("not_money", f"“{text}” is not an amount; write it like 25.00")
    decimal = _decimal(plain)
    if len(decimal.partition(".")[2]) > digits(currency):
        raise Invalid("too_many_digits", f"{currency} has {digits(currency)} decimals; “{text}” has more")
    units = parse_major(decimal, currency)
    if units == 0:
        raise Invalid("amount_required", "an amount is more than nothing")
    return units


def written(units: int, *, currency: str) -> str:
    """Return an amount as a field of a form holds it: the language's decimals, no grouping, no currency."""
    places = digits(currency)
    pattern = "0." + "0" * places if places else "0"
    return format_decimal(to_major(units, currency), format=pattern, locale=showing.locale(), numbering_system="latn")


def _without_sign(text: str, currency: str) -> str:
    for sign in (currency, get_currency_symbol(currency, showing.locale()), get_currency_symbol(currency, "en")):
        if sign and text[: len(sign)].upper() == sign.upper():
            return text[len(sign) :].strip()
        if sign and text[-len(sign) :].upper() == sign.upper():
            return text[: -len(sign)].strip()
    return text


def _decimal(plain: str) -> str:
    """Return it as a plain decimal with a point."""
    try:
        return str(parse_decimal(plain, locale=showing.locale(), strict=True, numbering_system="latn"))
    except NumberFormatError:
        if not _PLAIN.fullmatch(plain):
            raise Invalid("not_money", f"“{plain}” is not an amount; write it like 25.00") from None
        return plain.replace(",", ".")
