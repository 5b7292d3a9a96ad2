"""How often one visitor, or one page, may send a form."""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from django.http import HttpRequest

WINDOW = 60 * 60  # seconds
LIMITS: dict[str, int] = {"callback": 20, "callback_to": 200, "survey": 60, "share": 120, "share_of": 60}


def too_often(request: HttpRequest, *, what: str, by: str = "") -> bool:
    """Count one attempt and say whether there were too many in an hour.

    Args:
        by: whose attempts are counted: a code or a business; empty: the visitor's address.

    What is counted by is kept as a digest, and for the hour only.
    """
    counted = hashlib.sha256((by or request.META.get("REMOTE_ADDR", "")).encode()).hexdigest()[:32]
    key = f"throttle:{what}:{counted}"
    if cache.add(key, 1, WINDOW):
        return False
    try:
        return bool(cache.incr(key) > LIMITS[what])
    except ValueError:  # it ran out between the two
        return False
