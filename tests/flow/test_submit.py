"""Commands: somebody waits. A refusal leaves no trace but its answer; what is done is done once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import QuerySet

from goodword.business.models import Business
from goodword.errors import Conflict, Refused
from goodword.flow import traces
from goodword.flow.settle import settle
from goodword.flow.submit import submit
from goodword.inbox.models import Decision, Event, State
from goodword.ledger import checking
from goodword.ledger.chart import Kind
from goodword.outbox.models import Message
from goodword.people.models import Consent, Contact, WalletOwner
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward, Status, StatusChange
from tests.flow.story import (
    NOW,
    STAGED,
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
EVERY_GIFT = """
format: 1
id: gifts
name: Gifts
currency: USD
starts: 2026-01-01
rules:
  - {id: credit, when: referral.booked, to: referrer, give: service_credit, amount: 10.00}
  - {id: held, when: referral.booked, to: referrer, give: service_credit, amount: 9.00, hold: 60d}
  - {id: cake, when: referral.booked, to: referrer, give: custom, text: A cake, value: 12.00}
  - {id: card, when: referral.booked, to: referrer, give: gift_card, amount: 25.00}
"""


@pytest.fixture
def business() -> Business:
    return fern()


def commands_told() -> QuerySet[Event]:
    """Return our own commands but for the publishing that every story begins with."""
    return Event.objects.filter(source="goodword").exclude(type="programme.published")


def attribute(business: Business, friend: object, referrer: object, *, key: str | None = None) -> Event:
    data = {"friend": friend, "referrer": referrer, "how": "name"}
    return submit(business=business, type="referral.attributed", data=data, actor="usr_office", now=NOW, key=key)


def till(name: str) -> dict[str, str]:
    return {"source": "till", "external_id": name}


def everything(business: Business) -> dict[str, int]:
    """Count what a command could leave behind."""
    found = {
        model.__name__: model._default_manager.filter(business=business).count()
        for model in (Contact, Referral, Reward, Decision, Consent, WalletOwner, Message)
    }
    return found | {"entries": entries(business), "changes": StatusChange.objects.count()}


@pytest.mark.requirement("R83")
def test_a_member_of_staff_names_the_referrer_and_the_stages_that_come_pay(business: Business) -> None:
    tell(business, [saved("ann"), saved("cy"), saved("bob")])
    row = attribute(business, till("bob"), till("ann"))
    referral = Referral.objects.get()
    assert (referral.friend, referral.referrer, referral.how) == (
        contact(business, "bob"),
        contact(business, "ann"),
        "name",
    )
    assert (row.state, row.source, row.actor) == (State.SETTLED, "goodword", "usr_office")
    tell(
        business,
        [job("lawn", "bob", "consultation", at=(NOW + timedelta(hours=1)).isoformat())],
        now=NOW + timedelta(hours=2),
    )
    assert Reward.objects.get(rule="consult").holder == contact(business, "ann")
    assert not contact(business, "cy").rewards.exists()


@pytest.mark.parametrize(
    ("friend", "referrer", "code"),
    [
        ("ann", "ann", "self_referral"),
        ("twin", "ann", "self_referral"),
        ("old", "ann", "not_new"),
        ("bob", "cy", "already_referred"),
        ("bob", "ann", "already_referred"),
        ("ann", "bob", "circular"),
        ("cy", "blocked", "referrer_blocked"),
        ("nobody", "ann", "contact_not_found"),
        ("cy", "nobody", "contact_not_found"),
    ],
)
def test_a_refused_attribution_leaves_only_its_answer_and_gives_it_again(
    business: Business, friend: str, referrer: str, code: str
) -> None:
    tell(business, [
        *bob_comes_through_ann(until=["consultation"]), saved("cy"), saved("blocked", blocked=True), saved("old"),
        job("before", "old", "paid", at="2026-11-03T10:00:00Z"),
    ])  # fmt: skip
    Contact.objects.create(business=business, public_id="con_twin", code="TWIN2345", name="Twin", phone="+13035550101")
    before = everything(business)
    who = "con_twin" if friend == "twin" else till(friend)
    answers = []
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            attribute(business, who, till(referrer), key="click-1")
        answers.append((refused.value.code, refused.value.detail))
    assert answers[0] == answers[1]
    assert answers[0][0] == code
    row = commands_told().get()
    assert (row.state, row.code, row.external_id) == (State.REFUSED, code, "click-1")
    assert everything(business) == before


def test_the_same_key_has_one_effect_and_other_content_is_a_conflict(business: Business) -> None:
    tell(business, [saved("ann"), saved("bob"), saved("cy")])
    first = attribute(business, till("bob"), till("ann"), key="k")
    before = everything(business)
    assert attribute(business, till("bob"), till("ann"), key="k").pk == first.pk
    with pytest.raises(Conflict) as refused:
        attribute(business, till("cy"), till("ann"), key="k")
    assert refused.value.code == "conflict"
    assert everything(business) == before
    assert commands_told().count() == 1


def test_a_fault_of_the_program_rolls_the_record_back_so_that_the_key_is_free(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(business, [saved("ann"), saved("bob")])
    before = everything(business)

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(traces, "store", broken)
        with pytest.raises(ZeroDivisionError):
            attribute(business, till("bob"), till("ann"), key="k")
    assert everything(business) == before
    assert not commands_told().exists()
    assert attribute(business, till("bob"), till("ann"), key="k").state == State.SETTLED


def test_the_worker_never_settles_a_command(business: Business) -> None:
    tell(business, [saved("ann"), saved("bob")])
    row = attribute(business, till("bob"), till("ann"))
    Event.objects.filter(pk=row.pk).update(state=State.RECORDED)
    assert settle(business=business, now=NOW + timedelta(days=1)) == 0
    assert settle(business=business, now=NOW + timedelta(days=1), events=[row.pk]) == 0


@pytest.mark.requirement("R121")
def test_removing_a_referral_takes_all_of_it_back_even_what_is_kept_on_cancelling(business: Business) -> None:
    tell(business, bob_comes_through_ann())
    ann = contact(business, "ann")
    assert pending_and_usable(business, ann, Kind.CREDIT, "USD") == (0, 4_000)
    referral = Referral.objects.get()
    submit(business=business, type="referral.removed", data={"referral": referral.public_id, "reason": "wrong Ann"},
           actor="usr_admin", now=NOW)  # fmt: skip
    referral.refresh_from_db()
    assert (referral.removed_at, referral.removed_reason) == (NOW, "wrong Ann")
    assert set(Reward.objects.values_list("rule", "status")) == {
        (rule, "reversed") for rule in ("consult", "booked", "paid", "welcome")
    }
    assert pending_and_usable(business, ann, Kind.CREDIT, "USD") == (0, 0)
    assert Decision.objects.filter(kind="reversed").count() == 4
    assert checking.faults() == []
    with pytest.raises(Refused) as refused:
        submit(business=business, type="referral.removed", data={"referral": referral.public_id, "reason": "again"},
               actor="usr_admin", now=NOW)  # fmt: skip
    assert refused.value.code == "already_removed"


@pytest.mark.requirement("R121")
def test_a_removed_friend_attributed_afresh_pays_the_new_referrer_for_the_stages_reached(business: Business) -> None:
    tell(business, [*bob_comes_through_ann(), saved("cy")])
    wrong = Referral.objects.get()
    submit(business=business, type="referral.removed", data={"referral": wrong.public_id, "reason": "it was Cy"},
           actor="usr_admin", now=NOW)  # fmt: skip
    attribute(business, till("bob"), till("cy"))
    right = Referral.objects.get(removed_at=None)
    assert (right.referrer, right.arrived_at, right.is_new) == (contact(business, "cy"), wrong.arrived_at, True)
    granted = Reward.objects.filter(holder=contact(business, "cy")).order_by("at").values_list("rule", "units")
    assert list(granted) == [("consult", 500), ("booked", 1_000), ("paid", 2_500)]
    assert set(Reward.objects.filter(holder=contact(business, "ann")).values_list("status", flat=True)) == {"reversed"}
    assert checking.faults() == []


def test_a_reason_is_asked_for_before_a_referral_is_removed(business: Business) -> None:
    tell(business, bob_comes_through_ann())
    before = everything(business)
    with pytest.raises(Refused) as refused:
        submit(business=business, type="referral.removed", data={"referral": Referral.objects.get().public_id},
               actor="usr_admin", now=NOW)  # fmt: skip
    assert refused.value.code == "reason_required"
    assert everything(business) == before


def test_merging_moves_everything_and_no_value(business: Business) -> None:
    tell(business, [*bob_comes_through_ann(), saved("dee"), closed("t", "ann", 5_000, at="2026-11-08T10:00:00Z"),
                    closed("u", "dee", 3_000, at="2026-11-09T10:00:00Z")])  # fmt: skip
    ann, dee = contact(business, "ann"), contact(business, "dee")
    for who, granted in ((ann, False), (dee, True)):
        submit(business=business, type="consent.changed", actor="usr_office", now=NOW,
               data={"contact": who.public_id, "channel": "sms", "granted": granted, "how": "asked"})  # fmt: skip
    units = {
        kind: pending_and_usable(business, ann, kind, asset)
        for kind, asset in ((Kind.CREDIT, "USD"), (Kind.POINTS, "points"))
    }
    assert units == {Kind.CREDIT: (0, 4_000), Kind.POINTS: (0, 100)}
    before = entries(business)
    submit(business=business, type="contact.merged", data={"from": ann.public_id, "into": dee.public_id},
           actor="usr_office", now=NOW)  # fmt: skip
    ann.refresh_from_db()
    assert ann.merged_into == dee
    assert contact(business, "ann") == ann, "the loser's id keeps working"
    assert entries(business) == before
    assert pending_and_usable(business, dee, Kind.CREDIT, "USD") == (0, 4_000)
    assert pending_and_usable(business, dee, Kind.POINTS, "points") == (0, 160)
    assert Referral.objects.get().referrer == dee
    for owned in (ann.rewards, ann.jobs, ann.tickets, ann.consents, ann.wallets.filter(until=None)):
        assert not owned.exists()
    assert not dee.consents.order_by("at", "pk").last().granted, "an opt-out survives"
    tell(business, [saved("eve", referred_by={"code": ann.code})], now=NOW + timedelta(hours=1))
    assert Referral.objects.get(friend=contact(business, "eve")).referrer == dee
    assert checking.faults() == []


ALLOWED = {
    ("held", "issued"), ("held", "declined"), ("credit", "reversed"), ("cake", "issued"), ("cake", "declined"),
    ("card", "issued"), ("card", "declined"), ("issued cake", "redeemed"), ("issued cake", "reversed"),
    ("issued card", "redeemed"), ("issued card", "reversed"),
}  # fmt: skip


def change(business: Business, reward: Reward, status: str, reason: str = "goodwill", **more: Any) -> Event:
    data = {"reward": reward.public_id, "status": status, "reason": reason}
    return submit(business=business, type="reward.status_changed", data=data, actor="usr_owner", now=NOW, **more)


@pytest.mark.requirement("R120")
@pytest.mark.parametrize("which", ["held", "credit", "cake", "card", "issued cake", "issued card"])
@pytest.mark.parametrize("status", list(Status.values))
def test_a_status_changes_along_the_allowed_ways_and_no_other(which: str, status: str) -> None:
    business = fern(document=EVERY_GIFT)
    tell(business, bob_comes_through_ann(until=["booked"]))
    reward = Reward.objects.get(rule=which.split()[-1])
    if which.startswith("issued"):
        change(business, reward, "issued")
        reward.refresh_from_db()
    was, before = reward.status, everything(business)
    if (which, status) not in ALLOWED:
        with pytest.raises(Refused) as refused:
            change(business, reward, status)
        assert refused.value.code == "not_allowed"
        assert everything(business) == before
        assert Reward.objects.get(pk=reward.pk).status == was
        return
    change(business, reward, status)
    reward.refresh_from_db()
    newest = StatusChange.objects.filter(reward=reward).order_by("-pk")[0]
    assert (newest.was, newest.status, newest.actor, newest.reason) == (was, status, "usr_owner", "goodwill")
    assert reward.status == status
    kind = {"credit": Kind.CREDIT, "held": Kind.CREDIT, "cake": Kind.RIGHT, "card": Kind.GIFT_CARD}[which.split()[-1]]
    others = 1_000 if which == "held" else 900 if which == "credit" else 0
    held = sum(pending_and_usable(business, reward.holder, kind, "right" if kind == Kind.RIGHT else "USD"))
    assert held - others == ({"held": 900, "cake": 1, "card": 2_500}[which.split()[-1]] if status == "issued" else 0)
    assert checking.faults() == []


def test_a_released_reward_is_usable_at_once() -> None:
    business = fern(document=EVERY_GIFT)
    tell(business, bob_comes_through_ann(until=["booked"]))
    held = Reward.objects.get(rule="held")
    assert pending_and_usable(business, held.holder, Kind.CREDIT, "USD") == (900, 1_000)
    change(business, held, "issued")
    assert pending_and_usable(business, held.holder, Kind.CREDIT, "USD") == (0, 1_900)


def test_another_business_cannot_be_reached(business: Business) -> None:
    moss = fern("moss", document=STAGED)
    tell(business, bob_comes_through_ann())
    before = everything(business)
    reward, referral = Reward.objects.filter(rule="paid").get(), Referral.objects.get()
    for type_, data in (
        ("reward.status_changed", {"reward": reward.public_id, "status": "reversed", "reason": "x"}),
        ("referral.removed", {"referral": referral.public_id, "reason": "x"}),
        ("complaint.changed", {"contact": referral.friend.public_id, "open": True}),
    ):
        with pytest.raises(Refused) as refused:
            submit(business=moss, type=type_, data=data, actor="usr_moss", now=NOW)
        assert refused.value.code.endswith("_not_found")
    assert everything(business) == before
