"""How often one address may send a form."""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from django.http import HttpRequest

WINDOW = 60 * 60  # seconds
LIMITS: dict[str, int] = {"callback": 20, "survey": 60}


def too_often(request: HttpRequest, *, what: str) -> bool:
    """Count one attempt of the visitor's address; say whether there were too many in an hour.

    The address is kept as a digest, and for the hour only.
    """
    address = hashlib.sha256(request.META.get("REMOTE_ADDR", "").encode()).hexdigest()[:32]
    key = f"throttle:{what}:{address}"
    if cache.add(key, 1, WINDOW):
        return False
    try:
        return bool(cache.incr(key) > LIMITS[what])
    except ValueError:  # it ran out between the two
        return False
