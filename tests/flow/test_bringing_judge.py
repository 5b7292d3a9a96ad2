"""What the books say of rows: who is meant, what is known, what comes back after an undoing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from goodword.business.models import Business
from goodword.flow.bringing import undo
from goodword.flow.bringing_sheet import reconciliation
from goodword.flow.bringing_undo_plan import undo_preview
from goodword.flow.submit import submit
from goodword.inbox.models import Event, Import
from goodword.inbox.models import State as EventState
from goodword.ledger.checking import faults as faults_of_the_books
from goodword.people.models import Contact
from goodword.referrals.models import Referral
from goodword.reports.customers import customer
from goodword.work.models import Job, Ticket
from tests.flow.story import NOW, bob_comes_through_ann, fern, job, saved, tell
from tests.flow.test_bringing import CUSTOMERS, RECEIPTS, brought, faults, who

pytestmark = pytest.mark.django_db(transaction=True)
JOBS = """\
Job,Customer ID,Status,Booked date,Completed date,Total
J1,C1,Completed,2026-10-01,2026-10-03,120.00
J2,C2,Booked,2026-10-02,,80.00
J3,C3,Cancelled,2026-10-02,,10.00
"""


@pytest.fixture
def business(settings: Any, tmp_path: Path) -> Business:
    settings.DATA = tmp_path
    return fern()


def undone(import_: Import, *, after: int = 1) -> Import:
    return undo(import_, actor="user:ann", clock=lambda: NOW + timedelta(minutes=after))


def left(import_: Import) -> set[tuple[str, str]]:
    return set(import_.faults.filter(undoing=True).values_list("code", "value"))


@pytest.mark.requirement("R2")
def test_jobs_are_brought_known_changed_if_told_undone_and_brought_again(business: Business) -> None:
    brought(business, CUSTOMERS, kind="customers")
    first = brought(business, JOBS, kind="jobs")
    assert (first.stored_rows, first.money_in, first.money_booked) == (3, 21000, 21000)
    assert dict(Job.objects.values_list("external_id", "status")) == {
        "J1": "completed",
        "J2": "booked",
        "J3": "cancelled",
    }
    assert brought(business, JOBS, kind="jobs").known_rows == 3
    later = JOBS.replace("J2,C2,Booked,2026-10-02,,80", "J2,C2,Completed,2026-10-02,2026-10-09,85")
    assert faults(brought(business, later, kind="jobs")) == [(2, "job", "known_differently")]
    changed = brought(business, later, kind="jobs", update=True)
    assert (changed.known_rows, changed.stored_rows) == (2, 1)
    assert list(Job.objects.filter(external_id="J2").values_list("status", "total")) == [("completed", 8500)]
    assert left(undone(changed)) == {("was_updated", "J2")}
    gone = undone(first, after=2)
    assert left(gone) == {("changed_since", "J2")}
    assert Job.objects.get(external_id="J1").status == "cancelled"
    again = brought(business, JOBS, kind="jobs")
    assert Job.objects.get(external_id="J1").status == "completed"
    assert Job.objects.get(external_id="J1").reached["booked"] is not None
    assert again.refused_rows + again.stored_rows + again.known_rows == 3
    assert again.money_in == again.money_booked


def test_an_undone_job_takes_back_the_reward_it_paid_and_the_books_are_as_before(business: Business) -> None:
    rows = ("C1,Ann,+13035550101,,2026-01-05", "C2,Bob,+13035550102,Ann,2026-11-02")
    people = "\n".join(("Customer ID,Name,Phone,Referred by,Created", *rows))
    brought(business, people, kind="customers")
    jobs = brought(business, "Job,Customer ID,Paid date\nJ1,C2,2026-11-09\n", kind="jobs")
    reward = Referral.objects.get().rewards.get(stage="paid")
    assert (reward.status, reward.units) == ("issued", 2500)
    undone(jobs)
    assert {r.status for r in Referral.objects.get().rewards.filter(stage="paid")} == {"reversed"}
    assert faults_of_the_books() == []


def test_referrals_need_a_friend_and_a_referrer_who_are_known_and_find_them_elsewhere(
    business: Business,
) -> None:
    tell(business, [saved("t1", name="Till Friend", phone="+13035550201"), saved("t2", name="Unreachable")])
    brought(business, CUSTOMERS, kind="customers")
    rows = ("C3,,Bob Baker", "C9,,Bob Baker", ",Till Friend,Ann Archer", ",Unreachable,Ann Archer", "C2,,Cy Cole",
            ",Zed,Ann Archer", "C1,,Google")  # fmt: skip
    done = brought(business, "\n".join(("Friend ID,Friend,Referred by", *rows)), kind="referrals")
    assert faults(done) == [
        (2, "friend_id", "friend_unknown"), (4, "friend_id", "friend_unreachable"),
        (5, "referred_by", "already_referred"), (6, "friend_id", "friend_unknown"), (7, "referrer", "nobody_referred"),
    ]  # fmt: skip
    assert (done.stored_rows, done.known_rows, done.refused_rows, done.passed_rows) == (2, 0, 5, 1)
    again = brought(business, "Friend ID,Referred by\nC2,Ann Archer\nC3,Bob Baker\n", kind="referrals")
    assert (again.known_rows, again.stored_rows) == (2, 0)
    pairs = set(Referral.objects.filter(removed_at=None).values_list("friend__name", "referrer__name"))
    assert pairs == {("Bob Baker", "Ann Archer"), ("Cy Cole", "Bob Baker"), ("Till Friend", "Ann Archer")}
    assert Contact.objects.count() == 5
    assert reconciliation(done).attributed == 2
    undone(done)
    assert Referral.objects.filter(removed_at=None).count() == 1
    assert Contact.objects.filter(withdrawn_at=None).count() == 5


def test_what_the_rules_do_not_take_is_told_on_the_sheet(business: Business) -> None:
    tell(business, bob_comes_through_ann())
    table = "Customer ID,Name,Phone,Referred by\nD1,Dee,+13035550301,\nD2,Eve,+13035550301,Dee\n"
    sheet = reconciliation(brought(business, table, kind="customers"))
    assert (sheet.stored, sheet.attributed, sheet.attributions_refused) == (2, 0, {"self_referral": 1})


def test_customers_change_only_when_told_and_a_job_of_others_keeps_an_undone_one(business: Business) -> None:
    people = brought(business, CUSTOMERS, kind="customers")
    other = CUSTOMERS.replace("cy cole", "x").replace("Cy Cole", "Cyrus Cole")
    assert faults(brought(business, other, kind="customers")) == [(3, "customer_id", "known_differently")]
    brought(business, other, kind="customers", update=True)
    assert who(business, "C3").name == "Cyrus Cole"
    raw = job("T9", "c", "booked", at="2026-11-01T10:00:00Z")
    raw["data"]["job"]["contact"] = {"source": "import", "external_id": "C1"}
    tell(business, [raw])
    assert undo_preview(people).referrals == 1
    done = undone(people)
    assert left(done) == {("still_needed", "C1"), ("still_needed", "C3")}
    gone = Contact.objects.exclude(withdrawn_at=None).get()
    assert (gone.name, gone.phone, gone.search_key) == ("", None, "")
    assert customer(business=business, public_id=gone.public_id) is None
    assert "Bob" not in str(list(Event.objects.filter(batch=people.number).values_list("data", flat=True)))
    assert who(business, "C2") == gone  # the same one, should anybody tell of C2 again


def test_a_receipt_that_was_voided_at_the_till_is_not_revived(business: Business) -> None:
    brought(business, RECEIPTS, kind="receipts", source="till")
    tell(
        business,
        [{"id": "v", "type": "ticket.voided", "time": NOW.isoformat(), "data": {"ticket": {"external_id": "R2-C2"}}}],
    )
    again = brought(business, RECEIPTS, kind="receipts", source="till", update=True)
    assert faults(again) == [(2, "receipt", "voided_before")]
    assert Ticket.objects.get(external_id="R2-C2").state == "void"


def test_what_was_never_settled_is_turned_down_when_the_import_is_undone(business: Business) -> None:
    sales = brought(business, RECEIPTS, kind="receipts")
    stuck = Event.objects.get(batch=sales.number, data__ticket__external_id="R2-C2")
    Event.objects.filter(pk=stuck.pk).update(state=EventState.SET_ASIDE)
    assert reconciliation(sales).unsettled == 1
    undone(sales)
    stuck.refresh_from_db()
    assert (stuck.state, stuck.code) == (EventState.REFUSED, "import_undone")


def test_appointments_come_and_are_listed_when_they_stay(business: Business) -> None:
    brought(business, CUSTOMERS, kind="customers")
    table = "Appointment,Customer ID,Date,Booked by\nA1,C1,2026-12-01 10:00,online\nA2,C2,2026-12-02 11:00,online\n"
    done = brought(business, table, kind="appointments")
    assert (done.stored_rows, done.refused_rows) == (2, 0)
    assert brought(business, table, kind="appointments").known_rows == 2
    assert left(undone(done)) == {("appointment_stays", "A1"), ("appointment_stays", "A2")}


def test_another_business_beside_sees_and_undoes_nothing(business: Business) -> None:
    from goodword.errors import NotFound
    from goodword.flow.bringing_begun import find_import

    done = brought(business, CUSTOMERS, kind="customers")
    moss = fern("moss")
    with pytest.raises(NotFound):
        find_import(business=moss, number=done.number)
    with pytest.raises(NotFound):
        submit(business=moss, type="import.undone", data={"import": done.number}, actor="user:x", now=NOW)
    theirs = brought(moss, CUSTOMERS, kind="customers")
    assert (theirs.number, theirs.stored_rows, theirs.known_rows) == (1, 3, 0)
    undone(theirs)
    assert Contact.objects.filter(business=business, withdrawn_at=None).count() == 3
