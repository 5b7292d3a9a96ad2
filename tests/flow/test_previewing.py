"""What is shown of an order is what is booked, and looking moves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from goodword.business.models import Business
from goodword.errors import Conflict, Refused
from goodword.flow.previewing import preview_attribution, preview_removal
from goodword.flow.ripples import Ripple
from goodword.flow.submit import submit
from goodword.inbox.models import Decision, Event
from goodword.ledger.chart import Kind
from goodword.outbox.models import Message
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward
from tests.flow.story import (
    NOW,
    bob_comes_through_ann,
    closed,
    contact,
    entries,
    fern,
    job,
    pending_and_usable,
    saved,
    tell,
)

pytestmark = pytest.mark.django_db
BACK = """
format: 1
id: back
name: Back
currency: USD
starts: 2026-01-01
shortfall: {policy}
acknowledged: Ann Owner, 2026-01-01
rules:
  - {{id: booked, when: referral.booked, to: referrer, give: service_credit, amount: 10.00}}
  - {{id: paid, when: referral.paid, to: referrer, give: service_credit, amount: 25.00, expires: 12 months}}
  - {{id: held, when: referral.paid, to: referrer, give: service_credit, amount: 9.00, hold: 60d}}
  - {{id: points, when: referral.paid, to: friend, give: points, amount: 200, hold: 0h}}
  - {{id: above, when: referral.paid, to: introducer, give: service_credit, amount: 3.00,
      limit: [{{count: 10, per: holder, in: year}}]}}
  - {{id: code, when: referral.attributed, to: friend, give: discount, amount: {{percent_off: 10}}, max_value: 50.00}}
"""
# What Ann spends before the removal, in cents, and whether another friend has brought her credit of her own.
SITUATIONS = {"untouched": (0, False), "partly": (700, False), "all": (3500, False), "others pay": (3500, True)}


def told(policy: str, *, spends: int, another: bool) -> Business:
    business = fern(document=BACK.format(policy=policy))
    tell(business, [saved("cy", phone="+13035550109", at="2026-10-30T10:00:00Z")])
    raws = bob_comes_through_ann(until=("booked", "paid"))
    raws[0]["data"]["contact"]["referred_by"] = {"contact": "cy"}
    tell(business, raws)
    if spends:
        tender = [{"type": "credit", "amount": spends}]
        tell(business, [closed("t1", "ann", 9_000, at="2026-11-10T10:00:00Z", tenders=tender)])
    if another:
        friend = saved("dan", phone="+13035550103", at="2026-11-11T10:00:00Z", referred_by={"contact": "ann"})
        tell(business, [friend, job("hedge", "dan", "paid", at="2026-11-12T10:00:00Z")])
    return business


def referral_of(business: Business, name: str = "bob") -> str:
    return Referral.objects.get(friend=contact(business, name)).public_id


def remove(business: Business, shown: str) -> Event:
    data = {"referral": referral_of(business), "reason": "wrong", "shown": shown}
    return submit(business=business, type="referral.removed", data=data, actor="user:admin", now=NOW)


def booked(event: Event) -> dict[str, tuple[int, int, int]]:
    """Return what was booked, by reward: lot units taken, owed and written off."""
    rows = Decision.objects.filter(event=event, kind="reversed")
    names = dict(Reward.objects.in_bulk([row.reward for row in rows]).items())
    return {
        names[row.reward].public_id: (
            sum(units for _lot, units in row.trace.get("takes", [])), row.trace.get("owed", 0),
            row.trace.get("written_off", 0),
        )
        for row in rows
    }  # fmt: skip


def shown(ripple: Ripple) -> dict[str, tuple[int, int, int]]:
    """Return what was shown of those rewards from which something goes back; a right is one unit."""
    return {
        each.reward: (1 if each.asset == "discount" else each.own + each.others, each.owed, each.written_off)
        for each in ripple.rewards
        if not each.note
    }


@pytest.mark.requirement("R121")
@pytest.mark.parametrize("policy", ["only_pending", "within_balance", "owe"])
@pytest.mark.parametrize("situation", sorted(SITUATIONS))
def test_what_a_removal_books_is_what_was_shown(policy: str, situation: str) -> None:
    spends, another = SITUATIONS[situation]
    business = told(policy, spends=spends, another=another)
    ann = contact(business, "ann")
    before = pending_and_usable(business, ann, Kind.CREDIT, "USD")
    seen = preview_removal(business=business, referral=referral_of(business), now=NOW)
    waiting = set(Message.objects.filter(business=business, state="queued").values_list("key", flat=True))
    event = remove(business, seen.digest)
    assert booked(event) == shown(seen)
    after = pending_and_usable(business, ann, Kind.CREDIT, "USD")
    mine = [each for each in seen.rewards if each.holder == ann.public_id]
    assert sum(before) - sum(after) == sum(each.own + each.others for each in mine)
    gone = set(Message.objects.filter(business=business, state="cancelled").values_list("key", flat=True)) & waiting
    assert gone == set(seen.cancelled) | set(seen.rewritten)
    referral = Referral.objects.get(public_id=event.data["referral"])
    assert {n: s["nth"] for n, s in referral.stages.items() if s["nth"]} == seen.ordinals
    lost = sum(each.written_off for each in mine)
    owed = sum(each.owed for each in mine)
    if policy == "owe":
        assert (owed, lost) == ({"untouched": 0, "partly": 700, "all": 3500, "others pay": 0}[situation], 0)
    if policy == "within_balance":
        assert (owed, lost) == (0, {"untouched": 0, "partly": 700, "all": 3500, "others pay": 0}[situation])


def test_looking_leaves_nothing() -> None:
    business = told("owe", spends=700, another=False)
    before = (entries(business), Event.objects.count(), Decision.objects.count(), Message.objects.count())
    rewards = list(Reward.objects.order_by("pk").values_list("status", "reversed_units"))
    first = preview_removal(business=business, referral=referral_of(business), now=NOW)
    assert preview_removal(business=business, referral=referral_of(business), now=NOW).digest == first.digest
    friend, referrer = contact(business, "cy").public_id, contact(business, "bob").public_id
    preview_attribution(business=business, friend=friend, referrer=referrer, now=NOW)
    assert (entries(business), Event.objects.count(), Decision.objects.count(), Message.objects.count()) == before
    assert list(Reward.objects.order_by("pk").values_list("status", "reversed_units")) == rewards


@pytest.mark.requirement("R121")
def test_a_removal_that_would_do_something_else_by_now_is_refused() -> None:
    business = told("owe", spends=0, another=False)
    seen = preview_removal(business=business, referral=referral_of(business), now=NOW)
    tender = [{"type": "credit", "amount": 700}]
    tell(business, [closed("t2", "ann", 9_000, at="2026-11-19T10:00:00Z", tenders=tender)])
    before = entries(business)
    with pytest.raises(Conflict) as refused:
        remove(business, seen.digest)
    assert refused.value.code == "changed_meanwhile"
    assert entries(business) == before
    assert Referral.objects.get(public_id=referral_of(business)).removed_at is None
    again = preview_removal(business=business, referral=referral_of(business), now=NOW)
    remove(business, again.digest)
    with pytest.raises(Refused) as gone:
        preview_removal(business=business, referral=referral_of(business), now=NOW)
    assert gone.value.code == "already_removed"


def test_the_introducer_s_reward_and_the_friend_s_code_go_back_too() -> None:
    business = told("within_balance", spends=3500, another=False)
    told_of: dict[str, Any] = {
        Reward.objects.get(public_id=each.reward).rule: (each.spent, each.own, each.note, each.written_off)
        for each in preview_removal(business=business, referral=referral_of(business), now=NOW).rewards
    }
    assert told_of["above"] == (0, 300, "", 0)
    assert told_of["code"][2] == ""
    assert preview_removal(business=business, referral=referral_of(business), now=NOW).introduces


@pytest.mark.requirement("R83")
def test_an_attribution_is_foreseen_as_it_is_decided() -> None:
    business = told("owe", spends=0, another=False)
    tell(business, [saved("gil", phone="+13035550104", at="2026-11-18T10:00:00Z")])
    friend, referrer = contact(business, "gil").public_id, contact(business, "bob").public_id
    seen = preview_attribution(business=business, friend=friend, referrer=referrer, now=NOW)
    assert seen.refusal is None
    assert len(seen.revisions) == 1 == len(seen.eligible)
    submit(
        business=business, type="referral.attributed", data={"friend": friend, "referrer": referrer}, actor="user:o",
        now=NOW,
    )  # fmt: skip
    rows = Decision.objects.filter(referral=Referral.objects.get(friend=contact(business, "gil")).pk, rule__gt="")
    assert [(row.rule, row.kind) for row in rows.order_by("pk")] == [
        (each.trace.rule, each.trace.outcome) for each in seen.decided
    ]
    refused = preview_attribution(business=business, friend=referrer, referrer=friend, now=NOW)
    assert refused.refusal is not None
    assert refused.refusal.code == "already_referred"
