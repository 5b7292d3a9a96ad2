"""A customer opens the page from the invitation, passes the link on, and a friend comes of it (R90, R93, R123)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from goodword.outbox.links import own_page, referral_link
from goodword.outbox.models import Message
from goodword.referrals.models import Referral, Share
from goodword.web.drawing import qr_svg
from tests.browser import shots
from tests.browser.conftest import office
from tests.web.town import Town, found

pytestmark = pytest.mark.browser


def invited(open_browser: Callable[..., Any]) -> tuple[Town, Any, str]:
    """Return a town whose Ann was invited, a phone, and the address of her page as it stands in the message."""
    phone = open_browser(shots.PHONE)  # first: it says where the links lead
    town = found()
    town.person("Ann Berg", phone="+13035550142")
    town.job("ann", "completed", ago=timedelta(hours=2))
    town.tell("survey.answered", {"survey": {"job": "j-ann", "contact": "ann", "score": 5}})
    body = Message.objects.get(template="referral_invitation").body
    return town, phone, re.findall(r"https?://\S+/share/\S+", body)[0]


@pytest.mark.requirement("R90")
@pytest.mark.requirement("R123")
def test_from_the_invitation_to_the_report(open_browser: Callable[..., Any]) -> None:
    town, phone, address = invited(open_browser)
    phone.goto(address, wait_until="networkidle")
    phone.get_by_role("heading", level=1, name="Your friend gets 10% off").wait_for()
    assert shots.faults_of(phone, []) == []
    link = referral_link(town.contact("Ann").code)
    drawn = phone.locator("main svg[role=img]").first.evaluate("e => e.outerHTML")
    shape = re.compile(r' d="([^"]+)"')
    assert shape.findall(drawn) == shape.findall(qr_svg(text=link, label=""))

    whatsapp = phone.get_by_role("link", name="WhatsApp")
    assert whatsapp.get_attribute("href").startswith("https://wa.me/?text=I%20can%20recommend%20Fern")
    whatsapp.evaluate("e => e.addEventListener('click', (event) => event.preventDefault())")  # no app to open here
    with phone.expect_response(lambda answer: "/share/" in answer.url) as told:
        whatsapp.click()
    assert told.value.status == 204
    whatsapp.click()
    with phone.expect_response(lambda answer: "/share/" in answer.url):
        phone.get_by_role("button", name="Copy").click()
    time.sleep(0.5)
    rows = Share.objects.order_by("pk").values_list("source", "channel")
    assert list(rows) == [("customer", "whatsapp"), ("customer", "copy")]  # pressed twice, counted once

    friend = open_browser(shots.PHONE)
    friend.goto(link)
    friend.get_by_label("Your name").fill("Bob Haddad")
    friend.get_by_label("Phone").fill("+1 303 555 0143")
    time.sleep(2)  # a person takes a moment
    friend.get_by_role("button", name="Please call me").click()
    friend.get_by_role("heading", level=1, name="Thank you, Bob!").wait_for()
    assert Referral.objects.get().referrer == town.contact("Ann")
    phone.reload(wait_until="networkidle")
    phone.get_by_text("B. H.").wait_for()
    assert phone.get_by_text("Bob").count() == 0

    desk = office(open_browser, town)
    desk.goto("/console/reports/sharing")
    row = desk.get_by_role("listitem").filter(has_text="The customer")
    assert re.sub(r"\s+", " ", row.inner_text()).endswith("Shares 2 Friends who came 1 Closed 0")
    desk.goto(f"/console/customers/{town.contact('Ann').public_id}")
    desk.get_by_role("link", name="Open the customer’s own page").click()
    desk.get_by_text("You are signed in as staff.").wait_for()


def test_without_scripts_the_links_are_links_and_a_form_writes_it_down(
    open_browser: Callable[..., Any], browser: Any, live_server: Any
) -> None:
    town, _phone, address = invited(open_browser)
    plain = browser.new_context(viewport=shots.PHONE, java_script_enabled=False, base_url=live_server.url)
    try:
        page = plain.new_page()
        page.goto(address)
        assert page.get_by_role("link", name="Text message").get_attribute("href").startswith("sms:?&body=")
        assert page.get_by_role("button", name="Copy").count() == 0
        assert page.get_by_role("button", name="Another way").count() == 0
        page.get_by_label("How did you send it?").select_option("WhatsApp")
        page.get_by_role("button", name="I sent it").click()
        page.get_by_text("Thank you for passing it on.").wait_for()
    finally:
        plain.close()
    assert list(Share.objects.values_list("source", "channel")) == [("customer", "whatsapp")]
    assert address == own_page(town.contact("Ann").code)


def test_what_a_phone_loads_stays_under_100_kilobytes(open_browser: Callable[..., Any]) -> None:
    _town, phone, address = invited(open_browser)
    sizes: list[int] = []
    phone.on("response", lambda answer: sizes.append(len(answer.body())))
    phone.goto(address, wait_until="networkidle")
    assert 4 <= len(sizes) <= 7
    assert sum(sizes) < 100_000
