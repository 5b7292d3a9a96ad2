"""Holds end and value lapses by themselves, each once, as events of ours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from goodword.business.models import Business
from goodword.flow.clock import hold_over, keep_time, lapse
from goodword.flow.deliver import deliver
from goodword.inbox.models import Event
from goodword.ledger import checking, reading
from goodword.ledger.chart import Kind
from goodword.ledger.opening import book_of
from goodword.outbox.models import Message
from goodword.people.models import WalletOwner
from goodword.rewards.models import Reward, StatusChange
from tests.flow.messaging_cast import NOW, ann, contact, job, open_up, say

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAID = NOW + HOUR
USABLE = PAID + DAY
EXPIRY = datetime(2027, 3, 12, 7, 0, tzinfo=UTC)  # midnight in Denver after 11 March 2027


def earned(name: str = "Fern Lawn Care") -> Business:
    business = open_up(name)
    ann(business)
    say(business, contact("Bob Birch", phone="+13035550102", referred_by={"contact": "ann"}))
    say(business, job("J2", "paid", who="bob", at=PAID))
    return business


def statuses(business: Business) -> dict[str, str]:
    return dict(Reward.objects.filter(business=business).values_list("rule", "status"))


def credit(business: Business, *, now: datetime) -> tuple[int, int]:
    """Return Ann's pending and redeemable credit."""
    wallets = list(
        WalletOwner.objects.filter(business=business, contact__name="Ann Archer").values_list("wallet", flat=True)
    )
    held = reading.balances(book=book_of(business=business.pk), wallets=wallets, currency="USD", now=now)
    balance = held.of(Kind.CREDIT, "USD")
    return balance.pending, balance.redeemable


@pytest.mark.requirement("R119")
def test_a_hold_that_is_over_issues_the_reward_and_moves_nothing() -> None:
    business = earned()
    before = {"booked": "issued", "paid": "pending", "treat": "pending", "welcome": "issued"}
    assert statuses(business) == before
    assert hold_over(business=business, now=USABLE - timedelta(seconds=1)) == 0
    assert statuses(business) == before
    entries = reading.lots(
        book=book_of(business=business.pk), wallets=list(WalletOwner.objects.values_list("wallet", flat=True))
    )
    assert hold_over(business=business, now=USABLE + HOUR) == 1
    assert statuses(business) == {**before, "paid": "issued"}
    assert (
        reading.lots(
            book=book_of(business=business.pk), wallets=list(WalletOwner.objects.values_list("wallet", flat=True))
        )
        == entries
    )
    reward = Reward.objects.get(rule="paid")
    change = StatusChange.objects.filter(reward=reward).latest("pk")
    assert reward.issued_at == USABLE
    assert (change.was, change.status, change.actor, change.at) == ("pending", "issued", "clock", USABLE + HOUR)
    event = Event.objects.get(type="reward.available")
    assert (event.source, event.external_id, event.state) == ("goodword", f"available:{reward.public_id}", "settled")
    assert (event.time, event.recorded_at) == (USABLE, USABLE + HOUR)
    assert hold_over(business=business, now=USABLE + DAY) == 0
    assert Event.objects.filter(type="reward.available").count() == 1


def test_what_waits_for_a_person_goes_on_waiting() -> None:
    business = earned()
    Reward.objects.filter(rule="paid").update(review=True)
    assert keep_time(business=business, now=NOW + 40 * DAY) == 0
    assert statuses(business)["treat"] == "pending"
    assert statuses(business)["paid"] == "pending"


def test_value_lapses_at_its_expiry_also_when_the_worker_was_late() -> None:
    business = earned()
    keep_time(business=business, now=USABLE)
    assert credit(business, now=USABLE) == (0, 4500)
    assert lapse(business=business, now=EXPIRY - timedelta(seconds=1)) == 1  # the friend's discount code, long before
    late = EXPIRY + 5 * DAY
    assert lapse(business=business, now=late) == 1
    assert credit(business, now=late) == (0, 1000)
    assert statuses(business) == {"booked": "issued", "paid": "expired", "treat": "pending", "welcome": "expired"}
    event = Event.objects.filter(type="value.lapsed").latest("pk")
    assert (event.time, event.recorded_at, event.data["units"]) == (EXPIRY, late, 3500)
    assert event.external_id.startswith("lapse:")
    book = book_of(business=business.pk)
    assert checking.faults(book=book) == []
    assert lapse(business=business, now=late + DAY) == 0
    change = StatusChange.objects.filter(reward__rule="paid").latest("pk")
    assert (change.was, change.status, change.actor) == ("issued", "expired", "clock")


def test_a_late_event_dated_before_the_expiry_takes_the_lapse_back() -> None:
    business = earned()
    keep_time(business=business, now=USABLE)
    late = EXPIRY + DAY
    lapse(business=business, now=late)
    say(business, job("J2", "cancelled", who="bob", at=EXPIRY - DAY), now=late)
    assert statuses(business)["paid"] == "reversed"
    assert lapse(business=business, now=late) == 0
    assert checking.faults(book=book_of(business=business.pk)) == []


def test_a_lapsed_reward_is_not_announced_any_more() -> None:
    business = earned()
    keep_time(business=business, now=EXPIRY)
    told = Message.objects.filter(facts__reward=Reward.objects.get(rule="paid").public_id)
    Message.objects.exclude(pk__in=told.values("pk")).delete()
    deliver(now=EXPIRY + 12 * HOUR)
    assert [(m.state, m.note) for m in Message.objects.all()] == [("cancelled", "the reward is no longer there")]


def test_another_business_keeps_its_own_time() -> None:
    business, other = earned(), earned("Moss Movers")
    keep_time(business=business, now=USABLE)
    assert (statuses(business)["paid"], statuses(other)["paid"]) == ("issued", "pending")
