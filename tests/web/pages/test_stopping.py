"""Whoever was written to may say stop: with one press, without signing in, and may take it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from goodword.inbox.models import Event
from goodword.outbox.links import read_stop_token, stop_token
from goodword.outbox.models import Message
from goodword.people.models import Consent
from tests.web.town import Town, found

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    made = found()
    made.person("Ann Berg", phone="+13035550142", email="ann@berg.example")
    made.person("Cy Stranger", phone="+13035550199")
    return made


def page(town: Town, channel: str = "email") -> str:
    return f"/u/{stop_token(code=town.contact('Ann').code, channel=channel)}"


def said() -> list[tuple[str, str, bool]]:
    return list(Consent.objects.order_by("pk").values_list("contact__name", "channel", "granted"))


def test_looking_at_the_page_changes_nothing(town: Town) -> None:
    client = Client()
    answer = client.get(page(town))
    client.head(page(town))
    assert answer.status_code == 200
    assert "Shall we stop writing to you?" in answer.content.decode()
    for secret in ("Ann", "Berg", "0142", "ann@berg.example"):
        assert secret not in answer.content.decode() + page(town)
    assert said() == []
    assert not answer.cookies


def test_one_press_of_a_mail_program_stops_that_channel_without_a_cookie_a_token_or_a_redirect(town: Town) -> None:
    answer = Client(enforce_csrf_checks=True).post(page(town), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert said() == [("Ann Berg", "email", False)]
    told = Event.objects.get(type="consent.changed")
    assert (told.actor, told.data["how"]) == ("customer", "the link in a message")


def test_pressing_twice_says_it_once_and_it_may_be_taken_back_on_the_same_page(town: Town) -> None:
    client = Client()
    for _press in range(2):
        body = client.post(page(town, "sms"), {"do": "stop"}).content.decode()
        assert "You will not be asked any more" in body
        assert "text messages" in body
    assert said() == [("Ann Berg", "sms", False)]
    assert "You will not be asked any more" in client.get(page(town, "sms")).content.decode()
    assert "Welcome back" in client.post(page(town, "sms"), {"do": "again"}).content.decode()
    assert said() == [("Ann Berg", "sms", False), ("Ann Berg", "sms", True)]


def test_a_stop_ends_every_ask_on_whatever_channel_it_was_said(town: Town) -> None:
    Client().post(page(town, "email"), {"do": "stop"})
    town.job("ann", "paid", ago=timedelta(hours=2), total=24000)
    town.tell("survey.answered", {"survey": {"job": "j-ann", "contact": "ann", "score": 5}})
    assert not Message.objects.filter(template="referral_invitation").exists()


def test_a_token_that_was_guessed_altered_or_made_of_a_public_code_is_nothing(town: Town) -> None:
    code, cy = town.contact("Ann").code, town.contact("Cy").code
    good = stop_token(code=code, channel="email")
    for token in (code, f"1{code}", good[:-1] + ("A" if good[-1] != "A" else "B"), good.replace("1", "0", 1),
                  good.replace(code, cy), "x", "ü" * 30, "2" + good[1:]):  # fmt: skip
        assert read_stop_token(token) is None, token
        assert Client().get(f"/u/{token}").status_code == 404
        assert Client().post(f"/u/{token}").status_code == 404
    assert said() == []


def test_a_merged_customer_s_old_mail_stops_the_one_they_became(town: Town) -> None:
    town.person("Abe Berg", email="abe@berg.example")
    old = stop_token(code=town.contact("Abe").code, channel="email")
    town.tell("contact.merged", {"from": "abe", "into": "ann"})
    assert Client().post(f"/u/{old}").status_code == 200
    assert said() == [("Ann Berg", "email", False)]


@pytest.mark.requirement("R40")
def test_every_message_that_asks_carries_the_way_to_say_stop_and_no_other_does(town: Town) -> None:
    town.job("ann", "completed", ago=timedelta(hours=2))
    town.tell("survey.answered", {"survey": {"job": "j-ann", "contact": "ann", "score": 5}})
    code = town.contact("Ann").code
    for template in ("survey_request", "referral_invitation"):
        message = Message.objects.get(template=template)
        assert f"/u/{stop_token(code=code, channel=message.channel)}" in message.body, template
    town.person("Bob Haddad", phone="+13035550143", referred_by={"code": code})
    assert "/u/" not in Message.objects.get(template="friend_welcome").body
