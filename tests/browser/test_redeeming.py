"""Redeeming in a real browser: by a scanner that types, by the camera, on the phone at the customer's door."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from goodword.vouchers.finding import code_of
from goodword.vouchers.models import Redemption
from tests.browser import shots
from tests.browser.conftest import PASSWORD, PATIENCE, office, sign_in
from tests.flow.vouchers import cast
from tests.web.town import Town, found

pytestmark = pytest.mark.browser
# Chromium has a detector of its own on Android, macOS and ChromeOS and none on Linux: this one stands in its place,
# with the camera's picture before it. What it "sees" is said by the test; what is done with that is ours.
DETECTOR = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect(video) {
    if (!(video instanceof HTMLVideoElement) || !video.videoWidth) return [];
    return [{ rawValue: %r, format: "qr_code" }];
  }
};
"""
FAKE_CAMERA = ["--use-fake-device-for-media-stream"]


@pytest.fixture
def town(live_server: Any) -> Town:
    made = found()
    made.person("Ann Berg", phone="+13035550142")
    made.job("ann", "booked", services=["Hedge trimming"])
    return made


@pytest.fixture
def phone(browser: Any, chromium: str, live_server: Any, settings: Any) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a phone whose camera films a test picture, or may not be used."""
    settings.PUBLIC_URL = live_server.url
    started = browser.browser_type.launch(executable_path=chromium, args=[*shots.ARGS, *FAKE_CAMERA])

    def opened(script: str, *, allowed: bool) -> Any:
        context = started.new_context(
            viewport=shots.PHONE, reduced_motion="reduce", base_url=live_server.url,
            permissions=["camera"] if allowed else [],
        )  # fmt: skip
        context.add_init_script(script)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield opened
    started.close()


def test_a_scanner_types_the_code_and_enter_leads_on_and_the_bill_is_paid_by_two(
    town: Town, open_browser: Callable[..., Any]
) -> None:
    one, two = cast.sell(town.business, 2500, now=town.now), cast.sell(town.business, 5000, now=town.now)
    page = office(open_browser, town)
    page.goto("/console/redeem")
    page.keyboard.type(f"{code_of(one)}\n")  # the field has the focus
    page.get_by_role("heading", level=1, name=f"Voucher {one.serial}").wait_for()
    assert code_of(one).replace("-", "") not in page.url.replace("-", "")
    page.get_by_label("Ticket number").fill("T7")
    page.get_by_label("Its total").fill("60")
    page.get_by_role("button", name="Redeem", exact=True).click()
    page.get_by_text("Left to pay").wait_for()
    page.get_by_role("link", name="Next voucher for this bill").click()
    page.get_by_role("heading", level=1, name="Redeem a voucher").wait_for()
    page.keyboard.type(f"{two.serial}\n")
    page.get_by_role("heading", level=1, name=f"Voucher {two.serial}").wait_for()
    expect(page.get_by_label("How much to take")).to_have_value("35.00")
    page.get_by_role("button", name="Redeem", exact=True).dblclick()
    page.get_by_text("Paid in full").wait_for()
    assert [cast.balance(each) for each in (one, two)] == [0, 1500]
    page.get_by_role("link", name="That was wrong: undo it").click()
    page.get_by_label("Why was it wrong?").fill("The other card")
    page.get_by_role("button", name="Give it back").click()
    page.get_by_text("Given back", exact=True).first.wait_for()
    assert cast.balance(two) == 5000
    assert Redemption.objects.count() == 2


@pytest.mark.requirement("R123")
def test_a_technician_scans_with_the_phone_and_sees_what_the_door_needs(
    town: Town, phone: Callable[..., Any], live_server: Any
) -> None:
    voucher = cast.sell(town.business, 5000, now=town.now, buyer={"name": "Bob Haddad"})
    page = phone(DETECTOR % f"{live_server.url}/v/{code_of(voucher)}", allowed=True)
    sign_in(page, town.staff("technician").email, PASSWORD)
    page.goto("/console/redeem")
    page.get_by_role("button", name="Scan with the camera").click()
    page.get_by_role("heading", level=1, name=f"Voucher {voucher.serial}").wait_for()
    assert re.fullmatch(r".*/console/vouchers/vou_\w+/redeem", page.url)
    assert page.get_by_text("Bob Haddad").count() == 0
    page.get_by_label("How much to take").fill("20")
    page.get_by_label("Who redeems it?").fill("303 555 0142")
    assert shots.faults_of(page, []) == []
    page.get_by_role("button", name="Redeem", exact=True).click()
    page.get_by_text("Left on it:").wait_for()
    assert shots.faults_of(page, []) == []
    assert cast.balance(voucher) == 3000
    voucher.refresh_from_db()
    assert voucher.recipient == town.contact("Ann")


def test_where_the_camera_is_refused_the_page_says_so_and_the_field_is_there(
    town: Town, phone: Callable[..., Any]
) -> None:
    voucher = cast.sell(town.business, 5000, now=town.now)
    page = phone(DETECTOR % "nothing", allowed=False)
    sign_in(page, town.staff("technician").email, PASSWORD)
    page.goto("/console/redeem")
    page.get_by_role("button", name="Scan with the camera").click()
    page.get_by_text("The camera may not be used here").wait_for()
    expect(page.get_by_role("button", name="Photograph the code")).to_be_visible()
    page.get_by_label("Code or serial").fill(voucher.serial)
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name=f"Voucher {voucher.serial}").wait_for()
