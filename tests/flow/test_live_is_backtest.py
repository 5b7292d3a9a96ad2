"""Backtest = live, to the unit: the promise that keeps the engine honest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from goodword.business.models import Business
from goodword.flow.publish import publish
from goodword.flow.record import record
from goodword.flow.settle import settle
from goodword.inbox.models import Decision, Event, State
from goodword.ledger import checking
from goodword.ledger.opening import book_of, open_book
from goodword.ledger.trial import trial_balance
from tests.engine.test_history_properties import backtest
from tests.histories import PROGRAMMES, histories

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def a_business(slug: str) -> Business:
    business = Business.objects.create(
        public_id=f"bus_{slug}", slug=slug, name=slug.title(), currency="USD", timezone="America/Denver", country="US"
    )
    open_book(business=business.pk)
    return business


def settle_all(business: Business, *, steps: list[int]) -> None:
    """Settle in order, in batches of these sizes and then of 100."""
    sizes = iter([*steps, *([100] * 50)])
    while settle(business=business, now=NOW, limit=next(sizes)):
        pass


def live_awards(business: Business) -> list[dict[str, Any]]:
    rows = []
    for decision in Decision.objects.filter(business=business, kind__in=["granted", "reversed"]).select_related(
        "event"
    ):
        trace = decision.trace
        rows.append(
            {
                "action": "grant" if decision.kind == "granted" else "reverse",
                "event": decision.event.external_id,
                **{k: trace[k] for k in ("rule", "to", "holder", "kind", "asset", "units", "nth", "cut", "review")},
                "available_at": datetime.fromisoformat(trace["available_at"]),
                "expires_at": datetime.fromisoformat(trace["expires_at"]) if trace["expires_at"] else None,
                "at": decision.event.time,
            }
        )
    return sorted(rows, key=lambda r: (r["at"], r["rule"], r["holder"]))


class LiveIsBacktest(TestCase):
    @given(histories(), st.sampled_from(PROGRAMMES), st.lists(st.integers(1, 7), max_size=6))
    def test_live_gives_what_the_backtest_gives(
        self, raws: list[dict[str, Any]], document: str, steps: list[int]
    ) -> None:
        business = a_business("fern")
        publish(business=business, text=document, actor="test", now=NOW)
        distinct = list({(r["source"], r["id"]): r for r in raws}.values())
        recorded = record(business=business, source="till", raws=raws, now=NOW)
        assert {r.status for r in recorded} <= {"recorded", "duplicate", "conflict"}
        settle_all(business, steps=steps)
        stuck = Event.objects.filter(business=business).exclude(state=State.SETTLED)
        assert not stuck.exists(), list(stuck.values_list("type", "error"))
        first = {(r["source"], r["id"]): r for r in reversed(raws)}
        wanted = [
            {**{f: getattr(award, f) for f in award.__struct_fields__}, "at": at}
            for at, award in sorted(
                backtest(document, list(first.values())).rows, key=lambda r: (r[0], r[1].rule, r[1].holder)
            )
        ]
        assert len(distinct) == len(first)
        key = lambda r: (r["at"], r["rule"], r["holder"], r["action"], r["event"], r["units"])  # noqa: E731 - a sort key
        assert sorted(live_awards(business), key=key) == sorted(wanted, key=key)
        assert checking.faults() == []
        sums: dict[str, int] = {}
        for line in trial_balance(book=book_of(business=business.pk)):
            sums[line.asset] = sums.get(line.asset, 0) + line.debits - line.credits
        assert not any(sums.values())


@pytest.mark.django_db
def test_another_business_sees_nothing_of_it() -> None:
    ours, theirs = a_business("fern"), a_business("moss")
    publish(business=ours, text=PROGRAMMES[0], actor="test", now=NOW)
    publish(business=theirs, text=PROGRAMMES[0], actor="test", now=NOW)
    event = {
        "id": "1",
        "type": "contact.saved",
        "time": "2026-03-02T10:00:00Z",
        "data": {"contact": {"external_id": "ann"}},
    }
    record(business=ours, source="till", raws=[event], now=NOW)
    assert settle(business=theirs, now=NOW) == 0
    assert settle(business=ours, now=NOW) == 1
    assert not Decision.objects.filter(business=theirs).exists()
    assert not theirs.contacts.exists()
