"""Rewards at the console: what waits, one by one or several at once, always with what it will do before it is done."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.ledger.models import Transfer
from goodword.outbox.models import Message
from goodword.rewards.models import Reward, StatusChange
from tests.web.town import PROGRAMME, Town, found, signed_in

pytestmark = pytest.mark.django_db
HOME = {"line1": "12 Elm Street", "city": "Denver", "postal_code": "80202"}
CARDS = PROGRAMME.replace("give: custom, text: One weed treatment, value: 40.00", "give: gift_card, amount: 40.00")


@pytest.fixture
def desk(town: Town) -> Client:
    return signed_in(town.staff("office"))


def treat(town: Town) -> Reward:
    return Reward.objects.get(business=town.business, rule="treat")


def more_treats(town: Town, many: int) -> list[Reward]:
    """Let Bob bring so many friends who pay: each earns him a treat that a person hands over."""
    code = town.contact("Bob").code
    for n in range(many):
        known = {"external_id": f"x{n}", "name": f"Xeno {n}", "phone": f"+1303557{n:04}", "referred_by": {"code": code}}
        town.tell("contact.saved", {"contact": known}, ago=timedelta(hours=many + 2 - n))
        town.job(f"x{n}", "paid", total=10000, ago=timedelta(hours=many + 1 - n))
    return list(Reward.objects.filter(business=town.business, rule="treat").order_by("pk"))


def chosen(rewards: list[Reward], status: str, **more: str) -> dict[str, object]:
    return {"reward": [reward.public_id for reward in rewards], "status": status, **more}


def states(rewards: list[Reward]) -> list[str]:
    return [Reward.objects.get(pk=reward.pk).status for reward in rewards]


def decide(client: Client, rewards: list[Reward], status: str, reason: str = "all sprayed") -> dict[str, object]:
    """Choose, look and confirm, as a person does."""
    looked = client.post(reverse("console:rewards_bulk"), chosen(rewards, status))
    assert looked.status_code == 200
    return chosen(rewards, status, confirm="1", reason=reason, batch=looked.context["batch"])


@pytest.mark.requirement("R111")
@pytest.mark.requirement("R120")
def test_what_a_person_must_hand_over_waits_and_is_kept_with_name_and_reason(town: Town, desk: Client) -> None:
    (queued,) = desk.get(reverse("console:rewards")).context["rewards"]
    assert (queued["title"], queued["holder_name"]) == ("“One weed treatment”", "Ann Berg")
    assert queued["to_do"] == "See to it that Ann Berg gets it."
    assert queued["why"] == "For recommending Bob Haddad."
    url = reverse("console:reward_status", args=[queued["id"]])
    refused = desk.post(url, {"status": "issued", "reason": " "})
    assert refused.status_code == 422
    assert "Please say why" in refused.content.decode()
    assert desk.post(url, {"status": "redeemed", "reason": "done"}).status_code == 422  # pending cannot jump there
    assert Reward.objects.get(public_id=queued["id"]).status == "pending"
    desk.post(url, {"status": "issued", "reason": "booked for Friday"})
    desk.post(url, {"status": "redeemed", "reason": "sprayed on Friday"})
    reward = Reward.objects.get(public_id=queued["id"])
    assert reward.status == "redeemed"
    told = list(StatusChange.objects.filter(reward=reward).order_by("pk").values_list("status", "reason", "actor"))
    actor = "user:staff-office@fern-lawn-care.example"
    assert told[1:] == [("issued", "booked for Friday", actor), ("redeemed", "sprayed on Friday", actor)]
    assert desk.get(reverse("console:rewards")).context["rewards"] == []


def test_before_a_reward_is_released_it_says_what_moves_and_who_is_told(town: Town, desk: Client) -> None:
    page = desk.get(reverse("console:reward_status", args=[treat(town).public_id]))
    ways = {way["status"]: way["lines"] for way in page.context["ways"]}
    assert ways == {
        "issued": ["It is released now.", "Ann Berg is thanked by text message."],
        "declined": ["The reward is void from now on.", "No message is sent."],
    }
    assert not StatusChange.objects.filter(reward=treat(town), status="issued").exists()


def test_before_taking_back_it_says_what_is_left_and_what_was_spent(town: Town, desk: Client) -> None:
    credit = Reward.objects.get(business=town.business, rule="invoiced")
    line = {"kind": "service", "unit_price": 50000, "quantity": 1}
    sale = {"external_id": "t1", "contact": "ann", "lines": [line], "tenders": [{"type": "credit", "amount": 2000}]}
    town.tell("ticket.closed", {"ticket": sale})
    page = desk.get(reverse("console:reward_status", args=[credit.public_id]) + "?status=reversed")
    (way,) = page.context["ways"]
    held = Reward.objects.filter(business=town.business, rule__in=["booked", "invoiced"], holder=credit.holder)
    assert held.count() == 2  # $35 in two lots, of which $20 went: the soonest to expire first
    assert way["lines"][0] == "$5 is left and is taken back; $20 was spent."
    assert "other earned value" in way["lines"][1]
    assert way["after"].startswith("This cannot be undone")
    desk.post(reverse("console:reward_status", args=[credit.public_id]), {"status": "reversed", "reason": "mistake"})
    credit.refresh_from_db()
    assert (credit.status, credit.reversed_units) == ("reversed", 1500)  # $5 of its own and the $10 of the other


@pytest.mark.requirement("R119")
def test_one_reward_tells_its_history_its_reasons_its_value_and_its_message(town: Town, desk: Client) -> None:
    credit = Reward.objects.get(business=town.business, rule="invoiced")
    told = desk.get(reverse("console:reward", args=[credit.public_id])).context
    assert (told["reward"]["left"].units, told["reward"]["spent"]) == (2500, None)
    assert [row["outcome"] for row in told["decisions"]] == ["granted"]
    assert [row["rule"] for row in told["decisions"]] == ["invoiced"]
    assert len(told["letters"]) == 1
    assert told["history"][-1]["detail"] == "by the rules of the programme"
    assert [way["status"] for way in told["ways"]] == ["reversed"]
    data = {"reward": credit.public_id, "status": "reversed", "reason": "logged twice"}
    submit(business=town.business, type="reward.status_changed", data=data, actor="user:sofia", now=town.now)
    told = desk.get(reverse("console:reward", args=[credit.public_id])).context
    assert told["history"][0]["detail"] == "logged twice · sofia"
    assert (told["ways"], told["final"]) == ([], "It was taken back; that cannot be undone.")


def test_a_household_match_shows_both_sides_and_is_answered_for_all_its_rewards(town: Town, desk: Client) -> None:
    town.person("Ann Berg", address=HOME)
    code = town.contact("Ann").code
    town.person("Hal Berg", phone="+13035550155", address=HOME, referred_by={"code": code}, ago=timedelta(hours=1))
    town.job("hal", "invoiced")
    (home,) = desk.get(reverse("console:rewards")).context["households"]
    assert [(side["part"], side["name"]) for side in home["sides"]] == [
        ("Referrer", "Ann Berg"),
        ("Friend", "Hal Berg"),
    ]
    assert {side["address"] for side in home["sides"]} == {"12 Elm Street, Denver, 80202"}
    before = desk.get(reverse("console:rewards")).context["rewards"]
    assert [row["title"] for row in before] == ["“One weed treatment”"]  # the matches stand apart
    held = list(Reward.objects.filter(review=True))
    assert {row["id"] for row in home["rewards"]} == {reward.public_id for reward in held}
    assert len(held) >= 2
    done = desk.post(reverse("console:rewards_bulk"), decide(desk, held, "declined", "the same family"))
    assert len(done.context["done"]) == len(held)
    assert set(states(held)) == {"declined"}
    assert desk.get(reverse("console:rewards")).context["households"] == []


def test_several_are_looked_at_together_before_anything_happens(town: Town, desk: Client) -> None:
    rewards = more_treats(town, 3)
    before = (Event.objects.count(), Transfer.objects.count(), Message.objects.count())
    looked = desk.post(reverse("console:rewards_bulk"), chosen(rewards, "issued"))
    assert [row["id"] for row in looked.context["possible"]] == [reward.public_id for reward in rewards]
    assert looked.context["possible"][1]["lines"] == ["It is released now.", "Bob Haddad is thanked by text message."]
    empty = desk.post(reverse("console:rewards_bulk"), decide(desk, rewards, "issued", "  "))
    assert empty.status_code == 422
    assert "Please say why" in empty.content.decode()
    assert (Event.objects.count(), Transfer.objects.count(), Message.objects.count()) == before
    assert set(states(rewards)) == {"pending"}


def test_several_are_done_each_as_its_own_event_and_the_same_batch_does_nothing_twice(town: Town, desk: Client) -> None:
    rewards = more_treats(town, 3)
    sent = decide(desk, rewards, "redeemed")
    done = desk.post(reverse("console:rewards_bulk"), sent)
    assert (len(done.context["done"]), done.context["failed"]) == (4, [])
    assert set(states(rewards)) == {"redeemed"}
    events = Event.objects.filter(business=town.business, type="reward.status_changed")
    assert events.count() == 8  # released and handed over, each
    assert {event.actor for event in events} == {"user:staff-office@fern-lawn-care.example"}
    moved = Transfer.objects.count()
    again = desk.post(reverse("console:rewards_bulk"), sent)
    assert (len(again.context["done"]), again.context["failed"]) == (4, [])
    assert (events.count(), Transfer.objects.count()) == (8, moved)


def test_what_cannot_be_done_is_told_row_by_row_and_stops_no_other(town: Town, desk: Client) -> None:
    rewards = more_treats(town, 2)
    sent = decide(desk, rewards, "issued", "Friday's round")
    data = {"reward": rewards[1].public_id, "status": "declined", "reason": "a colleague was faster"}
    submit(business=town.business, type="reward.status_changed", data=data, actor="user:other", now=town.now)
    done = desk.post(reverse("console:rewards_bulk"), sent)
    assert [row["id"] for row in done.context["failed"]] == [rewards[1].public_id]
    assert "state has changed meanwhile" in done.context["failed"][0]["fault"]
    assert states(rewards) == ["issued", "declined", "issued"]


def test_a_batch_names_the_total_and_leaves_alone_what_is_not_possible(town: Town) -> None:
    cards = found("Moss", programme=CARDS)
    cards.person("Ann Berg", email="ann@berg.example")
    for n in (1, 2):
        known = {"name": f"F{n}", "external_id": f"f{n}", "referred_by": {"code": cards.contact("Ann").code}}
        cards.tell("contact.saved", {"contact": known})
        cards.job(f"f{n}", "paid", total=10000)
    rewards = list(Reward.objects.filter(business=cards.business, kind__in=["gift_card", "service_credit"]))
    client = signed_in(cards.owner)
    theirs = treat(town)
    looked = client.post(reverse("console:rewards_bulk"), chosen([*rewards, theirs], "redeemed"))
    assert [(total.units, total.asset) for total in looked.context["totals"]] == [(8000, "USD")]
    assert {row["kind"] for row in looked.context["left_alone"]} == {"service_credit"}
    assert theirs.public_id not in looked.content.decode()  # another business's is not there at all
    lines = client.get(reverse("console:rewards")).context["rewards"]
    assert {line["to_do"] for line in lines} == {"Buy it and send it to Ann Berg."}
    assert {line["reach"]["email"] for line in lines} == {"ann@berg.example"}
    done = client.post(reverse("console:rewards_bulk"), decide(client, [*rewards, theirs], "redeemed", "sent"))
    assert theirs.public_id not in done.content.decode()
    assert Reward.objects.get(pk=theirs.pk).status == "pending"


def test_nothing_chosen_is_said_and_changes_nothing(town: Town, desk: Client) -> None:
    before = Event.objects.count()
    for data in ({}, {"status": "issued"}, {"reward": treat(town).public_id, "status": "expired"}, {"reward": "x"}):
        answer = desk.post(reverse("console:rewards_bulk"), data, follow=True)
        assert "Choose at least one reward" in answer.content.decode()
    assert Event.objects.count() == before


def test_the_longest_waiting_stands_first_and_the_list_is_narrowed_by_kind_words_and_period(
    town: Town, desk: Client
) -> None:
    def told(query: str) -> list[str]:
        rows = desk.get(reverse("console:rewards") + query).context["rewards"]
        return [row["friend_name"] or row["holder_name"] for row in rows]

    more_treats(town, 2)
    assert told("") == ["Bob Haddad", "Xeno 0", "Xeno 1"]
    assert told("?q=Xeno") == ["Xeno 0", "Xeno 1"]
    assert told("?q=Ann") == ["Bob Haddad"]
    assert told("?kind=cash") == []
    assert told("?kind=custom&period=month") in (["Bob Haddad", "Xeno 0", "Xeno 1"], [])  # the month may be an hour old
    assert told("?period=dates&from=2019-01-01&to=2019-12-31") == []
    assert told("?period=dates&from=nonsense") == ["Bob Haddad", "Xeno 0", "Xeno 1"]
    assert len(told("?state=issued&q=Ann")) == 2
    assert len(told("?state=all")) == Reward.objects.filter(business=town.business).count()
    assert "Show all of this state" in desk.get(reverse("console:rewards") + "?q=nobody").content.decode()


def test_the_list_goes_into_a_spreadsheet_as_it_is_narrowed(town: Town, desk: Client) -> None:
    answer = desk.get(reverse("console:rewards_sheet") + "?state=all&q=Ann")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["For"] for row in rows} <= {"Ann Berg", "Bob Haddad", "Dee Nyström"}
    credit = next(row for row in rows if row["Worth"] == "25.00")
    assert (credit["State"], credit["Kind"], credit["Currency"], credit["Because of"]) == (
        "Issued", "Service credit", "USD", "Bob Haddad",
    )  # fmt: skip


def test_bulk_pages_take_a_bounded_number_of_statements(town: Town, desk: Client) -> None:
    rewards = more_treats(town, 12)
    desk.post(reverse("console:rewards_bulk"), chosen(rewards[:1], "issued"))
    with CaptureQueriesContext(connection) as few:
        desk.post(reverse("console:rewards_bulk"), chosen(rewards[:2], "issued"))
    with CaptureQueriesContext(connection) as many:
        desk.post(reverse("console:rewards_bulk"), chosen(rewards, "issued"))
    assert len(many) == len(few)


def test_a_viewer_looks_and_changes_nothing_and_another_business_sees_nothing(town: Town) -> None:
    reward = treat(town)
    viewer = signed_in(town.staff("viewer"))
    page = viewer.get(reverse("console:rewards"))
    assert (page.context["bulk"], page.context["can_change"]) == ([], False)
    assert viewer.get(reverse("console:reward", args=[reward.public_id])).context["ways"] == []
    assert viewer.post(reverse("console:rewards_bulk"), chosen([reward], "issued")).status_code == 403
    beside = signed_in(found("Ink and Steel").owner)
    assert beside.get(reverse("console:reward", args=[reward.public_id])).status_code == 404
    assert beside.get(reverse("console:rewards") + "?state=all").context["rewards"] == []
    beside.post(reverse("console:rewards_bulk"), chosen([reward], "issued", confirm="1", reason="x", batch="a" * 16))
    assert Reward.objects.get(pk=reward.pk).status == "pending"
