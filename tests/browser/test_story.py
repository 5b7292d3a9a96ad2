"""The whole story in a browser: a finished job, a good word, a friend, a reward that explains itself (R90-R103)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from goodword.business.models import User
from goodword.outbox.models import Message
from goodword.people.models import Contact
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward
from tests.browser import shots
from tests.browser.conftest import PASSWORD, office
from tests.web.town import PROGRAMME, Town, found

pytestmark = pytest.mark.browser
Open = Callable[..., Any]


@pytest.fixture
def town(open_browser: Open) -> Town:
    """Open Fern Lawn Care; its owner has a password."""
    return found(programme=PROGRAMME)


def new_customer(page: Any, name: str, phone: str) -> None:
    page.goto("/console/customers/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Phone", exact=True).fill(phone)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", level=1, name=name).wait_for()


def record_job(page: Any, name: str, *, status: str, total: str, work: str, job: str = "") -> None:
    page.goto(f"/console/customers?q={name.split()[0]}")
    page.get_by_role("link", name=name).click()
    page.get_by_role("link", name="Record a job").click()
    if job:
        page.get_by_label("Which job").select_option(index=1)
    page.get_by_label("What was done").fill(work)
    page.get_by_label("State").select_option(status)
    page.get_by_label("Total before tax").fill(total)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", level=1, name=name).wait_for()


def healthy(page: Any) -> None:
    """Assert that axe, and the window's width, find nothing wrong with the open page."""
    assert shots.faults_of(page, []) == []


@pytest.mark.requirement("R1")
@pytest.mark.requirement("R82")
@pytest.mark.requirement("R92")
@pytest.mark.requirement("R95")
@pytest.mark.requirement("R101")
@pytest.mark.requirement("R103")
def test_a_happy_customer_s_good_word_becomes_a_reward_that_can_be_explained(open_browser: Open, town: Town) -> None:
    desk = office(open_browser, town)
    new_customer(desk, "Ann Berg", "+1 303 555 0142")
    record_job(desk, "Ann Berg", status="completed", total="240.00", work="Lawn renovation")

    asked = Message.objects.get(template="survey_request")
    ann_s_phone = open_browser(shots.PHONE)
    ann_s_phone.goto(asked.facts["link"])
    healthy(ann_s_phone)
    ann_s_phone.get_by_role("button", name="5 very good").click()
    ann_s_phone.get_by_role("heading", name="Thank you for telling us").wait_for()

    desk.goto("/console/messages")
    code = Contact.objects.get(name="Ann Berg").code
    desk.get_by_text(f"/r/{code}").first.wait_for()
    healthy(desk)

    friend = open_browser(shots.PHONE)
    friend.goto(f"/r/{code}")
    friend.get_by_text("Ann thought of you").wait_for()
    assert "Berg" not in friend.content()
    healthy(friend)
    friend.get_by_label("Your name").fill("Bob Haddad")
    friend.get_by_label("Phone", exact=True).fill("+1 303 555 0143")
    friend.wait_for_timeout(2500)  # nobody fills in a form in less
    friend.get_by_role("button", name="Please call me").click()
    friend.get_by_role("heading", name="Thank you, Bob!").wait_for()
    healthy(friend)

    record_job(desk, "Bob Haddad", status="paid", total="180.00", work="Spring clean-up")
    reward = Reward.objects.get(rule="invoiced")
    assert (reward.status, reward.units, reward.asset, reward.holder.name) == ("issued", 2500, "USD", "Ann Berg")

    desk.goto("/console/messages")
    thanks = desk.get_by_role("listitem").filter(has_text="$25.00").filter(has_text="Ann Berg")
    assert "Bob" in thanks.first.inner_text()
    assert "Haddad" not in thanks.first.locator("div[lang]").inner_text()

    desk.goto(f"/console/referrals/{Referral.objects.get().public_id}")
    desk.get_by_text("Ann Berg gets $25.00 of account credit.").first.wait_for()
    desk.get_by_text("the person who referred them gets $25.00").first.wait_for()
    healthy(desk)

    desk.goto(f"/console/customers/{Contact.objects.get(name='Ann Berg').public_id}")
    desk.get_by_text("$35").first.wait_for()  # booked 10 and invoiced 25, both usable now
    desk.get_by_text("Where it comes from").click()
    desk.get_by_role("link", name="For recommending Bob Haddad").first.wait_for()
    healthy(desk)


@pytest.mark.requirement("R96")
def test_an_unhappy_customer_is_never_asked(open_browser: Open, town: Town) -> None:
    desk = office(open_browser, town)
    new_customer(desk, "Eve Okafor", "+1 303 555 0177")
    record_job(desk, "Eve Okafor", status="completed", total="90.00", work="Hedge")
    phone = open_browser(shots.PHONE)
    phone.goto(Message.objects.get(template="survey_request").facts["link"])
    phone.get_by_role("button", name="2 bad").click()
    phone.get_by_role("heading", name="Thank you for telling us").wait_for()
    phone.get_by_label("Your words").fill("The gate was left open.")
    phone.get_by_role("button", name="Send").click()
    phone.get_by_text("Somebody here reads every word").wait_for()
    record_job(desk, "Eve Okafor", status="invoiced", total="90.00", work="Hedge", job="first")
    desk.get_by_text("Not being asked to refer").wait_for()
    assert set(Message.objects.values_list("template", flat=True)) == {"survey_request"}


def test_a_new_installation_becomes_somebody_s_own_business_in_one_form(open_browser: Open) -> None:
    page = open_browser(shots.DESK)
    page.goto("/")
    page.get_by_role("heading", name="Start my own business").wait_for()
    healthy(page)
    page.get_by_label("Business name").fill("Nour Studio")
    page.get_by_label("Country").select_option("SE")
    page.get_by_label("Currency").select_option("SEK")
    page.get_by_label("Time zone").select_option("Europe/Stockholm")
    page.get_by_label("Your e-mail").fill("nour@studio.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("heading", level=1).filter(has_text="Hello").wait_for()
    healthy(page)
    owner = User.objects.get(email="nour@studio.example")
    seat = owner.memberships.get()
    assert (seat.role, seat.business.currency, seat.business.timezone) == ("owner", "SEK", "Europe/Stockholm")
