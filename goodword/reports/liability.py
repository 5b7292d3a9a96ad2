"""What the business owes the holders of its value on a day: by instrument, how old, what the law lets them cash."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from goodword.business.models import Business
from goodword.engine.durations import local_date
from goodword.ledger import trial
from goodword.ledger.chart import Kind
from goodword.ledger.opening import book_of
from goodword.ledger.outstanding import Open, outstanding, roots_of
from goodword.money import POINTS, down, points_to_units
from goodword.vouchers import law
from goodword.vouchers.estimating import Ageing, Lot, age_buckets
from goodword.vouchers.models import Voucher

AGED = (Kind.SOLD_VOUCHER, Kind.PROMO_VOUCHER)


@dataclass(frozen=True, slots=True)
class Line:
    """One instrument; ``worth`` is all of it in smallest units of the currency, points at their value."""

    owed: trial.Liability
    worth: int


@dataclass(frozen=True, slots=True)
class CashOut:
    """How many sold vouchers are so little worth that the holder may have the money, and what they hold together."""

    vouchers: int
    units: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What is owed at one moment; ``total`` in smallest units of the currency."""

    lines: list[Line]
    total: int
    ageing: dict[Kind, Ageing]
    cash_out: CashOut


def standing(
    *, business: Business, now: datetime, at: datetime | None = None, known_at: datetime | None = None
) -> Standing:
    """Return what was owed: *as at* ``at``, *as known at* ``known_at``, now with neither. At most seven statements."""
    judged = at or known_at or now
    book = book_of(business=business.pk)
    owed = trial.liability(book=book, now=now, at=at, known_at=known_at)
    lines = [Line(line, _worth(business, line)) for line in owed]
    lots = outstanding(book=book, kinds=AGED, at=at, known_at=known_at)
    zone = ZoneInfo(business.timezone)
    return Standing(
        lines=lines,
        total=sum(line.worth for line in lines),
        ageing={
            kind: age_buckets([_aged(lot, judged) for lot in lots if lot.kind is kind], judged, zone) for kind in AGED
        },
        cash_out=_cash_out(business, lots, judged, zone),
    )


def _worth(business: Business, line: trial.Liability) -> int:
    if line.asset == business.currency:
        return line.total
    return down(points_to_units(line.total, business.currency)) if line.asset == POINTS else 0


def _aged(lot: Open, judged: datetime) -> Lot:
    # An event may tell of a sale a few minutes ahead of the clock (rulings 5).
    return Lot(lot.units, min(lot.begun_at, judged), lot.expires_at)


def _cash_out(business: Business, lots: Collection[Open], judged: datetime, zone: ZoneInfo) -> CashOut:
    """Return what could be asked for in cash that day, by the law that each voucher was sold under."""
    paying = {policy.id: policy for policy in law.all_policies() if policy.cash_out}
    rows = Voucher.objects.filter(business=business, kind="sold", policy__in=list(paying), lot__isnull=False)
    policies = {lot: policy for lot, policy in rows.values_list("lot", "policy") if lot is not None}
    if not policies:
        return CashOut(0, 0)
    # On a past day the value stood in an earlier lot of the same line.
    of_root = {root: policies[lot] for lot, (root, _begun) in roots_of(lots=list(policies)).items()}
    day = local_date(judged, zone)
    due = [
        lot.units
        for lot in lots
        if lot.kind is Kind.SOLD_VOUCHER
        and lot.root in of_root
        and (lot.expires_at is None or lot.expires_at > judged)
        and law.cash_out_due(paying[of_root[lot.root]], lot.units, lot.asset, day)
    ]
    return CashOut(len(due), sum(due))
