"""Live through a story: publish, record, settle two at a time, and demand the backtest's awards to the unit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from goodword.backtest.runner import Award, Backtest
from goodword.business.models import Business, Setting
from goodword.engine.durations import spell
from goodword.engine.programme import dump
from goodword.flow.publish import publish
from goodword.flow.record import record
from goodword.flow.settle import settle
from goodword.inbox.models import Decision, Event, State
from goodword.ledger import checking
from goodword.ledger.opening import open_book
from goodword.people.models import Contact
from tests.backtest.stories import Story

BEFORE, NOW = datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)


def demand_the_same_live(story: Story, told: Backtest) -> None:
    """Fail when a live business, given the same events, gives anything else, or when its books do not hold."""
    business = _business(story)
    for programme in story.programmes:
        publish(business=business, text=dump(programme), actor="test", now=BEFORE)
    raws = sorted(story.raws, key=lambda raw: raw["time"])  # of two contents under one name the earlier is recorded
    record(business=business, source="till", raws=raws, now=NOW)
    while settle(business=business, now=NOW, limit=2):
        pass
    stuck = Event.objects.filter(business=business).exclude(state=State.SETTLED)
    assert not stuck.exists(), list(stuck.values_list("type", "error"))
    assert _lines(_awards(business)) == _lines(told.awards())
    assert checking.faults() == []


def _business(story: Story) -> Business:
    settings, number = story.settings, Business.objects.count()
    business = Business.objects.create(
        public_id=f"bus_{number}", slug=f"b{number}", name="Story", currency=settings.currency,
        timezone=settings.zone.key, country=settings.country or "",
    )  # fmt: skip
    open_book(business=business.pk)
    Setting.objects.create(business=business, key="household", value=settings.household, since=BEFORE)
    Setting.objects.create(business=business, key="points_hold", value=spell(settings.points_hold), since=BEFORE)
    return business


def _awards(business: Business) -> list[Award]:
    leads = {c.public_id: c.phone or c.email for c in Contact.objects.filter(business=business)}
    rows = Decision.objects.filter(business=business, kind__in=["granted", "reversed"]).select_related("event")
    return [_award(row, leads) for row in rows]


def _award(row: Decision, leads: dict[str, str | None]) -> Award:
    """Read an award from a stored decision; a lead has our id live, and its phone or e-mail in a backtest."""
    told: dict[str, Any] = {f: row.trace[f] for f in Award.__struct_fields__ if f in row.trace}
    action = "grant" if row.kind == "granted" else "reverse"
    holder = leads.get(told["holder"]) or told["holder"]
    return msgspec.convert({**told, "action": action, "event": row.event.external_id, "holder": holder}, Award)


def _lines(awards: list[Award]) -> list[bytes]:
    return sorted(msgspec.json.encode(award) for award in awards)
