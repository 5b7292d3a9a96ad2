"""The clock, a till and a clerk at the last moment, with real threads on PostgreSQL: what wins is whole, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from goodword.business.models import Business
from goodword.errors import Refused
from goodword.flow import voucher_telling
from goodword.flow.clock import lapse
from goodword.flow.extending import extend_many
from goodword.inbox.models import Event
from goodword.outbox.models import Message
from goodword.vouchers.models import Voucher
from tests.flow.story import NOW, british
from tests.flow.test_races import at_once
from tests.flow.vouchers.cast import balance, books_hold, order, sell, trial

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
ENDS = datetime(2027, 11, 21, 7, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
AT_30 = datetime(2027, 10, 21, 18, 0, tzinfo=UTC)
ANN = {"name": "Ann Archer", "phone": "+1 303 555 0188"}


@pytest.fixture
def business(transactional_db: None) -> Business:
    return british()


def redeemed(business: Business, voucher: Voucher, at: datetime) -> str:
    """Redeem all of it at an instant; return what came of it."""
    try:
        order(business, "redeemed", now=at, voucher=voucher.public_id, amount=5000)
    except Refused as refused:
        return refused.code
    return "done"


@pytest.mark.parametrize("attempt", range(5))
def test_a_till_and_the_clock_at_the_last_moment_take_it_once(business: Business, attempt: int) -> None:
    voucher = sell(business)
    clock = partial(lapse, business=business, now=ENDS + SECOND)
    told, lapsed = at_once(partial(redeemed, business, voucher, ENDS - SECOND), clock)
    voucher.refresh_from_db()
    if told == "done":
        assert (lapsed, voucher.state, trial(business).get("lapsed")) == (0, "redeemed", None), attempt
    else:
        assert (told, lapsed, voucher.state) == ("voucher_expired", 1, "expired"), attempt
        assert trial(business)["lapsed"] == 5000
    assert balance(voucher) == 0
    books_hold(business)


@pytest.mark.parametrize("attempt", range(5))
def test_an_extension_and_the_clock_leave_it_usable_and_whole(business: Business, attempt: int) -> None:
    voucher = sell(business)
    extend = partial(
        extend_many, business=business, vouchers=[voucher.public_id], months=3, last_day=None, reason="kind",
        actor="user:o", batch=f"b{attempt}", now=ENDS + SECOND,
    )  # fmt: skip
    (changed,), _ = at_once(extend, partial(lapse, business=business, now=ENDS + SECOND))
    voucher.refresh_from_db()
    assert changed.refusal is None
    assert (voucher.state, balance(voucher), trial(business).get("lapsed")) == ("active", 5000, None)
    assert voucher.expires_at is not None
    assert voucher.expires_at > ENDS + timedelta(days=80)
    books_hold(business)


def test_one_batch_of_extensions_sent_four_times_at_once_extends_once(business: Business) -> None:
    vouchers = [sell(business).public_id for _ in range(3)]
    extend = partial(
        extend_many, business=business, vouchers=vouchers, months=6, last_day=None, reason="kind", actor="user:o",
        batch="one", now=NOW + timedelta(days=1),
    )  # fmt: skip
    at_once(extend, extend, extend, extend)
    days = Event.objects.filter(business=business, type="voucher.extended", state="settled")
    assert [event.data["expires_on"] for event in days] == ["2028-05-20"] * 3
    books_hold(business)


def test_two_workers_write_one_reminder_and_one_delivery(business: Business) -> None:
    for _ in range(4):
        sell(business, recipient=ANN)
    sell(business, recipient=ANN, deliver_on="2027-10-20")
    remind = partial(voucher_telling.remind, business=business, now=AT_30)
    deliver = partial(voucher_telling.deliver_gifts, business=business, now=AT_30)
    at_once(remind, remind, remind, deliver, deliver, deliver)
    told = Message.objects.filter(business=business)
    assert told.filter(template=voucher_telling.REMINDER).count() == 5
    assert told.filter(template=voucher_telling.DELIVERY).count() == 1
