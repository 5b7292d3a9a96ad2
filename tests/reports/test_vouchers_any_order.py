"""Whatever staff do with vouchers, in any order and whether or not the clock has been: reports and books are equal."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from goodword.business.models import Business
from goodword.errors import Refused
from goodword.flow.clock import lapse
from goodword.ledger import trial
from goodword.ledger.opening import book_of
from goodword.reports import voucher_log, voucher_stages, vouchers
from goodword.reports import voucher_register as registers
from goodword.reports.vouchers import Asked
from goodword.vouchers.models import Redemption, Voucher
from tests.flow.story import NOW, british
from tests.flow.vouchers.cast import GIFT, TILL, balance, give, order, redeem, sell

pytestmark = pytest.mark.django_db
STEPS = (timedelta(minutes=5), timedelta(days=3), timedelta(days=40), timedelta(days=200))


class Counter:
    """Somebody who does anything with any voucher; what is refused is none of the test's business."""

    def __init__(self, business: Business, seed: int) -> None:
        self.business, self.chance, self.now = business, random.Random(seed), NOW
        self.done: list[str] = []

    def act(self) -> None:
        """Let time pass, the clock perhaps do its work, and do one thing."""
        self.now += self.chance.choice(STEPS)
        if self.chance.random() < 0.7:
            lapse(business=self.business, now=self.now)
        one = self.chance.choice(list(Voucher.objects.filter(business=self.business).order_by("pk")))
        name, deed = self.chance.choice(list(self._deeds(one).items()))
        try:
            deed()
        except Refused:
            return
        self.done.append(f"{name} {one.serial}")

    def _deeds(self, one: Voucher) -> dict[str, Callable[[], Any]]:
        used = list(Redemption.objects.filter(business=self.business).order_by("pk"))
        last = (self.now + timedelta(days=self.chance.choice([20, 300, 600]))).date().isoformat()
        refund = self.chance.choice([None, TILL]) if one.kind == "sold" and one.state != "stock" else None
        value = {} if one.value else {"value": 3_000}
        back = self.chance.choice(used) if used else None
        part = self.chance.choice([1_000, 333, max(1, balance(one))])
        return {
            "sell": lambda: sell(self.business, 10_001, now=self.now),
            "give": lambda: give(self.business, 2_500, now=self.now),
            "redeem": lambda: redeem(self.business, one, part, now=self.now),
            "redeem all": lambda: redeem(self.business, one, max(1, balance(one)), now=self.now),
            "restore": lambda: back and self._order("restored", back.voucher, redemption=back.public_id, reason="x"),
            "extend": lambda: self._order("extended", one, expires_on=last, reason="x"),
            "void": lambda: self._order("voided", one, reason="x", refund=refund),
            "replace": lambda: self._order("replaced", one),
            "cash out": lambda: self._order("cashed_out", one, refund=TILL, reason="x"),
            "activate": lambda: order(
                self.business, "activated", now=self.now, serials=[one.serial],
                payment=TILL if one.kind == "sold" else GIFT, **value,
            ),
            "spoil": lambda: order(self.business, "spoiled", now=self.now, serials=[one.serial], reason="x"),
        }  # fmt: skip

    def _order(self, what: str, one: Voucher, **data: Any) -> None:
        order(self.business, what, now=self.now, voucher=one.public_id, **data)


def disagreements(business: Business, now: datetime) -> list[str]:
    """Return where two reports, or a report and the books, do not say the same."""
    owed = sum(each.total for each in trial.liability(book=book_of(business=business.pk), now=now))
    rows = list(registers.each(business=business, by="sale"))
    shown = vouchers.totals(business=business, asked=Asked(), now=now).values()
    told = {
        "register": sum(row.booked for row in rows),
        "list": sum(each.left for each in shown),
        "stages": sum(cell.sums.left for cell in voucher_stages.report(business=business, now=now).cells),
    }
    found = [f"{name} {left} and not {owed}" for name, left in told.items() if left != owed]
    if sum(row.value for row in rows) != sum(each.issued for each in shown):
        found.append("the register's value is not the list's")
    for row in rows:
        parts = (row.redeemed, row.paid_out, row.lapsed, row.cancelled, row.open)
        if row.difference or min(parts) < 0 or sum(parts) != row.value:
            found.append(f"{row.group.public_id}: {row.value} {parts} {row.difference}")
    for one in Voucher.objects.filter(business=business, lot__isnull=False, replaced_by=None):
        if voucher_log.booked(business=business, row=one)[-1].step.balance != balance(one):
            found.append(f"{one.serial}: its entries do not end with what is left")
    return found


@pytest.mark.parametrize("seed", range(3))
def test_reports_on_vouchers_and_the_books_say_the_same_whatever_is_done(transactional_db: None, seed: int) -> None:
    business = british()
    order(business, "stocked", kind="sold", count=3)
    order(business, "stocked", kind="promotional", count=2, value=2_000)
    somebody = Counter(business, seed)
    for _ in range(60):
        somebody.act()
        lapse(business=business, now=somebody.now)
        assert disagreements(business, somebody.now) == [], somebody.done
    assert len(somebody.done) > 15
