"""What of the vouchers out there will never be redeemed, by the business's own curve; and how old they are. Pure.

The method is the chain ladder with volume-weighted development factors (T. Mack, *Distribution-free calculation of the
standard error of chain ladder reserve estimates*, ASTIN Bulletin 23, 1993; for gift cards: T. Gault, L. Llaguno and
M. Ménard, *Loyalty Rewards and Gift Card Programs*, Casualty Actuarial Society). The triangle is that of the balance
still open, with two ways out of it, redeemed and lapsed. So no estimate is ever negative or more than is open.

For each age j in months (0 is the month of the sale), over all cohorts that have lived through it:
    h(j) = redeemed at age j / open at its beginning        s(j) = open at its end / open at its beginning
    R(j) = h(j) + s(j)·R(j+1)                               of what is open at age j, the share still to be redeemed
A cohort's expected breakage is what has lapsed and what is open · (1 - R).

Worked by hand, with the third month after which redemption is remote (``remote_after=3``):
    January   issued 1000, redeemed 200, 400, 100           h(0) = (200+100+160) / (1000+500+800) = 1/5
    February  issued  500, redeemed 100, 220                h(1) = (400+220) / (800+400) = 31/60
    March     issued  800, redeemed 160                     h(2) = 100 / 400 = 1/4
    R(3) = 0    R(2) = 1/4    R(1) = 31/60 + 29/60·1/4 = 51/80
    breakage: 300·1 = 300,  180·3/4 = 135,  640·29/80 = 232;  in all 667 of 2300
    recognised in proportion to what was redeemed: 300·700/700 = 300,  135·320/365 = 118.36,  232·160/568 = 65.35;
    in all 484, by largest remainder 300, 119 and 65
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import msgspec

from goodword.engine.durations import local_date
from goodword.errors import Refused
from goodword.money import round_together

LEAST_COHORTS = 12  # one of each season: what is bought for Christmas is redeemed in another rhythm than in June
AGES = (("to_30", 30), ("to_90", 90), ("to_180", 180), ("to_365", 365))
OLDER = "over_365"


class Cohort(msgspec.Struct, frozen=True):
    """What was issued in one calendar month, in smallest units of one currency, and what became of it by age.

    ``redeemed`` and ``lapsed`` hold an amount for each month of its age up to the last whole month, from the month of
    the sale on. What was given back, or honoured after it had lapsed, is left out of the month in which it had gone.
    """

    month: date
    issued: int
    redeemed: tuple[int, ...]
    lapsed: tuple[int, ...]

    @property
    def outstanding(self) -> int:
        """Return what is neither redeemed nor lapsed."""
        return self.issued - sum(self.redeemed) - sum(self.lapsed)


class Expected(msgspec.Struct, frozen=True):
    """What is expected of one cohort: ``to_be_redeemed + breakage == issued``, whole smallest units.

    ``recognisable`` is the part of the breakage that may be revenue by now.
    """

    month: date
    issued: int
    redeemed: int
    lapsed: int
    outstanding: int
    to_be_redeemed: int
    breakage: int
    recognisable: int


class Estimate(msgspec.Struct, frozen=True):
    """The estimate of all cohorts.

    ``share`` is the expected redeemed part of all that was issued; ``curve`` the part redeemed by the end of each age.
    ``redeemed_later`` are units redeemed after ``remote_after`` months: if they are many, it is set too early.
    """

    cohorts: tuple[Expected, ...]
    share: Fraction
    curve: tuple[Fraction, ...]
    breakage: int
    recognisable: int
    redeemed_later: int


class Lot(msgspec.Struct, frozen=True):
    """A voucher's open balance in smallest units, when it was sold and from when on it is no longer valid."""

    units: int
    issued_at: datetime
    expires_at: datetime | None


class Bucket(msgspec.Struct, frozen=True):
    """How many vouchers, and what they hold together."""

    key: str
    vouchers: int
    units: int


class Ageing(msgspec.Struct, frozen=True):
    """Open vouchers by the days since they were sold, and by the days that are left."""

    by_age: tuple[Bucket, ...]
    by_left: tuple[Bucket, ...]


def estimate(
    cohorts: Sequence[Cohort], *, through: date, remote_after: int | None = None, least: int = LEAST_COHORTS
) -> Estimate:
    """Estimate breakage by the business's own history, exactly, and round once.

    Args:
        cohorts: of one currency, only vouchers whose breakage may be taken at all (``law.may_take_breakage``).
        through: a day of the last whole month that the cohorts tell of.
        remote_after: the age in months from which on nothing more is expected to be redeemed. None: whatever is older
            than the history counts as still to be redeemed, so that only what lapses is breakage.
        least: how many months of sales are needed.

    Recognised is, beside what has lapsed, the expected rest in proportion to the rights exercised so far
    (IFRS 15 B46, ASC 606-10-55-48). It is a proposal for an accountant, never a booking (rulings 32).

    Raises:
        Refused: ``too_little_history`` with ``found`` and ``needed`` months of sales, or of age.
        ValueError: a cohort contradicts itself or ``through``, or ``remote_after`` is less than a month.
    """
    if remote_after is not None and remote_after < 1:
        raise ValueError("redemption is remote after one month at the earliest")
    sold = sorted((c for c in cohorts if c.issued), key=lambda c: c.month)
    _check(sold, through)
    oldest = max((len(c.redeemed) for c in sold), default=0)
    for found, needed, what in ((len(sold), least, "months with sales"), (oldest, remote_after or 0, "months of age")):
        if found < needed:
            raise Refused(
                "too_little_history",
                f"{found} {what} are too few to estimate from; {needed} are needed",
                found=found,
                needed=needed,
            )
    horizon = oldest if remote_after is None else remote_after
    hazards, stays = _factors(sold, horizon)
    still = _still_to_come(hazards, stays, tail=Fraction(remote_after is None))
    lasting = [sum(c.lapsed) + c.outstanding * (1 - still[min(len(c.redeemed), horizon)]) for c in sold]
    breakages = round_together(lasting)
    recognised = round_together([_recognisable(c, b) for c, b in zip(sold, breakages, strict=True)])
    issued = sum(c.issued for c in sold)
    return Estimate(
        cohorts=tuple(
            Expected(
                c.month, c.issued, sum(c.redeemed), sum(c.lapsed), c.outstanding,
                to_be_redeemed=c.issued - breakage, breakage=breakage, recognisable=now,
            )
            for c, breakage, now in zip(sold, breakages, recognised, strict=True)
        ),
        share=1 - sum(lasting, Fraction(0)) / issued if issued else Fraction(0),
        curve=_curve(hazards, stays),
        breakage=sum(breakages),
        recognisable=sum(recognised),
        redeemed_later=sum(sum(c.redeemed[horizon:]) for c in sold),
    )  # fmt: skip


def age_buckets(lots: Sequence[Lot], at: datetime, zone: ZoneInfo) -> Ageing:
    """Sort open vouchers by their age and by the time they have left ``at`` an instant, in local days of ``zone``.

    Age: 0 to 30 days, to 90, to 180, to 365, older. Left: the same of the days up to the last valid one, ``over`` when
    the end has come and the lapse is not posted yet, ``never`` without an end. Each list holds every voucher once.

    Raises:
        ValueError: a voucher is sold after ``at``.
    """
    spans = [*(key for key, _ in AGES), OLDER]
    ages: dict[str, list[int]] = {key: [] for key in spans}
    left: dict[str, list[int]] = {key: [] for key in ("over", *spans, "never")}
    today = local_date(at, zone)
    for lot in lots:
        if lot.issued_at > at:
            raise ValueError("a voucher is sold after the instant that is asked about")
        ages[_bucket((today - local_date(lot.issued_at, zone)).days)].append(lot.units)
        if lot.expires_at is None:
            left["never"].append(lot.units)
        elif lot.expires_at <= at:
            left["over"].append(lot.units)
        else:
            last_day = local_date(lot.expires_at - timedelta(microseconds=1), zone)
            left[_bucket((last_day - today).days)].append(lot.units)
    return Ageing(*(tuple(Bucket(k, len(u), sum(u)) for k, u in table.items()) for table in (ages, left)))


def _check(cohorts: Sequence[Cohort], through: date) -> None:
    """Refuse cohorts that contradict themselves: whoever counted them is at fault."""
    if len({c.month for c in cohorts}) < len(cohorts):
        raise ValueError("a month comes twice")
    for c in cohorts:
        months = (through.year - c.month.year) * 12 + through.month - c.month.month + 1
        if c.month.day != 1 or months < 1 or not len(c.redeemed) == len(c.lapsed) == months:
            raise ValueError(f"{c.month}: a cohort begins on the first and tells of {months} months")
        if c.issued < 0 or c.outstanding < 0 or min((*c.redeemed, *c.lapsed)) < 0:
            raise ValueError(f"{c.month}: more is gone than was issued, or an amount is negative")


def _factors(cohorts: Sequence[Cohort], ages: int) -> tuple[list[Fraction], list[Fraction]]:
    """Return h(j) and s(j) for each age; where nothing was open any more all counts as redeemed: the prudent end."""
    hazards: list[Fraction] = []
    stays: list[Fraction] = []
    balances = [c.issued for c in cohorts]
    for age in range(ages):
        lived = [i for i, c in enumerate(cohorts) if len(c.redeemed) > age]
        begun = sum(balances[i] for i in lived)
        redeemed = sum(cohorts[i].redeemed[age] for i in lived)
        for i in lived:
            balances[i] -= cohorts[i].redeemed[age] + cohorts[i].lapsed[age]
        ended = sum(balances[i] for i in lived)
        hazards.append(Fraction(redeemed, begun) if begun else Fraction(1))
        stays.append(Fraction(ended, begun) if begun else Fraction(0))
    return hazards, stays


def _still_to_come(hazards: Sequence[Fraction], stays: Sequence[Fraction], *, tail: Fraction) -> list[Fraction]:
    """Return R(0) to R(horizon), backwards from the tail."""
    still = [tail]
    for hazard, stay in zip(reversed(hazards), reversed(stays), strict=True):
        still.append(hazard + stay * still[-1])
    return still[::-1]


def _curve(hazards: Sequence[Fraction], stays: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Return the part of what is issued that is redeemed by the end of each age."""
    curve, done, still_open = [], Fraction(0), Fraction(1)
    for hazard, stay in zip(hazards, stays, strict=True):
        done += still_open * hazard
        still_open *= stay
        curve.append(done)
    return tuple(curve)


def _recognisable(cohort: Cohort, breakage: int) -> Fraction:
    """Return what of a cohort's breakage may be revenue: the lapsed part, the rest as rights are exercised."""
    lapsed, redeemed = sum(cohort.lapsed), sum(cohort.redeemed)
    if not redeemed:
        return Fraction(lapsed)
    return lapsed + Fraction((breakage - lapsed) * redeemed, cohort.issued - breakage)


def _bucket(days: int) -> str:
    return next((key for key, most in AGES if days <= most), OLDER)
