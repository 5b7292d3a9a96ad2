"""The queue of vouchers in a browser: two chosen, extended together with one reason; one by a single press."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from goodword.vouchers.models import Voucher
from tests.browser import shots
from tests.browser.conftest import PASSWORD, sign_in
from tests.web.console.counter import sold
from tests.web.town import lived_in

pytestmark = pytest.mark.browser
KEPT = os.environ.get("GOODWORD_TEST_SHOTS", "")


@pytest.mark.requirement("R17")
@pytest.mark.parametrize("size", [shots.DESK, shots.PHONE], ids=["desk", "phone"])
def test_vouchers_that_will_lapse_are_extended_together_and_one_alone(
    size: dict[str, int], open_browser: Callable[..., Any]
) -> None:
    page = open_browser(size)
    town = lived_in()
    for day in ("2032-01-31", "2032-02-10", "2032-03-15"):
        sold(town, expires_on=day, buyer=town.contact("Ann").public_id)
    sign_in(page, town.staff("office").email, PASSWORD)
    page.goto("/console/vouchers/expiring")
    page.get_by_label("FERN-000001", exact=True).check()
    page.get_by_label("FERN-000003", exact=True).check()
    page.get_by_role("button", name="Extend the chosen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Extend vouchers")
    assert shots.faults_of(page, []) == []
    if KEPT:
        page.screenshot(path=Path(KEPT) / f"vouchers-extend.{size['width']}.png", full_page=True)
    page.get_by_label("6 months longer").check()
    page.get_by_label("One reason for all").fill("The spring was wet")
    page.get_by_role("button", name="Extend", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Expiring vouchers")
    page.get_by_role("button", name="Extend FERN-000002").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Extend the voucher")
    expect(page.get_by_text("until May 10, 2032")).to_be_visible()
    page.get_by_role("button", name="Extend", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Expiring vouchers")
    days = [row.expires_at.date().isoformat() for row in Voucher.objects.order_by("number") if row.expires_at]
    assert days == ["2032-08-01", "2032-05-11", "2032-09-16"]  # the midnight after, in UTC
