"""Every real page with a business that has lived: no fault of WCAG 2.2 A/AA, of the CSP or of the window's width.

GOODWORD_TEST_SHOTS=FOLDER keeps a picture of each, to be looked at; GOODWORD_TEST_LOOKS (all, or desk-light-en,...)
and GOODWORD_TEST_PAGES (names of addresses.py) choose which.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from tests.browser import shots
from tests.browser.addresses import BEFORE, OPENED, addresses
from tests.web.town import bustling, signed_in

pytestmark = pytest.mark.browser
# Each language light and dark, on the phone and at a desk; ``make shots`` takes every look.
SOME = {("desk", "light", "en"), ("phone", "dark", "en"), ("phone", "light", "sv"), ("desk", "dark", "sv"),
        ("desk", "light", "ar"), ("phone", "dark", "ar")}  # fmt: skip
WANTED = os.environ.get("GOODWORD_TEST_LOOKS", "")
LOOKS = [
    pytest.param(size, theme, language, id=f"{name}-{theme}-{language}")
    for name, size in (("desk", shots.DESK), ("phone", shots.PHONE))
    for theme in ("light", "dark")
    for language in ("en", "sv", "ar")
    if WANTED == "all"
    or (f"{name}-{theme}-{language}" in WANTED.split(",") if WANTED else (name, theme, language) in SOME)
]
ONLY = frozenset(filter(None, os.environ.get("GOODWORD_TEST_PAGES", "").split(",")))
KEPT = os.environ.get("GOODWORD_TEST_SHOTS", "")
READY: Any = "networkidle" if KEPT else "load"  # half a second a page longer: all that is drawn is on the picture


def judged(page: Any, name: str, look: tuple[dict[str, int], str, str]) -> list[str]:
    """Photograph the page that is open, and return its faults."""
    faults = [f"{name}: {fault}" for fault in shots.faults_of(page, [])]
    photograph(page, name, look)
    for number, click in enumerate(OPENED.get(name, ()), 1):
        opener = page.locator(click)
        if opener.count() == 0 or not opener.first.is_visible():  # the drawer's button, at a desk
            continue
        opener.first.click()
        faults += [f"{name}, opened: {fault}" for fault in shots.faults_of(page, [])]
        photograph(page, f"{name}-opened-{number}", look)
        page.keyboard.press("Escape")
    return faults


def photograph(page: Any, name: str, look: tuple[dict[str, int], str, str]) -> None:
    """Keep a picture where one is wanted."""
    if KEPT:
        size, theme, language = look
        Path(KEPT).mkdir(parents=True, exist_ok=True)
        file = f"{name}.{'phone' if size == shots.PHONE else 'desk'}-{theme}-{language}.png"
        page.screenshot(path=Path(KEPT) / file, full_page="opened" not in name)


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
def test_every_page_of_a_business_that_has_lived_is_without_fault(
    size: dict[str, int], theme: str, language: str, open_browser: Callable[..., Any], live_server: Any
) -> None:
    town = bustling()
    page = open_browser(size, theme=theme, language=language)
    session = signed_in(town.owner).cookies[django_settings.SESSION_COOKIE_NAME].value
    named = {django_settings.SESSION_COOKIE_NAME: session, "django_language": language}
    page.context.add_cookies([{"name": k, "value": v, "url": live_server.url} for k, v in named.items()])
    faults = []
    for name, address in addresses(town).items():
        if not ONLY or name in ONLY:
            page.goto(address, wait_until=READY)
            faults += judged(page, name, (size, theme, language))
    assert faults == []


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
def test_the_pages_before_the_door_are_without_fault(
    size: dict[str, int], theme: str, language: str, open_browser: Callable[..., Any], live_server: Any
) -> None:
    page = open_browser(size, theme=theme, language=language)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    faults = []
    for address in BEFORE:
        name = f"door{address.replace('/', '-').rstrip('-')}"
        if not ONLY or name in ONLY:
            page.goto(address, wait_until=READY)
            faults += judged(page, name, (size, theme, language))
    assert faults == []
