"""Killed at random while sixteen clients send: every event counts once, and every cent is where it belongs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.soak.proving import soak


def database_of(vendor: str) -> str:
    return "postgres" if vendor == "postgresql" else vendor


def test_under_fire_nothing_is_lost_and_nothing_is_doubled(database_vendor: str, tmp_path: Path) -> None:
    report = soak(
        tmp_path, database=database_of(database_vendor), operations=250, clients=8, seed=3, seconds=240,
        kills=4, kill_every=(0.5, 1.5),
    )  # fmt: skip
    print(report)
    assert report.faults == []
    counts = report.counts
    assert counts["operations"] >= 250
    assert sum(number for name, number in counts.items() if name.startswith("kills of ")) >= 4
    assert min(counts[name] for name in ("customers compared", "events duplicate", "commands")) > 0
    assert counts["events decided again"] > 0
    assert (
        min(
            counts[name]
            for name in ("cards compared", "cards: redeemed", "cards: redeemed, refused: insufficient_balance")
        )
        > 0
    )


@pytest.mark.soak
def test_under_long_fire_nothing_is_lost_and_nothing_is_doubled(database_vendor: str, tmp_path: Path) -> None:
    operations = int(os.environ.get("GOODWORD_TEST_OPERATIONS", "100000"))
    report = soak(
        tmp_path, database=database_of(database_vendor), operations=operations, clients=16, seed=7, seconds=3 * 3600
    )
    print(report)
    assert report.faults == []
    assert report.counts["operations"] >= operations
