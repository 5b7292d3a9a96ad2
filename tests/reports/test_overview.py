"""What the good word brought: revenue follows the jobs of friends, back too."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from goodword.business.models import Business
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


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "America/St_Johns", "America/Denver"])
def test_revenue_falls_on_the_local_day_wherever_a_day_begins(town: Town, zone: str) -> None:
    Business.objects.filter(pk=town.business.pk).update(timezone=zone)
    town.business.refresh_from_db()
    local = town.now.astimezone(ZoneInfo(zone)).date()
    midnight = datetime.combine(local, time(), tzinfo=ZoneInfo(zone))
    town.person("Cy Stranger", phone="+13035550144", referred_by={"contact": "ann"}, ago=60 * HOUR)
    town.job("bob", "invoiced", total=18_000, ago=town.now - midnight - timedelta(minutes=1))
    town.job("cy", "invoiced", total=700, ago=town.now - midnight + timedelta(minutes=1))
    earned = year(business=town.business, now=town.now).earned
    assert dict(earned) == {local: 18_000, local - timedelta(days=1): 700}


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
