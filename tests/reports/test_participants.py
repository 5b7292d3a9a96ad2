"""What each referrer did and what it brought."""

from __future__ import annotations

from datetime import timedelta

import pytest

from goodword.flow.deliver import deliver
from goodword.flow.submit import submit
from goodword.flow.visiting import note_visit
from goodword.outbox.models import Message
from goodword.referrals.models import Share
from goodword.reports.participants import Counts, counts_of, every_participant, participants
from goodword.rewards.models import Reward
from tests.web.town import Town, found, lived_in

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R116")]


@pytest.fixture
def town() -> Town:
    return lived_in()


def share(town: Town, name: str, source: str = "staff") -> None:
    told = {"contact": town.contact(name).public_id, "source": source, "channel": "sms"}
    submit(business=town.business, type="link.shared", data=told, actor="user:x", now=town.now)


def counts(town: Town, name: str, **asked: object) -> Counts:
    pk = town.contact(name).pk
    return counts_of(business=town.business, contacts=[pk], **asked)[pk]  # type: ignore[arg-type]  # what each test asks


def test_each_thing_is_counted_once_an_invitation_by_its_delivery(town: Town) -> None:
    asked = Message.objects.get(template="referral_invitation", contact=town.contact("Ann"))
    assert counts(town, "Ann").sent == 0  # it waits
    Message.objects.exclude(pk=asked.pk).update(due_at=town.now + timedelta(days=9))
    for hours in (24, 30, 36):  # one of them lies outside the quiet hours
        deliver(now=town.now + timedelta(hours=hours))
    share(town, "Ann", "technician")
    note_visit(contact=town.contact("Ann"), now=town.now)
    note_visit(contact=town.contact("Ann"), now=town.now)
    earned = 1000 + 2500 + 4000  # booked, invoiced, and the treat at its worth; Bob's welcome is Bob's
    assert counts(town, "Ann") == Counts(sent=2, opened=2, arrived=2, closed=1, earned=earned)
    assert counts(town, "Ann", end=town.now - timedelta(days=1)) == Counts()
    assert counts(town, "Bob") == Counts()


def test_an_invitation_that_a_person_sent_counts_once_and_is_theirs(town: Town) -> None:
    cy = town.contact("Cy")
    told = {"contact": cy.public_id, "source": "technician"}
    submit(business=town.business, type="invitation.requested", data=told, actor="user:tim", now=town.now)
    for hours in (24, 30, 36):
        deliver(now=town.now + timedelta(hours=hours))
    assert Message.objects.get(contact=cy, template="referral_invitation").state == "local"
    assert [(row.source, row.event and row.event.actor) for row in Share.objects.filter(contact=cy)] == [
        ("technician", "user:tim")
    ]


def test_what_was_taken_back_is_not_earned(town: Town) -> None:
    Reward.objects.filter(rule="treat").update(status="declined")
    Reward.objects.filter(rule="booked").update(reversed_units=400)
    assert counts(town, "Ann").earned == 600 + 2500
    town.job("bob", "cancelled")
    assert (counts(town, "Ann").closed, counts(town, "Ann").earned) == (0, 0)


def test_the_report_shows_who_takes_part_and_narrows_to_what_is_asked(town: Town) -> None:
    share(town, "Cy")

    def names(shown: str = "", text: str = "") -> list[str]:
        rows = participants(business=town.business, now=town.now, shown=shown, text=text).rows
        return [row.name for row in rows]

    assert names() == ["Cy Stranger", "Ann Berg"]
    assert names("waiting") == ["Cy Stranger"]
    assert names("arrived") == names("closed") == names("holding") == ["Ann Berg"]
    assert names(text="berg") == ["Ann Berg"]
    assert names("nonsense") == names()
    told = list(every_participant(business=town.business, now=town.now))
    assert [(row.name, row.redeemable.units, row.earned.units) for row in told] == [
        ("Cy Stranger", 0, 0),
        ("Ann Berg", 3500, 7500),
    ]
    assert list(every_participant(business=found("Ink and Steel").business, now=town.now)) == []
