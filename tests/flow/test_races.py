"""Many senders and settlers at once, on PostgreSQL with real threads: everything once, and what the backtest says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from threading import Event as Flag
from typing import Any

import pytest
from django.db import connection

from bench.workload import PROGRAMME, events
from goodword.errors import Refused
from goodword.flow.record import record
from goodword.flow.settle import settle
from goodword.flow.submit import submit
from goodword.inbox.models import Decision, Event, State
from goodword.ledger import checking
from goodword.ledger.chart import Kind
from goodword.ledger.models import Entry
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward
from tests.engine.test_history_properties import backtest
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
from tests.flow.test_live_is_backtest import live_awards

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def at_once(*works: Callable[[], object]) -> list[object]:
    """Run each in a thread of its own from the same moment; a refusal is an answer, any other fault is raised."""
    start = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        try:
            start.wait(timeout=30)
            return work()
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def wanted_awards(document: str, raws: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = backtest(document, raws).rows
    return [{**{f: getattr(award, f) for f in award.__struct_fields__}, "at": at} for at, award in rows]


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda r: (r["at"], r["rule"], r["holder"], r["action"], r["event"], r["units"]))


def test_settlers_and_recorders_of_one_business_at_once_settle_everything_once_as_the_backtest_does() -> None:
    """Each recorder tells of people of its own, in order, so that whatever interleaves the answer is one."""
    business, moss = fern(document=PROGRAMME), fern("moss", document=PROGRAMME)
    histories = [events(150, seed=n, prefix=f"p{n}-") for n in range(4)]
    done = [Flag() for _ in histories]

    def recorder(place: int) -> int:
        history, told = histories[place], 0
        for start in range(0, len(history), 10):
            told += len(record(business=business, source="till", raws=history[start : start + 10], now=NOW))
        done[place].set()
        return told

    def settler() -> int:
        settled = 0
        while True:
            last = all(flag.is_set() for flag in done)
            now = settle(business=business, now=NOW, limit=25)
            settled += now
            if last and not now:
                return settled

    told = at_once(*(lambda n=n: recorder(n) for n in range(4)), settler, settler)
    assert told[:4] == [150] * 4
    assert sum(n for n in told[4:] if isinstance(n, int)) == 600
    assert Counter(Event.objects.values_list("state", flat=True)) == {State.SETTLED: 600}
    assert not Event.objects.exclude(attempts=0).exists()
    expected = [row for history in histories for row in wanted_awards(PROGRAMME, history)]
    assert in_order(live_awards(business)) == in_order(expected)
    assert checking.faults() == []
    assert not Decision.objects.filter(business=moss).exists()


def test_the_same_event_from_twenty_senders_is_recorded_once() -> None:
    business = fern()
    batch = [saved(f"c{n}") for n in range(30)]

    def sender(number: int) -> tuple[str, ...]:
        mine = batch if number % 2 else list(reversed(batch))
        told = record(business=business, source="till", raws=mine, now=NOW)
        return tuple(one.status for one in sorted(told, key=lambda one: one.id))

    answers = at_once(*(lambda n=n: sender(n) for n in range(20)))
    for place in range(30):
        assert Counter(answer[place] for answer in answers if isinstance(answer, tuple)) == {
            "recorded": 1,
            "duplicate": 19,
        }
    assert Event.objects.count() == 30


def test_two_contents_under_one_id_from_many_senders_are_one_event_and_conflicts() -> None:
    business = fern()

    def sender(number: int) -> str:
        raw = {**saved("ann"), "data": {"contact": {"external_id": "ann", "name": f"Ann {number % 2}"}}}
        return record(business=business, source="till", raws=[raw], now=NOW)[0].status

    assert Counter(at_once(*(lambda n=n: sender(n) for n in range(12)))) == {
        "recorded": 1,
        "duplicate": 5,
        "conflict": 6,
    }
    assert Event.objects.count() == 1


def test_one_command_with_one_key_from_twenty_threads_has_one_effect() -> None:
    business = fern()
    tell(business, [saved("ann"), saved("bob")])
    data = {"friend": {"source": "till", "external_id": "bob"}, "referrer": {"source": "till", "external_id": "ann"}}

    def click() -> int:
        return submit(business=business, type="referral.attributed", data=data, actor="usr_1", now=NOW, key="k").pk

    assert len(set(at_once(*[click] * 20))) == 1
    assert Referral.objects.count() == 1
    assert Event.objects.filter(source="goodword").count() == 1
    assert Decision.objects.filter(kind="attributed").count() == 1
    assert Reward.objects.count() == 1


def test_of_two_referrers_named_at_once_one_wins() -> None:
    business = fern()
    tell(business, [saved("ann"), saved("cy"), saved("bob")])

    def name(referrer: str) -> object:
        data = {
            "friend": {"source": "till", "external_id": "bob"},
            "referrer": {"source": "till", "external_id": referrer},
        }
        return submit(business=business, type="referral.attributed", data=data, actor="usr_1", now=NOW).state

    assert sorted(map(str, at_once(lambda: name("ann"), lambda: name("cy")))) == ["already_referred", "settled"]
    assert Referral.objects.count() == 1
    assert Counter(Event.objects.filter(source="goodword").values_list("state", flat=True)) == {
        "settled": 1,
        "refused": 1,
    }


def test_settling_while_the_contact_is_merged_loses_nothing() -> None:
    business = fern()
    tell(business, [*bob_comes_through_ann(), saved("dee")])
    ann, dee = contact(business, "ann"), contact(business, "dee")
    tickets = [closed(f"t{n}", "ann" if n % 2 else "dee", 1_000, at="2026-11-10T10:00:00Z") for n in range(40)]
    record(business=business, source="till", raws=tickets, now=NOW)

    def settler() -> int:
        return sum(settle(business=business, now=NOW, limit=5) for _ in range(8))

    def merger() -> object:
        data = {"from": ann.public_id, "into": dee.public_id}
        return submit(business=business, type="contact.merged", data=data, actor="usr_1", now=NOW).state

    told = at_once(settler, settler, merger)
    assert told[2] == State.SETTLED
    assert Event.objects.exclude(state=State.SETTLED).count() == 0
    assert pending_and_usable(business, dee, Kind.POINTS, "points") == (0, 40 * 20)
    assert pending_and_usable(business, dee, Kind.CREDIT, "USD") == (0, 4_000)
    assert pending_and_usable(business, ann, Kind.POINTS, "points") == (0, 0)
    assert not Reward.objects.exclude(holder=dee).exclude(rule="welcome").exists()
    assert checking.faults() == []


def test_a_batch_settled_now_and_the_worker_meet_and_settle_each_event_once() -> None:
    business = fern()
    tell(business, [saved("ann")])
    raws = [closed(f"t{n}", "ann", 1_000, at="2026-11-10T10:00:00Z") for n in range(30)]
    told = record(business=business, source="till", raws=raws, now=NOW)
    ids = [one.event for one in told if one.event is not None]
    before = entries(business)
    works: list[Callable[[], object]] = [lambda: settle(business=business, now=NOW, events=ids)] * 3
    works += [lambda: settle(business=business, now=NOW, limit=7)] * 3
    assert sum(n for n in at_once(*works) if isinstance(n, int)) == 30
    assert entries(business) - before == 30 == Reward.objects.count()
    assert Entry.objects.values("key").distinct().count() == Entry.objects.count()
    assert pending_and_usable(business, contact(business, "ann"), Kind.POINTS, "points") == (0, 600)


def test_recording_goes_on_while_the_settle_lock_is_held() -> None:
    """A long batch of the worker never keeps a sender waiting."""
    from django.db import transaction

    from goodword.flow.settle import hold

    business = fern()
    held, release = Flag(), Flag()

    def holder() -> datetime:
        with transaction.atomic():
            hold(business)
            held.set()
            assert release.wait(timeout=30)
        return NOW

    def sender() -> str:
        assert held.wait(timeout=30)
        try:
            late = (NOW + timedelta(minutes=1)).isoformat()
            return record(business=business, source="till", raws=[job("j", "bob", "paid", at=late)], now=NOW)[0].status
        finally:
            release.set()

    assert at_once(holder, sender) == [NOW, "recorded"]
