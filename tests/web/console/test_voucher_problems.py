"""What pages say of vouchers that could not pay, of a job that is on again, and before a customer is erased."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from goodword.inbox.models import Decision
from goodword.vouchers import finding
from goodword.web.api.decisions import rendered
from tests.flow.vouchers.cast import balance, order, sell
from tests.web.town import Town

pytestmark = pytest.mark.django_db


def paid(town: Town, code: str, amount: int, name: str = "T9") -> None:
    line: dict[str, Any] = {"kind": "service", "unit_price": amount}
    tender = {"type": "voucher", "amount": amount, "code": code}
    town.tell(
        "ticket.closed", {"ticket": {"external_id": name, "contact": "ann", "lines": [line], "tenders": [tender]}}
    )


def page(desk: Client, name: str = "problems", *args: str) -> str:
    return desk.get(reverse(f"console:{name}", args=args)).content.decode()


def test_a_tender_that_was_not_covered_names_card_ticket_amount_and_reason(town: Town, desk: Client) -> None:
    voucher = sell(town.business, 2000, now=town.now)
    order(town.business, "frozen", voucher=voucher.public_id, reason="dispute", now=town.now)
    paid(town, finding.code_of(voucher), 1500)
    body = page(desk)
    for words in (
        f"Voucher {voucher.serial}.", "Ticket T9.", "Amount: $15.", "The balance does not cover the amount.",
        "The voucher is on hold while a question about it is open.", "The sale stands.", "Ann Berg",
    ):  # fmt: skip
        assert words in body, words
    assert balance(voucher) == 2000


def test_a_code_of_nobody_is_told_by_its_end_and_never_whole(town: Town, desk: Client) -> None:
    paid(town, "4GHK-7M2P-QRS6-TTTT", 1500)
    body = page(desk)
    assert "The code ends in TTTT." in body
    assert "No voucher of ours has that code." in body
    assert "4GHK" not in body


@pytest.mark.parametrize(("lang", "words"), [
    ("en", "The job is on again, but its vouchers were let go when it was cancelled."),
    ("sv", "Jobbet är på gång igen, men dess presentkort släpptes när det avbokades."),
    ("ar", "عاد العمل قائمًا، لكن قسائمه أُعيدت عند إلغائه."),
])  # fmt: skip
def test_a_job_that_is_on_again_names_the_vouchers_that_were_let_go(
    town: Town, desk: Client, lang: str, words: str
) -> None:
    town.job("cy", "booked", name="hedge")
    voucher = sell(town.business, 2000, now=town.now)
    job = {"source": "crm", "external_id": "hedge"}
    order(town.business, "booked", voucher=voucher.public_id, job=job, now=town.now)
    for status in ("cancelled", "booked"):
        town.job("cy", status, name="hedge")
    desk.cookies["django_language"] = lang
    body = page(desk)
    assert words in body
    assert voucher.serial in body
    assert "hedge" in body


def test_what_became_of_vouchers_is_one_sentence_of_the_event(town: Town) -> None:
    voucher = sell(town.business, 2000, now=town.now)
    paid(town, finding.code_of(voucher), 1500)
    town.tell("ticket.voided", {"ticket": {"external_id": "T9"}})
    rows = Decision.objects.filter(business=town.business, kind__startswith="voucher_").order_by("pk")
    assert [told["sentence"] for told in rendered(business=town.business, rows=list(rows))] == [
        f"Voucher {voucher.serial} paid on the ticket.", f"What voucher {voucher.serial} had paid was given back.",
    ]  # fmt: skip


def test_the_page_that_erases_says_which_vouchers_are_open_before(town: Town, desk: Client) -> None:
    ann = town.contact("Ann")
    asked = ("customer_erase", ann.public_id)
    assert "go on working" not in page(desk, *asked)
    sell(town.business, 2000, now=town.now, buyer=ann.public_id)
    assert "1 open voucher is theirs, worth $20. The card goes on working for whoever has it." in page(desk, *asked)
    sell(town.business, 500, now=town.now, recipient=ann.public_id)
    assert "2 open vouchers are theirs, worth $25 in all." in page(desk, *asked)
