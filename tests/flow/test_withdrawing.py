"""A customer who was withdrawn with an import: nobody while away, and the same one when told of again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from goodword.business.models import Business
from goodword.flow.bringing import undo
from goodword.flow.submit import submit
from goodword.inbox.models import Decision, Event
from goodword.ledger.chart import Kind
from goodword.people.models import Contact, Identity
from goodword.referrals.models import Referral
from tests.flow.story import fern, job, pending_and_usable, saved, tell
from tests.flow.test_bringing import CUSTOMERS, brought, ticking, who

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def business(settings: Any, tmp_path: Path) -> Business:
    settings.DATA = tmp_path
    return fern()


def test_the_code_of_a_withdrawn_customer_earns_nobody_anything_and_is_put_before_the_staff(business: Business) -> None:
    people = brought(business, CUSTOMERS, kind="customers")
    code = who(business, "C3").code
    undo(people, actor="user:ann", clock=ticking)
    tell(business, [saved("fay", referred_by={"code": code})])
    assert not Referral.objects.filter(removed_at=None).exists()
    assert list(Decision.objects.filter(kind="attribution_refused").values_list("codes", flat=True)) == [
        ["code_withdrawn"]
    ]


def test_told_of_again_a_withdrawn_customer_keeps_id_and_code_and_earns_by_them(business: Business) -> None:
    people = brought(business, CUSTOMERS, kind="customers")
    before = who(business, "C3")
    undo(people, actor="user:ann", clock=ticking)
    before.refresh_from_db()
    assert before.withdrawn_at is not None
    again = brought(business, CUSTOMERS, kind="customers")
    after = who(business, "C3")
    assert (after.pk, after.code, after.withdrawn_at) == (before.pk, before.code, None)
    assert (after.name, after.phone) == ("Cy Cole", "+13035550103")
    assert "cole" in after.search_key
    tell(business, [
        saved("fay", referred_by={"code": before.code}, at="2026-11-10T10:00:00Z"),
        job("J", "fay", "consultation", at="2026-11-11T10:00:00Z"),
    ])  # fmt: skip
    assert Referral.objects.get(friend__name="Fay").referrer == after
    assert sum(pending_and_usable(business, after, Kind.CREDIT, "USD")) > 0
    undo(again, actor="user:ann", clock=ticking)
    gone = set(Contact.objects.exclude(withdrawn_at=None).values_list("pk", flat=True))
    assert gone == {who(business, "C1").pk, who(business, "C2").pk}  # of Cy a friend speaks by now


def test_a_name_that_tells_who_somebody_is_does_not_outlive_them(business: Business) -> None:
    table = "Customer ID,Name,Phone\nann@example.com,Ann Archer,\nBaker-7,Bob Baker,\n42,Cy Cole,\n"
    people = brought(business, table, kind="customers")
    undo(people, actor="user:ann", clock=ticking)
    assert list(Identity.objects.values_list("external_id", flat=True)) == ["42"]


def test_nothing_of_people_who_were_withdrawn_stays_in_what_the_tables_told(business: Business) -> None:
    people = brought(business, CUSTOMERS, kind="customers")
    table = "Receipt number,Date,Phone,Description,Quantity,Unit price\n"
    rows = "R9,2026-11-02,(303) 555-0177,Mowing,1,100.00\nR8,2026-11-02,(303) 555-0101,Mowing,1,100.00\n"
    sales = brought(business, table + rows, kind="receipts")
    undo(sales, actor="user:ann", clock=ticking)
    told = {e.external_id: str(e.data) for e in Event.objects.filter(batch=sales.number)}
    assert not any("0177" in each for each in told.values())
    assert sum("0101" in each for each in told.values()) == 1  # Ann is there
    assert who(business, "C1").withdrawn_at is None
    undo(people, actor="user:ann", clock=ticking)
    assert not [
        e for e in Event.objects.filter(batch=people.number) if "0101" in str(e.data) or "Archer" in str(e.data)
    ]


def test_a_customer_who_was_withdrawn_can_be_erased(business: Business) -> None:
    people = brought(business, CUSTOMERS, kind="customers")
    cy = who(business, "C3")
    undo(people, actor="user:ann", clock=ticking)
    data = {"contact": cy.public_id, "reason": "asked for it"}
    later = ticking()
    submit(business=business, type="contact.erased", data=data, actor="user:ann", now=later)
    cy.refresh_from_db()
    assert cy.erased_at == later
