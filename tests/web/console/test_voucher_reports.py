"""The reports on vouchers at the console: numbers, ways down to the list, files, who may see them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from goodword.business.models import Badge, Location
from goodword.business.reading import setting
from goodword.inbox.models import Event
from goodword.money import Amount
from goodword.vouchers.models import Voucher
from tests.flow.vouchers.cast import GIFT, TILL, made_by, order, redeem, sell
from tests.web.console.test_boards import sheet_of
from tests.web.town import Town, found, signed_in

pytestmark = pytest.mark.django_db
PAGES = ("report_vouchers", "report_register", "report_liability")


@pytest.fixture
def shop(town: Town) -> Town:
    """Return the town with a wave of three at north, one of them half used, a gift and two cards of stock."""
    business = town.business
    for name in ("north", "south"):
        Location.objects.create(business=business, external_id=name, name=name.title())
    red = Badge.objects.create(business=business, public_id="bdg_red", name="=Red", colour="#aa2222")
    wave = made_by(order(business, "issued", now=town.now, kind="sold", value=10_000, count=3, payment=TILL,
                         location="north", label="=Wave"))  # fmt: skip
    order(business, "issued", now=town.now, kind="promotional", value=2_500, payment=GIFT)
    order(business, "stocked", now=town.now, kind="sold", count=2)
    redeem(business, wave[0], 4_000, now=town.now)
    redeem(business, wave[1], 10_000, now=town.now)
    wave[0].badges.set([red])
    return town


def text(client: Client, name: str, query: str = "") -> str:
    answer = client.get(reverse(f"console:{name}") + query)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.requirement("R15", "R18", "R25")
def test_stages_are_counted_and_told_apart_by_badge_location_and_month(shop: Town, desk: Client) -> None:
    told = desk.get(reverse("console:report_vouchers")).context
    assert [(str(s["word"]), s["count"], s["value"].units, s["left"].units) for s in told["stages"]] == [
        ("In stock", 2, 0, 0), ("Quote", 3, 22_500, 18_500), ("Work order", 0, 0, 0), ("Completed", 1, 10_000, 0),
        ("Expired", 0, 0, 0), ("Void", 0, 0, 0),
    ]  # fmt: skip
    assert [(row["name"], row["count"], row["left"].units) for row in told["rows"]] == [
        ("=Red", 1, 6_000), ("Without a badge", 5, 12_500),
    ]  # fmt: skip
    assert told["rows"][0]["said"] == "=Red: Quote 1"
    rows = desk.get(reverse("console:report_vouchers") + "?by=location").context["rows"]
    assert [(row["name"], row["count"]) for row in rows] == [("North", 3), ("Without a location", 3)]
    rows = desk.get(reverse("console:report_vouchers") + "?by=month&kind=sold").context["rows"]
    assert [row["count"] for row in rows] == [3, 2]
    assert rows[1]["name"] == "Not sold yet"
    nothing = text(desk, "report_vouchers", "?badge=bdg_red&location=south")
    assert "No voucher matches" in nothing


@pytest.mark.requirement("R25")
def test_a_number_leads_to_the_list_that_shows_just_these(shop: Town, desk: Client) -> None:
    def shown(url: str) -> int:
        return len(desk.get(url).context["vouchers"])

    told = desk.get(reverse("console:report_vouchers")).context
    assert {s["stage"]: shown(s["url"]) for s in told["stages"] if s["url"]} == {"stock": 2, "active": 3, "redeemed": 1}
    (red, without) = told["rows"]
    assert [shown(cell["url"]) for cell in red["cells"] if cell["url"]] == [1]
    assert [cell["url"] for cell in without["cells"] if cell["url"]] == []  # the list cannot ask for “without”
    sell(shop.business, 1_000, now=shop.now - timedelta(days=62))
    rows = desk.get(reverse("console:report_vouchers") + "?by=month&kind=sold").context["rows"]
    for row in rows:
        for cell in row["cells"]:
            assert bool(cell["url"]) == bool(cell["count"])
            assert not cell["url"] or shown(cell["url"]) == cell["count"], (row["name"], cell)
    assert len(rows) == 3
    lost, spoiled = sell(shop.business, 1_000, now=shop.now), sell(shop.business, 1_000, now=shop.now)
    order(shop.business, "replaced", now=shop.now, voucher=lost.public_id)
    order(shop.business, "voided", now=shop.now, voucher=spoiled.public_id, reason="x", refund=None)
    order(shop.business, "spoiled", now=shop.now, serials=["FERN-5"], reason="wet")
    told = desk.get(reverse("console:report_vouchers")).context
    assert [(s["count"], shown(s["url"])) for s in told["stages"] if s["stage"] == "void"] == [(2, 2)]
    unsold = desk.get(reverse("console:report_vouchers") + "?by=month").context["rows"][-1]
    assert [(cell["count"], bool(cell["url"])) for cell in unsold["cells"] if cell["count"]] == [(1, True), (1, False)]
    narrow = desk.get(reverse("console:report_vouchers") + "?by=month&location=north&period=twelve").context["rows"]
    assert [shown(cell["url"]) for cell in narrow[0]["cells"] if cell["url"]] == [2, 1]
    year = desk.get(reverse("console:report_vouchers") + "?period=year").context
    assert [s["url"] for s in year["stages"] if s["url"]] == ["/console/vouchers?state=stock"]  # the list has no years
    for bad in ("2026-13", "x", "2026", "9999-12"):
        assert desk.get(reverse("console:vouchers") + f"?month={bad}").status_code == 200


@pytest.mark.requirement("R25")
def test_the_file_has_every_voucher_once_and_nothing_a_spreadsheet_runs(shop: Town, desk: Client) -> None:
    head, *lines = sheet_of(desk, "report_vouchers")
    assert head == 'Stage,State,Kind,Badges,Location,Month sold,Vouchers,"Value, in USD","Left, in USD"'
    assert sum(int(line.split(",")[-3]) for line in lines) == 6
    assert any(line.startswith("Quote,active,Sold,'=Red,North,") and line.endswith(",1,100.00,60.00") for line in lines)
    assert [line for line in sheet_of(desk, "report_vouchers", "&kind=promotional") if "Sold" in line[6:]] == []


def test_the_register_tells_batches_and_sales_and_that_the_books_agree(shop: Town, desk: Client) -> None:
    told = desk.get(reverse("console:report_register")).context["lines"]
    assert [(line["name"], line["made"], line["sold"], line["open"].units, line["equal"]) for line in told] == [
        ("", 2, 0, 0, True), ("=Wave", 3, 3, 16_000, True),
    ]  # fmt: skip
    assert told[1]["redeemed"] == Amount(14_000, "USD")
    sales = desk.get(reverse("console:report_register") + "?by=sale").context["lines"]
    assert [(line["name"], line["sold"], line["open"].units) for line in sales] == [("", 1, 2_500), ("T-1", 3, 16_000)]
    assert desk.get(sales[1]["url"]).status_code == 200
    wave = sheet_of(desk, "report_register")[2]
    assert ",'=Wave," in wave
    assert wave.endswith(",3,0,0,3,300.00,140.00,0.00,0.00,0.00,160.00,160.00,0.00")
    Voucher.objects.filter(business=shop.business, value=10_000, state="active").update(value=10_100)
    body = text(desk, "report_register")
    assert "difference" in body
    assert "-$2" in body or "−$2" in body


def test_liability_is_told_by_instrument_age_and_day(shop: Town, desk: Client) -> None:
    told = desk.get(reverse("console:report_liability")).context
    assert [(str(line["name"]), line["total"].units) for line in told["lines"]] == [
        ("Service credit", 3_500), ("Promotional vouchers", 2_500), ("Sold vouchers", 16_000),
    ]  # fmt: skip
    assert told["total"].units == 22_000
    (ages, _left) = told["ageing"]
    assert (str(ages["rows"][0]["name"]), ages["rows"][0]["sold"]) == (
        "up to 30 days", {"vouchers": 2, "units": Amount(16_000, "USD")},
    )  # fmt: skip
    before = desk.get(reverse("console:report_liability") + "?at=2001-01-31").context
    assert (before["lines"], before["total"].units) == ([], 0)
    for bad in ("2026-02-30", "2999-01-01", "x"):
        page = desk.get(reverse("console:report_liability") + f"?at={bad}&known={bad}")
        assert page.status_code == 200
        assert page.context["asked"].faults == {"at", "known"}
    lines = sheet_of(desk, "report_liability")
    assert "Sold vouchers,usable,,160.00,USD" in lines
    assert "Sold vouchers,sold up to 30 days ago,2,160.00,USD" in lines


def test_breakage_is_off_until_it_is_switched_on_and_says_why_it_estimates_nothing(shop: Town, desk: Client) -> None:
    assert desk.get(reverse("console:report_liability")).context["breakage"] is None
    assert desk.post(reverse("console:report_breakage"), {"on": "yes"}).status_code == 302
    assert setting(shop.business, "voucher_breakage", timezone.now()) is True
    before = Event.objects.count()
    page = desk.get(reverse("console:report_liability") + "?remote=24&confirmed=1")
    told = page.context["breakage"]
    assert (told["estimate"], told["remote"], told["confirmed"]) == (None, "24", True)
    assert "too little history" in page.content.decode()
    assert Event.objects.count() == before
    desk.post(reverse("console:report_breakage"), {"on": "no"})
    assert setting(shop.business, "voucher_breakage", timezone.now()) is False


def test_a_viewer_sees_the_reports_and_switches_nothing_a_technician_sees_none(shop: Town) -> None:
    viewer, technician = signed_in(shop.staff("viewer")), signed_in(shop.staff("technician"))
    for name in PAGES:
        assert viewer.get(reverse(f"console:{name}")).status_code == 200
        assert technician.get(reverse(f"console:{name}")).status_code == 403
    assert "Switch the estimate on" not in text(viewer, "report_liability")
    assert viewer.post(reverse("console:report_breakage"), {"on": "yes"}).status_code == 403
    assert setting(shop.business, "voucher_breakage", timezone.now()) is False


def test_another_business_sees_its_own_emptiness(shop: Town) -> None:
    beside = signed_in(found("Ink and Steel").owner)
    assert "No vouchers yet" in text(beside, "report_vouchers")
    assert "No batch was made" in text(beside, "report_register")
    assert "Nothing is owed" in text(beside, "report_liability")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("query", ["", "?by=sale", "?by=location"])
def test_a_report_takes_as_many_statements_for_many_vouchers_as_for_few(
    name: str, query: str, shop: Town, desk: Client
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as told:
            text(desk, name, query)
        return len(told)

    queries()
    few = queries()
    for n in range(8):
        sell(shop.business, 1_000 + n, now=shop.now + timedelta(seconds=n))
    assert queries() == few
    assert few <= 25


@pytest.mark.parametrize("query", ["?period=dates&from=2026-02-30", "?by=x&badge=y&kind=z&after=-1", "?remote=x&at=0"])
def test_an_address_that_cannot_be_meant_still_shows_a_page(query: str, shop: Town, desk: Client) -> None:
    for name in PAGES:
        text(desk, name, query)
