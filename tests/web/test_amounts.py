"""Amounts as people type them: what is written in a field is read back, and what could be two things is refused."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from goodword.errors import Refused
from goodword.money import Amount
from goodword.web import amounts, showing

LANGUAGES = ("en", "sv", "ar")


@given(st.integers(1, 10**13), st.sampled_from(("USD", "JPY", "KWD")), st.sampled_from(LANGUAGES))
def test_what_a_field_holds_is_read_back_to_the_unit(units: int, currency: str, language: str) -> None:
    with translation.override(language):
        assert amounts.typed(amounts.written(units, currency=currency), currency=currency) == units


@pytest.mark.parametrize(
    ("language", "text", "units"),
    [
        ("en", "25", 2500), ("en", " 25.5 ", 2550), ("en", "1,234", 123400), ("en", "1,234.50", 123450),
        ("en", "25,50", 2550), ("en", "12'500.00", 1250000), ("sv", "25,5", 2550), ("sv", "25.50", 2550),
        ("en", "$25", 2500), ("en", "25.00 usd", 2500), ("sv", "25 US$", 2500), ("ar", "US$ ٢٥", 2500),
        ("sv", "1\u00a0234,50", 123450), ("sv", "1\u202f234", 123400), ("ar", "٢٥٫٥٠", 2550), ("ar", "١٬٢٣٤", 123400),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_its_language_writes_it(language: str, text: str, units: int) -> None:
    with translation.override(language):
        assert amounts.typed(text, currency="USD") == units


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        ("en", "", "amount_required"), ("en", "0.00", "amount_required"), ("en", "-1", "not_money"),
        ("en", "1e3", "not_money"), ("en", "1.2.3", "not_money"), ("en", "1,23,4", "not_money"),
        ("en", "NaN", "not_money"), ("en", "9" * 40, "not_money"), ("en", "9" * 20, "amount_out_of_range"),
        ("en", "1.005", "too_many_digits"), ("sv", "1.234", "too_many_digits"),
        ("sv", "1,000", "too_many_digits"), ("en", "£25", "not_money"), ("en", "$", "amount_required"),
        ("sv", "1,2,3", "not_money"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(language: str, text: str, code: str) -> None:
    with translation.override(language), pytest.raises(Refused) as refusal:
        amounts.typed(text, currency="USD")
    assert refusal.value.code == code


@pytest.mark.parametrize(("zone", "currency"), [("Australia/Sydney", "AUD"), ("Pacific/Auckland", "NZD")])
def test_a_countrys_own_sign_is_read_as_it_is_shown_there(zone: str, currency: str) -> None:
    with translation.override("en"), timezone.override(ZoneInfo(zone)):
        assert amounts.typed(showing.amount(Amount(123_450, currency)), currency=currency) == 123_450
