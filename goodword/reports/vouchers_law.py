"""What the law says of a voucher as it stands, and of what is sold today at each place. No legal advice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from goodword.business.models import Business, Location
from goodword.flow.vouchers.terms import policy_at, policy_of
from goodword.vouchers import law
from goodword.vouchers.law import wording
from goodword.vouchers.models import Voucher


@dataclass(frozen=True, slots=True)
class Standing:
    """The law a voucher was sold under.

    Attributes:
        cash_out_due: its holder may have what is left in money today.
        cash_out: which rests are paid out, in a sentence; empty where no law says so.
        may_lapse: False where it must never expire.
        rule: how long it has to be valid, in a sentence.
    """

    policy: law.Policy
    cash_out_due: bool
    cash_out: str
    may_lapse: bool
    rule: str


@dataclass(frozen=True, slots=True)
class Place:
    """What holds for a voucher sold today at a place; ``location`` None: where the business itself is."""

    location: Location | None
    policy: law.Policy


def standing_of(*, business: Business, voucher: Voucher, balance: int, today: date, lang: str) -> Standing | None:
    """Return the law of one voucher; None for stock and for what was given away.

    Args:
        balance: what is left, smallest units of the voucher's currency.
        today: a local date of the business.
    """
    if voucher.kind != "sold" or voucher.lot is None:
        return None
    policy = policy_of(business=business, voucher=voucher, on=today)
    return Standing(
        policy=policy, cash_out_due=law.cash_out_due(policy, balance, voucher.currency, today),
        cash_out=wording.cash_out(policy, today, lang) or "", may_lapse=law.may_lapse(policy),
        rule=wording.rule(policy, lang),
    )  # fmt: skip


def places(*, business: Business, today: date) -> list[Place]:
    """Return the law on what is sold today where the business is and at each open location. One statement."""
    branches = Location.objects.filter(business=business, closed_at=None).order_by("name", "pk")
    return [
        Place(location, policy_at(business=business, location=location, kind="sold", on=today))
        for location in (None, *branches)
    ]
