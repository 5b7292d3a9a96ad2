"""Statements: what was booked on a wallet, line by line, from one balance to the other."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goodword.ledger import reading, recipes, statements
from goodword.ledger.chart import Kind
from goodword.ledger.lots import Portion
from tests.ledger.cast import DAY, NOON, Cast, cause, give, new_lot, post

pytestmark = pytest.mark.django_db
HELD = (Kind.CREDIT, "GBP")


def owed(cast: Cast, *, at: datetime | None = None) -> dict[str, int]:
    return reading.balances(book=cast.book, wallets=[cast.ann], currency="GBP", now=NOON, at=at).owed


def test_a_statement_runs_from_its_opening_balance_line_by_line_to_its_closing_one(cast: Cast) -> None:
    first = give(cast, "g1", 500)
    second = give(cast, "g2", 100, at=NOON + DAY)
    both = [Portion(first, 500), Portion(second, 20)]
    post(cast.book, recipes.spend(cause=cause("s", NOON + 2 * DAY, event=77), portions=both, asset="GBP"))
    heir = new_lot(cast.ann, expires=NOON + 99 * DAY)
    post(cast.book, recipes.move_to_heir(cause=cause("x", NOON + 3 * DAY), lot=second, units=80, heir=heir))
    post(cast.book, recipes.owe(cause=cause("o", NOON + 4 * DAY), wallet=cast.ann, units=30, asset="GBP"))
    give(cast, "bob", 1, wallet=cast.bob, at=NOON + DAY)
    with CaptureQueriesContext(connection) as seen:
        found = statements.statement(book=cast.book, wallets=[cast.ann], start=NOON + DAY, end=NOON + 5 * DAY)
    assert len(seen) == 2
    assert found.opening == {HELD: 500}
    assert [(line.recipe, line.event_id, line.kind, line.change, line.balance) for line in found.lines] == [
        ("grant", None, Kind.CREDIT, 100, 600),
        ("spend", 77, Kind.CREDIT, -520, 80),
        ("move_to_heir", None, Kind.CREDIT, 0, 80),
        ("owe", None, Kind.OWED, 30, 30),
    ]
    assert found.closing == {HELD: 80, (Kind.OWED, "GBP"): 30}
    assert found.lines[1].booked_at == NOON + 2 * DAY
    ended = statements.statement(book=cast.book, wallets=[cast.ann], end=NOON + DAY)
    assert [line.change for line in ended.lines] == [500]


def test_a_statement_shows_a_debt_made_and_settled(cast: Cast) -> None:
    post(cast.book, recipes.owe(cause=cause("o"), wallet=cast.ann, units=30, asset="GBP"))
    grant = recipes.grant(cause=cause("g", NOON + DAY), lot=new_lot(cast.ann), units=100, owed=20)
    post(cast.book, grant)
    found = statements.statement(book=cast.book, wallets=[cast.ann])
    assert [(line.recipe, line.kind, line.change, line.balance) for line in found.lines] == [
        ("owe", Kind.OWED, 30, 30),
        ("grant", Kind.CREDIT, 80, 80),
        ("grant", Kind.OWED, -20, 10),
    ]
    assert owed(cast) == {"GBP": 10}
    assert owed(cast, at=NOON) == {"GBP": 30}
