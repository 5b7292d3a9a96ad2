"""Many tills and clerks at once, with real threads on PostgreSQL: no unit is spent twice, none is lost."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client

from goodword.business import keys
from goodword.business.models import Business
from goodword.flow.clock import lapse
from goodword.inbox.models import IdempotencyKey
from goodword.vouchers.models import Redemption, Voucher
from tests.flow.story import british
from tests.flow.test_races import at_once
from tests.flow.vouchers.cast import TILL, balance, books_hold, order, sell, state, trial

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def business(transactional_db: None) -> Business:
    opened = british()
    order(opened, "redeemed", now=now(), voucher=sell(opened, 1, now=now()).public_id, amount=1)
    return opened


@pytest.fixture
def key(business: Business) -> str:
    made, secret = keys.make_key(
        business=business, name="Till", source="till-1", scopes=["vouchers:redeem"], now=now(), entropy=b"k" * 32
    )
    keys.note_use(key=made, now=now())
    return secret


def till(key: str, voucher: Voucher, amount: int, request: str) -> int:
    """Redeem as a till does, over HTTP; return the status."""
    answer: Any = Client(raise_request_exception=False).post(
        f"/api/v1/vouchers/{voucher.serial}/redeem",
        json.dumps({"amount": {"amount": amount, "currency": "USD"}}), content_type="application/json",
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": request},
    )  # fmt: skip
    return int(answer.status_code)


def clerk(business: Business, what: str, **data: Any) -> str:
    """Order something as staff do; return that it was done."""
    order(business, what, now=now(), **data)
    return "done"


def test_forty_tills_spend_one_card_and_not_a_cent_more(business: Business, key: str) -> None:
    voucher = sell(business, 1000, now=now())
    told = Counter(at_once(*(partial(till, key, voucher, 70, f"r{n}") for n in range(40))))
    assert told[200] == 14
    assert sum(told.values()) == 40
    assert balance(voucher) == 1000 - 14 * 70
    assert Redemption.objects.filter(voucher=voucher).count() == 14
    books_hold(business)


def test_one_key_from_twenty_tills_redeems_once(business: Business, key: str) -> None:
    voucher = sell(business, 1000, now=now())
    told = Counter(at_once(*(partial(till, key, voucher, 70, "the-same") for _ in range(20))))
    assert told[200] >= 1
    assert (balance(voucher), IdempotencyKey.objects.count()) == (930, 1)
    assert Redemption.objects.filter(voucher=voucher).count() == 1
    books_hold(business)


Meanwhile = Callable[[Business, Voucher], object]


def _void(business: Business, voucher: Voucher) -> object:
    return clerk(business, "voided", voucher=voucher.public_id, reason="x", refund=TILL)


def _replace(business: Business, voucher: Voucher) -> object:
    return clerk(business, "replaced", voucher=voucher.public_id)


def _extend(business: Business, voucher: Voucher) -> object:
    return clerk(business, "extended", voucher=voucher.public_id, expires_on="2035-01-01", reason="x")


@pytest.mark.parametrize("meanwhile", [_void, _replace, _extend])
def test_tills_and_a_clerk_at_once_leave_every_unit_in_one_place(
    business: Business, key: str, meanwhile: Meanwhile
) -> None:
    voucher = sell(business, 1000, now=now())
    tills = [partial(till, key, voucher, 100, f"r{n}") for n in range(8)]
    told = at_once(*tills[:4], partial(meanwhile, business, voucher), *tills[4:])
    assert told[4] == "done"
    spent = sum(100 for status in told if status == 200)
    kept = sum(balance(v) for v in Voucher.objects.filter(sale=voucher.sale))
    refunded = 1001 + trial(business)["settlement"]  # settlement holds -1001 as long as nothing was paid back
    assert spent + kept + refunded == 1000
    assert sum(r.units for r in Redemption.objects.filter(voucher__sale=voucher.sale)) == spent
    books_hold(business)


def test_the_clock_and_the_tills_share_a_card_out(business: Business, key: str) -> None:
    sold = now() - timedelta(days=400)
    voucher = sell(business, 1000, now=sold, expires_on=(now() + timedelta(days=1)).date().isoformat())
    later = now() + timedelta(days=3)
    told = at_once(
        *(partial(till, key, voucher, 100, f"r{n}") for n in range(6)), lambda: lapse(business=business, now=later)
    )
    spent = sum(100 for status in told[:6] if status == 200)
    assert state(voucher)[1] == 0
    assert trial(business).get("lapsed", 0) + spent == 1000
    books_hold(business)


def test_clerks_give_back_and_tills_take(business: Business, key: str) -> None:
    voucher = sell(business, 1000, now=now())
    for n in range(5):
        assert till(key, voucher, 200, f"first{n}") == 200
    used = list(Redemption.objects.filter(voucher=voucher).values_list("public_id", flat=True))
    backs = [partial(clerk, business, "restored", voucher=voucher.public_id, redemption=name) for name in used]
    twice = [partial(clerk, business, "restored", voucher=voucher.public_id, redemption=used[0])]
    told = at_once(*backs, *twice, *(partial(till, key, voucher, 100, f"r{n}") for n in range(4)))
    assert Counter(told[:6]) == {"done": 5, "already_restored": 1}
    spent = sum(100 for status in told[6:] if status == 200)
    assert balance(voucher) == 1000 - spent
    books_hold(business)
