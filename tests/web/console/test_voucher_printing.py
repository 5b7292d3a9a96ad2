"""Vouchers printed at the console: what the files say is what the books know, by role, and every file is an event."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pypdfium2
import pytest
from django.test import Client
from django.urls import reverse

from goodword.flow.submit import submit
from goodword.flow.vouchers import printable
from goodword.inbox.models import Event
from goodword.vouchers import secrecy
from goodword.vouchers.finding import code_of
from goodword.vouchers.models import Batch, Design, Sale, Voucher
from tests.flow.vouchers import cast
from tests.vouchers.printing.prints import pages, scanned, sizes
from tests.web.town import Town, found, signed_in

pytestmark = pytest.mark.django_db
MANY = "/console/print/vouchers"
PRINTED = "voucher.printed"


@pytest.fixture
def town() -> Town:
    return found()


@pytest.fixture
def office(town: Town) -> Client:
    return signed_in(town.staff("office"))


def one(voucher: Voucher) -> str:
    return reverse("console:voucher_print", args=[voucher.public_id])


def wave(town: Town, count: int, value: int = 2500) -> list[Voucher]:
    event = cast.order(town.business, "issued", now=town.now, kind="sold", value=value, count=count, payment=cast.TILL)
    return cast.made_by(event)


def text_of(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def words(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


# --- one ------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R7")
def test_a_voucher_s_file_says_what_it_is_and_its_qr_code_leads_to_its_balance(town: Town, office: Client) -> None:
    voucher = cast.sell(town.business, 7500, now=town.now, recipient={"name": "Bob Haddad"}, message="Well done!")
    answer = office.post(one(voucher))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == f'attachment; filename="voucher-{voucher.serial}.pdf"'
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    (said,) = text_of(answer.content)
    code = code_of(voucher)
    assert all(each in said for each in (voucher.serial, code, "$75", "Bob Haddad", "Well done!", town.business.name))
    assert "$75.00" not in said
    (picture,) = pages(answer.content)
    (address,) = scanned(picture)
    assert address.endswith(f"/v/{code.replace('-', '')}")
    assert Client().get(address[address.index("/v/") :]).status_code == 200


def test_every_file_is_an_event_with_who_and_which_and_no_code(town: Town, office: Client) -> None:
    voucher = cast.sell(town.business, now=town.now)
    office.post(one(voucher))
    (event,) = Event.objects.filter(type=PRINTED)
    assert (event.actor, event.data) == (
        "user:staff-office@fern-lawn-care.example", {"form": "one", "voucher": voucher.public_id, "count": 1},
    )  # fmt: skip
    assert code_of(voucher).replace("-", "") not in json.dumps(event.data)
    owner = signed_in(town.owner)
    assert f"printed voucher {voucher.serial}" in words(owner.get(reverse("console:audit")))


def test_looking_prints_nothing_and_shows_no_code(town: Town, office: Client) -> None:
    voucher = cast.sell(town.business, now=town.now)
    for address in (one(voucher), f"{MANY}?sale={voucher.sale and voucher.sale.public_id}", MANY):
        body = office.get(address).content.decode()
        assert code_of(voucher) not in body
        assert code_of(voucher).replace("-", "") not in body
    assert not Event.objects.filter(type=PRINTED).exists()


def test_a_voucher_that_is_worth_nothing_any_more_is_not_printed(town: Town, office: Client) -> None:
    voucher = cast.sell(town.business, now=town.now)
    cast.order(town.business, "voided", now=town.now, voucher=voucher.public_id, reason="A mistake", refund=None)
    assert "no card of it is printed" in words(office.get(one(voucher)))
    answer = office.post(one(voucher))
    assert answer.status_code == 422
    assert not Event.objects.filter(type=PRINTED).exists()


@pytest.mark.parametrize("role", ["technician", "viewer"])
def test_who_may_not_see_codes_prints_none(role: str, town: Town) -> None:
    voucher = cast.sell(town.business, now=town.now)
    client = signed_in(town.staff(role))
    for method in (client.get, client.post):
        assert method(one(voucher)).status_code == 403
        assert method(MANY, {"serials": voucher.serial, "grid": "business-a4"}).status_code == 403
        assert method(MANY, {"serials": voucher.serial, "do": "table"}).status_code == 403
    assert client.get(reverse("console:voucher_designs")).status_code == 403
    assert not Event.objects.filter(type=PRINTED).exists()


def test_another_business_prints_none_of_ours_by_any_name(town: Town) -> None:
    voucher = cast.sell(town.business, now=town.now)
    batch = Batch.objects.get(event=cast.order(town.business, "stocked", now=town.now, kind="sold", count=2))
    assert voucher.sale is not None
    beside = signed_in(found("Ink and Steel").owner)
    assert beside.post(one(voucher)).status_code == 404
    for named in ({"batch": batch.public_id}, {"sale": voucher.sale.public_id}, {"voucher": voucher.public_id}):
        for do in ("sheets", "table"):
            assert beside.post(MANY, {**named, "grid": "business-a4", "do": do}).status_code == 404, named
    answer = beside.post(MANY, {"serials": voucher.serial, "grid": "business-a4"})
    assert (answer.status_code, "There is no card of these serials" in words(answer)) == (422, True)
    assert not Event.objects.filter(type=PRINTED).exists()


# --- many -----------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R7")
def test_sheets_hold_every_card_of_a_wave_once_each_with_its_own_code(town: Town, office: Client) -> None:
    cards = wave(town, 12)
    sale = Sale.objects.get()
    page = office.get(MANY, {"sale": sale.public_id})
    assert "Print 12 cards" in words(page)
    answer = office.post(MANY, {"sale": sale.public_id, "grid": "business-a4"})
    assert answer["Content-Disposition"] == (
        f'attachment; filename="vouchers-{cards[0].serial}-to-{cards[-1].serial}.pdf"'
    )
    assert answer["Referrer-Policy"] == "no-referrer"
    assert sizes(answer.content) == [(210, 297), (210, 297)]
    found_codes = [address[-16:] for picture in pages(answer.content, dpi=200) for address in scanned(picture)]
    assert sorted(found_codes) == sorted(code_of(card).replace("-", "") for card in cards)
    event = Event.objects.get(type=PRINTED)
    assert event.data == {
        "form": "sheets", "serials": [f"{cards[0].serial}..{cards[-1].serial}"], "count": 12, "sale": sale.public_id,
    }  # fmt: skip


def test_backs_stand_after_their_fronts(town: Town, office: Client) -> None:
    wave(town, 2)
    batch = Batch.objects.get()
    answer = office.post(MANY, {"batch": batch.public_id, "grid": "a6-a4", "backs": "1"})
    fronts, backs = pages(answer.content, dpi=200)
    assert (len(scanned(fronts)), len(scanned(backs))) == (0, 2)


def test_a_card_of_stock_has_lines_for_its_value_and_its_day_and_never_says_that_it_has_none(
    town: Town, office: Client
) -> None:
    cast.order(town.business, "stocked", now=town.now, kind="sold", count=1)
    batch = Batch.objects.get()
    for grid in ("business-letter", "dl-a4"):
        answer = office.post(MANY, {"batch": batch.public_id, "grid": grid})
        assert answer.status_code == 200
        (said,) = text_of(answer.content)
        assert "Valid until" in said
        assert "Value" in said
        assert "No expiry" not in said
    voucher = Voucher.objects.get()
    (said,) = text_of(office.post(one(voucher)).content)
    assert "No expiry" not in said


def test_many_cards_are_several_files_that_neither_miss_nor_repeat_one(
    town: Town, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printable, "SLICE", 4)
    cards = wave(town, 10)
    batch = Batch.objects.get()
    page = office.get(MANY, {"batch": batch.public_id}).content.decode()
    parts = re.findall(r'name="part" value="([^"]+)"', page)
    assert len(parts) == 3
    cast.order(town.business, "voided", now=town.now, voucher=cards[1].public_id, reason="Spoiled", refund=None)
    got: list[str] = []
    for part in parts:
        answer = office.post(MANY, {"batch": batch.public_id, "grid": "business-a4", "part": part})
        got += [address[-16:] for picture in pages(answer.content, dpi=200) for address in scanned(picture)]
    wanted = [code_of(card).replace("-", "") for card in cards if card != cards[1]]
    assert sorted(got) == sorted(wanted)
    again = words(office.get(MANY, {"batch": batch.public_id}))
    assert f"These are not printed Void 1 voucher: {cards[1].serial}" in again


def test_more_than_a_file_holds_is_refused_without_its_part(town: Town, office: Client) -> None:
    batch = Batch.objects.get(event=cast.order(town.business, "stocked", now=town.now, kind="sold", count=201))
    answer = office.post(MANY, {"batch": batch.public_id, "grid": "business-a4"})
    assert answer.status_code == 422
    assert "At most 200 cards go into one file" in words(answer)
    assert not Event.objects.filter(type=PRINTED).exists()


def test_serials_and_ranges_are_typed_and_those_nobody_knows_are_named(town: Town, office: Client) -> None:
    cards = wave(town, 5)
    typed = f"{cards[3].serial.lower()}\n{cards[0].serial}..{cards[1].serial}"
    assert "Print 3 cards" in words(office.get(MANY, {"serials": typed}))
    answer = office.get(MANY, {"serials": f"{cards[4].serial}..{cards[4].prefix}-000007"})
    assert answer.status_code == 422
    assert f"{cards[4].prefix}-000006, {cards[4].prefix}-000007" in words(answer)
    assert office.get(MANY, {"serials": "???"}).status_code == 422
    assert "Say which cards" in words(office.get(MANY, {"serials": " "}))
    assert office.get(MANY, {"batch": "bat_nobody"}).status_code == 404


def test_an_unknown_sheet_or_design_is_refused_in_words(town: Town, office: Client) -> None:
    (card,) = wave(town, 2)[:1]
    assert "Choose one of these" in words(office.post(MANY, {"serials": card.serial, "grid": "a3"}))
    sent = {"serials": card.serial, "grid": "a6-a4", "design": "dsg_nobody"}
    assert "There is no such design" in words(office.post(MANY, sent))
    assert not Event.objects.filter(type=PRINTED).exists()


def test_the_table_for_the_print_shop_reads_back_and_holds_no_formula(town: Town, office: Client) -> None:
    card = cast.sell(town.business, 4000, now=town.now, recipient={"name": "=HYPERLINK(1)"}, message="Hi")
    answer = office.post(MANY, {"voucher": card.public_id, "do": "table"})
    assert answer["Referrer-Policy"] == "no-referrer"
    body = b"".join(answer).decode("utf-8-sig")  # type: ignore[arg-type]  # a streaming answer
    (row,) = csv.DictReader(io.StringIO(body))
    assert (row["serial"], row["code"], row["value"], row["kind"]) == (card.serial, code_of(card), "$40", "sold")
    assert row["url"].endswith(f"/v/{code_of(card).replace('-', '')}")
    assert row["recipient"] == "'=HYPERLINK(1)"
    assert Event.objects.get(type=PRINTED).data == {
        "form": "table", "serials": [card.serial], "count": 1,
    }  # fmt: skip


def test_the_design_is_the_one_chosen_else_the_voucher_s_own_else_the_default(town: Town, office: Client) -> None:
    def designed(**more: Any) -> str:
        made = submit(business=town.business, type="voucher_design.saved", data=more, actor="user:o", now=town.now)
        return str(made.data["design"])

    designed(name="Usual", heading="From the usual", default=True)
    spring, autumn = designed(name="Spring", heading="Hello spring"), designed(name="Autumn", heading="Hello autumn")
    own = cast.sell(town.business, now=town.now, design=spring)
    other = cast.sell(town.business, now=town.now)
    for voucher, sent, said in (
        (own, "", "Hello spring"),
        (other, "", "From the usual"),
        (own, autumn, "Hello autumn"),
    ):
        (text,) = text_of(office.post(one(voucher), {"design": sent}).content)
        assert said in text
    page = office.get(MANY, {"serials": own.serial}).content.decode()
    assert f'<option value="{spring}" selected>' in page


# --- the chosen rows of a list --------------------------------------------------------------------------------------


def test_the_ticked_cards_of_a_list_are_shown_and_then_printed_and_no_other(town: Town, office: Client) -> None:
    cards = wave(town, 5)
    chosen = [cards[0], cards[1], cards[4]]
    for page in ("/console/vouchers", f"/console/vouchers/sales/{Sale.objects.get().public_id}"):
        assert f'name="voucher" value="{cards[0].public_id}"' in office.get(page).content.decode(), page
    ticks = {"ticked": "1", "voucher": [card.public_id for card in chosen], "batch": "a-token-of-the-list"}
    shown = office.post(MANY, ticks)
    assert shown.status_code == 200
    assert "Print 3 cards" in words(shown)
    assert shown.context["parts"][0]["serials"] == [f"{cards[0].serial} – {cards[1].serial}", cards[4].serial]
    assert not Event.objects.filter(type=PRINTED).exists()  # looking prints nothing
    assert code_of(chosen[0]) not in shown.content.decode()
    hidden = re.findall(r'type="hidden" name="(voucher|batch|ticked)" value="([^"]+)"', shown.content.decode())
    assert hidden == [("voucher", card.public_id) for card in chosen]
    part = re.search(r'name="part" value="([^"]+)"', shown.content.decode())
    assert part is not None
    fields = {"voucher": [card.public_id for card in chosen], "part": part[1], "grid": "business-a4"}
    answer = office.post(MANY, fields)
    assert answer["Content-Type"] == "application/pdf"
    assert printed_in(answer.content) == sorted(code_of(card).replace("-", "") for card in chosen)
    assert Event.objects.get(type=PRINTED).data == {
        "form": "sheets", "serials": [f"{cards[0].serial}..{cards[1].serial}", cards[4].serial], "count": 3,
    }  # fmt: skip


def printed_in(pdf: bytes) -> list[str]:
    return sorted(address[-16:] for picture in pages(pdf, dpi=200) for address in scanned(picture))


def test_what_cannot_be_printed_is_named_with_why_before_and_the_rest_is_printed(town: Town, office: Client) -> None:
    cards = wave(town, 5)
    cast.order(town.business, "voided", now=town.now, voucher=cards[0].public_id, reason="x", refund=None)
    cast.redeem(town.business, cards[1], 2500, now=town.now)
    alien = secrecy.seal("BCDFGHJKLMNPQRST", index="under another key")
    Voucher.objects.filter(pk=cards[3].pk).update(code_sealed=alien)
    all_of_them = {"voucher": [card.public_id for card in cards]}
    said = words(office.post(MANY, {"ticked": "1", **all_of_them}))
    for each in (
        f"Void 1 voucher: {cards[0].serial}", f"Redeemed 1 voucher: {cards[1].serial}",
        f"Code cannot be read 1 voucher: {cards[3].serial}", "It was kept under another secret key", "Print 2 cards",
    ):  # fmt: skip
        assert each in said, each
    answer = office.post(MANY, {**all_of_them, "grid": "business-a4"})
    assert printed_in(answer.content) == sorted(code_of(card).replace("-", "") for card in (cards[2], cards[4]))
    table = office.post(MANY, {**all_of_them, "do": "table"})
    body = b"".join(table).decode("utf-8-sig")  # type: ignore[arg-type]  # a streaming answer
    assert [row["serial"] for row in csv.DictReader(io.StringIO(body))] == [cards[2].serial, cards[4].serial]
    for event in Event.objects.filter(type=PRINTED):
        assert (event.data["serials"], event.data["count"]) == ([cards[2].serial, cards[4].serial], 2)


def test_where_none_can_be_printed_nothing_is_offered_and_a_press_is_refused_with_why(
    town: Town, office: Client
) -> None:
    (card,) = wave(town, 1)
    Voucher.objects.update(code_sealed=secrecy.seal("BCDFGHJKLMNPQRST", index="under another key"))
    chosen = {"voucher": [card.public_id]}
    page = office.post(MANY, {"ticked": "1", **chosen})
    assert "Nothing to print" in words(page)
    assert 'name="grid"' not in page.content.decode()
    for how in ({"grid": "a6-a4"}, {"do": "table"}):
        answer = office.post(MANY, {**chosen, **how})
        assert answer.status_code == 422
        assert "Bring back the key it was made with" in words(answer)
    assert not Event.objects.filter(type=PRINTED).exists()


def test_ticking_nothing_asks_which_and_who_may_not_see_codes_cannot_tick_to_print(town: Town, office: Client) -> None:
    (card,) = wave(town, 1)
    answer = office.post(MANY, {"ticked": "1"})
    assert (answer.status_code, "Say which cards" in words(answer)) == (422, True)
    viewer = signed_in(town.staff("viewer"))
    assert 'name="ticked"' not in viewer.get("/console/vouchers").content.decode()
    assert viewer.post(MANY, {"ticked": "1", "voucher": card.public_id}).status_code == 403
    beside = signed_in(found("Ink and Steel").owner)
    assert beside.post(MANY, {"ticked": "1", "voucher": card.public_id}).status_code == 404


# --- designs --------------------------------------------------------------------------------------------------------


def test_a_design_is_made_changed_and_shown_in_the_list(town: Town) -> None:
    manager = signed_in(town.staff("manager"))
    sent = {"name": "Spring", "layout": "elegant", "colour": "#113355", "own_colour": "1", "second_colour": "#b08d57",
            "heading": "Hello", "small_print": "Terms", "language": "sv", "default": "1"}  # fmt: skip
    assert manager.post(reverse("console:voucher_design_new"), sent).status_code == 302
    row = Design.objects.get()
    assert (row.layout, row.colour, row.second_colour, row.language, row.is_default) == (
        "elegant", "#113355", "", "sv", True,
    )  # fmt: skip
    address = reverse("console:voucher_design", args=[row.public_id])
    assert 'value="Hello"' in manager.get(address).content.decode()
    assert manager.post(address, {**sent, "name": ""}).status_code == 422
    manager.post(address, {**sent, "name": "Summer"})
    assert "Summer" in words(manager.get(reverse("console:voucher_designs")))
    owner = signed_in(town.owner)
    assert "saved the voucher design Summer" in words(owner.get(reverse("console:audit")))


def test_the_example_follows_what_is_chosen_and_saves_nothing(town: Town) -> None:
    manager = signed_in(town.staff("manager"))
    picture = reverse("console:voucher_design_picture")
    plain = manager.get(picture, {"layout": "plain"})
    assert (plain.status_code, plain["Content-Type"]) == (200, "image/png")
    assert plain.content != manager.get(picture, {"layout": "elegant"}).content
    assert manager.get(picture, {"layout": "neon"}).status_code == 422
    form = manager.get(reverse("console:voucher_design_new"), {"layout": "plain", "small_print": "word " * 101})
    assert "There is no room for so much small print" in words(form)
    assert not Design.objects.exists()
    assert not Event.objects.filter(type="voucher_design.saved").exists()


def test_a_photo_that_is_none_is_refused_beside_its_field(town: Town) -> None:
    manager = signed_in(town.staff("manager"))
    file = io.BytesIO(b"%PDF-1.4 not a picture")
    file.name = "photo.png"
    answer = manager.post(reverse("console:voucher_design_new"), {"name": "Spring", "layout": "photo", "photo": file})
    assert answer.status_code == 422
    assert "That is no picture we can use" in words(answer)
    assert not Design.objects.exists()
