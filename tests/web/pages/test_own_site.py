"""Forms on the business's own site: the script that fills in the code, and the address that takes them."""

from __future__ import annotations

import pytest
from django.test import Client

from goodword.inbox.models import Event
from goodword.people.models import Contact
from goodword.referrals.models import Referral
from tests.web.town import Town, found

pytestmark = pytest.mark.django_db
FROM_SITE = {"origin": "https://fern.example", "accept": "application/json"}
BOB = {"name": "Bob Haddad", "phone": "303 555 0143"}


@pytest.fixture
def town() -> Town:
    made = found()
    made.person("Ann Berg", phone="+13035550142")
    return made


def there(town: Town) -> str:
    return f"/callback/{town.business.slug}"


def test_the_script_is_small_asks_nobody_else_and_may_be_kept() -> None:
    answer = Client().get("/goodword.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert "max-age=3600" in answer["Cache-Control"]
    assert len(answer.content) < 3000
    assert b"http" not in answer.content
    assert b"cookie" not in answer.content.replace(b"No cookie", b"")


@pytest.mark.requirement("R105")
@pytest.mark.parametrize("field", ["ref", "referral_code", "code"])
def test_a_form_of_another_site_is_tied_to_the_referrer(field: str, town: Town) -> None:
    code = town.contact("Ann").code
    answer = Client(enforce_csrf_checks=True).post(there(town), BOB | {field: code}, headers=FROM_SITE)
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, "*")
    assert "Access-Control-Allow-Credentials" not in answer
    assert answer.json()["detail"] == "Thank you, Bob! We have your number and will call you soon."
    assert not answer.cookies
    assert Referral.objects.get().referrer.name == "Ann Berg"


def test_json_is_taken_like_a_form_in_the_language_it_names(town: Town) -> None:
    told = {"name": "Bob", "email": "bob@haddad.example", "ref": town.contact("Ann").code, "language": "sv-SE"}
    answer = Client().post(there(town), told, content_type="application/json", headers=FROM_SITE)
    assert (answer.status_code, answer.json()["detail"][:9]) == (200, "Tack, Bob")
    assert Contact.objects.get(name="Bob").language == "sv"
    assert Referral.objects.count() == 1


def test_a_browser_may_ask_first_and_is_told_what_is_taken(town: Town) -> None:
    answer = Client().options(there(town), headers=FROM_SITE)
    assert answer.status_code == 204
    assert (answer["Access-Control-Allow-Methods"], answer["Access-Control-Allow-Headers"]) == ("POST", "Content-Type")


@pytest.mark.parametrize(
    ("told", "pointer", "said"),
    [
        ({"phone": "3035550143"}, "/name", "Tell us your name."),
        ({"name": "Bob"}, "/phone", "Leave a phone number or an e-mail address."),
        ({"name": "Bob", "phone": "12"}, "/phone", "That number cannot be right. Please look at it once more."),
        ({"name": "Bob", "email": "bob@"}, "/email", "That is no e-mail address."),
    ],
)
def test_faults_are_sentences_that_name_their_field(told: dict[str, str], pointer: str, said: str, town: Town) -> None:
    answer = Client().post(there(town), told, headers=FROM_SITE)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert answer.json()["errors"] == [{"pointer": pointer, "detail": said}]
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert Referral.objects.count() == 0


@pytest.mark.parametrize("body", ["", "[]", "nonsense", '{"name": {"a": 1}, "phone": ["x"]}', "\\xff"])
def test_what_is_no_form_is_refused_and_breaks_nothing(body: str, town: Town) -> None:
    answer = Client().post(there(town), body, content_type="application/json", headers=FROM_SITE)
    assert answer.status_code == 422
    assert Client().get(there(town)).status_code == 405


def test_a_code_nobody_was_given_or_of_another_business_loses_no_request_and_credits_nobody(town: Town) -> None:
    other = found("Other Garden")
    other.person("Olga Other", phone="+13035550111")
    for n, code in enumerate((other.contact("Olga").code, "BCDFGHJKL", "<script>")):
        answer = Client().post(there(town), BOB | {"phone": f"303555015{n}", "ref": code}, headers=FROM_SITE)
        assert answer.status_code == 200
    assert Contact.objects.filter(business=town.business, name="Bob Haddad").count() == 3
    assert Referral.objects.count() == 0
    assert not Contact.objects.filter(business=other.business, name="Bob Haddad").exists()


def test_robots_and_floods_are_held_off_and_a_business_that_is_not_here_says_so(town: Town) -> None:
    before = Event.objects.count()
    assert Client().post(there(town), BOB | {"website": "x"}, headers=FROM_SITE).status_code == 200
    assert Event.objects.count() == before
    for _n in range(19):
        Client().post(there(town), BOB | {"website": "x"}, headers=FROM_SITE)
    flooded = Client().post(there(town), BOB, headers=FROM_SITE)
    assert (flooded.status_code, flooded["Retry-After"], flooded.json()["code"]) == (429, "3600", "rate_limited")
    assert Client().post("/callback/nowhere", BOB, headers=FROM_SITE).status_code == 404
    assert Client().post(there(town), BOB | {"message": "x" * 40_000}, headers=FROM_SITE).status_code == 413


def test_without_the_script_the_same_form_is_answered_with_a_page_and_keeps_the_code(town: Town) -> None:
    code = town.contact("Ann").code
    browser = {"accept": "text/html,application/xhtml+xml"}
    faulty = Client().post(there(town), {"name": "Bob", "ref": code}, headers=browser)
    assert faulty.status_code == 422
    assert f'name="ref" value="{code}"' in faulty.content.decode()
    assert "Thank you, Bob!" in Client().post(there(town), BOB | {"ref": code}, headers=browser).content.decode()
    assert Referral.objects.count() == 1
