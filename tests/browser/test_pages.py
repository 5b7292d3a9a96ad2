"""Every real page with a business that has lived: no fault of WCAG 2.2 A/AA, of the CSP or of the window's width.

GOODWORD_TEST_SHOTS=FOLDER keeps a picture of each, to be looked at.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from goodword.referrals.models import Referral
from goodword.rewards.models import Reward
from goodword.work.models import Job
from tests.browser import shots
from tests.web.town import Town, bustling, signed_in

pytestmark = pytest.mark.browser
LOOKS = [
    pytest.param(shots.DESK, "light", "en", id="desk-light-en"),
    pytest.param(shots.PHONE, "dark", "ar", id="phone-dark-ar"),
    pytest.param(shots.DESK, "dark", "ar", id="desk-dark-ar"),
    pytest.param(shots.PHONE, "light", "en", id="phone-light-en"),
]


def addresses(town: Town) -> dict[str, str]:
    ann, bob = town.contact("Ann"), town.contact("Bob")
    referral = Referral.objects.filter(friend=bob).get().public_id
    survey = Job.objects.filter(survey_token__isnull=False, scores=[]).first()
    answered = Job.objects.filter(survey_token__isnull=False).exclude(scores=[]).first()
    assert survey is not None
    assert answered is not None
    return {
        "overview": "/console/",
        "referrals": "/console/referrals",
        "referral": f"/console/referrals/{referral}",
        "referral-remove": f"/console/referrals/{referral}/remove",
        "customers": "/console/customers",
        "customer": f"/console/customers/{ann.public_id}",
        "customer-new": "/console/customers/new",
        "customer-job": f"/console/customers/{ann.public_id}/job",
        "rewards": "/console/rewards",
        "reward": f"/console/rewards/{Reward.objects.earliest('pk').public_id}/status",
        "messages": "/console/messages",
        "problems": "/console/problems",
        "programmes": "/console/programmes",
        "programme": "/console/programmes/neighbours",
        "programme-draft": "/console/programmes/neighbours/draft",
        "landing": f"/r/{ann.code}",
        "unknown": "/r/BCDFGHJKL",
        "survey": f"/s/{survey.survey_token}",
        "survey-thanks": f"/s/{answered.survey_token}",
        "business": "/console/business",
        "demo-remove": "/console/demo/remove",
    }


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
def test_every_page_of_a_business_that_has_lived_is_without_fault(
    size: dict[str, int], theme: str, language: str, open_browser: Callable[..., Any], live_server: Any
) -> None:
    town = bustling()
    page = open_browser(size, theme=theme, language=language)
    session = signed_in(town.owner).cookies[django_settings.SESSION_COOKIE_NAME].value
    named = {django_settings.SESSION_COOKIE_NAME: session, "django_language": language}
    page.context.add_cookies([{"name": k, "value": v, "url": live_server.url} for k, v in named.items()])
    kept = os.environ.get("GOODWORD_TEST_SHOTS")
    faults = []
    for name, address in addresses(town).items():
        page.goto(address, wait_until="networkidle")
        faults += [f"{name}: {fault}" for fault in shots.faults_of(page, [])]
        if kept:
            look = f"{'phone' if size == shots.PHONE else 'desk'}-{theme}-{language}"
            page.screenshot(path=Path(kept) / f"{name}.{look}.png", full_page=True)
    assert faults == []


@pytest.mark.parametrize(("size", "theme", "language"), LOOKS)
def test_the_pages_before_the_door_are_without_fault(
    size: dict[str, int], theme: str, language: str, open_browser: Callable[..., Any], live_server: Any
) -> None:
    page = open_browser(size, theme=theme, language=language)
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    before = ("/console/start", "/accounts/login/", "/accounts/password/reset/", "/accounts/signup/", "/nowhere")
    faults = []
    for address in before:
        page.goto(address, wait_until="networkidle")
        faults += [f"{address}: {fault}" for fault in shots.faults_of(page, [])]
        if kept := os.environ.get("GOODWORD_TEST_SHOTS"):
            look = f"{'phone' if size == shots.PHONE else 'desk'}-{theme}-{language}"
            page.screenshot(path=Path(kept) / f"door{address.replace('/', '-')}.{look}.png", full_page=True)
    assert faults == []
