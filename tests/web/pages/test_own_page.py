"""A customer's own page: the link passed on and counted as theirs, and how it goes, for their eyes (R90, R93, R123)."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from goodword.flow.publish import publish
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.outbox.links import own_page, own_token, read_own_token, referral_link, stop_token
from goodword.outbox.models import Message
from goodword.people.models import Contact
from goodword.referrals.models import Share
from goodword.reports import sharing
from goodword.rewards.models import Reward
from tests.web.town import PROGRAMME, Town, bustling, found, lived_in, signed_in

pytestmark = pytest.mark.django_db
PRESS = "abcdef123"
QUIET = {"X-Quiet": "1"}


@pytest.fixture
def town() -> Town:
    cache.clear()
    return lived_in()


def page(town: Town, name: str = "Ann") -> str:
    return f"/share/{own_token(town.contact(name).code)}"


def shares() -> list[tuple[str, str, str]]:
    return list(Share.objects.order_by("pk").values_list("contact__name", "source", "channel"))


@pytest.mark.requirement("R90")
def test_the_page_says_what_both_get_and_has_the_text_ready_with_the_friend_s_link(town: Town) -> None:
    answer = Client().get(page(town))
    told, body = answer.context, answer.content.decode()
    assert told["friend_gets"] == "Your friend gets 10% off a later visit (at most $50.00)"
    assert told["you_get"][0] == "When a referred friend books a job, you get $10.00 of account credit."
    link = referral_link(town.contact("Ann").code)
    ways = {way["channel"]: unquote(way["url"]) for way in told["ways"]}
    said = f"I can recommend Fern Lawn Care. Here is my link: {link}"
    assert ways == {
        "sms": f"sms:?&body={said}",
        "whatsapp": f"https://wa.me/?text={said}",
        "email": f"mailto:?subject=Fern Lawn Care&body={said}",
    }
    assert own_token(town.contact("Ann").code) not in "".join(ways.values())
    assert f"/u/{stop_token(code=town.contact('Ann').code, channel='sms')}" in body
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex"
    assert not answer.cookies


@pytest.mark.requirement("R93")
def test_it_tells_how_far_friends_came_and_what_is_theirs_but_never_who(town: Town) -> None:
    answer = Client().get(page(town))
    told, body = answer.context, answer.content.decode()
    assert [(each["initials"], each["text"]) for each in told["friends"]] == [
        ("D. N.", "got in touch"),
        ("B. H.", "is our customer now"),
    ]
    assert (told["numbers"].referrals, told["numbers"].closed) == (2, 1)
    (credit,) = told["balances"]
    assert credit["redeemable"].units + credit["pending"].units == 3500
    assert {each["title"] for each in told["rewards"]} == {
        "$10.00 of account credit", "$25.00 of account credit", "“One weed treatment”",
    }  # fmt: skip
    for secret in ("Bob", "Haddad", "Dee", "Nystr", "Berg", "0142", "0143", "ann@berg", "dee@", "Elm Street"):
        assert secret not in body, secret
    assert town.contact("Bob").code not in body


def test_what_waits_is_told_with_the_day_from_which_it_is_usable(town: Town) -> None:
    held = PROGRAMME.replace("id: neighbours", "id: patient").replace("Neighbours of", "Patience of")
    held = held.replace("to: referrer, give: service_credit, amount: 10.00", "to: referrer, give: service_credit, "
                        "amount: 10.00, hold: 14d")  # fmt: skip
    publish(business=town.business, text=held.replace("starts: 2020-01-01", ""), actor="test", now=town.now)
    town.now = timezone.now()
    town.person("Hal Ek", referred_by={"code": town.contact("Cy").code}, how="link")
    town.job("hal", "booked")
    told = Client().get(page(town, "Cy")).context
    (credit,) = told["balances"]
    assert credit["pending"].units == 1000
    assert credit["redeemable"].units == 1000  # of the other programme, without a hold
    assert credit["pending_until"] > timezone.now() + timedelta(days=13)
    assert {each["word"] for each in told["rewards"]} == {"On its way", "Yours"}
    assert [each["note"][:12] for each in told["rewards"] if each["word"] == "On its way"] == ["usable from "]


def test_a_discount_s_code_is_never_on_the_page(town: Town) -> None:
    code = Reward.objects.exclude(code="").exclude(code=None).values_list("code", flat=True).first()
    assert code
    body = Client().get(page(town, "Bob")).content.decode()
    assert "10% off" in body
    assert code not in body.replace("-", "").replace(" ", "")


@pytest.mark.requirement("R123")
def test_a_press_is_one_share_of_the_customer_and_the_report_counts_the_friend_who_follows(town: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    for _press in range(3):
        answer = client.post(page(town, "Cy"), {"channel": "whatsapp", "press": PRESS}, headers=QUIET)
        assert (answer.status_code, answer.content) == (204, b"")
    client.post(page(town, "Cy"), {"channel": "email", "press": PRESS}, headers=QUIET)
    assert shares() == [("Cy Stranger", "customer", "whatsapp"), ("Cy Stranger", "customer", "email")]
    assert {e.actor for e in Event.objects.filter(type="link.shared")} == {"customer"}
    client.post(page(town, "Cy"), {"channel": "whatsapp", "press": "another1"}, headers=QUIET)  # opened again
    assert len(shares()) == 3
    town.now = timezone.now()
    town.person("Hal Ek", referred_by={"code": town.contact("Cy").code}, how="link")
    ways = {way.source: way for way in sharing.ways(business=town.business, start=None, end=None, days=30)}
    assert (ways["customer"].shares, ways["customer"].arrived) == (3, 1)
    assert [(way.shares, way.arrived) for source, way in ways.items() if source != "customer"] == [(0, 0)] * 3


def test_without_a_script_a_form_does_it_and_says_thanks_in_the_language_asked_for(town: Town) -> None:
    answer = Client().post(page(town) + "?lang=sv", {"channel": "qr", "press": PRESS}, follow=True)
    assert answer.redirect_chain == [(page(town) + "?lang=sv&passed=1", 302)]
    assert "Tack för att du delar den." in answer.content.decode()
    assert shares() == [("Ann Berg", "customer", "qr")]


def test_a_look_changes_nothing_and_nonsense_is_not_written_down(town: Town) -> None:
    Client().get(page(town))
    Client().head(page(town))
    for said in ({}, {"channel": "pigeon", "press": PRESS}, {"channel": "sms"}, {"channel": "sms", "press": "a b"},
                 {"channel": "sms", "press": "x" * 41}):  # fmt: skip
        assert Client().post(page(town), said).status_code == 422
        assert Client().post(page(town), said, headers=QUIET).status_code == 422
    assert shares() == []


def test_a_token_that_was_guessed_or_altered_or_is_for_something_else_shows_nothing(town: Town) -> None:
    code, cy = town.contact("Ann").code, town.contact("Cy").code
    good = own_token(code)
    for token in (code, good[:-1] + ("A" if good[-1] != "A" else "B"), good.replace(code, cy), "x", "ü" * 30,
                  (stop := stop_token(code=code, channel="sms")), stop[1:], good.lower()):  # fmt: skip
        assert read_own_token(token) is None, token
        assert Client().get(f"/share/{token}").status_code == 404
        assert Client().post(f"/share/{token}", {"channel": "sms", "press": PRESS}).status_code == 404
    assert shares() == []


def test_another_business_s_customer_never_shows(town: Town) -> None:
    other = found("Ink and Steel", programme="")
    other.person("Ann Ink", phone="+13035550142")
    answer = Client().get(page(other))
    assert answer.context["brand"]["name"] == "Ink and Steel"
    assert (answer.context["friends"], answer.context["rewards"], answer.context["balances"]) == ([], [], [])
    assert "Fern" not in answer.content.decode()


def test_staff_who_look_over_the_shoulder_are_told_and_do_not_count(town: Town) -> None:
    client = signed_in(town.owner)
    body = client.get(page(town)).content.decode()
    assert "You are signed in as staff." in body
    assert "data-share-record" not in body
    assert client.post(page(town), {"channel": "sms", "press": PRESS}, headers=QUIET).status_code == 204
    assert shares() == []
    elsewhere = signed_in(found("Ink and Steel").owner)  # may well be a customer here
    elsewhere.post(page(town), {"channel": "sms", "press": PRESS}, headers=QUIET)
    assert shares() == [("Ann Berg", "customer", "sms")]


def test_the_page_survives_a_merge_and_closes_kindly_when_the_person_was_erased(town: Town) -> None:
    old = page(town, "Cy")
    town.tell("contact.merged", {"from": "cy", "into": "ann"})
    answer = Client().get(old)
    assert answer.context["link"] == referral_link(town.contact("Ann").code)
    Client().post(old, {"channel": "copy", "press": PRESS}, headers=QUIET)
    assert shares() == [("Ann Berg", "customer", "copy")]
    there, town.now = page(town), timezone.now()
    submit(business=town.business, type="contact.erased", now=timezone.now(),
           data={"contact": town.contact("Ann").public_id, "reason": "asked for it"}, actor="user:x")  # fmt: skip
    for url in (there, old):
        gone = Client().get(url)
        assert gone.status_code == 410
        assert "This page is closed" in gone.content.decode()
        assert Client().post(url, {"channel": "sms", "press": PRESS}).status_code == 410
    assert len(Share.objects.all()) == 1


def test_the_page_of_a_customer_who_was_withdrawn_is_closed(town: Town) -> None:
    there = page(town)
    Contact.objects.filter(pk=town.contact("Ann").pk).update(withdrawn_at=timezone.now())
    assert Client().get(there).status_code == 410
    assert Client().post(there, {"channel": "sms", "press": PRESS}).status_code == 410
    assert not Share.objects.exists()


def test_a_business_that_is_gone_leaves_a_kind_word(town: Town) -> None:
    answer = Client().get(f"/share/{own_token('BCDFGHJKL')}")  # ours, and nobody has this code any more
    assert answer.status_code == 410
    assert "This page is closed" in answer.content.decode()
    assert "Fern" not in answer.content.decode()


@pytest.mark.requirement("R96")
def test_an_unhappy_a_complaining_and_a_blocked_customer_are_not_asked_but_see_what_is_theirs(town: Town) -> None:
    def told(name: str) -> tuple[str, bool]:
        answer = Client().get(page(town, name))
        return answer.context["stopped"], "wa.me" in answer.content.decode()

    assert told("Eve") == ("unhappy", False)
    submit(business=town.business, type="complaint.changed", actor="user:x", now=town.now,
           data={"contact": town.contact("Ann").public_id, "open": True})  # fmt: skip
    assert told("Ann") == ("unhappy", False)
    assert Client().get(page(town)).context["rewards"]
    Contact.objects.filter(pk=town.contact("Cy").pk).update(blocked=True)
    assert told("Cy") == ("blocked", False)
    data = {"contact": town.contact("Bob").public_id, "channel": "sms", "granted": False, "how": "by phone"}
    submit(business=town.business, type="consent.changed", actor="user:x", now=town.now, data=data)
    assert told("Bob") == ("", True)  # a no to our messages forbids nobody to pass a link on


def test_when_no_programme_is_open_the_page_says_so_and_the_link_keeps_working() -> None:
    town = found(programme="")
    town.person("Ann Berg")
    answer = Client().get(page(town))
    assert (answer.context["stopped"], answer.context["you_get"]) == ("ended", [])
    assert "There is no reward for it at the moment." in answer.content.decode()
    assert "wa.me" in answer.content.decode()
    gold = PROGRAMME.replace("friends: new", "friends: new\nreferrers: [club:gold]")
    publish(business=town.business, text=gold, actor="test", now=town.now)
    assert Client().get(page(town)).context["stopped"] == "ended"  # nobody is promised what is not for them
    town.person("Ann Berg", clubs=["gold"])
    assert Client().get(page(town)).context["stopped"] == ""


def test_it_speaks_the_customer_s_language_unless_another_is_asked_for(town: Town) -> None:
    browser = Client(headers={"Accept-Language": "ar"})
    assert browser.get(page(town))["Content-Language"] == "ar"  # nobody told us Ann's
    Contact.objects.filter(pk=town.contact("Ann").pk).update(language="sv-SE")
    answer = browser.get(page(town))
    assert answer["Content-Language"] == "sv"
    assert answer.context["friend_gets"].startswith("Din vän får 10")
    assert browser.get(page(town) + "?lang=en")["Content-Language"] == "en"


def test_who_presses_without_end_is_stopped_and_nobody_else_is(town: Town) -> None:
    client = Client()
    for n in range(60):
        said = {"channel": "sms", "press": f"press-{n:03}"}
        assert client.post(page(town), said, headers=QUIET).status_code == 204
    assert client.post(page(town), {"channel": "sms", "press": "press-061"}, headers=QUIET).status_code == 429
    assert "a little too often" in client.post(page(town), {"channel": "sms", "press": "press-062"}).content.decode()
    assert Share.objects.count() == 60
    assert client.post(page(town, "Cy"), {"channel": "sms", "press": PRESS}, headers=QUIET).status_code == 204


def test_statements_stay_few_however_many_friends_came(django_assert_max_num_queries: object) -> None:
    few, many = lived_in("Small Town"), bustling()
    with django_assert_max_num_queries(18):  # type: ignore[operator]
        Client().get(page(few))
    with django_assert_max_num_queries(18):  # type: ignore[operator]
        Client().get(page(many))


@pytest.mark.requirement("R90")
def test_messages_that_invite_and_thank_carry_the_page_and_the_link_for_friends_stays_the_friends(town: Town) -> None:
    ann = town.contact("Ann")
    for template in ("referral_invitation", "reward_issued", "reward_promised"):
        message = Message.objects.filter(template=template, contact=ann).earliest("pk")
        assert own_page(ann.code) in message.body, template
    invitation = Message.objects.get(template="referral_invitation", contact=ann)
    assert f"pass on: {referral_link(ann.code)}\n" in invitation.body
    assert "/share/" not in Message.objects.get(template="friend_welcome", contact=town.contact("Bob")).body


def test_the_office_opens_it_from_the_customer_and_a_technician_does_not(town: Town) -> None:
    where, ann = f"/console/customers/{town.contact('Ann').public_id}", town.contact("Ann")
    assert own_page(ann.code) in signed_in(town.owner).get(where).content.decode()
    assert "/share/" + ann.code not in signed_in(town.staff("technician")).get(where).content.decode()
