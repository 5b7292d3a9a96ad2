"""Chance enters here: public ids and referral codes from the operating system's random source."""

from __future__ import annotations

import secrets
from datetime import datetime

from goodword.codes import ENTROPY_OF_AN_ID, REFERRAL_LENGTH, entropy_bytes, make, public_id


def mint_id(prefix: str, *, at: datetime) -> str:
    """Return a new public id with ``prefix`` (``con``, ``ref``, ``evt`` ...)."""
    return public_id(prefix, at=at, entropy=secrets.token_bytes(ENTROPY_OF_AN_ID))


def mint_code(length: int = REFERRAL_LENGTH) -> str:
    """Return a new unguessable code; the column's UNIQUE refuses the one in many billions that was given before."""
    return make(secrets.token_bytes(entropy_bytes(length)), length=length)
