"""What whoever holds a voucher's code may know of it: what it is worth, until when, and where it went. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from goodword.money import Amount
from goodword.reports import voucher_log
from goodword.vouchers import reading
from goodword.vouchers.models import Redemption, State, Voucher

Standing = Literal["good", "used", "paid_out", "expired", "frozen", "cancelled", "replaced", "unsold"]
MOST = 50


@dataclass(frozen=True, slots=True)
class Use:
    """One redemption: when, how much, and what of it was given back."""

    at: datetime
    amount: Amount
    returned: Amount | None


@dataclass(frozen=True, slots=True)
class PublicVoucher:
    """A voucher as its bearer may see it: no surname, no address, nobody's number, no staff.

    Attributes:
        until: the first instant at which it is no longer valid; None: never.
    """

    standing: Standing
    serial: str
    promotional: bool
    service: str
    value: Amount | None
    balance: Amount
    until: datetime | None
    giver: str
    recipient: str
    message: str
    uses: list[Use]


def of(voucher: Voucher, *, now: datetime) -> PublicVoucher:
    """Return what the bearer of a voucher's code sees. Five statements at most."""
    currency = voucher.currency
    left = reading.balances(business=voucher.business, rows=[voucher], now=now)[voucher.pk]
    standing = _standing(voucher, left, now=now)
    uses = [
        Use(row.at, Amount(row.units, currency), Amount(row.returned, currency) if row.returned else None)
        for row in Redemption.objects.filter(voucher=voucher).order_by("-id")[:MOST]
    ]
    return PublicVoucher(
        standing=standing, serial=voucher.serial, promotional=voucher.kind == "promotional", service=voucher.service,
        value=None if voucher.value is None else Amount(voucher.value, currency),
        balance=Amount(left if standing in ("good", "frozen") else 0, currency), until=voucher.expires_at,
        giver=voucher.buyer.name if voucher.buyer else "",
        recipient=voucher.recipient.name if voucher.recipient else "", message=voucher.message, uses=uses,
    )  # fmt: skip


def _standing(voucher: Voucher, left: int, *, now: datetime) -> Standing:
    state = reading.state_at(voucher, now=now)
    if state == State.VOID:
        return "replaced" if Voucher.objects.filter(replaces=voucher).exists() else "cancelled"
    if state == State.STOCK:
        return "unsold"
    if state == State.EXPIRED:
        return "expired"
    if voucher.frozen_at is not None:
        return "frozen"
    if left:
        return "good"
    return "paid_out" if voucher_log.paid_out(business=voucher.business, row=voucher) else "used"
