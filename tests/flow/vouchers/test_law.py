"""The law in a voucher's life: what must never expire never lapses, places differ, little rests are paid out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from goodword.business.models import Business
from goodword.flow.clock import keep_time
from goodword.flow.submit import submit
from goodword.reports.vouchers_law import standing_of
from goodword.vouchers.models import Voucher
from tests.flow.story import NOW, fern
from tests.flow.vouchers.cast import TILL, books_hold, give, order, redeem, refusal, sell, state, trial

pytestmark = pytest.mark.django_db


@pytest.fixture
def business(transactional_db: None) -> Business:
    opened = fern()
    opened.country, opened.region = "US", "CO"
    opened.save()
    for name, region in (("la", "CA"), ("ny", "NY"), ("here", "")):
        data = {"location": name, "new": True, "name": name.title(), "region": region}
        submit(business=opened, type="location.saved", data=data, actor="user:o", now=NOW)
    return opened


def test_what_must_never_expire_never_lapses_and_what_was_given_beside_it_does(business: Business) -> None:
    sold, given = sell(business, location="la"), give(business, location="la")
    assert (sold.policy, sold.expires_at) == ("us-ca-1997", None)
    keep_time(business=business, now=NOW + timedelta(days=365 * 40))
    assert (state(sold), state(given)) == (("active", 5000), ("expired", 0))
    redeem(business, sold, 5000, now=NOW + timedelta(days=365 * 40))
    books_hold(business)


def test_each_location_sells_under_the_law_of_its_region_else_of_the_business(business: Business) -> None:
    policies = [sell(business, location=name).policy for name in ("la", "ny", "here")]
    assert policies == ["us-ca-1997", "us-ny-2022", "us-co-2010"]
    assert refusal(
        business, "issued", kind="sold", value=100, payment=TILL, location="la", expires_on="2040-01-01"
    ).code == "expiry_too_short"  # fmt: skip


def test_a_little_rest_is_paid_out_as_the_law_it_was_sold_under_says(business: Business) -> None:
    there, here = sell(business, 2000, location="la"), sell(business, 2000, location="here")
    for voucher in (there, here):
        redeem(business, voucher, 500)
        assert refusal(business, "cashed_out", voucher=voucher.public_id, refund=TILL).code == "not_due"
        redeem(business, voucher, 1)
    order(business, "cashed_out", voucher=there.public_id, refund=TILL)  # 14.99: below 15.00 in California
    assert refusal(business, "cashed_out", voucher=here.public_id, refund=TILL).code == "not_due"
    redeem(business, here, 998)
    assert refusal(business, "cashed_out", voucher=here.public_id, refund=TILL).code == "not_due"
    redeem(business, here, 1)
    order(business, "cashed_out", voucher=here.public_id, refund=TILL)  # 5.00: five dollars or less in Colorado
    assert (state(there), state(here)) == (("redeemed", 0), ("redeemed", 0))
    assert trial(business)["settlement"] == -(4000 - 1499 - 500)
    books_hold(business)


def test_a_reason_pays_out_what_the_law_does_not_ask_for(business: Business) -> None:
    voucher = sell(business)
    order(business, "cashed_out", voucher=voucher.public_id, refund=TILL, reason="She moves abroad")
    assert state(voucher) == ("redeemed", 0)


def test_the_standing_says_what_the_holder_may_ask_for(business: Business) -> None:
    voucher, given = sell(business, 1499, location="la"), give(business)

    def told(balance: int) -> tuple[bool, bool]:
        standing = standing_of(business=business, voucher=voucher, balance=balance, today=NOW.date(), lang="en")
        assert standing is not None
        assert standing.cash_out.startswith("California: a rest below $15.00")
        return standing.cash_out_due, standing.may_lapse

    assert (told(1499), told(1500), told(0)) == ((True, False), (False, False), (False, False))
    assert standing_of(business=business, voucher=given, balance=5000, today=NOW.date(), lang="en") is None


def test_one_brought_in_without_a_law_follows_that_of_its_place(business: Business) -> None:
    voucher = sell(business, 1000, location="la")
    Voucher.objects.filter(pk=voucher.pk).update(policy="")
    order(business, "cashed_out", voucher=voucher.public_id, refund=TILL)
    assert state(voucher) == ("redeemed", 0)
