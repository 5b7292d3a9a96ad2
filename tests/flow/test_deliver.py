"""Messages leave once, at a decent hour, while they are still true; a failing one never stops the line."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings

from goodword.business.models import Setting
from goodword.flow import deliver as delivering
from goodword.flow.deliver import ATTEMPTS, BACK_OFF, LEASE, deliver
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.outbox.channels.kind import Enclose, Outcome, Undeliverable, nothing
from goodword.outbox.models import Message
from goodword.people.models import Contact
from goodword.referrals.models import Share
from goodword.rewards.models import Reward
from tests.flow.mailing import Mailbox
from tests.flow.messaging_cast import NOW, ann, contact, job, open_up, say, score, written

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Post:
    """A channel that remembers what it was handed, and may refuse."""

    def __init__(self, outcome: Outcome = "sent", fault: Exception | None = None) -> None:
        self.outcome, self.fault = outcome, fault
        self.handed: list[tuple[str, str, str]] = []

    def __call__(self, message: Message, *, sender: str, reply_to: str, enclosed: Enclose = nothing) -> Outcome:
        assert not connection.in_atomic_block or connection.savepoint_ids == [], "the network is never in a transaction"
        self.handed.append((message.template, message.to, sender))
        if self.fault is not None:
            raise self.fault
        return self.outcome


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    made = Post()
    monkeypatch.setitem(delivering.CHANNELS, "sms", made)
    monkeypatch.setitem(delivering.CHANNELS, "email", made)
    return made


def happy(**changes: Any) -> Any:
    """Ann's work is done and she is happy: her survey was answered, her invitation waits."""
    business = open_up(**changes)
    ann(business)
    say(business, job("J1", "completed", who="ann"), score("J1", 5, who="ann"))
    return business


def test_what_is_due_leaves_once_and_what_is_not_stays(post: Post) -> None:
    business = happy()
    Setting.objects.create(business=business, key="sender_name", value="Fern & Sons", since=NOW)
    assert deliver(now=NOW - timedelta(seconds=1)) == 0
    assert post.handed == []
    assert deliver(now=NOW) == 1
    assert deliver(now=NOW + HOUR) == 0
    assert post.handed == [("referral_invitation", "+13035550101", "Fern & Sons")]
    [message, reminder] = written(business)
    assert (message.state, message.sent_at, message.attempts, message.note) == ("sent", NOW, 1, "")
    assert reminder.state == "queued"


@pytest.mark.requirement("R123")
def test_an_invitation_that_left_counts_as_a_link_passed_on_by_the_system(post: Post) -> None:
    happy()
    assert Share.objects.count() == 0
    deliver(now=NOW)
    share = Share.objects.get()
    assert (share.source, share.channel, share.contact.name, share.at) == ("automatic", "sms", "Ann Archer", NOW)


def test_without_a_provider_a_text_stays_here_for_a_person() -> None:
    business = happy()
    deliver(now=NOW)
    assert written(business)[0].state == "local"


# --- still true, still wanted ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "data", "state", "note"),
    [
        (
            "consent.changed",
            {"channel": "any", "granted": False},
            "cancelled",
            "the customer is not to be asked any more",
        ),
        ("complaint.changed", {"open": True}, "cancelled", "the customer is not to be asked any more"),
    ],
)
def test_an_opt_out_or_a_complaint_after_queueing_stops_the_ask(
    post: Post, change: str, data: dict[str, Any], state: str, note: str
) -> None:
    business = happy()
    person = Contact.objects.get()
    submit(business=business, type=change, data={"contact": person.public_id, **data}, actor="user:1", now=NOW)
    deliver(now=NOW)
    assert [(m.state, m.note) for m in written(business)] == [(state, note)]
    assert post.handed == []
    assert Share.objects.count() == 0


def test_a_thank_you_is_held_by_an_opt_out_and_cancelled_when_its_reward_is_gone(post: Post) -> None:
    business = open_up()
    person = ann(business)
    say(business, contact("Bob Birch", phone="+13035550102", referred_by={"contact": "ann"}))
    Message.objects.all().delete()
    say(business, job("J2", "paid", who="bob"))
    Reward.objects.filter(rule="paid").update(status="expired")
    submit(
        business=business, type="consent.changed", actor="user:1", now=NOW,
        data={"contact": person.public_id, "channel": "sms", "granted": False},
    )  # fmt: skip
    deliver(now=NOW + DAY)
    told = {m.facts["gift"]["units"]: (m.state, m.note) for m in written(business, "reward_issued")}
    assert told == {1000: ("held", "opted out"), 3500: ("cancelled", "the reward is no longer there")}
    assert post.handed == [("survey_request", "+13035550102", "Fern Lawn Care")]


def test_a_message_goes_to_the_number_of_today(post: Post) -> None:
    business = happy()
    say(business, contact("Ann Archer", phone="+13035550777", at=NOW))
    deliver(now=NOW)
    assert post.handed[0][1] == "+13035550777"


def test_nothing_leaves_at_night_even_when_the_worker_was_late(post: Post) -> None:
    business = happy()
    deliver(now=NOW + 11 * HOUR)  # eleven at night in Denver
    assert post.handed == []
    [message] = written(business)
    assert (message.state, message.attempts) == ("queued", 0)
    assert message.due_at == NOW + 20 * HOUR  # eight in the morning
    deliver(now=message.due_at)
    assert len(post.handed) == 1


# --- failing --------------------------------------------------------------------------------------------------------


def test_a_failure_is_tried_again_ever_later_and_set_aside_in_the_end(post: Post) -> None:
    business = happy()
    Setting.objects.create(business=business, key="quiet_from", value="08:00", since=NOW - DAY)  # never quiet
    post.fault = OSError("no route to host")
    at = NOW
    for attempt, wait in enumerate(BACK_OFF, 1):
        deliver(now=at)
        [message] = written(business)
        assert (message.state, message.attempts, message.due_at) == ("queued", attempt, at + wait)
        assert message.note == f"attempt {attempt}: OSError: no route to host"
        assert deliver(now=at + wait - timedelta(seconds=1)) == 0
        at = at + wait
    deliver(now=at)
    [message] = written(business)
    assert (message.state, message.attempts) == ("set_aside", ATTEMPTS)
    assert deliver(now=at + 30 * DAY) == 0
    assert len(post.handed) == ATTEMPTS
    assert Share.objects.count() == 0


def test_an_address_that_can_never_work_is_set_aside_at_once(post: Post) -> None:
    business = happy()
    post.fault = Undeliverable("the number is no mobile phone")
    deliver(now=NOW)
    [message] = written(business)
    assert (message.state, message.attempts, message.note) == ("set_aside", 1, "the number is no mobile phone")


def test_one_failing_message_never_stops_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    business = happy()
    say(business, contact("Cy Crane", email="cy@example.com"), job("J9", "completed", who="cy"))
    bad, good = Post(fault=RuntimeError("broken")), Post()
    monkeypatch.setitem(delivering.CHANNELS, "sms", bad)
    monkeypatch.setitem(delivering.CHANNELS, "email", good)
    assert deliver(now=NOW) == 2
    assert good.handed == [("survey_request", "cy@example.com", "Fern Lawn Care")]
    assert [m.state for m in written(business)] == ["queued", "sent"]


# --- dying and stopping ---------------------------------------------------------------------------------------------


class Killed(BaseException):
    """What no handler may catch."""


def test_a_death_between_sending_and_marking_repeats_that_message_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    business = open_up()
    people = [f"P{n} Person" for n in range(4)]
    say(business, *[contact(p, phone=f"+1303555010{n}") for n, p in enumerate(people)])
    say(business, *[job(f"J{n}", "completed", who=f"p{n}") for n in range(4)])
    handed: list[str] = []

    def dying(message: Message, **_: object) -> Outcome:
        handed.append(message.to)
        if len(handed) == 2:
            raise Killed
        return "sent"

    monkeypatch.setitem(delivering.CHANNELS, "sms", dying)
    with pytest.raises(Killed):
        deliver(now=NOW)
    assert [m.state for m in written(business)] == ["sent", "queued", "queued", "queued"]
    assert deliver(now=NOW + LEASE - timedelta(seconds=1)) == 0
    assert deliver(now=NOW + LEASE) == 3
    numbers = [f"+1303555010{n}" for n in range(4)]
    assert sorted(handed) == sorted([*numbers, numbers[1]])
    assert {m.state for m in written(business)} == {"sent"}


def test_a_graceful_stop_gives_the_rest_back_untouched(post: Post) -> None:
    business = open_up()
    say(business, *[contact(f"P{n} Person", phone=f"+1303555010{n}") for n in range(3)])
    say(business, *[job(f"J{n}", "completed", who=f"p{n}") for n in range(3)])
    assert deliver(now=NOW, stopping=lambda: len(post.handed) == 1) == 1
    assert [(m.state, m.due_at, m.attempts) for m in written(business)][1:] == [("queued", NOW, 0)] * 2
    assert deliver(now=NOW) == 2


def test_what_another_worker_claimed_is_not_sent_twice(post: Post) -> None:
    happy()
    [first] = delivering._claim(now=NOW, limit=5)
    assert deliver(now=NOW) == 0
    assert deliver(now=NOW + LEASE) == 1
    delivering._send(first, delivering.Verdict(delivering.State.QUEUED, to=first.to), sender="x", now=NOW)
    assert len(post.handed) == 1


# --- the follow-up sequence -----------------------------------------------------------------------------------------


@pytest.mark.requirement("R122")
def test_a_reminder_follows_once_when_nobody_came(post: Post) -> None:
    business = happy()
    deliver(now=NOW)
    later = NOW + 14 * DAY
    deliver(now=later - timedelta(seconds=1))
    assert len(post.handed) == 1
    deliver(now=later)
    deliver(now=later + 90 * DAY)
    assert [template for template, *_ in post.handed] == ["referral_invitation", "referral_invitation_reminder"]
    event = Event.objects.get(type="reminder.sent")
    assert (event.source, event.state, event.time) == ("goodword", "settled", later)
    assert len(written(business)) == 2


def test_no_reminder_when_a_friend_has_come_or_the_business_wants_none(post: Post) -> None:
    for name, friend in (("Fern", True), ("Moss", False)):
        business = happy(name=name)
        deliver(now=NOW)
        if friend:
            say(business, contact("Bob Birch", referred_by={"contact": "ann"}, at=NOW + DAY))
        else:
            Setting.objects.create(business=business, key="reminders", value=[], since=NOW + DAY)
        deliver(now=NOW + 14 * DAY)
        [reminder] = written(business, "referral_invitation_reminder")
        assert reminder.state == "cancelled"
    assert "referral_invitation_reminder" not in [template for template, *_ in post.handed]


# --- real mail ------------------------------------------------------------------------------------------------------


def test_an_e_mail_really_arrives_in_arabic_signed_by_the_business(mailbox: Mailbox) -> None:
    business = open_up("مروج فيرن", language="ar")
    type(business).objects.filter(pk=business.pk).update(email="office@fern.example")
    say(business, contact("ليلى حداد", email="layla@example.com"))
    say(business, job("J1", "completed", who="ليلى"))
    assert deliver(now=NOW) == 1
    [message] = written(business)
    assert (message.state, message.language, message.channel) == ("sent", "ar", "email")
    [envelope] = mailbox.taken
    mail = message_from_bytes(envelope.content)
    assert envelope.rcpt_tos == ["layla@example.com"]
    assert str(make_header(decode_header(mail["Subject"]))) == "كيف كانت خدمتنا؟"
    assert str(make_header(decode_header(mail["From"]))) == "مروج فيرن <hello@goodword.example>"
    assert mail["Reply-To"] == "office@fern.example"
    assert mail["Message-ID"] == f"<{message.public_id}@goodword.example>"
    assert mail["List-Unsubscribe"] == f"<{message.facts['stop']}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.get_payload(decode=True).decode().replace("\r\n", "\n").rstrip("\n") == message.body
    assert message.body.startswith("مرحبًا ليلى، معك مروج فيرن.")


@pytest.mark.parametrize(("answer", "state"), [("550 no such user", "set_aside"), ("450 try again later", "queued")])
def test_a_refusal_for_good_is_set_aside_and_one_for_now_is_tried_again(
    mailbox: Mailbox, answer: str, state: str
) -> None:
    business = open_up()
    say(business, contact("Cy Crane", email="cy@example.com"), job("J1", "completed", who="cy"))
    mailbox.refuse = answer
    deliver(now=NOW)
    assert [m.state for m in written(business)] == [state]
    assert mailbox.taken == []


@pytest.mark.parametrize("name", ['Fern "The Lawn" Care', "Fern\r\nBcc: all@example.com", "Fern, Lawn <x@y>", ""])
def test_no_name_can_add_a_header_or_a_recipient(mailbox: Mailbox, name: str) -> None:
    business = open_up()
    Setting.objects.create(business=business, key="sender_name", value=name, since=NOW - DAY)
    say(
        business,
        contact("Cy\r\nBcc: all@example.com", email="cy@example.com", number="c"),
        job("J1", "completed", who="cy"),
    )
    deliver(now=NOW)
    [envelope] = mailbox.taken
    assert envelope.rcpt_tos == ["cy@example.com"]
    mail = message_from_bytes(envelope.content)
    assert mail["Bcc"] is None
    assert mail["From"].endswith("<hello@goodword.example>")


def test_a_server_that_is_gone_keeps_the_message(mailbox: Mailbox) -> None:
    business = open_up()
    say(business, contact("Cy Crane", email="cy@example.com"), job("J1", "completed", who="cy"))
    with override_settings(EMAIL_PORT=1):
        deliver(now=NOW)
    [message] = written(business)
    assert (message.state, message.attempts) == ("queued", 1)
    assert message.note.startswith("attempt 1: ConnectionRefusedError")
    deliver(now=NOW + BACK_OFF[0])
    assert len(mailbox.taken) == 1
