"""A technician at the customer's door, with a phone in the hand (R123)."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from goodword.outbox.links import referral_link
from goodword.referrals.models import Share
from goodword.web.drawing import qr_svg
from tests.browser import shots
from tests.browser.conftest import PASSWORD, sign_in
from tests.web.town import found

pytestmark = pytest.mark.browser


def shape(svg: str) -> list[str]:
    """Return what is drawn, whatever the writing around it."""
    return re.findall(r' d="([^"]+)"', svg)


@pytest.mark.requirement("R123")
def test_a_technician_opens_a_finished_job_and_passes_the_link_on(open_browser: Callable[..., Any]) -> None:
    town = found()
    town.person("Ann Berg", phone="+13035550142", address={"line1": "12 Elm Street", "city": "Denver"})
    town.job("ann", "completed", services=["Hedge trimming"])
    tim = town.staff("technician")
    phone = open_browser(shots.PHONE)
    sign_in(phone, tim.email, PASSWORD)
    phone.get_by_role("heading", level=1, name="Finished today").wait_for()
    phone.get_by_role("link", name="Ann Berg").click()
    phone.get_by_role("heading", level=1, name="Ann Berg").wait_for()
    assert shots.faults_of(phone, []) == []

    link = referral_link(town.contact("Ann").code)
    drawn = phone.locator("main svg[role=img]").first
    assert shape(drawn.evaluate("e => e.outerHTML")) == shape(qr_svg(text=link, label=""))
    text = phone.get_by_role("link", name="Text message")
    assert text.get_attribute("href").startswith("sms:+13035550142?&body=")
    text.evaluate("e => e.addEventListener('click', (event) => event.preventDefault())")  # no app to open here
    with phone.expect_response(lambda answer: answer.url.endswith("/share")) as told:
        text.click()
    assert told.value.status == 204
    text.click()
    time.sleep(0.5)
    share = Share.objects.get()  # pressed twice, counted once
    assert (share.source, share.channel) == ("technician", "sms")
    phone.goto("/console/today")
    phone.get_by_text("Link passed on").wait_for()
