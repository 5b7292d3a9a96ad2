"""Short words for the tests of vouchers: selling, giving, stocking, using; what stands in the books; nothing moved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from goodword.business.models import Business
from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.ledger import checking, reading
from goodword.ledger.models import Entry, Transfer
from goodword.ledger.opening import book_of
from goodword.vouchers.models import Redemption, Voucher
from tests.flow.story import NOW
from tests.ledger.cast import trial_of

TILL = {"method": "till", "reference": "T-1"}
GIFT = {"method": "complimentary", "reason": "a thank-you"}


def order(business: Business, what: str, /, *, now: datetime = NOW, at: datetime | None = None, **data: Any) -> Event:
    """Order something of vouchers, as staff do."""
    return submit(business=business, type=f"voucher.{what}", data=data, actor="user:o", now=now, at=at)


def made_by(event: Event) -> list[Voucher]:
    """Return the vouchers that an order made or sold, in the order of their serials."""
    found = Voucher.objects.filter(sale__event=event) | Voucher.objects.filter(batch__event=event)
    return list(found.distinct().order_by("prefix", "number"))


def sell(business: Business, value: int = 5000, *, now: datetime = NOW, **more: Any) -> Voucher:
    """Sell one voucher at the till."""
    data = {"kind": "sold", "value": value, "payment": TILL, **more}
    (voucher,) = made_by(order(business, "issued", now=now, **data))
    return voucher


def give(business: Business, value: int = 5000, *, now: datetime = NOW, **more: Any) -> Voucher:
    """Give one voucher away."""
    data = {"kind": "promotional", "value": value, "payment": GIFT, **more}
    (voucher,) = made_by(order(business, "issued", now=now, **data))
    return voucher


def redeem(business: Business, voucher: Voucher, amount: int, *, now: datetime = NOW, **more: Any) -> Redemption:
    """Redeem a part of a voucher."""
    data = {"voucher": voucher.public_id, "amount": amount, **more}
    return Redemption.objects.get(event=order(business, "redeemed", now=now, **data))


def refusal(business: Business, what: str, /, *, now: datetime = NOW, **data: Any) -> Refused:
    """Order something that is refused; see that nothing moved, nothing was made and no voucher changed."""
    before = standing(business)
    try:
        order(business, what, now=now, **data)
    except Refused as refused:
        assert standing(business) == before
        return refused
    raise AssertionError(f"{what} was not refused")


def standing(business: Business) -> tuple[Any, ...]:
    """Return all that an order could change: rows of vouchers, redemptions, sales and the books."""
    tables = ("vouchers_voucher", "vouchers_redemption", "vouchers_sale", "vouchers_batch", "vouchers_serialcounter",
              "people_contact")  # fmt: skip
    told: list[Any] = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table} WHERE business_id = %s ORDER BY id", [business.pk])
            told.append(cursor.fetchall())
    book = book_of(business=business.pk)
    told.append(list(Entry.objects.filter(book=book).order_by("pk").values_list("pk", "key")))
    told.append(list(Transfer.objects.filter(entry__book=book).order_by("pk").values_list("pk", "units")))
    return tuple(told)


def balance(voucher: Voucher) -> int:
    """Return what is left of a voucher now."""
    voucher.refresh_from_db()
    if voucher.lot is None:
        return 0
    (lot,) = reading.lots(book=book_of(business=voucher.business_id), ids=[voucher.lot])
    return lot.units


def state(voucher: Voucher) -> tuple[str, int]:
    """Return a voucher's state and what is left of it."""
    left = balance(voucher)
    return voucher.state, left


def trial(business: Business) -> dict[str, int]:
    """Return the balances of the books by kind of account, those that are not zero: credits are positive."""
    return {kind.value: units for (kind, _), units in trial_of(book_of(business=business.pk)).items()}


def books_hold(business: Business) -> None:
    """See that every account agrees with its transfers and all sum to zero."""
    assert checking.faults(book=book_of(business=business.pk)) == []
