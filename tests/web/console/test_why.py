"""*Why not?* answers the office's questions without calling anybody (R93, R96)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.people.models import Contact
from goodword.referrals.models import Referral
from tests.web.town import Town, found, signed_in

pytestmark = pytest.mark.django_db


def section(client: Client, contact: Contact, name: str) -> dict[str, Any]:
    told = client.get(reverse("console:customer_why", args=[contact.public_id])).context["sections"]
    return next((part for part in told if part["id"] == name), {"lines": [], "groups": []})


def said(client: Client, contact: Contact, name: str) -> list[tuple[str, str, str]]:
    return [(line["tone"], line["text"], line["next"]) for line in section(client, contact, name)["lines"]]


@pytest.mark.requirement("R93")
def test_why_did_bob_s_referrer_not_get_it_yet(town: Town, desk: Client) -> None:
    dee = town.contact("Dee")
    came = section(desk, dee, "came")["lines"]
    assert came[0]["text"].startswith("Sent by Ann Berg on ")
    assert came[0]["note"] == "Gave the referral code"
    assert said(desk, dee, "reached") == [
        ("warning", "Consultation: not yet", "The job has to be marked so in the booking system, or here."),
    ]  # fmt: skip
    rules = said(desk, dee, "rules")
    waits = "Ann Berg is rewarded when the stage “%s” is reached."
    assert rules[:3] == [("warning", waits % stage, "Not reached yet.") for stage in ("Booked", "Invoiced", "Paid")]
    assert rules[3][0] == "success"
    assert rules[3][1].startswith("Dee Nyström gets 10% off")


@pytest.mark.requirement("R93")
def test_a_referrer_sees_every_friend_s_state_and_what_was_checked(town: Town, desk: Client) -> None:
    groups = section(desk, town.contact("Ann"), "sent")["groups"]
    assert [group["title"] for group in groups] == ["Dee Nyström", "Bob Haddad"]
    bob = groups[1]["lines"]
    assert groups[1]["lead"].startswith("Paid: ")
    assert any(line["text"].startswith("Ann Berg gets $25.00 of account credit.") for line in bob)
    assert any(line["next"] == "It waits for a person to hand it over, on Rewards." for line in bob)
    assert said(desk, town.contact("Cy"), "sent")[0][1] == "Nobody has come by this customer’s link, code or name yet."


def test_called_off_work_and_a_removed_referral_are_told(town: Town, desk: Client) -> None:
    bob = town.contact("Bob")
    town.job("bob", "cancelled")
    assert said(desk, bob, "reached")[-1] == (
        "error", "The work was called off.", "A new job of this customer counts again.",
    )  # fmt: skip
    back = [line for line in said(desk, bob, "rules") if line[0] == "error"]
    assert len(back) == 3
    assert all("can be paid again" in line[2] for line in back)
    data = {"referral": Referral.objects.get(friend=bob).public_id, "reason": "Ann's husband"}
    submit(business=town.business, type="referral.removed", data=data, actor="user:o", now=town.now)
    (line,) = section(desk, bob, "came")["lines"]
    assert line["text"].startswith("Had been sent by Ann Berg; that was removed on ")
    assert line["note"] == "Ann's husband"
    assert said(desk, bob, "rules") == []


def test_a_claim_that_was_not_taken_says_why(town: Town, desk: Client) -> None:
    (fay,) = said(desk, town.contact("Fay"), "came")
    assert (fay[0], fay[2]) == ("warning", "Say who it was.")
    town.person("Eve Okafor", phone="+13035550177", referred_by={"code": town.contact("Ann").code})
    (eve,) = section(desk, town.contact("Eve"), "came")["lines"]
    assert eve["text"].startswith("Ann Berg was named on ")
    assert eve["note"] == "The friend already had a job or a ticket before the referral."


@pytest.mark.requirement("R96")
@pytest.mark.requirement("R98")
def test_why_somebody_was_asked_to_refer_or_not(town: Town, desk: Client) -> None:
    ann = said(desk, town.contact("Ann"), "ask")
    assert ann[0][1].startswith("Was last asked on ")
    assert ann[1][1] == "The customer was asked lately and is left in peace for now."
    assert said(desk, town.contact("Eve"), "ask")[0][1:] == (
        "The last score was 2; only customers who give 4 or more are asked.",
        "A better score for a later job changes that.",
    )
    assert said(desk, town.contact("Cy"), "ask") == [
        ("warning", "No work is completed yet.", "The ask comes after a completed job and a good score."),
    ]  # fmt: skip
    bob = said(desk, town.contact("Bob"), "ask")
    assert bob[0][1] == "The work is done, and nobody has said yet how it was."
    cy = town.contact("Cy")
    changes: dict[str, dict[str, Any]] = {
        "complaint.changed": {"open": True}, "consent.changed": {"channel": "any", "granted": False},
    }  # fmt: skip
    for kind, data in changes.items():
        told = {"contact": cy.public_id, **data}
        submit(business=town.business, type=kind, data=told, actor="user:o", now=town.now)
    stops = [text for tone, text, _next in said(desk, cy, "ask") if tone == "error"]
    assert stops == ["A complaint is open.", "The customer does not want to be written to."]


def test_messages_that_did_not_leave_say_which_and_why(town: Town, desk: Client) -> None:
    town.person("Hugo Still")
    hugo = town.contact("Hugo")
    town.job("hugo", "completed", ago=timedelta(hours=1))
    (line,) = section(desk, hugo, "letters")["lines"]
    assert line["text"].startswith("The question how the work was of ")
    assert (line["note"], line["next"]) == (
        "There is no phone number and no e-mail address.", "Enter a phone number or an e-mail address.",
    )  # fmt: skip


def test_a_purchase_s_rules_are_told(desk: Client, town: Town) -> None:
    till = found("Nour Studio", programme=POINTS)
    till.person("Gil Costa", phone="+13035550999")
    line = {"kind": "service", "unit_price": 9000}
    till.tell("ticket.closed", {"ticket": {"external_id": "t1", "contact": "gil", "lines": [line]}})
    (row,) = section(signed_in(till.owner), till.contact("Gil"), "purchases")["lines"]
    assert row["tone"] == "success"
    assert "points" in row["text"]
    assert signed_in(town.owner).get(
        reverse("console:customer_why", args=[till.contact("Gil").public_id])
    ).status_code == 404  # fmt: skip


POINTS = """
format: 1
id: points
name: Points
currency: USD
starts: 2020-01-01
rules:
  - {id: points, when: ticket.closed, to: customer, give: points, amount: {per_unit: 1}}
"""


def test_it_reads_only_and_takes_as_many_statements_for_many_friends_as_for_few(town: Town, desk: Client) -> None:
    ann = town.contact("Ann")
    address = reverse("console:customer_why", args=[ann.public_id])

    def asked() -> int:
        with CaptureQueriesContext(connection) as told:
            assert desk.get(address).status_code == 200
        return len(told)

    asked()
    few, events = asked(), Event.objects.count()
    assert Event.objects.count() == events
    for n in range(5):
        known = {"name": f"Xeno {n}", "phone": f"+1303557{n:04}", "referred_by": {"code": ann.code}}
        known["external_id"] = f"x{n}"
        town.tell("contact.saved", {"contact": known}, ago=timedelta(hours=1))
        town.job(f"x{n}", "paid", total=10000)
    assert asked() == few <= 40


@pytest.mark.parametrize("language", ["sv", "ar"])
def test_it_speaks_the_page_s_language(language: str, town: Town, desk: Client) -> None:
    desk.cookies["django_language"] = language
    page = desk.get(reverse("console:customer_why", args=[town.contact("Ann").public_id])).content.decode()
    for english in ("Sent by", "is rewarded when", "Was last asked", "How far the work"):
        assert english not in page
