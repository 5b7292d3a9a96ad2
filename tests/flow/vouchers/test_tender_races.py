"""A ticket's tender, tills at the counter and a job called off at once, on PostgreSQL: every unit in one place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from goodword.business.models import Business
from goodword.flow.record import record
from goodword.flow.settle import settle
from goodword.inbox.models import Decision
from goodword.vouchers.models import Redemption, Voucher
from goodword.work.models import Job
from tests.flow.story import closed, job, saved, tell
from tests.flow.test_races import at_once
from tests.flow.vouchers.cast import balance, books_hold, order, sell, state
from tests.flow.vouchers.test_races import business, clerk, key, now, till
from tests.flow.vouchers.test_tendering import problems, tender, voided

__all__ = ["business", "key"]  # fixtures
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]


def iso() -> str:
    return datetime.now(UTC).isoformat()


def settled(business: Business, *raws: dict[str, Any]) -> Callable[[], str]:
    """Record events now; what is returned settles them."""
    for one in record(business=business, source="till", raws=raws, now=now()):
        assert one.status == "recorded"
    return lambda: str(settle(business=business, now=now()))


def test_a_ticket_and_tills_want_one_card_and_get_what_is_on_it(business: Business, key: str) -> None:
    for turn in range(4):
        voucher = sell(business, 1000, now=now())
        raw = closed(f"T{turn}", "bob", 700, at=iso(), tenders=[tender(voucher, 700)])
        tills = [partial(till, key, voucher, 200, f"{turn}-{n}") for n in range(4)]
        told = at_once(*tills[:2], settled(business, raw), *tills[2:])
        assert told[2] == "1"
        at_tills = sum(200 for status in told if status == 200)
        on_ticket = sum(r.units for r in Redemption.objects.filter(voucher=voucher, ticket_name=f"T{turn}"))
        missing = sum(facts["missing"] for _, facts in problems(business) if facts["ticket"] == f"T{turn}")
        assert at_tills + on_ticket + balance(voucher) == 1000
        assert on_ticket + missing == 700
        assert missing == 0 or balance(voucher) < 200
        books_hold(business)


def test_tickets_that_swap_two_cards_between_them_wait_for_each_other(business: Business, key: str) -> None:
    first, second = sell(business, 1000, now=now()), sell(business, 1000, now=now())
    raws = [
        closed("A", "bob", 400, at=iso(), tenders=[tender(first, 200), tender(second, 200)]),
        closed("B", "bob", 400, at=iso(), tenders=[tender(second, 200), tender(first, 200)]),
    ]
    tills = [partial(till, key, card, 100, f"{card.serial}-{n}") for card in (second, first) for n in range(3)]
    told = at_once(settled(business, *raws), lambda: str(settle(business=business, now=now())), *tills)
    assert told[2:] == [200] * 6
    assert (balance(first), balance(second), problems(business)) == (300, 300, [])
    books_hold(business)


def test_a_redemption_for_a_job_that_is_called_off_is_refused_or_given_back(business: Business) -> None:
    for turn in range(6):
        tell(business, [saved(f"bob{turn}"), job(f"j{turn}", f"bob{turn}", "booked", at="2026-11-05T10:00:00Z")],
             now=now())  # fmt: skip
        voucher, name = sell(business, 1000, now=now()), Job.objects.get(external_id=f"j{turn}").public_id
        off = settled(business, job(f"j{turn}", f"bob{turn}", "cancelled", at=iso()))
        told = at_once(partial(clerk, business, "redeemed", voucher=voucher.public_id, amount=400, job=name), off)
        assert told[0] in ("done", "job_cancelled")
        assert state(voucher) == ("active", 1000)
        made = list(Redemption.objects.filter(voucher=voucher).values_list("units", "returned"))
        assert made == ([(400, 400)] if told[0] == "done" else [])
        books_hold(business)


def test_a_till_and_a_job_called_off_leave_a_booked_card_free_and_whole_or_spent_without_the_job(
    business: Business, key: str
) -> None:
    for turn in range(6):
        tell(business, [saved(f"bob{turn}"), job(f"j{turn}", f"bob{turn}", "booked", at="2026-11-05T10:00:00Z")],
             now=now())  # fmt: skip
        voucher = sell(business, 1000, now=now())
        order(business, "booked", now=now(), voucher=voucher.public_id,
              job={"source": "till", "external_id": f"j{turn}"})  # fmt: skip
        off = settled(business, job(f"j{turn}", f"bob{turn}", "cancelled", at=iso()))
        told = at_once(partial(till, key, voucher, 400, f"t{turn}"), off)
        assert told[0] == 200
        used = Redemption.objects.get(voucher=voucher)
        voucher = Voucher.objects.get(pk=voucher.pk)
        assert voucher.job is None
        assert (used.job is None) == (used.returned == 0)  # for the job: given back; after it: spent
        assert state(voucher) == ("active", 1000 if used.returned else 600)
        books_hold(business)


def test_a_voided_ticket_gives_back_once_while_tills_go_on(business: Business, key: str) -> None:
    voucher = sell(business, 1000, now=now())
    tell(business, [closed("T1", "bob", 600, at=iso(), tenders=[tender(voucher, 600)])], now=now())
    off = settled(business, voided("T1", at=iso()))
    tills = [partial(till, key, voucher, 100, f"v{n}") for n in range(4)]
    told = at_once(off, lambda: str(settle(business=business, now=now())), *tills)
    assert told[2:] == [200] * 4
    assert balance(voucher) == 600
    assert Decision.objects.filter(kind="voucher_restored").count() == 1
    books_hold(business)
