"""The public balance page: the code's holder sees what it is worth and nobody's surname; guessing ends in a wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from goodword import codes
from goodword.business.models import Business
from goodword.flow.clock import lapse
from goodword.inbox.models import Event
from goodword.vouchers import finding
from goodword.vouchers.models import Voucher
from tests.flow.story import british
from tests.flow.vouchers.cast import TILL, give, made_by, order, redeem, sell

pytestmark = pytest.mark.django_db


@pytest.fixture
def business(transactional_db: None) -> Business:
    return british()


def page(voucher: Voucher, **more: str) -> str:
    answer = Client().get(f"/v/{finding.code_of(voucher)}", more)
    assert (answer.status_code, answer["Referrer-Policy"]) == (200, "no-referrer")
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def at() -> datetime:
    return datetime.now(UTC)


def test_whoever_holds_the_code_sees_what_is_left_and_where_it_went(business: Business) -> None:
    voucher = sell(
        business, 5000, now=at(), buyer={"name": "Ida Berg"}, recipient={"name": "Max Rivers", "phone": "+13035550142"},
        message="Happy <b>birthday</b>",
    )  # fmt: skip
    redeem(business, voucher, 1999, now=at())
    told = page(voucher)
    for text in ("$30.01", "$50", "$19.99", "Ida", "Max", "Happy &lt;b&gt;birthday", voucher.serial, "Gift voucher"):
        assert text in told
    for text in ("Berg", "Rivers", "0142", "user:o"):
        assert text not in told


def test_it_is_read_in_arabic_and_swedish(business: Business) -> None:
    voucher = sell(business, 5000, now=at())
    assert 'dir="rtl"' in page(voucher, lang="ar")
    assert "قسيمة هدية" in page(voucher, lang="ar")
    assert "Presentkort" in page(voucher, lang="sv")


def test_a_code_is_read_however_it_is_typed_and_a_serial_opens_nothing(business: Business) -> None:
    voucher = sell(business, 5000, now=at())
    code = finding.code_of(voucher)
    assert Client().get(f"/v/{code.lower().replace('-', '')}").status_code == 200
    there = Client().post("/v/", {"code": code.lower().replace("-", " ")})
    assert (there.status_code, there["Location"]) == (302, f"/v/{code}")
    assert Client().get(f"/v/{voucher.serial}").status_code == 404
    assert Client().get(f"/v/{voucher.public_id}").status_code == 404


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("used", "All of it was used"), ("paid_out", "It was paid out"),
        ("expired", "Its time is over"), ("frozen", "resting for a moment"),
        ("cancelled", "was cancelled"), ("replaced", "A new card took its place"), ("unsold", "not active yet"),
        ("given", "Promotional voucher"), ("service", "One lawn, mown"),
    ],
)  # fmt: skip
def test_each_standing_has_its_own_kind_word(business: Business, what: str, text: str) -> None:
    now = at()
    if what == "unsold":
        (voucher,) = made_by(order(business, "stocked", now=now, kind="sold", count=1))
    elif what in ("given", "service"):
        voucher = give(business, now=now, service="One lawn, mown" if what == "service" else "")
    else:
        voucher = sell(business, 5000, now=now - timedelta(days=500) if what == "expired" else now)
    name = voucher.public_id
    if what == "used":
        redeem(business, voucher, 5000, now=now)
    elif what == "paid_out":
        order(business, "cashed_out", now=now, voucher=name, refund=TILL, reason="she moves abroad")
        assert "Thank you for coming" not in page(voucher)
    elif what == "expired":
        lapse(business=business, now=now)
    elif what == "frozen":
        order(business, "frozen", now=now, voucher=name, reason="x")
    elif what == "cancelled":
        order(business, "voided", now=now, voucher=name, reason="x", refund=TILL)
    elif what == "replaced":
        order(business, "replaced", now=now, voucher=name)
    assert text in page(voucher)


def test_past_its_day_it_says_so_before_the_clock_has_come(business: Business) -> None:
    voucher = sell(business, now=at() - timedelta(days=500))
    assert "Its time is over" in page(voucher)
    assert "$50" not in page(voucher)


def test_a_typing_error_is_told_apart_from_an_unknown_code(business: Business) -> None:
    voucher = sell(business, now=at())
    code = codes.normalise(finding.code_of(voucher))
    wrong = code[:-1] + next(c for c in codes.ALPHABET if c != code[-1])
    assert "letter by letter" in Client().get(f"/v/{wrong}").content.decode()
    assert "place 3" in Client().get(f"/v/{code[:2]}A{code[3:]}").content.decode()
    nobody = codes.make(b"\x07" * 40, length=16)
    answer = Client().get(f"/v/{nobody}")
    assert answer.status_code == 404
    assert "We do not know this code" in answer.content.decode()


def test_whoever_guesses_waits_and_then_finds_nothing_for_an_hour(business: Business) -> None:
    voucher = sell(business, now=at())
    for n in range(21):
        assert Client().get(f"/v/{codes.make(bytes([n]) * 40, length=16)}").status_code in (404, 429)
    assert Client().get(f"/v/{finding.code_of(voucher)}").status_code == 429
    elsewhere = Client(REMOTE_ADDR="198.51.100.9").get(f"/v/{finding.code_of(voucher)}")
    assert elsewhere.status_code == 200
    assert Event.objects.filter(business=business, type="voucher.guessing_noticed").count() == 1


def test_the_form_asks_for_a_code(business: Business) -> None:
    assert Client().get("/v/").status_code == 200
    empty = Client().post("/v/", {"code": " "})
    assert empty.status_code == 422
    assert "Please type the code" in empty.content.decode()
