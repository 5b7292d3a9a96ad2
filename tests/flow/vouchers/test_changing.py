"""Vouchers changed: longer, cancelled, replaced, frozen, paid out; value moves to heirs and nothing else moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from goodword.business.models import Business
from goodword.flow.clock import lapse
from goodword.flow.submit import submit
from goodword.vouchers import finding
from tests.flow.story import NOW, british, saved, tell
from tests.flow.vouchers.cast import (
    TILL,
    balance,
    books_hold,
    give,
    made_by,
    order,
    redeem,
    refusal,
    sell,
    state,
    trial,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = datetime(2027, 11, 21, 7, 0, tzinfo=UTC)
NEXT_YEAR = datetime(2028, 11, 21, 7, 0, tzinfo=UTC)


@pytest.fixture
def business(transactional_db: None) -> Business:
    opened = british()
    tell(opened, [saved("bob")])
    return opened


def test_an_extension_moves_the_rest_to_an_heir_and_no_money(business: Business) -> None:
    voucher = sell(business)
    redeem(business, voucher, 1000)
    before, lot = trial(business), voucher.lot
    order(business, "extended", voucher=voucher.public_id, expires_on="2028-11-20", reason="was ill")
    assert (state(voucher), voucher.expires_at) == (("active", 4000), NEXT_YEAR)
    assert voucher.lot != lot
    assert trial(business) == before
    redeem(business, voucher, 4000, now=LATER + DAY)
    books_hold(business)


def test_a_lapsed_one_is_honoured(business: Business) -> None:
    voucher = sell(business)
    redeem(business, voucher, 1000)
    lapse(business=business, now=LATER)
    order(business, "extended", voucher=voucher.public_id, expires_on="2028-11-20", reason="kindness", now=LATER + DAY)
    assert (state(voucher), voucher.expires_at, voucher.ended_at) == (("active", 4000), NEXT_YEAR, None)
    assert "lapsed" not in trial(business)
    again = datetime(2029, 1, 1, tzinfo=UTC)
    lapse(business=business, now=again)
    order(business, "extended", voucher=voucher.public_id, expires_on="never", reason="again", now=again)
    assert (state(voucher), voucher.expires_at) == (("active", 4000), None)
    books_hold(business)


def test_one_past_its_day_that_has_not_lapsed_yet_is_extended_likewise(business: Business) -> None:
    voucher = sell(business)
    order(business, "extended", voucher=voucher.public_id, expires_on="2028-11-20", reason="late", now=LATER + DAY)
    assert lapse(business=business, now=LATER + DAY) == 0
    assert state(voucher) == ("active", 5000)


def test_what_is_no_extension_is_refused(business: Business) -> None:
    voucher, used, ever = sell(business), sell(business), sell(business, expires_on="never")
    redeem(business, used, 5000)

    def code(which: str, day: str = "2028-11-20", reason: str = "x") -> str:
        return refusal(business, "extended", voucher=which, expires_on=day, reason=reason).code

    assert code(voucher.public_id, "2027-11-20") == "not_an_extension"
    assert code(voucher.public_id, "2027-01-01") == "not_an_extension"
    assert code(voucher.public_id, "") == "bad_day"
    assert code(voucher.public_id, reason=" ") == "reason_required"
    assert code(used.public_id) == "nothing_left"
    assert code(ever.public_id) == "not_an_extension"
    (card,) = made_by(order(business, "stocked", kind="sold", count=1))
    assert code(card.public_id) == "voucher_not_active"


def test_a_void_pays_back_what_is_left(business: Business) -> None:
    voucher = sell(business)
    redeem(business, voucher, 1000)
    order(business, "voided", voucher=voucher.public_id, reason="moved", refund={"method": "card", "reference": "re_1"})
    assert state(voucher) == ("void", 0)
    assert trial(business) == {"settlement": -1000, "redeemed": 1000}
    assert refusal(business, "voided", voucher=voucher.public_id, reason="x", refund=None).code == "voucher_void"
    books_hold(business)


def test_a_void_without_a_refund_leaves_the_money_taken(business: Business) -> None:
    voucher, given = sell(business), give(business, 700)
    order(business, "voided", voucher=voucher.public_id, reason="fraud", refund=None)
    order(business, "voided", voucher=given.public_id, reason="given by mistake", refund=None)
    assert trial(business) == {"settlement": -5000, "lapsed": 5000}
    told = refusal(business, "voided", voucher=give(business).public_id, reason="x", refund=TILL)
    assert told.code == "bad_refund"
    books_hold(business)


def test_what_cannot_be_cancelled_is_refused(business: Business) -> None:
    used, over = sell(business), sell(business)
    redeem(business, used, 5000)
    assert refusal(business, "voided", voucher=used.public_id, reason="x", refund=None).code == "nothing_left"
    assert refusal(business, "voided", voucher=over.public_id, reason="", refund=None).code == "reason_required"
    bad = refusal(business, "voided", voucher=over.public_id, reason="x", refund={"method": "iou"})
    assert bad.code == "bad_refund"
    lapse(business=business, now=LATER)
    late = refusal(business, "voided", voucher=over.public_id, reason="x", refund=None, now=LATER)
    assert late.code == "voucher_expired"


def test_a_spoiled_card_of_stock_is_cancelled(business: Business) -> None:
    (card,) = made_by(order(business, "stocked", kind="sold", count=1))
    order(business, "voided", voucher=card.public_id, reason="misprint", refund=None)
    assert state(card) == ("void", 0)
    assert trial(business) == {}


def test_a_lost_card_is_replaced_by_one_with_another_serial_and_code(business: Business) -> None:
    voucher = sell(business, recipient={"name": "Max"}, message="Happy birthday")
    redeem(business, voucher, 1000)
    old_code = finding.code_of(voucher)
    order(business, "replaced", voucher=voucher.public_id)
    voucher.refresh_from_db()
    new = voucher.replaced_by
    assert (state(voucher), state(new)) == (("void", 0), ("active", 4000))
    assert (new.serial, new.recipient, new.message, new.expires_at, new.sale) == (
        "FERN-000002", voucher.recipient, "Happy birthday", voucher.expires_at, voucher.sale,
    )  # fmt: skip
    assert finding.code_of(new) != old_code
    assert refusal(business, "redeemed", voucher=voucher.public_id, amount=1).code == "voucher_void"
    redeem(business, new, 4000)
    books_hold(business)


def test_a_card_of_stock_takes_the_place_of_a_lost_one(business: Business) -> None:
    voucher = sell(business)
    (card,) = made_by(order(business, "stocked", kind="sold", serials=["GIFT-7"]))
    assert refusal(business, "replaced", voucher=voucher.public_id, serial=voucher.serial).code == "already_active"
    order(business, "replaced", voucher=voucher.public_id, serial="gift 7")
    assert (state(card), state(voucher)) == (("active", 5000), ("void", 0))
    (promo,) = made_by(order(business, "stocked", kind="promotional", serials=["PROMO-1"]))
    assert refusal(business, "replaced", voucher=card.public_id, serial=promo.serial).code == "mixed_kinds"


def test_a_frozen_one_is_used_again_when_it_is_released(business: Business) -> None:
    voucher = sell(business)
    assert refusal(business, "frozen", voucher=voucher.public_id, reason="").code == "reason_required"
    order(business, "frozen", voucher=voucher.public_id, reason="stolen?")
    assert refusal(business, "redeemed", voucher=voucher.public_id, amount=1).code == "voucher_frozen"
    order(business, "unfrozen", voucher=voucher.public_id)
    redeem(business, voucher, 5000)


def test_the_recipient_is_filled_in_later_and_changed(business: Business) -> None:
    voucher = sell(business)
    order(business, "assigned", voucher=voucher.public_id, recipient={"name": "Max"}, message="For you")
    voucher.refresh_from_db()
    assert (voucher.recipient.name, voucher.message) == ("Max", "For you")
    order(business, "assigned", voucher=voucher.public_id, deliver_on="2026-12-24")
    voucher.refresh_from_db()
    assert (voucher.recipient.name, str(voucher.deliver_on)) == ("Max", "2026-12-24")
    assert refusal(business, "assigned", voucher=voucher.public_id, deliver_on="2020-01-01").code == "delivery_over"
    later = NOW + timedelta(days=400)  # the day has come and gone; whoever changes the message does not change it
    order(business, "assigned", now=later, voucher=voucher.public_id, deliver_on="2026-12-24", message="Hello")
    voucher.refresh_from_db()
    assert (voucher.message, str(voucher.deliver_on)) == ("Hello", "2026-12-24")
    order(business, "assigned", voucher=voucher.public_id, recipient=None)
    voucher.refresh_from_db()
    assert voucher.recipient is None


def test_what_is_left_is_paid_out_in_money(business: Business) -> None:
    voucher, given = sell(business), give(business)
    redeem(business, voucher, 4500)
    assert refusal(business, "cashed_out", voucher=voucher.public_id, refund=TILL).code == "not_due"
    order(business, "cashed_out", voucher=voucher.public_id, refund=TILL, reason="she moves abroad")
    assert state(voucher) == ("redeemed", 0)
    assert trial(business)["settlement"] == -4500
    assert refusal(business, "cashed_out", voucher=given.public_id, refund=TILL).code == "not_cash"
    assert refusal(business, "cashed_out", voucher=voucher.public_id, refund=TILL).code == "nothing_left"
    assert refusal(business, "cashed_out", voucher=sell(business).public_id).code == "bad_refund"


def test_a_merge_moves_what_was_bought_and_received(business: Business) -> None:
    voucher = sell(business, buyer={"name": "Ida", "phone": "+1 303 555 0188"}, recipient={"name": "Max"})
    ida, max_ = voucher.buyer, voucher.recipient
    submit(
        business=business, type="contact.merged", data={"from": max_.public_id, "into": ida.public_id}, actor="user:o",
        now=NOW,
    )  # fmt: skip
    voucher.refresh_from_db()
    assert (voucher.buyer, voucher.recipient, voucher.sale.buyer) == (ida, ida, ida)
    assert balance(voucher) == 5000
