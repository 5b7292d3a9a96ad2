"""How often one visitor, or one page, may send a form."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest

from goodword.web.counting import one_more

WINDOW = 60 * 60  # seconds
LIMITS: dict[str, int] = {"callback": 20, "callback_to": 200, "survey": 60, "share": 120, "share_of": 60}


def too_often(request: HttpRequest, *, what: str, by: str = "") -> bool:
    """Count one attempt and say whether there were too many in an hour.

    Args:
        by: whose attempts are counted: a code or a business; empty: the visitor's address.

    What is counted by is kept as a digest, and for the hour only.
    """
    counted = hashlib.sha256((by or request.META.get("REMOTE_ADDR", "")).encode()).hexdigest()[:32]
    return one_more(f"throttle:{what}:{counted}", seconds=WINDOW) > LIMITS[what]
