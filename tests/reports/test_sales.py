"""The list of sales: its sums are the books' own, and every line adds up to what is left."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from goodword.ledger import trial
from goodword.ledger.chart import Kind as Account
from goodword.ledger.opening import book_of
from goodword.reports import sales as reading
from goodword.reports.sales import Asked, Totals
from goodword.vouchers.models import Sale
from tests.flow.story import british, fern
from tests.flow.vouchers.cast import order, sell
from tests.reports.voucher_story import AUGUST, JULY, JUNE, NOVEMBER, Story, told

pytestmark = pytest.mark.django_db
INSTRUMENTS = {Account.SOLD_VOUCHER: "sold", Account.PROMO_VOUCHER: "promotional"}
FROM = {"sold": Account.SETTLEMENT, "promotional": Account.EXPENSE}


@pytest.fixture
def story(transactional_db: None) -> Story:
    business = british()
    beside = british("beside")
    sell(beside, 99_900, now=JUNE)
    return told(business)


def rows(story: Story, **asked: Any) -> list[reading.Line]:
    return list(reading.sales(business=story.business, asked=Asked(**asked)).rows)


def posted(story: Story, start: datetime | None = None, end: datetime | None = None) -> dict[str, int]:
    """Return what the books took into vouchers from outside in a stretch of time, by kind of voucher."""
    sums: dict[str, int] = defaultdict(int)
    for entry in trial.entries(book=book_of(business=story.business.pk), limit=1000):
        if (start is None or entry.occurred_at >= start) and (end is None or entry.occurred_at < end):
            for move in entry.movements:
                kind = INSTRUMENTS.get(move.credit_kind)
                if kind and move.debit_kind is FROM[kind]:
                    sums[kind] += move.units
    return dict(sums)


def summed(story: Story, **asked: Any) -> dict[str, int]:
    return {each.kind: each.units for each in reading.totals(business=story.business, asked=Asked(**asked))}


@pytest.mark.requirement("R23", "R25")
def test_what_was_sold_in_a_stretch_of_time_is_what_the_books_took_in(story: Story) -> None:
    assert summed(story) == posted(story) == {"sold": 51_000, "promotional": 2_500}
    edges = [JUNE, JULY, AUGUST, NOVEMBER]
    found = [summed(story, start=start, end=end) for start, end in pairwise(edges)]
    assert found == [posted(story, start, end) for start, end in pairwise(edges)]
    assert found == [{"sold": 30_000}, {"sold": 13_000, "promotional": 2_500}, {"sold": 8_000}]
    assert reading.totals(business=story.business, asked=Asked(start=JUNE, end=JULY)) == [Totals("sold", 1, 3, 30_000)]


def test_each_sale_says_what_became_of_it_and_adds_up(story: Story) -> None:
    found = {line.group.pk: line for line in rows(story)}
    assert len(found) == 5
    for line in found.values():
        assert line.value - line.redeemed - line.paid_out - line.lapsed - line.cancelled == line.open == line.booked
    wave = found[story.voucher("part").sale_id]
    assert (wave.sold, wave.value, wave.redeemed, wave.cancelled, wave.void, wave.open) == (
        3, 30_000, 13_000, 10_000, 1, 7_000,
    )  # fmt: skip
    lost = found[story.voucher("lost").sale_id]  # the lost card and its successor are one voucher, not a cancelled one
    assert (lost.sold, lost.value, lost.redeemed, lost.void, lost.open) == (1, 8_000, 1_000, 0, 7_000)


def test_a_sale_that_was_undone_stays_in_the_list_and_in_what_was_sold(story: Story) -> None:
    voucher = sell(story.business, 4_000, now=NOVEMBER)
    order(story.business, "voided", now=NOVEMBER, voucher=voucher.public_id, reason="x", refund={"method": "card"})
    (line,) = rows(story, start=NOVEMBER)
    assert (line.sold, line.void, line.cancelled, line.open) == (1, 1, 4_000, 0)
    assert summed(story, start=NOVEMBER) == posted(story, NOVEMBER) == {"sold": 4_000}


def test_what_another_system_sold_is_listed_with_what_was_brought_and_not_summed(story: Story) -> None:
    before = summed(story)
    order(story.business, "brought", now=NOVEMBER, at=JUNE - timedelta(days=90), kind="sold", value=10_000,
          balance=6_000, payment={"method": "other", "reference": "OLD-9"}, expires_on="never")  # fmt: skip
    (line,) = rows(story, text="OLD-9")
    assert reading.brought(line)
    assert (line.group.amount, line.value, line.open, line.booked) == (10_000, 6_000, 6_000, 6_000)
    assert rows(story)[-1].group == line.group  # by when it was sold, not by when it was brought
    assert summed(story) == posted(story) == before


def test_the_list_narrows_by_what_each_way_of_asking_means(story: Story) -> None:
    ann = {"name": "Ann Archer", "phone": "+1 303 555 0188"}
    paid = {"method": "bank_transfer", "reference": "INV 2026-77"}
    sale = sell(story.business, 4_000, now=NOVEMBER, buyer=ann, payment=paid).sale
    assert sale is not None
    assert sale.buyer is not None
    for asked in (
        {"text": "archer"}, {"text": "555 0188"}, {"text": "2026-77"}, {"method": "bank_transfer"},
        {"text": sale.vouchers.get().serial}, {"buyer": sale.buyer.public_id}, {"start": NOVEMBER},
    ):  # fmt: skip
        assert [line.group for line in rows(story, **asked)] == [sale], asked
    assert {line.group.pk for line in rows(story, location="north")} == {
        story.voucher("part").sale_id, story.voucher("first").sale_id
    }  # fmt: skip
    assert [line.group.pk for line in rows(story, method="complimentary")] == [story.voucher("given").sale_id]
    assert rows(story, text="nobody at all") == rows(story, buyer="con_nobody") == []


def test_pages_and_the_file_hold_every_sale_once_the_latest_first(story: Story) -> None:
    for n in range(7):
        sell(story.business, 1_000 + n, now=AUGUST + timedelta(days=n))
    seen: list[Sale] = []
    after = ""
    while True:
        page = reading.sales(business=story.business, asked=Asked(), after=after, limit=5)
        seen += [line.group for line in page.rows]
        after = page.next
        if not after:
            break
    assert seen == list(Sale.objects.filter(business=story.business).order_by("-at", "-pk"))
    assert [line.group for line in reading.each(business=story.business, asked=Asked())] == seen
    assert len(seen) == 12


def test_another_business_s_sales_are_not_there(story: Story) -> None:
    other = Sale.objects.exclude(business=story.business).get()
    assert other.pk not in {line.group.pk for line in rows(story)}
    named = rows(story, text=other.vouchers.get().serial)
    assert other.pk not in {line.group.pk for line in named}
    bare = fern("bare")
    assert reading.sales(business=bare, asked=Asked()) == ([], "")
    assert reading.totals(business=bare, asked=Asked()) == []
