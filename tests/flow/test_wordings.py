"""Own words are put in force by a command, used from the next message on, and never lose a message."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goodword.errors import Invalid, NotFound, Refused
from goodword.flow.sending_tests import send_test
from goodword.flow.submit import submit
from goodword.inbox.models import Decision, Event
from goodword.outbox.models import Message, State, Wording
from goodword.outbox.queueing import Draft, queue_all
from goodword.people.models import Contact
from tests.flow.messaging_cast import NOW, open_up

pytestmark = pytest.mark.django_db
BODY = "Dear {first_name}\nRate us: {link}"
WORDS = {"template": "survey_request", "language": "en", "subject": "Well?", "body": BODY}
WHO = "user:sofia@fern.example"


def change(business, *, now=NOW, **other):  # type: ignore[no-untyped-def]
    return submit(business=business, type="wording.changed", data=WORDS | other, actor=WHO, now=now)


def ask(business, *names: str, now=NOW) -> list[Message]:  # type: ignore[no-untyped-def]
    drafts = []
    for n, name in enumerate(names):
        contact = Contact.objects.create(
            business=business, public_id=f"con_{business.pk}_{name}{n}", name=name,
            code=f"C{business.pk}{name.upper()}{n}", phone=f"+1303555{n:04}", created_at=now,
        )  # fmt: skip
        drafts.append(Draft(f"ask:{name}{n}:{now}", "survey_request", contact, {"link": "https://x.example/s/1"}, now))
    return queue_all(business=business, drafts=drafts, now=now)


@pytest.mark.requirement("R103")
def test_the_next_message_uses_the_words_and_one_in_line_keeps_its_own() -> None:
    business, beside = open_up(), open_up("Ink and Steel")
    (before,) = ask(business, "Ann")
    change(business)
    (after,) = ask(business, "Bob", now=NOW + timedelta(minutes=1))
    (other,) = ask(beside, "Cy", now=NOW + timedelta(minutes=1))
    stop = f"Rather not be asked? Say stop here: {after.facts['stop']}"  # never left out, whoever writes the words
    assert after.body == f"Dear Bob\nRate us: https://x.example/s/1\n{stop}"
    assert after.subject == "Well?"
    assert Message.objects.get(pk=before.pk).body.startswith("Hi Ann, Fern Lawn Care here.")
    assert other.body.startswith("Hi Cy, Ink and Steel here.")


def test_going_back_is_a_command_too_and_the_history_keeps_both() -> None:
    business = open_up()
    change(business)
    data = {"template": "survey_request", "language": "en"}
    submit(business=business, type="wording.dropped", data=data, actor=WHO, now=NOW + timedelta(minutes=1))
    (message,) = ask(business, "Ann", now=NOW + timedelta(minutes=2))
    assert message.body.startswith("Hi Ann, Fern Lawn Care here.")
    assert Wording.objects.filter(business=business).count() == 2
    assert list(Event.objects.filter(actor=WHO).order_by("pk").values_list("type", flat=True)) == [
        "wording.changed", "wording.dropped",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("other", "code"),
    [({"body": "no link"}, "variable_missing"), ({"body": ""}, "wording_empty"), ({"subject": " "}, "wording_empty"),
     ({"body": "{link} {"}, "unbalanced_braces"), ({"language": "de"}, "unknown_language")],
)  # fmt: skip
def test_words_that_cannot_be_sent_are_refused_and_nothing_changes(other: dict[str, str], code: str) -> None:
    business = open_up()
    with pytest.raises(Invalid) as refusal:
        change(business, **other)
    assert refusal.value.code == code
    assert not Wording.objects.exists()
    with pytest.raises(NotFound, match="no message of that name"):
        change(business, template="nonsense")


def test_stored_words_that_no_longer_work_lose_no_message_and_are_told_once_as_a_problem() -> None:
    business = open_up()
    event = change(business)
    Wording.objects.update(body="{gone} {link}")
    told = ask(business, "Ann", "Bob") + ask(business, "Cy", now=NOW + timedelta(minutes=1))
    assert [m.body.split(",")[0] for m in told] == ["Hi Ann", "Hi Bob", "Hi Cy"]
    (problem,) = Decision.objects.filter(kind="problem")
    assert (problem.codes, problem.event_id, problem.contact) == (["wording_unusable"], event.pk, told[0].contact_id)


def test_a_batch_reads_the_words_in_one_statement() -> None:
    business = open_up()
    change(business)
    with CaptureQueriesContext(connection) as one:
        ask(business, "Ann")
    with CaptureQueriesContext(connection) as many:
        ask(business, *("Bob",) * 12, now=NOW + timedelta(minutes=1))
    read = [q["sql"] for q in many if "outbox_wording" in q["sql"]]
    assert len(read) == 1
    assert len(many) == len(one) + 11  # the eleven more contacts of the test itself


def test_a_message_kept_here_is_marked_as_sent_once_and_no_other_can_be() -> None:
    business, beside = open_up(), open_up("Ink and Steel")
    first, second = ask(business, "Ann", "Bob")
    Message.objects.filter(pk=first.pk).update(state=State.LOCAL)

    def mark(message: Message, where=business) -> None:  # type: ignore[no-untyped-def]
        data = {"message": message.public_id}
        submit(business=where, type="message.sent_by_hand", data=data, actor=WHO, now=NOW)

    mark(first)
    first.refresh_from_db()
    assert (first.state, first.sent_at) == (State.SENT, NOW)
    for message in (first, second):
        with pytest.raises(Refused, match="kept here"):
            mark(message)
    with pytest.raises(NotFound):
        mark(first, beside)
    second.refresh_from_db()
    assert second.state == State.QUEUED


def test_a_test_goes_to_oneself_marked_is_no_message_and_is_throttled(mailoutbox, settings) -> None:  # type: ignore[no-untyped-def]
    business = open_up()

    def send(channel: str, to: str = "", actor: str = WHO):  # type: ignore[no-untyped-def]
        said = {key: WORDS[key] for key in ("template", "language", "subject", "body")}
        return send_test(business=business, channel=channel, to=to, actor=actor, now=NOW, **said)

    told = send("sms", "(303) 555-0142")
    assert (told.outcome, told.to) == ("local", "+13035550142")
    assert told.body.startswith("TEST – no customer gets this.\nDear Sarah\nRate us: ")
    assert send("email", to="cy@stranger.example").to == "sofia@fern.example"
    for number in ("12", "nonsense", ""):
        with pytest.raises(Invalid, match="cannot be right"):
            send("sms", number)
    for _ in range(3):
        send("email")
    with pytest.raises(Refused) as refusal:
        send("email")
    assert refusal.value.code == "too_many_tests"
    assert send("email", actor="user:other@fern.example").to == "other@fern.example"
    assert not Message.objects.exists()
    assert Event.objects.filter(type="message.tested").first().data["to"] == "…0142"  # type: ignore[union-attr]
