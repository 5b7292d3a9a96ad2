"""Which way of passing a link on brings friends."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from goodword.flow.submit import submit
from goodword.referrals.models import Share
from goodword.reports.sharing import by_person, ways
from tests.web.town import Town, found

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R123")]
DAY = timedelta(days=1)


@pytest.fixture
def town() -> Town:
    town = found()
    town.person("Ann Berg", phone="+13035550142")
    town.person("Cy Stranger", phone="+13035550199")
    return town


def share(town: Town, name: str, source: str, *, ago: timedelta, actor: str = "user:tim@fern.example") -> None:
    told = {"contact": town.contact(name).public_id, "source": source, "channel": "sms"}
    row = submit(business=town.business, type="link.shared", data=told, actor=actor, now=town.now)
    Share.objects.filter(event=row).update(at=town.now - ago)


def comes(town: Town, name: str, *, of: str, ago: timedelta, how: str = "link") -> None:
    town.person(name, referred_by={"code": town.contact(of).code}, how=how, ago=ago)


def told(town: Town, *, start: datetime | None = None, days: int = 30) -> dict[str, tuple[int, int, int]]:
    rows = ways(business=town.business, start=start, end=None, days=days)
    return {row.source: (row.shares, row.arrived, row.closed) for row in rows if row.shares or row.arrived}


def test_a_friend_counts_for_the_latest_share_before_the_arrival_within_the_days(town: Town) -> None:
    share(town, "Ann", "staff", ago=20 * DAY)
    share(town, "Ann", "technician", ago=10 * DAY)
    share(town, "Ann", "customer", ago=1 * DAY)
    comes(town, "Bob Haddad", of="Ann", ago=8 * DAY)
    town.job("bob", "invoiced", ago=7 * DAY, total=9000)
    comes(town, "Dee Late", of="Ann", ago=15 * DAY)
    comes(town, "Eve Early", of="Ann", ago=21 * DAY)
    comes(town, "Fay Named", of="Ann", ago=8 * DAY, how="name")
    comes(town, "Gus Other", of="Cy", ago=8 * DAY)
    assert told(town) == {"staff": (1, 1, 0), "technician": (1, 1, 1), "customer": (1, 0, 0)}
    assert told(town, days=3) == {"staff": (1, 0, 0), "technician": (1, 1, 1), "customer": (1, 0, 0)}
    assert told(town, start=town.now - 12 * DAY) == {"technician": (1, 1, 1), "customer": (1, 0, 0)}
    assert told(found("Ink and Steel")) == {}
    rates = {row.source: row.rate for row in ways(business=town.business, start=None, end=None, days=30)}
    assert rates == {"automatic": None, "technician": 1.0, "staff": 1.0, "customer": 0.0}


def test_each_person_stands_with_what_they_passed_on(town: Town) -> None:
    share(town, "Ann", "technician", ago=10 * DAY)
    share(town, "Cy", "technician", ago=10 * DAY)
    share(town, "Cy", "staff", ago=2 * DAY, actor="user:sofia@fern.example")
    Share.objects.create(
        business=town.business, contact=town.contact("Cy"), source="automatic", channel="sms", at=town.now
    )
    comes(town, "Bob Haddad", of="Ann", ago=8 * DAY)
    rows = by_person(business=town.business, start=None, end=None, days=30)
    assert [(name, way.source, way.shares, way.arrived) for name, way in rows] == [
        ("tim@fern.example", "technician", 2, 1),
        ("sofia@fern.example", "staff", 1, 0),
    ]
