"""How long a new voucher is valid: the business's choice within the law of its place (domain.md, Validity; R10)."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from goodword.business.models import Business, Location
from goodword.business.reading import settings_at
from goodword.engine.durations import local_date
from goodword.errors import Refused
from goodword.vouchers import law
from goodword.vouchers.models import Voucher


class New(NamedTuple):
    """The terms a voucher is issued under; ``expires_at`` None: never. ``policy`` is the law it keeps for ever."""

    expires_at: datetime | None
    policy: str
    vat: str


def of_new(
    *, business: Business, location: Location | None, kind: str, last_day: date | str | None, at: datetime,
    now: datetime,
) -> New:  # fmt: skip
    """Return the terms of a voucher sold or given at ``at``.

    Args:
        location: where it is sold; its law goes by region (rulings 36).
        last_day: the last day it is valid, ``never``, or None for what the business and the law say.

    Raises:
        Refused: ``expiry_too_short`` with the reason; ``already_expired``.
    """
    zone, settings = ZoneInfo(business.timezone), settings_at(business, now)
    day = today(business, at)
    policy = policy_at(business=business, location=location, kind=kind, on=day)
    if last_day is None:
        wanted = law.default_last_day(policy, day, months=int(settings["voucher_months"]))
    else:
        wanted = None if isinstance(last_day, str) else last_day
    expires = None if wanted is None else law.expires_at(wanted, zone)
    if expires is not None and expires <= now:
        raise Refused("already_expired", "that last day is over")
    law.check_last_day(policy, sold_on=day, last_day=wanted)
    return New(expires, policy.id, str(settings["voucher_vat"]) if kind == "sold" else "")


def policy_at(*, business: Business, location: Location | None, kind: str, on: date) -> law.Policy:
    """Return the law that a voucher of this kind is issued under on a day."""
    region = (location.region if location is not None else "") or business.region
    return law.policy_for(business.country, region, "sold" if kind == "sold" else "promotional", on)


def today(business: Business, now: datetime) -> date:
    """Return the day it is for the business."""
    return local_date(now, ZoneInfo(business.timezone))


def policy_of(*, business: Business, voucher: Voucher, on: date) -> law.Policy:
    """Return the law a voucher was sold under; of one that came without, that of its place on a day."""
    if voucher.policy:
        return law.policy_named(voucher.policy)
    return policy_at(business=business, location=voucher.location, kind=voucher.kind, on=on)


def check_cash_out(*, business: Business, voucher: Voucher, balance: int, now: datetime) -> None:
    """See that the law a voucher was sold under gives its holder the rest in money today.

    Args:
        balance: what is left, smallest units of the voucher's currency.

    Raises:
        Refused: ``not_due``.
    """
    on = today(business, now)
    if not law.cash_out_due(policy_of(business=business, voucher=voucher, on=on), balance, voucher.currency, on):
        raise Refused("not_due", "the law does not ask that this be paid out; say why it is paid all the same",
                      pointer="/reason")  # fmt: skip
