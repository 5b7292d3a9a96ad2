"""Two clerks and one reward, on PostgreSQL with real threads: its value moves once, and one is told so (R120)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from goodword.business.models import Business
from goodword.flow.handing_out import Changed, change_many
from goodword.flow.submit import submit
from goodword.ledger.models import Entry
from goodword.outbox.models import Message
from goodword.rewards.models import Reward, StatusChange
from tests.flow.messaging_cast import NOW, contact, job, open_up, say
from tests.flow.test_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
HELD = """\
format: 1
name: Neighbours
currency: USD
rules:
  - {id: card, when: referral.paid, to: referrer, give: gift_card, amount: 40.00}
  - {id: paid, when: referral.paid, to: referrer, give: service_credit, amount: 35.00, hold: 30d}
"""


def earned(business: Business, many: int) -> list[Reward]:
    say(business, contact("Ann Berg", phone="+13035550101"))
    for n in range(many):
        say(business, contact(f"F{n}", referred_by={"contact": "ann"}), job(f"j{n}", "paid", who=f"f{n}"))
    return list(Reward.objects.filter(business=business, status="pending").order_by("pk"))


def release(business: Business, reward: Reward, clerk: str) -> Callable[[], object]:
    data = {"reward": reward.public_id, "status": "issued", "reason": f"as {clerk} says"}
    return lambda: (
        submit(business=business, type="reward.status_changed", data=data, actor=f"user:{clerk}", now=NOW).state
    )


def batch(business: Business, rewards: list[Reward], clerk: str, status: str = "issued") -> Callable[[], object]:
    names = [reward.public_id for reward in rewards]

    def work() -> list[Changed]:
        return change_many(
            business=business, rewards=names, status=status, reason="all of them", actor=f"user:{clerk}",
            batch=f"batch-of-{clerk}", now=NOW,
        )  # fmt: skip

    return work


def test_two_clerks_who_release_the_same_reward_release_it_once() -> None:
    business = open_up(programme=HELD)
    reward = next(each for each in earned(business, 1) if each.kind == "service_credit")
    entries = Entry.objects.count()
    answers = at_once(*(release(business, reward, clerk) for clerk in ("olle", "sofia", "tove")))
    assert sorted(map(str, answers)) == ["not_allowed", "not_allowed", "settled"]
    assert StatusChange.objects.filter(reward=reward, status="issued").count() == 1
    assert Entry.objects.count() == entries + 1
    assert Message.objects.filter(key=f"reward:{reward.public_id}:issued").count() == 1


def test_a_batch_and_a_single_release_at_once_move_each_reward_once_and_tell_who_was_late() -> None:
    business = open_up(programme=HELD)
    rewards = earned(business, 4)
    singles = [release(business, reward, "sofia") for reward in rewards[:3]]
    told, *single = at_once(batch(business, rewards, "olle"), *singles)
    assert isinstance(told, list)
    failed = {changed.reward for changed in told if changed.refusal is not None}
    assert len(failed) == single.count("settled")
    assert single.count("settled") + single.count("not_allowed") == 3
    for reward in rewards:
        assert StatusChange.objects.filter(reward=reward, status="issued").count() == 1


def test_the_same_batch_sent_twice_at_once_hands_over_once() -> None:
    business = open_up(programme=HELD)
    cards = [reward for reward in earned(business, 3) if reward.kind == "gift_card"]
    first, second = at_once(*[batch(business, cards, "olle", "redeemed")] * 2)
    assert isinstance(first, list)
    assert isinstance(second, list)
    assert [changed.refusal for changed in [*first, *second]] == [None] * 6
    for card in cards:
        assert list(card.changes.order_by("pk").values_list("status", flat=True)) == ["pending", "issued", "redeemed"]
