"""Vouchers come into being: serials without gaps, codes nobody can guess, value in the books, both ways of a sale."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from goodword import codes
from goodword.business.models import Business
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.vouchers import finding
from goodword.vouchers.models import Sale, SerialCounter, Voucher
from tests.flow.story import NOW, british, contact, fern, saved, tell
from tests.flow.vouchers.cast import GIFT, TILL, balance, books_hold, give, made_by, order, refusal, sell, state, trial

pytestmark = pytest.mark.django_db


@pytest.fixture
def business(transactional_db: None) -> Business:
    opened = british()
    tell(opened, [saved("bob")])
    return opened


@pytest.mark.requirement("R6", "R8", "R9", "R11", "R23")
def test_a_sold_voucher_has_a_serial_a_code_a_value_and_a_sale_that_points_back(business: Business) -> None:
    bob = contact(business, "bob")
    voucher = sell(business, 7500, buyer=bob.public_id, payment={"method": "card", "reference": "ch_1"})
    assert (voucher.serial, voucher.kind, state(voucher)) == ("FERN-000001", "sold", ("active", 7500))
    assert (voucher.buyer, voucher.recipient, voucher.sale.method) == (bob, None, "card")
    assert list(voucher.sale.vouchers.all()) == [voucher]
    code = finding.code_of(voucher)
    assert finding.voucher_of(business=business, text=code.lower().replace("-", " ")) == voucher
    assert finding.voucher_of(business=business, text="fern 1") == voucher
    assert len(codes.normalise(code)) == 16
    assert trial(business) == {"sold_voucher": 7500, "settlement": -7500}
    books_hold(business)


def test_nothing_that_is_stored_tells_a_code(business: Business) -> None:
    voucher = sell(business)
    code = codes.normalise(finding.code_of(voucher))
    row = " ".join(str(value) for value in Voucher.objects.filter(pk=voucher.pk).values_list().get())
    assert code not in row
    assert code not in str(list(Event.objects.values_list("data", flat=True)))


@pytest.mark.requirement("R10")
def test_a_voucher_is_valid_for_twelve_months_to_the_end_of_its_last_day(business: Business) -> None:
    assert sell(business).expires_at == datetime(2027, 11, 21, 7, 0, tzinfo=UTC)  # Denver's midnight after the 20th


def test_a_last_day_may_be_chosen_and_a_day_that_is_over_is_refused(business: Business) -> None:
    assert sell(business, expires_on="2031-12-31").expires_at == datetime(2032, 1, 1, 7, 0, tzinfo=UTC)
    assert sell(business, expires_on="never").expires_at is None
    past = {"kind": "promotional", "value": 100, "payment": GIFT, "expires_on": "2026-11-19"}
    assert refusal(business, "issued", **past).code == "already_expired"


@pytest.mark.requirement("R22")
def test_a_promotional_voucher_is_another_instrument_with_accounts_of_its_own(business: Business) -> None:
    voucher = give(business, 2000)
    assert (voucher.kind, voucher.sale.method, voucher.sale.reason) == ("promotional", "complimentary", "a thank-you")
    assert trial(business) == {"promo_voucher": 2000, "expense": -2000}


@pytest.mark.requirement("R24")
def test_fifty_cards_are_sold_in_one_order_with_one_sale_and_gapless_serials(business: Business) -> None:
    event = order(business, "issued", kind="sold", value=4000, count=50, payment=TILL, label="Valentine")
    vouchers = made_by(event)
    assert [v.serial for v in vouchers] == [f"FERN-{n:06}" for n in range(1, 51)]
    assert {v.sale for v in vouchers} == {Sale.objects.get()}
    assert (Sale.objects.get().amount, Sale.objects.get().count) == (200_000, 50)
    assert {balance(v) for v in vouchers} == {4000}
    assert len({v.code_index for v in vouchers}) == 50
    books_hold(business)


def test_a_refused_order_takes_no_serial(business: Business) -> None:
    sell(business)
    assert refusal(business, "issued", kind="sold", value=0, payment=TILL).code == "amount_required"
    assert refusal(business, "issued", kind="sold", value=10, payment=TILL, buyer="con_x").code == "contact_not_found"
    assert sell(business).serial == "FERN-000002"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"kind": "gift"}, "bad_kind"),
        ({"value": "50"}, "amount_required"),
        ({"value": 10**16}, "amount_out_of_range"),
        ({"count": 0}, "bad_count"),
        ({"count": 100_001}, "bad_count"),
        ({"payment": {"method": "cheque"}}, "bad_payment"),
        ({"payment": {"method": "complimentary", "reason": "x"}}, "bad_payment"),
        ({"kind": "promotional"}, "bad_payment"),
        ({"kind": "promotional", "payment": {"method": "complimentary"}}, "reason_required"),
        ({"expires_on": "soon"}, "bad_day"),
        ({"deliver_on": "2020-02-14"}, "delivery_over"),
        ({"badges": ["bdg_none"]}, "badge_not_found"),
        ({"prefix": "1ST"}, "bad_serial"),
        ({"count": 2, "recipient": {"name": "Bo"}}, "recipient_of_many"),
        ({"recipient": {"phone": "12"}}, "reach_unusable"),
        ({"buyer": {}}, "invalid_contact"),
        ({"location": "moon"}, "location_not_found"),
        ({"design": "des_1"}, "design_not_found"),
        ({"ticket": "tkt_1"}, "ticket_not_found"),
        ({"serials": ["?"]}, "bad_serial"),
        ({"serials": ["FERN-9..FERN-3"]}, "bad_range"),
        ({"serials": ["FERN-1..FERN-20000"]}, "too_many_serials"),
    ],
)
def test_a_bad_order_is_refused_and_nothing_moves(business: Business, told: dict[str, Any], code: str) -> None:
    data = {"kind": "sold", "value": 5000, "payment": TILL, **told}
    assert refusal(business, "issued", **data).code == code


@pytest.mark.requirement("R13", "R14")
def test_buyer_and_recipient_are_found_by_phone_or_made(business: Business) -> None:
    first = sell(business, buyer={"name": "Ida", "phone": "+1 303 555 0188"}, recipient={"name": "Max"})
    second = sell(business, buyer={"name": "Somebody else", "phone": "+1 (303) 555-0188"})
    assert (first.buyer.name, first.recipient.name) == ("Ida", "Max")
    assert second.buyer == first.buyer
    assert second.buyer.name == "Ida"  # what is known is not overwritten by what is typed in a hurry


@pytest.mark.requirement("R19")
def test_stock_is_worth_nothing_until_it_is_sold_by_its_serials(business: Business) -> None:
    event = order(business, "stocked", kind="sold", serials=["GIFT-101..GIFT-110"], label="print run")
    cards = made_by(event)
    assert [state(card) for card in cards] == [("stock", 0)] * 10
    assert cards[0].serial == "GIFT-000101"
    assert trial(business) == {}
    sold = order(business, "activated", serials=["gift 101 to 103", "GIFT-000110"], value=4000, payment=TILL)
    assert [v.serial[-3:] for v in made_by(sold)] == ["101", "102", "103", "110"]
    assert {state(v) for v in made_by(sold)} == {("active", 4000)}
    assert state(cards[3]) == ("stock", 0)
    assert SerialCounter.objects.get(prefix="GIFT").next_number == 111
    books_hold(business)


def test_selling_stock_is_all_or_nothing(business: Business) -> None:
    order(business, "stocked", kind="sold", serials=["GIFT-1..GIFT-5"])
    order(business, "activated", serials=["GIFT-2"], value=4000, payment=TILL)
    again = refusal(business, "activated", serials=["GIFT-1..GIFT-3"], value=4000, payment=TILL)
    assert (again.code, again.facts["serials"]) == ("already_active", ["GIFT-000002"])
    unknown = refusal(business, "activated", serials=["GIFT-5..GIFT-7"], value=4000, payment=TILL)
    assert (unknown.code, unknown.facts["serials"]) == ("voucher_not_found", ["GIFT-000006", "GIFT-000007"])


def test_a_printed_value_is_kept(business: Business) -> None:
    order(business, "stocked", kind="sold", count=2, value=2500)
    told = refusal(business, "activated", serials=["FERN-1"], value=5000, payment=TILL)
    assert (told.code, told.facts["value"]) == ("value_fixed", 2500)
    (sold,) = made_by(order(business, "activated", serials=["FERN-1"], payment=TILL))[:1]
    assert balance(sold) == 2500


def test_a_serial_is_given_once(business: Business) -> None:
    order(business, "stocked", kind="sold", serials=["GIFT-1"])
    assert refusal(business, "stocked", kind="sold", serials=["GIFT-1", "GIFT-2"]).code == "serial_taken"


def test_the_same_key_sells_once(business: Business) -> None:
    data = {"kind": "sold", "value": 5000, "payment": TILL}
    for _ in range(2):
        submit(business=business, type="voucher.issued", data=data, actor="user:o", now=NOW, key="form-1")
    assert Voucher.objects.count() == 1


def test_another_business_finds_neither_serial_nor_code(business: Business) -> None:
    other = fern("moss")
    voucher = sell(business)
    for text in (voucher.serial, finding.code_of(voucher), voucher.public_id):
        with pytest.raises(Exception, match="no voucher of that number or code"):
            finding.voucher_of(business=other, text=text)
    assert sell(other).serial == "MOSS-000001"


@pytest.mark.requirement("R10")
def test_a_last_day_shorter_than_the_law_allows_is_refused_with_the_law(business: Business) -> None:
    business.country, business.region = "US", "CO"
    business.save()
    assert sell(business).expires_at == datetime(2031, 11, 21, 7, 0, tzinfo=UTC)  # five years, not the usual one
    told = refusal(business, "issued", kind="sold", value=1, payment=TILL, expires_on="2027-11-20")
    assert told.code == "expiry_too_short"
    assert give(business, expires_on="2026-12-24").expires_at == datetime(2026, 12, 25, 7, 0, tzinfo=UTC)
    assert sell(business, expires_on="never").policy == sell(business).policy != ""
