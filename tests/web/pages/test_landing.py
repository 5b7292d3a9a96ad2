"""A friend opens a link: the offer, the request, and every way it may go wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from goodword.business.models import Setting
from goodword.inbox.models import Event
from goodword.people.models import Contact
from goodword.programmes.models import Programme
from goodword.referrals.models import Referral, Visit
from goodword.web.pages.landing import with_code
from tests.web.town import Town, found

pytestmark = pytest.mark.django_db
BOB = {"name": "Bob Haddad", "phone": "303 555 0143", "email": "", "message": "The lawn, please", "website": ""}


@pytest.fixture(autouse=True)
def no_earlier_attempts() -> None:
    cache.clear()


@pytest.fixture
def town() -> Town:
    made = found()
    made.person("Ann Berg", phone="+13035550142", email="ann@berg.example")
    return made


def link(town: Town, name: str = "Ann") -> str:
    return reverse("pages:landing", args=[town.contact(name).code])


@pytest.mark.requirement("R104")
def test_the_page_names_the_business_the_offer_and_the_referrer_s_first_name_only(town: Town) -> None:
    answer = Client().get(link(town))
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "Fern Lawn Care" in body
    assert "You get 10% off a later visit (at most $50.00), as soon as you get in touch" in body
    assert "Ann thought of you" in body.replace("<bdi>", "").replace("</bdi>", "")
    for secret in ("Berg", "0142", "ann@berg.example", town.contact("Ann").public_id):
        assert secret not in body
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cache-Control"].startswith("max-age=0, no-cache")
    assert "<script" not in body
    assert len(answer.content) < 20_000
    assert "http://" not in body.replace("http://www.w3.org", "").replace("http://testserver", "")


@pytest.mark.parametrize(
    ("query", "header", "lang", "said"),
    [
        ("", "sv-SE,sv;q=0.9", "sv", "Du får 10"),
        ("?lang=ar", "sv", "ar", "تحصل على خصم"),
        ("?lang=xx", "en", "en", "You get 10% off"),
        ("", "fi", "en", "You get 10% off"),
    ],
)
def test_the_page_speaks_the_friend_s_language(query: str, header: str, lang: str, said: str, town: Town) -> None:
    answer = Client().get(link(town) + query, HTTP_ACCEPT_LANGUAGE=header)
    assert answer["Content-Language"] == lang
    assert said in answer.content.decode()
    assert f'lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}"' in answer.content.decode()


@pytest.mark.requirement("R105")
@pytest.mark.requirement("R117")
def test_a_request_makes_a_lead_and_ties_it_to_the_referrer(town: Town) -> None:
    answer = Client().post(link(town), BOB, HTTP_ACCEPT_LANGUAGE="sv")
    assert answer.status_code == 200
    assert "Tack, Bob!" in answer.content.decode()
    bob = town.contact("Bob")
    assert (bob.phone, bob.language) == ("+13035550143", "sv")
    referral = Referral.objects.get(friend=bob)
    assert (referral.referrer.name, referral.how) == ("Ann Berg", "link")
    assert Event.objects.get(type="callback.requested").data["message"] == "The lawn, please"


def test_the_button_pressed_twice_is_one_request(town: Town) -> None:
    for _press in range(2):
        assert Client().post(link(town), BOB).status_code == 200
    assert Event.objects.filter(type="callback.requested").count() == 1
    assert Client().post(link(town), BOB | {"message": "And the hedge"}).status_code == 200
    assert Event.objects.filter(type="callback.requested").count() == 2
    assert Referral.objects.count() == 1


def test_a_form_with_faults_keeps_what_was_written_and_records_nothing(town: Town) -> None:
    for wrong in ({"phone": ""}, {"name": " "}, {"email": "bob@"}, {"phone": "12"}):
        answer = Client().post(link(town), BOB | wrong)
        assert answer.status_code == 422, wrong
        assert "The lawn, please" in answer.content.decode()
        assert 'aria-invalid="true"' in answer.content.decode()
    assert not Contact.objects.filter(name__startswith="Bob").exists()


def test_a_robot_that_fills_the_trap_is_thanked_and_forgotten(town: Town) -> None:
    before = Event.objects.count()
    answer = Client().post(link(town), BOB | {"website": "https://spam.example"})
    assert answer.status_code == 200
    assert Event.objects.count() == before


def test_one_address_cannot_flood_the_form_and_another_is_not_hindered(town: Town) -> None:
    for n in range(20):
        assert Client().post(link(town), BOB | {"phone": f"303 555 02{n:02}"}).status_code == 200
    refused = Client().post(link(town), BOB)
    assert refused.status_code == 429
    assert "a little too often" in refused.content.decode()
    assert Client(REMOTE_ADDR="10.1.2.3").post(link(town), BOB).status_code == 200


def test_the_page_needs_and_sets_no_cookie(town: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(link(town), BOB).status_code == 200
    client.get(link(town))
    assert not client.cookies
    assert Referral.objects.count() == 1


def test_an_old_customer_s_request_is_taken_and_no_referral_is_made(town: Town) -> None:
    town.person("Old Timer", phone="+13035550143")
    town.job("old", "paid", ago=timedelta(days=2))
    assert Client().post(link(town), BOB).status_code == 200
    assert Referral.objects.count() == 0
    assert Event.objects.get(type="callback.requested").state == "settled"


def test_opening_the_link_is_counted_by_day_and_posting_is_not(town: Town) -> None:
    client = Client()
    client.get(link(town))
    client.get(link(town))
    client.head(link(town))
    client.post(link(town), BOB)
    assert list(Visit.objects.values_list("contact__name", "count")) == [("Ann Berg", 2)]


def test_a_business_with_its_own_site_gets_the_visitor_with_the_code(town: Town) -> None:
    target = "https://fern.example/welcome?utm=card&x=1#top"
    Setting.objects.create(business=town.business, key="link_target", value=target, since=town.now - timedelta(1))
    answer = Client().get(link(town))
    code = town.contact("Ann").code
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"https://fern.example/welcome?utm=card&x=1&ref={code}#top",
    )
    assert with_code("https://a.example/?ref=old&q=a+b", "NEW") == "https://a.example/?q=a+b&ref=NEW"
    Setting.objects.update(value="javascript:alert(1)")
    assert Client().get(link(town)).status_code == 200


@pytest.mark.requirement("R106")
def test_when_the_programme_has_ended_the_page_is_kind_and_still_records_who_sent(town: Town) -> None:
    Programme.objects.update(ended_at=town.now)
    page = Client().get(link(town)).content.decode()
    assert "This offer has ended. You are still welcome." in page
    assert "10%" not in page
    assert Client().post(link(town), BOB).status_code == 200
    assert Referral.objects.get().referrer == town.contact("Ann")


def test_an_unknown_code_is_answered_kindly_with_404_and_can_be_typed_again(town: Town) -> None:
    answer = Client().get("/r/BCDFGHJKL")
    assert answer.status_code == 404
    assert "We do not know this link" in answer.content.decode()
    code = town.contact("Ann").code
    found_again = Client().get(reverse("pages:find"), {"code": f" {code[:4].lower()}-{code[4:]} "})
    assert found_again["Location"] == f"/r/{code}"
    assert Client().get(reverse("pages:find"), {"code": "<b>"}).status_code == 404
    assert Client().get(f"/r/{code[:4].lower()}-{code[4:].lower()}").status_code == 200


def test_a_merged_contact_s_code_keeps_working_for_the_survivor(town: Town) -> None:
    town.person("Abe Berg", phone="+13035550149")
    old = town.contact("Abe").code
    town.tell("contact.merged", {"from": "abe", "into": "ann"})
    assert "Ann" in Client().get(f"/r/{old}").content.decode()
    Client().post(f"/r/{old}", BOB)
    assert Referral.objects.get().referrer == town.contact("Ann")


def test_the_picture_of_a_link_is_an_svg_of_its_own(town: Town) -> None:
    answer = Client().get(reverse("pages:qr", args=[town.contact("Ann").code]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert answer.content.startswith(b"<?xml")
    assert Client().get(reverse("pages:qr", args=["BCDFGHJKL"])).status_code == 404
