"""The reports on vouchers in a real browser, with fifteen months of vouchers behind them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from goodword.business.models import Badge, Location
from goodword.flow.changing import change_settings
from tests.browser import shots
from tests.browser.conftest import noticed, office
from tests.flow.vouchers.cast import GIFT, TILL, made_by, order, redeem
from tests.web.town import Town, found, lived_in, signed_in

pytestmark = pytest.mark.browser
KEPT = os.environ.get("GOODWORD_TEST_SHOTS", "")
LOOKS = [pytest.param(*look, id=name) for name, *look in shots.LOOKS]
PAGES = {
    "stages": "/console/reports/vouchers",
    "stages-month": "/console/reports/vouchers?by=month&kind=sold",
    "stages-none": "/console/reports/vouchers?period=dates&from=1999-01-01&to=1999-01-31&kind=promotional",
    "register": "/console/reports/register",
    "register-sales": "/console/reports/register?by=sale",
    "liability": "/console/reports/liability?confirmed=1&remote=12",
    "liability-fault": "/console/reports/liability?at=2999-01-01",
}


def busy() -> Town:
    """Return a town that has sold vouchers for fifteen months."""
    town = lived_in()
    shop = town.business
    for name, called in (("north", "Denver North"), ("south", "Boulder")):
        Location.objects.create(business=shop, external_id=name, name=called)
    badges = [
        Badge.objects.create(business=shop, public_id=f"bdg_{n}", name=name, colour="#2f6b3a")
        for n, name in enumerate(("Corporate", "Christmas", "Mother’s Day"))
    ]
    for n in range(15):
        at = town.now - timedelta(days=31 * (15 - n))
        wave = made_by(order(shop, "issued", now=at, kind="sold", value=5_000 + 500 * n, count=4, payment=TILL,
                             label=f"Wave {n + 1}", location=("north", "south")[n % 2]))  # fmt: skip
        redeem(shop, wave[0], 5_000, now=at + timedelta(days=3))
        redeem(shop, wave[1], 3_000, now=at + timedelta(days=20))
        wave[2].badges.set([badges[n % 3]])
        wave[1].badges.set([badges[n % 3], badges[(n + 1) % 3]])
    order(shop, "voided", now=town.now, voucher=wave[3].public_id, reason="wrong card", refund={"method": "card"})
    order(shop, "issued", now=town.now, kind="promotional", value=2_500, payment=GIFT, count=6, label="Thank you")
    order(shop, "stocked", now=town.now, kind="sold", count=40, label="Cards for the counter")
    return town


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
def test_the_reports_are_without_fault_in_every_look(
    size: dict[str, int], theme: str, language: str, open_browser: Callable[..., Any], live_server: Any
) -> None:
    town = busy()
    change_settings(business=town.business, wanted={"voucher_breakage": "yes"}, actor="user:x", now=town.now)
    page = open_browser(size, theme=theme, language=language)
    session = signed_in(town.owner).cookies[django_settings.SESSION_COOKIE_NAME].value
    named = {django_settings.SESSION_COOKIE_NAME: session, "django_language": language}
    page.context.add_cookies([{"name": k, "value": v, "url": live_server.url} for k, v in named.items()])
    faults = []
    for name, address in PAGES.items():
        page.goto(address, wait_until="networkidle")
        if name == "liability":
            page.locator("#breakage summary").click()
        faults += [f"{name}: {fault}" for fault in shots.faults_of(page, [])]
        if KEPT:
            Path(KEPT).mkdir(parents=True, exist_ok=True)
            look = f"{'phone' if size == shots.PHONE else 'desk'}-{theme}-{language}"
            page.screenshot(path=Path(KEPT) / f"{name}.{look}.png", full_page=True)
    assert faults == []


def test_the_accountant_s_way_from_the_reports_to_a_past_day_and_a_proposal(
    open_browser: Callable[..., Any], live_server: Any
) -> None:
    page = office(open_browser, busy())
    page.goto("/console/reports")
    page.get_by_role("link", name="What you owe to holders").click()
    page.get_by_label("As at the end of").fill("2001-01-31")
    page.get_by_role("button", name="Show", exact=True).first.click()
    page.get_by_text("Nothing is owed").wait_for()
    page.get_by_role("button", name="Switch the estimate on").click()
    noticed(page, "Saved.")
    page.get_by_text("too little history").wait_for()  # the law of the place has it asked first
    page.get_by_label("Our accountant has confirmed").check()
    page.get_by_text("is redeemed in the end").wait_for()
    assert "confirmed=1" in page.url


def test_an_empty_business_has_empty_reports(open_browser: Callable[..., Any], live_server: Any) -> None:
    page = office(open_browser, found())
    for address, words in (
        ("vouchers", "No vouchers yet"), ("register", "No batch was made"), ("liability", "Nothing is owed"),
    ):  # fmt: skip
        page.goto(f"/console/reports/{address}")
        page.get_by_text(words).wait_for()
        assert shots.faults_of(page, []) == []
