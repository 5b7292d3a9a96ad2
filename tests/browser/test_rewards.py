"""Rewards and to-dos in a browser, by keyboard: several released with one reason; a call done, and undone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from goodword.people.models import Todo
from goodword.rewards.models import Reward
from tests.browser.conftest import office
from tests.web.town import Town, lived_in

pytestmark = pytest.mark.browser
DONE = re.compile(r"^Done.*Call and thank Ann Berg")
Open = Callable[..., Any]


@pytest.fixture
def town(open_browser: Open) -> Town:
    """Three friends of Ann have paid: three treats to hand over, one call to make."""
    made = lived_in()
    code = made.contact("Ann").code
    for n in range(2):
        known = {"external_id": f"x{n}", "name": f"Xeno {n}", "phone": f"+1303557{n:04}", "referred_by": {"code": code}}
        made.tell("contact.saved", {"contact": known}, ago=timedelta(minutes=9 - n))
        made.job(f"x{n}", "paid", total=10000, ago=timedelta(minutes=5 - n))
    return made


@pytest.mark.requirement("R120")
def test_all_on_the_page_are_released_with_one_reason_by_keyboard(open_browser: Open, town: Town) -> None:
    page = office(open_browser, town)
    page.goto("/console/rewards")
    every = page.get_by_label("All on this page")
    every.focus()
    page.keyboard.press("Space")
    page.get_by_text("3 chosen").wait_for()
    choice = page.get_by_label("With the chosen:")
    choice.focus()
    choice.select_option("issued")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=2, name="3 rewards").wait_for()
    assert set(Reward.objects.filter(rule="treat").values_list("status", flat=True)) == {"pending"}
    page.get_by_label("One reason for all").focus()
    page.keyboard.type("Friday's round")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=2, name="Done").wait_for()
    assert set(Reward.objects.filter(rule="treat").values_list("status", flat=True)) == {"issued"}


@pytest.mark.requirement("R49")
def test_a_call_is_done_and_then_not_done_after_all(open_browser: Open, town: Town) -> None:
    page = office(open_browser, town)
    page.goto("/console/")
    page.get_by_role("link", name="1 to-do is due").click()
    assert page.get_by_role("link", name=re.compile("^Call ")).get_attribute("href") == "tel:+13035550142"
    page.get_by_role("button", name=DONE).click()
    page.get_by_text("Nobody to call today").wait_for()
    assert Todo.objects.get().done_by == f"user:{town.owner.email}"
    page.get_by_role("button", name="Not done after all").click()
    page.get_by_role("button", name=DONE).wait_for()
    assert Todo.objects.get().done_at is None
