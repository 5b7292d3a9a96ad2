"""The office changes the words of a message and sees at once how they read (R99, R103)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from goodword.outbox.models import Message
from tests.browser import shots
from tests.browser.conftest import PASSWORD, noticed, sign_in
from tests.web.town import found

pytestmark = pytest.mark.browser


def test_words_are_changed_previewed_while_typing_saved_and_used(open_browser: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    town = found()
    town.owner.set_password(PASSWORD)
    town.owner.save()
    page = open_browser(shots.DESK)
    sign_in(page, town.owner.email, PASSWORD)
    page.goto("/console/messages")
    page.get_by_role("link", name="Change the wording").click()
    page.get_by_role("link", name="English Question after the work").click()
    preview, text = page.locator("#preview"), page.get_by_label("Text", exact=True)
    text.fill("Dear {first_name}, how was it?")
    expect(preview).to_contain_text("The message makes no sense without {link}.")
    text.press("End")
    page.get_by_role("button", name="{link}").click()
    expect(text).to_have_value("Dear {first_name}, how was it?{link}")
    expect(preview).to_contain_text("Dear Sarah, how was it?http")
    expect(preview.locator("[data-segments]")).to_contain_text("1 part")
    page.get_by_role("button", name="Save", exact=True).click()
    noticed(page, "The next message uses these words")
    town.now = timezone.now()
    town.person("Gus Green", phone="+13035550111")
    town.job("gus", "completed", total=100)
    message = Message.objects.get(business=town.business, template="survey_request")
    assert message.body.startswith("Dear Gus, how was it?http")
    page.get_by_role("link", name="Go back to these").click()
    page.get_by_role("dialog").get_by_role("button", name="Go back").click()
    noticed(page, "The original words are back in use.")
