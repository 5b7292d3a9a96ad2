"""Vouchers sold in a browser by keyboard alone: one in a few keystrokes, the next at once, cards by a scanner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from goodword.vouchers import finding
from goodword.vouchers.models import Voucher
from tests.browser import shots
from tests.browser.conftest import PASSWORD, sign_in
from tests.web.console.counter import order
from tests.web.town import Town, lived_in

pytestmark = pytest.mark.browser
Open = Callable[..., Any]


class Keys:
    """A keyboard that counts: what is pressed, never what is pointed at."""

    def __init__(self, page: Any) -> None:
        self.page, self.pressed = page, 0

    def type(self, text: str) -> None:
        """Type letters, one press each."""
        self.pressed += len(text)
        self.page.keyboard.type(text)

    def press(self, key: str, times: int = 1) -> None:
        """Press one key so many times."""
        for _ in range(times):
            self.pressed += 1
            self.page.keyboard.press(key)


@pytest.fixture
def town(open_browser: Open) -> Town:
    return lived_in()


def counter(open_browser: Open, town: Town) -> Any:
    page = open_browser(shots.DESK)
    sign_in(page, town.staff("office").email, PASSWORD)
    page.goto("/console/vouchers/sell")
    expect(page.locator("#f-value")).to_be_focused()
    return page


@pytest.mark.requirement("R8", "R13", "R14", "R21")
def test_a_voucher_is_sold_by_keyboard_alone_and_the_next_one_follows(open_browser: Open, town: Town) -> None:
    page = counter(open_browser, town)
    keys = Keys(page)
    keys.type("50")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sold")
    assert keys.pressed == 3
    voucher = Voucher.objects.get()
    assert (voucher.value, voucher.sale.method) == (5000, "till")
    expect(page.get_by_text(finding.code_of(voucher))).to_be_visible()
    keys.press("Enter")  # “The next one” has the focus
    page.get_by_label("Value", exact=False).first.wait_for()
    keys.type("75.50")
    keys.press("Tab", 7)  # past the quick picks and the number
    keys.type("B")  # paid by card: a letter chooses
    keys.press("Tab")
    keys.type("ch_42")
    keys.press("Tab")
    keys.type("ann berg")
    page.locator("#buyer-found").get_by_text("Ann Berg", exact=True).wait_for()
    keys.press("Tab", 2)  # over the choice, which is made
    keys.type("Maria Costa")
    page.locator("#recipient-found").get_by_text("New customer:").wait_for()
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sold")
    second = Voucher.objects.latest("pk")
    assert (second.value, second.sale.method, second.sale.reference) == (7550, "card", "ch_42")
    assert (second.buyer, second.recipient.name) == (town.contact("Ann"), "Maria Costa")
    assert keys.pressed < 60  # at three a second well under twenty seconds
    assert Voucher.objects.count() == 2


def test_a_quick_pick_fills_the_value_and_giving_away_asks_why(open_browser: Open, town: Town) -> None:
    page = counter(open_browser, town)
    page.get_by_role("button", name="40", exact=True).click()
    expect(page.locator("#f-value")).to_have_value("40")
    expect(page.locator("#f-value")).to_be_focused()
    expect(page.locator("#f-reason")).to_be_hidden()
    page.locator("#f-method").select_option("complimentary")
    expect(page.locator("#f-reference")).to_be_hidden()
    page.get_by_role("button", name="Give away").click()
    expect(page.get_by_text("Please say why: it is kept with your name.")).to_be_visible()
    page.locator("#f-reason").fill("A thank-you")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Given away")
    assert Voucher.objects.get().kind == "promotional"


@pytest.mark.requirement("R19")
def test_a_scanner_writes_serials_line_by_line_and_the_cards_are_sold_together(open_browser: Open, town: Town) -> None:
    order(town, "voucher.stocked", kind="sold", count=5)
    page = counter(open_browser, town)
    page.goto("/console/vouchers/stock/sell")
    expect(page.locator("#f-serials")).to_be_focused()
    for serial in ("FERN-000001", "FERN-000003", "FERN-000009"):  # a scanner types and presses Enter
        page.keyboard.type(serial)
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("50")
    page.keyboard.press("Enter")
    expect(page.get_by_text("We know no such voucher: FERN-000009")).to_be_visible()
    assert Voucher.objects.filter(state="active").count() == 0
    expect(page.locator("#f-serials")).to_be_focused()  # the fault
    page.locator("#f-serials").fill("FERN-000001\nFERN-000003\n")
    page.locator("#f-value").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("2 vouchers sold")
    assert list(Voucher.objects.filter(state="active").values_list("number", flat=True)) == [1, 3]


def test_a_scanned_code_finds_its_voucher_and_stands_in_no_address(open_browser: Open, town: Town) -> None:
    order(town, "voucher.issued", kind="sold", value=5000, payment={"method": "till"})
    voucher = Voucher.objects.get()
    page = counter(open_browser, town)
    page.goto("/console/vouchers")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("searchbox", name="Serial, code, name, reference or message").fill(finding.code_of(voucher))
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name=voucher.serial).wait_for()
    assert [url for url in asked if voucher.code_tail in url] == []
    page.get_by_role("button", name="Show the code").click()
    expect(page.get_by_text(finding.code_of(voucher))).to_be_visible()
    assert finding.code_of(voucher) not in page.url
