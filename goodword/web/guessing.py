"""Guessing at voucher codes: how many misses one may have before the door stays shut for a while.

Only misses count: a code that could exist and was given to nobody. A typing error is told by the check character and is
no guess (rulings 35). What is counted stands in the cache, for the window only.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.core.cache import cache

from goodword.business.models import Business
from goodword.errors import Refused

WINDOW = 15 * 60  # seconds
MOST_OF_ONE = 10  # misses of one person, key or address in a window
MOST_OF_ALL = 200  # misses in a business in a window, whoever they are of


def check(*, business: Business, who: str, now: datetime) -> None:
    """See that there were not too many misses.

    Args:
        who: ``user:<key>``, ``key:<key>`` or ``address:<address>``; kept as a digest.

    Raises:
        Refused: ``too_many_guesses`` with ``retry_after`` in seconds.
    """
    second = int(now.timestamp())
    names = _names(business, who, second)
    misses = cache.get_many([name for name, _most in names])
    if any(int(misses.get(name, 0)) >= most for name, most in names):
        raise Refused("too_many_guesses", "that was tried too often; wait a few minutes",
                      retry_after=WINDOW - second % WINDOW)  # fmt: skip


def count_miss(*, business: Business, who: str, now: datetime) -> None:
    """Count one miss against who asked and against the business."""
    for name, _most in _names(business, who, int(now.timestamp())):
        cache.add(name, 0, timeout=2 * WINDOW)
        try:
            cache.incr(name)
        except ValueError:  # it was evicted between the two lines
            cache.set(name, 1, timeout=2 * WINDOW)


def _names(business: Business, who: str, second: int) -> list[tuple[str, int]]:
    window = second // WINDOW
    one = hashlib.sha256(who.encode()).hexdigest()[:32]
    return [
        (f"guesses:{business.pk}:{window}:{one}", MOST_OF_ONE),
        (f"guesses:{business.pk}:{window}", MOST_OF_ALL),
    ]
