"""What a stranger can do with the public form: ask for a call, and nothing to anybody we know."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from goodword.inbox.models import Event
from goodword.people.models import Contact, Todo
from tests.web.town import Town, found, signed_in

pytestmark = pytest.mark.django_db
JSON = {"accept": "application/json"}


@pytest.fixture
def town() -> Town:
    made = found()
    made.person("Ann Berg", email="ann@berg.example")
    return made


def asked(town: Town, **told: Any) -> Any:
    there = f"/callback/{town.business.slug}"
    return Client().post(there, told, content_type="application/json", headers=JSON)


def test_a_stranger_who_knows_an_address_cannot_lead_messages_to_a_number_of_theirs(town: Town) -> None:
    told = {"name": "Mallory", "email": "ann@berg.example", "phone": "303 555 0199"}
    assert asked(town, **told).status_code == 200
    ann = town.contact("Ann")
    assert (ann.name, ann.email, ann.phone) == ("Ann Berg", "ann@berg.example", None)
    assert not Contact.objects.filter(phone="+13035550199").exists()


def test_nor_lead_them_to_an_address_of_theirs(town: Town) -> None:
    town.person("Cy Stranger", phone="+13035550144")
    assert asked(town, name="Mallory", email="mallory@evil.example", phone="303 555 0144").status_code == 200
    assert town.contact("Cy").email is None


@pytest.mark.requirement("R101")
def test_whoever_asks_for_a_call_is_a_to_do_with_all_they_left(town: Town) -> None:
    assert asked(town, name="Bob Haddad", phone="303 555 0143", message="The hedge\nis too tall").status_code == 200
    (line,) = signed_in(town.owner).get(reverse("console:todo")).context["todos"]
    assert (line["title"], line["reason"]) == ("Call Bob Haddad back", "The hedge is too tall")
    assert (line["phone"], line["name"], line["caution"]) == ("+13035550143", "Bob Haddad", "")
    assert signed_in(town.owner).get(reverse("console:overview")).context["shell"]["todos_due"] == 1


def test_staff_are_warned_where_what_was_left_is_not_what_we_know(town: Town) -> None:
    asked(town, name="Mallory", email="ann@berg.example", phone="303 555 0199")
    (line,) = signed_in(town.owner).get(reverse("console:todo")).context["todos"]
    assert (line["title"], line["name"], line["phone"]) == ("Call Mallory back", "Ann Berg", "+13035550199")
    assert "Make sure who it is" in line["caution"]


def test_the_same_request_twice_is_one_to_do(town: Town) -> None:
    for _ in range(2):
        asked(town, name="Bob Haddad", phone="303 555 0143")
    assert Todo.objects.filter(business=town.business, kind="call_back").count() == 1


@pytest.mark.parametrize("field", ["name", "message", "mentioned", "code", "language"])
@pytest.mark.parametrize("odd", ["\ud800", "a\udfffb"])
def test_halves_of_characters_break_nothing(field: str, odd: str, town: Town) -> None:
    assert asked(town, **({"name": "Bob", "phone": "303 555 0143"} | {field: odd})).status_code == 200
    assert Event.objects.filter(type="callback.requested").count() == 1


@pytest.mark.parametrize(
    "path",
    ["/r/%00", "/r/?code=%00", "/s/%00", "/u/%00", "/join/%00", "/leaderboard/%00", "/contact-us/%00", "/qr/%00.svg"],
)
def test_an_address_with_a_nul_is_answered_400_and_keeps_its_headers(path: str) -> None:
    answer = Client(raise_request_exception=False).get(path)
    assert answer.status_code == 400
    assert "default-src 'self'" in answer["Content-Security-Policy"]
