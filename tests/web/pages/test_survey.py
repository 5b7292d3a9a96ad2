"""One tap from 1 to 5, for every customer alike."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from goodword.inbox.models import Event
from goodword.outbox.models import Message
from goodword.work.models import Job
from tests.web.town import Town, found

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    made = found()
    made.person("Ann Berg", phone="+13035550142")
    made.job("ann", "completed", services=["Lawn renovation"], total=24000, ago=timedelta(hours=1))
    return made


def page() -> str:
    return reverse("pages:survey", args=[Job.objects.get().survey_token])


def scores() -> list[int]:
    return [score for _at, score in Job.objects.get().scores]


def thanks(client: Client) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", client.get(page()).content.decode())


def test_the_page_greets_by_first_name_tells_the_work_and_holds_nothing_personal_in_its_address(town: Town) -> None:
    answer = Client().get(page())
    body = answer.content.decode()
    assert "How did we do, <bdi>Ann</bdi>?" in body
    assert "Lawn renovation on" in body
    assert "Berg" not in body
    assert "<script" not in body
    assert re.fullmatch(r"/s/[\w-]{22}", page())
    assert answer["Referrer-Policy"] == "same-origin"


@pytest.mark.requirement("R95")
@pytest.mark.parametrize(("score", "invited"), [(5, 1), (4, 1), (3, 0), (1, 0)])
def test_one_tap_is_kept_and_only_the_happy_are_asked_to_refer(score: int, invited: int, town: Town) -> None:
    answer = Client().post(page(), {"score": score}, follow=True)
    assert "Thank you for telling us" in answer.content.decode()
    assert scores() == [score]
    assert Message.objects.filter(template="referral_invitation").count() == invited


def test_the_thanks_are_the_same_for_every_score_and_no_score_gates_a_review() -> None:
    told = set()
    for n, score in enumerate((1, 5)):
        made = found("Fern Lawn Care")
        made.person("Ann Berg", phone="+13035550142")
        made.job("ann", "completed")
        job = Job.objects.filter(business=made.business).get()
        client = Client()
        url = reverse("pages:survey", args=[job.survey_token])
        client.post(url, {"score": score})
        body = client.get(url).content.decode().replace(str(job.survey_token), "TOKEN")
        told.add(re.sub(r'value="\w{64}"', "", body))
        assert len(told) == 1, n


def test_once_answered_the_page_thanks_and_a_second_tap_changes_nothing(town: Town) -> None:
    client = Client()
    client.post(page(), {"score": "5"})
    again = client.post(page(), {"score": "1"})
    assert "Thank you for telling us" in again.content.decode()
    assert scores() == [5]
    assert Event.objects.filter(type="survey.answered").count() == 1


def test_a_word_may_be_added_and_the_score_stays(town: Town) -> None:
    client = Client()
    client.post(page(), {"score": "2"})
    saved = client.post(page() + "/comment", {"comment": "The gate was left open. 🌱"})
    assert "Somebody here reads every word" in saved.content.decode()
    client.post(page() + "/comment", {"comment": "something else"})
    told = [e.data["survey"].get("comment") for e in Event.objects.filter(type="survey.answered").order_by("pk")]
    assert told == [None, "The gate was left open. 🌱"]
    assert set(scores()) == {2}


@pytest.mark.parametrize("given", ["", "0", "6", "5.0", "five", "٥"])
def test_what_is_no_score_is_asked_again(given: str, town: Town) -> None:
    answer = Client().post(page(), {"score": given})
    assert answer.status_code == 422
    assert "Please tap a number from 1 to 5." in answer.content.decode()
    assert scores() == []


def test_a_token_nobody_was_given_tells_nothing(town: Town) -> None:
    for token in ("x", "A" * 22, str(Job.objects.get().public_id), "None"):
        assert Client().get(reverse("pages:survey", args=[token])).status_code == 404
        assert Client().post(reverse("pages:survey", args=[token]), {"score": "5"}).status_code == 404
    assert scores() == []


def test_a_comment_before_a_score_leads_to_the_question(town: Town) -> None:
    answer = Client().post(page() + "/comment", {"comment": "hello"})
    assert answer["Location"] == page()
    assert not Event.objects.filter(type="survey.answered").exists()
