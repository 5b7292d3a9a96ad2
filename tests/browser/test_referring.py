"""Referred By with suggestions by keyboard alone, and a removal that shows its ripples first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from goodword.people.models import Contact
from goodword.referrals.models import Referral
from tests.browser import shots
from tests.browser.conftest import office
from tests.web.town import Town, lived_in

pytestmark = pytest.mark.browser
Open = Callable[..., Any]


@pytest.fixture
def town(open_browser: Open) -> Town:
    """Open a town that has lived; its owner has a password."""
    return lived_in()


@pytest.mark.requirement("R83")
@pytest.mark.requirement("R118")
def test_who_sent_a_customer_is_found_looked_at_and_locked_by_keyboard_alone(open_browser: Open, town: Town) -> None:
    town.person("Anna Nyström", phone="+13035550222", address={"line1": "7 Birch Road", "city": "Denver"})
    desk = office(open_browser, town)
    cy = Contact.objects.get(name="Cy Stranger").public_id
    desk.goto(f"/console/customers/{cy}")
    desk.get_by_role("link", name="Referred by").focus()
    desk.keyboard.press("Enter")
    box = desk.get_by_role("searchbox", name="Name, phone, street or code")
    box.wait_for()
    assert desk.evaluate("document.activeElement.id") == "f-referrer"
    desk.keyboard.type("nystrom")
    choice = desk.get_by_role("radio", name="Anna Nyström")
    choice.wait_for()
    assert box.input_value() == "nystrom"
    assert "0222" in desk.locator("#candidates").inner_text()
    assert "nystrom" not in desk.url
    assert shots.faults_of(desk, []) == []
    box.fill("ann")
    desk.get_by_text("2 people fit.").wait_for()
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")  # over the button to the chosen one of the list
    assert desk.evaluate("document.activeElement.name") == "chosen"
    desk.get_by_role("radio", name="Ann Berg").focus()
    desk.keyboard.press("Space")
    desk.keyboard.press("Enter")  # looks, and never keeps the name as a claim
    desk.get_by_role("heading", level=1, name="Before it is saved").wait_for()
    desk.get_by_text("Cy Stranger gets 10% off").first.wait_for()
    assert Referral.objects.filter(friend__public_id=cy).count() == 0
    assert shots.faults_of(desk, []) == []
    desk.get_by_role("button", name="Save and lock").focus()
    desk.keyboard.press("Enter")
    desk.get_by_text("Locked. Only an administrator can remove it.").wait_for()
    assert Referral.objects.get(friend__public_id=cy).referrer.name == "Ann Berg"


@pytest.mark.requirement("R121")
def test_a_removal_shows_its_ripples_before_it_is_booked(open_browser: Open, town: Town) -> None:
    desk = office(open_browser, town)
    referral = Referral.objects.get(friend__name="Bob Haddad")
    desk.goto(f"/console/referrals/{referral.public_id}")
    desk.get_by_role("link", name="Remove").click()
    desk.get_by_text("Ann Berg gives back").wait_for()
    assert shots.faults_of(desk, []) == []
    line = {"kind": "service", "unit_price": 9000}
    sale = {"external_id": "t1", "contact": "ann", "lines": [line], "tenders": [{"type": "credit", "amount": 2000}]}
    town.tell("ticket.closed", {"ticket": sale})  # at the till, while the page is open
    desk.get_by_label("Why was it wrong?").fill("Bob is Ann's husband")
    desk.get_by_role("button", name="Remove and take back").click()
    desk.get_by_text("This has changed since you looked.").wait_for()
    referral.refresh_from_db()
    assert referral.removed_at is None
    desk.get_by_text("The business bears").first.wait_for()
    assert desk.get_by_label("Why was it wrong?").input_value() == "Bob is Ann's husband"
    desk.get_by_role("button", name="Remove and take back").click()
    desk.get_by_text("This referral was removed").wait_for()
    referral.refresh_from_db()
    assert referral.removed_reason == "Bob is Ann's husband"
