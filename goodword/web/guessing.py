"""Guessing of vouchers: how often one till, one member of staff or one address may ask for what nobody was given.

The API, the console and the public page share it. Only a well-formed code or serial that is unknown counts as a guess:
a typing error is told by the check character and costs nothing. Whoever guesses too often is turned away, for what is
right too, until the window is over; staff read it on *Problems*, once a day for each who did.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.cache import cache

from goodword.business.models import Business
from goodword.engine.durations import local_date
from goodword.errors import Refused
from goodword.flow.submit import submit

WINDOW = 15 * 60  # seconds
MISSES = 20  # of one key or member of staff in a window
MISSES_OF_ADDRESS = 60  # of one address in a business: several tills may share it
PUBLIC = "public"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Guesser:
    """Who asks.

    Attributes:
        business: the primary key of the business whose vouchers are asked for.
        who: ``key:<source>``, or the actor of a member of staff; ``PUBLIC`` for somebody we do not know.
        address: where the request comes from.
    """

    business: int
    who: str
    address: str


def check(guesser: Guesser, *, now: datetime) -> None:
    """See that it may ask for another voucher.

    Raises:
        Refused: ``too_many_guesses`` with ``retry_after`` in seconds.
    """
    limits = dict(_counters(guesser, now=now))
    found = cache.get_many(limits)
    if any(found.get(name, 0) >= most for name, most in limits.items()):
        wait = WINDOW - int(now.timestamp()) % WINDOW
        raise Refused(
            "too_many_guesses", "too many numbers and codes that nobody was given; wait a while", retry_after=wait
        )


def missed(guesser: Guesser, *, business: Business, now: datetime) -> None:
    """Count a guess that found nothing; the one that closes the door is told to the staff."""
    for name, most in _counters(guesser, now=now):
        cache.add(name, 0, timeout=2 * WINDOW)
        try:
            count = cache.incr(name)
        except ValueError:  # it ran out between the two lines
            continue
        if count == most:
            tell(guesser, business=business, now=now)


def _counters(guesser: Guesser, *, now: datetime) -> Iterator[tuple[str, int]]:
    """Yield the name of each counter with the most it may reach; who and where from are digests there."""
    window = int(now.timestamp()) // WINDOW
    yield f"guess:{guesser.business}:at:{_digest(guesser.address)}:{window}", MISSES_OF_ADDRESS
    if guesser.who != PUBLIC:
        yield f"guess:{guesser.business}:by:{_digest(guesser.who)}:{window}", MISSES


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def tell(guesser: Guesser, *, business: Business, now: datetime) -> None:
    """Write down that somebody guesses, once a day for each who does: it stands on *Problems*."""
    log.warning("vouchers of %s are being guessed by %s from %s", business.slug, guesser.who, guesser.address)
    day = local_date(now, ZoneInfo(business.timezone))
    submit(
        business=business, type="voucher.guessing_noticed", data={"by": guesser.who}, actor="", now=now,
        key=f"guessing:{_digest(guesser.who)}:{day}",
    )  # fmt: skip
