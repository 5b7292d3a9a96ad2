"""A person forgotten: nothing of them is left in any table, and the books and everybody else are as before."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import CharField, JSONField, TextField

from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.ledger.checking import faults
from goodword.ledger.opening import book_of
from goodword.ledger.trial import trial_balance
from goodword.outbox.models import Message
from goodword.people.models import Contact, Identity, Todo
from goodword.referrals.models import Referral
from goodword.reports.customers import holdings
from goodword.rewards.models import Reward
from tests.web.town import Town, found, lived_in

pytestmark = pytest.mark.django_db
TELLING = ("Zebulon", "Quarmby", "zeb@quarmby.example", "3035550111", "303 555 0111", "(303) 555-0111", "Wisteria",
           "allergic", "frequent flyer", "Zebby")  # fmt: skip


def town_with_zeb() -> Town:
    """Return a town where Zeb was sent by Ann, sent Gil, worked, bought, complained and was written to."""
    town = lived_in()
    hour, ann = timedelta(hours=1), town.contact("Ann")
    town.tell("contact.saved", {"contact": {
        "external_id": "c-77", "name": "Zebulon Quarmby", "phone": "(303) 555-0111", "email": "Zeb@Quarmby.example",
        "address": {"line1": "5 Wisteria Lane", "city": "Denver"}, "tags": ["frequent flyer"],
        "referred_by": {"code": ann.code}}, }, ago=9 * hour)  # fmt: skip
    town.job("c-77", "paid", name="w-1", ago=8 * hour, total=20000, services=["Hedge for Zebulon"])
    town.tell("survey.answered", {"survey": {"job": "w-1", "score": 5, "comment": "allergic to roses"}}, ago=7 * hour)
    town.tell("job.saved", {"job": {"external_id": "w-2", "contact": {"phone": "303 555 0111"}, "status": "booked"}},
              ago=6 * hour)  # fmt: skip
    town.tell("contact.saved", {"contact": {"external_id": "c-78", "name": "Gil Costa", "phone": "+13035550112",
              "referred_by": {"contact": {"email": "zeb@quarmby.example"}}}}, ago=5 * hour)  # fmt: skip
    town.job("c-78", "paid", name="w-3", ago=4 * hour, total=15000)
    zeb = town.contact("Zebulon")
    for kind, data in (("consent.changed", {"channel": "leaderboard", "granted": True, "how": "by phone"}),
                       ("alias.changed", {"alias": "Zebby"})):  # fmt: skip
        submit(business=town.business, type=kind, data={"contact": zeb.public_id, **data}, actor="user:o@x.example",
               now=town.now)  # fmt: skip
    return town


def erase(town: Town, contact: Contact, reason: str = "Zebulon Quarmby asked by letter") -> None:
    data = {"contact": contact.public_id, "reason": reason}
    submit(business=town.business, type="contact.erased", data=data, actor="user:o@x.example", now=town.now)


def traces_of(words: tuple[str, ...]) -> list[str]:
    """Look through every text and JSON column of every table."""
    hits = []
    for model in apps.get_models(include_auto_created=True):
        columns = [f for f in model._meta.concrete_fields if isinstance(f, CharField | TextField | JSONField)]
        for row in model._default_manager.values_list(*[f.attname for f in columns]) if columns else ():
            for field, value in zip(columns, row, strict=True):
                text = json.dumps(value, ensure_ascii=False, default=str).casefold()
                hits += [f"{model.__name__}.{field.name}: {text[:200]}" for word in words if word.casefold() in text]
    return hits


def books(town: Town) -> Any:
    return trial_balance(book=book_of(business=town.business.pk))


def test_every_string_of_the_person_is_found_before_and_nothing_after() -> None:
    town = town_with_zeb()
    assert {word for word in TELLING if traces_of((word,))} == set(TELLING)
    erase(town, town.contact("Zebulon"))
    assert traces_of(TELLING) == []


def test_the_books_the_balances_and_what_others_hold_are_as_before() -> None:
    town = town_with_zeb()
    zeb, ann = town.contact("Zebulon"), town.contact("Ann")
    before = books(town)
    held = {c.pk: holdings(business=town.business, contact=c, now=town.now)[0] for c in (zeb, ann)}
    counted = (Referral.objects.count(), Reward.objects.count(), Event.objects.count())
    names = {c.pk: (c.name, c.phone, c.email) for c in Contact.objects.exclude(pk=zeb.pk)}
    erase(town, zeb)
    assert books(town) == before
    assert faults(book=book_of(business=town.business.pk)) == []
    for contact in (zeb, ann):
        assert holdings(business=town.business, contact=contact, now=town.now)[0] == held[contact.pk]
    assert (Referral.objects.count(), Reward.objects.count(), Event.objects.count() - 1) == counted
    assert {c.pk: (c.name, c.phone, c.email) for c in Contact.objects.exclude(pk=zeb.pk)} == names
    gil = Event.objects.get(data__contact__external_id="c-78")
    assert gil.data["contact"]["name"] == "Gil Costa"
    assert gil.data["contact"]["referred_by"] == {"contact": zeb.public_id}


def test_a_repeat_is_still_known_and_a_later_event_brings_nothing_back() -> None:
    town = town_with_zeb()
    zeb = town.contact("Zebulon")
    first = Event.objects.filter(source="crm", data__contact__external_id="c-77").earliest("pk")
    digest = first.digest
    erase(town, zeb)
    first.refresh_from_db()
    assert first.digest == digest
    town.tell("contact.saved", {"contact": {"external_id": "c-77", "name": "Zebulon Quarmby", "phone": "3035550111"}})
    town.tell("survey.answered", {"survey": {"job": "w-1", "contact": "c-77", "score": 1, "comment": "allergic"}})
    town.job("c-77", "paid", name="w-2", total=9000)
    assert traces_of(TELLING) == []
    zeb.refresh_from_db()
    assert (zeb.name, zeb.phone, zeb.erased_at) == ("", None, town.now)
    assert Identity.objects.get(source="crm", external_id="c-77").contact_id == zeb.pk
    assert Contact.objects.filter(business=town.business).count() == Contact.objects.values("pk").count()
    assert not Message.objects.filter(contact=zeb, state__in=["queued", "held"]).exists()


def test_an_id_that_is_itself_personal_goes_too() -> None:
    town = found()
    town.tell("contact.saved", {"contact": {"external_id": "zeb@quarmby.example", "name": "Zebulon Quarmby"}})
    town.tell("contact.saved", {"contact": {"external_id": "+1 303 555 0111", "phone": "3035550111", "name": "Al"}})
    erase(town, town.contact("Zebulon"))
    erase(town, town.contact("Al"), reason="asked")
    assert traces_of(("quarmby", "5550111", "555 0111")) == []


def test_erasing_needs_a_reason_and_happens_once_and_only_here() -> None:
    town, beside = lived_in(), found("Ink and Steel")
    beside.person("Ann Berg", phone="+13035550142")
    bob = town.contact("Bob")
    for data, code in (({"contact": bob.public_id, "reason": " "}, "reason_required"),
                       ({"contact": beside.contact("Ann").public_id, "reason": "x"}, "contact_not_found")):  # fmt: skip
        with pytest.raises(Refused) as told:
            submit(business=town.business, type="contact.erased", data=data, actor="a", now=town.now)
        assert told.value.code == code
    bob.refresh_from_db()
    assert bob.name == "Bob Haddad"
    erase(town, town.contact("Ann"), reason="asked")
    assert beside.contact("Ann").phone == "+13035550142"
    with pytest.raises(Refused) as told:
        erase(town, Contact.objects.get(business=town.business, erased_at__isnull=False), reason="again")
    assert told.value.code == "contact_erased"


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("consent.changed", {"channel": "sms", "granted": True, "how": "phone"}),
        ("complaint.changed", {"open": True}),
        ("link.shared", {"source": "staff", "channel": "sms"}),
        ("todo.added", {"text": "Call them", "day": "2026-12-01"}),
        ("alias.changed", {"alias": "Hedgehog"}),
    ],
)
def test_nothing_more_is_written_about_somebody_who_was_erased(kind: str, more: dict[str, Any]) -> None:
    town = lived_in()
    ann = town.contact("Ann")
    erase(town, ann)
    with pytest.raises(Refused) as told:
        submit(business=town.business, type=kind, data={"contact": ann.public_id, **more}, actor="a", now=town.now)
    assert told.value.code == "contact_erased"
    assert not ann.consents.filter(granted=True).exists()
    assert not Todo.objects.filter(contact=ann, kind="note").exists()
    if kind == "consent.changed":  # a no is taken from anybody: a stop link in an old letter works
        data = {"contact": ann.public_id, "channel": "any", "granted": False, "how": "link"}
        submit(business=town.business, type=kind, data=data, actor="a", now=town.now)


def test_a_merged_record_is_erased_with_its_survivor() -> None:
    town = lived_in()
    town.tell("contact.merged", {"from": "cy", "into": "bob"})
    erase(town, town.contact("Bob"), reason="asked")
    assert traces_of(("Cy Stranger", "5550199", "Bob Haddad", "5550143")) == []
    if connection.vendor == "postgresql":
        assert Contact.objects.filter(business=town.business, erased_at__isnull=False).count() == 2
