"""Vouchers as tenders: what a ticket takes of them, what comes back, what a person is told when it is not covered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from goodword.business.models import Business
from goodword.flow.clock import lapse
from goodword.flow.record import record
from goodword.inbox.models import Decision, Event
from goodword.ledger.chart import Kind
from goodword.vouchers import finding
from goodword.vouchers.models import Redemption, Voucher
from tests.engine.test_history_properties import backtest
from tests.flow.story import NOW, STAGED, british, closed, contact, fern, job, pending_and_usable, saved, tell
from tests.flow.vouchers.cast import balance, books_hold, give, order, redeem, sell, state, trial

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SOON = "2026-11-20T12:00:00Z"
LATER = datetime(2027, 11, 21, 7, 0, tzinfo=UTC)  # the first instant at which a voucher sold at NOW is over


@pytest.fixture
def business(transactional_db: None) -> Business:
    opened = british()
    tell(opened, [saved("bob")])
    return opened


def tender(voucher: Voucher, amount: int, **more: Any) -> dict[str, Any]:
    return {"type": "voucher", "amount": amount, "code": finding.code_of(voucher), **more}


def adjusted(name: str, contact: str | None, net: int, *, at: str, **more: Any) -> dict[str, Any]:
    told = closed(name, contact, net, at=at, **more)
    return {**told, "id": f"adjust-{name}-{at}", "type": "ticket.adjusted"}


def voided(name: str, *, at: str) -> dict[str, Any]:
    data = {"ticket": {"external_id": name}}
    return {"id": f"void-{name}-{at}", "type": "ticket.voided", "time": at, "data": data}


def problems(business: Business) -> list[tuple[list[str], dict[str, Any]]]:
    rows = Decision.objects.filter(business=business, kind="problem").order_by("pk")
    return [(row.codes, row.trace) for row in rows]


def told_of(business: Business, kind: str) -> list[dict[str, Any]]:
    return [row.trace for row in Decision.objects.filter(business=business, kind=kind).order_by("pk")]


def test_a_ticket_takes_what_its_tender_says_and_the_rest_stays(business: Business) -> None:
    voucher = sell(business, 5000)
    tell(business, [closed("T1", "bob", 3000, at=SOON, tenders=[tender(voucher, 3000)])])
    assert state(voucher) == ("active", 2000)
    used = Redemption.objects.get()
    assert (used.units, used.returned, used.ticket_source, used.ticket_name, used.consumed) == (
        3000, 0, "till", "T1", True,
    )  # fmt: skip
    assert (used.event.type, used.at, used.lot) == ("ticket.closed", NOW, voucher.lot)
    assert voucher.recipient == contact(business, "bob")  # who paid with it
    (trace,) = told_of(business, "voucher_spent")
    assert trace == {
        "voucher": voucher.serial, "ticket": "T1", "instrument": "sold_voucher", "units": 3000, "before": 0,
        "lot": voucher.lot,
    }  # fmt: skip
    assert problems(business) == []
    assert trial(business)["redeemed"] == 3000
    books_hold(business)


def test_several_vouchers_pay_on_one_ticket_and_one_named_twice_pays_both(business: Business) -> None:
    first, second = sell(business, 2000), give(business, 3000)
    tenders = [tender(first, 1500), tender(second, 3000), tender(first, 500), {"type": "card", "amount": 100}]
    tell(business, [closed("T1", "bob", 5100, at=SOON, tenders=tenders)])
    assert (state(first), state(second)) == (("redeemed", 0), ("redeemed", 0))
    assert sorted(Redemption.objects.values_list("units", flat=True)) == [2000, 3000]
    assert problems(business) == []
    books_hold(business)


def test_a_ticket_of_nobody_we_know_takes_it_too(business: Business) -> None:
    voucher = sell(business, 5000)
    tell(business, [closed("T1", None, 5000, at=SOON, tenders=[tender(voucher, 5000)])])
    assert (state(voucher), voucher.recipient) == (("redeemed", 0), None)


def test_a_serial_and_our_id_name_a_voucher_as_its_code_does(business: Business) -> None:
    voucher = sell(business, 5000)
    by_serial = {"type": "voucher", "amount": 1000, "code": voucher.serial.lower()}
    by_id = {"type": "voucher", "amount": 1000, "code": voucher.public_id}
    by_code = {"type": "voucher", "amount": 1000, "code": finding.code_of(voucher).lower().replace("-", " ")}
    tell(business, [closed("T1", "bob", 3000, at=SOON, tenders=[by_serial, by_id, by_code])])
    assert state(voucher) == ("active", 2000)
    assert problems(business) == []


def test_what_the_till_redeemed_ahead_is_counted_and_only_the_rest_is_taken(business: Business) -> None:
    voucher = sell(business, 5000)
    ahead = redeem(business, voucher, 2000, ticket={"source": "till", "external_id": "T1"})
    tell(business, [closed("T1", "bob", 3000, at=SOON, tenders=[tender(voucher, 3000)])])
    assert state(voucher) == ("active", 2000)
    ahead.refresh_from_db()
    assert (ahead.consumed, ahead.returned) == (True, 0)
    assert sorted(Redemption.objects.values_list("units", flat=True)) == [1000, 2000]
    (trace,) = told_of(business, "voucher_spent")
    assert (trace["units"], trace["before"]) == (1000, 2000)
    books_hold(business)


def test_what_was_redeemed_ahead_beyond_the_tender_comes_back(business: Business) -> None:
    voucher = sell(business, 5000)
    ahead = redeem(business, voucher, 3000, ticket={"source": "till", "external_id": "T1"})
    tell(business, [closed("T1", "bob", 2000, at=SOON, tenders=[tender(voucher, 2000)])])
    ahead.refresh_from_db()
    assert (state(voucher), ahead.consumed, ahead.returned) == (("active", 3000), True, 1000)


def test_a_redemption_for_another_ticket_source_or_voucher_is_not_counted(business: Business) -> None:
    voucher, other = sell(business, 5000), sell(business, 5000)
    redeem(business, voucher, 100, ticket={"source": "till", "external_id": "T2"})
    redeem(business, voucher, 200, ticket={"source": "web", "external_id": "T1"})
    redeem(business, other, 400, ticket={"source": "till", "external_id": "T1"})
    back = redeem(business, voucher, 800, ticket={"source": "till", "external_id": "T1"})
    order(business, "restored", voucher=voucher.public_id, redemption=back.public_id)
    tell(business, [closed("T1", "bob", 1000, at=SOON, tenders=[tender(voucher, 1000)])])
    assert (balance(voucher), balance(other)) == (5000 - 100 - 200 - 1000, 4600)
    assert not Redemption.objects.filter(consumed=True).exclude(units=1000).exists()


def test_the_same_event_again_takes_nothing_more(business: Business) -> None:
    voucher = sell(business, 5000)
    raw = closed("T1", "bob", 3000, at=SOON, tenders=[tender(voucher, 3000)])
    tell(business, [raw])
    (again,) = record(business=business, source="till", raws=[raw], now=NOW)
    assert again.status == "duplicate"
    (other,) = record(
        business=business, source="till", now=NOW,
        raws=[closed("T1", "bob", 3000, at=SOON, tenders=[tender(sell(business), 3000)])],
    )  # fmt: skip
    assert other.status == "conflict"
    assert state(voucher) == ("active", 2000)


def test_adjusting_takes_and_gives_back_the_difference(business: Business) -> None:
    voucher = sell(business, 5000)
    tell(business, [closed("T1", "bob", 3000, at=SOON, tenders=[tender(voucher, 3000)])])
    tell(business, [adjusted("T1", "bob", 4500, at="2026-11-20T12:01:00Z", tenders=[tender(voucher, 4500)])])
    assert state(voucher) == ("active", 500)
    tell(business, [adjusted("T1", "bob", 2000, at="2026-11-20T12:02:00Z", tenders=[tender(voucher, 2000)])])
    assert state(voucher) == ("active", 3000)
    returned = list(Redemption.objects.order_by("pk").values_list("units", "returned"))
    assert returned == [(3000, 1000), (1500, 1500)]  # the newest first
    assert [each["units"] for each in told_of(business, "voucher_restored")] == [1500, 1000]
    tell(business, [adjusted("T1", "bob", 2000, at="2026-11-20T12:03:00Z", tenders=[{"type": "card", "amount": 2000}])])
    assert state(voucher) == ("active", 5000)
    books_hold(business)


def test_another_voucher_takes_the_place_of_the_first(business: Business) -> None:
    wrong, right = sell(business, 5000), sell(business, 5000)
    tell(business, [closed("T1", "bob", 3000, at=SOON, tenders=[tender(wrong, 3000)])])
    tell(business, [adjusted("T1", "bob", 3000, at="2026-11-20T12:01:00Z", tenders=[tender(right, 3000)])])
    assert (balance(wrong), balance(right)) == (5000, 2000)


def test_voiding_gives_all_of_it_back_once_what_was_redeemed_ahead_too(business: Business) -> None:
    voucher, ahead = sell(business, 5000), sell(business, 1000)
    redeem(business, ahead, 700, ticket={"source": "till", "external_id": "T1"})
    tell(business, [closed("T1", "bob", 5000, at=SOON, tenders=[tender(voucher, 5000)])])
    assert (state(voucher), balance(ahead)) == (("redeemed", 0), 300)
    tell(business, [voided("T1", at="2026-11-20T12:01:00Z")])
    assert (state(voucher), voucher.ended_at, balance(ahead)) == (("active", 5000), None, 1000)
    tell(business, [voided("T1", at="2026-11-20T12:02:00Z")])
    assert (balance(voucher), balance(ahead)) == (5000, 1000)
    assert trial(business) == {"settlement": -6000, "sold_voucher": 6000}
    books_hold(business)


def test_a_ticket_voided_before_it_closed_takes_nothing(business: Business) -> None:
    voucher = sell(business, 5000)
    tell(business, [voided("T1", at="2026-11-20T12:01:00Z")])
    tell(business, [closed("T1", "bob", 3000, at=SOON, tenders=[tender(voucher, 3000)])])
    assert state(voucher) == ("active", 5000)
    assert not Redemption.objects.exists()


def test_an_adjustment_that_came_first_is_what_the_closing_takes(business: Business) -> None:
    voucher = sell(business, 5000)
    tell(business, [adjusted("T1", "bob", 2000, at="2026-11-20T12:01:00Z", tenders=[tender(voucher, 2000)])])
    assert balance(voucher) == 5000
    tell(business, [closed("T1", "bob", 3000, at=SOON, tenders=[tender(voucher, 3000)])])
    assert balance(voucher) == 3000


def test_one_batch_does_what_the_events_do_one_by_one(business: Business) -> None:
    voucher = sell(business, 5000)
    tell(
        business,
        [
            closed("T1", "bob", 5000, at="2026-11-20T12:00:00Z", tenders=[tender(voucher, 5000)]),
            voided("T1", at="2026-11-20T12:01:00Z"),
            closed("T2", "bob", 4000, at="2026-11-20T12:02:00Z", tenders=[tender(voucher, 4000)]),
            adjusted("T2", "bob", 1000, at="2026-11-20T12:03:00Z", tenders=[tender(voucher, 1000)]),
        ],
    )
    assert state(voucher) == ("active", 4000)
    assert problems(business) == []
    books_hold(business)


def test_what_is_not_covered_is_taken_as_far_as_it_goes_and_told_to_staff(business: Business) -> None:
    voucher = sell(business, 2000)
    tell(business, [closed("T1", "bob", 3000, at=SOON, tenders=[tender(voucher, 3000)])])
    assert state(voucher) == ("redeemed", 0)
    facts = {"tender": "voucher", "voucher": voucher.serial, "units": 3000, "missing": 1000, "ticket": "T1"}
    assert problems(business) == [(["insufficient_balance"], facts)]
    tell(business, [closed("T2", "bob", 100, at=SOON, tenders=[tender(voucher, 100)])])
    assert problems(business)[1] == (
        ["insufficient_balance"],
        {"tender": "voucher", "voucher": voucher.serial, "units": 100, "missing": 100, "ticket": "T2"},
    )
    books_hold(business)


@pytest.mark.requirement("R20")
@pytest.mark.parametrize("what", ["voucher_void", "voucher_frozen", "voucher_not_active", "voucher_expired"])
def test_a_voucher_that_may_not_be_used_never_fails_the_ticket(business: Business, what: str) -> None:
    voucher = sell(business, 2000)
    now, at = NOW, SOON
    if what == "voucher_void":
        order(business, "voided", voucher=voucher.public_id, reason="stolen", refund=None)
    elif what == "voucher_frozen":
        order(business, "frozen", voucher=voucher.public_id, reason="dispute")
    elif what == "voucher_not_active":
        event = order(business, "stocked", kind="sold", count=1)
        voucher = Voucher.objects.get(batch__event=event)
    else:
        now, at = LATER + DAY, LATER.isoformat()
    before = trial(business)
    tell(business, [closed("T1", "bob", 1500, at=at, tenders=[tender(voucher, 1500)])], now=now)
    ((codes, facts),) = problems(business)
    assert (codes, facts["why"], facts["missing"]) == (["insufficient_balance"], what, 1500)
    assert not Redemption.objects.exists()
    assert {kind: units for kind, units in trial(business).items() if kind != "points" and kind != "expense"} == before


def test_a_code_that_nobody_was_given_is_told_by_its_end(business: Business) -> None:
    unknown = {"type": "voucher", "amount": 1500, "code": "4GHK-7M2P-QRS6-TTTT"}
    tell(business, [closed("T1", "bob", 1500, at=SOON, tenders=[unknown])])
    facts = {"tender": "voucher", "units": 1500, "missing": 1500, "ticket": "T1", "why": "voucher_not_found",
             "code_ends": "TTTT"}  # fmt: skip
    assert problems(business) == [(["insufficient_balance"], facts)]
    history = {**unknown, "instrument": "sold"}
    tell(business, [closed("T2", "bob", 1500, at=SOON, tenders=[history, {"type": "voucher", "amount": 5}])])
    assert len(problems(business)) == 1


def test_another_business_voucher_is_nobodys(business: Business) -> None:
    moss = fern("moss")
    voucher = sell(moss, 5000)
    for code in (finding.code_of(voucher), voucher.serial, voucher.public_id):
        raw = closed(f"T{code[-3:]}", "bob", 100, at=SOON, tenders=[{"type": "voucher", "amount": 100, "code": code}])
        tell(business, [raw])
    assert [facts["why"] for _, facts in problems(business)] == ["voucher_not_found"] * 3
    assert state(voucher) == ("active", 5000)


def test_a_service_voucher_is_redeemed_whole_or_not_at_all(business: Business) -> None:
    voucher = sell(business, 5000, service="A lawn mown")
    tell(business, [closed("T1", "bob", 3000, at=SOON, tenders=[tender(voucher, 3000)])])
    assert (state(voucher), problems(business)[0][1]["why"]) == (("active", 5000), "redeemed_whole")
    tell(business, [closed("T2", "bob", 5000, at=SOON, tenders=[tender(voucher, 5000)])])
    assert state(voucher) == ("redeemed", 0)


@pytest.mark.requirement("R20")
def test_a_late_ticket_dated_before_the_last_day_brings_the_lapsed_back_and_the_rest_lapses_again(
    business: Business,
) -> None:
    voucher = sell(business, 5000)
    assert lapse(business=business, now=LATER) == 1
    assert state(voucher) == ("expired", 0)
    on_the_last_day = (LATER - timedelta(hours=2)).isoformat()
    tell(business, [closed("T1", "bob", 3000, at=on_the_last_day, tenders=[tender(voucher, 3000)])], now=LATER + DAY)
    assert state(voucher) == ("active", 2000)
    assert problems(business) == []
    assert lapse(business=business, now=LATER + DAY) == 1
    assert state(voucher) == ("expired", 0)
    sums = trial(business)
    assert (sums["lapsed"], sums["redeemed"]) == (2000, 3000)
    books_hold(business)


def test_voiding_after_the_last_day_gives_the_life_that_was_left(business: Business) -> None:
    voucher = sell(business, 5000)
    tell(business, [closed("T1", "bob", 3000, at=SOON, tenders=[tender(voucher, 3000)])])
    lapse(business=business, now=LATER)
    now = LATER + 10 * DAY
    tell(business, [voided("T1", at=now.isoformat())], now=now)
    assert state(voucher) == ("active", 3000)
    assert voucher.expires_at == now + (LATER - NOW)
    books_hold(business)


def test_what_a_lost_card_paid_goes_back_to_the_new_one(business: Business) -> None:
    old = sell(business, 5000)
    tell(business, [closed("T1", "bob", 3000, at=SOON, tenders=[tender(old, 3000)])])
    order(business, "replaced", voucher=old.public_id)
    new = Voucher.objects.get(replaces=old)
    tell(business, [adjusted("T1", "bob", 1000, at="2026-11-20T12:01:00Z", tenders=[tender(old, 1000)])])
    assert (state(old), state(new)) == (("void", 0), ("active", 4000))
    tell(business, [adjusted("T1", "bob", 2000, at="2026-11-20T12:02:00Z", tenders=[tender(old, 2000)])])
    assert (state(new), problems(business)[0][1]["why"]) == (("active", 4000), "voucher_void")
    books_hold(business)


def test_what_cannot_go_back_to_a_cancelled_voucher_is_told_to_staff(business: Business) -> None:
    voucher = sell(business, 5000)
    tell(business, [closed("T1", "bob", 3000, at=SOON, tenders=[tender(voucher, 3000)])])
    order(business, "voided", voucher=voucher.public_id, reason="dispute", refund=None)
    tell(business, [voided("T1", at="2026-11-20T12:01:00Z")])
    facts = {"voucher": voucher.serial, "units": 3000, "ticket": "T1"}
    assert problems(business) == [(["voucher_void"], facts)]
    assert state(voucher) == ("void", 0)
    books_hold(business)


@pytest.mark.parametrize(("kind", "points"), [("sold", 200), ("promotional", 100)])
def test_what_a_sold_voucher_pays_earns_and_what_a_promotional_one_pays_does_not(
    business: Business, kind: str, points: int
) -> None:
    voucher = sell(business, 5000) if kind == "sold" else give(business, 5000)
    lied = "promotional" if kind == "sold" else "sold"  # the voucher knows better than the till
    tell(business, [closed("T1", "bob", 10_000, at=SOON, tenders=[tender(voucher, 5000, instrument=lied)])])
    assert balance(voucher) == 0
    earned = sum(pending_and_usable(business, contact(business, "bob"), Kind.POINTS, "points"))
    assert earned == points


def test_the_stored_event_is_a_history_that_the_backtest_reads_alike(business: Business) -> None:
    sold, given = sell(business, 5000), give(business, 5000)
    raw = closed("T1", "bob", 10_000, at=SOON, tenders=[tender(sold, 2000), tender(given, 3000)])
    tell(business, [raw])
    stored = [
        {"id": row.external_id, "source": row.source, "type": row.type, "time": row.time.isoformat(), "data": row.data}
        for row in Event.objects.filter(business=business, source="till").order_by("pk")
    ]
    (award,) = backtest(STAGED, stored).awards()
    assert (award.asset, award.units) == ("points", 140)
    assert sum(pending_and_usable(business, contact(business, "bob"), Kind.POINTS, "points")) == 140


def test_a_promotional_voucher_never_buys_a_gift_voucher_and_a_sold_one_may(business: Business) -> None:
    given, sold = give(business, 5000), sell(business, 5000)
    lines = [{"kind": "service", "unit_price": 1000}, {"kind": "gift_voucher", "unit_price": 5000}]
    tenders = [tender(given, 3000), tender(sold, 3000)]
    raw = closed("T1", "bob", 0, at=SOON, tenders=tenders)
    raw["data"]["ticket"]["lines"] = lines
    tell(business, [raw])
    assert (balance(given), balance(sold)) == (4000, 2000)
    assert problems(business) == [(["not_for_vouchers"], {"amount": 3000, "allowed": 1000})]


def test_a_history_from_before_the_voucher_takes_nothing_of_it(business: Business) -> None:
    voucher = sell(business, 5000)
    tell(business, [closed("T1", "bob", 3000, at="2026-10-01T12:00:00Z", tenders=[tender(voucher, 3000)])])
    assert (state(voucher), problems(business)[0][1]["why"]) == (("active", 5000), "voucher_not_active")


def test_a_till_whose_clock_is_a_little_late_is_believed(business: Business) -> None:
    voucher = sell(business, 5000)
    tell(business, [closed("T1", "bob", 3000, at="2026-11-20T11:58:00Z", tenders=[tender(voucher, 3000)])])
    assert state(voucher) == ("active", 2000)
    assert Redemption.objects.get().at == NOW  # nothing is spent before it was sold
    books_hold(business)


def test_a_ticket_of_a_booked_job_uses_the_booking_up(business: Business) -> None:
    tell(business, [job("lawn", "bob", "booked", at="2026-11-05T10:00:00Z")])
    voucher = sell(business, 5000)
    order(business, "booked", voucher=voucher.public_id, job={"source": "till", "external_id": "lawn"})
    tell(business, [closed("T1", "bob", 3000, at=SOON, job="lawn", tenders=[tender(voucher, 3000)])])
    assert (state(voucher), voucher.job) == (("active", 2000), None)
    assert Redemption.objects.get().job is not None


def test_no_code_stands_in_what_is_stored(business: Business) -> None:
    voucher, unknown = sell(business, 5000), "4GHK-7M2P-QRS6-TTTT"
    code = finding.code_of(voucher)
    tenders = [tender(voucher, 100), {"type": "voucher", "amount": 100, "code": unknown},
               {"type": "other", "amount": 100, "code": code}]  # fmt: skip
    tell(business, [closed("T1", "bob", 300, at=SOON, tenders=tenders)])
    tell(business, [adjusted("T1", "bob", 300, at="2026-11-20T12:01:00Z", tenders=tenders)])
    stored = Event.objects.get(type="ticket.closed").data["ticket"]["tenders"]
    assert stored == [
        {"type": "voucher", "amount": 100, "code": voucher.public_id, "instrument": "sold"},
        {"type": "voucher", "amount": 100, "code": "TTTT"},
        {"type": "other", "amount": 100, "code": code[-4:]},
    ]
    wanted = [text for each in (code, unknown) for text in (each, each.replace("-", ""), each.lower())]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            told = repr(cursor.fetchall())
            assert not [text for text in wanted if text in told], table
