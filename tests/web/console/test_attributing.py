"""Referred By at the console: found, looked at, saved once; a name that nobody knows is kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from goodword.flow.submit import submit
from goodword.inbox.models import Decision, Event
from goodword.people.models import Contact
from goodword.referrals.models import Referral
from goodword.reports.candidates import candidates, the_one
from goodword.reports.waiting import waiting
from goodword.rewards.models import Reward
from tests.web.town import Town, found, lived_in, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    made = lived_in()
    made.person("Anna Nyström", phone="+13035550222", address={"line1": "7 Birch Road", "city": "Denver"})
    made.person("Anna Nyström", external_id="anna-2", phone="+13035550333", address={"line1": "12 Elm Street"})
    made.person("عمر فاروق", phone="+13035550444")
    return made


def url(town: Town, name: str) -> str:
    return reverse("console:customer_attribute", args=[town.contact(name).public_id])


def names(town: Town, text: str, **how: Any) -> list[str]:
    return [found.name for found in candidates(business=town.business, text=text, **how)]


@pytest.mark.requirement("R118")
@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("ann berg", ["Ann Berg"]),
        ("BERG", ["Ann Berg"]),
        ("nystrom anna", ["Anna Nyström", "Anna Nyström"]),
        ("0142", ["Ann Berg"]),
        ("(303) 555-0142", ["Ann Berg"]),
        ("12 elm str", ["Anna Nyström"]),
        ("birch", ["Anna Nyström"]),
        ("ann@berg", ["Ann Berg"]),
        ("عمر", ["عمر فاروق"]),
        ("erg", []),
        ("  ", []),
        ("[a-z", []),
    ],
)
def test_a_person_is_found_by_the_beginning_of_a_name_a_number_a_street(text: str, who: list[str], town: Town) -> None:
    assert names(town, text) == who


def test_a_code_finds_its_owner_and_another_business_finds_nobody(town: Town) -> None:
    code = town.contact("Ann Berg").code
    assert names(town, code.lower()) == ["Ann Berg"]
    beside = found("Ink and Steel")
    assert names(beside, code) == names(beside, "Ann") == []


def test_a_name_as_it_was_remembered_finds_those_who_are_alike_the_likeliest_first(town: Town) -> None:
    assert names(town, "Anne Nystrand from next door", loosely=True)[0] == "Anna Nyström"
    assert names(town, "Mrs Haddad", loosely=True) == ["Bob Haddad"]
    assert names(town, "Ann Berg", loosely=True)[0] == "Ann Berg"
    assert names(town, "Zoe", loosely=True) == []


def test_only_one_exact_name_is_taken_without_asking(town: Town) -> None:
    ann = town.contact("Ann Berg").public_id
    assert the_one(business=town.business, text="ann berg") == ann
    assert the_one(business=town.business, text="Ann") == ""
    assert the_one(business=town.business, text="Anna Nyström") == ""


def test_people_of_one_name_are_told_apart(town: Town, desk: Client) -> None:
    told = desk.post(url(town, "Cy"), {"referrer": "anna"}).context["candidates"]
    assert [(one.phone_end, one.street) for one in told] == [("0333", "12 Elm Street"), ("0222", "7 Birch Road")]
    (ann,) = desk.post(url(town, "Cy"), {"referrer": "ann b"}).context["candidates"]
    assert (ann.referrals, ann.last_job) == (2, "Lawn renovation")
    page = desk.post(url(town, "Cy"), {"referrer": "anna"}).content.decode()
    assert "+13035550333" not in page


def test_suggestions_take_as_many_statements_for_many_as_for_few(town: Town, desk: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as told:
            desk.post(url(town, "Cy"), {"referrer": "anna"}, headers={"HX-Request": "true"})
        return len(told)

    town.job("anna", "completed")
    asked()
    few = asked()
    for n in range(6):
        town.person(f"Anna Number{n}", external_id=f"anna{n}", phone=f"+1303558{n:04}")
        town.job(f"anna{n}", "completed")
    assert asked() == few <= 20


@pytest.mark.requirement("R83")
@pytest.mark.requirement("R84")
def test_it_is_looked_at_before_it_is_saved_and_locked_after(town: Town, desk: Client) -> None:
    cy, ann = town.contact("Cy"), town.contact("Ann Berg")
    before = (Event.objects.count(), Reward.objects.count(), Decision.objects.count())
    seen = desk.post(url(town, "Cy"), {"referrer": "ann@berg.example"})
    assert seen.status_code == 200
    assert seen.context["referrer"].id == ann.public_id
    (welcome,) = seen.context["decisions"]
    assert welcome["sentence"].startswith("Cy Stranger gets 10% off a later visit")
    assert [promise.programme for promise in seen.context["programmes"]] == ["Neighbours of Fern Lawn Care"]
    assert "Saving locks it" in seen.content.decode()
    assert (Event.objects.count(), Reward.objects.count(), Decision.objects.count()) == before
    saved = desk.post(url(town, "Cy"), {"chosen": ann.public_id, "do": "save"})
    assert saved["Location"] == reverse("console:customer", args=[cy.public_id])
    referral = Referral.objects.get(friend=cy)
    assert (referral.referrer, referral.how) == (ann, "name")
    assert [r.rule for r in Reward.objects.filter(referral=referral)] == [welcome["rule"]]  # as it was shown
    assert Event.objects.get(type="referral.attributed").actor == f"user:{town.owner.email}"
    locked = desk.get(url(town, "Cy"))
    assert locked.context["locked"]["can_remove"] is True
    again = desk.post(url(town, "Cy"), {"chosen": town.contact("Eve").public_id, "do": "save"})
    assert again.status_code == 422
    assert "already has a referrer" in again.content.decode()
    assert Referral.objects.get(friend=cy).referrer == ann


@pytest.mark.requirement("R83")
@pytest.mark.parametrize(
    ("friend", "referrer", "said"),
    [
        ("Cy", "Cy", "same person"),
        ("Eve", "Cy", "already had a job"),
        ("Bob", "Cy", "already has a referrer"),
        ("Ann Berg", "Bob", "The friend had referred the referrer"),
    ],
)
@pytest.mark.parametrize("act", ["preview", "save"])
def test_a_refused_claim_is_told_before_and_changes_nothing(
    friend: str, referrer: str, said: str, act: str, town: Town, desk: Client
) -> None:
    answer = desk.post(url(town, friend), {"chosen": town.contact(referrer).public_id, "do": act})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Referral.objects.count() == 2
    assert "Save and lock" not in answer.content.decode()


def test_an_empty_box_asks_who_it_was(town: Town, desk: Client) -> None:
    answer = desk.post(url(town, "Cy"), {"referrer": " "})
    assert (answer.status_code, answer.context["fault"]) == (422, "Please say who it was.")


def test_a_stranger_of_another_business_can_be_nobody_s_referrer(town: Town, desk: Client) -> None:
    beside = found("Ink and Steel")
    beside.person("Moss Green", phone="+13035559999")
    moss = beside.contact("Moss").public_id
    assert desk.post(url(town, "Cy"), {"chosen": moss}).status_code == 404
    assert desk.post(url(town, "Cy"), {"chosen": moss, "do": "save"}).status_code == 404
    assert Referral.objects.filter(friend=town.contact("Cy")).count() == 0


@pytest.mark.requirement("R118")
def test_a_name_that_nobody_knows_is_kept_until_the_friend_has_a_referrer(town: Town, desk: Client) -> None:
    cy = town.contact("Cy")
    asked = desk.post(url(town, "Cy"), {"referrer": "Zoe from the  choir"})
    assert asked.context["candidates"] == []
    open_before = waiting(business=town.business, now=town.now).refused
    for _twice in range(2):
        assert desk.post(url(town, "Cy"), {"referrer": "Zoe from the  choir", "do": "keep"}).status_code == 302
    claim = Decision.objects.get(kind="attribution_refused", contact=cy.pk)
    assert (claim.codes, claim.trace["text"]) == (["unknown_referrer"], "Zoe from the choir")
    assert waiting(business=town.business, now=town.now).refused == open_before + 1
    told = desk.get(reverse("console:problems")).context["problems"][0]
    assert "Named as the referrer: Zoe from the choir." in told["detail"]
    assert told["url"] == url(town, "Cy")
    assert desk.get(url(town, "Cy")).context["claims"][0]["text"] == "Zoe from the choir"
    desk.post(url(town, "Cy"), {"chosen": town.contact("Ann Berg").public_id, "do": "save"})
    assert waiting(business=town.business, now=town.now).refused == open_before
    done = desk.get(reverse("console:problems") + "?state=done").context["problems"]
    assert [row["id"] for row in done] == [claim.pk]


@pytest.mark.requirement("R118")
def test_a_name_that_may_be_several_offers_them_on_the_friend_s_page(town: Town, desk: Client) -> None:
    made = desk.post(
        reverse("console:customer_new"), {"name": "Gil Costa", "phone": "303 555 0111", "referrer": "Anna Nystrom"}
    )
    gil = town.contact("Gil")
    assert made["Location"] == reverse("console:customer_attribute", args=[gil.public_id])
    page = desk.get(made["Location"])
    assert [one.name for one in page.context["candidates"]] == ["Anna Nyström", "Anna Nyström"]
    assert Referral.objects.filter(friend=gil).count() == 0


@pytest.mark.requirement("R118")
def test_a_name_in_a_call_back_without_a_code_is_kept_and_attributes_nobody(town: Town) -> None:
    data = {"name": "Ida", "phone": "+13035550666", "mentioned": "Ann Berg"}
    submit(business=town.business, type="callback.requested", data=data, actor="public", now=town.now)
    ida = town.contact("Ida")
    claim = Decision.objects.get(contact=ida.pk)
    assert (claim.codes, claim.trace["text"]) == (["unknown_referrer"], "Ann Berg")
    assert Referral.objects.filter(friend=ida).count() == 0
    submit(
        business=town.business, type="callback.requested", actor="public", now=town.now,
        data={"name": "Jo", "phone": "+13035550667", "code": town.contact("Ann Berg").code, "mentioned": "Ann"},
    )  # fmt: skip
    assert Referral.objects.get(friend=town.contact("Jo")).how == "link"
    assert Decision.objects.filter(contact=town.contact("Jo").pk, kind="attribution_refused").count() == 0


def test_a_technician_may_attribute_but_is_not_led_to_figures(town: Town) -> None:
    client = signed_in(town.staff("technician"))
    ann = town.contact("Ann Berg").public_id
    assert client.post(url(town, "Cy"), {"chosen": ann, "do": "save"}).status_code == 302
    locked = client.get(url(town, "Cy")).context["locked"]
    assert (locked["referral_id"], locked["can_remove"]) == ("", False)


def test_ten_thousand_customers_are_looked_through_in_a_moment(town: Town) -> None:
    Contact.objects.bulk_create(
        Contact(business=town.business, public_id=f"con_many{n}", code=f"MANY{n}", name=f"Person Number{n} Öst{n % 97}")
        for n in range(10_000)
    )
    began = timedelta(seconds=0)
    with CaptureQueriesContext(connection) as told:
        found_ones = names(town, "ost96 person")
    assert len(found_ones) == 8
    assert sum((timedelta(seconds=float(q["time"])) for q in told), began) < timedelta(seconds=2)
