"""Who asks, what the key may do, and how often: before anything else of a request is looked at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security.base import AuthBase

from goodword.business import keys
from goodword.business.models import ApiKey
from goodword.errors import Refused
from goodword.web.counting import one_more

DEFAULT_RATE = 6000  # requests a minute and key; settings.API_REQUESTS_PER_MINUTE says another
WINDOW = 60  # seconds


class Key(AuthBase):
    """Lets a living key with one scope in; everybody else learns only that they may not.

    Args:
        scope: a word of ``keys.SCOPES``.
        also: others, each of which does as well.
    """

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, scope: str, *also: str) -> None:
        self.scope, self.scopes = scope, frozenset({scope, *also})
        if not self.scopes <= keys.SCOPES.keys():
            raise ValueError(f"no scopes {sorted(self.scopes - keys.SCOPES.keys())}")
        super().__init__()

    def __call__(self, request: HttpRequest) -> ApiKey:
        now = datetime.now(UTC)
        request.now = now  # type: ignore[attr-defined]  # one frozen now for the whole request
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        key = keys.verify(secret.strip()) if kind.lower() == "bearer" else None
        if key is None:
            raise Refused("unauthorized", "send Authorization: Bearer with a key of yours that was not revoked")
        count(request, key=key.pk, now=now)
        if self.scopes.isdisjoint(key.scopes):
            raise Refused("insufficient_scope", f"this key has no scope {self.scope}", scope=self.scope)
        keys.note_use(key=key, now=now)
        return key


def rate() -> int:
    """Return how many requests a key may make in a minute."""
    return int(getattr(settings, "API_REQUESTS_PER_MINUTE", DEFAULT_RATE))


def count(request: HttpRequest, *, key: int, now: datetime) -> None:
    """Count the request against its key's minute and note what is left for the answer's headers.

    Raises:
        Refused: ``rate_limited`` with ``retry_after`` in seconds.
    """
    allowed, second = rate(), int(now.timestamp())
    window, wait = second // WINDOW, WINDOW - second % WINDOW
    if hasattr(request, "rate"):  # it was counted before the ordinary view got it
        if "Retry-After" in request.rate:
            raise Refused("rate_limited", f"more than {allowed} requests in this minute", retry_after=wait)
        return
    name = f"api-rate:{key}:{window}"
    used = one_more(name, seconds=2 * WINDOW)
    request.rate = {  # type: ignore[attr-defined]  # read by outermost.py
        "RateLimit-Policy": f'"key";q={allowed};w={WINDOW}',
        "RateLimit": f'"key";r={max(allowed - used, 0)};t={wait}',
    }
    if used > allowed:
        request.rate["Retry-After"] = str(wait)  # type: ignore[attr-defined]
        raise Refused("rate_limited", f"more than {allowed} requests in this minute", retry_after=wait)


def key_of(request: HttpRequest) -> ApiKey:
    """Return the key that :class:`Key` let in."""
    key: Any = request.auth  # type: ignore[attr-defined]  # set by ninja
    assert isinstance(key, ApiKey)
    return key


def now_of(request: HttpRequest) -> datetime:
    """Return the request's one frozen now."""
    now: datetime = request.now  # type: ignore[attr-defined]  # set by Key
    return now
