"""Settings are dated: each instant has its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from goodword.business.models import Business, Setting
from goodword.business.reading import DEFAULTS, setting, settings_at
from goodword.flow.opening import open_business

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, tzinfo=UTC)
DAY = timedelta(days=1)


def fern(name: str = "Fern") -> Business:
    return open_business(name=name, currency="USD", timezone="UTC", country="US", language="en", now=NOW).business


def test_what_was_never_set_has_its_default() -> None:
    business = fern()
    assert settings_at(business, NOW) == DEFAULTS
    assert {key: setting(business, key, NOW) for key in DEFAULTS} == DEFAULTS
    assert (DEFAULTS["points_hold"], DEFAULTS["score_threshold"], DEFAULTS["household"]) == ("24h", 4, "review")


def test_the_newest_that_had_begun_by_then_is_in_force_for_its_business_alone() -> None:
    business, other = fern(), fern("Moss")
    for since, value in ((NOW, 5), (NOW + DAY, 3), (NOW + DAY, 2)):
        Setting.objects.create(business=business, key="score_threshold", value=value, since=since)
    told = {NOW - DAY: 4, NOW: 5, NOW + DAY - timedelta(microseconds=1): 5, NOW + DAY: 2, NOW + 9 * DAY: 2}
    assert {at: setting(business, "score_threshold", at) for at in told} == told
    assert {at: settings_at(business, at)["score_threshold"] for at in told} == told
    assert setting(other, "score_threshold", NOW + DAY) == 4


def test_false_and_empty_are_values_and_not_missing_ones() -> None:
    business = fern()
    Setting.objects.create(business=business, key="reminders", value=[], since=NOW)
    Setting.objects.create(business=business, key="score_threshold", value=0, since=NOW)
    assert setting(business, "reminders", NOW) == []
    assert settings_at(business, NOW)["score_threshold"] == 0


def test_a_setting_nobody_knows_is_a_mistake_of_the_program() -> None:
    with pytest.raises(KeyError):
        setting(fern(), "colour_of_the_sky", NOW)
