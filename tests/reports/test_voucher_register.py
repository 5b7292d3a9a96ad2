"""The register where a voucher came back to life: what lapsed or was paid out before is told, and no false alarm."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from goodword.business.models import Business
from goodword.flow.clock import lapse
from goodword.ledger import trial
from goodword.ledger.opening import book_of
from goodword.reports import voucher_register as registers
from goodword.vouchers.models import Redemption, Voucher
from tests.flow.story import NOW, british
from tests.flow.vouchers.cast import TILL, balance, order, redeem, sell

pytestmark = pytest.mark.django_db
DAY, LATE = timedelta(days=1), NOW + timedelta(days=400)


@pytest.fixture
def business(transactional_db: None) -> Business:
    return british()


def figures(business: Business, now: datetime) -> dict[str, int]:
    """Return what the register says of the only sale, as the liability in the books says it too."""
    (row,) = registers.register(business=business, by="sale").rows
    assert row.booked == sum(owed.total for owed in trial.liability(book=book_of(business=business.pk), now=now))
    names = ("value", "redeemed", "paid_out", "lapsed", "cancelled", "open", "difference")
    return {name: getattr(row, name) for name in names if getattr(row, name) or name == "difference"}


def back(business: Business, used: Redemption, now: datetime) -> None:
    order(business, "restored", now=now, voucher=used.voucher.public_id, redemption=used.public_id, reason="job is off")


def test_what_had_lapsed_stays_lapsed_when_a_redemption_comes_back(business: Business) -> None:
    voucher = sell(business, 10_000)
    used = redeem(business, voucher, 3_000, now=NOW + DAY)
    lapse(business=business, now=LATE)
    assert figures(business, LATE) == {"value": 10_000, "redeemed": 3_000, "lapsed": 7_000, "difference": 0}
    back(business, used, LATE)
    assert balance(voucher) == 3_000
    assert figures(business, LATE) == {"value": 10_000, "lapsed": 7_000, "open": 3_000, "difference": 0}
    redeem(business, voucher, 3_000, now=LATE + DAY)  # used up: yet what had lapsed was not paid out
    assert figures(business, LATE) == {"value": 10_000, "redeemed": 3_000, "lapsed": 7_000, "difference": 0}


def test_what_is_to_lapse_is_open_until_the_clock_has_been(business: Business) -> None:
    voucher = sell(business, 10_000)
    back(business, redeem(business, voucher, 3_000, now=NOW + DAY), LATE)
    assert figures(business, LATE) == {"value": 10_000, "open": 10_000, "difference": 0}
    lapse(business=business, now=LATE)
    assert (balance(voucher), voucher.state) == (3_000, "active")
    assert figures(business, LATE) == {"value": 10_000, "lapsed": 7_000, "open": 3_000, "difference": 0}


def test_what_was_paid_out_stays_paid_out_and_the_rest_is_cancelled(business: Business) -> None:
    voucher = sell(business, 10_000)
    used = redeem(business, voucher, 3_000, now=NOW + DAY)
    order(business, "cashed_out", now=NOW + DAY, voucher=voucher.public_id, refund=TILL, reason="moves abroad")
    back(business, used, NOW + 2 * DAY)
    out = {"value": 10_000, "paid_out": 7_000, "difference": 0}
    assert figures(business, NOW) == {**out, "open": 3_000}
    order(business, "voided", now=NOW + 3 * DAY, voucher=voucher.public_id, reason="paid out", refund=TILL)
    assert figures(business, NOW) == {**out, "cancelled": 3_000}


def test_a_lost_card_tells_it_along_its_new_one_and_tampering_still_shows(business: Business) -> None:
    lost = sell(business, 10_000)
    used = redeem(business, lost, 3_000, now=NOW + DAY)
    order(business, "replaced", now=NOW + DAY, voucher=lost.public_id)
    lapse(business=business, now=LATE)
    back(business, used, LATE)
    assert balance(lost.replaced_by) == 3_000
    told = {"value": 10_000, "lapsed": 7_000, "open": 3_000, "difference": 0}
    assert figures(business, LATE) == told
    Voucher.objects.filter(pk=lost.pk).update(value=10_500)
    assert figures(business, LATE) == told | {"value": 10_500, "open": 3_500, "difference": -500}
