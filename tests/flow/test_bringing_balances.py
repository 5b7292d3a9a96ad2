"""Opening balances: they come out of ``opening``, say why they are there, and go back as far as they are there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodword.business.models import Business
from goodword.errors import Invalid, Refused
from goodword.flow.clock import lapse
from goodword.flow.record import record
from goodword.flow.settle import settle
from goodword.flow.submit import submit
from goodword.inbox.models import Decision, Event
from goodword.ledger import checking, reading, statements
from goodword.ledger.chart import Kind
from goodword.ledger.opening import book_of
from goodword.people.models import Contact, WalletOwner
from goodword.web.api.decisions import of_events
from tests.flow.story import NOW, closed, contact, fern, pending_and_usable, saved, tell
from tests.flow.test_races import at_once
from tests.ledger.cast import trial_of

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def bring(
    business: Business, who: Contact, units: Any, *, asset: str = "points", ago: timedelta = DAY, **more: Any
) -> Event:
    data = {"contact": who.public_id, "asset": asset, "units": units, **more}
    return submit(business=business, type="balance.brought", data=data, actor="user:o", now=NOW, at=NOW - ago)


def take_back(business: Business, brought: Event) -> dict[str, Any]:
    data = {"balance": brought.public_id, "reason": "import 3 undone"}
    at = brought.time + timedelta(microseconds=1)
    row = submit(business=business, type="balance.taken_back", data=data, actor="user:o", now=NOW, at=at)
    return dict(Decision.objects.get(event=row).trace)


def spending(name: str, units: int) -> dict[str, Any]:
    return closed(name, "bob", 100_000, at=NOW.isoformat(), tenders=[{"type": "points", "amount": units}])


@pytest.fixture
def business(transactional_db: None) -> Business:
    opened = fern()
    tell(opened, [saved("bob")])
    return opened


@pytest.mark.requirement("R26")
def test_a_balance_stands_from_its_day_on_and_says_why_it_is_there(business: Business) -> None:
    bob = contact(business, "bob")
    brought = bring(business, bob, 500, **{"import": 3})
    assert pending_and_usable(business, bob, Kind.POINTS, "points") == (0, 500)
    book, wallets = book_of(business=business.pk), list(WalletOwner.objects.values_list("wallet", flat=True))
    held = {"book": book, "wallets": wallets, "currency": "USD", "now": NOW}
    assert reading.balances(at=NOW - 2 * DAY, **held).held == {}
    assert reading.balances(at=NOW - DAY, **held).of(Kind.POINTS, "points").redeemable == 500
    assert trial_of(book) == {(Kind.POINTS, "points"): 500, (Kind.OPENING, "points"): -500}
    (decision,) = of_events(business=business, events=[brought.pk])[brought.pk]
    assert decision["sentence"] == "Bob brought 500 points along (import 3)."
    (line,) = statements.statement(book=book, wallets=wallets).lines
    assert (line.recipe, line.cause, line.change) == ("bring", "import 3", 500)


def test_credit_is_of_the_business_own_currency_and_nothing_that_makes_no_sense_is_taken(business: Business) -> None:
    bob = contact(business, "bob")
    bring(business, bob, 2500, asset="USD", expires_at=(NOW + DAY).isoformat())
    wrong: list[tuple[dict[str, Any], type[Refused], str]] = [
        ({"asset": "EUR", "units": 5}, Invalid, "wrong_currency"),
        ({"asset": "right", "units": 1}, Invalid, "wrong_currency"),
        ({"units": 0}, Invalid, "invalid_event"),
        ({"units": -5}, Invalid, "invalid_event"),
        ({"units": "5"}, Invalid, "invalid_event"),
        ({"units": 10**16}, Invalid, "amount_out_of_range"),
        ({"units": 5, "expires_at": "soon"}, Invalid, "invalid_event"),
        ({"units": 5, "expires_at": "2027-01-01T00:00:00"}, Invalid, "invalid_event"),
        ({"units": 5, "expires_at": (NOW - 2 * DAY).isoformat()}, Refused, "already_expired"),
        ({"units": 5, "ago": -DAY}, Invalid, "time_in_future"),
    ]
    for told, kind, code in wrong:
        with pytest.raises(kind if kind is not Invalid else Refused) as refusal:
            bring(business, bob, **{"units": 1, **told})
        assert refusal.value.code == code
    with pytest.raises(Refused) as nobody:
        submit(business=business, type="balance.brought", data={"contact": "con_x", "asset": "points", "units": 1},
               actor="user:o", now=NOW)  # fmt: skip
    assert nobody.value.code == "contact_not_found"
    assert trial_of(book_of(business=business.pk)) == {(Kind.CREDIT, "USD"): 2500, (Kind.OPENING, "USD"): -2500}


def test_what_was_spent_stays_spent_and_what_is_left_goes_back_as_if_it_had_never_been(business: Business) -> None:
    bob = contact(business, "bob")
    brought = bring(business, bob, 500)
    bring(business, bob, 70)
    tell(business, [spending("T1", 200)])
    told = take_back(business, brought)
    assert (told["taken"], told["missing"]) == (300, 200)
    assert pending_and_usable(business, bob, Kind.POINTS, "points")[1] == 70  # the other balance makes up for nothing
    with pytest.raises(Refused) as refusal:
        take_back(business, brought)
    assert refusal.value.code == "already_taken_back"
    moss = fern("moss")
    with pytest.raises(Refused) as elsewhere:
        take_back(moss, brought)
    assert elsewhere.value.code == "balance_not_found"
    assert checking.faults() == []


def test_what_has_lapsed_goes_back_too_and_lapses_no_more(business: Business) -> None:
    bob = contact(business, "bob")
    brought = bring(business, bob, 40, ago=9 * DAY, expires_at=(NOW - DAY).isoformat())
    assert lapse(business=business, now=NOW) == 1
    assert take_back(business, brought)["taken"] == 40
    assert trial_of(book_of(business=business.pk)) == {}
    assert lapse(business=business, now=NOW) == 0
    assert checking.faults() == []


class _Back(Exception):
    pass


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=20)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["bring", "spend", "back"]), st.integers(1, 900), st.integers(0, 5)), max_size=8
    )
)
@pytest.mark.django_db
def test_whatever_is_brought_spent_and_taken_back_the_books_hold(
    business: Business, steps: list[tuple[str, int, int]]
) -> None:
    bob, book = contact(business, "bob"), book_of(business=business.pk)
    try:
        with transaction.atomic():
            brought: list[Event] = []
            gone: set[int] = set()
            left = spent = 0
            for number, (what, units, pick) in enumerate(steps):
                if what == "bring":
                    brought.append(bring(business, bob, units, ago=(pick + 1) * DAY))
                    left += units
                elif what == "spend":
                    raw = spending(f"S{number}", units)
                    submit(
                        business=business,
                        type=raw["type"],
                        data=raw["data"],
                        actor="x",
                        now=NOW,
                        source="till",
                        key=raw["id"],
                    )
                    spent, left = spent + min(units, left), left - min(units, left)
                elif brought and (chosen := brought[pick % len(brought)]).pk not in gone:
                    told = take_back(business, chosen)
                    assert told["taken"] + told["missing"] == told["units"]
                    gone.add(chosen.pk)
                    left -= told["taken"]
                assert pending_and_usable(business, bob, Kind.POINTS, "points")[1] == left
            trial = trial_of(book)
            assert trial.get((Kind.OPENING, "points"), 0) == -(left + spent)
            assert checking.faults() == []
            raise _Back
    except _Back:
        pass


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor == "sqlite", reason="means something on PostgreSQL only")
@pytest.mark.django_db(transaction=True)
def test_an_undo_and_a_redemption_at_once_never_spend_the_same_points_twice(business: Business) -> None:
    bob = contact(business, "bob")
    for turn in range(5):
        brought = bring(business, bob, 500, ago=timedelta(minutes=10 - turn))
        record(business=business, source="till", raws=[spending(f"R{turn}", 400)], now=NOW)
        answers = at_once(lambda b=brought: take_back(business, b), lambda: settle(business=business, now=NOW))
        told = next(each for each in answers if isinstance(each, dict))
        assert (told["taken"], told["missing"]) in ((500, 0), (100, 400))
        assert pending_and_usable(business, bob, Kind.POINTS, "points")[1] == 0
        assert checking.faults() == []
