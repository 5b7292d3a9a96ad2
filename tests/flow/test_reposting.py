"""The stored decisions posted again on paper: the books say the same, or the event is named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from goodword.business.models import Business
from goodword.flow import reposting
from goodword.inbox.models import Decision, Event
from goodword.ledger import checking, seal
from goodword.ledger.models import Entry, Transfer  # the test changes what the ledger keeps
from tests.flow.story import NOW, closed, saved, tell
from tests.worker.test_redeciding import lived, opened

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def business(settings: Any, tmp_path: Path) -> Business:
    settings.DATA = tmp_path
    return opened("fern")


@pytest.fixture
def now() -> Callable[[], datetime]:
    """Tell the time, a little later each time."""
    ticks = count(1)
    return lambda: NOW + timedelta(seconds=next(ticks))


def a_sale(business: Business) -> Event:
    tell(business, [saved("ann"), closed("T1", "ann", 9_000, at="2026-11-06T10:00:00Z")])
    return Event.objects.get(external_id="close-T1")


def test_all_that_stands_in_the_books_was_decided_and_all_that_was_decided_stands_there(
    business: Business, now: Callable[[], datetime]
) -> None:
    lived(business, now)
    heard: list[int] = []
    assert reposting.faults(business, told=heard.append) == []
    assert heard[-1] == Event.objects.filter(business=business).count()
    assert checking.faults() == []


def test_a_transfer_that_was_changed_is_found_though_its_running_totals_were_changed_along(business: Business) -> None:
    event = a_sale(business)
    with seal.lifted(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_transfer SET units = 200")
        cursor.execute("UPDATE ledger_account SET credits = 200 WHERE credits > 0")
    assert checking.faults() == []
    entry, lot = Entry.objects.get(), Transfer.objects.get().credit_id
    assert reposting.faults(business) == [
        f"Event {event.public_id} (ticket.closed till close-T1): decided were 180 units from expense to lot {lot},"
        f" in the books stand 200 (entries {entry.id})."
    ]


def test_a_decision_that_was_changed_is_found(business: Business) -> None:
    a_sale(business)
    row = Decision.objects.get(kind="granted")
    Decision.objects.filter(pk=row.pk).update(trace={**row.trace, "units": 1})
    (line,) = reposting.faults(business)
    assert "decided were 1 units from expense" in line
    assert "in the books stand 180" in line


def test_an_entry_that_nobody_decided_is_found(business: Business) -> None:
    a_sale(business)
    Decision.objects.all().delete()
    (line,) = reposting.faults(business)
    assert "decided were 0 units from expense" in line


def test_a_decision_without_its_entry_is_found(business: Business) -> None:
    event = a_sale(business)
    with seal.lifted():
        Transfer.objects.all().delete()
    assert reposting.faults(business) == [
        f"Event {event.public_id} (ticket.closed till close-T1): decided were 180 units from expense to a lot that is"
        " not there, in the books stand 0 (entries none)."
    ]


def test_an_entry_of_no_event_of_the_business_is_found(business: Business) -> None:
    a_sale(business)
    entry = Entry.objects.get()
    with seal.lifted():
        Entry.objects.update(event_id=None)
    assert f"Entry {entry.id} has no event: nothing says why value moved." in reposting.faults(business)


def test_a_lot_that_was_below_zero_on_the_way_is_found(business: Business) -> None:
    a_sale(business)
    spent = closed("T2", "ann", 900_000, at="2026-11-09T10:00:00Z", tenders=[{"type": "points", "amount": 100}])
    tell(business, [spent])
    entries = list(Entry.objects.order_by("id"))
    assert [entry.recipe for entry in entries] == ["grant", "spend", "grant"]
    with seal.lifted():  # as if it had been spent before it was given
        Transfer.objects.filter(entry=entries[0]).update(entry=entries[2])
    assert [line for line in checking.faults() if "was below zero after entry" in line] == [
        f"Account {Transfer.objects.order_by('id')[0].credit_id} of book {entries[0].book_id} was below zero after"
        f" entry {entries[1].id}, by 100 units: posted again in order it is refused."
    ]
