"""How long a new voucher is valid: the business's choice within the law of its place (domain.md, Validity; R10)."""

from __future__ import annotations

import calendar
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from goodword.business.models import Business, Location
from goodword.business.reading import settings_at
from goodword.engine.durations import local_date, midnight
from goodword.errors import Refused


class New(NamedTuple):
    """The terms a voucher is issued under; ``expires_at`` None: never."""

    expires_at: datetime | None
    policy: str
    vat: str


def of_new(
    *, business: Business, location: Location | None, kind: str, last_day: date | str | None, at: datetime,  # noqa: ARG001
    now: datetime,
) -> New:  # fmt: skip
    """Return the terms of a voucher sold or given at ``at``.

    Args:
        location: where it is sold; its law goes by region (rulings 36).
        last_day: the last day it is valid, ``never``, or None for what the business and the law say.

    Raises:
        Refused: ``expiry_too_short`` with the reason; ``already_expired``.
    """
    zone = ZoneInfo(business.timezone)
    settings = settings_at(business, now)
    day = local_date(at, zone)
    if last_day is None:
        month = day.month - 1 + int(settings["voucher_months"])
        year, month = day.year + month // 12, month % 12 + 1
        last_day = date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
    expires = None if isinstance(last_day, str) else midnight(date.fromordinal(last_day.toordinal() + 1), zone)
    if expires is not None and expires <= now:
        raise Refused("already_expired", "that last day is over")
    return New(expires, "", str(settings["voucher_vat"]) if kind == "sold" else "")
