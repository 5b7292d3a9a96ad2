"""Several vouchers on one ticket: together never more than it comes to; a ticket told late is told to a person."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goodword.business.models import Business
from goodword.inbox.models import Decision
from goodword.vouchers import bills
from goodword.vouchers.models import Voucher
from goodword.work.models import Ticket
from tests.flow.story import closed, contact, fern, saved, tell
from tests.flow.vouchers.cast import balance, books_hold, give, order, redeem, refusal, sell, state
from tests.flow.vouchers.test_tendering import SOON, adjusted, problems, tender, told_of, voided

pytestmark = pytest.mark.django_db


@pytest.fixture
def business(transactional_db: None) -> Business:
    opened = fern()
    tell(opened, [saved("bob")])
    return opened


def ticket(total: int | None = None, name: str = "T1", source: str = "till") -> dict[str, Any]:
    return {"source": source, "external_id": name, "total": total}


def refused(business: Business, voucher: Voucher, amount: int, named: dict[str, Any]) -> tuple[str, Any, Any, Any]:
    """Have it refused with nothing moved; return the code with total, what was paid and what is left."""
    told = refusal(business, "redeemed", voucher=voucher.public_id, amount=amount, ticket=named)
    return told.code, told.facts["total"], told.facts["paid"], told.facts["left"]


@pytest.mark.requirement("R18")
def test_together_they_pay_up_to_the_total_and_not_a_cent_more(business: Business) -> None:
    one, two, three = sell(business, 2500), give(business, 4000), sell(business, 1000)
    redeem(business, one, 2500, ticket=ticket(6000))
    assert refused(business, two, 3501, ticket(6000)) == ("exceeds_ticket", 6000, 2500, 3500)
    redeem(business, two, 3500, ticket=ticket(6000))
    assert refused(business, three, 1, ticket(6000)) == ("exceeds_ticket", 6000, 6000, 0)
    assert [balance(each) for each in (one, two, three)] == [0, 500, 1000]
    books_hold(business)


def test_what_was_given_back_and_what_another_ticket_source_or_business_got_does_not_count(business: Business) -> None:
    one, two, moss = sell(business, 5000), sell(business, 5000), fern("moss")
    back = redeem(business, one, 3000, ticket=ticket(3000))
    order(business, "restored", voucher=one.public_id, redemption=back.public_id)
    redeem(business, one, 1000, ticket=ticket(1000, name="T2"))
    redeem(business, one, 1000, ticket=ticket(1000, source="web"))
    redeem(moss, sell(moss, 1000), 1000, ticket=ticket(1000))
    redeem(business, one, 1000)
    redeem(business, two, 3000, ticket=ticket(3000))
    assert (balance(one), balance(two)) == (2000, 2000)


def test_without_a_total_nothing_is_judged_until_somebody_tells_it_and_then_that_holds(business: Business) -> None:
    one, two, three = sell(business, 5000), sell(business, 5000), sell(business, 5000)
    redeem(business, one, 3000, ticket=ticket())
    redeem(business, two, 3000, ticket=ticket())
    assert refused(business, three, 1001, ticket(7000)) == ("exceeds_ticket", 7000, 6000, 1000)
    redeem(business, three, 500, ticket=ticket(7000))
    assert refused(business, three, 501, ticket()) == ("exceeds_ticket", 7000, 6500, 500)
    redeem(business, three, 1500, ticket=ticket(8000))  # it has grown: what is told last counts
    assert refused(business, three, 1, ticket()) == ("exceeds_ticket", 8000, 8000, 0)


def test_of_a_closed_ticket_its_own_total_counts_whatever_is_told(business: Business) -> None:
    one, two = sell(business, 5000), sell(business, 5000)
    tell(business, [closed("T1", "bob", 4000, at=SOON, tenders=[tender(one, 2500)])])
    assert refused(business, two, 1501, ticket(9000)) == ("exceeds_ticket", 4000, 2500, 1500)
    assert refused(business, two, 1501, ticket()) == ("exceeds_ticket", 4000, 2500, 1500)
    assert refused(business, two, 501, ticket(3000)) == ("exceeds_ticket", 3000, 2500, 500)
    redeem(business, two, 1500, ticket=ticket())
    assert balance(two) == 3500
    assert problems(business) == []


def test_what_points_paid_of_a_closed_ticket_is_not_left_for_vouchers(business: Business) -> None:
    one = sell(business, 5000)
    row_spends = [[1, 1500, "2026-11-20T12:00:00+00:00", "points"], [2, 500, "2026-11-20T12:00:00+00:00", "credit"]]
    tell(business, [closed("T1", "bob", 4000, at=SOON)])
    Ticket.objects.update(spends=row_spends)
    assert refused(business, one, 2001, ticket()) == ("exceeds_ticket", 2000, 0, 2000)
    redeem(business, one, 2000, ticket=ticket())
    assert bills.room_of(4000, [(150_000, "points")], currency="JPY") == 2500  # 100 points a yen


def test_a_voided_ticket_says_nothing_of_what_it_comes_to(business: Business) -> None:
    one = sell(business, 5000)
    tell(business, [closed("T1", "bob", 4000, at=SOON), voided("T1", at="2026-11-20T12:01:00Z")])
    redeem(business, one, 4500, ticket=ticket())
    assert refused(business, one, 1, ticket(4500))[0] == "exceeds_ticket"


@pytest.mark.parametrize("names_it", [True, False])
def test_a_ticket_that_closes_for_less_than_vouchers_paid_stands_and_a_person_is_told(
    business: Business, names_it: bool
) -> None:
    one, two = sell(business, 5000), sell(business, 5000)
    ahead = [redeem(business, each, 3000, ticket=ticket(6000)) for each in (one, two)]
    tenders = [tender(one, 3000)] if names_it else [{"type": "cash", "amount": 5000}]
    tell(business, [closed("T1", "bob", 5000, at=SOON, tenders=tenders)])
    for each in ahead:
        each.refresh_from_db()
    assert [each.returned for each in ahead] == [0, 0]
    assert [each.consumed for each in ahead] == [names_it, False]
    ((codes, facts),) = problems(business)
    assert codes == ["exceeds_ticket"]
    assert facts == {
        "ticket": "T1", "total": 5000, "paid": 6000, "units": 1000, "voucher": f"{one.serial}, {two.serial}",
    }  # fmt: skip
    row = Decision.objects.get(business=business, kind="problem")
    assert (row.contact, row.event.type) == (contact(business, "bob").pk, "ticket.closed")
    order(business, "restored", voucher=two.public_id, redemption=ahead[1].public_id)
    tell(business, [adjusted("T1", "bob", 5000, at="2026-11-20T12:01:00Z", tenders=tenders)])
    assert len(problems(business)) == 1
    books_hold(business)


def test_a_ticket_adjusted_below_what_vouchers_paid_ahead_is_told_once_for_each_time(business: Business) -> None:
    one, two = sell(business, 5000), sell(business, 5000)
    redeem(business, one, 2000, ticket=ticket(4000))
    redeem(business, two, 2000, ticket=ticket(4000))
    tell(business, [closed("T1", "bob", 4000, at=SOON, tenders=[tender(one, 2000)])])
    assert problems(business) == []
    tell(business, [adjusted("T1", "bob", 3000, at="2026-11-20T12:01:00Z", tenders=[tender(one, 2000)])])
    assert [facts["units"] for _, facts in problems(business)] == [1000]
    tell(business, [adjusted("T1", "bob", 2000, at="2026-11-20T12:02:00Z", tenders=[])])
    assert state(one) == ("active", 5000)  # the ticket names it no more: its own comes back by itself
    assert [facts["units"] for _, facts in problems(business)] == [1000]
    tell(business, [voided("T1", at="2026-11-20T12:03:00Z")])
    assert (balance(two), len(problems(business))) == (5000, 1)


def test_a_tender_that_is_more_than_the_ticket_is_taken_and_told(business: Business) -> None:
    voucher = sell(business, 5000)
    tell(business, [closed("T1", "bob", 3000, at=SOON, tenders=[tender(voucher, 3200)])])
    assert balance(voucher) == 1800
    assert [(codes, facts["units"]) for codes, facts in problems(business)] == [(["exceeds_ticket"], 200)]


@pytest.mark.parametrize("together", [True, False])
def test_a_batch_says_what_single_events_say(business: Business, together: bool) -> None:
    one, two = sell(business, 5000), sell(business, 5000)
    redeem(business, one, 3000, ticket=ticket(6000))
    raws = [
        closed("T1", "bob", 5000, at=SOON, tenders=[tender(two, 3000)]),
        adjusted("T1", "bob", 6000, at="2026-11-20T12:01:00Z", tenders=[tender(two, 3000)]),
        adjusted("T1", "bob", 4000, at="2026-11-20T12:02:00Z", tenders=[tender(two, 2000)]),
    ]
    for part in [raws] if together else [[raw] for raw in raws]:
        tell(business, part)
    assert [facts["units"] for _, facts in problems(business)] == [1000, 1000]
    assert (balance(one), balance(two)) == (2000, 3000)


def test_a_ticket_nobody_redeemed_for_costs_one_statement_and_asks_no_voucher(business: Business) -> None:
    sell(business, 5000)
    with CaptureQueriesContext(connection) as told:
        tell(business, [closed("T1", "bob", 3000, at=SOON)])
    asked = [each["sql"] for each in told.captured_queries if "vouchers_" in each["sql"]]
    assert len(asked) == 1
    assert "SELECT DISTINCT ticket_source" in asked[0]
    assert told_of(business, "voucher_spent") == []


def test_an_order_that_names_no_ticket_asks_for_none(business: Business) -> None:
    voucher = sell(business, 5000)
    with CaptureQueriesContext(connection) as told:
        redeem(business, voucher, 100)
    asked = " ".join(each["sql"] for each in told.captured_queries)
    assert "work_ticket" not in asked
    assert "advisory" not in asked
