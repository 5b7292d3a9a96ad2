"""Dates, times and amounts as people write them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from goodword.money import Amount
from goodword.web import showing


@pytest.mark.parametrize(
    ("zone", "language", "day", "whole", "clock"),
    [
        ("America/Denver", "en", "Feb 14, 2020", "February 14, 2020", "6:05\u202fPM"),
        ("Europe/London", "en", "14 Feb 2020", "14 February 2020", "18:05"),
        ("Europe/Dublin", "en", "14 Feb 2020", "14 February 2020", "18:05"),
        ("Australia/Sydney", "en", "14 Feb 2020", "14 February 2020", "6:05\u202fpm"),
        ("Europe/Stockholm", "en", "Feb 14, 2020", "February 14, 2020", "6:05\u202fPM"),
        ("Europe/London", "sv", "14 feb. 2020", "14 februari 2020", "18:05"),
        ("UTC", "en", "Feb 14, 2020", "February 14, 2020", "6:05\u202fPM"),
    ],
)
def test_english_is_written_as_it_is_where_the_business_is(
    zone: str, language: str, day: str, whole: str, clock: str
) -> None:
    at = datetime(2020, 2, 14, 18, 5, tzinfo=ZoneInfo(zone))
    with translation.override(language), timezone.override(ZoneInfo(zone)):
        assert (showing.day(at), showing.whole_day(at), showing.clock(at)) == (day, whole, clock)


@pytest.mark.parametrize(
    ("zone", "currency", "told"),
    [("Europe/London", "GBP", "£1,234.50"), ("Australia/Sydney", "AUD", "$1,234.50"),
     ("Pacific/Auckland", "NZD", "$1,234.50"), ("Europe/Dublin", "EUR", "€1,234.50"),
     ("America/Denver", "USD", "$1,234.50")],
)  # fmt: skip
def test_a_countrys_own_money_has_its_own_sign(zone: str, currency: str, told: str) -> None:
    with translation.override("en"), timezone.override(ZoneInfo(zone)):
        assert showing.amount(Amount(123_450, currency)) == told
