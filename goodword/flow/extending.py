"""Several vouchers extended at once: each by a command and a transaction of its own: one refusal stops no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from goodword.business.models import Business
from goodword.engine.durations import Duration, local_date, step
from goodword.errors import Invalid, NotFound, Refused
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.vouchers.models import Voucher

MOST = 200  # at once; a list's page is far shorter
MOST_MONTHS = 120


@dataclass(frozen=True, slots=True)
class Extended:
    """What became of one voucher; ``refusal`` is None when it was done."""

    voucher: str
    refusal: Refused | None


def last_day_after(*, last_day: date, months: int, today: date) -> date:
    """Return the new last day: ``months`` after the old one, or after today when that is over."""
    return step(max(last_day, today), Duration(months, "months"))


def extend_many(
    *, business: Business, vouchers: Sequence[str], months: int | None, last_day: date | None, reason: str, actor: str,
    batch: str, now: datetime,
) -> list[Extended]:  # fmt: skip
    """Extend each voucher, with one reason; return what became of each, in their order. Lapsed ones are honoured.

    Args:
        vouchers: public ids, at most ``MOST``.
        months: so many after its own last day, or after today where that is over; else ``last_day`` for all.
        batch: names this order: the same again gives the same answers and does nothing twice.

    Raises:
        Invalid: ``reason_required``, ``bad_day``, ``too_many_vouchers``: nothing was done.
    """
    if not reason.strip():
        raise Invalid("reason_required", "say why", pointer="/reason")
    if (months is None) == (last_day is None) or (months is not None and not 1 <= months <= MOST_MONTHS):
        raise Invalid("bad_day", "choose how many months, or one last day for all", pointer="/expires_on")
    if len(vouchers) > MOST:
        raise Invalid("too_many_vouchers", f"at most {MOST} vouchers at once")
    told = []
    for ref in dict.fromkeys(vouchers):
        try:
            key = f"extend:{batch}:{ref}"
            data = _known(business, key) or _data(business, ref, months, last_day, reason, now)
            submit(business=business, type="voucher.extended", data=data, actor=actor, now=now, key=key)
        except Refused as refusal:
            told.append(Extended(ref, refusal))
        else:
            told.append(Extended(ref, None))
    return told


def _known(business: Business, key: str) -> dict[str, Any] | None:
    """Return what was ordered under this key before: the new day must not be counted from the moved one."""
    known = Event.objects.filter(business=business, source="goodword", external_id=key)
    return known.values_list("data", flat=True).first()


def _data(
    business: Business, ref: str, months: int | None, last_day: date | None, reason: str, now: datetime
) -> dict[str, Any]:
    if months is not None:
        zone = ZoneInfo(business.timezone)
        row = Voucher.objects.filter(business=business, public_id=ref).first()
        if row is None:
            raise NotFound("voucher_not_found", "no voucher of that number or code")
        if row.expires_at is None:
            raise Refused("not_an_extension", "this voucher never expires")
        old = local_date(row.expires_at - timedelta(microseconds=1), zone)
        last_day = last_day_after(last_day=old, months=months, today=local_date(now, zone))
    assert last_day is not None
    return {"voucher": ref, "expires_on": last_day.isoformat(), "reason": reason}
