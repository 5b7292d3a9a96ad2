"""The addresses that messages carry."""

from __future__ import annotations

import base64

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from goodword.outbox.addressing import ADDRESSES

# Stands in a message's words where a voucher's code belongs, until it leaves: no row holds one in clear (rulings 35).
CODE_MARK = "••••-••••-••••-••••"
SEAL_LENGTH = 16  # characters: 96 bits
_SALT = "goodword.outbox.links.stop"
_OWN_SALT = "goodword.outbox.links.own"


def referral_link(code: str) -> str:
    """Return the permanent link of a contact's code (domain.md, Referrals)."""
    return f"{settings.PUBLIC_URL}/r/{code}"


def survey_link(token: str) -> str:
    """Return the one-tap page of a job's survey."""
    return f"{settings.PUBLIC_URL}/s/{token}"


def voucher_link(code: str) -> str:
    """Return the page on which whoever holds a voucher's code sees what is left of it."""
    return f"{settings.PUBLIC_URL}/v/{code}"


def join_link(secret: str) -> str:
    """Return the page on which an invited member of staff joins."""
    return f"{settings.PUBLIC_URL}/join/{secret}"


def reset_link(key: str) -> str:
    """Return the page on which a member of staff chooses a new password."""
    return f"{settings.PUBLIC_URL}/accounts/password/reset/key/{key}/"


def stop_link(*, code: str, channel: str) -> str:
    """Return the address at which a contact says stop to a channel, without signing in (RFC 8058)."""
    return f"{settings.PUBLIC_URL}/u/{stop_token(code=code, channel=channel)}"


def stop_token(*, code: str, channel: str) -> str:
    """Return the token of that address: only we can make one, and it holds nothing personal."""
    named = f"{list(ADDRESSES).index(channel)}{code}"
    return named + _seal(named)


def read_stop_token(token: str) -> tuple[str, str] | None:
    """Return the referral code and the channel that a token names; None when we did not make it."""
    named, seal = token[:-SEAL_LENGTH], token[-SEAL_LENGTH:]
    if not named.isascii() or not constant_time_compare(seal, _seal(named)) or named[:1] not in {"0", "1"}:
        return None
    return named[1:], list(ADDRESSES)[int(named[0])]


def own_page(code: str) -> str:
    """Return the page on which a contact passes the link on and sees how it goes; it is for nobody else."""
    return f"{settings.PUBLIC_URL}/share/{own_token(code)}"


def own_token(code: str) -> str:
    """Return the token of that page: only we can make one, and it holds nothing personal."""
    return code + _seal(code, salt=_OWN_SALT)


def read_own_token(token: str) -> str | None:
    """Return the referral code that a token names; None when we did not make it."""
    code, seal = token[:-SEAL_LENGTH], token[-SEAL_LENGTH:]
    return code if token.isascii() and constant_time_compare(seal, _seal(code, salt=_OWN_SALT)) else None


def _seal(named: str, *, salt: str = _SALT) -> str:
    digest = salted_hmac(salt, named, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).decode()[:SEAL_LENGTH]
