"""The addresses that messages carry."""

from __future__ import annotations

from django.conf import settings


def referral_link(code: str) -> str:
    """Return the permanent link of a contact's code (domain.md, Referrals)."""
    return f"{settings.PUBLIC_URL}/r/{code}"


def survey_link(token: str) -> str:
    """Return the one-tap page of a job's survey."""
    return f"{settings.PUBLIC_URL}/s/{token}"


def join_link(secret: str) -> str:
    """Return the page on which an invited member of staff joins."""
    return f"{settings.PUBLIC_URL}/join/{secret}"


def reset_link(key: str) -> str:
    """Return the page on which a member of staff chooses a new password."""
    return f"{settings.PUBLIC_URL}/accounts/password/reset/key/{key}/"
