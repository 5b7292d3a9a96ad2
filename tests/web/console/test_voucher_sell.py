"""Vouchers sold at the console: one by a value and Enter, a wave, cards of stock; whose they are is told or asked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from goodword import codes
from goodword.inbox.models import Event
from goodword.ledger.models import Entry
from goodword.people.models import Contact
from goodword.vouchers import finding
from goodword.vouchers.models import Sale, Voucher
from tests.web.console.counter import badge, order, sent, sold
from tests.web.town import Town, signed_in

pytestmark = pytest.mark.django_db
PLAIN = {"count": "1", "method": "till"}


@pytest.fixture
def desk(town: Town) -> Client:
    return signed_in(town.staff("office"))


def sell(desk: Client, **fields: Any) -> Any:
    return sent(desk, "voucher_sell", **(PLAIN | fields))


@pytest.mark.requirement("R8", "R21")
def test_a_value_and_enter_sell_a_voucher_and_show_its_serial_and_its_code_once(town: Town, desk: Client) -> None:
    done = sell(desk, value="75.50", reference="T-9")
    voucher = Voucher.objects.get()
    assert (voucher.serial, voucher.value, voucher.kind, voucher.buyer) == ("FERN-000001", 7550, "sold", None)
    assert (voucher.sale.method, voucher.sale.reference) == ("till", "T-9")
    assert finding.code_of(voucher) in done.content.decode()
    assert (done["Referrer-Policy"], "no-store" in done["Cache-Control"]) == ("no-referrer", True)
    assert Event.objects.get(type="voucher.issued").actor == "user:staff-office@fern-lawn-care.example"


def test_a_form_that_is_sent_twice_sells_once_and_answers_alike(town: Town, desk: Client) -> None:
    url = reverse("console:voucher_sell")
    key = desk.get(url).context["form_key"]
    fields = {**PLAIN, "form": key, "value": "50", "buyer": "Maria Costa"}
    first, again = desk.post(url, fields), desk.post(url, fields)
    assert first.context["voucher"] == again.context["voucher"]
    assert (Voucher.objects.count(), Contact.objects.filter(name="Maria Costa").count()) == (1, 1)


@pytest.mark.parametrize(
    ("fields", "place", "said"),
    [
        ({"value": ""}, "value", "What is it worth? Write an amount above zero."),
        ({"value": "-5"}, "value", "That is not an amount. Write it like 25.00."),
        ({"value": "£50"}, "value", "That is not an amount. Write it like 25.00."),
        ({"value": "fifty"}, "value", "That is not an amount. Write it like 25.00."),
        ({"value": "1e9"}, "value", "That is not an amount. Write it like 25.00."),
        ({"value": "1_000"}, "value", "That is not an amount. Write it like 25.00."),
        ({"value": "50", "deliver_on": "2020-02-14"}, "deliver_on",
         "That day is over. Choose a later one, or leave it empty."),
        ({"value": "5.555"}, "value", "That has more decimals than the currency."),
        ({"value": "50", "count": "0"}, "count", "How many? A whole number from 1 to 100,000."),
        ({"value": "50", "count": "many"}, "count", "How many? A whole number from 1 to 100,000."),
        ({"value": "50", "method": "barter"}, "method", "Choose how it was paid."),
        ({"value": "50", "method": "complimentary"}, "reason", "Please say why: it is kept with your name."),
        ({"value": "50", "method": "complimentary", "reason": "x", "expires_on": "2020-01-01"}, "expires_on",
         "That last day is over. Choose a later one."),
        ({"value": "50", "count": "2", "recipient": "Ann Berg"}, "recipient",
         "Name the recipient of each voucher by itself, afterwards."),
    ],
)  # fmt: skip
def test_a_refusal_stands_beside_its_field_with_what_was_typed_and_nothing_is_sold(
    town: Town, desk: Client, fields: dict[str, str], place: str, said: str
) -> None:
    people = Contact.objects.count()
    answer = sell(desk, message="for you", **fields)
    assert (answer.status_code, answer.context["faults"]) == (422, {place: said})
    body = answer.content.decode()
    assert f'id="e-{place}"' in body
    assert "for you" in body
    assert answer.context["told"]["value"] == fields.get("value", "")
    assert (Voucher.objects.count(), Sale.objects.count(), Contact.objects.count()) == (0, 0, people)
    assert Entry.objects.filter(recipe="sale").count() == 0


@pytest.mark.requirement("R10")
def test_a_value_of_thousands_is_asked_about_before_it_is_sold(town: Town, desk: Client) -> None:
    asked = sell(desk, value="501234567890")
    assert asked.status_code == 422
    assert "A voucher worth $501,234,567,890? Sell once more if that is right." in asked.content.decode()
    asked = sell(desk, value="7,500.00", sure="501234567890")  # another one is asked about anew
    assert asked.status_code == 422
    assert 'name="sure" value="7,500.00"' in asked.content.decode()
    assert not Voucher.objects.exists()
    assert sell(desk, value="7,500.00", sure="7,500.00").status_code == 200
    assert Voucher.objects.get().value == 750_000


def test_a_value_of_thousands_is_not_asked_about_below_five(town: Town, desk: Client) -> None:
    assert sell(desk, value="$5,000").status_code == 200
    assert Voucher.objects.get().value == 500_000


def test_a_last_day_that_the_law_forbids_is_refused_beside_it_with_the_law(town: Town, desk: Client) -> None:
    answer = sell(desk, value="50", expires_on=(town.now + timedelta(days=100)).date().isoformat())
    assert (answer.status_code, list(answer.context["faults"])) == (422, ["expires_on"])
    assert "United States" in answer.context["faults"]["expires_on"]
    assert answer.context["more"]  # the field stands open
    assert Voucher.objects.count() == 0


def test_after_a_refusal_the_corrected_form_sells(town: Town, desk: Client) -> None:
    refused = sell(desk, value="x")
    url = reverse("console:voucher_sell")
    done = desk.post(url, {**PLAIN, "form": refused.context["form_key"], "value": "12,50"})
    assert (done.status_code, Voucher.objects.get().value) == (200, 1250)


def test_a_buyer_is_found_by_name_phone_or_mail_and_somebody_new_is_made(town: Town, desk: Client) -> None:
    ann = town.contact("Ann")
    for typed in ("Ann Berg", "ann@berg.example", "(303) 555-0142"):
        sell(desk, value="20", buyer=typed)
        assert Voucher.objects.latest("pk").buyer == ann, typed
    sell(desk, value="20", buyer="Maria Costa", buyer_id="new", buyer_reach="maria@costa.example", recipient="Ann Berg")
    voucher = Voucher.objects.latest("pk")
    assert (voucher.buyer.name, voucher.buyer.email, voucher.recipient) == ("Maria Costa", "maria@costa.example", ann)
    sell(desk, value="20", buyer="+1 303 555 0166")
    assert (Voucher.objects.latest("pk").buyer.name, Voucher.objects.latest("pk").buyer.phone) == ("", "+13035550166")


def test_a_name_that_several_may_bear_is_asked_about_and_sells_nothing_yet(town: Town, desk: Client) -> None:
    people = Contact.objects.count()
    asked = sell(desk, value="20", buyer="Ann")
    assert asked.status_code == 422
    assert asked.context["faults"] == {"buyer": "Say who is meant: one of these, or somebody new."}
    assert [each.name for each in asked.context["buyer"].found] == ["Ann Berg"]
    assert (Voucher.objects.count(), Contact.objects.count()) == (0, people)
    sell(desk, value="20", buyer="Ann", buyer_id=town.contact("Ann").public_id)
    assert Voucher.objects.get().buyer == town.contact("Ann")


def test_while_a_name_is_typed_those_who_fit_are_offered_and_somebody_new(town: Town, desk: Client) -> None:
    url = reverse("console:voucher_people")
    body = desk.post(url, {"place": "recipient", "recipient": "Bob Haddad"}).content.decode()
    assert 'id="recipient-found"' in body
    assert f'value="{town.contact("Bob").public_id}" class="radio radio-primary radio-sm mt-0.5" checked' in body
    new = desk.post(url, {"place": "buyer", "buyer": "Zoe <b>"}).content.decode()
    assert 'value="new" class="radio radio-primary radio-sm mt-0.5" checked' in new
    assert "Zoe &lt;b&gt;" in new
    assert Event.objects.filter(type__startswith="voucher.").count() == 0


@pytest.mark.requirement("R24")
def test_fifty_cards_are_sold_in_one_form_with_a_badge_on_all(town: Town, desk: Client) -> None:
    wave = badge(town)
    done = sell(desk, value="40", count="50", label="Valentine", badge=[wave], message="Love")
    sale = Sale.objects.get()
    assert done["Location"] == reverse("console:sale", args=[sale.public_id])
    assert (sale.count, sale.amount) == (50, 200_000)
    assert {(v.value, v.message, v.batch.label) for v in sale.vouchers.all()} == {(4000, "Love", "Valentine")}
    assert sale.vouchers.filter(badges__public_id=wave).count() == 50
    assert [event.type for event in Event.objects.filter(type__startswith="voucher.")] == ["voucher.issued"]


def test_with_a_badge_that_is_gone_nothing_is_sold_nor_twice_after_it(town: Town, desk: Client) -> None:
    order(town, "voucher.stocked", kind="sold", count=1)
    for refused in (
        sell(desk, value="40", badge=["bdg_gone"]),
        sent(desk, "stock_sell", serials="FERN-1", value="40", method="till", badge=["bdg_gone"]),
    ):
        assert (refused.status_code, refused.context["fault"]) == (422, "There is no such badge any more.")
        assert (Sale.objects.count(), Voucher.objects.exclude(state="stock").count()) == (0, 0)
    wave = badge(town)
    sent(desk, "stock_sell", serials="FERN-1", value="40", method="till", badge=[wave])
    assert [b.public_id for b in Voucher.objects.get().badges.all()] == [wave]
    assert Sale.objects.count() == 1


@pytest.mark.requirement("R22")
def test_what_is_given_away_is_promotional_and_says_why(town: Town, desk: Client) -> None:
    done = sell(desk, value="20", method="complimentary", reason="A thank-you", reference="not kept")
    voucher = Voucher.objects.get()
    assert (voucher.kind, voucher.sale.reason, voucher.sale.reference) == ("promotional", "A thank-you", "")
    assert "Given away" in done.content.decode()


@pytest.mark.requirement("R24")
def test_a_sale_is_begun_again_as_it_was_but_for_its_payment(town: Town, desk: Client) -> None:
    wave = badge(town)
    first = sold(town, 12550, buyer=town.contact("Ann").public_id, message="Enjoy")
    order(town, "voucher.badged", voucher=first.public_id, add=[wave])
    begun = desk.get(reverse("console:voucher_sell"), {"like": first.sale.public_id}).context
    told = {name: value for name, value in begun["told"].items() if value}
    assert told == {"value": "125.50", "count": "1", "method": "till", "message": "Enjoy"}
    assert (begun["buyer"].ref, begun["badges"][0]["on"]) == (town.contact("Ann").public_id, True)
    unknown = desk.get(reverse("console:voucher_sell"), {"like": "sal_nothing"})
    assert unknown.context["told"]["value"] == ""


@pytest.mark.requirement("R19")
def test_scanned_cards_are_sold_together_or_not_at_all_and_the_faulty_ones_are_named(town: Town, desk: Client) -> None:
    order(town, "voucher.stocked", kind="sold", count=8)
    order(town, "voucher.activated", serials=["FERN-3"], value=1000, payment={"method": "till"})
    scanned = "FERN-000001\r\nFERN-000002\r\nfern 3, FERN-000099\r\n"
    refused = sent(desk, "stock_sell", serials=scanned, value="50", method="till")
    assert refused.context["faults"] == {"serials": "We know no such voucher: FERN-000099"}
    refused = sent(desk, "stock_sell", serials=scanned.replace(", FERN-000099", ""), value="50", method="till")
    assert refused.context["faults"] == {"serials": "It was sold before: FERN-000003"}
    assert refused.context["told"]["serials"].startswith("FERN-000001")
    assert Voucher.objects.filter(state="active").count() == 1
    done = sent(desk, "stock_sell", serials="FERN-1..FERN-2\nFERN-000005", value="50", method="card", reference="c9")
    sale = Sale.objects.latest("pk")
    assert done["Location"] == reverse("console:sale", args=[sale.public_id])
    assert [v.serial for v in sale.vouchers.order_by("number")] == ["FERN-000001", "FERN-000002", "FERN-000005"]
    assert (sale.amount, sale.method, sale.reference) == (15000, "card", "c9")
    alone = sent(desk, "stock_sell", serials="FERN-6", value="50", method="till", buyer="Ann Berg")
    assert codes.grouped(codes.normalise(alone.context["code"])) == finding.code_of(Voucher.objects.get(number=6))


def test_a_printed_value_is_kept_and_a_card_of_the_other_kind_refused(town: Town, desk: Client) -> None:
    order(town, "voucher.stocked", kind="sold", count=2, value=2500)
    refused = sent(desk, "stock_sell", serials="FERN-1", value="50", method="till")
    assert "FERN-000001" in refused.context["faults"]["value"]
    given = sent(desk, "stock_sell", serials="FERN-1", method="complimentary", reason="x")
    assert given.status_code == 422
    assert sent(desk, "stock_sell", serials="", method="till").context["faults"]["serials"].startswith("That is no")
    assert sent(desk, "stock_sell", serials="FERN-1", method="till").status_code == 200
    assert Voucher.objects.get(number=1).value == 2500
