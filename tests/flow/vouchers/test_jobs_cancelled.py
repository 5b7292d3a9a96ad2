"""A cancelled job lets its vouchers go and gives back what they paid, once; resumed, nothing is taken by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from goodword.business.models import Business
from goodword.flow.clock import lapse
from goodword.flow.submit import submit
from goodword.inbox.models import Decision
from goodword.vouchers.models import Redemption, Voucher
from goodword.work.models import Job
from tests.flow.story import NOW, british, closed, contact, job, saved, tell
from tests.flow.vouchers.cast import balance, books_hold, order, redeem, refusal, sell, state, trial
from tests.flow.vouchers.test_tendering import problems, tender, told_of, voided

pytestmark = pytest.mark.django_db
BOOKED = "2026-11-05T10:00:00Z"
OFF, ON = "2026-11-20T12:00:00Z", "2026-11-20T12:01:00Z"
LATER = datetime(2027, 11, 21, 7, 0, tzinfo=UTC)  # the first instant at which a voucher sold at NOW is over


@pytest.fixture
def business(transactional_db: None) -> Business:
    opened = british()
    tell(opened, [saved("bob"), job("lawn", "bob", "booked", at=BOOKED), job("roof", "bob", "booked", at=BOOKED)])
    return opened


def lawn() -> Job:
    return Job.objects.get(external_id="lawn")


def booked(business: Business, value: int = 5000, name: str = "lawn") -> Voucher:
    voucher = sell(business, value)
    order(business, "booked", voucher=voucher.public_id, job={"source": "till", "external_id": name})
    return voucher


def for_lawn(business: Business, voucher: Voucher, amount: int) -> Redemption:
    return redeem(business, voucher, amount, job=lawn().public_id)


def test_a_booked_voucher_is_free_again(business: Business) -> None:
    voucher, other = booked(business), booked(business, name="roof")
    before = trial(business)
    tell(business, [job("lawn", "bob", "cancelled", at=OFF)])
    assert (state(voucher), voucher.job) == (("active", 5000), None)
    assert state(other) == ("booked", 5000)
    assert told_of(business, "voucher_unbooked") == [{"voucher": voucher.serial, "job": "lawn", "job_source": "till"}]
    assert trial(business) == before
    assert problems(business) == []


def test_what_was_redeemed_for_it_is_given_back_once_with_its_trace(business: Business) -> None:
    whole, part, other = sell(business, 5000), sell(business, 3000), sell(business, 1000)
    paid = for_lawn(business, whole, 5000)
    for_lawn(business, part, 1000)
    redeem(business, other, 400, job=Job.objects.get(external_id="roof").public_id)
    redeem(business, part, 500)
    tell(business, [job("lawn", "bob", "cancelled", at=OFF)])
    paid.refresh_from_db()
    assert (state(whole), whole.job, whole.ended_at, paid.returned) == (("active", 5000), None, None, 5000)
    assert (balance(part), balance(other)) == (2500, 600)
    traces = told_of(business, "voucher_restored")
    assert [(each["voucher"], each["units"], each["job"], each["ticket"]) for each in traces] == [
        (whole.serial, 5000, "lawn", ""), (part.serial, 1000, "lawn", ""),
    ]  # fmt: skip
    restored = Decision.objects.filter(kind="voucher_restored")
    assert {row.contact for row in restored} == {contact(business, "bob").pk}
    again = {"id": "again", "type": "job.saved", "time": ON,
             "data": {"job": {"external_id": "lawn", "contact": "bob", "status": "cancelled"}}}  # fmt: skip
    tell(business, [again])
    assert (balance(whole), balance(part)) == (5000, 2500)
    assert len(told_of(business, "voucher_restored")) == 2
    books_hold(business)


def test_a_cancelled_job_is_no_longer_redeemed_for(business: Business) -> None:
    voucher = sell(business)
    tell(business, [job("lawn", "bob", "cancelled", at=OFF)])
    assert refusal(business, "redeemed", voucher=voucher.public_id, amount=1, job=lawn().public_id).code == (
        "job_cancelled"
    )


def test_after_the_last_day_it_comes_back_with_the_life_that_was_left(business: Business) -> None:
    voucher = sell(business, 5000)
    for_lawn(business, voucher, 2000)
    lapse(business=business, now=LATER)
    assert state(voucher) == ("expired", 0)
    now = LATER + timedelta(days=3)
    tell(business, [job("lawn", "bob", "cancelled", at=now.isoformat())], now=now)
    assert state(voucher) == ("active", 2000)
    assert voucher.expires_at == now + (LATER - NOW)
    books_hold(business)


def test_a_booking_that_lapsed_forgets_the_job_and_stays_lapsed(business: Business) -> None:
    voucher = booked(business)
    lapse(business=business, now=LATER)
    tell(business, [job("lawn", "bob", "cancelled", at=LATER.isoformat())], now=LATER)
    assert (state(voucher), voucher.job) == (("expired", 0), None)
    order(business, "extended", voucher=voucher.public_id, expires_on="2028-01-31", reason="kind", now=LATER)
    assert state(voucher) == ("active", 5000)


def test_what_a_ticket_counted_goes_back_with_the_ticket_and_not_with_the_job(business: Business) -> None:
    voucher = sell(business, 5000)
    tell(business, [closed("T1", "bob", 3000, at=OFF, job="lawn", tenders=[tender(voucher, 3000)])])
    assert Redemption.objects.get().job == lawn()
    tell(business, [job("lawn", "bob", "cancelled", at=ON)])
    assert balance(voucher) == 2000
    tell(business, [voided("T1", at="2026-11-20T12:02:00Z")])
    assert balance(voucher) == 5000
    books_hold(business)


def test_a_cancelled_voucher_gets_nothing_back_and_staff_are_told(business: Business) -> None:
    voucher, fine = sell(business, 5000), sell(business, 5000)
    for_lawn(business, voucher, 2000)
    for_lawn(business, fine, 700)
    order(business, "voided", voucher=voucher.public_id, reason="dispute", refund=None)
    tell(business, [job("lawn", "bob", "cancelled", at=OFF)])
    facts = {"voucher": voucher.serial, "units": 2000, "job": "lawn"}
    assert problems(business) == [(["voucher_void"], facts)]
    assert (state(voucher), balance(fine)) == (("void", 0), 5000)


def test_a_job_that_is_on_again_takes_nothing_and_staff_are_told_which_vouchers(business: Business) -> None:
    planned, paid = booked(business), sell(business, 3000)
    for_lawn(business, paid, 1000)
    tell(business, [job("lawn", "bob", "cancelled", at=OFF)])
    tell(business, [{**job("lawn", "bob", "booked", at=ON), "id": "resumed"}])
    assert (state(planned), planned.job, state(paid)) == (("active", 5000), None, ("active", 3000))
    facts = {"job": "lawn", "voucher": f"{planned.serial}, {paid.serial}"}
    assert problems(business) == [(["vouchers_let_go"], facts)]


def test_in_one_batch_it_is_the_same(business: Business) -> None:
    voucher = booked(business)
    tell(business, [job("lawn", "bob", "cancelled", at=OFF), {**job("lawn", "bob", "booked", at=ON), "id": "resumed"}])
    assert (state(voucher), voucher.job) == (("active", 5000), None)
    assert problems(business) == [(["vouchers_let_go"], {"job": "lawn", "voucher": voucher.serial})]


def test_a_job_without_vouchers_is_resumed_without_a_word(business: Business) -> None:
    tell(business, [job("lawn", "bob", "cancelled", at=OFF)])
    tell(business, [{**job("lawn", "bob", "booked", at=ON), "id": "resumed"}])
    assert problems(business) == []


def test_a_cancellation_older_than_what_we_know_lets_nothing_go(business: Business) -> None:
    voucher = booked(business)
    tell(business, [job("lawn", "bob", "cancelled", at="2026-11-01T10:00:00Z")])
    assert state(voucher) == ("booked", 5000)
    assert told_of(business, "voucher_unbooked") == []


def test_a_job_that_staff_cancel_lets_its_vouchers_go_too(business: Business) -> None:
    voucher = booked(business)
    data: dict[str, Any] = {"job": {"external_id": "lawn", "contact": "bob", "status": "cancelled"}}
    submit(business=business, type="job.saved", data=data, actor="user:o", now=NOW, source="till", key="by-hand")
    assert state(voucher) == ("active", 5000)
