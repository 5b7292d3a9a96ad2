"""Bringing in a history: all is recorded, then settled in order; what was killed is run again."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goodword.business.models import Business
from goodword.errors import Invalid
from goodword.flow import importing
from goodword.flow.importing import Imported, Rejected, record_history, settle_history, unsettled
from goodword.flow.settle import settle
from goodword.inbox.models import Decision, Event, State
from tests.flow.test_live_is_backtest import a_business
from tests.publishing import publish

NOW = datetime(2026, 11, 20, tzinfo=UTC)
PROGRAMME = """\
format: 1
name: Neighbours
currency: USD
starts: 2026-01-01
rules:
  - {id: paid, when: referral.paid, to: referrer, give: service_credit, amount: {tiers: {1: 10.00, 2: 20.00, 3: 30.00}}}
"""

pytestmark = pytest.mark.django_db


@pytest.fixture
def business() -> Business:
    opened = a_business("fern")
    publish(business=opened, text=PROGRAMME, actor="test", now=NOW)
    return opened


def history() -> list[dict[str, Any]]:
    """Three friends of Ann, told the latest first."""
    events = []
    for day, friend in ((9, "dee"), (8, "cy"), (7, "bob")):
        at = f"2026-03-{day:02}T10:00:00Z"
        events.append({"id": f"job-{friend}", "type": "job.saved", "time": at,
                       "data": {"job": {"external_id": friend, "contact": friend, "status": "paid"}}})  # fmt: skip
        events.append({"id": f"new-{friend}", "type": "contact.saved", "time": "2026-03-01T10:00:00Z",
                       "data": {"contact": {"external_id": friend, "referred_by": {"contact": "ann"}}}})  # fmt: skip
    return events


def lines(events: list[Any]) -> list[bytes]:
    return [event if isinstance(event, bytes) else msgspec.json.encode(event) + b"\n" for event in events]


def bring(business: Business, events: Any, *, source: str = "import") -> tuple[Imported, list[Rejected]]:
    rejected: list[Rejected] = []
    found = record_history(
        business=business, source=source, lines=events, clock=lambda: NOW, rejected=rejected.append
    )  # fmt: skip
    return found, rejected


def granted(business: Business) -> list[tuple[str, int]]:
    rows = Decision.objects.filter(business=business, kind="granted").order_by("pk").select_related("event")
    return [(row.event.external_id, row.trace["units"]) for row in rows]


def test_all_is_recorded_and_then_settled_in_the_order_it_happened(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MAX_BATCH", 2)
    told: list[int] = []
    found = record_history(
        business=business, source="import", lines=lines(history()), clock=lambda: NOW, rejected=lambda _: None,
        told=told.append,
    )  # fmt: skip
    assert (found.lines, found.recorded, found.duplicates, found.rejected) == (6, 6, 0, {})
    assert told == [2, 4, 6]
    assert settle_history(business=business, clock=lambda: NOW) == 6
    assert granted(business) == [("job-bob", 1_000), ("job-cy", 2_000), ("job-dee", 3_000)]
    assert set(Event.objects.values_list("source", "state")) == {("import", State.SETTLED)}


def test_a_worker_beside_it_settles_nothing_before_all_is_recorded(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MAX_BATCH", 2)
    settled: list[int] = []
    record_history(
        business=business, source="import", lines=lines(history()), clock=lambda: NOW, rejected=lambda _: None,
        told=lambda _: settled.append(settle(business=business, now=NOW)),
    )  # fmt: skip
    assert settled == [0, 0, 0]
    assert settle(business=business, now=NOW) == 6


def test_an_import_killed_in_the_middle_loses_nothing_and_is_run_again(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MAX_BATCH", 2)

    def killed() -> Iterator[bytes]:
        yield from lines(history())[:3]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring(business, killed())
    assert Event.objects.count() == 2
    assert settle(business=business, now=NOW) == 0
    found, rejected = bring(business, lines(history()))
    assert (found.recorded, found.duplicates, rejected) == (4, 2, [])
    assert settle_history(business=business, clock=lambda: NOW) == 6
    assert granted(business) == [("job-bob", 1_000), ("job-cy", 2_000), ("job-dee", 3_000)]
    again, _ = bring(business, lines(history()))
    assert (again.recorded, again.duplicates) == (0, 6)
    assert settle_history(business=business, clock=lambda: NOW) == 0
    assert len(granted(business)) == 3


def test_what_a_killed_import_left_is_the_workers_after_an_hour(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MAX_BATCH", 2)

    def killed() -> Iterator[bytes]:
        yield from lines(history())[:2]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring(business, killed())
    assert settle(business=business, now=NOW + timedelta(minutes=59)) == 0
    assert settle(business=business, now=NOW + timedelta(minutes=60)) == 2


def test_bad_lines_are_rejected_by_number_with_their_reason_and_the_others_taken(business: Business) -> None:
    good = history()[1]
    told = [
        good, b"\n", b"{", {**good, "id": "2", "type": "nope"}, {**good, "id": "3", "time": "2027-01-01T00:00:00Z"},
        {**good, "data": {"contact": {"external_id": "other"}}}, {**good, "id": "4", "source": "goodword"},
        b"\xff", good,
    ]  # fmt: skip
    found, rejected = bring(business, lines(told))
    assert [(r.line, r.problem.code) for r in rejected] == [
        (3, "malformed_json"), (4, "unknown_type"), (5, "time_in_future"), (6, "conflict"), (7, "reserved_source"),
        (8, "malformed_json"),
    ]  # fmt: skip
    assert rejected[0].text == b"{"
    assert (found.lines, found.recorded, found.duplicates, found.rejected.total()) == (8, 1, 1, 6)
    assert Event.objects.count() == 1


def test_the_source_of_our_own_commands_cannot_be_taken(business: Business) -> None:
    with pytest.raises(Invalid) as refused:
        bring(business, lines(history()), source="goodword")
    assert refused.value.code == "reserved_source"
    assert not Event.objects.exists()


def test_an_event_keeps_the_source_it_names_and_another_business_sees_nothing(business: Business) -> None:
    theirs = a_business("moss")
    bring(business, lines([{**history()[1], "source": "crm"}, history()[3]]), source="till")
    assert list(Event.objects.order_by("source").values_list("source", flat=True)) == ["crm", "till"]
    assert not Event.objects.filter(business=theirs).exists()
    assert settle_history(business=theirs, clock=lambda: NOW) == 0
    assert unsettled(business=business) == 2


def test_an_event_that_cannot_be_settled_is_left_for_later_and_stops_nobody(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(business, lines(history()))
    from goodword.flow import settle as settling

    true = settling.apply

    def poisoned(world: Any, event: Any) -> Any:
        if event.id == "job-cy":
            raise ZeroDivisionError("division by zero")
        return true(world, event)

    monkeypatch.setattr(settling, "apply", poisoned)
    assert settle_history(business=business, clock=lambda: NOW) == 5
    assert unsettled(business=business) == 1
    assert [event for event, _ in granted(business)] == ["job-bob", "job-dee"]


def test_what_is_due_is_counted_at_both_ends_and_not_after_every_batch(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A million events in batches would else be counted a thousand times."""
    bring(business, lines(history()))
    monkeypatch.setattr(importing, "settle", functools.partial(settle, limit=1))
    told: list[tuple[int, int]] = []
    with CaptureQueriesContext(connection) as captured:
        done = settle_history(business=business, clock=lambda: NOW, told=lambda *so_far: told.append(so_far))
    assert (done, told) == (6, [(n, 6) for n in range(1, 7)])
    assert sum("COUNT(*)" in query["sql"] for query in captured) == 2
