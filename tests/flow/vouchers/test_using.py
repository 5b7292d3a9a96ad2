"""Vouchers used: what is taken, what is left, what comes back and until when; every refusal, and that nothing moved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from goodword.business.models import Business
from goodword.flow.clock import lapse
from goodword.people.models import Contact
from goodword.vouchers.models import Redemption
from goodword.work.models import Job
from tests.flow.story import NOW, british, contact, fern, job, saved, tell
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
LATER = datetime(2027, 11, 21, 7, 0, tzinfo=UTC)  # the first instant at which a voucher sold at NOW is over


@pytest.fixture
def business(transactional_db: None) -> Business:
    opened = british()
    tell(opened, [saved("bob"), job("lawn", "bob", "booked", at="2026-11-05T10:00:00Z")])
    return opened


def lawn() -> Job:
    return Job.objects.get(external_id="lawn")


def test_a_part_is_redeemed_and_the_rest_stays(business: Business) -> None:
    voucher = sell(business, 5000)
    first = redeem(business, voucher, 1999, ticket={"source": "till", "external_id": "T7", "total": 1999})
    assert state(voucher) == ("active", 3001)
    assert (first.units, first.ticket_name) == (1999, "T7")
    redeem(business, voucher, 3001)
    assert state(voucher) == ("redeemed", 0)
    assert voucher.ended_at == NOW
    assert trial(business) == {"settlement": -5000, "redeemed": 5000}
    books_hold(business)


@pytest.mark.requirement("R15", "R18")
def test_a_booked_voucher_has_its_job_until_it_is_part_used(business: Business) -> None:
    voucher = sell(business, 5000)
    order(business, "booked", voucher=voucher.public_id, job=lawn().public_id)
    assert state(voucher) == ("booked", 5000)
    assert (voucher.job, voucher.recipient) == (lawn(), contact(business, "bob"))
    used = redeem(business, voucher, 1000)
    assert used.job == lawn()
    assert state(voucher) == ("active", 4000)
    assert voucher.job is None
    order(business, "booked", voucher=voucher.public_id, job={"source": "till", "external_id": "lawn"})
    redeem(business, voucher, 4000)
    assert state(voucher) == ("redeemed", 0)
    assert voucher.job == lawn()


def test_a_booking_is_taken_off_again(business: Business) -> None:
    voucher = sell(business)
    assert refusal(business, "unbooked", voucher=voucher.public_id).code == "not_booked"
    assert refusal(business, "booked", voucher=voucher.public_id).code == "job_required"
    order(business, "booked", voucher=voucher.public_id, job=lawn().public_id)
    order(business, "unbooked", voucher=voucher.public_id)
    assert (state(voucher), voucher.job) == (("active", 5000), None)


@pytest.mark.requirement("R19")
def test_who_redeems_becomes_a_client(business: Business) -> None:
    voucher = sell(business)
    redeem(business, voucher, 100, recipient={"name": "Max Rivers", "phone": "+1 303 555 0142"})
    voucher.refresh_from_db()
    assert voucher.recipient == Contact.objects.get(phone="+13035550142")
    assert voucher.recipient.name == "Max Rivers"


def test_what_cannot_be_redeemed_is_refused_with_its_reason_and_nothing_moves(business: Business) -> None:
    voucher, given = sell(business), give(business, 3000, service="One lawn, mown")
    (card,) = made_by(order(business, "stocked", kind="sold", count=1))
    gone = sell(business)
    order(business, "voided", voucher=gone.public_id, reason="typed twice", refund=None)
    cold = sell(business)
    order(business, "frozen", voucher=cold.public_id, reason="said to be stolen")

    def code(which: str, amount: object = 100, **more: object) -> str:
        return refusal(business, "redeemed", voucher=which, amount=amount, **more).code

    assert code(card.public_id) == "voucher_not_active"
    assert code(gone.public_id) == "voucher_void"
    assert code(cold.public_id) == "voucher_frozen"
    assert code("vou_nothing") == "voucher_not_found"
    assert code(voucher.public_id, currency="GBP") == "wrong_currency"
    assert code(voucher.public_id, 0) == "amount_required"
    assert code(voucher.public_id, 1.5) == "amount_required"
    assert code(voucher.public_id, 10**16) == "amount_out_of_range"
    assert code(given.public_id, 2999) == "redeemed_whole"
    assert code(voucher.public_id, job="job_1") == "job_not_found"
    assert code(voucher.public_id, location="moon") == "location_not_found"
    assert code(voucher.public_id, recipient="con_1") == "contact_not_found"
    assert code(voucher.public_id, ticket={"external_id": ""}) == "invalid_ticket"
    assert code(voucher.public_id, 101, ticket={"external_id": "T", "source": "till", "total": 100}) == "exceeds_ticket"
    told = refusal(business, "redeemed", voucher=voucher.public_id, amount=5001)
    assert (told.code, told.facts["balance"]) == ("insufficient_balance", 5000)


def test_another_business_cannot_redeem_it(business: Business) -> None:
    voucher, other = sell(business), fern("moss")
    assert refusal(other, "redeemed", voucher=voucher.public_id, amount=1).code == "voucher_not_found"
    assert balance(voucher) == 5000


@pytest.mark.requirement("R20")
def test_it_is_valid_through_its_last_day_and_not_an_instant_longer(business: Business) -> None:
    voucher = sell(business)
    redeem(business, voucher, 1, now=LATER - timedelta(microseconds=1))
    told = refusal(business, "redeemed", voucher=voucher.public_id, amount=1, now=LATER)
    assert (told.code, told.facts["expires_at"]) == ("voucher_expired", LATER)


def test_the_clock_lets_it_lapse_at_its_last_instant(business: Business) -> None:
    voucher, used = sell(business), sell(business)
    redeem(business, used, 5000)
    assert lapse(business=business, now=LATER + DAY) == 1
    assert (state(voucher), voucher.ended_at, state(used)) == (("expired", 0), LATER, ("redeemed", 0))
    assert trial(business)["lapsed"] == 5000
    assert refusal(business, "redeemed", voucher=voucher.public_id, amount=1, now=LATER + DAY).code == "voucher_expired"
    books_hold(business)


def test_a_redemption_is_given_back_once(business: Business) -> None:
    voucher = sell(business)
    used = redeem(business, voucher, 5000)
    order(business, "restored", voucher=voucher.public_id, redemption=used.public_id)
    assert (state(voucher), voucher.ended_at) == (("active", 5000), None)
    assert Redemption.objects.get().returned == 5000
    again = refusal(business, "restored", voucher=voucher.public_id, redemption=used.public_id)
    assert again.code == "already_restored"
    other = sell(business)
    assert refusal(business, "restored", voucher=other.public_id, redemption=used.public_id).code == (
        "redemption_not_found"
    )
    books_hold(business)


def test_what_is_given_back_after_the_last_day_has_the_time_it_had_left(business: Business) -> None:
    voucher = sell(business)
    used = redeem(business, voucher, 2000, now=LATER - 30 * DAY)
    lapse(business=business, now=LATER)
    back = LATER + 10 * DAY
    order(business, "restored", voucher=voucher.public_id, redemption=used.public_id, now=back)
    assert (state(voucher), voucher.expires_at) == (("active", 2000), back + 30 * DAY)
    assert trial(business)["lapsed"] == 3000  # what was not used in time stays lapsed
    books_hold(business)


def test_two_given_back_after_the_last_day_share_the_longer_life(business: Business) -> None:
    voucher = sell(business)
    early = redeem(business, voucher, 2000, now=LATER - 200 * DAY)
    late = redeem(business, voucher, 3000, now=LATER - 5 * DAY)
    order(business, "restored", voucher=voucher.public_id, redemption=late.public_id, now=LATER + DAY)
    order(business, "restored", voucher=voucher.public_id, redemption=early.public_id, now=LATER + 2 * DAY)
    assert (state(voucher), voucher.expires_at) == (("active", 5000), LATER + 202 * DAY)
    books_hold(business)


def test_of_a_lost_card_the_new_one_gets_it_back(business: Business) -> None:
    voucher = sell(business)
    used = redeem(business, voucher, 2000)
    order(business, "replaced", voucher=voucher.public_id)
    new = voucher.replaced_by
    order(business, "restored", voucher=voucher.public_id, redemption=used.public_id)
    assert (state(voucher), state(new)) == (("void", 0), ("active", 5000))
    books_hold(business)


def test_what_was_refunded_since_takes_nothing_back(business: Business) -> None:
    voucher = sell(business)
    used = redeem(business, voucher, 2000)
    order(business, "voided", voucher=voucher.public_id, reason="moved away", refund=TILL)
    told = refusal(business, "restored", voucher=voucher.public_id, redemption=used.public_id)
    assert told.code == "voucher_void"
