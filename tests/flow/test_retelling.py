"""The order of settling told from what is stored, and the instants that tell it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from goodword.business.models import Business
from goodword.flow import retelling
from goodword.flow.changing import change_business, change_settings
from goodword.flow.clock import hold_over
from goodword.flow.record import record
from goodword.flow.settle import settle
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from tests.flow.story import NOW, closed, fern, saved, tell

pytestmark = pytest.mark.django_db
SECOND, MOMENT = timedelta(seconds=1), timedelta(microseconds=1)


@pytest.fixture
def business() -> Business:
    return fern()


def order(business: Business) -> list[str]:
    """Return the events in the order of settling, by the ids that their sources gave them."""
    return [row.external_id for _, rows in retelling.in_the_order_of_settling(business) for row in rows]


def test_who_looked_at_the_clock_earlier_and_came_later_settles_just_behind(business: Business) -> None:
    tell(business, [saved("bob")], now=NOW + SECOND)
    tell(business, [saved("ann")])
    told = submit(business=business, type="settings.changed", data={"thank_every": 5}, actor="user:o", now=NOW)
    instants = dict(Event.objects.values_list("external_id", "settled_at"))
    assert instants[told.external_id] == NOW + SECOND + 2 * MOMENT
    assert instants["save-ann-2026-11-01T10:00:00Z"] == NOW + SECOND + MOMENT
    business.refresh_from_db()
    assert business.settled_at == NOW + SECOND + 2 * MOMENT
    assert order(business) == [
        "save-bob-2026-11-01T10:00:00Z", "save-ann-2026-11-01T10:00:00Z", told.external_id,
    ]  # fmt: skip


def test_the_clock_settles_behind_whoever_was_later(business: Business) -> None:
    day = timedelta(days=1)
    tell(business, [saved("ann"), closed("T1", "ann", 5_000, at=NOW.isoformat())])
    tell(business, [saved("cy")], now=NOW + 3 * day)
    assert hold_over(business=business, now=NOW + 2 * day) == 1
    told = Event.objects.get(type="reward.available")
    assert (told.time, told.settled_at) == (NOW + day, NOW + 3 * day + MOMENT)
    assert hold_over(business=business, now=NOW + 4 * day) == 0  # nothing is due: no instant is taken
    business.refresh_from_db()
    assert business.settled_at == NOW + 3 * day + MOMENT


def test_another_business_settles_at_its_own_instants(business: Business) -> None:
    moss = fern("moss")
    tell(moss, [saved("bob")], now=NOW + SECOND)
    tell(business, [saved("ann")])
    assert Event.objects.get(business=business, type="contact.saved").settled_at == NOW


def test_what_was_told_at_one_instant_and_settled_in_turns_goes_by_what_was_decided(business: Business) -> None:
    late = closed("T2", "ann", 1_000, at="2026-11-02T10:00:00Z")
    tell(business, [saved("ann"), closed("T1", "ann", 1_000, at="2026-11-09T10:00:00Z")])
    tell(business, [late])  # it happened earlier and was heard later, in the same instant by this clock
    assert order(business)[-2:] == ["close-T1", "close-T2"]


def test_an_order_stands_between_what_was_told_before_and_after_it_in_one_instant(business: Business) -> None:
    tell(business, [saved("ann")])
    told = submit(business=business, type="settings.changed", data={"thank_every": 5}, actor="user:o", now=NOW)
    tell(business, [saved("bob")])
    assert order(business).index(told.external_id) == 1


def test_what_is_recorded_and_not_settled_or_refused_is_not_told_again(business: Business) -> None:
    record(business=business, source="till", raws=[saved("ann")], now=NOW)
    assert order(business) == []
    settle(business=business, now=NOW)
    assert order(business) == ["save-ann-2026-11-01T10:00:00Z"]


def test_the_history_begins_with_the_time_zone_of_then(business: Business, tmp_path: Path) -> None:
    change_settings(business=business, wanted={"thank_every": 5}, actor="user:o", now=NOW)
    change_business(business=business, wanted={"timezone": "Europe/Stockholm"}, actor="user:o", now=NOW)
    change_business(business=business, wanted={"timezone": "Asia/Tokyo", "name": "Ferns"}, actor="user:o", now=NOW)
    assert retelling.write(business, tmp_path) == 3
    assert '"timezone": "America/Denver"' in (tmp_path / retelling.BUSINESS).read_text()
    assert [kind for kind, _ in retelling.groups(tmp_path)] == [retelling.ORDERED] * 3
