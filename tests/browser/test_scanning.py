"""Scanning where the browser reads no codes itself, where it lends no camera, and where no script runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from PIL import Image
from playwright.sync_api import expect

from goodword.flow.submit import submit
from goodword.vouchers.finding import code_of
from goodword.vouchers.models import Voucher
from tests.browser import shots
from tests.browser.conftest import PASSWORD, PATIENCE, office, sign_in
from tests.flow.vouchers import cast
from tests.vouchers.pictures import photo, saved, table
from tests.web.town import Town, found

pytestmark = pytest.mark.browser
NO_DETECTOR = "delete window.BarcodeDetector;"
PLAIN_HTTP = NO_DETECTOR + "Object.defineProperty(navigator, 'mediaDevices', { value: undefined });"
READ_BY_SERVER = re.compile(r"/console/scan$")


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def town(live_server: Any) -> Town:
    return found()


@pytest.fixture
def voucher(town: Town) -> Voucher:
    return cast.sell(town.business, 5000, now=town.now)


@pytest.fixture
def films(browser: Any, chromium: str, live_server: Any, settings: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a phone whose camera films a picture, or lies in a drawer."""
    settings.PUBLIC_URL = live_server.url
    started = []

    def opened(picture: Image.Image | None = None, *, script: str = NO_DETECTOR, **more: Any) -> Any:
        args = [*shots.ARGS, "--use-fake-device-for-media-stream"]
        if picture is not None:
            args.append(f"--use-file-for-fake-video-capture={filmed(picture, tmp_path / 'camera.y4m')}")
        chrome = browser.browser_type.launch(executable_path=chromium, args=args)
        started.append(chrome)
        context = chrome.new_context(
            viewport=shots.PHONE, reduced_motion="reduce", base_url=live_server.url, permissions=["camera"], **more
        )
        context.add_init_script(script)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield opened
    for chrome in started:
        chrome.close()


def filmed(picture: Image.Image, path: Path) -> Path:
    """Write a film (YUV4MPEG2) that shows a picture, grey and without end."""
    grey = picture.convert("L")
    width, height = grey.size
    frame = b"FRAME\n" + grey.tobytes() + b"\x80" * (width * height // 2)
    path.write_bytes(f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode() + frame * 10)
    return path


def card_of(voucher: Voucher, live_server: Any, **how: Any) -> Image.Image:
    return photo(f"{live_server.url}/v/{code_of(voucher)}", **how)


def at_the_counter(page: Any, town: Town) -> None:
    sign_in(page, town.staff("technician").email, PASSWORD)
    page.goto("/console/redeem")


def given(page: Any, picture: Image.Image) -> None:
    """Take a photo: press, and choose what a phone's camera would bring."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Photograph the code").click()
    chooser.value.set_files({"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": saved(picture)})


def found_it(page: Any, voucher: Voucher) -> None:
    page.get_by_role("heading", level=1, name=f"Voucher {voucher.serial}").wait_for()
    assert code_of(voucher).replace("-", "") not in page.url.replace("-", "")


@pytest.mark.requirement("R15", "R123")
def test_a_camera_is_read_by_the_server_where_the_browser_cannot(
    town: Town, voucher: Voucher, films: Callable[..., Any], live_server: Any
) -> None:
    ground = table((640, 480))
    page = films(card_of(voucher, live_server, size=220, turned=8, ground=ground))
    at_the_counter(page, town)
    assert page.evaluate("'BarcodeDetector' in window") is False
    page.get_by_role("button", name="Scan with the camera").click()
    found_it(page, voucher)


def test_over_plain_http_a_photo_will_do(
    town: Town, voucher: Voucher, films: Callable[..., Any], live_server: Any
) -> None:
    page = films(script=PLAIN_HTTP)
    at_the_counter(page, town)
    expect(page.get_by_role("button", name="Scan with the camera")).to_be_hidden()
    assert shots.faults_of(page, []) == []
    sizes = []
    page.on("request", lambda sent: sizes.append(sent) if READ_BY_SERVER.search(sent.url) else None)
    given(page, card_of(voucher, live_server, ground=table((3000, 2250)), size=500))
    found_it(page, voucher)
    assert len(sizes) == 1


def test_a_photo_in_which_the_code_is_far_away_is_sent_once_more_and_larger(
    town: Town, voucher: Voucher, films: Callable[..., Any], live_server: Any
) -> None:
    page = films(script=PLAIN_HTTP)
    at_the_counter(page, town)
    given(page, card_of(voucher, live_server, ground=table((4000, 3000)), size=150))
    found_it(page, voucher)


def test_a_photo_without_a_code_says_so_and_another_one_or_typing_leads_on(
    town: Town, voucher: Voucher, films: Callable[..., Any], live_server: Any
) -> None:
    page = films(script=PLAIN_HTTP)
    at_the_counter(page, town)
    given(page, table())
    page.get_by_text("No code was found in the photo.").wait_for()
    expect(page.get_by_role("button", name="Photograph the code")).to_be_focused()
    assert shots.faults_of(page, []) == []
    given(page, card_of(voucher, live_server))
    found_it(page, voucher)


def test_a_camera_that_sees_nothing_for_a_minute_is_switched_off(
    town: Town, voucher: Voucher, films: Callable[..., Any]
) -> None:
    page = films(table((640, 480)))
    at_the_counter(page, town)
    page.clock.install()
    with page.expect_response(READ_BY_SERVER) as looked:
        page.get_by_role("button", name="Scan with the camera").click()
        page.clock.run_for(400)
    assert looked.value.json()["code"] == "no_code_found"
    expect(page.get_by_label("What the camera sees")).to_be_visible()
    page.clock.fast_forward(61_000)
    page.clock.run_for(1_000)
    page.get_by_text("The camera saw no code for a minute").wait_for()
    expect(page.get_by_label("What the camera sees")).to_be_hidden()
    expect(page.get_by_label("Code or serial")).to_be_focused()


def test_where_the_server_is_not_reached_the_page_says_so_and_typing_is_there(
    town: Town, voucher: Voucher, films: Callable[..., Any], live_server: Any
) -> None:
    page = films(card_of(voucher, live_server, size=220, ground=table((640, 480))))
    at_the_counter(page, town)
    page.route(READ_BY_SERVER, lambda route: route.abort())
    page.get_by_role("button", name="Scan with the camera").click()
    page.get_by_text("That could not be read just now.").wait_for()
    expect(page.get_by_label("What the camera sees")).to_be_hidden()
    page.get_by_label("Code or serial").fill(voucher.serial)
    page.keyboard.press("Enter")
    found_it(page, voucher)


def test_without_scripts_the_form_sends_the_photo(
    town: Town, voucher: Voucher, films: Callable[..., Any], live_server: Any
) -> None:
    page = films(java_script_enabled=False)
    at_the_counter(page, town)
    expect(page.get_by_role("button", name="Scan with the camera")).to_be_hidden()
    expect(page.get_by_role("button", name="Photograph the code")).to_be_hidden()
    card = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": saved(card_of(voucher, live_server))}
    page.get_by_label("Or a photo of the code").set_input_files(card)
    page.get_by_role("button", name="Read the photo").click()
    expect(page.get_by_label("Code or serial", exact=True)).to_have_value(code_of(voucher))
    page.get_by_role("button", name="Look it up").click()
    found_it(page, voucher)


def test_cards_of_stock_are_scanned_one_after_another_and_sold(
    town: Town, open_browser: Callable[..., Any], live_server: Any
) -> None:
    told = {"kind": "sold", "count": 2, "value": 2500}
    submit(business=town.business, type="voucher.stocked", data=told, actor=town.owner.email, now=town.now)
    one, two = town.business.vouchers.order_by("number")
    page = office(open_browser, town)
    page.goto("/console/vouchers/stock/sell")
    for card, lines in ((one, 1), (two, 2), (one, 2)):  # the last was scanned before
        given(page, card_of(card, live_server))
        page.get_by_text("Read. Show the next card.").wait_for()
        expect(page.get_by_role("button", name="Photograph the code")).to_be_enabled()
        assert len(page.get_by_label("Serials").input_value().split()) == lines
    page.get_by_role("button", name="Sell", exact=True).click()
    page.get_by_text("2 vouchers sold.").first.wait_for()
    assert {each.state for each in town.business.vouchers.all()} == {"active"}


def test_a_scanner_that_types_a_code_at_the_top_of_a_page_leads_to_its_voucher_and_leaves_no_trace(
    town: Town, voucher: Voucher, open_browser: Callable[..., Any]
) -> None:
    page = office(open_browser, town)
    code, asked = code_of(voucher).replace("-", ""), []
    page.on("request", lambda sent: asked.append(sent.url))
    page.keyboard.press("/")
    page.keyboard.type(f"{code}\n")
    page.get_by_role("heading", level=1, name=re.compile(voucher.serial)).wait_for()
    page.keyboard.press("/")
    page.keyboard.type("Nobody Known\n")
    page.get_by_text("Nobody matches").wait_for()
    assert page.url.endswith("/console/customers?q=Nobody+Known")
    assert [address for address in asked if code in address] == []


def test_a_code_typed_into_a_search_by_words_goes_the_same_way_and_words_stay_where_they_are(
    town: Town, voucher: Voucher, open_browser: Callable[..., Any], live_server: Any
) -> None:
    town.person("Ann Berg", phone="+13035550142")
    page = office(open_browser, town)
    code, asked = code_of(voucher), []
    page.on("request", lambda sent: asked.append(sent.url.replace("-", "")))
    lead = re.compile(voucher.serial)
    page.goto("/console/customers")  # searched while one types
    page.get_by_role("main").get_by_role("searchbox").press_sequentially(code.lower(), delay=30)
    page.get_by_role("heading", level=1, name=lead).wait_for()
    page.goto("/console/redemptions")
    page.get_by_label("Serial or ticket number").fill(f"{live_server.url}/v/{code}")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name=lead).wait_for()
    page.goto("/console/redemptions")
    page.get_by_label("Serial or ticket number").fill("INV20261128001")  # as long, and no code
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/console/redemptions\?.*q=INV20261128001"))
    page.goto("/console/customers")
    page.get_by_role("main").get_by_role("searchbox").press_sequentially("ann b", delay=30)
    page.wait_for_url(re.compile(r"/console/customers\?q=ann(\+|%20)b"))
    page.get_by_role("main").get_by_role("link", name="Ann Berg").wait_for()
    begun = code.replace("-", "")[:11]
    assert [address for address in asked if begun.lower() in address.lower()] == []
