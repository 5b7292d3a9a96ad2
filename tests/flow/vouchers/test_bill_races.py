"""Many tills pay one ticket with many vouchers at once, on PostgreSQL: never more than it comes to."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from goodword.business.models import Business
from goodword.flow.record import record
from goodword.flow.settle import settle
from goodword.flow.vouchers import ticket_locks
from goodword.inbox.models import Event
from goodword.vouchers.models import Redemption, Voucher
from tests.flow.story import closed
from tests.flow.test_races import at_once
from tests.flow.vouchers.cast import balance, books_hold, sell
from tests.flow.vouchers.test_races import business, clerk, key, now
from tests.flow.vouchers.test_tender_races import iso
from tests.flow.vouchers.test_tendering import problems, tender

__all__ = ["business", "key"]  # fixtures
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def till(key: str, voucher: Voucher, amount: int, request: str, *, ticket: str, total: int | None = 1000) -> str:
    """Redeem for a ticket as a till does, over HTTP; return what came of it."""
    named: dict[str, Any] = {"external_id": ticket}
    named |= {"total": {"amount": total, "currency": "USD"}} if total is not None else {}
    answer: Any = Client(raise_request_exception=False).post(
        f"/api/v1/vouchers/{voucher.serial}/redeem",
        json.dumps({"amount": {"amount": amount, "currency": "USD"}, "ticket": named}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": request},
    )  # fmt: skip
    return "done" if answer.status_code == 200 else str(answer.json()["code"])


def paid(ticket: str) -> int:
    """Return what vouchers have paid of a ticket."""
    return sum(row.units - row.returned for row in Redemption.objects.filter(ticket_name=ticket))


def test_two_tills_with_two_vouchers_pay_a_ticket_once(business: Business, key: str) -> None:
    for turn in range(8):
        one, two = sell(business, 1000, now=now()), sell(business, 1000, now=now())
        told = at_once(*(partial(till, key, v, 1000, f"{v.serial}", ticket=f"T{turn}") for v in (one, two)))
        assert sorted(told) == ["done", "exceeds_ticket"]
        assert (paid(f"T{turn}"), balance(one) + balance(two)) == (1000, 1000)
    books_hold(business)


def test_many_tills_and_clerks_pay_one_ticket_up_to_its_total(business: Business, key: str) -> None:
    cards = [sell(business, 1000, now=now()) for _ in range(8)]
    ticket = {"source": "till-1", "external_id": "T1", "total": 1000}
    at_till = [partial(till, key, card, 150, card.serial, ticket="T1") for card in cards[:6]]
    twice = [partial(till, key, cards[0], 150, f"again-{n}", ticket="T1") for n in range(3)]  # one card, a group
    at_desk = [
        partial(clerk, business, "redeemed", voucher=card.public_id, amount=150, ticket=ticket) for card in cards[6:]
    ]
    told = Counter(at_once(*at_till, *at_desk, *twice))
    assert told == {"done": 6, "exceeds_ticket": 5}
    assert (paid("T1"), sum(balance(card) for card in cards)) == (900, 7100)
    assert Event.objects.filter(type="voucher.redeemed", code="exceeds_ticket").count() == 5
    books_hold(business)


def test_other_tickets_of_one_card_do_not_wait_for_each_other_and_take_what_is_theirs(
    business: Business, key: str
) -> None:
    card = sell(business, 1000, now=now())
    told = at_once(*(partial(till, key, card, 100, f"r{n}", ticket=f"T{n}", total=100) for n in range(12)))
    assert Counter(told) == {"done": 10, "insufficient_balance": 2}
    assert balance(card) == 0
    books_hold(business)


def test_a_till_that_tells_no_total_pays_no_more_than_a_colleague_told(business: Business, key: str) -> None:
    one, two = sell(business, 1000, now=now()), sell(business, 1000, now=now())
    assert till(key, one, 600, "first", ticket="T1") == "done"
    told = at_once(*(partial(till, key, two, 300, f"r{n}", ticket="T1", total=None) for n in range(4)))
    assert Counter(told) == {"done": 1, "exceeds_ticket": 3}
    assert paid("T1") == 900


def test_a_ticket_that_closes_meanwhile_is_never_overpaid_without_a_word(business: Business, key: str) -> None:
    for turn in range(10):
        one, two = sell(business, 1000, now=now()), sell(business, 1000, now=now())
        tenders = [tender(one, 700)] if turn % 2 else [{"type": "cash", "amount": 700}]
        raw = closed(f"T{turn}", None, 700, at=iso(), tenders=tenders)
        told = at_once(
            settled_of_a_till(business, raw), partial(till, key, two, 800, f"r{turn}", ticket=f"T{turn}", total=None)
        )
        over = [facts["units"] for codes, facts in problems(business) if facts["ticket"] == f"T{turn}"]
        assert told[1] in ("done", "exceeds_ticket")
        assert over == ([paid(f"T{turn}") - 700] if told[1] == "done" else [])
    books_hold(business)


def settled_of_a_till(business: Business, raw: dict[str, Any]) -> Any:
    """Record an event of the till's own source; what is returned settles it."""
    (one,) = record(business=business, source="till-1", raws=[raw], now=now())
    assert one.status == "recorded"
    return lambda: settle(business=business, now=now())


def test_a_till_does_not_wait_for_a_ticket_of_the_same_number_of_another_system(business: Business, key: str) -> None:
    one = sell(business, 1000, now=now())
    with transaction.atomic():
        ticket_locks.lock(business, [("till-1", "T1"), ("web", "T2")])
        (told,) = at_once(partial(till, key, one, 100, "other", ticket="T2", total=100))
        assert told == "done"
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database ="
                " (SELECT oid FROM pg_database WHERE datname = current_database())"  # other tests run beside this one
            )
            assert cursor.fetchone() == (2,)


def test_clerks_and_tills_at_one_card_and_one_ticket_take_their_turns_in_the_order_of_their_times(
    business: Business, key: str
) -> None:
    card = sell(business, 1000, now=now())
    ticket = {"source": "till-1", "external_id": "T1", "total": 900}
    tills = [partial(till, key, card, 100, f"r{n}", ticket="T1", total=900) for n in range(6)]
    desk = partial(clerk, business, "redeemed", voucher=card.public_id, amount=100, ticket=ticket)
    told = Counter(at_once(*tills[:3], *[desk] * 6, *tills[3:]))
    assert told == {"done": 9, "exceeds_ticket": 3}
    times = list(Redemption.objects.filter(voucher=card).order_by("pk").values_list("at", flat=True))
    assert times == sorted(set(times))
    books_hold(business)
