"""Who is asked, thanked and welcomed, and above all who is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goodword.business.models import Setting
from goodword.flow import asking
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.outbox.models import Message
from goodword.people.models import Consent, Contact
from goodword.rewards.models import Reward
from goodword.work.models import Job
from tests.flow.messaging_cast import NOW, ann, contact, job, open_up, raw, say, score, templates, written

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CLUB = """\
format: 1
name: Club
currency: USD
referrers: [club:gold]
rules:
  - {id: a, when: referral.paid, to: referrer, give: service_credit, amount: 5.00}
"""
POINTS = """\
format: 1
name: Points
currency: USD
rules:
  - {id: p, when: ticket.closed, to: customer, give: points, amount: {per_unit: 2}}
"""


# --- the survey -----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R97")
def test_finished_work_asks_for_a_score_once_whatever_comes_later() -> None:
    business = open_up()
    ann(business)
    say(business, job("J1", "booked", who="ann"))
    assert templates(business) == []
    say(business, job("J1", "completed", who="ann", at=NOW + HOUR))
    say(business, job("J1", "invoiced", who="ann", at=NOW + 2 * HOUR))
    say(business, job("J1", "paid", who="ann", at=NOW + 3 * HOUR))
    [message] = written(business)
    token = Job.objects.get(external_id="J1").survey_token
    assert (message.template, message.channel, message.to) == ("survey_request", "sms", "+13035550101")
    assert token is not None
    assert len(token) >= 20
    assert message.body == (
        "Hi Ann, Fern Lawn Care here. Thank you for having us.\n"
        f"How did we do, from 1 to 5? One tap is enough: http://127.0.0.1:8000/s/{token}\n"
        f"Rather not be asked? Say stop here: {message.facts['stop']}"
    )
    assert (message.state, message.due_at) == ("queued", NOW + HOUR)


def test_nobody_is_asked_for_a_score_that_was_given() -> None:
    business = open_up()
    ann(business)
    say(business, score("J1", 3, who="ann"))
    say(business, job("J1", "completed", who="ann", at=NOW + HOUR))
    assert templates(business) == []


def test_a_survey_that_waits_is_cancelled_by_the_answer_and_by_the_jobs_end() -> None:
    business = open_up()
    ann(business)
    say(business, job("J1", "completed", who="ann"), job("J2", "completed", who="ann"))
    say(business, score("J1", 2, who="ann", at=NOW + HOUR), job("J2", "cancelled", who="ann", at=NOW + HOUR))
    assert [(m.state, m.note) for m in written(business)] == [
        ("cancelled", "the score was given already"),
        ("cancelled", "the job was cancelled"),
    ]


# --- the ask --------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R95")
@pytest.mark.requirement("R99")
@pytest.mark.requirement("R100")
def test_a_happy_customer_is_asked_once_with_the_permanent_link() -> None:
    business = open_up()
    person = ann(business)
    say(business, job("J1", "completed", who="ann"))
    say(business, score("J1", 5, who="ann", at=NOW + HOUR))
    [_, message] = written(business)
    assert message.template == "referral_invitation"
    assert f"http://127.0.0.1:8000/r/{person.code}" in message.body
    person.refresh_from_db()
    assert person.asked_at == person.enrolled_at == NOW + HOUR


def test_a_score_that_came_before_the_work_was_done_asks_when_it_is_done() -> None:
    business = open_up()
    ann(business)
    say(business, job("J1", "booked", who="ann"), score("J1", 4, who="ann"))
    assert templates(business) == []
    say(business, job("J1", "invoiced", who="ann", at=NOW + HOUR))
    assert templates(business) == ["referral_invitation"]


@pytest.mark.requirement("R96")
@pytest.mark.parametrize("low", [1, 2, 3])
def test_an_unhappy_customer_is_never_asked(low: int) -> None:
    business = open_up()
    person = ann(business)
    say(business, job("J1", "completed", who="ann"), score("J1", low, who="ann", at=NOW + HOUR))
    say(business, job("J1", "paid", who="ann", at=NOW + 2 * HOUR))
    assert "referral_invitation" not in templates(business)
    person.refresh_from_db()
    assert (person.asked_at, person.enrolled_at) == (None, None)


def test_a_later_good_score_lifts_a_low_one_and_a_later_low_one_stops_the_ask_that_waits() -> None:
    business = open_up()
    ann(business)
    late = NOW + 10 * HOUR  # ten in the evening in Denver
    say(business, job("J1", "completed", who="ann"), score("J1", 2, who="ann", at=NOW + HOUR))
    say(business, job("J2", "completed", who="ann", at=late), score("J2", 5, who="ann", at=late))
    [invitation] = written(business, "referral_invitation")
    assert (invitation.state, invitation.due_at) == ("queued", datetime(2026, 3, 11, 14, 0, tzinfo=UTC))
    say(business, score("J1", 1, who="ann", at=late + HOUR))
    invitation.refresh_from_db()
    assert (invitation.state, invitation.note) == ("cancelled", "the customer was not happy")


def test_the_latest_score_over_all_jobs_counts_not_the_best() -> None:
    business = open_up()
    ann(business)
    say(business, job("J1", "booked", who="ann"), score("J1", 5, who="ann"))
    say(business, score("J2", 2, who="ann", at=NOW + HOUR))
    say(business, job("J1", "completed", who="ann", at=NOW + 2 * HOUR))
    assert templates(business) == []
    say(business, score("J2", 4, who="ann", at=NOW + 3 * HOUR), job("J1", "paid", who="ann", at=NOW + 3 * HOUR))
    assert templates(business) == ["referral_invitation"]


@pytest.mark.requirement("R98")
def test_the_threshold_is_the_businesss_own() -> None:
    business = open_up()
    Setting.objects.create(business=business, key="score_threshold", value=5, since=NOW - DAY)
    ann(business)
    say(business, job("J1", "completed", who="ann"), score("J1", 4, who="ann", at=NOW + HOUR))
    assert "referral_invitation" not in templates(business)
    say(business, job("J2", "completed", who="ann"), score("J2", 5, who="ann", at=NOW + 2 * HOUR))
    assert templates(business).count("referral_invitation") == 1


@pytest.mark.requirement("R40")
@pytest.mark.parametrize(("later", "asked"), [(89 * DAY, 1), (90 * DAY, 2)])
def test_nobody_is_asked_twice_within_the_interval(later: timedelta, asked: int) -> None:
    business = open_up()
    ann(business)
    say(business, job("J1", "completed", who="ann"), score("J1", 5, who="ann"))
    again = NOW + later
    say(business, job("J2", "completed", who="ann", at=again), score("J2", 5, who="ann", at=again))
    assert len(written(business, "referral_invitation")) == asked


def test_two_happy_jobs_in_one_batch_ask_once() -> None:
    business = open_up()
    ann(business)
    say(business, *[j for n in "12" for j in (job(n, "completed", who="ann"), score(n, 5, who="ann"))])
    assert templates(business).count("referral_invitation") == 1


def test_the_same_event_again_says_nothing_again() -> None:
    business = open_up()
    ann(business)
    told = [job("J1", "completed", who="ann"), score("J1", 5, who="ann", at=NOW + HOUR)]
    say(business, *told)
    before = list(Message.objects.order_by("pk").values_list("pk", "state"))
    say(business, *told, now=NOW + DAY)
    assert list(Message.objects.order_by("pk").values_list("pk", "state")) == before
    assert len(before) == 1  # the score was there when the batch was settled: nobody had to ask for it


@pytest.mark.parametrize("obstacle", ["complaint", "blocked", "opted out", "no programme", "not eligible"])
def test_what_stops_the_ask(obstacle: str) -> None:
    programme = {"no programme": "", "not eligible": None}.get(obstacle, "as it is")
    business = open_up() if programme == "as it is" else open_up(programme=programme if programme == "" else CLUB)
    person = ann(business)
    if obstacle == "opted out":
        Consent.objects.create(business=business, contact=person, channel="email", granted=False, at=NOW - DAY)
    Contact.objects.filter(pk=person.pk).update(complaint_open=obstacle == "complaint", blocked=obstacle == "blocked")
    say(business, job("J1", "completed", who="ann"), score("J1", 5, who="ann", at=NOW + HOUR))
    assert "referral_invitation" not in templates(business)
    person.refresh_from_db()
    assert person.asked_at is None


def test_an_invitation_without_an_address_is_kept_for_a_person_and_counts_as_not_asked() -> None:
    business = open_up()
    say(business, contact("Cy Crane", at=NOW - DAY))
    say(business, job("J1", "completed", who="cy"), score("J1", 5, who="cy"))
    [message] = written(business)
    assert (message.template, message.state) == ("referral_invitation", "held")
    assert message.note == "no phone number and no e-mail address"
    assert Contact.objects.get(name="Cy Crane").asked_at is None


def test_history_that_is_brought_in_writes_to_nobody() -> None:
    business = open_up()
    old = NOW - timedelta(days=3, seconds=1)
    say(
        business,
        contact("Ann Archer", phone="+13035550101", at=old),
        contact("Bob Birch", phone="+13035550102", referred_by={"contact": "ann"}, at=old),
        job("J1", "completed", who="ann", at=old),
        score("J1", 5, who="ann", at=old),
        job("J2", "paid", who="bob", at=old),
        now=NOW,
    )
    assert templates(business) == []
    assert Reward.objects.count() == 4
    say(business, job("J1", "paid", who="ann", at=NOW))  # old work: its survey would come too late
    assert templates(business) == ["referral_invitation"]


# --- thank-yous and welcomes ----------------------------------------------------------------------------------------


def bob_comes(at: datetime = NOW) -> dict[str, object]:
    return contact("Bob Birch", phone="+13035550102", referred_by={"contact": "ann"}, how="link", at=at)


@pytest.mark.requirement("R34")
def test_a_friend_who_got_in_touch_is_welcomed_with_the_gift_and_no_second_notice() -> None:
    business = open_up()
    ann(business)
    say(business, bob_comes())
    [message] = written(business)
    code = Reward.objects.get(rule="welcome").code
    assert code is not None
    assert (message.template, message.to) == ("friend_welcome", "+13035550102")
    assert message.body == (
        "Hi Bob, thank you for getting in touch with Fern Lawn Care.\n"
        "It is good that a friend told you about us.\n"
        "For you there is 10% off a later visit.\n"
        f"Your code: {code[:4]}-{code[4:8]}-{code[8:]}\n"
        "It is valid until May 9, 2026, that day included.\n"
        "We will be in touch soon."
    )
    say(business, contact("Bob Birch", phone="+13035550102", at=NOW + HOUR))
    assert templates(business) == ["friend_welcome"]


def test_a_friend_who_was_only_named_hears_nothing_before_getting_in_touch() -> None:
    business = open_up()
    person = ann(business)
    say(business, job("J0", "quote", who="bob"))
    bare = Contact.objects.get(name="")
    Contact.objects.filter(pk=bare.pk).update(first_work_at=None)
    submit(
        business=business, type="referral.attributed", actor="user:1", now=NOW,
        data={"friend": bare.public_id, "referrer": person.public_id, "how": "name"},
    )  # fmt: skip
    assert templates(business) == []
    say(business, contact("Bob Birch", phone="+13035550102", at=NOW + DAY))
    assert [(m.template, m.to) for m in written(business)] == [("friend_welcome", "+13035550102")]


@pytest.mark.requirement("R105")
def test_a_call_back_welcomes_the_friend() -> None:
    business = open_up()
    person = ann(business)
    submit(
        business=business, type="callback.requested", actor="public", now=NOW,
        data={"code": person.code, "name": "Bob Birch", "phone": "303 555 0102", "language": "sv"},
    )  # fmt: skip
    [message] = written(business)
    assert (message.template, message.to, message.language) == ("friend_welcome", "+13035550102", "sv")


@pytest.mark.requirement("R102")
@pytest.mark.requirement("R103")
def test_the_thank_you_names_the_reward_and_the_friends_first_name_alone_when_it_is_usable() -> None:
    business = open_up()
    ann(business)
    say(business, bob_comes())
    say(business, job("J2", "paid", who="bob", at=NOW + HOUR))
    told = {m.facts["gift"]["units"]: m for m in written(business, "reward_issued")}
    assert set(told) == {1000, 3500}
    assert told[1000].body == (
        "Hi Ann, Fern Lawn Care here.\nThank you for sending Bob our way.\n"
        "This is yours: $10.00 of account credit.\nYou can use it from March 10, 2026.\n"
        f"All that is yours: {told[1000].facts['page']}"
    )
    assert ("You can use it from March 11, 2026.\nIt is valid until March 11, 2027, that day included.\n") in told[
        3500
    ].body
    assert (told[1000].due_at, told[3500].due_at) == (NOW + HOUR, NOW + HOUR + DAY)
    [promised] = written(business, "reward_promised")
    assert "We have put this down for you: “One weed treatment”." in promised.body
    assert all("Birch" not in m.subject + m.body for m in written(business) if m.contact.name == "Ann Archer")


def test_a_thank_you_that_waits_is_cancelled_with_its_reward() -> None:
    business = open_up()
    ann(business)
    say(business, bob_comes(), job("J2", "paid", who="bob", at=NOW + HOUR))
    say(business, job("J2", "cancelled", who="bob", at=NOW + 2 * HOUR))
    notices = [m for m in written(business) if m.template.startswith("reward_")]
    assert {(m.state, m.note) for m in notices} == {("cancelled", "the reward was taken back")}
    assert len(notices) == 3
    [welcome] = written(business, "friend_welcome")
    assert welcome.state == "queued"


def test_what_was_earned_and_lost_in_one_batch_is_not_announced() -> None:
    business = open_up()
    ann(business)
    say(business, bob_comes())
    say(business, job("J2", "paid", who="bob", at=NOW + HOUR), job("J2", "cancelled", who="bob", at=NOW + 2 * HOUR))
    assert templates(business) == ["friend_welcome"]


def test_points_on_a_ticket_are_not_announced_one_by_one() -> None:
    business = open_up(programme=POINTS)
    ann(business)
    line = {"kind": "service", "quantity": 1, "unit_price": 10000}
    say(business, raw("t1", "ticket.closed", {"ticket": {"external_id": "T1", "contact": "ann", "lines": [line]}}, NOW))
    assert Reward.objects.get().units == 200
    assert templates(business) == []


def test_a_merge_keeps_the_open_complaint_and_the_date_of_the_last_ask() -> None:
    business = open_up()
    loser = ann(business)
    say(business, contact("Anna Archer", phone="+13035550109", at=NOW - DAY))
    Contact.objects.filter(pk=loser.pk).update(complaint_open=True, asked_at=NOW - 3 * DAY, enrolled_at=NOW - 9 * DAY)
    say(business, raw("m1", "contact.merged", {"from": "ann", "into": "anna"}, NOW))
    survivor = Contact.objects.get(name="Anna Archer")
    assert (survivor.complaint_open, survivor.asked_at, survivor.enrolled_at) == (True, NOW - 3 * DAY, NOW - 9 * DAY)
    say(business, job("J1", "completed", who="anna", at=NOW + HOUR), score("J1", 5, who="anna", at=NOW + HOUR))
    assert templates(business) == []


def test_another_business_hears_nothing() -> None:
    business, other = open_up(), open_up("Moss Movers")
    ann(business)
    ann(other)
    say(business, job("J1", "completed", who="ann"), score("J1", 5, who="ann", at=NOW + HOUR))
    assert templates(business) == ["referral_invitation"]
    assert templates(other) == []


def test_asking_takes_as_many_statements_for_sixty_events_as_for_six() -> None:
    counts = []
    for size in (3, 30):
        business = open_up(f"Size {size}")
        people = [f"{chr(65 + n % 26)}{n} Person" for n in range(size)]
        say(business, *[contact(p, phone=f"+1303555{1000 + n}") for n, p in enumerate(people)])
        names = [p.split()[0].lower() for p in people]
        batch = [job(f"J{n}", "completed", who=name) for n, name in enumerate(names)]
        batch += [score(f"J{n}", 5, who=name) for n, name in enumerate(names)]
        with CaptureQueriesContext(connection) as captured:
            say(business, *batch)
        assert len(written(business, "referral_invitation")) == size
        asking = ("outbox_message", "people_consent", "business_setting", "asked_at", 'survey_token" = ')
        counts.append(sum(any(word in q["sql"] for word in asking) for q in captured.captured_queries))
    assert counts[0] == counts[1]


def test_a_reward_that_a_person_released_is_thanked_for_now_and_only_once() -> None:
    business = open_up()
    ann(business)
    say(business, bob_comes(), job("J2", "paid", who="bob", at=NOW + HOUR))
    later = NOW + 2 * HOUR
    event = Event.objects.filter(business=business).latest("pk")
    treat, paid = Reward.objects.get(rule="treat"), Reward.objects.get(rule="paid")
    for reward in (treat, paid, treat, paid):
        asking.released(business=business, reward=reward, event=event, now=later)
    [promised] = written(business, "reward_promised")
    assert (promised.state, promised.note) == ("cancelled", "the reward was released")
    told = {m.facts["gift"]["kind"]: m for m in written(business, "reward_issued") if m.facts["gift"]["units"] != 1000}
    assert set(told) == {"custom", "service_credit"}
    assert "Thank you for sending Bob our way.\nThis is yours: “One weed treatment”." in told["custom"].body
    assert told["service_credit"].due_at == later  # it waited for its date until then
    assert len(written(business, "reward_issued")) == 3
