"""Guessing of vouchers: counted by key and by address, turned away for a while, told to the staff once a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache

from goodword.business.models import Business
from goodword.errors import Refused
from goodword.reports.waiting import open_problems
from goodword.web import guessing
from goodword.web.guessing import MISSES, MISSES_OF_ADDRESS, PUBLIC, WINDOW, Guesser
from tests.flow.story import NOW as NOON
from tests.flow.story import fern as a_business

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_guessed() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


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
