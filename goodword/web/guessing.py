"""Guessing of vouchers: how often one till, one member of staff or one address may ask for what nobody was given.

The API, the console and the public page share it, and so do all processes: what is counted stands in the database,
where only a guess writes. Only a well-formed code or serial that is unknown counts as a guess: a typing error is told
by the check character and costs nothing. Whoever guesses too often is turned away, for what is right too, until the
window is over; staff read it on *Problems*, once a day for each who did.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address, ip_network
from zoneinfo import ZoneInfo

from goodword.business.models import Business
from goodword.engine.durations import local_date
from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.flow.vouchers.guarding import Counter, count_miss, too_many
from goodword.vouchers import secrecy

WINDOW = 15 * 60  # seconds
MISSES = 20  # of one key or member of staff in a window
MISSES_OF_ADDRESS = 60  # of one address in a business: several tills may share it
PUBLIC = "public"
PUBLIC_WINDOW = 60 * 60  # seconds
PUBLIC_MISSES = 20  # of one address on the public page
NOBODY_KNOWS = 0  # whose vouchers are asked for: on the public page
NETWORK = 64  # bits of an IPv6 address that one household or office has for itself

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Guesser:
    """Who asks.

    Attributes:
        business: the primary key of the business whose vouchers are asked for, or ``NOBODY_KNOWS``.
        who: ``key:<source>``, or the actor of a member of staff; ``PUBLIC`` for somebody we do not know.
        address: where the request comes from.
        counted: what it is counted by, where that is not ``who``: the digest of an API key.
    """

    business: int
    who: str
    address: str
    counted: str = ""


def check(guesser: Guesser, *, now: datetime) -> None:
    """See that it may ask for another voucher. One statement.

    Raises:
        Refused: ``too_many_guesses`` with ``retry_after`` in seconds.
    """
    counters = _counters(guesser, now=now)
    if too_many(counters):
        wait = int(counters[0].until.timestamp()) - int(now.timestamp())
        raise Refused(
            "too_many_guesses", "too many numbers and codes that nobody was given; wait a while", retry_after=wait
        )


def missed(guesser: Guesser, *, business: Business | None, now: datetime) -> bool:
    """Count a guess that found nothing, and say whether it closed the door; that is told to the staff. One statement.

    Args:
        business: whose staff is told; None: nobody, it stands in the log alone.
    """
    counters = _counters(guesser, now=now)
    closed = any(count == each.most for count, each in zip(count_miss(counters), counters, strict=True))
    if closed and business is not None:
        tell(guesser, business=business, now=now)
    elif closed:
        log.warning("vouchers are being guessed by %s from %s", guesser.who, guesser.address)
    return closed


def names_of(*, counted: str, address: str, now: datetime) -> tuple[str, str]:
    """Return the names of the counters of a key and an address, for whoever reads them with something else."""
    window = int(now.timestamp()) // WINDOW
    return _name("by", counted, window), _name("at", network_of(address), window)


def _counters(guesser: Guesser, *, now: datetime) -> list[Counter]:
    length = PUBLIC_WINDOW if guesser.business == NOBODY_KNOWS else WINDOW
    window = int(now.timestamp()) // length
    until = datetime.fromtimestamp((window + 1) * length, UTC)
    most = PUBLIC_MISSES if guesser.business == NOBODY_KNOWS else MISSES_OF_ADDRESS
    counters = [Counter(guesser.business, _name("at", network_of(guesser.address), window), most, until)]
    if guesser.who != PUBLIC:
        name = _name("by", guesser.counted or guesser.who, window)
        counters.append(Counter(guesser.business, name, MISSES, until))
    return counters


def _name(kind: str, text: str, window: int) -> str:
    return secrecy.veiled(f"{kind}:{text}:{window}")


def network_of(address: str) -> str:
    """Return what one household or office has: an address, of IPv6 its network, which holds more than could be kept."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if not isinstance(read, IPv6Address):
        return address
    return str(read.ipv4_mapped or ip_network((read, NETWORK), strict=False))


def tell(guesser: Guesser, *, business: Business, now: datetime) -> None:
    """Write down that somebody guesses, once a day for each who does: it stands on *Problems*."""
    log.warning("vouchers of %s are being guessed by %s from %s", business.slug, guesser.who, guesser.address)
    day = local_date(now, ZoneInfo(business.timezone))
    submit(
        business=business, type="voucher.guessing_noticed", data={"by": guesser.who}, actor="", now=now,
        key=f"guessing:{hashlib.sha256(guesser.who.encode()).hexdigest()[:32]}:{day}",
    )  # fmt: skip
