"""How long a voucher is valid and what becomes of the rest, by the policy it was sold under: pure, days and units only.

A day is a local date of the business. The last valid day is included; ``expires_at`` is the first instant after it
(rulings 38).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from goodword.engine.durations import Duration, midnight, step
from goodword.errors import Refused
from goodword.vouchers.law.policies import Policy
from goodword.vouchers.law.wording import too_short

USUAL_MONTHS = 12  # R10


class Breakage(msgspec.Struct, frozen=True):
    """Whether what nobody redeemed may be proposed as revenue, and why (``wording.breakage`` says it)."""

    allowed: bool
    reason: Literal["issuer", "confirmed", "ask", "state"]


def earliest_expiry(policy: Policy, sold_on: date) -> date | None:
    """Return the earliest day that may be the last valid one; None: it must never expire.

    A life in years or months ends on the same day of the year, which is still valid; from the 29th of February on the
    28th. ``to_year_end`` counts from the end of the year of the sale (BGB § 199).
    """
    life = policy.life
    if life.rule == "no_expiry":
        return None
    if life.rule == "none":
        return sold_on
    begins = date(sold_on.year, 12, 31) if life.to_year_end else sold_on
    return step(begins, Duration(life.years * 12 + life.months, "months"))


def default_last_day(policy: Policy, sold_on: date, months: int = USUAL_MONTHS) -> date | None:
    """Return the last valid day when nobody chose one: ``months`` after the sale, or later where the law wants it.

    None: never.
    """
    earliest = earliest_expiry(policy, sold_on)
    if earliest is None:
        return None
    return max(earliest, step(sold_on, Duration(months, "months")))


def check_last_day(policy: Policy, *, sold_on: date, last_day: date | None) -> None:
    """Let a last valid day pass that the law allows; a voucher that never expires (None) always may.

    Raises:
        Refused: ``expiry_too_short`` with ``earliest`` (None: it must never expire), ``policy``, ``sold_on`` and
            ``last_day`` as facts; ``law.wording.too_short`` says it in the reader's language.
    """
    earliest = earliest_expiry(policy, sold_on)
    if last_day is None or (earliest is not None and last_day >= earliest):
        return
    raise Refused(
        "expiry_too_short",
        too_short(policy, sold_on=sold_on, last_day=last_day, earliest=earliest, lang="en"),
        policy=policy.id,
        sold_on=sold_on.isoformat(),
        last_day=last_day.isoformat(),
        earliest=earliest.isoformat() if earliest else None,
    )


def expires_at(last_day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant (UTC) that is too late for a voucher: the midnight after ``last_day`` in ``zone``.

    Where the clocks skip that midnight, the first instant of the next day that exists.
    """
    return midnight(last_day + timedelta(days=1), zone)


def may_lapse(policy: Policy) -> bool:
    """Say whether a voucher of this policy may ever lapse: where it must not expire it is never zeroed."""
    return policy.life.rule != "no_expiry"


def cash_out_due(policy: Policy, balance: int, currency: str, on: date) -> bool:
    """Say whether the customer may have the ``balance`` (smallest units) in cash ``on`` that day.

    The threshold is the one in force on the day of asking, whenever the voucher was sold.
    """
    due = [threshold for threshold in policy.cash_out if threshold.valid_from <= on]
    return bool(due) and due[-1].currency == currency and 0 < balance < due[-1].below


def may_take_breakage(policy: Policy, *, confirmed: bool = False) -> Breakage:
    """Say whether breakage may be proposed (rulings 32; IFRS 15 B47: never for what goes to a state).

    Args:
        confirmed: the accountant has said that unredeemed value stays with this business.
    """
    if policy.unclaimed == "state":
        return Breakage(False, "state")
    if policy.unclaimed == "ask":
        return Breakage(confirmed, "confirmed" if confirmed else "ask")
    return Breakage(True, "issuer")
