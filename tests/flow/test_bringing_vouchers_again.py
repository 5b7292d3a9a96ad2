"""A second table of the same vouchers: known, changed on request, or told; and vouchers for named services."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from goodword.business.models import Business
from goodword.errors import Refused
from goodword.flow.bringing import check, undo
from goodword.flow.bringing_sheet import reconciliation, refused_rows
from goodword.flow.bringing_undo_plan import undo_preview
from goodword.flow.clock import lapse
from goodword.flow.submit import submit
from goodword.inbox.models import Event, ImportFault
from goodword.ledger import checking
from goodword.ledger.chart import Kind
from goodword.ledger.opening import book_of
from goodword.outbox.models import Message
from goodword.people.models import Contact
from goodword.vouchers.models import Voucher
from tests.flow.story import NOW, fern, saved, tell
from tests.flow.test_bringing import bring, brought, faults, ticking
from tests.flow.test_bringing_vouchers import found, left_of, table
from tests.flow.vouchers.cast import order, redeem, standing
from tests.ledger.cast import trial_of

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
HEAD = "Serial,Code,Value,Balance,Sold on,Expires,Buyer,Recipient,Recipient phone,Message"


@pytest.fixture
def business(settings: Any, tmp_path: Path) -> Business:
    settings.DATA = tmp_path
    return fern()


def cards(*rows: str) -> str:
    return table(*rows, head=HEAD)


def first(business: Business) -> None:
    brought(business, cards("GC-1,QX74417AB,50.00,40.00,2026-04-02,2028-04-02,Ann,,,"), kind="vouchers")


def again(business: Business, row: str, **how: Any) -> Any:
    return brought(business, cards(row), kind="vouchers", **{"update": True, **how})


def test_what_was_told_later_of_a_known_voucher_is_refused_until_it_is_asked_for(business: Business) -> None:
    first(business)
    before = standing(business)
    row = "GC-1,,50.00,40.00,2026-04-02,2029-04-02,Ann,Bob Baker,(303) 555-0102,Enjoy"
    kept = again(business, row, update=False)
    assert faults(kept) == [(1, "serial", "known_differently")]
    assert standing(business) == before
    dry = check(bring(business, cards(row), kind="vouchers", update=True), clock=ticking)
    assert (dry.stored_rows, dry.refused_rows, dry.money_in) == (1, 0, 0)
    assert standing(business) == before
    done = again(business, row)
    assert (done.stored_rows, done.refused_rows) == (1, 0)
    one = found(business, "GC-1")
    assert one.recipient is not None
    assert (one.recipient.name, one.recipient.phone, one.message) == ("Bob Baker", "+13035550102", "Enjoy")
    assert one.expires_at is not None
    assert one.expires_at.date().isoformat() == "2029-04-03"
    assert (one.value, left_of(business, one)) == (4_000, 4_000)
    sheet = reconciliation(done)
    assert (sheet.money_in, sheet.money_booked, sheet.holds) == (0, 0, True)
    assert sheet.events == {"voucher.assigned": 1, "voucher.extended": 1}
    assert Message.objects.count() == 0
    assert again(business, row).known_rows == 1  # the same again changes nothing more
    assert brought(business, cards(row), kind="vouchers").known_rows == 1
    assert checking.faults() == []


def test_the_first_table_again_undoes_nothing_that_staff_changed_since(business: Business) -> None:
    first(business)
    one = found(business, "GC-1")
    order(business, "assigned", voucher=one.public_id, recipient={"name": "Cy"}, message="from us")
    order(business, "extended", voucher=one.public_id, expires_on="2030-01-01", reason="ill")
    before = standing(business)
    assert again(business, "GC-1,,50.00,40.00,2026-04-02,2028-04-02,Ann,,,").known_rows == 1
    assert standing(business) == before


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("GC-1,,50.00,30.00,2026-04-02,2028-04-02,Ann,,,", "balance", "balance_differs"),
        ("GC-1,,50.00,45.00,2026-04-02,2028-04-02,Ann,,,", "balance", "balance_differs"),
        ("GC-1,,60.00,40.00,2026-04-02,2028-04-02,Ann,,,", "serial", "voucher_differs"),
        ("GC-1,ZZ99XX88,50.00,40.00,2026-04-02,2028-04-02,Ann,,,", "serial", "voucher_differs"),
        ("GC-1,,50.00,40.00,2026-04-02,2027-04-02,Ann,,,", "expires", "last_day_sooner"),
        ("GC-1,,50.00,0.00,2026-04-02,2028-04-02,Ann,,,", "balance", "ended_elsewhere"),
        (",QX7-4417-AB,50.00,0.00,2026-04-02,2028-04-02,Ann,,,", "balance", "ended_elsewhere"),
    ],
)
def test_no_table_changes_what_a_voucher_is_worth_or_shortens_it_but_the_row_is_told(
    business: Business, row: str, field: str, code: str
) -> None:
    first(business)
    before = standing(business)
    for update in (True, False):
        dry = check(bring(business, cards(row), kind="vouchers", update=update), clock=ticking)
        done = again(business, row, update=update)
        assert faults(done) == faults(dry) == [(1, field, code)]
        assert (done.refused_rows, done.passed_rows) == (1, 0)
    assert standing(business) == before


def test_a_balance_that_differs_is_told_as_such_where_the_value_follows_from_it(business: Business) -> None:
    head = "Code,Remaining,Sold on"
    brought(business, table("567533439724,60.00,2026-01-20", head=head), kind="vouchers")
    later = brought(business, table("567533439724,40.00,2026-01-20", head=head), kind="vouchers", update=True)
    assert faults(later) == [(1, "balance", "balance_differs")]
    fault = ImportFault.objects.get(of=later)
    assert (fault.value, fault.facts) == ("40.00", {"told": "40.00", "had": "60.00", "serial": "FERN-000001"})


def test_what_ended_there_is_told_only_while_it_is_good_here_and_never_by_its_code(business: Business) -> None:
    row = ",QX7-4417-AB,50.00,0.00,2026-04-02,,,,,"
    assert faults(again(business, row)) == [(1, "balance", "nothing_to_bring")]  # nobody knows it
    first(business)
    moss = fern("moss")
    assert faults(again(moss, row)) == [(1, "balance", "nothing_to_bring")]  # another business's is none of theirs
    told = again(business, row)
    for fault in ImportFault.objects.filter(of=told):
        assert "QX74417AB" not in json.dumps([fault.cells, fault.value, fault.facts])
    assert "QX7-4417-AB" in b"".join(refused_rows(told)).decode()
    redeem(business, found(business, "GC-1"), 4_000)
    settled = again(business, row)
    assert faults(settled) == [(1, "balance", "nothing_to_bring")]
    assert all(fault.facts == {} for fault in ImportFault.objects.filter(of=settled))


def test_a_voucher_that_is_over_here_is_neither_extended_nor_given_to_anybody_by_a_table(business: Business) -> None:
    rows = [f"GC-{n},,10.00,10.00,2026-05-03,2026-12-31,,,," for n in (1, 2, 3)]
    brought(business, cards(*rows), kind="vouchers")
    redeem(business, found(business, "GC-1"), 1_000)
    order(business, "voided", voucher=found(business, "GC-2").public_id, reason="fraud", refund=None)
    assert lapse(business=business, now=NOW + 60 * DAY) == 1
    before = standing(business)
    later = [row.replace("2026-12-31", "2028-12-31") for row in rows]
    done = brought(business, cards(*later), kind="vouchers", update=True)
    assert faults(done) == [
        (1, "expires", "nothing_left"), (2, "serial", "voucher_void"), (3, "expires", "lapsed_since"),
    ]  # fmt: skip
    assert standing(business) == before


def test_undone_a_change_stays_and_is_listed_and_the_first_import_is_undone_as_ever(business: Business) -> None:
    done = brought(business, cards("GC-1,,50.00,40.00,2026-04-02,2028-04-02,Ann,,,"), kind="vouchers")
    changed = again(business, "GC-1,,50.00,40.00,2026-04-02,never,Ann,Bob,,")
    assert undo_preview(changed).left == {"was_updated": 1}
    gone = undo(changed, actor="user:ann", clock=ticking)
    assert [(each.code, each.value) for each in gone.faults.filter(undoing=True)] == [("was_updated", "GC-000001")]
    one = found(business, "GC-1")
    assert (one.state, one.expires_at, left_of(business, one)) == ("active", None, 4_000)
    undo(done, actor="user:ann", clock=ticking)
    assert found(business, "GC-1").state == "void"
    assert trial_of(book_of(business=business.pk)) == {}
    assert checking.faults() == []


def test_a_buyer_is_the_same_by_id_or_by_all_that_the_row_tells(business: Business) -> None:
    tell(business, [saved("bob", phone="+13035550102")])
    head = "Serial,Value,Sold on,Buyer id,Buyer,Buyer phone"
    brought(business, table("GC-1,5.00,2026-05-03,,,(303) 555-0102", head=head), kind="vouchers")
    assert found(business, "GC-1").buyer == Contact.objects.get(phone="+13035550102")
    same = brought(business, table("GC-1,5.00,2026-05-03,,Bob,303-555-0102", head=head), kind="vouchers")
    assert same.known_rows == 1
    other = brought(business, table("GC-1,5.00,2026-05-03,,Cy,", head=head), kind="vouchers", update=True)
    assert other.stored_rows == 1
    buyer = found(business, "GC-1").buyer
    assert buyer is not None
    assert buyer.name == "Cy"


def test_a_buyer_who_was_erased_since_is_not_told_again(business: Business) -> None:
    row = "GC-1,,50.00,40.00,2026-04-02,2028-04-02,Ann,,,For Ann"
    brought(business, cards(row), kind="vouchers")
    one = found(business, "GC-1")
    assert one.buyer is not None
    told = {"contact": one.buyer.public_id, "reason": "asked by letter"}
    submit(business=business, type="contact.erased", data=told, actor="user:cy", now=NOW)
    before = standing(business)
    done = again(business, row)
    assert (done.known_rows, done.refused_rows) == (1, 0)
    assert standing(business) == before
    assert not Contact.objects.filter(business=business, name="Ann").exists()


# --- named services ---------------------------------------------------------------------------------------------------

SERVICES = """\
Serial,Service,Value,Balance,Sold on
FV-1,Full valet,85.00,85.00,2026-04-02
FV-2,Full valet,85.00,40.00,2026-04-02
FV-3,Full valet,,,2026-04-02
FV-4,Full valet,85.00,0.00,2026-04-02
FV-5,,20.00,20.00,2026-04-02
"""


def test_a_voucher_for_a_named_service_is_brought_at_what_was_paid_and_redeemed_whole(business: Business) -> None:
    done = brought(business, SERVICES, kind="vouchers")
    assert faults(done) == [
        (2, "balance", "service_part_used"), (3, "balance", "service_without_value"),
        (4, "balance", "nothing_to_bring"),
    ]  # fmt: skip
    sheet = reconciliation(done)
    assert (sheet.stored, sheet.money_in, sheet.money_booked, sheet.holds) == (2, 10_500, 10_500, True)
    one = found(business, "FV-1")
    assert (one.service, one.value, found(business, "FV-5").service) == ("Full valet", 8_500, "")
    with pytest.raises(Refused) as refusal:
        redeem(business, one, 4_000)
    assert refusal.value.code == "redeemed_whole"
    assert redeem(business, one, 8_500).units == 8_500
    assert trial_of(book_of(business=business.pk)) == {
        (Kind.SOLD_VOUCHER, "USD"): 2_000, (Kind.REDEEMED, "USD"): 8_500, (Kind.OPENING, "USD"): -10_500,
    }  # fmt: skip
    assert checking.faults() == []


def test_another_service_is_another_voucher_and_the_same_file_again_is_known(business: Business) -> None:
    brought(business, SERVICES, kind="vouchers")
    assert brought(business, SERVICES, kind="vouchers").known_rows == 2
    other = brought(business, SERVICES.replace("Full valet", "Mini valet"), kind="vouchers", update=True)
    assert (1, "serial", "voucher_differs") in faults(other)
    assert found(business, "FV-1").service == "Full valet"


def test_a_service_that_was_redeemed_stays_so_when_its_import_is_undone_and_brought_again(business: Business) -> None:
    done = brought(business, SERVICES, kind="vouchers")
    redeem(business, found(business, "FV-1"), 8_500)
    gone = undo(done, actor="user:ann", clock=ticking)
    assert [(each.code, each.value) for each in gone.faults.filter(undoing=True)] == [("voucher_used", "FV-000001")]
    assert gone.money_booked == 8_500
    back = brought(business, SERVICES, kind="vouchers")
    assert (back.stored_rows, back.known_rows, back.money_booked) == (1, 1, 2_000)
    assert dict(Voucher.objects.values_list("serial", "state")) == {"FV-000001": "redeemed", "FV-000005": "active"}
    assert checking.faults() == []


def test_the_order_itself_refuses_a_part_of_a_service(business: Business) -> None:
    with pytest.raises(Refused) as refusal:
        order(business, "brought", kind="sold", value=500, balance=400, service="Full valet")
    assert refusal.value.code == "redeemed_whole"
    assert Voucher.objects.count() == 0
    assert Event.objects.get(type="voucher.brought").state == "refused"
