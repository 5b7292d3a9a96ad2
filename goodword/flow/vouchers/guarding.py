"""Somebody asks for vouchers that nobody was given: it is counted for all processes, and a person should know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import F

from goodword.business.models import Business
from goodword.inbox import models as inbox
from goodword.ledger.sql import moment
from goodword.vouchers.models import GuessCount


class Counter(NamedTuple):
    """What is counted: whose guesses, as ``secrecy.veiled`` names them, until when, and with how many it is enough.

    ``business`` is the key of the business whose vouchers are asked for; 0: nobody knows which is meant.
    """

    business: int
    name: str
    most: int
    until: datetime


def count_miss(counters: Sequence[Counter]) -> list[int]:
    """Count a miss on each and return how many there are now. One statement, which stands by itself: what the caller
    was about is refused, and is not to take this back."""
    row = "(%s, %s, 1, %s, %s)"
    ordered = sorted(counters)  # as everybody, so that two never wait for each other
    values = [value for each in ordered for value in (each.business, each.name, each.most, moment(each.until))]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO vouchers_guesscount (business, name, misses, most, until)"  # noqa: S608 - our own text
            f" VALUES {', '.join([row] * len(ordered))} ON CONFLICT (business, name)"
            " DO UPDATE SET misses = vouchers_guesscount.misses + 1, most = excluded.most"
            " RETURNING business, name, misses",
            values,
        )
        told = {(business, name): misses for business, name, misses in cursor.fetchall()}
    return [told[each.business, each.name] for each in counters]


def too_many(counters: Sequence[Counter]) -> bool:
    """Say whether one of these has come to what is enough. One statement, by index."""
    business = {each.business for each in counters}
    found = GuessCount.objects.filter(business__in=business, name__in=[each.name for each in counters])
    return found.filter(misses__gte=F("most")).exists()


def forget_guesses(*, now: datetime) -> int:
    """Drop the counts whose time is over, and return how many. One statement."""
    gone, _ = GuessCount.objects.filter(until__lte=now).delete()
    return gone


def notice_guessing(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - as all commands
    """``voucher.guessing_noticed {by}``: too many unknown codes or serials were asked for; it stands on Problems.

    ``by`` is ``key:<source>``, ``user:<e-mail>`` or ``public``.
    """
    inbox.Decision.objects.create(
        business=business, event=row, kind="problem", codes=["vouchers_guessed"], trace={"by": str(row.data.get("by"))}
    )
