"""What is brought twice, at once or after an undoing, is there once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from goodword.business.models import Business
from goodword.errors import Conflict
from goodword.flow import bringing_begun, bringing_work
from goodword.flow.bringing import Paused, begin, begin_check, carry_on, run, stop, undo
from goodword.flow.bringing_upload import discard
from goodword.inbox.models import Import
from goodword.ledger.chart import Kind
from goodword.ledger.checking import faults as faults_of_the_books
from tests.flow.story import NOW, closed, fern, pending_and_usable, tell
from tests.flow.test_bringing import CUSTOMERS, RECEIPTS, bring, brought, faults, ticking, who
from tests.flow.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = "Customer ID,Points,Credit\nC1,500,25.00\nC2,40,\n"


@pytest.fixture
def business(settings: Any, tmp_path: Path) -> Business:
    settings.DATA = tmp_path
    made = fern()
    brought(made, CUSTOMERS, kind="customers")
    return made


def points(business: Business, name: str = "C1") -> int:
    return pending_and_usable(business, who(business, name), Kind.POINTS, "points")[1]


def test_balances_that_another_import_brought_after_they_were_read_are_known(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, other = bring(business, TABLE, kind="balances"), bring(business, TABLE + "\n", kind="balances")
    batches = bringing_work.Work._batches

    def overtaken(work: Any, *, skip: int = 0) -> Iterator[Any]:
        for batch in batches(work, skip=skip):
            if work.import_.pk == first.pk and other.state == "draft":
                run(other, actor="user:ann", clock=ticking)
            yield batch

    monkeypatch.setattr(bringing_work.Work, "_batches", overtaken)
    first = run(first, actor="user:ann", clock=ticking)
    assert (other.state, other.stored_rows, other.points_booked) == ("done", 2, 540)
    assert (first.state, first.rows, first.stored_rows, first.known_rows, first.points_in) == ("done", 2, 0, 2, 0)
    assert faults(first) == []
    assert (points(business), points(business, "C2")) == (500, 40)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor == "sqlite", reason="means something on PostgreSQL only")
def test_two_imports_of_the_same_balances_at_once_bring_them_once(business: Business) -> None:
    for turn in range(3):
        units = 100 + turn
        table = f"Customer ID,Points\nC{turn + 1},{units}\n"
        both = [bring(business, table + "\n" * more, kind="balances") for more in range(3)]
        at_once(*[lambda each=each: run(Import.objects.get(pk=each.pk), actor="u", clock=ticking) for each in both])
        counts = sorted(Import.objects.filter(pk__in=[e.pk for e in both]).values_list("stored_rows", "known_rows"))
        assert counts == [(0, 1), (0, 1), (1, 0)]
        assert points(business, f"C{turn + 1}") == units
    assert faults_of_the_books() == []


def test_a_stop_between_two_batches_knows_what_was_stored_and_the_number_is_never_given_again(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = begin(bring(business, RECEIPTS, kind="receipts"), actor="user:ann", now=NOW)
    find = bringing_begun.find_import

    def one_batch_later(*, business: Business, number: object) -> Import:
        found = find(business=business, number=number)

        def pause(import_: Import) -> None:
            raise Paused

        monkeypatch.setattr(bringing_begun, "find_import", find)
        with pytest.raises(Paused):
            carry_on(Import.objects.get(pk=begun.pk), clock=ticking, told=pause)
        return found

    monkeypatch.setattr(bringing_begun, "find_import", one_batch_later)
    stop(begun, actor="user:ann", now=NOW)
    assert (begun.state, begun.code, begun.position, begun.rows) == ("failed", "stopped", 2, 3)
    with pytest.raises(Conflict, match="has begun"):
        discard(begun)
    with pytest.raises(Conflict, match="has begun"):
        begin_check(begun, now=NOW)
    done = run(begun, actor="user:ann", clock=ticking)
    assert (done.state, done.stored_rows, done.money_booked) == ("done", 3, 23760)


def test_events_without_their_rows_position_keep_an_import_and_its_number(business: Business) -> None:
    done = brought(business, RECEIPTS, kind="receipts")
    Import.objects.filter(pk=done.pk).update(state="failed", position=0)
    done.refresh_from_db()
    with pytest.raises(Conflict, match="has begun"):
        discard(done)
    never = bring(business, RECEIPTS, kind="receipts")
    begin(never, actor="user:ann", now=NOW)
    stop(never, actor="user:ann", now=NOW)
    discard(never)  # nothing was recorded, but the log speaks of its number
    assert bring(business, RECEIPTS, kind="receipts").number == never.number + 1


def spend(business: Business, name: str, units: int) -> None:
    raw = closed(f"S{units}", None, 100_000, at=NOW.isoformat(), tenders=[{"type": "points", "amount": units}])
    raw["data"]["ticket"]["contact"] = {"source": "import", "external_id": name}
    tell(business, [raw])


def test_of_a_balance_that_was_undone_only_what_could_be_taken_back_is_brought_again(business: Business) -> None:
    first = brought(business, TABLE, kind="balances")
    spend(business, "C1", 300)
    spend(business, "C2", 40)
    undo(first, actor="user:ann", clock=ticking)
    again = brought(business, TABLE, kind="balances")
    assert (again.stored_rows, again.known_rows, again.points_in, again.points_booked) == (1, 1, 200, 200)
    assert (again.money_in, again.money_booked) == (2500, 2500)
    assert (points(business), points(business, "C2")) == (200, 0)
    assert brought(business, TABLE, kind="balances").known_rows == 2
    spend(business, "C1", 50)
    undo(again, actor="user:ann", clock=ticking)
    assert points(business) == 0
    third = brought(business, TABLE, kind="balances")
    assert (third.points_booked, points(business)) == (150, 150)
    other = brought(business, "Customer ID,Points\nC1,900\nC2,30\n", kind="balances")
    assert faults(other) == [(1, "customer_id", "known_differently"), (2, "customer_id", "known_differently")]
    assert faults_of_the_books() == []
