"""The addresses that messages carry."""

from __future__ import annotations

from django.conf import settings


def referral_link(code: str) -> str:
    """Return the permanent link of a contact's code (domain.md, Referrals)."""
    return f"{settings.PUBLIC_URL}/r/{code}"


def survey_link(token: str) -> str:
    """Return the one-tap page of a job's survey."""
    return f"{settings.PUBLIC_URL}/s/{token}"
