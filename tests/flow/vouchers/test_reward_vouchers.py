"""Vouchers that were given as rewards lie in a customer's wallet: tenders and the rules draw on the same lot."""

from __future__ import annotations

from typing import Any

import pytest

from goodword.business.models import Business
from goodword.flow.merge import OWNED
from goodword.flow.record import record
from goodword.flow.settle import settle
from goodword.flow.submit import submit
from goodword.inbox.models import Decision
from goodword.ledger.chart import Kind
from goodword.people.models import WalletOwner
from goodword.rewards.models import Reward, StatusChange
from goodword.vouchers.models import Redemption, Voucher
from tests.flow.story import NOW, bob_comes_through_ann, closed, contact, fern, job, pending_and_usable, tell
from tests.flow.vouchers.cast import balance, books_hold, redeem, state
from tests.flow.vouchers.test_tendering import problems, tender, told_of, voided

pytestmark = pytest.mark.django_db
DOCUMENT = """
format: 1
name: Gifts
currency: USD
starts: 2026-01-01
rules:
  - {id: gift, when: referral.paid, to: referrer, give: voucher, amount: 50.00, hold: 0h}
"""
OFF = "2026-11-20T12:05:00Z"


@pytest.fixture
def business(transactional_db: None) -> Business:
    opened = fern(document=DOCUMENT)
    tell(opened, bob_comes_through_ann(until=("paid",)))
    return opened


def anns_voucher(business: Business) -> Voucher:
    """Release the voucher that Ann was promised, as a person does."""
    reward = Reward.objects.get(business=business)
    data = {"reward": reward.public_id, "status": "issued", "reason": "given"}
    submit(business=business, type="reward.status_changed", data=data, actor="user:o", now=NOW)
    return Voucher.objects.get(grant_key=reward.public_id)


def paid_with(voucher: Voucher, amount: int, name: str = "T1") -> dict[str, Any]:
    return closed(name, "ann", amount, at="2026-11-20T12:00:00Z", tenders=[tender(voucher, amount)])


def cancelled() -> dict[str, Any]:
    return job("lawn", "bob", "cancelled", at=OFF)


def test_its_reward_is_redeemed_when_all_is_used_and_issued_again_when_it_comes_back(business: Business) -> None:
    voucher = anns_voucher(business)
    tell(business, [paid_with(voucher, 5000)])
    assert (state(voucher), Reward.objects.get().status) == (("redeemed", 0), "redeemed")
    (spent,) = told_of(business, "voucher_spent")
    assert spent["instrument"] == "promo_voucher"
    tell(business, [voided("T1", at=OFF)])
    assert (state(voucher), Reward.objects.get().status) == (("active", 5000), "issued")
    assert list(StatusChange.objects.order_by("pk").values_list("status", flat=True))[-2:] == ["redeemed", "issued"]
    books_hold(business)


@pytest.mark.parametrize("together", [True, False])
def test_a_reversal_takes_what_the_tender_left_in_one_batch_as_one_by_one(business: Business, together: bool) -> None:
    voucher = anns_voucher(business)
    raws = [paid_with(voucher, 3000), cancelled()]
    for batch in [raws] if together else [[raw] for raw in raws]:
        tell(business, batch)
    assert state(voucher) == ("void", 0)
    assert Redemption.objects.get().units == 3000
    back = Decision.objects.get(kind="reversed")
    assert (back.trace["units"], back.trace["written_off"]) == (2000, 3000)
    assert problems(business) == []
    books_hold(business)


@pytest.mark.parametrize("together", [True, False])
def test_a_reversal_takes_what_a_voided_ticket_gave_back(business: Business, together: bool) -> None:
    voucher = anns_voucher(business)
    tell(business, [paid_with(voucher, 3000)])
    raws = [voided("T1", at="2026-11-20T12:01:00Z"), cancelled()]
    for batch in [raws] if together else [[raw] for raw in raws]:
        tell(business, batch)
    assert balance(voucher) == 0
    assert Decision.objects.get(kind="reversed").trace["units"] == 5000
    books_hold(business)


@pytest.mark.parametrize("together", [True, False])
def test_a_reversal_takes_what_another_cancelled_job_gave_back(business: Business, together: bool) -> None:
    voucher = anns_voucher(business)
    tell(business, [job("roof", "ann", "booked", at="2026-11-20T11:00:00Z")])
    redeem(business, voucher, 3000, job={"source": "till", "external_id": "roof"})
    raws = [job("roof", "ann", "cancelled", at="2026-11-20T12:01:00Z"), cancelled()]
    for batch in [raws] if together else [[raw] for raw in raws]:
        tell(business, batch)
    assert state(voucher) == ("void", 0)
    assert Decision.objects.get(kind="reversed").trace["units"] == 5000
    books_hold(business)


def test_it_goes_over_to_the_survivor_of_a_merge_and_pays_on_their_tickets(business: Business) -> None:
    voucher = anns_voucher(business)
    raws = [{"id": "m", "type": "contact.merged", "time": OFF, "data": {"from": "ann", "into": "bob"}}]
    tell(business, raws)
    survivor = contact(business, "bob")
    while survivor.merged_into is not None:
        survivor = survivor.merged_into
    voucher.refresh_from_db()
    assert voucher.recipient == survivor
    assert (Voucher, "recipient") in OWNED
    owners = WalletOwner.objects.filter(business=business, until=None).values_list("contact", flat=True)
    assert set(owners) == {survivor.pk}


def test_who_pays_with_it_need_not_be_who_got_it(business: Business) -> None:
    voucher = anns_voucher(business)
    tell(business, [closed("T1", "bob", 2000, at="2026-11-20T12:00:00Z", tenders=[tender(voucher, 2000)])])
    assert state(voucher) == ("active", 3000)
    assert voucher.recipient == contact(business, "ann")
    held = pending_and_usable(business, contact(business, "ann"), Kind.PROMO_VOUCHER, "USD")
    assert held == (0, 3000)


def test_a_batch_of_strangers_around_it_settles_in_order(business: Business) -> None:
    voucher = anns_voucher(business)
    raws = [
        closed("A", "bob", 100, at="2026-11-20T11:59:00Z"), paid_with(voucher, 1000, "B"),
        closed("C", "bob", 100, at="2026-11-20T12:01:00Z"), voided("B", at="2026-11-20T12:02:00Z"),
        paid_with(voucher, 500, "D"),
    ]  # fmt: skip
    record(business=business, source="till", raws=raws, now=NOW)
    assert settle(business=business, now=NOW) == 5
    assert state(voucher) == ("active", 4500)
