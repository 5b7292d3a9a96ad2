"""What of the sold vouchers will never be redeemed, by the business's own curve: a proposal, never a booking.

Money was taken for them, so only sold vouchers count; and of these only the ones whose rest the law leaves with the
business (rulings 32). Cancelled vouchers are as if they had not been sold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, IntegerField, Min, Q, Sum, Value, When

from goodword.business.models import Business
from goodword.engine.durations import local_date, midnight
from goodword.errors import Refused
from goodword.reports.months import month_of, months_between
from goodword.vouchers import law
from goodword.vouchers.estimating import Cohort, Estimate, estimate
from goodword.vouchers.models import Redemption, State, Voucher


@dataclass(frozen=True, slots=True)
class Share:
    """The vouchers of one policy of the law: how many, their worth when sold, and whether breakage may be taken."""

    policy: law.Policy
    vouchers: int
    value: int
    breakage: law.Breakage


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the accountant may consider, as of the last whole month.

    Attributes:
        through: last day of that month.
        shares: what was sold under each policy, with the reason why it counts or not.
        estimate: None when there is too little history; ``refused`` says of what.
    """

    through: date
    shares: list[Share]
    estimate: Estimate | None
    refused: Refused | None


def propose(*, business: Business, now: datetime, confirmed: bool = False, remote_after: int | None = None) -> Proposal:
    """Estimate breakage from what was sold, redeemed and lapsed up to the last whole month. At most nine statements.

    Args:
        confirmed: the accountant has said that unredeemed value stays with this business, where the law leaves it open.
        remote_after: months after which nothing more is expected to be redeemed, as the accountant judges it.
    """
    zone = ZoneInfo(business.timezone)
    end = local_date(now, zone).replace(day=1)
    through = end - timedelta(days=1)
    sold = _sold(business, midnight(end, zone))
    months = _months(sold, zone, midnight(end, zone))
    rows = list(
        sold.annotate(month=month_of("issued_at", months, zone)).values("policy", "month")
        .annotate(n=Count("pk"), worth=Sum("value")).order_by("policy", "month")
    )  # fmt: skip
    shares = _shares(rows, confirmed=confirmed)
    allowed = [share.policy.id for share in shares if share.breakage.allowed]
    cohorts = _cohorts(business, sold.filter(policy__in=allowed), months, zone, midnight(end, zone))
    try:
        return Proposal(through, shares, estimate(cohorts, through=through, remote_after=remote_after), None)
    except Refused as refused:
        return Proposal(through, shares, None, refused)


def _sold(business: Business, end: datetime) -> Any:
    """Select the vouchers sold before ``end``, lost cards by the last in their place; none cancelled."""
    rows = Voucher.objects.filter(business=business, kind="sold", issued_at__lt=end, replaced_by=None)
    return rows.exclude(state=State.VOID).order_by()


def _months(sold: Any, zone: ZoneInfo, end: datetime) -> list[date]:
    first = sold.aggregate(at=Min("issued_at"))["at"]
    return months_between(first, end - timedelta(microseconds=1), zone) if first is not None else []


def _shares(rows: Iterable[Mapping[str, Any]], *, confirmed: bool) -> list[Share]:
    told: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in rows:
        told[row["policy"]][0] += row["n"]
        told[row["policy"]][1] += int(row["worth"])
    policies = {policy.id: policy for policy in law.all_policies()}
    return [
        Share(policies[name], count, value, law.may_take_breakage(policies[name], confirmed=confirmed))
        for name, (count, value) in told.items()
        if name in policies
    ]


class _Flows:
    """What was issued, redeemed and lapsed, by the month of the sale and the month of its going."""

    def __init__(self, months: int) -> None:
        self.issued = [0] * months
        self.redeemed = [[0] * (months - n) for n in range(months)]
        self.lapsed = [[0] * (months - n) for n in range(months)]

    def take(self, side: list[list[int]], sold: int, gone: int, units: int) -> None:
        side[sold][max(gone - sold, 0)] += units  # an event may be dated before the sale it was told after


def _cohorts(business: Business, sold: Any, months: list[date], zone: ZoneInfo, end: datetime) -> list[Cohort]:
    flows = _Flows(len(months))
    told = sold.annotate(month=month_of("issued_at", months, zone), over=_over("", months, zone, end))
    rests: dict[tuple[int, str, int], int] = defaultdict(int)
    for row in told.values("month", "state", "over").annotate(worth=Sum("value")):
        flows.issued[row["month"]] += int(row["worth"])
        if row["over"] is not None:
            rests[row["month"], row["state"], row["over"]] += int(row["worth"])
    for month, state, over, gone, units in _redeemed(business, told, months, zone, end):
        flows.take(flows.redeemed, month, gone, units)
        if over is not None:
            rests[month, state, over] -= units
    for (month, state, over), rest in rests.items():
        # What is left of a redeemed voucher was paid out to its holder: he has had his right.
        flows.take(flows.lapsed if state == State.EXPIRED else flows.redeemed, month, over, rest)
    return [
        Cohort(month, issued, tuple(redeemed), tuple(lapsed))
        for month, issued, redeemed, lapsed in zip(months, flows.issued, flows.redeemed, flows.lapsed, strict=True)
    ]


def _over(to: str, months: list[date], zone: ZoneInfo, end: datetime) -> Case:
    """Return an expression for the month in which a voucher was used up or lapsed; none if open at ``end``."""
    ended = Q(**{f"{to}state__in": (State.EXPIRED, State.REDEEMED), f"{to}ended_at__lt": end})
    return Case(
        When(ended, then=month_of(f"{to}ended_at", months, zone)), default=Value(None), output_field=IntegerField()
    )


def _redeemed(
    business: Business, sold: Any, months: list[date], zone: ZoneInfo, end: datetime
) -> Iterator[tuple[int, str, int | None, int, int]]:
    """Yield what was redeemed and kept: month of the sale, state, month of its end, month of going, units."""
    kept = Sum(F("units") - F("returned"))
    rows = Redemption.objects.filter(business=business, at__lt=end).annotate(gone=month_of("at", months, zone))
    own = rows.filter(voucher__in=sold.values("pk")).annotate(
        month=month_of("voucher__issued_at", months, zone),
        over=_over("voucher__", months, zone, end),
    )
    for row in own.values("month", "voucher__state", "over", "gone").annotate(n=kept).order_by():
        yield row["month"], row["voucher__state"], row["over"], row["gone"], int(row["n"])
    later = dict(Voucher.objects.filter(business=business, replaces__isnull=False).values_list("replaces", "pk"))
    if not later:
        return
    places = sold.filter(replaces__isnull=False).values_list("pk", "month", "state", "over")
    last_cards = {pk: (month, state, over) for pk, month, state, over in places}
    lost = rows.filter(voucher__in=list(later)).values_list("voucher", "gone").annotate(n=kept).order_by()
    for card, gone, units in lost:
        last = card
        while last in later:
            last = later[last]
        if last in last_cards:
            yield *last_cards[last], gone, int(units)
