"""What the good word brought: revenue follows the jobs of friends, back too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from goodword.reports.overview import year
from goodword.work.models import Job
from tests.web.town import Town, found

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R116")]
HOUR = timedelta(hours=1)


@pytest.fixture
def town() -> Town:
    town = found()
    town.person("Ann Berg", phone="+13035550142")
    town.person("Bob Haddad", phone="+13035550143", referred_by={"contact": "ann"}, ago=9 * HOUR)
    return town


def revenue(town: Town) -> int:
    return sum(year(business=town.business, now=town.now).earned.values())


def test_a_friends_job_is_revenue_from_its_invoice_on(town: Town) -> None:
    town.job("bob", "completed", total=18_000, ago=8 * HOUR)
    assert revenue(town) == 0
    town.job("bob", "invoiced", total=18_000, ago=7 * HOUR)
    assert revenue(town) == 18_000
    assert Job.objects.get().invoiced_at == town.now - 7 * HOUR


def test_a_cancelled_job_is_no_revenue_any_more(town: Town) -> None:
    town.job("bob", "paid", total=18_000, ago=8 * HOUR)
    town.job("bob", "booked", total=18_000, ago=7 * HOUR)
    assert revenue(town) == 0
    assert Job.objects.get().invoiced_at is None


def test_jobs_of_people_nobody_brought_and_of_other_businesses_are_not_counted(town: Town) -> None:
    other = found("Moss Garden")
    for each in (town, other):
        each.person("Cy Stranger", phone="+13035550199")
        each.job("cy", "paid", total=9_000, ago=6 * HOUR)
    assert revenue(town) == revenue(other) == 0
