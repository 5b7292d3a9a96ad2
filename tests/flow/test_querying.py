"""Reading in bulk: what Django itself would have read, to the last column, in one statement."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from goodword.business.models import Business
from goodword.flow import bulk
from goodword.flow.querying import by_ids, by_key, grants_on, read
from goodword.inbox.models import Decision, Event
from goodword.people.models import Contact, Identity, WalletOwner
from goodword.programmes.models import Revision
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward, StatusChange, Use
from goodword.work.models import Appointment, Job, Reservation, Ticket
from tests.flow.story import bob_comes_through_ann, closed, contact, fern, tell

pytestmark = pytest.mark.django_db
READ = [
    Appointment, Appointment.tickets.through, Contact, Event, Identity, Job, Referral, Reservation, Revision, Reward,
    Ticket, Use, WalletOwner,
]  # fmt: skip
MADE = [Appointment, Contact, Decision, Event, Identity, Job, Referral, Reservation, Reward, StatusChange, Ticket, Use]
BOOKED = {"external_id": "a1", "made": "online"}


@pytest.fixture
def business() -> Business:
    """Return a business in which every kind of row came to be, beside another one with the same names."""
    fern_and_moss = fern(), fern("moss")
    for each in fern_and_moss:
        tell(each, bob_comes_through_ann())
        address = {"line1": "Älvgatan 1 “a”", "city": "Malmö"}
        ann = {"contact": {"external_id": "ann", "tags": ["hero"], "address": address, "partner": True}}
        kept = {"reservation": {"external_id": "r1", "contact": "bob", "sku": "salt"}}
        tell(
            each,
            [
                {"id": "ann", "type": "contact.saved", "time": "2026-11-08T10:00:00.123456Z", "data": ann},
                {"id": "r1", "type": "product.reserved", "time": "2026-11-08T11:00:00Z", "data": kept},
                closed("t1", "bob", 5_000, at="2026-11-09T10:00:00Z", appointment=BOOKED, reservation="r1"),
            ],
        )
    return fern_and_moss[0]


def columns(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize("model", READ, ids=lambda model: model.__name__)
def test_a_row_read_in_bulk_is_the_row_that_django_reads(model: type[models.Model], business: Business) -> None:
    expected = list(model._base_manager.order_by("pk"))
    with CaptureQueriesContext(connection) as captured:
        found = read(model, "t.id > %s", [0], order="t.id")
    assert len(captured) == 1
    assert expected
    assert found == expected  # of one model, with one key
    for mine, theirs in zip(found, expected, strict=True):
        assert columns(mine) == columns(theirs)
        assert [type(value) for value in columns(mine).values()] == [type(value) for value in columns(theirs).values()]


def test_a_row_read_in_bulk_can_be_saved_and_knows_what_it_refers_to(business: Business) -> None:
    row = by_ids(Contact, "id", [contact(business, "ann").pk], lock=True)[0]
    assert row.business == business
    row.name = "Ann Berg"
    row.save()
    assert Contact.objects.filter(name="Ann Berg").count() == 1
    assert Contact.objects.count() == 4


@pytest.mark.parametrize("model", MADE, ids=lambda model: model.__name__)
def test_a_fresh_row_is_what_calling_the_model_makes(model: type[models.Model]) -> None:
    made, other = bulk.fresh(model, business_id=7), bulk.fresh(model)
    told = columns(model())
    now = {name for name, value in told.items() if isinstance(value, datetime)}  # by the clock, so never twice the same
    assert {name for name, value in columns(other).items() if value != told[name]} == now
    assert made._state.adding
    assert made.business_id == 7
    for name, value in columns(made).items():
        if isinstance(value, list | dict):
            assert value is not getattr(other, name)  # nobody writes into somebody else's default


def test_keys_bring_only_the_pairs_asked_for_and_only_of_this_business(business: Business) -> None:
    Identity.objects.create(business=business, contact=contact(business, "bob"), source="crm", external_id="ann")
    found = by_key(Identity, business, {("till", "ann"), ("crm", "bob")})
    assert [(row.source, row.external_id, row.business_id) for row in found] == [("till", "ann", business.pk)]


def test_nothing_asked_for_costs_no_statement(business: Business) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert by_ids(Contact, "id", []) == by_key(Job, business, set()) == grants_on(referrals=[], tickets=[]) == []
    assert len(captured) == 0


def test_more_keys_than_a_database_takes_parameters_are_one_statement(business: Business) -> None:
    wanted = [contact(business, "ann").pk, *range(10**9, 10**9 + 300_000)]
    with CaptureQueriesContext(connection) as captured:
        found = by_ids(Contact, "id", wanted)
    assert [row.name for row in found] == ["Ann"]
    assert len(captured) == 1


def test_rewards_come_with_the_event_that_granted_them(business: Business) -> None:
    referral, ticket = Referral.objects.get(business=business), Ticket.objects.get(business=business)
    rows = grants_on(referrals=[referral.pk], tickets=[ticket.pk])
    assert [row.pk for row in rows] == list(
        Reward.objects.filter(business=business).order_by("pk").values_list("pk", flat=True)
    )
    told = Reward.objects.filter(business=business).order_by("pk").values_list(
        "event__external_id", "event__source", "event__time"
    )  # fmt: skip
    assert [row.beside for row in rows] == list(told)


@pytest.mark.parametrize(
    "name", ["zoë 😀", 'a"b', "back\\slash", "{a,b}", "NULL", "50%", "'; --", "\u202eرمز", " ", "7"]
)
def test_names_are_found_whatever_they_are_written_with(name: str, business: Business) -> None:
    tell(business, [{"id": "odd", "type": "contact.saved", "time": "2026-11-10T10:00:00Z",
                     "data": {"contact": {"external_id": name, "name": "Odd"}}}])  # fmt: skip
    known = Identity.objects.get(contact__name="Odd")
    assert [row.pk for row in by_key(Identity, business, {(known.source, known.external_id)})] == [known.pk]
    tell(business, [closed("odd", known.external_id, 5_000, at="2026-11-11T10:00:00Z")])
    assert Ticket.objects.get(external_id="odd").contact_id == known.contact_id
