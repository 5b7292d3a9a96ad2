"""What happened to a voucher is found by an index, however many events there are."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goodword.business.models import Badge, Business
from goodword.flow.changing import save_badge
from goodword.reports.voucher_log import booked, happened
from goodword.vouchers.models import Voucher
from tests.flow.story import NOW, fern
from tests.flow.vouchers.cast import order, refusal, sell

pytestmark = pytest.mark.django_db


def test_the_history_is_read_by_its_index(transactional_db: None) -> None:
    business = fern()
    voucher = sell(business)
    with CaptureQueriesContext(connection) as told:
        happened(business=business, row=voucher)
    (sql,) = [query["sql"] for query in told if "coalesce" in query["sql"].lower()]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # a table of three rows is read whole
            for other in ("event_newest", "event_by_staff", "inbox_event_business_id_4c46c437"):
                cursor.execute(f'DROP INDEX IF EXISTS "{other}"')
            cursor.execute(f"EXPLAIN {sql}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        plan = " ".join(str(part) for row in cursor.fetchall() for part in row)
    assert re.search(r"INDEX event_of_voucher|Scan (using|on) event_of_voucher", plan), plan


def test_it_tells_what_was_done_and_not_what_was_refused(transactional_db: None) -> None:
    business, beside = fern(), fern("ink")
    voucher, other = sell(business), sell(business)
    sell(beside)
    order(business, "frozen", voucher=voucher.public_id, reason="asked")
    order(business, "frozen", voucher=other.public_id, reason="asked")
    refusal(business, "redeemed", voucher=voucher.public_id, amount=100, currency="USD")
    order(business, "badged", sale=voucher.sale.public_id, add=[order_badge(business)])
    assert [event.type for event in happened(business=business, row=voucher)] == [
        "voucher.badged", "voucher.frozen", "voucher.issued",
    ]  # fmt: skip
    assert [event.type for event in happened(business=business, row=other)] == ["voucher.frozen", "voucher.issued"]


def order_badge(business: Business) -> str:
    wanted: dict[str, object] = {"name": "Wave", "colour": "#b3261e"}
    save_badge(business=business, ref="", wanted=wanted, actor="user:o", now=NOW)
    return Badge.objects.get().public_id


def test_a_card_of_stock_has_nothing_in_the_books(transactional_db: None) -> None:
    business = fern()
    order(business, "stocked", kind="sold", count=1)
    card = Voucher.objects.get()
    assert booked(business=business, row=card) == []
    assert [event.type for event in happened(business=business, row=card)] == ["voucher.stocked"]
