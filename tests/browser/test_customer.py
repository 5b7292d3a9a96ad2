"""A customer's page in the office: the link passed on and counted once, and a person erased after three questions."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from goodword.people.models import Contact
from goodword.referrals.models import Share
from tests.browser import shots
from tests.browser.conftest import PASSWORD, noticed, office
from tests.web.town import lived_in

pytestmark = pytest.mark.browser
Open = Callable[..., Any]


@pytest.mark.requirement("R90")
def test_the_link_is_passed_on_from_the_customer_s_page_and_counted_once(open_browser: Open) -> None:
    town = lived_in()
    page = office(open_browser, town)
    page.goto(f"/console/customers/{town.contact('Cy').public_id}")
    text = page.get_by_role("link", name="Text message")
    assert text.get_attribute("href").startswith("sms:")
    text.evaluate("e => e.addEventListener('click', (event) => event.preventDefault())")  # no app to open here
    with page.expect_response(lambda answer: answer.url.endswith("/share")) as told:
        text.click()
    assert told.value.status == 204
    text.click()
    time.sleep(0.5)
    assert list(Share.objects.values_list("contact__name", "source", "channel")) == [("Cy Stranger", "staff", "sms")]


def test_a_customer_is_erased_only_after_a_reason_the_right_name_and_the_password(open_browser: Open) -> None:
    town = lived_in()
    page = office(open_browser, town)
    cy = town.contact("Cy")
    page.goto(f"/console/customers/{cy.public_id}?tab=details")
    page.get_by_role("link", name="Erase…").click()
    dialog = page.get_by_role("dialog", name="Erase this customer?")
    dialog.wait_for()
    assert shots.faults_of(page, []) == []
    dialog.get_by_role("button", name="Cancel").click()
    page.get_by_role("link", name="Erase…").click()
    dialog.get_by_label("Why?").fill("asked for it by phone")
    dialog.get_by_label("Type the name to confirm").fill("Cy Strange")
    dialog.get_by_role("button", name="Erase for ever").click()
    page.get_by_text("That is not the name. Nothing was erased.").first.wait_for()
    assert page.get_by_label("Why?").input_value() == "asked for it by phone"
    assert Contact.objects.get(pk=cy.pk).erased_at is None
    page.get_by_label("Type the name to confirm").fill("Cy Stranger")
    page.get_by_role("button", name="Erase for ever").click()
    page.get_by_role("heading", level=1, name="Is it you?").wait_for()
    assert Contact.objects.get(pk=cy.pk).erased_at is None
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()  # and what was asked for is done, without asking again
    noticed(page, "Erased. Only the books remember that there was somebody.")
    assert "Cy Stranger" not in page.content()
    assert Contact.objects.get(pk=cy.pk).name == ""
