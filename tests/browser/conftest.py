"""A real browser before the real server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser import shots
from tests.web.town import Town

# Playwright's own loop runs in this thread; Django would refuse every query of a test. Here and nowhere else.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
PASSWORD = "a good long password"  # of the staff of every town, too
PATIENCE = 30_000  # ms: a busy machine opens its first page slowly


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    """Start one Chromium for all tests."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=shots.ARGS)
        yield started
        started.close()


@pytest.fixture
def open_browser(browser: Any, live_server: Any, settings: Any) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a window of a size, theme and language; nothing it shows may be at fault."""
    settings.PUBLIC_URL = live_server.url
    contexts, heard = [], []

    def opened(size: dict[str, int], *, theme: str = "light", language: str = "en") -> Any:
        context = browser.new_context(
            viewport=size, color_scheme=theme, reduced_motion="reduce", locale=language, base_url=live_server.url
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        shots.listen(page, live_server.url, heard)
        return page

    yield opened
    for context in contexts:
        context.close()
    # Pages that say no, and are tested to; a question that a newer choice overtook (what fails says more than this).
    expected = ("404 ", "422 ", "console: htmx:sendAbort", "console: htmx:afterRequest")
    faults = [line for line in heard if not line.startswith(expected) and "status of 4" not in line]
    assert faults == []


def sign_in(page: Any, email: str, password: str) -> None:
    """Sign in as a person does."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/**")


def noticed(page: Any, words: str) -> None:
    """Wait for the notice that says so; a screen reader is told the same words elsewhere in the page."""
    page.get_by_role("group", name="Notice").get_by_text(words).wait_for()


def office(open_browser: Callable[..., Any], town: Town) -> Any:
    """Sit the owner down at a desk, signed in."""
    town.owner.set_password(PASSWORD)
    town.owner.save()
    page = open_browser(shots.DESK)
    sign_in(page, town.owner.email, PASSWORD)
    return page
