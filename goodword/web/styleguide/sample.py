"""Believable people and numbers for the style guide: Fern Lawn Care, in English and Arabic where sentences are data."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.translation import get_language

from goodword.money import Amount

NOW = datetime(2026, 11, 20, 16, 4, tzinfo=UTC)


def say(en: str, ar: str) -> str:
    """Return a sentence that would come from stored data, in the language of the page."""
    return ar if get_language() == "ar" else en


def usd(units: int) -> Amount:
    """Return dollars from cents."""
    return Amount(units, "USD")
