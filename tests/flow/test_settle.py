"""Settling: in order, in bounded statements, and never stopped by one bad event."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goodword.business.models import Business, Setting
from goodword.engine import history
from goodword.engine.events import Event as Value
from goodword.engine.world import World
from goodword.flow import settle as settling
from goodword.flow import traces
from goodword.flow.record import record
from goodword.flow.retrying import settle_again
from goodword.flow.settle import settle
from goodword.inbox.models import Decision, Event, State
from goodword.ledger import checking
from goodword.ledger.chart import Kind
from goodword.rewards.models import Reward
from tests.flow.story import (
    NOW,
    bob_comes_through_ann,
    closed,
    contact,
    entries,
    fern,
    job,
    pending_and_usable,
    saved,
    tell,
)

pytestmark = pytest.mark.django_db
AT = "2026-11-10T10:00:00Z"


@pytest.fixture
def business() -> Business:
    return fern()


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return the ids of events that a fault of the program breaks on."""
    bad: set[str] = set()

    def apply(world: World, event: Value) -> Any:
        if event.id in bad:
            raise ZeroDivisionError(f"cannot take {event.id}")
        return history.apply(world, event)

    monkeypatch.setattr(settling, "apply", apply)
    return bad


def a_day(number: int, tag: str) -> list[dict[str, Any]]:
    """Everything a friend goes through, with a referrer of their own, a ticket, an appointment and a score."""
    a, b = f"{tag}a{number}", f"{tag}b{number}"
    return [
        saved(a, phone=f"+1303555{number:04}"),
        saved(b, referred_by={"contact": a}, address=f"{number} Elm Street, Denver"),
        {"id": f"ap{b}", "type": "appointment.booked", "time": AT,
         "data": {"appointment": {"external_id": f"ap{b}", "contact": b, "made": "online"}}},
        job(f"j{b}", b, "booked", at=AT), job(f"j{b}", b, "paid", at="2026-11-11T10:00:00Z"),
        {"id": f"s{b}", "type": "survey.answered", "time": "2026-11-12T10:00:00Z",
         "data": {"survey": {"job": f"j{b}", "score": 5}}},
        closed(f"t{b}", b, 8_000, at="2026-11-12T10:00:00Z", job=f"j{b}", appointment={"external_id": f"ap{b}"}),
        closed(f"u{b}", a, 5_000, at="2026-11-13T10:00:00Z", tenders=[{"type": "points", "amount": 1}]),
    ]  # fmt: skip


def test_the_number_of_statements_does_not_grow_with_the_batch(business: Business) -> None:
    tell(business, [raw for n in range(3) for raw in a_day(n, "known")])
    counts = []
    for place, days in enumerate((1, 24)):
        known = [
            closed(f"again{place}", "knowna0", 4_000, at=AT), saved("knownb1", at=AT, email=f"b{place}@example.com"),
            job(f"jknownb{place}", f"knownb{place}", "cancelled", at=AT),
        ]  # fmt: skip
        known[1]["id"], known[2]["id"] = f"known{place}", f"gone{place}"
        batch = [*known, *(raw for n in range(days) for raw in a_day(100 * days + n, f"x{days}"))]
        record(business=business, source="till", raws=batch, now=NOW)
        with CaptureQueriesContext(connection) as captured:
            assert settle(business=business, now=NOW) == len(batch)
        counts.append(len(captured))
    assert counts[0] == counts[1] < 80
    assert Reward.objects.filter(rule="paid").count() == 28


def test_a_batch_settles_in_the_order_of_the_world_however_it_came(business: Business) -> None:
    tell(business, list(reversed(bob_comes_through_ann())))
    assert [r.rule for r in Reward.objects.filter(holder=contact(business, "ann")).order_by("at")] == [
        "consult",
        "booked",
        "paid",
    ]
    assert pending_and_usable(business, contact(business, "ann"), Kind.CREDIT, "USD") == (0, 4_000)


def test_a_settled_event_is_not_settled_again(business: Business) -> None:
    told = tell(business, bob_comes_through_ann())
    before = (entries(business), Decision.objects.count())
    assert settle(business=business, now=NOW) == 0
    assert settle(business=business, now=NOW, events=[one.event for one in told if one.event]) == 0
    assert (entries(business), Decision.objects.count()) == before


def test_one_bad_event_of_a_hundred_stops_none_of_the_others(business: Business, poisoned: set[str]) -> None:
    raws = [closed(f"t{n}", f"c{n}", 1_000, at=AT) for n in range(100)]
    poisoned.add("close-t50")
    record(business=business, source="till", raws=raws, now=NOW)
    assert settle(business=business, now=NOW) == 99
    bad = Event.objects.get(external_id="close-t50")
    assert (bad.state, bad.attempts, bad.settled_at) == (State.RECORDED, 1, None)
    assert bad.error == "ZeroDivisionError: cannot take close-t50"
    assert not bad.decisions.exists()
    assert Event.objects.filter(state=State.SETTLED).count() == 99
    assert Reward.objects.count() == 99
    assert entries(business) == 99
    assert checking.faults() == []


def test_a_failed_event_is_tried_again_later_and_not_before(business: Business, poisoned: set[str]) -> None:
    poisoned.add("close-t")
    record(business=business, source="till", raws=[closed("t", "ann", 1_000, at=AT)], now=NOW)
    assert settle(business=business, now=NOW) == 0
    assert Event.objects.get().due_at == NOW + timedelta(seconds=2)
    poisoned.clear()
    assert settle(business=business, now=NOW + timedelta(seconds=1)) == 0
    assert Event.objects.get().attempts == 1
    assert settle(business=business, now=NOW + timedelta(seconds=2)) == 1
    row = Event.objects.get()
    assert (row.state, row.error, row.code) == (State.SETTLED, "", "")
    assert Reward.objects.count() == 1


def test_a_sender_who_asks_again_at_once_does_not_use_up_the_attempts(business: Business, poisoned: set[str]) -> None:
    poisoned.add("close-t")
    (told,) = record(business=business, source="till", raws=[closed("t", "ann", 1_000, at=AT)], now=NOW)
    for _ in range(7):
        assert settle(business=business, now=NOW, events=[told.event or 0]) == 0
    row = Event.objects.get()
    assert (row.state, row.attempts) == (State.RECORDED, 1)


def test_an_event_that_fails_five_times_is_set_aside_and_the_line_goes_on(
    business: Business, poisoned: set[str]
) -> None:
    poisoned.add("close-t")
    record(business=business, source="till", raws=[closed("t", "ann", 1_000, at=AT)], now=NOW)
    now, waits = NOW, []
    for attempt in range(1, 6):
        assert settle(business=business, now=now) == 0
        row = Event.objects.get()
        assert row.attempts == attempt
        waits.append((row.due_at - now).total_seconds())
        now = row.due_at
    assert waits == [2, 4, 8, 16, 32]
    assert (row.state, row.code) == (State.SET_ASIDE, "set_aside")
    record(business=business, source="till", raws=[closed("u", "ann", 1_000, at=AT)], now=now)
    assert settle(business=business, now=now + timedelta(days=1)) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == (State.SET_ASIDE, 5)


def test_a_person_may_try_a_set_aside_event_again(business: Business, poisoned: set[str]) -> None:
    poisoned.add("close-t")
    record(business=business, source="till", raws=[closed("t", "ann", 1_000, at=AT)], now=NOW)
    for minutes in range(5):
        settle(business=business, now=NOW + timedelta(minutes=minutes))
    row = Event.objects.get(state=State.SET_ASIDE)
    assert not settle_again(business=business, public_id=row.public_id, actor="user:o", now=NOW)
    Event.objects.filter(pk=row.pk).update(state=State.SET_ASIDE)
    poisoned.clear()
    assert settle_again(business=business, public_id=row.public_id, actor="user:o", now=NOW)
    assert Reward.objects.count() == 1


def test_what_can_no_longer_be_read_is_set_aside_at_once(business: Business) -> None:
    record(business=business, source="till", raws=[closed("t", "ann", 1_000, at=AT), saved("bob")], now=NOW)
    Event.objects.filter(external_id="close-t").update(data={"ticket": {"lines": 7}})
    assert settle(business=business, now=NOW) == 1
    assert Event.objects.get(external_id="close-t").state == State.SET_ASIDE


def test_a_fault_half_way_leaves_nothing_of_the_event(business: Business, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the traces could not be stored")

    monkeypatch.setattr(traces, "store", broken)
    record(business=business, source="till", raws=[closed("t", "ann", 1_000, at=AT)], now=NOW)
    assert settle(business=business, now=NOW) == 0
    assert (entries(business), Reward.objects.count(), business.contacts.count()) == (0, 0, 0)


def test_settling_some_events_leaves_the_others_waiting(business: Business) -> None:
    told = record(business=business, source="till", raws=[saved("ann"), saved("bob")], now=NOW)
    assert settle(business=business, now=NOW, events=[told[1].event or 0]) == 1
    assert Event.objects.get(state=State.RECORDED).pk == told[0].event


def test_settling_takes_the_settings_in_force_at_its_own_now_and_not_by_the_clock(business: Business) -> None:
    later = NOW + timedelta(days=2)
    Setting.objects.create(business=business, key="points_hold", value="72h", since=NOW + timedelta(days=1))
    for name, now in (("t1", NOW), ("t2", later)):
        tell(business, [closed(name, name, 10_000, at=AT)], now=now)
    rewards = Reward.objects.filter(kind="points").select_related("ticket").order_by("pk")
    holds = {row.ticket.external_id: row.available_at - row.at for row in rewards if row.ticket is not None}
    assert holds == {"t1": timedelta(hours=24), "t2": timedelta(hours=72)}
