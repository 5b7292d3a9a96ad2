"""A friend opens a link: the offer, the request, and every way it may go wrong."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from goodword.business.models import Setting
from goodword.flow.publish import publish
from goodword.inbox.models import Decision, Event
from goodword.people.models import Contact
from goodword.programmes.models import Programme
from goodword.referrals.models import Referral, Visit
from goodword.web.leading import with_code
from goodword.web.pages import stamping
from goodword.web.pages.landing import own_site
from tests.web.town import Town, found

pytestmark = pytest.mark.django_db
PRIVATE = """
format: 1
id: neighbours
name: Neighbours
currency: USD
referrers: [club:Gold circle]
rules:
  - {id: all, when: referral.paid, to: referrer, give: service_credit, amount: 10.00}
  - {id: vip, when: referral.paid, to: referrer, give: service_credit, amount: 77.00, if: {audience: ["club:VIP"]}}
"""
BOB = {"name": "Bob Haddad", "phone": "303 555 0143", "email": "", "message": "The lawn, please", "website": ""}


@pytest.fixture
def town() -> Town:
    made = found()
    made.person("Ann Berg", phone="+13035550142", email="ann@berg.example")
    return made


def filled(about: str, *, ago: float = 60, **changed: str) -> dict[str, str]:
    """Return Bob's words in a form that was opened so many seconds ago on the page of a code or a business."""
    opened = stamping.stamp(about=about, now=timezone.now() - timedelta(seconds=ago))
    return BOB | {"opened": opened} | changed


def bob(town: Town, *, ago: float = 60) -> dict[str, str]:
    return filled(town.contact("Ann").code, ago=ago)


def link(town: Town, name: str = "Ann") -> str:
    return reverse("pages:landing", args=[town.contact(name).code])


@pytest.mark.requirement("R104")
def test_the_page_names_the_business_the_offer_and_the_referrer_s_first_name_only(town: Town) -> None:
    answer = Client().get(link(town))
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "Fern Lawn Care" in body
    assert "You get 10% off a later visit (at most $50.00)" in body
    assert "As soon as you get in touch." in body
    assert "Ann thought of you" in body.replace("<bdi>", "").replace("</bdi>", "")
    for secret in ("Berg", "0142", "ann@berg.example", town.contact("Ann").public_id):
        assert secret not in body
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cache-Control"].startswith("max-age=0, no-cache")
    assert "<script" not in body
    assert "http://" not in body.replace("http://www.w3.org", "").replace("http://127.0.0.1:8000", "")


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
    answer = Client().post(link(town), bob(town), HTTP_ACCEPT_LANGUAGE="sv")
    assert answer.status_code == 200
    assert "Tack, Bob!" in answer.content.decode()
    friend = town.contact("Bob")
    assert (friend.phone, friend.language) == ("+13035550143", "sv")
    referral = Referral.objects.get(friend=friend)
    assert (referral.referrer.name, referral.how) == ("Ann Berg", "link")
    assert Event.objects.get(type="callback.requested").data["message"] == "The lawn, please"


def test_the_button_pressed_twice_is_one_request(town: Town) -> None:
    for _press in range(2):
        assert Client().post(link(town), bob(town)).status_code == 200
    assert Event.objects.filter(type="callback.requested").count() == 1
    assert Client().post(link(town), bob(town) | {"message": "And the hedge"}).status_code == 200
    assert Event.objects.filter(type="callback.requested").count() == 2
    assert Referral.objects.count() == 1


def test_a_form_with_faults_keeps_what_was_written_and_records_nothing(town: Town) -> None:
    for wrong in ({"phone": ""}, {"name": " "}, {"email": "bob@"}, {"phone": "12"}):
        answer = Client().post(link(town), bob(town) | wrong)
        assert answer.status_code == 422, wrong
        assert "The lawn, please" in answer.content.decode()
        assert 'aria-invalid="true"' in answer.content.decode()
    assert not Contact.objects.filter(name__startswith="Bob").exists()


def test_a_robot_that_fills_the_trap_is_thanked_and_forgotten(town: Town) -> None:
    before = Event.objects.count()
    answer = Client().post(link(town), bob(town) | {"website": "https://spam.example"})
    assert answer.status_code == 200
    assert Event.objects.count() == before


def test_one_address_cannot_flood_the_form_and_another_is_not_hindered(town: Town) -> None:
    for n in range(20):
        assert Client().post(link(town), bob(town) | {"phone": f"303 555 02{n:02}"}).status_code == 200
    refused = Client().post(link(town), bob(town))
    assert refused.status_code == 429
    assert "a little too often" in refused.content.decode()
    assert Client(REMOTE_ADDR="10.1.2.3").post(link(town), bob(town)).status_code == 200


def test_the_page_needs_and_sets_no_cookie(town: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(link(town), bob(town)).status_code == 200
    client.get(link(town))
    assert not client.cookies
    assert Referral.objects.count() == 1


def test_an_old_customer_s_request_is_taken_and_no_referral_is_made(town: Town) -> None:
    town.person("Old Timer", phone="+13035550143")
    town.job("old", "paid", ago=timedelta(days=2))
    assert Client().post(link(town), bob(town)).status_code == 200
    assert Referral.objects.count() == 0
    assert Event.objects.get(type="callback.requested").state == "settled"


def test_opening_the_link_is_counted_by_day_and_posting_is_not(town: Town) -> None:
    client = Client()
    client.get(link(town))
    client.get(link(town))
    client.head(link(town))
    client.post(link(town), bob(town))
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


@pytest.mark.parametrize(
    ("target", "led_to"),
    [
        ("https://fern.example", "https://fern.example?ref=NEW"),
        ("https://fern.example/a?ref=old&ref=older&q=a+b", "https://fern.example/a?q=a+b&ref=NEW"),
        ("https://fern.example/#/book?x=1", "https://fern.example/?ref=NEW#/book?x=1"),
        ("https://fern.example/?empty=&flag", "https://fern.example/?empty=&flag=&ref=NEW"),
        ("https://fern.example/?q=gr%C3%A4s&é=ü", "https://fern.example/?q=gr%C3%A4s&%C3%A9=%C3%BC&ref=NEW"),
        ("https://blåbär.example/välkommen", "https://blåbär.example/välkommen?ref=NEW"),
        ("http://fern.example:8080/x", "http://fern.example:8080/x?ref=NEW"),
    ],
)  # fmt: skip
def test_the_code_is_added_to_whatever_address_the_business_has(target: str, led_to: str) -> None:
    assert with_code(own_site(target), "NEW") == led_to


@pytest.mark.parametrize(
    "target",
    ["", "fern.example", "//evil.example", "javascript:alert(1)", "data:text/html,x", "https:///x",
     "https://fern.example\\@evil.example", "https://fern.example@evil.example",
     "https://fern.example/\r\nSet-Cookie: a", "https://fern.example/a b", "https://[bad",
     "https://fern.example:99999/", "ftp://fern.example"],
)  # fmt: skip
def test_an_address_that_no_browser_should_follow_shows_our_own_page_instead(target: str, town: Town) -> None:
    Setting.objects.create(business=town.business, key="link_target", value=target, since=town.now - timedelta(1))
    answer = Client().get(link(town))
    assert (answer.status_code, own_site(target)) == (200, "")


def test_nothing_the_visitor_writes_decides_where_the_link_leads(town: Town) -> None:
    Setting.objects.create(
        business=town.business, key="link_target", value="https://fern.example/", since=town.now - timedelta(1)
    )
    there = f"https://fern.example/?ref={town.contact('Ann').code}"
    for tried in ("?next=https://evil.example", "?link_target=https://evil.example", "?url=//evil.example&ref=X"):
        answer = Client().get(link(town) + tried, headers={"x-forwarded-host": "evil.example"})
        assert (answer["Location"], dict(answer.cookies)) == (there, {})


@pytest.mark.requirement("R38")
@pytest.mark.requirement("R39")
def test_the_way_is_three_short_steps_and_the_terms_are_one_tap_away(town: Town) -> None:
    body = Client().get(link(town)).content.decode()
    steps = re.findall(r"<h3[^>]*>([^<]+)</h3>", body)
    assert steps == ["Leave your name and number", "We call you back and find a time",
                     "You get 10% off a later visit (at most $50.00)"]  # fmt: skip
    assert f'href="{link(town)}/terms"' in body
    assert f'href="{link(town)}/terms' in Client().post(link(town), bob(town)).content.decode()
    terms = Client().get(f"{link(town)}/terms")
    told = terms.content.decode()
    assert terms.status_code == 200
    assert "When a referred friend gets in touch, the friend gets 10% off a later visit (at most $50.00)." in told
    assert "If the job is cancelled or refunded, the reward is taken back." in told
    assert re.search(r"In force since \w+ \d+, 20\d\d; read on \w+ \d+, 20\d\d\.", told)
    assert "noindex" in terms["X-Robots-Tag"]


def test_the_terms_keep_the_language_and_lead_back(town: Town) -> None:
    answer = Client().get(f"{link(town)}/terms?lang=sv")
    assert answer["Content-Language"] == "sv"
    assert f'href="{link(town)}?lang=sv"' in answer.content.decode()


def test_terms_for_single_people_and_clubs_are_nobody_else_s_business(town: Town) -> None:
    publish(business=town.business, actor="test", now=town.now, text=PRIVATE)
    told = Client().get(f"{link(town)}/terms").content.decode()
    assert "$10.00" in told
    for secret in ("Gold circle", "VIP", "$77.00", "con_"):
        assert secret not in told


def test_without_a_programme_the_terms_lead_to_the_kind_page_and_without_a_code_nowhere(town: Town) -> None:
    assert Client().get("/r/BCDFGHJKL/terms").status_code == 404
    Programme.objects.update(ended_at=town.now)
    assert Client().get(f"{link(town)}/terms")["Location"] == link(town)


def test_a_choice_of_language_needs_no_script_and_offers_those_the_business_writes_in(town: Town) -> None:
    body = Client().get(link(town)).content.decode()
    assert re.findall(r'href="\?lang=(\w+)"', body) == ["en", "sv", "ar"]
    Setting.objects.create(business=town.business, key="languages", value=["en"], since=town.now - timedelta(1))
    assert "?lang=" not in Client().get(link(town)).content.decode()


def test_what_a_message_previews_names_the_first_name_only_and_no_crawler_keeps_it(town: Town) -> None:
    answer = Client().get(link(town))
    body = answer.content.decode()
    said = "Ann thought of you. Leave your number and Fern Lawn Care calls you back."
    assert f'<meta name="description" content="{said}">' in body
    assert f'<meta property="og:description" content="{said}">' in body
    assert '<meta name="robots" content="noindex">' in body
    assert answer["X-Robots-Tag"] == "noindex"
    robots = Client().get("/robots.txt").content.decode()
    assert "Disallow: /u/" in robots
    assert "/r/" not in robots


def test_a_form_that_comes_back_at_once_is_asked_to_be_sent_again_and_then_taken(town: Town) -> None:
    with time_machine.travel(timezone.now(), tick=False):  # or a slow machine is slow enough for a person
        for early in (bob(town, ago=0), BOB, BOB | {"opened": "1:forged"}, filled("another page")):
            answer = Client().post(link(town), early)
            body = answer.content.decode()
            assert answer.status_code == 422
            assert "Please press the button once more" in body
            assert "The lawn, please" in body
        assert not Event.objects.filter(type="callback.requested").exists()
        kept = bob(town, ago=1)
        assert kept["opened"] in Client().post(link(town), kept).content.decode()
        assert Client().post(link(town), bob(town, ago=3)).status_code == 200


def test_one_link_cannot_be_flooded_from_many_addresses(town: Town) -> None:
    for n in range(200):
        Client(REMOTE_ADDR=f"10.0.{n // 250}.{n % 250 + 1}").post(link(town), bob(town) | {"website": "x"})
    assert Client(REMOTE_ADDR="10.9.9.9").post(link(town), bob(town)).status_code == 429
    assert Referral.objects.count() == 0


def test_a_name_made_of_markup_is_shown_as_words(town: Town) -> None:
    town.person("<script>alert(1)</script> Berg", phone="+13035550150")
    answer = Client().get(link(town, "<script>"))
    assert "<script" not in answer.content.decode()
    code = town.contact("<script>").code
    told = filled(code, name="<img/src=x> Haddad")
    assert "<img/src" not in Client().post(f"/r/{code}", told).content.decode()


def test_a_blocked_referrer_s_friend_is_welcome_and_nobody_is_credited(town: Town) -> None:
    Contact.objects.filter(name="Ann Berg").update(blocked=True)
    assert Client().get(link(town)).status_code == 200
    assert Client().post(link(town), bob(town)).status_code == 200
    assert Contact.objects.filter(name="Bob Haddad").exists()
    assert Referral.objects.count() == 0


@pytest.mark.requirement("R106")
def test_when_the_programme_has_ended_the_page_is_kind_and_still_records_who_sent(town: Town) -> None:
    Programme.objects.update(ended_at=town.now)
    page = Client().get(link(town)).content.decode()
    assert "This offer has ended. You are still welcome." in page
    assert "10%" not in page
    assert Client().post(link(town), bob(town)).status_code == 200
    assert Referral.objects.get().referrer == town.contact("Ann")


def test_the_link_of_a_withdrawn_customer_promises_nothing_and_still_records_who_sent(town: Town) -> None:
    ann = town.contact("Ann")
    Contact.objects.filter(pk=ann.pk).update(withdrawn_at=town.now, name="")
    answer = Client().get(f"/r/{ann.code}")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "This link brings no offer at the moment. You are still welcome." in page
    assert not any(each in page for each in ("10%", "A friend thought of you", "We thank", "has ended"))
    assert Client().get(f"/r/{ann.code}/terms").status_code in (302, 404)
    told = Client().post(f"/r/{ann.code}", filled(ann.code, name="Bob Haddad"))
    assert told.status_code == 200
    assert "10%" not in told.content.decode()
    assert Visit.objects.get(contact=ann).count == 1
    event = Event.objects.get(type="callback.requested")
    assert (event.data["code"], event.state) == (ann.code, "settled")
    refused = Decision.objects.get(event=event, kind="attribution_refused")
    assert refused.codes == ["code_withdrawn"]
    assert Referral.objects.count() == 0


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
    Client().post(f"/r/{old}", bob(town))
    assert Referral.objects.get().referrer == town.contact("Ann")


def test_the_picture_of_a_link_is_an_svg_of_its_own(town: Town) -> None:
    answer = Client().get(reverse("pages:qr", args=[town.contact("Ann").code]))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    assert answer.content.startswith(b"<?xml")
    assert Client().get(reverse("pages:qr", args=["BCDFGHJKL"])).status_code == 404
