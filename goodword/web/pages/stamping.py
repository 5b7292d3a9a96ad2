"""When a form was opened, signed inside it: a person takes a moment to fill it in, a robot takes none.

It needs no cookie and no script. Signed for one page, so one page's stamp opens no other form.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.core.signing import BadSignature, Signer

SOONEST = timedelta(seconds=2)
LATEST = timedelta(days=7)


def stamp(*, about: str, now: datetime) -> str:
    """Return the stamp of a form that is shown now; ``about`` names its page."""
    return _signer(about).sign(str(int(now.timestamp())))


def in_time(text: str, *, about: str, now: datetime) -> bool:
    """Say whether the form was opened long enough, and not too long, ago."""
    opened = opened_at(text, about=about)
    return opened is not None and SOONEST <= now - opened <= LATEST


def opened_at(text: str, *, about: str) -> datetime | None:
    """Return when the form was opened; None when the stamp is not ours."""
    try:
        return datetime.fromtimestamp(int(_signer(about).unsign(text[:200])), tz=UTC)
    except (BadSignature, ValueError, OverflowError):
        return None


def _signer(about: str) -> Signer:
    return Signer(salt=f"goodword.web.pages.stamping:{about}")
