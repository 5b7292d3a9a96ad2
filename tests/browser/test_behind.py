"""The pages that only a press leads to: previews, confirmations, results, secrets shown once, forms sent back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import expect

from tests.browser import shots
from tests.browser.test_pages import judged
from tests.web.town import Town, bustling, just_asked, signed_in

pytestmark = pytest.mark.browser
LOOKS = [pytest.param(shots.DESK, "light", "en", id="desk"), pytest.param(shots.PHONE, "dark", "ar", id="phone")]
PRIMARY = "main form .btn-primary"


def opened_in(town: Town, page: Any, live_server: Any, language: str) -> Any:
    """Sign the owner in and return the page."""
    session = just_asked(signed_in(town.owner)).cookies[django_settings.SESSION_COOKIE_NAME].value
    named = {django_settings.SESSION_COOKIE_NAME: session, "django_language": language}
    page.context.add_cookies([{"name": k, "value": v, "url": live_server.url} for k, v in named.items()])
    return page


def press(page: Any, selector: str) -> None:
    page.locator(selector).first.click()
    page.wait_for_load_state("networkidle")


def pages_behind(page: Any, town: Town) -> Iterator[str]:
    """Walk to each page and yield its name while it is open."""
    page.goto("/console/customers/new")
    press(page, PRIMARY)
    yield "behind-customer-faults"
    page.goto("/console/rewards")
    for box in page.locator("tbody input[type=checkbox]").all()[:2]:
        box.check()
    press(page, "form[data-choosing] .btn-primary")
    yield "behind-rewards-bulk"
    page.locator("#f-reason").fill("By hand, at the office")
    press(page, PRIMARY)
    yield "behind-rewards-done"
    page.goto(f"/console/customers/{town.contact('Fay').public_id}/attribute")
    page.locator("#f-referrer").fill("Berg")
    page.locator("#candidates input[type=radio]").first.wait_for()
    yield "behind-candidates"
    press(page, "#candidates .btn-primary")
    yield "behind-attribute-preview"
    page.goto("/console/programmes/neighbours/rewards")
    page.locator("[name$='-amount']").first.fill("12")
    press(page, PRIMARY)
    yield "behind-rewards-preview"
    page.goto("/console/team/invite")
    press(page, PRIMARY)
    yield "behind-invite-faults"
    page.locator("input[type=email]").fill("new@fern.example")
    press(page, PRIMARY)
    yield "behind-invitation"
    page.goto("/console/team")
    yield "behind-team"
    page.goto("/console/keys/new")
    page.locator("[name=name]").fill("Bookings")
    page.locator("[name=source]").fill("bookings")
    page.locator("[name=scopes]").first.check()
    press(page, PRIMARY)
    yield "behind-key"


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
def test_pages_behind_a_press_are_without_fault(
    size: dict[str, int], theme: str, language: str, open_browser: Callable[..., Any], live_server: Any
) -> None:
    town = bustling()
    page = opened_in(town, open_browser(size, theme=theme, language=language), live_server, language)
    faults = []
    for name in pages_behind(page, town):
        faults += judged(page, name, (size, theme, language))
    assert faults == []


def test_the_keyboard_alone_reaches_and_leaves_everything(open_browser: Callable[..., Any], live_server: Any) -> None:
    town = bustling()
    page = opened_in(town, open_browser(shots.DESK), live_server, "en")
    page.goto("/console/customers/new")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("main").get_by_role("link", name="Customers")).to_be_focused()  # the way back

    page.get_by_role("button", name="Save").press("Enter")
    name = page.get_by_label("Name", exact=True)
    expect(name).to_be_focused()  # the first fault
    expect(name).to_have_accessible_description(page.locator("#e-name").inner_text())

    page.goto(f"/console/customers/{town.contact('Ann').public_id}")
    more = page.locator("main details[data-menu] summary")
    more.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Edit", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    more.press("Enter")
    for _ in range(4):
        page.keyboard.press("Tab")
    expect(page.locator("main details[data-menu][open]")).to_have_count(0)  # tabbed out of

    page.goto(f"/console/customers/{town.contact('Ann').public_id}?tab=details")
    erase = page.locator("[data-open-dialog=erase]")
    erase.press("Enter")
    expect(page.locator("dialog#erase")).to_be_visible()
    page.keyboard.press("Escape")
    expect(erase).to_be_focused()


def test_what_a_search_finds_is_told_and_the_search_keeps_the_focus(
    open_browser: Callable[..., Any], live_server: Any
) -> None:
    page = opened_in(bustling(), open_browser(shots.DESK), live_server, "en")
    page.goto("/console/customers")
    search = page.get_by_role("main").get_by_role("searchbox")
    search.press_sequentially("ann berg")
    expect(page.locator("#told")).to_have_text("Rows shown: 1")
    expect(search).to_be_focused()
    search.fill("nobody of that name")
    expect(page.locator("#told")).to_contain_text("Nobody")
