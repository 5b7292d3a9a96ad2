"""Somebody comes without a link and may name who told them."""

from __future__ import annotations

import pytest
from django.test import Client

from goodword.inbox.models import Event
from goodword.people.models import Contact
from goodword.referrals.models import Referral
from tests.web.pages.test_landing import filled
from tests.web.town import Town, found

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    made = found()
    made.person("Ann Berg", phone="+13035550142")
    return made


def page(town: Town) -> str:
    return f"/contact-us/{town.business.slug}"


def told(town: Town, **changed: str) -> dict[str, str]:
    return filled(town.business.public_id, **changed)


@pytest.mark.requirement("R91")
def test_a_name_that_is_mentioned_is_kept_with_the_request_and_is_no_referral_by_itself(town: Town) -> None:
    body = Client().get(page(town)).content.decode()
    assert "Who told you about us?" in body
    assert "Ann" not in body
    assert Client().post(page(town), told(town, mentioned="Ann from Oak Street")).status_code == 200
    event = Event.objects.get(type="callback.requested")
    assert event.data["mentioned"] == "Ann from Oak Street"
    assert "code" not in event.data
    assert Contact.objects.get(name="Bob Haddad").phone == "+13035550143"


@pytest.mark.requirement("R105")
def test_a_code_written_where_a_name_was_asked_for_ties_the_request_to_its_owner(town: Town) -> None:
    code = town.contact("Ann").code
    typed = f" {code[:4].lower()}-{code[4:]} "
    assert Client().post(page(town), told(town, mentioned=typed)).status_code == 200
    assert Referral.objects.get().referrer.name == "Ann Berg"


def test_a_code_of_another_business_is_only_a_word(town: Town) -> None:
    other = found("Other Garden")
    other.person("Olga Other", phone="+13035550111")
    code = other.contact("Olga").code
    assert Client().post(page(town), told(town, mentioned=code)).status_code == 200
    assert Event.objects.get(type="callback.requested").data["mentioned"] == code
    assert Referral.objects.count() == 0
    assert not Contact.objects.filter(business=other.business, name="Bob Haddad").exists()


def test_faults_stand_beside_their_fields_and_nothing_is_lost(town: Town) -> None:
    answer = Client().post(page(town), told(town, phone="", mentioned="Ann"))
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Tell us your number." in body
    assert 'value="Ann"' in body
    assert not Event.objects.filter(type="callback.requested").exists()


def test_a_business_that_is_not_here_has_no_page(town: Town) -> None:
    for slug in ("nowhere", "x" * 300, "ferns"):
        assert Client().get(f"/contact-us/{slug}").status_code == 404
        assert Client().post(f"/contact-us/{slug}", told(town)).status_code == 404
