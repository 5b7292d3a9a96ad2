"""Guessing of vouchers: counted by key and by address, turned away for a while, told to the staff once a day."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event

import pytest
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from goodword.business.models import Business
from goodword.errors import Refused
from goodword.flow.vouchers.guarding import forget_guesses
from goodword.reports.waiting import open_problems
from goodword.vouchers.models import GuessCount
from goodword.web import guessing
from goodword.web.guessing import (
    MISSES,
    MISSES_OF_ADDRESS,
    NOBODY_KNOWS,
    PUBLIC,
    PUBLIC_MISSES,
    WINDOW,
    Guesser,
    network_of,
)
from goodword.worker.working import Worker
from tests.flow.story import NOW as NOON
from tests.flow.story import fern as a_business
from tests.flow.test_races import at_once

pytestmark = pytest.mark.django_db
LOCAL = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}


@pytest.fixture
def fern(db: None) -> Business:
    return a_business()


@pytest.fixture
def oak(fern: Business) -> Business:
    return a_business("oak")


def till(business: Business, who: str = "key:till", address: str = "192.0.2.1") -> Guesser:
    return Guesser(business.pk, who, address)


def allowed(guesser: Guesser, *, now: datetime = NOON) -> bool:
    try:
        guessing.check(guesser, now=now)
    except Refused:
        return False
    return True


def test_a_till_that_guesses_waits_and_another_one_goes_on(fern: Business, oak: Business) -> None:
    for _ in range(MISSES):
        assert allowed(till(fern))
        guessing.missed(till(fern), business=fern, now=NOON)
    assert not allowed(till(fern))
    assert not allowed(till(fern, address="192.0.2.9"))
    assert allowed(till(fern, who="key:other"))
    assert allowed(till(oak))


def test_an_address_that_guesses_waits_whoever_it_says_it_is(fern: Business) -> None:
    for number in range(MISSES_OF_ADDRESS):
        guessing.missed(till(fern, who=f"key:{number}"), business=fern, now=NOON)
    assert not allowed(till(fern, who="key:new"))
    assert not allowed(till(fern, who=PUBLIC))
    assert allowed(till(fern, who=PUBLIC, address="192.0.2.9"))


def test_the_wait_ends_with_the_window(fern: Business) -> None:
    late = NOON + timedelta(seconds=100)
    for _ in range(MISSES):
        guessing.missed(till(fern), business=fern, now=late)
    with pytest.raises(Refused) as refused:
        guessing.check(till(fern), now=late)
    assert refused.value.code == "too_many_guesses"
    assert refused.value.facts == {"retry_after": WINDOW - 100}
    assert allowed(till(fern), now=NOON + timedelta(seconds=WINDOW))


def test_staff_are_told_once_a_day_for_each_who_guesses(fern: Business) -> None:
    for who in ("key:till", "user:o@example.com", PUBLIC):
        for day in range(2):
            for _ in range(2):
                guessing.tell(till(fern, who=who), business=fern, now=NOON + timedelta(days=day))
    told = [row.trace["by"] for row in open_problems(fern).order_by("pk")]
    assert sorted(told) == sorted(["key:till", "user:o@example.com", PUBLIC] * 2)
    assert {row.codes[0] for row in open_problems(fern)} == {"vouchers_guessed"}


def guess_counts() -> list[tuple[int, int]]:
    return list(GuessCount.objects.order_by("pk").values_list("business", "misses"))


def test_all_processes_count_together_and_a_restart_forgets_nothing(fern: Business) -> None:
    for number in range(MISSES):
        with override_settings(CACHES={"default": {**LOCAL, "LOCATION": f"process {number % 2}"}}):
            assert allowed(till(fern))
            guessing.missed(till(fern), business=fern, now=NOON)
    with override_settings(CACHES={"default": {**LOCAL, "LOCATION": "begun anew"}}):
        assert not allowed(till(fern))
    assert open_problems(fern).count() == 1


def test_what_succeeds_writes_nothing_and_reads_once_and_a_miss_is_one_statement(fern: Business) -> None:
    with CaptureQueriesContext(connection) as told:
        guessing.check(till(fern), now=NOON)
    assert len(told) == 1
    assert not GuessCount.objects.exists()
    with CaptureQueriesContext(connection) as told:
        guessing.missed(till(fern), business=fern, now=NOON)
    assert len(told) == 1
    assert guess_counts() == [(fern.pk, 1), (fern.pk, 1)]


def test_nothing_of_who_guessed_is_kept(fern: Business) -> None:
    guessing.missed(till(fern, who="user:o@example.com"), business=fern, now=NOON)
    kept = str(list(GuessCount.objects.values_list()))
    for text in ("192.0.2.1", "example", hashlib.sha256(b"192.0.2.1").hexdigest()[:32]):
        assert text not in kept
    with override_settings(SECRET_KEY="another " * 8):
        assert {row.name for row in GuessCount.objects.all()}.isdisjoint(
            guessing.names_of(counted="user:o@example.com", address="192.0.2.1", now=NOON)
        )


def test_the_worker_drops_what_is_over_and_nothing_before(fern: Business) -> None:
    guessing.missed(till(fern), business=fern, now=NOON)
    guessing.missed(Guesser(NOBODY_KNOWS, PUBLIC, "192.0.2.1"), business=None, now=NOON)
    end = datetime.fromtimestamp((NOON.timestamp() // WINDOW + 1) * WINDOW, UTC)
    assert forget_guesses(now=end - timedelta(microseconds=1)) == 0
    assert forget_guesses(now=end) == 2
    assert guess_counts() == [(NOBODY_KNOWS, 1)]
    Worker(Event(), now=lambda: end + timedelta(hours=1), name="worker").turn()
    assert guess_counts() == []


def test_a_network_of_ipv6_is_one_guesser_and_a_public_one_closes_no_till(fern: Business) -> None:
    public = [Guesser(NOBODY_KNOWS, PUBLIC, f"2001:db8:0:1::{n:x}") for n in range(PUBLIC_MISSES + 1)]
    told = [guessing.missed(each, business=None, now=NOON) for each in public[:-1]]
    assert told == [False] * (PUBLIC_MISSES - 1) + [True]
    assert not allowed(public[-1])
    assert allowed(Guesser(NOBODY_KNOWS, PUBLIC, "2001:db8:0:2::1"))
    assert allowed(till(fern, address="2001:db8:0:1::1"))
    assert network_of("::ffff:192.0.2.7") == "192.0.2.7"
    assert (network_of("192.0.2.7"), network_of("a name")) == ("192.0.2.7", "a name")
    assert open_problems(fern).count() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_guesses_at_one_moment_none_is_lost_and_one_closes_the_door(fern: Business) -> None:
    tills = [till(fern, who=f"key:{number % 2}") for number in range(2 * MISSES)]
    told = at_once(*(partial(guessing.missed, each, business=fern, now=NOON) for each in tills))
    assert sorted(GuessCount.objects.values_list("misses", flat=True)) == [MISSES, MISSES, 2 * MISSES]
    assert sum(map(bool, told)) == 2
    assert open_problems(fern).count() == 2
