"""The technician at the customer's door: the day's jobs, the link, and what is written down (R123)."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from goodword.business.models import User
from goodword.flow.submit import submit
from goodword.people.models import Contact
from goodword.referrals.models import Share
from goodword.web.console.today import address_line
from goodword.work.models import Job
from tests.web.town import Town, found, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R123")]


@pytest.fixture
def tim(town: Town) -> User:
    return town.staff("technician")


@pytest.fixture
def phone(tim: User) -> Client:
    return signed_in(tim)


def page_of(town: Town, name: str, page: str = "customer_visit") -> str:
    return reverse(f"console:{page}", args=[town.contact(name).public_id])


def test_a_technician_lands_on_the_jobs_that_were_finished_on_the_day() -> None:
    town = found()
    town.person("Ann Berg", phone="+13035550142", address={"line1": "12 Elm St", "city": "Denver"})
    town.job("ann", "completed", name="a", services=["Hedge trimming"], total=9000)
    town.person("Bob Haddad")
    town.job("bob", "completed", name="b", ago=timedelta(days=1))
    town.job("bob", "invoiced", name="b")
    town.person("Cy Stranger")
    town.job("cy", "booked", name="c")
    client = signed_in(town.staff("technician"))
    page = client.get(reverse("console:overview"), follow=True)
    assert page.redirect_chain == [(reverse("console:today"), 302)]
    (visit,) = page.context["visits"]
    assert (visit["name"], visit["address"], visit["work"]) == ("Ann Berg", "12 Elm St, Denver", "Hedge trimming")
    yesterday = client.get(reverse("console:today") + "?day=yesterday").context["visits"]
    assert [visit["name"] for visit in yesterday] == ["Bob Haddad"]
    Job.objects.filter(external_id="a").update(location="north")
    assert [v["name"] for v in client.get(reverse("console:today") + "?location=south").context["visits"]] == []


def test_a_sale_without_a_job_is_finished_work_too(town: Town, phone: Client) -> None:
    ticket = {"external_id": "T1", "contact": "cy", "currency": "USD",
              "lines": [{"kind": "service", "description": "Cut", "quantity": 1, "unit_price": 4000}]}  # fmt: skip
    town.tell("ticket.closed", {"ticket": ticket})
    assert phone.get(reverse("console:today")).context["visits"][0]["name"] == "Cy Stranger"


def test_the_text_is_ready_in_the_customer_s_language_for_both_kinds_of_phone(town: Town, phone: Client) -> None:
    Contact.objects.filter(pk=town.contact("Ann").pk).update(language="sv")
    told = phone.get(page_of(town, "Ann")).context
    ways = {way["channel"]: way["url"] for way in told["ways"]}
    assert list(ways) == ["sms", "whatsapp", "email"]
    assert ways["sms"].startswith("sms:+13035550142?&body=")
    said = unquote(ways["sms"].partition("body=")[2])
    assert said == (
        "Hej Ann, det är Fern Lawn Care. Om en vän eller granne behöver oss är det här din egen länk att dela: "
        f"{told['customer']['link']}"
    )
    assert ways["whatsapp"].startswith("https://wa.me/13035550142?text=Hej%20Ann")
    without = {way["channel"]: way["url"] for way in phone.get(page_of(town, "Dee")).context["ways"]}
    assert without["sms"].startswith("sms:?&body=")  # no number: the phone asks whom to write to


def test_a_share_is_written_down_once_with_who_and_how(town: Town, tim: User, phone: Client) -> None:
    url, said = page_of(town, "Ann", "customer_share"), {"channel": "sms", "press": "abcdef123"}
    for _ in range(2):
        answer = phone.post(url, said, headers={"X-Quiet": "1"})
        assert (answer.status_code, answer.content) == (204, b"")
    share = Share.objects.get()
    assert (share.source, share.channel, share.contact) == ("technician", "sms", town.contact("Ann"))
    assert share.event is not None
    assert share.event.actor == f"user:{tim.email}"
    by_form = phone.post(url, {"channel": "qr", "press": "abcdef123", "back": "visit"})
    assert by_form["Location"] == page_of(town, "Ann")
    assert list(Share.objects.order_by("pk").values_list("channel", flat=True)) == ["sms", "qr"]
    office = signed_in(town.staff("office"))
    office.post(url, said)
    assert Share.objects.latest("pk").source == "staff"
    town.job("ann", "completed", name="now")
    (visit,) = [v for v in phone.get(reverse("console:today")).context["visits"] if v["name"] == "Ann Berg"][:1]
    assert visit["shared"] is True


def test_a_viewer_and_another_business_pass_nothing_on(town: Town) -> None:
    said = {"channel": "sms", "press": "abcdef123"}
    assert signed_in(town.staff("viewer")).post(page_of(town, "Ann", "customer_share"), said).status_code == 403
    assert signed_in(found("Ink and Steel").owner).post(page_of(town, "Ann", "customer_share"), said).status_code == 404
    assert Share.objects.count() == 0


@pytest.mark.requirement("R96")
def test_nobody_is_asked_who_was_unhappy_complains_or_does_not_want_to(town: Town, phone: Client) -> None:
    def told(name: str) -> tuple[str, bool, int]:
        page = phone.get(page_of(town, name)).context
        return page["stopped"], page["may_show"], len(page["ways"])

    assert told("Eve") == ("unhappy", False, 0)
    assert b"Better not ask today" in phone.get(page_of(town, "Eve")).content
    cy = {"contact": town.contact("Cy").public_id}
    for kind, data in (
        ("complaint.changed", {"open": True}),
        ("consent.changed", {"channel": "any", "granted": False}),
    ):
        submit(business=town.business, type=kind, data=cy | data, actor="user:x", now=town.now)
    assert told("Cy") == ("complaint", False, 0)
    submit(business=town.business, type="complaint.changed", data=cy | {"open": False}, actor="user:x", now=town.now)
    assert told("Cy") == ("opted_out", True, 0)
    Contact.objects.filter(pk=town.contact("Cy").pk).update(blocked=True)
    assert told("Cy") == ("blocked", False, 0)


def test_the_score_can_be_given_at_the_door(town: Town, phone: Client) -> None:
    job = phone.get(page_of(town, "Bob")).context["job"]
    url = reverse("console:customer_score", args=[town.contact("Bob").public_id])
    answer = phone.post(url, {"job": job["id"], "score": "5", "back": "visit"})
    assert answer["Location"] == page_of(town, "Bob")
    assert phone.get(page_of(town, "Bob")).context["job"] is None


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (None, ""), ("12 Elm St\nDenver", "12 Elm St Denver"), ({}, ""),
        ({"city": "Denver", "line1": "12 Elm St", "line2": "", "country": "US", "x": "4"}, "12 Elm St, Denver, 4"),
    ],
)  # fmt: skip
def test_an_address_is_read_in_one_line(told: object, line: str) -> None:
    assert address_line(told) == line


def test_a_technician_sees_no_balance_no_reward_and_no_message(town: Town, phone: Client) -> None:
    ann = town.contact("Ann")
    office = signed_in(town.staff("office"))
    url = reverse("console:customer", args=[ann.public_id])
    assert "Service credit" in office.get(url).content.decode()
    for tab in ("", "value", "messages", "history", "friends", "work", "details"):
        page = phone.get(f"{url}?tab={tab}")
        assert page.status_code == 200
        body = page.content.decode()
        assert "Service credit" not in body, tab
        assert 'href="?tab=value"' not in body
        assert "Reward earned" not in body
        assert "/statement" not in body
    assert "Redeemable" in office.get(reverse("console:customers")).content.decode()
    assert "Redeemable" not in phone.get(reverse("console:customers")).content.decode()
    for page in ("statement", "statement_pdf", "statement_csv", "why"):
        assert phone.get(reverse(f"console:customer_{page}", args=[ann.public_id])).status_code == 403


def test_a_technician_opens_a_complaint_and_closes_none_and_blocks_nobody(town: Town, phone: Client) -> None:
    complaint, block = (page_of(town, "Ann", f"customer_{page}") for page in ("complaint", "block"))
    assert phone.post(complaint, {"to": "yes"}).status_code == 302
    assert phone.get(complaint).status_code == 403
    assert phone.post(complaint, {"to": "no"}).status_code == 403
    assert phone.post(block, {"to": "yes"}).status_code == 403
    ann = town.contact("Ann")
    assert (ann.complaint_open, ann.blocked) == (True, False)
