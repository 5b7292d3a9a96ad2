"""Vouchers sold elsewhere are brought in with what is left of them: cards in customers' hands go on working."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodword import codes
from goodword.business.models import Business, Location
from goodword.errors import Conflict, Invalid, NotFound, Refused
from goodword.flow.bringing import carry_on, check, run, undo
from goodword.flow.bringing_sheet import reconciliation, refused_rows
from goodword.flow.bringing_undo_plan import undo_preview
from goodword.flow.clock import lapse
from goodword.flow.vouchers import rekeying
from goodword.inbox.models import Event, Import, ImportFault
from goodword.ledger import checking, reading
from goodword.ledger.chart import Kind
from goodword.ledger.opening import book_of
from goodword.people.models import Contact
from goodword.reports.voucher_register import register
from goodword.vouchers import finding
from goodword.vouchers.models import Sale, SerialCounter, Voucher
from tests.flow.story import NOW, closed, fern, saved, tell
from tests.flow.test_bringing import bring, brought, faults, ticking
from tests.flow.test_races import at_once
from tests.flow.vouchers.cast import order, redeem, sell, standing
from tests.ledger.cast import trial_of

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)
HEAD = (
    "Serial,Code,Value,Balance,Sold on,Expires,Status,Payment method,Payment reference,Buyer,Recipient,Recipient phone"
)
TABLE = f"""\
{HEAD}
GC-101,,100.00,60.00,2026-03-01,2028-03-01,partially used,Visa,ORD-1,Ann Archer,Bob Baker,(303) 555-0102
GC-102,QX7-4417-AB,50.00,50.00,2026-04-02,never,active,cash,ORD-2,,,
,8842016655,25.00,25.00,2026-05-03,,Open,,,,,
GC-104,,40.00,0.00,2026-05-03,,redeemed,cash,,,,
"""


@pytest.fixture
def business(settings: Any, tmp_path: Path) -> Business:
    settings.DATA = tmp_path
    return fern()


def table(*rows: str, head: str = "Serial,Code,Value,Balance,Sold on,Expires,Status") -> str:
    return "\n".join((head, *rows)) + "\n"


def left_of(business: Business, voucher: Voucher) -> int:
    assert voucher.lot is not None
    return reading.lots(book=book_of(business=business.pk), ids=[voucher.lot])[0].units


def assert_registered(business: Business) -> None:
    """See that the register of sales tells of each voucher what the books have."""
    rows = register(business=business, by="sale").rows
    assert [(line.open, line.booked) for line in rows if line.open != line.booked] == []


def found(business: Business, text: str) -> Voucher:
    return finding.voucher_of(business=business, text=text)


@pytest.mark.requirement("R26")
def test_what_is_left_of_a_voucher_comes_with_its_serial_its_last_day_and_who_has_it(business: Business) -> None:
    done = brought(business, TABLE, kind="vouchers")
    assert faults(done) == [(4, "status", "voucher_ended")]
    sheet = reconciliation(done)
    assert (sheet.rows, sheet.stored, sheet.refused, sheet.passed) == (4, 3, 1, 1)
    assert (sheet.money_in, sheet.money_booked, sheet.holds) == (13_500, 13_500, True)
    one = found(business, "gc 101")
    assert (one.serial, one.state, one.kind, one.value, left_of(business, one)) == (
        "GC-000101", "active", "sold", 6_000, 6_000,
    )  # fmt: skip
    assert one.issued_at is not None
    assert one.issued_at.date().isoformat() == "2026-03-01"
    assert one.expires_at is not None
    assert one.expires_at.date().isoformat() == "2028-03-02"
    assert one.buyer is not None
    assert one.buyer.name == "Ann Archer"
    assert one.recipient is not None
    assert (one.recipient.name, one.recipient.phone) == ("Bob Baker", "+13035550102")
    assert one.sale is not None
    assert (one.sale.method, one.sale.reference, one.sale.amount, one.sale.count) == ("card", "ORD-1", 10_000, 1)
    assert found(business, "GC-102").expires_at is None
    assert trial_of(book_of(business=business.pk)) == {
        (Kind.SOLD_VOUCHER, "USD"): 13_500, (Kind.OPENING, "USD"): -13_500,
    }  # fmt: skip
    assert checking.faults() == []


def test_a_code_of_the_old_system_goes_on_working_and_stands_nowhere_in_clear(business: Business) -> None:
    done = brought(business, TABLE, kind="vouchers")
    assert found(business, "qx7 4417 ab").serial == "GC-000102"
    number = found(business, "8842-0166-55")
    assert number.serial == "FERN-000001"  # it had none: the next of ours
    assert finding.code_of(number) == "8842016655"
    assert number.code_tail == "55"  # of a short code not half of it
    assert redeem(business, number, 2_000).units == 2_000
    for secret in ("8842016655", "QX74417AB", "QX7-4417-AB"):
        for told in Event.objects.all():
            assert secret not in json.dumps(told.data) + told.external_id
        for row in Voucher.objects.values():
            assert secret not in str(row)
    assert done.state == "done"


def test_an_old_code_is_its_business_own_and_opens_no_page_for_the_public(business: Business) -> None:
    moss = fern("moss")
    rows = table(",8842016655,25.00,25.00,2026-05-03,,")
    assert [brought(each, rows, kind="vouchers").stored_rows for each in (business, moss)] == [1, 1]
    assert found(business, "8842016655").business_id == business.pk
    assert found(moss, "8842016655").business_id == moss.pk
    with pytest.raises(codes.Mistyped):
        finding.by_code("8842016655")
    with pytest.raises(NotFound):  # it may be a guess, so it is counted as one
        found(business, "8842016656")


def test_a_code_of_our_own_form_is_taken_over_as_it_is(business: Business) -> None:
    code = codes.make(bytes(range(60)), length=codes.BEARER_LENGTH)
    brought(business, table(f"GC-7,{codes.grouped(code)},25.00,25.00,2026-05-03,,"), kind="vouchers")
    known = finding.by_code(code)
    assert known is not None
    assert known.serial == "GC-000007"
    assert finding.code_of(known) == codes.grouped(code)


def test_a_number_that_reads_like_a_serial_is_one_and_never_a_second_name_of_another_card(business: Business) -> None:
    rows = table(",GC-1001,25.00,25.00,2026-05-03,,", "GC-7,GC-8,25.00,25.00,2026-05-03,,")
    done = brought(business, rows, kind="vouchers")
    assert faults(done) == [(2, "code", "code_like_serial")]
    assert found(business, "gc1001").serial == "GC-001001"


def test_the_next_serial_of_a_prefix_that_was_brought_comes_behind_it(business: Business) -> None:
    brought(business, table("FERN-41,,25.00,25.00,2026-05-03,,", "FERN-40,,5.00,5.00,2026-05-03,,"), kind="vouchers")
    assert SerialCounter.objects.get(business=business, prefix="FERN").next_number == 42
    assert sell(business).serial == "FERN-000042"


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("GC 12 A,,5.00,5.00,2026-05-03,,", "serial", "bad_serial"),
        (",4B1C,5.00,5.00,2026-05-03,,", "code", "bad_code"),
        (",ABC-123!X,5.00,5.00,2026-05-03,,", "code", "bad_code"),
        (",,5.00,5.00,2026-05-03,,", "serial", "missing_value"),
        ("GC-1,,5.00,5.01,2026-05-03,,", "balance", "balance_above_value"),
        ("GC-1,,5.00,-1.00,2026-05-03,,", "balance", "negative_balance"),
        ("GC-1,,5.00,,2026-05-03,,", "balance", "missing_value"),
        ("GC-1,,5.00,0,2026-05-03,,", "balance", "nothing_to_bring"),
        ("GC-1,,5.00,5.00,2026-05-03,2026-11-18,", "expires", "voucher_expired"),
        ("GC-1,,5.00,0,2026-05-03,2026-11-18,", "expires", "voucher_ended"),
        ("GC-1,,5.00,5.00,2026-05-03,,expired", "status", "voucher_expired"),
        ("GC-1,,5.00,5.00,2026-05-03,,void", "status", "voucher_ended"),
        ("GC-1,,5.00,5.00,2026-05-03,,redeemed", "status", "used_with_balance"),
        ("GC-1,,5.00,5.00,2026-05-03,,mislaid", "status", "unknown_word"),
        ("GC-1,,5.00,5.00,2027-05-03,,", "sold_on", "time_in_future"),
        ("GC-1,,5.00,5.00,2026-05-03,soon,", "expires", "not_a_date"),
    ],
)
def test_a_voucher_that_cannot_be_brought_is_refused_with_the_reason_before_anything_is_stored(
    business: Business, row: str, field: str, code: str
) -> None:
    before = standing(business)
    draft = check(bring(business, table(row, "GC-9,,1.00,1.00,2026-05-03,,"), kind="vouchers"), clock=ticking)
    assert faults(draft)[0] == (1, field, code)
    assert (draft.stored_rows, draft.refused_rows) == (1, 1)
    assert standing(business) == before


def test_the_same_serial_or_code_twice_is_brought_once(business: Business) -> None:
    rows = table(
        "GC-1,77AAAB,5.00,5.00,2026-05-03,,", "gc1,,5.00,5.00,2026-05-03,,", "GC-2,77 aa-ab,5.00,5.00,2026-05-03,,"
    )
    done = brought(business, rows, kind="vouchers")
    assert faults(done) == [(2, "", "repeated_row"), (3, "code", "repeated_code")]
    assert done.money_booked == 500


def test_a_serial_that_was_sold_here_is_never_taken_over(business: Business) -> None:
    mine = sell(business)
    done = brought(business, table(f"{mine.serial},,5.00,5.00,2026-05-03,,"), kind="vouchers")
    assert faults(done) == [(1, "serial", "serial_taken")]
    assert (done.money_in, done.money_booked) == (0, 0)
    assert left_of(business, mine) == 5_000


def test_a_last_day_sooner_than_the_law_wants_stays_and_is_told(business: Business) -> None:
    rows = table("GC-1,,5.00,5.00,2026-05-03,2026-12-31,", "GC-2,,5.00,5.00,2026-05-03,2031-12-31,")
    draft = check(bring(business, rows, kind="vouchers"), clock=ticking)
    assert (draft.stored_rows, draft.refused_rows, draft.warnings) == (2, 0, {"shorter_than_law": 1})
    done = brought(business, rows, kind="vouchers")
    assert reconciliation(done).warnings == {"shorter_than_law": 1}
    one = found(business, "GC-1")
    assert one.expires_at is not None
    assert one.expires_at.date().isoformat() == "2027-01-01"
    assert one.policy != ""


def test_given_ones_are_promotional_and_what_contradicts_that_is_refused(business: Business) -> None:
    head = "Serial,Value,Sold on,Voucher kind,Payment method"
    rows = table(
        "GC-1,5.00,2026-05-03,promo,",
        "GC-2,5.00,2026-05-03,,complimentary",
        "GC-3,5.00,2026-05-03,sold,free",
        head=head,
    )
    done = brought(business, rows, kind="vouchers")
    assert faults(done) == [(3, "paid_by", "bad_payment")]
    assert list(Sale.objects.order_by("pk").values_list("kind", "method", "reason")) == [
        ("promotional", "complimentary", f"import {done.number}"),
    ] * 2  # fmt: skip
    assert trial_of(book_of(business=business.pk)) == {
        (Kind.PROMO_VOUCHER, "USD"): 1_000, (Kind.OPENING, "USD"): -1_000,
    }  # fmt: skip


def test_whom_a_row_names_by_id_must_be_known_and_a_name_is_one_customer_or_a_new_one(business: Business) -> None:
    Location.objects.create(business=business, external_id="north", name="North Side")
    tell(business, [saved("bob", phone="+13035550102")])
    head = "Serial,Value,Sold on,Buyer id,Buyer,Recipient,Location"
    rows = table(
        "GC-1,5.00,2026-05-03,,Bob,Cy,north side", "GC-2,5.00,2026-05-03,,Cy,,", "GC-3,5.00,2026-05-03,C77,,,",
        "GC-4,5.00,2026-05-03,C77,Dee,,", "GC-5,5.00,2026-05-03,,,,South", head=head,
    )  # fmt: skip
    done = brought(business, rows, kind="vouchers")
    assert faults(done) == [(3, "buyer_id", "contact_unknown"), (5, "location", "location_unknown")]
    one, two = found(business, "GC-1"), found(business, "GC-2")
    assert one.buyer is not None
    assert one.buyer.phone == "+13035550102"
    assert one.recipient_id == two.buyer_id is not None
    assert one.location is not None
    assert one.location.name == "North Side"
    assert sorted(Contact.objects.filter(business=business).values_list("name", flat=True)) == ["Bob", "Cy", "Dee"]


def test_the_same_file_again_is_known_and_other_content_is_refused(business: Business) -> None:
    brought(business, TABLE, kind="vouchers")
    redeem(business, found(business, "GC-101"), 1_000)
    before = standing(business)
    again = brought(business, TABLE, kind="vouchers")
    assert (again.known_rows, again.stored_rows, again.refused_rows) == (3, 0, 1)
    other = brought(business, TABLE.replace("60.00", "61.00"), kind="vouchers")
    assert (1, "balance", "balance_differs") in faults(other)
    assert ImportFault.objects.get(of=other, code="balance_differs").facts == {
        "told": "61.00", "had": "60.00", "serial": "GC-000101",
    }  # fmt: skip
    assert standing(business) == before


def test_an_undone_import_takes_back_what_is_left_and_lists_what_was_used(business: Business) -> None:
    done = brought(business, TABLE, kind="vouchers")
    redeem(business, found(business, "GC-101"), 1_000)
    redeem(business, found(business, "GC-102"), 5_000)
    assert undo_preview(done).vouchers == 3
    gone = undo(done, actor="user:ann", clock=ticking)
    assert sorted((each.code, each.value, each.facts["missing"]) for each in gone.faults.filter(undoing=True)) == [
        ("voucher_used", "GC-000101", 1_000), ("voucher_used", "GC-000102", 5_000),
    ]  # fmt: skip
    states = dict(Voucher.objects.values_list("serial", "state"))
    assert states == {"GC-000101": "void", "GC-000102": "redeemed", "FERN-000001": "void"}
    assert trial_of(book_of(business=business.pk)) == {
        (Kind.OPENING, "USD"): -6_000, (Kind.REDEEMED, "USD"): 6_000,
    }  # fmt: skip
    assert gone.money_booked == 6_000
    assert_registered(business)
    one = found(business, "GC-101")
    with pytest.raises(Refused) as refusal:
        redeem(business, one, 100)
    assert refusal.value.code == "voucher_void"
    assert checking.faults() == []


def test_an_undone_file_is_brought_again_without_what_was_used(business: Business) -> None:
    first = brought(business, TABLE, kind="vouchers")
    before = dict(Voucher.objects.values_list("serial", "public_id"))
    redeem(business, found(business, "GC-101"), 1_000)
    undo(first, actor="user:ann", clock=ticking)
    again = brought(business, TABLE, kind="vouchers")
    assert (again.stored_rows, again.money_in, again.money_booked) == (3, 12_500, 12_500)
    one = found(business, "GC-101")
    assert (one.state, one.value, left_of(business, one)) == ("active", 6_000, 5_000)
    assert dict(Voucher.objects.values_list("serial", "public_id")) == before  # the same cards
    assert found(business, "8842016655").state == "active"
    assert brought(business, TABLE, kind="vouchers").known_rows == 3
    assert_registered(business)
    redeem(business, one, 5_000)
    undo(again, actor="user:ann", clock=ticking)
    third = brought(business, TABLE, kind="vouchers")
    assert (third.stored_rows, third.money_booked) == (2, 7_500)
    assert checking.faults() == []


def test_what_lapsed_was_extended_or_replaced_since_is_taken_back_and_what_staff_cancelled_stays(
    business: Business,
) -> None:
    rows = table(*(f"GC-{n},,10.00,10.00,2026-05-03,2026-12-31," for n in (1, 2, 3, 4)))
    done = brought(business, rows, kind="vouchers")
    cards = {n: found(business, f"GC-{n}") for n in (1, 2, 3, 4)}
    order(business, "extended", voucher=cards[2].public_id, expires_on="2028-01-01", reason="ill")
    order(business, "replaced", voucher=cards[3].public_id, reason="lost")
    order(business, "voided", voucher=cards[4].public_id, reason="fraud", refund=None)
    assert lapse(business=business, now=NOW + 60 * DAY) == 2  # the first, and the new card of the third
    gone = undo(done, actor="user:ann", clock=lambda: NOW + 61 * DAY)
    left = [(each.code, each.value) for each in gone.faults.filter(undoing=True)]
    assert left == [("changed_since", "GC-000004")]
    assert trial_of(book_of(business=business.pk)) == {(Kind.OPENING, "USD"): -1_000, (Kind.LAPSED, "USD"): 1_000}
    assert set(Voucher.objects.values_list("state", flat=True)) == {"void"}
    assert checking.faults() == []


def test_refused_rows_come_back_whole_and_are_kept_with_their_codes_sealed(business: Business) -> None:
    done = brought(business, table("GC-1,SECRET99A,5.00,6.00,2026-05-03,,"), kind="vouchers")
    assert done.stored == ""  # the file itself is gone
    kept = ImportFault.objects.get(of=done)
    assert "SECRET99A" not in json.dumps([kept.cells, kept.value, kept.facts])
    given = b"".join(refused_rows(done)).decode()
    assert "GC-1,SECRET99A,5.00,6.00" in given
    wrong = brought(business, table("GC-1,SHORT,5.00,5.00,2026-05-03,,,TOO,MANY77"), kind="vouchers")
    for fault in ImportFault.objects.filter(of=wrong):
        assert not {"SHORT", "MANY77"} & set(json.dumps([fault.cells, fault.value]).replace('"', " ").split())
        assert "MANY77" not in json.dumps([fault.cells, fault.value])


def test_the_order_itself_refuses_what_no_table_would_tell(business: Business) -> None:
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"kind": "both"}, "bad_kind"), ({"balance": 0}, "amount_required"), ({"balance": 501}, "balance_above_value"),
        ({"expires_on": "2026-11-01"}, "already_expired"), ({"expires_on": "soon"}, "bad_day"),
        ({"code": "8842016655"}, "bad_code"), ({"serial": "??"}, "bad_serial"),
        ({"location": "x"}, "location_not_found"),
        ({"buyer": "con_x"}, "contact_not_found"), ({"payment": {"method": "complimentary"}}, "bad_payment"),
        ({"at": NOW + DAY}, "time_in_future"),
    ]  # fmt: skip
    before = standing(business)
    for more, code in wrong:
        with pytest.raises((Invalid, Refused, NotFound, Conflict)) as refusal:
            order(business, "brought", **{"kind": "sold", "value": 500, "balance": 500, **more})
        assert refusal.value.code == code
    mine = sell(business)
    with pytest.raises(Conflict) as sold_here:
        order(business, "taken_back", voucher=mine.public_id, reason="x")
    assert sold_here.value.code == "not_brought"
    assert before != standing(business)
    assert left_of(business, mine) == 5_000


class _Back(Exception):
    pass


ROW = st.tuples(st.integers(1, 9), st.integers(0, 9_000), st.integers(0, 9_000), st.sampled_from(["", "redeemed", "?"]))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=15, deadline=None
)
@given(rows=st.lists(ROW, max_size=12), used=st.lists(st.integers(1, 9_000), max_size=4))
@pytest.mark.django_db
def test_whatever_a_table_holds_the_sheet_is_what_the_ledger_has(
    business: Business, rows: list[tuple[int, int, int, str]], used: list[int]
) -> None:
    lines = [f"GC-{n},,{v / 100:.2f},{b / 100:.2f},2026-05-03,,{s}" for n, v, b, s in rows]
    book = book_of(business=business.pk)
    try:
        with transaction.atomic():
            done = brought(business, table(*lines, "GC-99,,1.00,1.00,2026-05-03,,"), kind="vouchers")
            sheet = reconciliation(done)
            lots = reading.lots(book=book, ids=list(Voucher.objects.values_list("lot", flat=True)))
            assert sheet.holds
            assert (sheet.stored, sheet.money_booked) == (len(lots), sum(lot.units for lot in lots))
            assert trial_of(book)[(Kind.OPENING, "USD")] == -(sheet.money_booked or 0)
            spent = 0
            for voucher, units in zip(Voucher.objects.order_by("pk"), used, strict=False):
                if units <= left_of(business, voucher):
                    redeem(business, voucher, units)
                    spent += units
            gone = undo(done, actor="user:ann", clock=ticking)
            assert gone.money_booked == spent
            assert sum(each.facts["missing"] for each in gone.faults.filter(undoing=True)) == spent
            assert checking.faults() == []
            raise _Back
    except _Back:
        pass


def test_brought_in_many_batches_and_taken_up_again_nothing_is_doubled(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("goodword.flow.bringing_work.BATCH", 2)
    rows = table(*(f"GC-{n},,10.00,10.00,2026-05-03,," for n in range(1, 8)))
    begun = bring(business, rows, kind="vouchers")

    class Killed(Exception):
        pass

    def told(row: Import) -> None:
        if row.position == 4:
            raise Killed

    with pytest.raises(Killed):
        run(begun, actor="user:ann", clock=ticking, told=told)
    Import.objects.filter(pk=begun.pk).update(holder="", beat_at=None)
    done = carry_on(begun, clock=ticking)
    assert (done.stored_rows, done.money_booked, Voucher.objects.count()) == (7, 7_000, 7)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor == "sqlite", reason="means something on PostgreSQL only")
def test_a_redemption_and_an_undo_at_once_never_spend_the_same_money_twice(business: Business) -> None:
    for turn in range(1, 4):
        done = brought(business, table(f"GC-{turn},,10.00,10.00,2026-05-03,,"), kind="vouchers")
        card = found(business, f"GC-{turn}")
        answers = at_once(lambda d=done: undo(d, actor="user:ann", clock=ticking), lambda c=card: _maybe(business, c))
        assert {each for each in answers if isinstance(each, str)} <= {"", "voucher_void"}
        done.refresh_from_db()
        assert done.money_booked in (0, 400)
        assert left_of(business, Voucher.objects.get(pk=card.pk)) == 0
        assert checking.faults() == []


def _maybe(business: Business, card: Voucher) -> str:
    try:
        redeem(business, card, 400)
    except Refused as refusal:
        return refusal.code
    return ""


def test_an_old_code_pays_a_ticket_and_stands_in_none(business: Business) -> None:
    brought(business, TABLE, kind="vouchers")
    card = found(business, "8842016655")
    paid = {"type": "voucher", "amount": 1_500, "code": "8842-0166-55"}
    earlier, later = "2026-11-19T10:00:00Z", (NOW + timedelta(minutes=4)).isoformat()
    tell(business, [closed("T0", None, 4_000, at=earlier, tenders=[paid])])  # what is left was counted after that
    assert left_of(business, card) == 2_500
    tell(business, [closed("T1", None, 4_000, at=later, tenders=[paid])])
    assert left_of(business, card) == 1_000
    assert "8842" not in json.dumps([each.data for each in Event.objects.filter(type="ticket.closed")])


def test_an_old_code_goes_on_working_under_another_secret_key(business: Business, settings: Any) -> None:
    brought(business, TABLE, kind="vouchers")
    old = settings.SECRET_KEY
    cards = list(Voucher.objects.order_by("pk"))
    settings.SECRET_KEY = "another secret of another installation, long enough for what it is"
    for card in cards:
        rekeying.resealing(old)(card)
        card.save()
    card = found(business, "8842016655")
    assert (finding.code_of(card), card.code_tail) == ("8842016655", "55")
    card.code_sealed = rekeying.OTHER + "8842016655"
    rekeying.seal_here(card)
    assert finding.code_of(card) == "8842016655"
    assert brought(business, TABLE, kind="vouchers").known_rows == 3  # and the table is known there too
    for wrong in (rekeying.OTHER + "not a code!", rekeying.CLEAR + "8842016655"):
        card.code_sealed = wrong
        with pytest.raises(codes.Mistyped):
            rekeying.seal_here(card)
