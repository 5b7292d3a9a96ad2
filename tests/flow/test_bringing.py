"""Bringing tables in: every row is accounted for, every cent is found in the books, and all of it can be undone."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from goodword.business.models import Business
from goodword.flow.bringing import check, run, undo
from goodword.flow.bringing_file import folder
from goodword.flow.bringing_sheet import reconciliation, refused_rows
from goodword.flow.bringing_undo_plan import undo_preview
from goodword.flow.bringing_upload import configure, upload
from goodword.flow.submit import submit
from goodword.inbox.models import Decision, Event, Import, ImportFault
from goodword.ledger.chart import Kind
from goodword.ledger.checking import faults as faults_of_the_books
from goodword.outbox.models import Message
from goodword.people.models import Contact, Identity
from goodword.referrals.models import Referral
from goodword.work.models import Ticket
from tests.flow.story import NOW, fern, pending_and_usable, saved, tell

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMERS = """\
Customer ID,Name,Phone,Email,How did you hear of us
C1,Ann Archer,(303) 555-0101,ann@example.com,Google
C2,Bob Baker,(303) 555-0102,bob@example.com,Ann Archer
C3,Cy Cole,(303) 555-0103,,
"""
RECEIPTS = """\
Receipt number,Date,Customer ID,Description,Quantity,Unit price,Tax
R1,2026-11-02,C1,Mowing,1,100.00,8.00
R2,2026-11-03,C2,Mowing,2,50.00,8.00
R1,2026-11-02,C1,Edging,1,20.00,1.60
"""


@pytest.fixture
def business(settings: Any, tmp_path: Path) -> Business:
    settings.DATA = tmp_path
    return fern()


def bring(business: Business, text: str | bytes, *, kind: str = "", **how: Any) -> Import:
    """Hand a table in."""
    content = text if isinstance(text, bytes) else text.encode()
    made = upload(business=business, stream=io.BytesIO(content), name="table.csv", actor="user:ann", now=NOW, kind=kind)
    return configure(made, **how) if how else made


_TICKS = count(1)


def ticking() -> datetime:
    """Tell the time, each time a little later, as a clock does: what one import made is younger than the next."""
    return NOW + timedelta(milliseconds=next(_TICKS))


def brought(business: Business, text: str, *, kind: str, **how: Any) -> Import:
    """Bring a table in, to the end."""
    return run(bring(business, text, kind=kind, **how), actor="user:ann", clock=ticking)


def faults(import_: Import) -> list[tuple[int, str, str]]:
    return [(f.row, f.field, f.code) for f in import_.faults.filter(undoing=False).order_by("row", "pk")]


def who(business: Business, name: str, source: str = "import") -> Contact:
    return Identity.objects.get(business=business, source=source, external_id=name).contact


@pytest.mark.requirement("R2", "R135")
def test_customers_and_receipts_come_with_who_sent_whom_and_the_sheet_holds(business: Business) -> None:
    people = brought(business, CUSTOMERS, kind="customers")
    assert (people.state, people.rows, people.stored_rows, people.refused_rows) == ("done", 3, 3, 0)
    assert list(Referral.objects.values_list("friend__name", "referrer__name")) == [("Bob Baker", "Ann Archer")]
    sales = brought(business, RECEIPTS, kind="receipts")
    sheet = reconciliation(sales)
    assert (sheet.rows, sheet.stored, sheet.refused, sheet.known) == (3, 3, 0, 0)
    assert (sheet.money_in, sheet.money_booked, sheet.holds) == (12960 + 10800, 12960 + 10800, True)
    assert sheet.events == {"ticket.closed": 2}
    assert {t.gross for t in Ticket.objects.all()} == {12960, 10800}
    assert faults_of_the_books() == []
    assert Message.objects.count() == 0  # a table is history: nobody is written to


def test_a_dry_run_says_the_same_and_stores_nothing(business: Business) -> None:
    bad = CUSTOMERS + "C4,Dee Dale,(303) 555-0104,,Somebody Else\nC5,Eve Earl,not a phone,,\n"
    draft = check(bring(business, bad, kind="customers"), clock=lambda: NOW)
    assert (draft.state, draft.rows, draft.stored_rows, draft.refused_rows) == ("checked", 5, 3, 2)
    wanted = [(4, "referred_by", "referrer_unknown"), (5, "phone", "not_a_phone")]
    assert faults(draft) == wanted
    assert (Contact.objects.count(), Event.objects.filter(batch__isnull=False).count()) == (0, 0)
    done = run(draft, actor="user:ann", clock=lambda: NOW)
    assert (done.state, done.stored_rows, done.refused_rows, faults(done)) == ("done", 3, 2, wanted)
    assert Contact.objects.count() == 3


def test_refused_rows_come_back_as_a_table_that_is_mended_and_brought_again(business: Business) -> None:
    bad = CUSTOMERS.replace("(303) 555-0103", "12")
    done = brought(business, bad, kind="customers")
    assert done.stored == ""
    assert list(folder().iterdir()) == []
    table = b"".join(refused_rows(done)).decode("utf-8-sig")
    assert table.splitlines() == [
        "Customer ID,Name,Phone,Email,How did you hear of us,why", "C3,Cy Cole,12,,,3 · phone: not_a_phone",
    ]  # fmt: skip
    again = brought(business, table.replace(",12,", ",(303) 555-0103,"), kind="customers")
    assert (again.stored_rows, again.refused_rows) == (1, 0)
    assert who(business, "C3").phone == "+13035550103"


def test_what_is_known_with_the_same_content_is_no_problem_and_with_other_content_is_changed_only_if_told(
    business: Business,
) -> None:
    brought(business, CUSTOMERS, kind="customers")
    brought(business, RECEIPTS, kind="receipts")
    again = brought(business, RECEIPTS, kind="receipts")
    assert (again.known_rows, again.stored_rows, again.refused_rows, again.money_in) == (3, 0, 0, 0)
    assert brought(business, CUSTOMERS, kind="customers").known_rows == 3
    other = RECEIPTS.replace("50.00", "60.00")
    refused = brought(business, other, kind="receipts")
    assert faults(refused) == [(2, "receipt", "known_differently")]
    assert Ticket.objects.get(external_id="R2-C2").gross == 10800
    changed = brought(business, other, kind="receipts", update=True)
    assert (changed.known_rows, changed.stored_rows, changed.money_in, changed.money_booked) == (2, 1, 12800, 12800)
    assert Ticket.objects.get(external_id="R2-C2").gross == 12800


def test_a_referrer_is_found_by_name_among_the_books_and_the_table_and_only_when_it_is_one(business: Business) -> None:
    tell(business, [saved("x1", name="Zoe Zed"), saved("x2", name="Pat Poe"), saved("x3", name="pat  poé")])
    rows = ("C1,Ann,zoé zed", "C2,Bob,Pat Poe", "C3,Cy,Late Comer", "C4,Late Comer,", "C5,Dee,Nobody X", "C6,Eve,C4")
    table = "\n".join(("Customer ID,Name,Referred by", *rows))
    done = brought(business, table, kind="customers")
    assert faults(done) == [(2, "referred_by", "referrer_ambiguous"), (5, "referred_by", "referrer_unknown")]
    assert ImportFault.objects.get(code="referrer_ambiguous").facts == {"candidates": 2}
    pairs = set(Referral.objects.values_list("friend__name", "referrer__name"))
    assert pairs == {("Ann", "Zoe Zed"), ("Cy", "Late Comer"), ("Eve", "Late Comer")}


@pytest.mark.requirement("R26")
def test_balances_are_brought_and_taken_back_but_not_what_was_spent(business: Business) -> None:
    brought(business, CUSTOMERS, kind="customers")
    table = "Customer ID,Points,Credit\nC1,500,25.00\nC2,40,\nC9,10,\n"
    done = brought(business, table, kind="balances")
    assert faults(done) == [(3, "customer_id", "contact_unknown")]
    sheet = reconciliation(done)
    assert (sheet.money_in, sheet.money_booked, sheet.points_in, sheet.points_booked) == (2500, 2500, 540, 540)
    assert pending_and_usable(business, who(business, "C1"), Kind.POINTS, "points") == (0, 500)
    assert pending_and_usable(business, who(business, "C1"), Kind.CREDIT, "USD") == (0, 2500)
    assert brought(business, table, kind="balances").known_rows == 2
    spend = {"id": "s1", "type": "ticket.closed", "time": NOW.isoformat(), "data": {"ticket": {
        "external_id": "S1", "contact": {"source": "import", "external_id": "C1"},
        "lines": [{"unit_price": 5000}], "tenders": [{"type": "points", "amount": 200}]}}}  # fmt: skip
    tell(business, [spend])
    left = undo(done, actor="user:ann", clock=lambda: NOW + timedelta(minutes=1))
    assert left.state == "undone"
    assert list(left.faults.filter(undoing=True).values_list("code", "facts")) == [
        ("spent", {"asset": "points", "units": 500, "missing": 200})
    ]
    assert pending_and_usable(business, who(business, "C1"), Kind.CREDIT, "USD") == (0, 0)
    assert reconciliation(left).points_booked == 200
    assert faults_of_the_books() == []
    by_staff = Event.objects.filter(actor__startswith="user:").values_list("type", flat=True)
    assert set(by_staff) == {"import.begun", "import.undone"}  # the audit log tells of imports, not of rows
    third = brought(business, table, kind="balances")
    assert (third.stored_rows, third.points_in, third.points_booked) == (2, 340, 340)  # 200 were had and spent
    assert third.money_booked == 2500
    assert pending_and_usable(business, who(business, "C1"), Kind.POINTS, "points")[1] == 300


@pytest.mark.requirement("R135")
def test_an_import_is_undone_as_if_it_had_never_been_and_can_be_brought_again(business: Business) -> None:
    tell(business, [saved("till-1", name="Own Customer")])
    people = brought(business, CUSTOMERS, kind="customers")
    sales = brought(business, RECEIPTS, kind="receipts")
    assert undo_preview(sales).receipts == 2
    sales = undo(sales, actor="user:ann", clock=lambda: NOW + timedelta(minutes=1))
    assert (sales.state, sales.money_booked) == ("undone", 0)
    assert set(Ticket.objects.values_list("state", flat=True)) == {"void"}
    people = undo(people, actor="user:ann", clock=lambda: NOW + timedelta(minutes=2))
    assert Referral.objects.get().removed_reason == f"import {people.number} undone"
    assert list(Contact.objects.filter(withdrawn_at=None).values_list("name", flat=True)) == ["Own Customer"]
    assert set(Identity.objects.filter(source="import").values_list("external_id", flat=True)) == {"C1", "C2", "C3"}
    codes = set(Contact.objects.exclude(withdrawn_at=None).values_list("code", flat=True))
    assert faults_of_the_books() == []
    again = brought(business, CUSTOMERS, kind="customers")
    more = brought(business, RECEIPTS, kind="receipts")
    assert (again.stored_rows, more.stored_rows, more.money_in, more.money_booked) == (3, 3, 23760, 23760)
    assert set(Ticket.objects.values_list("state", "gross")) == {("adjusted", 12960), ("adjusted", 10800)}
    assert Contact.objects.filter(withdrawn_at=None).count() == Contact.objects.count() == 4
    assert codes < set(Contact.objects.values_list("code", flat=True))  # links once given lead to the same customers
    assert [r.friend.name for r in Referral.objects.filter(removed_at=None)] == ["Bob Baker"]
    once_more = undo(more, actor="user:ann", clock=lambda: NOW + timedelta(minutes=3))
    assert once_more.money_booked == 0


def test_undoing_leaves_what_others_have_changed_since_and_lists_it(business: Business) -> None:
    people = brought(business, CUSTOMERS, kind="customers")
    ann = who(business, "C1")
    change = {"contact": {"external_id": ann.public_id, "name": "Ann A. Archer"}}
    submit(business=business, type="contact.saved", data=change, actor="user:cy", now=NOW)
    ticket = {"external_id": "T", "contact": {"source": "import", "external_id": "C3"}, "lines": [{"unit_price": 5}]}
    sale = {"id": "t", "type": "ticket.closed", "time": "2026-11-19T10:00:00Z", "data": {"ticket": ticket}}
    tell(business, [sale])
    done = undo(people, actor="user:ann", clock=lambda: NOW + timedelta(minutes=1))
    left = {("still_needed", "C1"), ("still_needed", "C3")}
    assert set(done.faults.filter(undoing=True).values_list("code", "value")) == left
    assert set(Contact.objects.filter(withdrawn_at=None).values_list("name", flat=True)) == {"Ann A. Archer", "Cy Cole"}


@pytest.mark.requirement("R135")
def test_what_was_paid_with_points_of_the_old_system_earns_nothing_and_a_gift_card_that_was_sold_does(
    business: Business,
) -> None:
    table = (
        "Receipt,Date,Customer ID,Amount,Tax,Payment method\n"
        "R1,2026-11-10,C1,100.00,25.00,Visa 4242\nR2,2026-11-10,C2,100.00,25.00,Gift card\n"
        "R3,2026-11-10,C3,100.00,25.00,Loyalty points\n"
    )
    done = brought(business, table, kind="receipts")
    assert (done.stored_rows, done.money_in, done.money_booked) == (3, 37_500, 37_500)
    earned = {name: sum(pending_and_usable(business, who(business, name), Kind.POINTS, "points")) for name in
              ("C1", "C2", "C3")}  # fmt: skip
    assert earned == {"C1": 200, "C2": 200, "C3": 0}
    assert not Decision.objects.filter(kind="problem").exists()  # nothing of ours was to be spent
    assert brought(business, table, kind="receipts").known_rows == 3
    other = brought(business, table.replace("Loyalty points", "Cash"), kind="receipts")
    assert faults(other) == [(3, "receipt", "known_differently")]
