"""What comes in is written down once, whatever is sent and however often."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goodword.business.models import Business
from goodword.flow.record import record
from goodword.inbox.models import Event, State
from tests.flow.story import NOW, closed, fern, saved

pytestmark = pytest.mark.django_db


@pytest.fixture
def business() -> Business:
    return fern()


def statuses(business: Business, raws: list[Any], source: str = "till") -> list[str]:
    return [told.status for told in record(business=business, source=source, raws=raws, now=NOW)]


def test_an_event_is_stored_as_it_came_and_waits(business: Business) -> None:
    raw = saved("ann")
    (told,) = record(business=business, source="till", raws=[raw], now=NOW, actor="key_1")
    row = Event.objects.get(pk=told.event)
    assert (row.source, row.external_id, row.type, row.data) == ("till", raw["id"], "contact.saved", raw["data"])
    assert (row.state, row.recorded_at, row.due_at, row.actor) == (State.RECORDED, NOW, NOW, "key_1")
    assert row.time.isoformat() == "2026-11-01T10:00:00+00:00"


def test_the_same_again_is_a_duplicate_and_names_the_first(business: Business) -> None:
    (first,) = record(business=business, source="till", raws=[saved("ann")], now=NOW)
    (again,) = record(business=business, source="till", raws=[saved("ann")], now=NOW + timedelta(days=400))
    assert (again.status, again.event) == ("duplicate", first.event)
    assert Event.objects.count() == 1


def test_the_same_instant_written_in_another_zone_is_a_duplicate(business: Business) -> None:
    raw = saved("ann", at="2026-11-01T10:00:00Z")
    assert statuses(business, [raw, {**raw, "time": "2026-11-01T03:00:00-07:00"}]) == ["recorded", "duplicate"]


@pytest.mark.parametrize(
    "other",
    [{"time": "2026-11-01T10:00:01Z"}, {"data": {"contact": {"external_id": "eve"}}},
     {"type": "contact.merged", "data": {"from": "ann", "into": "bob"}}],
    ids=["time", "data", "type"],
)  # fmt: skip
def test_other_content_under_the_same_id_is_a_conflict_and_changes_nothing(
    business: Business, other: dict[str, Any]
) -> None:
    raw = saved("ann")
    assert statuses(business, [raw]) == ["recorded"]
    (told,) = record(business=business, source="till", raws=[{**raw, **other}], now=NOW)
    assert (told.status, told.problem.code if told.problem else None) == ("conflict", "conflict")
    assert Event.objects.get().data == raw["data"]


def test_one_batch_is_answered_in_the_order_it_came_and_a_bad_event_stops_no_other(business: Business) -> None:
    ann, bob = saved("ann"), saved("bob")
    raws = [
        bob,
        {"id": "x", "type": "nonsense", "time": bob["time"], "data": {}},
        ann,
        "no event",
        bob,
        {**ann, "time": bob["time"][:-1]},
    ]
    told = record(business=business, source="till", raws=raws, now=NOW)
    assert [(one.id, one.status) for one in told] == [
        (bob["id"], "recorded"), ("x", "rejected"), (ann["id"], "recorded"), ("", "rejected"), (bob["id"], "duplicate"),
        (ann["id"], "rejected"),
    ]  # fmt: skip
    assert [one.problem.code for one in told if one.problem] == ["unknown_type", "invalid_event", "invalid_event"]
    assert set(Event.objects.values_list("external_id", flat=True)) == {ann["id"], bob["id"]}


def test_a_repeat_within_a_batch_names_the_row_of_the_first(business: Business) -> None:
    first, again = record(business=business, source="till", raws=[saved("ann"), saved("ann")], now=NOW)
    assert (first.status, again.status) == ("recorded", "duplicate")
    assert again.event == first.event is not None


def test_another_source_and_another_business_have_ids_of_their_own(business: Business) -> None:
    moss = fern("moss")
    assert statuses(business, [saved("ann")]) == ["recorded"]
    assert statuses(business, [saved("ann")], source="crm") == ["recorded"]
    assert statuses(moss, [saved("ann")]) == ["recorded"]
    assert Event.objects.filter(business=business).count() == 2


def test_an_event_more_than_five_minutes_ahead_is_refused(business: Business) -> None:
    near, far = (saved("ann", at=(NOW + timedelta(minutes=m)).isoformat()) for m in (5, 6))
    told = record(business=business, source="till", raws=[near, far], now=NOW)
    assert [one.problem.code if one.problem else one.status for one in told] == ["recorded", "time_in_future"]


def test_another_currency_is_refused_with_the_place(business: Business) -> None:
    (told,) = record(
        business=business,
        source="till",
        raws=[closed("t", "ann", 100, at="2026-11-01T10:00:00Z", currency="EUR")],
        now=NOW,
    )
    assert told.problem is not None
    assert (told.problem.code, told.problem.facts["pointer"]) == ("wrong_currency", "/data/ticket/currency")


def test_the_number_of_statements_does_not_grow_with_the_batch(business: Business) -> None:
    counts = []
    for size in (10, 200):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            record(business=business, source="till", raws=[saved(f"c{size}-{n}") for n in range(size)], now=NOW)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 6
    assert Event.objects.count() == 210


@pytest.mark.parametrize(
    ("text", "status"), [("a\x00b", "rejected"), (r"a\u0000b", "recorded"), ("a\\\x00b", "rejected")]
)
def test_a_nul_deep_in_an_event_is_refused_and_stops_no_other(business: Business, text: str, status: str) -> None:
    """PostgreSQL keeps no NUL in a text; the letters of its escape are a text like any other."""
    raw = closed("t", "ann", 100, at="2026-11-01T10:00:00Z")
    raw["data"]["ticket"]["lines"][0]["description"] = text
    assert statuses(business, [raw, saved("ann")]) == [status, "recorded"]
