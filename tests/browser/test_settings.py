"""The look follows what is chosen before it is saved; the rewards are changed without a line of code."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from goodword.business.models import Business
from goodword.engine.programme import parse
from goodword.programmes.models import Revision
from tests.browser import shots
from tests.browser.conftest import PASSWORD, noticed, sign_in
from tests.web.town import lived_in

pytestmark = pytest.mark.browser


def colour_of(page: Any, within: str) -> str:
    return str(page.locator(within).evaluate("e => getComputedStyle(e).backgroundColor"))


def test_the_look_is_seen_before_it_is_saved(open_browser: Callable[..., Any], settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    town = lived_in()
    out = io.BytesIO()
    Image.new("RGB", (80, 80), (200, 20, 40)).save(out, "PNG")
    page = open_browser(shots.DESK)
    sign_in(page, town.staff("manager").email, PASSWORD)
    page.goto("/console/settings/look")
    button = ".brand-preview[data-theme=light] p span.bg-primary"
    before = colour_of(page, button)
    page.get_by_label("Your colour").fill("#b3261e")
    expect(page.get_by_text("Contrast 6.5 to 1: easy to read.")).to_be_visible()
    expect(page.locator(button)).to_have_css("background-color", "rgb(179, 38, 30)")
    assert before != "rgb(179, 38, 30)"
    logo = page.locator(".brand-preview[data-theme=light] [data-preview-of=logo]")
    expect(logo).to_be_hidden()
    page.get_by_label("Choose a logo").set_input_files(
        {"name": "l.png", "mimeType": "image/png", "buffer": out.getvalue()}
    )
    expect(logo).to_be_visible()
    assert Business.objects.get(pk=town.business.pk).colour == ""
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Remove the logo")).to_be_visible()
    held = Business.objects.get(pk=town.business.pk)
    assert (held.colour, held.logo.endswith(".png")) == ("#b3261e", True)


def test_the_rewards_are_changed_without_code(open_browser: Callable[..., Any]) -> None:
    town = lived_in()
    page = open_browser(shots.PHONE)
    sign_in(page, town.staff("manager").email, PASSWORD)
    page.goto("/console/programmes/neighbours")
    page.get_by_role("link", name="Change the rewards").click()
    friend = page.locator("details[data-parts]").last
    expect(friend.locator("[name$='-most']")).to_be_visible()
    friend.get_by_label("What", exact=True).select_option("gift_card")
    expect(friend.locator("[name$='-most']")).to_be_hidden()
    friend.get_by_label("How much").fill("15")
    page.get_by_role("button", name="Read it in plain words").click()
    expect(page.get_by_text("new", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    noticed(page, "Published. Referrals from now on are promised this.")
    after = parse(Revision.objects.latest("number").document)
    assert next((rule.give, rule.id) for rule in after.rules if rule.to == "friend") == ("gift_card", "welcome")
