"""Who brings the most customers, by one definition of a closed referral."""

from __future__ import annotations

from datetime import timedelta

import pytest

from goodword.flow.submit import submit
from goodword.referrals.models import Referral
from goodword.reports.leaderboard import agreed, counted, leaderboard
from tests.web.town import Town, found, lived_in

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R113")]
HOUR = timedelta(hours=1)


@pytest.fixture
def town() -> Town:
    return lived_in()


def friend(town: Town, name: str, *, of: str, closed: timedelta | None = None, location: str = "") -> None:
    """Tell of a friend that ``of`` sent, invoiced ``closed`` ago."""
    code = town.contact(of).code
    town.person(name, referred_by={"code": code}, how="link", ago=(closed or timedelta(0)) + HOUR)
    if closed is not None:
        more = {"location": location} if location else {}
        town.job(name.split()[0].lower(), "invoiced", ago=closed, total=9000, **more)


def board(town: Town, **asked: object) -> list[tuple[int, str, int]]:
    rows = leaderboard(business=town.business, **asked).rows  # type: ignore[arg-type]  # what each test asks
    return [(row.rank, row.name, row.closed) for row in rows]


def test_equal_numbers_share_a_place_and_the_next_one_is_left_out(town: Town) -> None:
    friend(town, "Gus One", of="Cy", closed=HOUR)
    friend(town, "Hal Two", of="Bob", closed=HOUR)
    friend(town, "Ida Three", of="Bob", closed=HOUR)
    friend(town, "Joe Four", of="Eve")
    assert board(town) == [(1, "Bob Haddad", 2), (2, "Ann Berg", 1), (2, "Cy Stranger", 1)]
    first = leaderboard(business=town.business, limit=2)
    assert [row.rank for row in first.rows] == [1, 2]
    rest = leaderboard(business=town.business, limit=2, after=first.next)
    assert ([(row.rank, row.name) for row in rest.rows], rest.next) == ([(2, "Cy Stranger")], "")
    assert counted(business=town.business) == 3
    assert board(found("Ink and Steel")) == []


def test_only_what_closed_in_the_time_and_at_the_place_counts(town: Town) -> None:
    friend(town, "Gus One", of="Cy", closed=10 * HOUR, location="north")
    friend(town, "Hal Two", of="Cy", closed=HOUR, location="south")
    assert board(town, start=town.now - 2 * HOUR) == [(1, "Cy Stranger", 1)]
    assert board(town, start=town.now - 10 * HOUR, end=town.now - HOUR) == [(1, "Ann Berg", 1), (1, "Cy Stranger", 1)]
    assert board(town, location="north") == [(1, "Cy Stranger", 1)]
    assert board(town, location="west") == []


def test_what_was_invoiced_before_the_friend_arrived_taken_back_or_removed_does_not_count(town: Town) -> None:
    assert board(town) == [(1, "Ann Berg", 1)]
    bob = Referral.objects.get(friend=town.contact("Bob"))
    assert bob.closing_job is not None
    assert (bob.closed_at, bob.closing_job.external_id) == (town.now - 4 * HOUR, "j-bob")
    town.job("bob", "cancelled")
    bob.refresh_from_db()
    assert (bob.closed_at, bob.closing_job, board(town)) == (None, None, [])
    friend(town, "Gus One", of="Cy", closed=HOUR)
    assert board(town) == [(1, "Cy Stranger", 1)]
    gus = Referral.objects.get(friend=town.contact("Gus"))
    told = {"referral": gus.public_id, "reason": "Gus is Cy's brother"}
    submit(business=town.business, type="referral.removed", data=told, actor="user:x", now=town.now)
    assert board(town) == []


def test_a_referrer_who_was_merged_counts_with_the_survivor(town: Town) -> None:
    friend(town, "Gus One", of="Cy", closed=HOUR)
    town.tell("contact.merged", {"from": "cy", "into": "ann"})
    assert board(town) == [(1, "Ann Berg", 2)]


@pytest.mark.requirement("R114")
def test_the_newest_word_on_being_named_in_public_counts(town: Town) -> None:
    ann = town.contact("Ann").public_id

    def says(*, granted: bool) -> list[int]:
        told = {"contact": ann, "channel": "leaderboard", "granted": granted, "how": "told us"}
        submit(business=town.business, type="consent.changed", data=told, actor="user:x", now=town.now)
        return [row["pk"] for row in agreed(business=town.business)]

    assert [row["pk"] for row in agreed(business=town.business)] == []
    assert says(granted=True) == [town.contact("Ann").pk]
    assert board(town, only=agreed(business=town.business)) == [(1, "Ann Berg", 1)]
    assert says(granted=False) == []
    assert board(town, only=agreed(business=town.business)) == []
