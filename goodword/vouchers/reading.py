"""What vouchers are worth and in which state they are at a moment, for whoever shows them. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from goodword.business.models import Business
from goodword.engine.durations import local_date
from goodword.ledger import reading
from goodword.ledger.opening import book_of
from goodword.vouchers.models import State, Voucher

OPEN = (State.ACTIVE, State.BOOKED)


def state_at(row: Voucher, *, now: datetime) -> str:
    """Return the state; past its last day it is expired whether or not the clock has let it lapse yet."""
    over = row.state in OPEN and row.expires_at is not None and row.expires_at <= now
    return State.EXPIRED.value if over else str(row.state)


def past_their_day(*, now: datetime) -> Q:
    """Return the vouchers that are past their last day and that the clock has not come to yet."""
    return Q(state__in=OPEN, expires_at__lte=now)


def in_state(wanted: str, *, now: datetime) -> Q:
    """Return the vouchers of which :func:`state_at` says so."""
    if wanted == State.EXPIRED:
        return Q(state=State.EXPIRED) | past_their_day(now=now)
    return Q(state=wanted) & (~past_their_day(now=now) if wanted in OPEN else Q())


def balances(*, business: Business, rows: Sequence[Voucher], now: datetime) -> dict[int, int]:
    """Return what can be redeemed of each voucher, by its key: nothing of one past its last day. One statement."""
    wanted = [row.lot for row in rows if row.lot is not None and state_at(row, now=now) != State.EXPIRED]
    found = reading.lots(book=book_of(business=business.pk), ids=wanted) if wanted else []
    left = {lot.id: lot.units for lot in found}
    return {row.pk: left.get(row.lot or 0, 0) for row in rows}


def last_day(*, business: Business, expires_at: datetime | None) -> date | None:
    """Return the last day on which something is valid where the business is; None: it never expires."""
    if expires_at is None:
        return None
    return local_date(expires_at - timedelta(microseconds=1), ZoneInfo(business.timezone))
