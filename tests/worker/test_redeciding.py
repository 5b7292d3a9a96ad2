"""``books check --redecide``: a history decided again comes to the same; what differs is found, and named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from goodword import cli
from goodword.business.models import Business
from goodword.engine.events import TYPES
from goodword.errors import Refused
from goodword.flow import clock_events, retelling
from goodword.flow.bringing import undo
from goodword.flow.changing import change_business, change_settings
from goodword.flow.clock import keep_time
from goodword.flow.commands import COMMANDS
from goodword.flow.publish import publish
from goodword.flow.submit import submit
from goodword.inbox.models import Decision, Event, State
from goodword.ledger import seal
from goodword.people.models import Contact
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward
from goodword.vouchers.models import Redemption, Voucher
from goodword.work.models import Job
from goodword.worker.redeciding import Redecided, redecide
from tests.flow.story import NOW, closed, contact, job, saved, tell
from tests.flow.test_bringing import CUSTOMERS, RECEIPTS, brought
from tests.flow.test_live_is_backtest import a_business

pytestmark = pytest.mark.django_db(transaction=True)
MANY = """
format: 1
id: staged
name: Staged
currency: USD
starts: 2026-01-01
friends: new
rules:
  - {id: booked, when: referral.booked, to: referrer, give: service_credit, amount: 10.00, hold: 30d}
  - {id: cake, when: referral.booked, to: referrer, give: custom, text: A cake, value: 12.00}
  - {id: paid, when: referral.paid, to: referrer, give: service_credit, amount: {tiers: {1: 25.00, 2: 50.00}},
     expires: 20d}
  - {id: welcome, when: referral.attributed, to: friend, give: discount, amount: {percent_off: 10}, max_value: 20.00}
  - {id: points, when: ticket.closed, to: customer, give: points, amount: {per_unit: 2}, expires: 30d}
"""
LATER = timedelta(days=60)


def opened(slug: str) -> Business:
    """Open a business whose programme was published as programmes are: by an order."""
    made = a_business(slug)
    publish(business=made, text=MANY, actor="user:ann", now=NOW)
    return made


@pytest.fixture
def business(settings: Any, tmp_path: Path) -> Business:
    settings.DATA = tmp_path
    return opened("fern")


@pytest.fixture
def now() -> Callable[[], datetime]:
    """Tell the time, a little later each time."""
    ticks = count(1)
    return lambda: NOW + timedelta(seconds=next(ticks))


def order(business: Business, what: str, now: datetime, /, **data: Any) -> Event:
    return submit(business=business, type=what, data=data, actor="user:ann", now=now)


def lived(business: Business, now: Callable[[], datetime]) -> None:
    """Let people refer, pay with points, merge and be decided about by hand; tables come and go, and time passes."""
    tell(business, [saved("ann", phone="+13035550101", address="1 Elm St")], now=now())
    tell(business, [saved("bob", phone="+13035550102", referred_by={"contact": "ann"})], now=now())
    code = contact(business, "bob").code
    tell(business, [saved("cy", referred_by={"code": code.lower()}, at="2026-11-03T10:00:00Z")], now=now())
    tell(business, [saved("dee"), saved("annie", phone="(303) 555-0101")], now=now())
    change_settings(business=business, wanted={"points_hold": "0h"}, actor="user:ann", now=now())
    tell(business, [job("lawn", "bob", "paid", at="2026-11-05T10:00:00Z")], now=now())
    tell(business, [closed("T1", "ann", 90_000, at="2026-11-06T10:00:00Z")], now=now())
    spends = [{"type": "points", "amount": 500}, {"type": "credit", "amount": 900}]
    tell(business, [closed("T2", "ann", 5_000, at="2026-11-08T10:00:00Z", tenders=spends)], now=now())
    voided = {"id": "void", "type": "ticket.voided", "time": "2026-11-09T10:00:00Z"}
    tell(business, [{**voided, "data": {"ticket": {"external_id": "T2"}}}], now=now())
    ann, dee = contact(business, "ann"), contact(business, "dee")
    order(business, "referral.attributed", now(), friend=dee.public_id, referrer=ann.public_id, how="name")
    order(business, "exception.added", now(), programme="staged", rule="booked", contact=ann.public_id,
          own={"give": "service_credit", "amount": "77.00"})  # fmt: skip
    publish(business=business, text=MANY.replace("10.00", "11.00"), actor="user:ann", now=now())
    order(business, "callback.requested", now(), code=ann.code, name="Eve", phone="+13035550105", language="en")
    order(business, "callback.requested", now(), name="Fay", email="fay@example.com", mentioned="Some Ann")
    change_business(business=business, wanted={"timezone": "Europe/Stockholm"}, actor="user:ann", now=now())
    tell(business, [job("edge", "dee", "paid", at=now().isoformat())], now=now())
    for rule, status in (("booked", "issued"), ("cake", "redeemed"), ("booked", "declined")):
        reward = Reward.objects.filter(rule__startswith=rule, status="pending").order_by("pk").first()
        assert reward is not None
        if status == "redeemed":
            order(business, "reward.status_changed", now(), reward=reward.public_id, status="issued", reason="baked")
        order(business, "reward.status_changed", now(), reward=reward.public_id, status=status, reason="by hand")
    order(business, "contact.merged", now(), **{"from": contact(business, "annie").public_id, "into": ann.public_id})
    wrong = Referral.objects.get(friend=dee)
    order(business, "referral.removed", now(), referral=wrong.public_id, reason="logged wrongly", shown="")
    balance = order(business, "balance.brought", now(), contact=ann.public_id, asset="points", units=700)
    order(business, "balance.taken_back", now(), balance=balance.public_id, reason="a mistake")
    tell(business, [job("weed", "cy", "booked", at="2026-11-15T10:00:00Z")], now=now())
    order(business, "contact.merged", now(), **{"from": contact(business, "bob").public_id,
                                                "into": contact(business, "dee").public_id})  # fmt: skip
    brought(business, CUSTOMERS, kind="customers")
    receipts = brought(business, RECEIPTS, kind="receipts")
    undo(receipts, actor="user:ann", clock=now)
    cards = "Serial,Service,Value,Sold on,Expires,Recipient\nFV-1,Full valet,85.00,2026-11-03,2028-05-03,\n"
    brought(business, cards, kind="vouchers")
    brought(business, cards.replace("2028-05-03,", "2029-05-03,Max"), kind="vouchers", update=True)
    vouchers_lived(business, now)
    keep_time(business=business, now=now() + LATER)
    late = [closed("T9", "ann", 8_000, at="2026-11-09T11:00:00Z", tenders=[{"type": "points", "amount": 300}])]
    tell(business, late, now=now() + LATER)


def vouchers_lived(business: Business, now: Callable[[], datetime]) -> None:
    """Let vouchers be sold, used, given back, lost, lengthened and cancelled."""

    def did(what: str, **data: Any) -> Event:
        return order(business, what if "." in what else f"voucher.{what}", now(), **data)

    def one(number: int) -> str:
        return Voucher.objects.get(business=business, number=number, prefix="FERN").public_id

    till, thanks = {"method": "till"}, {"method": "complimentary", "reason": "thanks"}
    order(business, "location.saved", now(), location="north", new=True, name="North")
    did("voucher_design.saved", name="Plain", layout="plain")
    did("issued", kind="sold", value=5_000, count=4, payment=till, buyer={"name": "Ida", "phone": "+13035550166"})
    old = {"kind": "sold", "value": 4_000, "balance": 1_500, "expires_on": "never", "serial": "OLD-7"}
    brought = did("brought", **old)
    did("taken_back", voucher=Voucher.objects.get(serial="OLD-000007").public_id, reason="a mistake")
    assert brought.state == State.SETTLED
    did("issued", kind="promotional", value=900, payment=thanks, expires_on="2026-12-24")
    did("stocked", kind="sold", serials=["CARD-1..CARD-3"])
    did("activated", serials=["CARD-1"], value=2_500, payment=till)
    did("spoiled", serials=["CARD-2"], reason="misprint")
    did("assigned", voucher=one(1), recipient={"name": "Max"})
    tell(business, [job("roof", "cy", "booked", at="2026-11-16T10:00:00Z")], now=now())
    roof = Job.objects.get(external_id="roof")
    did("booked", voucher=one(1), job=roof.public_id)
    did("unbooked", voucher=one(1))
    did("booked", voucher=one(1), job=roof.public_id)
    used = Redemption.objects.get(event=did("redeemed", voucher=one(1), amount=1_200))
    did("restored", voucher=one(1), redemption=used.public_id)
    did("redeemed", voucher=one(2), amount=5_000)
    did("extended", voucher=one(3), expires_on="2040-01-01", reason="kindness")
    did("frozen", voucher=one(3), reason="stolen?")
    did("unfrozen", voucher=one(3))
    did("replaced", voucher=one(3))
    did("redeemed", voucher=one(4), amount=4_800)
    did("cashed_out", voucher=one(4), refund=till, reason="moved away")
    did("voided", voucher=one(1), reason="moved", refund=till)


def again(business: Business) -> Redecided:
    return redecide(business, now=NOW + 2 * LATER)


def test_every_event_and_order_decided_again_comes_to_the_same_decisions_and_balances(
    business: Business, now: Callable[[], datetime]
) -> None:
    lived(business, now)
    moss = opened("moss")
    tell(moss, [saved("ann", phone="+13035550101")])
    kinds = set(Event.objects.filter(business=business, state=State.SETTLED).values_list("type", flat=True))
    assert kinds >= retelling.TOLD_AGAIN - {"referral.mentioned", "exception.removed", "contacts.withdrawn"}
    found = again(business)
    assert found.differences == []
    assert found.untold == 0
    assert found.decisions == Decision.objects.filter(business=business).count()
    assert (
        found.events
        == Event.objects.filter(
            business=business, state=State.SETTLED, type__in=[*TYPES, *retelling.TOLD_AGAIN]
        ).count()
    )
    assert found.instants == 5  # the ends of November to February, and now


def test_a_stored_decision_that_was_changed_is_named_with_what_it_should_be(business: Business) -> None:
    tell(business, [saved("ann"), closed("T1", "ann", 9_000, at="2026-11-06T10:00:00Z")])
    row = Decision.objects.get(kind="granted", rule="points")
    Decision.objects.filter(pk=row.pk).update(trace={**row.trace, "units": 999})
    event = Event.objects.get(external_id="close-T1")
    settled = event.settled_at
    assert settled is not None
    assert again(business).differences == [
        f"Event {event.public_id} (ticket.closed till close-T1), settled {settled.isoformat()}:"
        " granted by rule points: units is 999, decided again 180."
    ]


def test_a_transfer_changed_behind_the_ledger_is_found_in_the_balances(business: Business) -> None:
    tell(business, [saved("ann"), closed("T1", "ann", 9_000, at="2026-11-06T10:00:00Z")])
    with seal.lifted(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_transfer SET units = units + 20")
        cursor.execute("UPDATE ledger_account SET credits = credits + 20 WHERE credits > 0")
    found = again(business).differences
    ann = contact(business, "ann").public_id
    assert len(found) == 2 * 5 + 1  # both sides of the book at each instant, and Ann until hers had expired
    assert any(f" {ann} has 200 points usable; decided again 180 points usable." in line for line in found)


def test_a_decision_that_is_missing_and_one_too_many_are_told_apart(business: Business) -> None:
    tell(business, [saved("ann"), closed("T1", "ann", 9_000, at="2026-11-06T10:00:00Z")])
    Decision.objects.all().delete()
    (line,) = again(business).differences
    assert line.endswith("stored nothing, decided again granted by rule points.")


def test_what_erasing_took_out_of_the_history_is_no_difference(business: Business) -> None:
    tell(business, [saved("ann", phone="+13035550101"), saved("bob", referred_by={"contact": "ann"})])
    by_phone = {"id": "j", "type": "job.saved", "time": "2026-11-09T10:00:00Z"}
    data = {"job": {"external_id": "j1", "contact": {"phone": "303 555 0101"}, "status": "paid", "total": 5_000}}
    tell(business, [{**by_phone, "data": data}])
    tell(business, [job("lawn", "bob", "paid", at="2026-11-10T10:00:00Z")])
    order(business, "contact.erased", NOW + LATER, contact=contact(business, "ann").public_id, reason="asked for it")
    found = again(business)
    assert found.differences == []
    assert Contact.objects.filter(erased_at=None).count() == 1


def test_a_refusal_for_a_shared_number_that_was_erased_is_told_apart_and_does_not_fail(business: Business) -> None:
    tell(business, [saved("ann", phone="+13035550101")])
    tell(business, [saved("cy", at="2026-11-02T10:00:00Z", phone="+13035550101", referred_by={"contact": "ann"})])
    tell(business, [closed("T1", "cy", 9_000, at="2026-11-06T10:00:00Z")])
    assert list(Decision.objects.filter(kind="attribution_refused").values_list("codes", flat=True)) == [
        ["self_referral"]
    ]
    order(business, "contact.erased", NOW + LATER, contact=contact(business, "ann").public_id, reason="asked for it")
    found = again(business)
    assert (found.differences, found.untold) == ([], 2)  # the refusal, and the sale that would have been a referral's


def test_the_command_says_what_it_compared_and_ends_with_1_when_it_differs(
    business: Business, capsys: pytest.CaptureFixture[str]
) -> None:
    tell(business, [saved("ann"), closed("T1", "ann", 9_000, at="2026-11-06T10:00:00Z")])
    assert cli.main(["books", "check", "--redecide", "--business", "fern"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("fern: 3 events decided again, 1 decisions and the balances at ")
    assert said[0].endswith(" instants compared: the same")
    assert said[1:] == ["the books hold"]
    Decision.objects.update(rule="another")
    assert cli.main(["books", "check", "--redecide"]) == 1
    told = capsys.readouterr()
    assert "stored granted by rule another, decided again granted by rule points." in told.out
    assert "the books do not hold: 1 findings" in told.err


def test_every_order_and_act_of_the_clock_is_told_again_or_is_known_to_move_nothing() -> None:
    assert not retelling.TOLD_AGAIN & retelling.NOT_TOLD_AGAIN
    assert COMMANDS.keys() | clock_events.TYPES.keys() == retelling.TOLD_AGAIN | retelling.NOT_TOLD_AGAIN


def test_a_history_that_the_other_process_cannot_read_is_said_and_nothing_is_compared(
    business: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("goodword.worker.redeciding.sys.executable", "/bin/false")
    with pytest.raises(Refused, match="could not be decided again"):
        again(business)
