"""The search at the top: customers by words, vouchers by code or serial, and no code in any address."""

from __future__ import annotations

import io
from urllib.parse import unquote

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from goodword import codes
from goodword.flow import bringing
from goodword.flow.bringing_upload import upload
from goodword.inbox.models import Event
from goodword.vouchers import finding
from goodword.web import guessing
from tests.web.console.counter import order, sent, sold
from tests.web.town import Town, found, signed_in

pytestmark = pytest.mark.django_db
CUSTOMERS, VOUCHERS = "/console/customers", "/console/vouchers"
NOBODYS = codes.make(bytes(40), length=16)
BROUGHT = "Serial,Code,Value,Balance,Sold on\nGC-7,QX7-4417-AB,50.00,50.00,2026-04-02\n"


@pytest.fixture(autouse=True)
def _no_guesses() -> None:
    cache.clear()


def looked_up(client: Client, text: str) -> str:
    """Search at the top and return where that leads, as a person reads it."""
    answer = client.post(reverse("console:find"), {"q": text})
    assert answer.status_code == 302
    return unquote(answer["Location"].replace("+", " "))


def said(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def bring_cards(town: Town) -> None:
    """Bring a card along whose code another system gave out."""
    made = upload(
        business=town.business, stream=io.BytesIO(BROUGHT.encode()), name="c.csv", actor="x", now=timezone.now(),
        kind="vouchers",
    )  # fmt: skip
    bringing.check(made, clock=timezone.now)
    bringing.run(made, actor="x", clock=timezone.now)


def test_a_code_a_serial_and_the_address_in_a_qr_code_lead_to_their_voucher(town: Town, desk: Client) -> None:
    voucher = sold(town)
    code = finding.code_of(voucher)
    page = reverse("console:voucher", args=[voucher.public_id])
    for typed in (code, code.lower().replace("-", " "), f"https://fern.example/v/{code}", voucher.serial, "fern 1"):
        assert looked_up(desk, typed) == page, typed
    assert looked_up(signed_in(town.staff("viewer")), code) == page


@pytest.mark.parametrize(
    "words",
    ["Ann", "Xeno 1", "+1 303 555 0142", "00971501234567", "ann@example.com", "FERN-999999", "INV-2026-118", "åke öst"],
)
def test_other_words_lead_to_the_customers_with_them(words: str, desk: Client) -> None:
    assert looked_up(desk, words) == f"{CUSTOMERS}?q={words}"


def test_a_street_or_name_that_reads_like_a_code_leads_to_who_lives_there(town: Town, desk: Client) -> None:
    town.person("Mr Brown Smith 1234", phone="+13035550177")
    assert looked_up(desk, "Brown Smith 1234") == f"{CUSTOMERS}?q=Brown Smith 1234"


def test_nothing_typed_and_the_address_by_itself_lead_to_the_list(desk: Client) -> None:
    assert looked_up(desk, "  ") == CUSTOMERS
    assert desk.get(f"{reverse('console:find')}?q=Ann")["Location"] == CUSTOMERS


def test_a_code_nobody_was_given_and_one_with_a_typing_error_stand_in_no_address_and_are_told(
    town: Town, desk: Client
) -> None:
    bad = finding.code_of(sold(town)).replace("-", "")
    for typed, told in (
        (NOBODYS, "We know no voucher of that number or code."),
        (f"https://fern.example/v/{NOBODYS}", "We know no voucher of that number or code."),
        (f"{bad[:2]}0{bad[3:]}", "check the character at place 3"),
        (bad[:-1], "this one has 15"),
        ("https://fern.example/v/x", "this one has 1."),
    ):
        assert looked_up(desk, typed) == VOUCHERS
        page = said(desk, VOUCHERS)
        assert told in page, typed
        assert typed not in page


@pytest.mark.requirement("R123")
def test_who_may_not_see_vouchers_gets_the_customers_and_no_code_in_the_address(town: Town) -> None:
    tim, voucher = signed_in(town.staff("technician")), sold(town)
    for typed in (finding.code_of(voucher), NOBODYS, f"https://fern.example/v/{finding.code_of(voucher)}"):
        assert looked_up(tim, typed) == CUSTOMERS, typed
        assert "Vouchers are looked up under “Redeem”." in said(tim, CUSTOMERS)
    assert looked_up(tim, voucher.serial) == f"{CUSTOMERS}?q={voucher.serial}"


def test_a_technician_is_told_the_same_of_a_code_that_exists_as_of_one_that_does_not(town: Town) -> None:
    bring_cards(town)
    tim = signed_in(town.staff("technician"))
    assert looked_up(tim, "QX7-4417-AB") == looked_up(tim, "QX7-4417-AC") == CUSTOMERS
    assert looked_up(tim, "Ann Berg") == f"{CUSTOMERS}?q=Ann Berg"
    assert looked_up(tim, "+1 303 555 0142") == f"{CUSTOMERS}?q=+1 303 555 0142"


def test_a_code_that_another_system_gave_out_is_found_and_tries_at_it_are_guesses(town: Town, desk: Client) -> None:
    assert looked_up(desk, "QX7-4417-AC") == f"{CUSTOMERS}?q=QX7-4417-AC"  # no such codes yet: it is a word
    bring_cards(town)
    (card,) = town.business.vouchers.filter(prefix="GC")
    assert looked_up(desk, "qx7 4417 ab") == reverse("console:voucher", args=[card.public_id])
    for n in range(guessing.MISSES):
        assert looked_up(desk, f"QX7-44{n:02}-AC") == VOUCHERS
    assert looked_up(desk, "QX7-4417-AB") == VOUCHERS  # turned away, for what is right too
    assert "That was tried too often." in said(desk, VOUCHERS)


def test_guessing_codes_counts_here_as_at_the_counter_and_words_go_on(town: Town, desk: Client) -> None:
    voucher = sold(town)
    for n in range(guessing.MISSES):
        looked_up(desk, codes.make(bytes([n + 1]) * 40, length=16))
        looked_up(desk, f"Nobody Known {n}")
        looked_up(desk, f"FERN-9{n:05}")  # whoever searches here can list the serials
    assert looked_up(desk, finding.code_of(voucher)) == VOUCHERS
    assert "That was tried too often." in said(desk, VOUCHERS)
    assert desk.post(reverse("console:redeem"), {"code": voucher.serial}).status_code == 429
    assert looked_up(desk, "Ann") == f"{CUSTOMERS}?q=Ann"
    other = signed_in(town.staff("manager"))
    assert looked_up(other, voucher.serial) == reverse("console:voucher", args=[voucher.public_id])


def test_the_vouchers_own_search_counts_guesses_too(town: Town, desk: Client) -> None:
    voucher = sold(town)
    for n in range(guessing.MISSES):
        answer = desk.post(VOUCHERS, {"q": codes.make(bytes([n + 1]) * 40, length=16)})
        assert answer["Location"] == f"{VOUCHERS}?unknown=1"
    turned_away = desk.post(f"{VOUCHERS}?kind=sold", {"q": finding.code_of(voucher)})
    assert turned_away["Location"] == f"{VOUCHERS}?kind=sold"
    assert "That was tried too often." in said(desk, VOUCHERS)


def test_the_vouchers_own_search_takes_the_address_in_a_qr_code(town: Town, desk: Client) -> None:
    voucher = sold(town, payment={"method": "bank_transfer", "reference": "INV20261128001"})
    answer = desk.post(VOUCHERS, {"q": f"https://fern.example/v/{finding.code_of(voucher)}"})
    assert answer["Location"] == reverse("console:voucher", args=[voucher.public_id])
    assert desk.post(VOUCHERS, {"q": "https://x.example/v/no"})["Location"] == f"{VOUCHERS}?unknown=1"
    by_reference = desk.post(VOUCHERS, {"q": "INV20261128001"})
    assert by_reference["Location"] == f"{VOUCHERS}?q=INV20261128001"  # reads like a code, and is a reference
    assert voucher.serial in said(desk, by_reference["Location"])


def test_another_business_finds_nothing_of_ours(town: Town) -> None:
    voucher = sold(town)
    beside = signed_in(found("Ink and Steel").owner)
    assert looked_up(beside, finding.code_of(voucher)) == VOUCHERS
    assert looked_up(beside, voucher.public_id) == f"{CUSTOMERS}?q={voucher.public_id}"
    assert looked_up(beside, voucher.serial) == f"{CUSTOMERS}?q={voucher.serial}"
    assert voucher.serial not in said(beside, VOUCHERS)


def test_every_page_has_it_as_a_posted_form_with_its_token(desk: Client) -> None:
    page = said(desk, reverse("console:overview"))
    form = page[page.index(f'<form method="post" action="{reverse("console:find")}"') :][:400]
    assert "csrfmiddlewaretoken" in form


# --- lists of serials -----------------------------------------------------------------------------------------------


def orders(town: Town) -> str:
    """Return everything that orders have written down."""
    rows = Event.objects.filter(business=town.business).values_list("data", "error")
    return str(list(rows)).replace("-", "")


def plain_code(town: Town, serial: str) -> str:
    return finding.code_of(finding.voucher_of(business=town.business, text=serial)).replace("-", "")


def test_a_scanned_card_is_sold_and_spoiled_by_its_serial_and_no_order_holds_its_code(town: Town, desk: Client) -> None:
    order(town, "voucher.stocked", kind="sold", count=4)
    one, four = plain_code(town, "FERN-1"), plain_code(town, "FERN-4")
    typed = f"https://fern.example/v/{one}\nFERN-000002"
    done = sent(desk, "stock_sell", serials=typed, value="50", method="till")
    assert done.status_code == 302
    taken = sent(desk, "stock_spoil", serials=four.lower(), reason="wet")
    assert taken.status_code == 302
    states = dict(town.business.vouchers.values_list("serial", "state"))
    assert states == {
        "FERN-000001": "active", "FERN-000002": "active", "FERN-000003": "stock", "FERN-000004": "void",
    }  # fmt: skip
    assert one not in orders(town)
    assert four not in orders(town)


@pytest.mark.parametrize("page", ["stock_sell", "stock_spoil", "stock_new"])
def test_a_code_that_leads_nowhere_is_refused_before_it_is_ordered(page: str, town: Town, desk: Client) -> None:
    order(town, "voucher.stocked", kind="sold", count=1)
    wrong = plain_code(town, "FERN-1")[:-1]
    theirs = finding.code_of(sold(found("Ink and Steel"))).replace("-", "")
    before = Event.objects.count()
    for typed in (NOBODYS, f"https://x.example/v/{theirs}", wrong):
        refused: HttpResponse = sent(
            desk, page, serials=f"FERN-1\n{typed}", reason="wet", value="50", method="till", kind="sold"
        )
        assert refused.status_code == 422, typed
    assert Event.objects.count() == before
    assert finding.voucher_of(business=town.business, text="FERN-1").state == "stock"


def test_ranges_written_in_words_are_ranges_and_no_codes(town: Town, desk: Client) -> None:
    order(town, "voucher.stocked", kind="sold", count=3)
    done = sent(desk, "stock_sell", serials="FERN-000001 to 000003", value="50", method="till")
    assert done.status_code == 302
    assert town.business.vouchers.filter(state="active").count() == 3


def test_codes_in_a_list_that_nobody_was_given_are_guesses(town: Town, desk: Client) -> None:
    voucher = sold(town)
    many = "\n".join(codes.make(bytes([n + 1]) * 40, length=16) for n in range(guessing.MISSES))
    sent(desk, "stock_sell", serials=many, value="50", method="till")
    assert desk.post(reverse("console:redeem"), {"code": voucher.serial}).status_code == 429


def test_cards_to_print_are_named_by_what_was_scanned_and_no_link_holds_the_code(town: Town, desk: Client) -> None:
    order(town, "voucher.stocked", kind="sold", count=1)
    code = plain_code(town, "FERN-1")
    page = desk.post(reverse("console:vouchers_print"), {"serials": code}).content.decode()
    assert "FERN-000001" in page
    assert code not in page
