"""An order of the staff that waited for a till happens behind it: times tell what happened to a voucher in order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goodword.business import keys
from goodword.business.models import ApiKey, Business
from goodword.errors import Refused
from goodword.flow.vouchers.taking import Order, take_quickly
from goodword.inbox.models import Event
from goodword.vouchers.models import Redemption, Voucher
from goodword.worker.redeciding import redecide
from tests.flow.story import NOW, british
from tests.flow.vouchers.cast import TILL, books_hold, order, redeem, sell

pytestmark = pytest.mark.django_db(transaction=True)
SECOND, MOMENT = timedelta(seconds=1), timedelta(microseconds=1)
ASKED, TAKEN = NOW + 60 * SECOND, NOW + 65 * SECOND  # when the clerk pressed, and when the till was done


@pytest.fixture
def business(transactional_db: None, settings: Any, tmp_path: Any) -> Business:
    settings.DATA = tmp_path
    opened = british()
    redeem(opened, sell(opened, 1, now=NOW + SECOND), 1, now=NOW + 2 * SECOND)  # the first opens accounts
    return opened


@pytest.fixture
def key(business: Business) -> ApiKey:
    made, _ = keys.make_key(
        business=business, name="Till", source="till-1", scopes=["vouchers:redeem"], now=NOW, entropy=b"k" * 32
    )
    return made


def till(key: ApiKey, voucher: Voucher, amount: int, *, at: datetime = TAKEN) -> Redemption:
    """Redeem as a till does, at an instant of the test's."""
    body = take_quickly(
        Order(
            key_digest=key.digest, ref=voucher.serial, amount=amount, currency="USD", ticket=None,
            request=(f"r-{at}", "d"), clock=lambda: at, counters=("a", "b"),
        ),
        allow=lambda _: None, answer=lambda taken: {"redemption": taken.redemption},
        event_name=lambda source: f"{source}:{at}",
    )  # fmt: skip
    assert body is not None
    return Redemption.objects.get(public_id=body["redemption"])


ORDERS: list[tuple[str, dict[str, Any]]] = [
    ("redeemed", {"amount": 300}), ("voided", {"reason": "x", "refund": TILL}), ("frozen", {"reason": "lost"}),
    ("extended", {"expires_on": "2035-01-01", "reason": "x"}), ("replaced", {}),
]  # fmt: skip


def test_orders_that_waited_for_a_till_stand_behind_it_and_are_decided_alike_again(
    business: Business, key: ApiKey
) -> None:
    for number, (what, data) in enumerate(ORDERS):
        later = number * 60 * SECOND
        voucher = sell(business, 1000, now=NOW + 3 * SECOND + later)
        used = till(key, voucher, 700, at=TAKEN + later)
        event = order(business, what, now=ASKED + later, voucher=voucher.public_id, **data)
        behind = TAKEN + later + MOMENT
        assert (used.at, event.time, event.settled_at) == (TAKEN + later, behind, behind), what
        assert Business.objects.get(pk=business.pk).settled_at == behind
        times = list(Redemption.objects.filter(voucher=voucher).order_by("pk").values_list("at", flat=True))
        assert times == [used.at, behind][: 2 if what == "redeemed" else 1]
    assert redecide(business, now=NOW + 3600 * SECOND).differences == []
    books_hold(business)


def test_what_a_till_emptied_is_refused_behind_it(business: Business, key: ApiKey) -> None:
    voucher = sell(business, 1000, now=NOW + 3 * SECOND)
    till(key, voucher, 1000)
    with pytest.raises(Refused, match="nothing is left"):
        order(business, "redeemed", now=ASKED, voucher=voucher.public_id, amount=1)
    told = Event.objects.get(type="voucher.redeemed", state="refused")
    assert (told.time, told.code) == (TAKEN + MOMENT, "insufficient_balance")


def test_whoever_waited_for_nobody_keeps_the_time_and_so_does_one_that_is_told_when_it_was(
    business: Business, key: ApiKey
) -> None:
    voucher, other = sell(business, 1000, now=NOW + 3 * SECOND), sell(business, 1000, now=NOW + 3 * SECOND)
    till(key, voucher, 700)
    assert order(business, "redeemed", now=ASKED, voucher=other.public_id, amount=1).time == ASKED
    later = TAKEN + SECOND
    assert order(business, "redeemed", now=later, voucher=voucher.public_id, amount=1).time == later
    told = order(business, "redeemed", now=TAKEN, at=ASKED, voucher=voucher.public_id, amount=1)
    assert (told.time, told.settled_at) == (ASKED, later + MOMENT)


def test_a_till_asks_no_more_for_it_and_other_orders_ask_nothing(business: Business, key: ApiKey) -> None:
    voucher = sell(business, 1000, now=NOW + 3 * SECOND)
    with CaptureQueriesContext(connection) as told:
        till(key, voucher, 100)
    assert not any("settled_at" in each["sql"] and "SELECT" in each["sql"][:6] for each in told.captured_queries)
    with CaptureQueriesContext(connection) as told:
        sell(business, 1000, now=TAKEN + SECOND)
    assert not any("vouchers_redemption" in each["sql"] for each in told.captured_queries)
