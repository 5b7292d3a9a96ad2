"""How often something was done in a stretch of time, as one process counts it: a restart forgets."""

from __future__ import annotations

from django.core.cache import cache


def one_more(name: str, *, seconds: int) -> int:
    """Count one more under a name and return how many there are; the count begins anew after so many seconds."""
    if cache.add(name, 1, timeout=seconds):
        return 1
    try:
        return int(cache.incr(name))
    except ValueError:  # it ran out between the two lines
        return 1
