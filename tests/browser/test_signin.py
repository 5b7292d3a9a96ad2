"""Two-step sign-in as a person turns it on and uses it: the code of an app, then a recovery code."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.browser import shots
from tests.browser.conftest import PASSWORD, sign_in
from tests.web.town import found

pytestmark = pytest.mark.browser


def code_of(secret: str) -> str:
    """Return what an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def healthy(page: Any) -> None:
    assert shots.faults_of(page, []) == []


def test_a_code_from_the_phone_and_a_recovery_code_sign_in(open_browser: Callable[..., Any]) -> None:
    town = found()
    town.owner.set_password(PASSWORD)
    town.owner.save()
    page = open_browser(shots.PHONE)
    sign_in(page, town.owner.email, PASSWORD)
    page.goto("/console/account")
    page.get_by_role("link", name="Turn on").click()
    healthy(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="Turn on two-step sign-in").wait_for()
    healthy(page)
    secret = page.locator("#secret").get_attribute("value")
    page.get_by_label("Code", exact=True).fill(code_of(secret))
    page.get_by_role("button", name="Turn on").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    healthy(page)
    codes = page.locator("[data-code]").all_inner_texts()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download").click()
    assert saved.value.path().read_text().split() == codes
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_text("10 recovery codes are left").wait_for()
    for code in (codes[0], "app"):
        again = open_browser(shots.DESK)
        again.goto("/accounts/login/")
        again.get_by_label("E-mail").fill(town.owner.email)
        again.get_by_label("Password").fill(PASSWORD)
        again.get_by_role("button", name="Sign in").click()
        again.get_by_role("heading", name="The second step").wait_for()
        healthy(again)
        again.get_by_label("Code", exact=True).fill(code_of(secret) if code == "app" else code)
        again.get_by_role("button", name="Sign in").click()
        again.wait_for_url(re.compile(r"/console/"))
