"""A rule's voucher: released by a person it has a serial and a code, is used as any other, and ends with its reward."""

from __future__ import annotations

from datetime import timedelta

import pytest

from goodword.business.models import Business
from goodword.flow.clock import lapse
from goodword.flow.submit import submit
from goodword.rewards.models import Reward
from goodword.vouchers import finding
from goodword.vouchers.models import Voucher
from tests.flow.story import NOW, bob_comes_through_ann, contact, fern, job, tell
from tests.flow.vouchers.cast import books_hold, order, redeem, refusal, sell, state, trial

pytestmark = pytest.mark.django_db
GIFTS = """
format: 1
id: gifts
name: Gifts
currency: USD
starts: 2026-01-01
friends: new
window: 60d
rules:
  - {id: money, when: referral.paid, to: referrer, give: voucher, amount: 30.00, expires: 12 months}
  - {id: service, when: referral.paid, to: friend, give: voucher, text: "One lawn, mown", value: 45.00}
"""


@pytest.fixture
def business(transactional_db: None) -> Business:
    opened = fern(document=GIFTS)
    tell(opened, bob_comes_through_ann())
    return opened


def release(business: Business, rule: str) -> Voucher:
    reward = Reward.objects.get(rule=rule)
    data = {"reward": reward.public_id, "status": "issued", "reason": "well earned"}
    submit(business=business, type="reward.status_changed", data=data, actor="user:o", now=NOW)
    return Voucher.objects.get(grant_key=reward.public_id)


@pytest.mark.requirement("R5", "R22")
def test_a_released_reward_is_a_voucher_with_serial_and_code(business: Business) -> None:
    assert not Voucher.objects.exists()  # it waits for a person
    voucher = release(business, "money")
    assert (state(voucher), voucher.kind, voucher.recipient) == (
        ("active", 3000), "promotional", contact(business, "ann"),
    )  # fmt: skip
    assert finding.voucher_of(business=business, text=finding.code_of(voucher)) == voucher
    assert trial(business) == {"promo_voucher": 7500, "expense": -7500}
    assert sell(business).number == voucher.number + 1  # one row of serials for all
    books_hold(business)


def test_used_up_it_turns_its_reward_into_redeemed_and_given_back_into_issued(business: Business) -> None:
    voucher = release(business, "money")
    redeem(business, voucher, 1000)
    assert Reward.objects.get(rule="money").status == "issued"
    last = redeem(business, voucher, 2000)
    assert (state(voucher), Reward.objects.get(rule="money").status) == (("redeemed", 0), "redeemed")
    order(business, "restored", voucher=voucher.public_id, redemption=last.public_id)
    assert (state(voucher), Reward.objects.get(rule="money").status) == (("active", 2000), "issued")
    books_hold(business)


def test_a_named_service_is_redeemed_whole(business: Business) -> None:
    voucher = release(business, "service")
    assert (voucher.service, voucher.value) == ("One lawn, mown", 4500)
    assert refusal(business, "redeemed", voucher=voucher.public_id, amount=4000).code == "redeemed_whole"
    redeem(business, voucher, 4500)
    assert state(voucher) == ("redeemed", 0)


def test_a_cancelled_job_takes_the_reward_and_its_voucher_back(business: Business) -> None:
    voucher = release(business, "money")
    tell(business, [job("lawn", "bob", "cancelled", at="2026-11-19T10:00:00Z")])
    assert state(voucher) == ("void", 0)
    assert Reward.objects.get(rule="money").status == "reversed"
    assert refusal(business, "redeemed", voucher=voucher.public_id, amount=1).code == "voucher_void"
    books_hold(business)


def test_it_lapses_with_its_reward(business: Business) -> None:
    voucher = release(business, "money")
    lapse(business=business, now=NOW + timedelta(days=400))
    assert (state(voucher), Reward.objects.get(rule="money").status) == (("expired", 0), "expired")
    books_hold(business)
