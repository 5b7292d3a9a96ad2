"""Properties of the fold: the same history, the same decisions; nothing out of thin air."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from goodword.backtest.runner import read_events, run
from goodword.engine.programme import parse
from goodword.engine.world import Settings
from tests.histories import PROGRAMMES, histories

SETTINGS = Settings(zone=ZoneInfo("America/Denver"), currency="USD", country="US")


def backtest(document: str, raws: list[dict[str, Any]]) -> Any:
    events = list(read_events([msgspec.json.encode(raw) for raw in raws], currency="USD"))
    return run(parse(document), events, SETTINGS)


@given(histories(), st.sampled_from(PROGRAMMES))
def test_the_same_history_gives_the_same_awards_in_whatever_order_it_comes(
    raws: list[dict[str, Any]], document: str
) -> None:
    distinct = {(r["source"], r["id"]): r for r in raws}.values()
    once = backtest(document, list(distinct))
    again = backtest(document, sorted(distinct, key=str))
    assert once.awards() == again.awards()
    assert once.refused == again.refused


@given(histories(), st.sampled_from(PROGRAMMES))
def test_no_grant_is_zero_and_no_reversal_exceeds_what_was_granted(raws: list[dict[str, Any]], document: str) -> None:
    found = backtest(document, raws)
    assert all(row.units > 0 for row in found.awards())
    for rule, assets in found.summary()["totals"].items():
        assert all(units >= 0 for units in assets.values()), rule


@given(histories(), st.sampled_from(PROGRAMMES))
def test_nobody_earns_as_their_own_referrer(raws: list[dict[str, Any]], document: str) -> None:
    for raw in raws:
        contact = raw["data"].get("contact")
        if isinstance(contact, dict) and "referred_by" in contact:
            contact["referred_by"] = {"contact": contact["external_id"]}
    kept = [raw for raw in raws if raw["type"] != "contact.merged"]
    assert not [row for row in backtest(document, kept).awards() if row.to != "customer"]
