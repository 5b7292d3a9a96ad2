"""The list of vouchers and the page of one: found, narrowed, totalled, explained to the cent; codes kept secret."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from goodword import codes
from goodword.inbox.models import Event
from goodword.vouchers import finding
from goodword.vouchers.models import Sale, Voucher
from tests.web.console.counter import TILL, badge, order, sold
from tests.web.town import Town, found, signed_in

pytestmark = pytest.mark.django_db
LIST = "/console/vouchers"


@pytest.fixture
def desk(town: Town) -> Client:
    return signed_in(town.staff("office"))


def listed(desk: Client, **asked: str) -> list[str]:
    return [row["serial"] for row in desk.get(LIST, asked).context["vouchers"]]


@pytest.mark.requirement("R12")
def test_a_serial_or_a_code_leads_to_its_voucher_and_no_code_stands_in_an_address(town: Town, desk: Client) -> None:
    voucher = sold(town)
    page = reverse("console:voucher", args=[voucher.public_id])
    code = finding.code_of(voucher)
    for typed in ("FERN-000001", "fern 1", code, code.lower().replace("-", " "), codes.normalise(code)):
        answer = desk.post(LIST, {"q": typed})
        assert (answer.status_code, answer["Location"]) == (302, page), typed
    wrong = desk.post(LIST, {"q": "4GHK-7M2P-QRS6-TTTT"})
    assert wrong["Location"] == f"{LIST}?unknown=1"
    assert desk.post(LIST, {"q": "BCDF-GHJK-LMNP-QRST"})["Location"] == f"{LIST}?unknown=1"  # a code need have no digit
    assert "Nobody was ever given that code" in desk.get(f"{LIST}?unknown=1").content.decode()
    assert desk.get(LIST, {"q": code}).context["query"] == ""  # not echoed, not looked for


def test_a_search_finds_by_buyer_recipient_reference_message_and_part_of_a_serial(town: Town, desk: Client) -> None:
    ann, bob = town.contact("Ann").public_id, town.contact("Bob").public_id
    sold(town, buyer=ann, recipient=bob, message="Happy birthday", payment={"method": "card", "reference": "ch_77"})
    sold(town)
    order(town, "voucher.stocked", kind="sold", serials=["GIFT-000007"])
    assert desk.post(LIST, {"q": "Berg"})["Location"] == f"{LIST}?q=Berg"
    for typed in ("ann b", "HADDAD", "ch_7", "birthday"):
        assert listed(desk, q=typed) == ["FERN-000001"], typed
    assert listed(desk, q="GIFT") == ["GIFT-000007"]
    assert listed(desk, q="7") == ["GIFT-000007", "FERN-000001"]  # its number, and what the reference holds
    assert listed(desk, q="nobody") == []


def test_filters_narrow_the_list_and_its_totals(town: Town, desk: Client) -> None:
    wave = badge(town)
    first = sold(town, 5000)
    second = sold(town, 7000)
    gift = {"method": "complimentary", "reason": "a thank-you"}
    soon = (town.now + timedelta(days=20)).date().isoformat()
    order(town, "voucher.issued", kind="promotional", value=2000, payment=gift, expires_on=soon)
    order(town, "voucher.badged", voucher=first.public_id, add=[wave])
    order(town, "voucher.redeemed", voucher=second.public_id, amount=1500, currency="USD")
    order(town, "voucher.frozen", voucher=second.public_id, reason="asked")
    order(town, "voucher.stocked", kind="sold", count=1)
    assert listed(desk) == ["FERN-000003", "FERN-000002", "FERN-000001"]
    assert listed(desk, state="all") == ["FERN-000004", "FERN-000003", "FERN-000002", "FERN-000001"]
    assert listed(desk, state="stock") == ["FERN-000004"]
    assert listed(desk, state="frozen") == ["FERN-000002"]
    assert listed(desk, kind="promotional") == ["FERN-000003"]
    assert listed(desk, badge=wave) == ["FERN-000001"]
    assert listed(desk, days="30") == ["FERN-000003"]

    def totals(**asked: str) -> list[tuple[str, int, int, int]]:
        told = desk.get(LIST, asked).context["totals"]
        return [(each["kind"], each["count"], each["issued"].units, each["left"].units) for each in told]

    assert totals() == [("sold", 2, 12000, 10500), ("promotional", 1, 2000, 2000)]
    assert totals(badge=wave) == [("sold", 1, 5000, 5000), ("promotional", 0, 0, 0)]
    assert totals(state="frozen") == [("sold", 1, 7000, 5500), ("promotional", 0, 0, 0)]


def test_a_replaced_card_is_issued_once_in_the_totals(town: Town, desk: Client) -> None:
    lost = sold(town)
    order(town, "voucher.replaced", voucher=lost.public_id)
    (told, _) = desk.get(LIST).context["totals"]
    assert (told["count"], told["issued"].units, told["left"].units) == (1, 5000, 5000)


def test_a_card_that_was_sold_from_old_stock_stands_first(town: Town, desk: Client) -> None:
    order(town, "voucher.stocked", kind="sold", count=2)
    sold(town)
    order(town, "voucher.activated", serials=["FERN-1"], value=5000, payment=TILL)
    assert listed(desk)[0] in ("FERN-000003", "FERN-000001")
    assert set(listed(desk)) == {"FERN-000003", "FERN-000001"}


def test_older_vouchers_stand_on_the_next_page_each_once(town: Town, desk: Client) -> None:
    order(town, "voucher.issued", kind="sold", value=4000, count=45, payment=TILL)
    seen, url = [], LIST
    while url:
        context = desk.get(url).context
        seen += [row["serial"] for row in context["vouchers"]]
        url = LIST + context["next_url"] if context["next_url"] else ""
    assert seen == [f"FERN-{n:06}" for n in range(45, 0, -1)]


def test_a_longer_list_asks_no_more_of_the_database(town: Town, desk: Client) -> None:
    wave = badge(town)

    def statements(url: str) -> int:
        with CaptureQueriesContext(connection) as told:
            desk.get(url)
        return len(told)

    def sell_to(name: str) -> None:
        voucher = sold(town, buyer=town.contact(name).public_id, recipient=town.contact("Ann").public_id)
        order(town, "voucher.badged", voucher=voucher.public_id, add=[wave])

    sell_to("Bob")
    customer = reverse("console:customer", args=[town.contact("Ann").public_id])
    urls = [LIST, f"{LIST}?q=Berg", f"{customer}?tab=value", customer]
    few = {url: statements(url) for url in urls}
    for name in ("Ann", "Cy", "Eve", "Dee", "Fay", "Bob"):
        sell_to(name)
    assert {url: statements(url) for url in urls} == few
    assert few[LIST] <= 20


def test_the_spreadsheet_has_the_list_as_it_is_narrowed_and_no_code(town: Town, desk: Client) -> None:
    voucher = sold(town, 7550, buyer=town.contact("Ann").public_id, message="=1+1")
    order(town, "voucher.redeemed", voucher=voucher.public_id, amount=50, currency="USD")
    order(town, "voucher.stocked", kind="sold", count=1)
    body = b"".join(desk.get(f"{LIST}.csv?q=Berg").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(body))
    assert (row["Serial"], row["Value"], row["Left"], row["Buyer"]) == ("FERN-000001", "75.50", "75.00", "Ann Berg")
    assert (row["Paid"], row["Reference"], row["Message"]) == ("At the till", "T-1", "'=1+1")
    last = voucher.expires_at - timedelta(days=1)  # midnight in Denver after the last day
    assert row["Last day"] == last.date().isoformat()
    assert codes.normalise(finding.code_of(voucher)) not in codes.normalise(body)


@pytest.mark.requirement("R23")
def test_one_voucher_tells_its_sale_and_the_sale_its_vouchers(town: Town, desk: Client) -> None:
    event = order(town, "voucher.issued", kind="sold", value=4000, count=3, payment=TILL)
    sale = Sale.objects.get(event=event)
    first = sale.vouchers.order_by("number")[0]
    context = desk.get(reverse("console:voucher", args=[first.public_id])).context
    assert (context["sale"]["reference"], context["sale"]["amount"].units) == ("T-1", 12000)
    assert [other["serial"] for other in context["beside"]] == ["FERN-000003", "FERN-000002"]
    told = desk.get(context["sale_url"]).context
    assert [row["serial"] for row in told["vouchers"]] == ["FERN-000003", "FERN-000002", "FERN-000001"]


def test_every_cent_and_every_event_of_a_voucher_is_told(town: Town, desk: Client) -> None:
    lost = sold(town, 10000)
    order(town, "voucher.redeemed", voucher=lost.public_id, amount=2500, currency="USD")
    order(town, "voucher.extended", voucher=lost.public_id, expires_on="2041-06-30", reason="rain")
    order(town, "voucher.replaced", voucher=lost.public_id, reason="left on the bus")
    new = lost.replaced_by
    order(town, "voucher.frozen", voucher=new.public_id, reason="asked")
    order(town, "voucher.unfrozen", voucher=new.public_id)
    order(town, "voucher.voided", voucher=new.public_id, reason="changed her mind", refund={"method": "card"})
    old, later = (desk.get(reverse("console:voucher", args=[v.public_id])).context for v in (lost, new))

    def booked(context: object) -> list[tuple[str, int, int]]:
        return [(step["cause"], step["change"].units, step["balance"].units) for step in context["booked"]]  # type: ignore[index]

    spent = [("Sold", 10000, 10000), ("Used", -2500, 7500), ("New terms, same value", 0, 7500)]
    assert booked(old) == [*spent, ("Moved to the new card", -7500, 0)]
    assert booked(later) == [*spent, ("New terms, same value", 0, 7500), ("Paid back", -7500, 0)]
    said = [line["title"].replace("\u2068", "").replace("\u2069", "") for line in later["history"]]
    assert said == [
        "owner cancelled voucher FERN-000002: changed her mind",
        "owner released the hold on voucher FERN-000002",
        "owner put voucher FERN-000002 on hold: asked",
        "owner replaced the lost card FERN-000001: left on the bus",
        "owner sold vouchers: 1 × $100",
    ]
    assert "owner redeemed $25 of voucher FERN-000001" in [line["title"] for line in old["history"]]
    assert (old["later"], later["replaces"]) == (new, lost)
    assert old["beside"] == later["beside"] == []  # a lost card and its new one were not sold together


def test_what_was_kept_and_what_was_paid_out_say_so(town: Town, desk: Client) -> None:
    kept, out = sold(town), sold(town, 900)
    order(town, "voucher.voided", voucher=kept.public_id, reason="fraud", refund=None)
    order(town, "voucher.cashed_out", voucher=out.public_id, refund=TILL, reason="moves abroad")
    told = desk.get(reverse("console:voucher", args=[kept.public_id]))
    assert told.context["booked"][-1]["cause"] == "Cancelled, nothing paid back"
    assert "valid through" not in told.content.decode()
    history = desk.get(reverse("console:voucher", args=[out.public_id])).context["history"]
    assert history[0]["title"] == f"owner paid out what was left of voucher {out.serial}: moves abroad"


def test_a_present_is_to_be_sent_until_it_was_sent(town: Town, desk: Client) -> None:
    voucher = sold(town, deliver_on="2031-02-14", recipient={"name": "Max", "email": "max@example.net"})

    def terms() -> dict[str, str]:
        told = desk.get(reverse("console:voucher", args=[voucher.public_id])).context["facts"]
        return {fact["term"]: fact["text"] for fact in told if fact["term"] in ("Sent", "To be sent on")}

    assert terms() == {"To be sent on": "Feb 14, 2031"}
    order(town, "voucher.sent", voucher=voucher.public_id)
    assert list(terms()) == ["Sent"]


def test_a_spoiled_card_tells_who_took_it_out(town: Town, desk: Client) -> None:
    order(town, "voucher.stocked", kind="sold", count=2)
    order(town, "voucher.spoiled", serials=["FERN-2"], reason="wet")
    card = Voucher.objects.get(serial="FERN-000002")
    history = desk.get(reverse("console:voucher", args=[card.public_id])).context["history"]
    assert [line["title"] for line in history] == [
        "owner took spoiled cards out of stock: FERN-2",
        "owner registered cards of stock: 2",
    ]


def test_a_code_is_hidden_until_it_is_pressed_for_and_that_is_on_record(town: Town, desk: Client) -> None:
    voucher = sold(town)
    page, press = (reverse(f"console:{name}", args=[voucher.public_id]) for name in ("voucher", "voucher_code"))
    code = finding.code_of(voucher)
    assert code not in desk.get(page).content.decode()
    shown = desk.post(press)
    assert code in shown.content.decode()
    assert (shown["Referrer-Policy"], "no-store" in shown["Cache-Control"]) == ("no-referrer", True)
    event = Event.objects.get(type="voucher.code_shown")
    assert (event.data, event.actor) == ({"voucher": voucher.public_id}, "user:staff-office@fern-lawn-care.example")
    assert "looked at the code" in desk.get(page).context["history"][0]["title"]
    assert desk.get(press).status_code == 405


def test_a_viewer_sees_vouchers_but_no_code_and_changes_nothing(town: Town) -> None:
    viewer, voucher = signed_in(town.staff("viewer")), sold(town)
    page = viewer.get(reverse("console:voucher", args=[voucher.public_id]))
    assert (page.context["ways"], page.context["main"], page.context["may_code"]) == ([], [], False)
    before = Event.objects.count()
    assert viewer.post(reverse("console:voucher_code", args=[voucher.public_id])).status_code == 403
    assert viewer.get(reverse("console:voucher_sell")).status_code == 403
    assert Event.objects.count() == before
    technician = signed_in(town.staff("technician"))
    for name in ("vouchers", "stock", "voucher_sell", "settings_badges"):
        assert technician.get(reverse(f"console:{name}")).status_code == 403, name
    assert technician.get(reverse("console:voucher", args=[voucher.public_id])).status_code == 403
    assert "FERN-0" not in technician.get(
        reverse("console:customer", args=[town.contact("Ann").public_id])
    ).content.decode()  # fmt: skip


def test_another_business_finds_nothing_of_ours_by_serial_or_code(town: Town) -> None:
    voucher = sold(town)
    beside = signed_in(found("Ink and Steel").owner)
    assert beside.post(LIST, {"q": finding.code_of(voucher)})["Location"] == f"{LIST}?unknown=1"
    assert beside.post(LIST, {"q": "FERN-000001"})["Location"] == f"{LIST}?q=FERN-000001"
    assert listed(beside, q="FERN-000001") == []


@pytest.mark.requirement("R16")
def test_badges_are_put_on_several_from_the_list_and_each_tells_it(town: Town, desk: Client) -> None:
    wave, vouchers = badge(town), [sold(town) for _ in range(3)]
    batch = desk.get(LIST).context["batch"]
    chosen = {"voucher": [v.public_id for v in vouchers[:2]], "badge": f"add:{wave}", "batch": batch}
    for _ in range(2):  # pressed twice
        answer = desk.post(reverse("console:vouchers_badge") + "?state=active&after=7", chosen)
        assert answer["Location"] == f"{LIST}?state=active"
    assert [v.badges.count() for v in vouchers] == [1, 1, 0]
    assert Event.objects.filter(type="voucher.badged").count() == 2
    history = desk.get(reverse("console:voucher", args=[vouchers[0].public_id])).context["history"]
    assert history[0]["title"] == "Sofia changed the badges of vouchers: FERN-000001"
    desk.post(reverse("console:vouchers_badge"), chosen | {"badge": "add:bdg_nothing"})
    desk.post(reverse("console:vouchers_badge"), chosen | {"voucher": []})
    assert Event.objects.filter(type="voucher.badged", state="settled").count() == 2


def test_the_ticks_on_one_voucher_are_its_badges(town: Town, desk: Client) -> None:
    wave, thanks, voucher = badge(town), badge(town, "Thank-you"), sold(town)
    url = reverse("console:voucher_badge", args=[voucher.public_id])
    desk.post(url, {"badge": [wave, thanks]})
    desk.post(url, {"badge": [thanks]})
    desk.post(url, {"badge": [thanks]})  # nothing changes: no event
    assert list(voucher.badges.values_list("name", flat=True)) == ["Thank-you"]
    assert Event.objects.filter(type="voucher.badged").count() == 2


def test_a_customers_page_shows_what_was_bought_and_what_was_given_to_them(town: Town, desk: Client) -> None:
    ann, bob = town.contact("Ann"), town.contact("Bob")
    bought = sold(town, 5000, buyer=ann.public_id, recipient=bob.public_id)
    order(town, "voucher.redeemed", voucher=bought.public_id, amount=1000, currency="USD")
    sold(town)
    for person in (ann, bob):
        for tab in ("", "?tab=value"):
            rows = desk.get(reverse("console:customer", args=[person.public_id]) + tab).context["vouchers"]
            assert [(row["serial"], row["left"].units) for row in rows] == [("FERN-000001", 4000)]
    assert desk.get(reverse("console:customer", args=[town.contact("Cy").public_id])).context["vouchers"] == []
