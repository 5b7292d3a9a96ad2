"""A word before the last day, a present brought to its recipient: once, while it is true, and no code in any row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import connection

from goodword.business.models import Business, Setting
from goodword.errors import Refused
from goodword.flow import deliver as delivering
from goodword.flow import voucher_telling
from goodword.flow.changing import change_settings
from goodword.flow.clock import keep_time
from goodword.flow.deliver import deliver
from goodword.flow.submit import submit
from goodword.inbox.models import Event
from goodword.outbox.channels.kind import Enclose, Outcome, nothing
from goodword.outbox.links import CODE_MARK
from goodword.outbox.models import Message
from goodword.vouchers import finding
from goodword.vouchers.models import Voucher
from tests.flow.story import NOW, british, fern
from tests.flow.vouchers.cast import give, order, redeem, refusal, sell

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ANN, MAX = {"name": "Ann Archer", "phone": "+1 303 555 0188"}, {"name": "Max Moor", "email": "max@example.com"}
LAST = datetime(2027, 11, 21, 7, 0, tzinfo=UTC)  # the midnight in Denver after the last day, 20 November
AT_90, AT_30, AT_7 = (datetime(2027, *day, 18, 0, tzinfo=UTC) for day in ((8, 22), (10, 21), (11, 13)))


class Handed:
    """A channel that remembers the words it was handed."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def __call__(self, message: Message, *, sender: str, reply_to: str, enclosed: Enclose = nothing) -> Outcome:
        self.bodies.append(message.body)
        return "sent"


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> Handed:
    made = Handed()
    monkeypatch.setitem(delivering.CHANNELS, "sms", made)
    monkeypatch.setitem(delivering.CHANNELS, "email", made)
    return made


@pytest.fixture
def business(transactional_db: None) -> Business:
    return british()


def written(business: Business, template: str = voucher_telling.REMINDER) -> list[tuple[str, str]]:
    """Return who was written to and about which step, in order."""
    rows = Message.objects.filter(business=business, template=template).order_by("pk")
    return [(row.contact.name, str(row.facts.get("step", ""))) for row in rows]


def states(business: Business) -> list[tuple[str, str]]:
    rows = Message.objects.filter(business=business, template__startswith="voucher_").order_by("pk")
    return list(rows.values_list("state", "note"))


@pytest.mark.requirement("R17")
def test_a_word_comes_90_30_and_7_days_before_the_last_day_each_once(business: Business) -> None:
    sell(business, buyer=MAX, recipient=ANN)
    for at in (AT_90 - DAY, AT_90, AT_90 + HOUR, AT_90 + DAY, AT_30 - DAY, AT_30, AT_30 + DAY, AT_7, AT_7 + DAY, LAST):
        voucher_telling.remind(business=business, now=at)
    assert written(business) == [("Ann Archer", "90d"), ("Ann Archer", "30d"), ("Ann Archer", "7d")]


def test_the_day_is_that_of_the_business_and_the_night_is_quiet(business: Business) -> None:
    sell(business, buyer=ANN)
    begins = datetime(2027, 10, 21, 6, 0, tzinfo=UTC)  # midnight in Denver, summer time
    assert voucher_telling.remind(business=business, now=begins - timedelta(seconds=1)) == 0
    assert voucher_telling.remind(business=business, now=begins) == 1
    assert Message.objects.get(template=voucher_telling.REMINDER).due_at == datetime(2027, 10, 21, 14, 0, tzinfo=UTC)


def test_the_buyer_hears_of_it_where_nobody_else_is_known_and_nobody_where_none_is(business: Business) -> None:
    sell(business, buyer=MAX)
    alone = sell(business)
    assert voucher_telling.remind(business=business, now=AT_30) == 1
    assert written(business) == [("Max Moor", "30d")]
    order(business, "assigned", voucher=alone.public_id, recipient=ANN, now=AT_30 + DAY)
    voucher_telling.remind(business=business, now=AT_30 + DAY)
    assert written(business) == [("Max Moor", "30d"), ("Ann Archer", "30d")]


def test_a_step_that_was_over_when_it_was_sold_or_extended_is_not_made_up_for(business: Business) -> None:
    sell(business, buyer=ANN, expires_on="2026-12-10")  # 20 days: 90 and 30 are over
    assert voucher_telling.remind(business=business, now=NOW + HOUR) == 0
    moved = sell(business, buyer=ANN, expires_on="2026-12-01")
    order(business, "extended", voucher=moved.public_id, expires_on="2026-12-20", reason="ill", now=NOW + HOUR)
    assert voucher_telling.remind(business=business, now=NOW + 2 * HOUR) == 0
    assert written(business) == []


def test_a_worker_that_slept_too_long_sends_nothing_late(business: Business) -> None:
    sell(business, buyer=ANN)
    assert voucher_telling.remind(business=business, now=AT_30 + 5 * DAY) == 0
    assert voucher_telling.remind(business=business, now=AT_30 + 3 * DAY) == 1


def test_of_two_steps_that_are_due_together_the_later_alone_is_said(business: Business) -> None:
    change_settings(business=business, wanted={"voucher_reminders": ["8d", "7d"]}, actor="o", now=NOW)
    sell(business, buyer=ANN)
    voucher_telling.remind(business=business, now=AT_7 + HOUR)
    assert written(business) == [("Ann Archer", "7d")]


@pytest.mark.parametrize("what", ["redeemed", "voided", "frozen"])
def test_none_is_written_for_what_cannot_be_used(business: Business, what: str) -> None:
    voucher = sell(business, buyer=ANN)
    if what == "redeemed":
        redeem(business, voucher, 5000)
    else:
        order(business, what, voucher=voucher.public_id, reason="x", refund=None)
    keep_time(business=business, now=AT_30)
    assert written(business) == []


@pytest.mark.parametrize(
    ("what", "data", "note"),
    [
        ("redeemed", {"amount": 5000}, "the voucher cannot be used any more"),
        ("redeemed", {"amount": 100}, "the voucher was used meanwhile"),
        ("voided", {"reason": "x", "refund": None}, "the voucher cannot be used any more"),
        ("frozen", {"reason": "x"}, "the voucher is on hold"),
        ("extended", {"reason": "x", "expires_on": "2028-11-20"}, "the last day was moved"),
        ("assigned", {"recipient": MAX}, "the voucher is somebody else's now"),
    ],
)
def test_what_became_untrue_before_it_left_is_called_off(
    business: Business, handed: Handed, what: str, data: dict[str, Any], note: str
) -> None:
    voucher = sell(business, buyer=ANN)
    voucher_telling.remind(business=business, now=AT_30)
    order(business, what, voucher=voucher.public_id, **data, now=AT_30 + HOUR)
    deliver(now=AT_30 + 2 * HOUR)
    assert (states(business), handed.bodies) == ([("cancelled", note)], [])


def test_it_is_called_off_when_the_business_wants_none_and_held_when_the_customer_said_stop(
    business: Business, handed: Handed
) -> None:
    sell(business, buyer=ANN)
    ann = sell(business, buyer=MAX).buyer
    assert ann is not None
    voucher_telling.remind(business=business, now=AT_30)
    data = {"contact": ann.public_id, "channel": "any", "granted": False, "how": "said so"}
    submit(business=business, type="consent.changed", data=data, actor="user:o", now=AT_30)
    Setting.objects.create(business=business, key="voucher_reminders", value=["30d"], since=AT_30)
    deliver(now=AT_30 + HOUR)
    assert states(business) == [("sent", ""), ("held", "opted out")]
    assert len(handed.bodies) == 1
    sell(business, buyer=ANN, now=AT_30, expires_on="2027-12-01")
    change_settings(business=business, wanted={"voucher_reminders": ["7d"]}, actor="o", now=AT_30 + HOUR)
    voucher_telling.remind(business=business, now=datetime(2027, 11, 24, 18, 0, tzinfo=UTC))
    change_settings(business=business, wanted={"voucher_reminders": []}, actor="o", now=AT_30 + 35 * DAY)
    deliver(now=AT_30 + 36 * DAY)
    assert states(business)[2:] == [("cancelled", "reminders were switched off")]


def test_the_code_goes_in_as_it_leaves_and_stands_in_no_row(business: Business, handed: Handed) -> None:
    voucher = sell(business, buyer=ANN, recipient=MAX, message="Happy birthday", deliver_on="2026-11-20")
    keep_time(business=business, now=NOW)
    code = finding.code_of(voucher)
    message = Message.objects.get(template=voucher_telling.DELIVERY)
    assert (message.to, message.contact.name) == ("max@example.com", "Max Moor")
    assert CODE_MARK in message.body
    deliver(now=NOW + 6 * HOUR)
    (body,) = handed.bodies
    assert f"Your code: {code}" in body
    assert f"{configured.PUBLIC_URL}/v/{code}" in body
    for said in ("Ann", "Happy birthday", "$50.00", voucher.serial, "November 20, 2027"):
        assert said in body, said
    assert "Archer" not in body
    message.refresh_from_db()
    assert (message.state, CODE_MARK in message.body) == ("sent", True)
    assert not _anywhere(code)
    assert not _anywhere(code.replace("-", ""))
    event = Event.objects.get(business=business, type="voucher.delivered")
    assert event.data == {
        "voucher": voucher.public_id, "message": message.public_id, "contact": message.contact.public_id
    }  # fmt: skip


def _anywhere(text: str) -> list[str]:
    """Return the tables in which a text stands."""
    found = []
    with connection.cursor() as cursor:
        for table in ("outbox_message", "inbox_event", "vouchers_voucher", "ledger_entry"):
            cursor.execute(f"SELECT * FROM {table}")
            found += [table for row in cursor.fetchall() if any(text in str(value) for value in row)]
    return found


def test_a_present_is_brought_on_its_day_once_and_again_when_it_changes_hands(business: Business) -> None:
    voucher = sell(business, buyer=ANN, recipient=MAX, deliver_on="2026-12-24")
    other = sell(business, buyer=ANN, deliver_on="2026-12-24")  # whose it is, is not known yet
    christmas = datetime(2026, 12, 24, 18, 0, tzinfo=UTC)
    for at in (christmas - DAY, christmas, christmas + HOUR, christmas + 9 * DAY):
        keep_time(business=business, now=at)
    assert written(business, voucher_telling.DELIVERY) == [("Max Moor", "")]
    assert Voucher.objects.get(pk=voucher.pk).delivered_at == christmas
    assert Voucher.objects.get(pk=other.pk).delivered_at is None
    order(business, "assigned", voucher=voucher.public_id, recipient={"name": "Ida", "email": "ida@example.com"},
          now=christmas + 10 * DAY)  # fmt: skip
    keep_time(business=business, now=christmas + 10 * DAY)
    assert written(business, voucher_telling.DELIVERY) == [("Max Moor", ""), ("Ida", "")]


def test_staff_send_it_at_once_and_are_told_when_nobody_can_be_written_to(business: Business) -> None:
    voucher, nobody = sell(business, recipient=MAX, deliver_on="2027-01-01"), sell(business, recipient={"name": "Eve"})
    order(business, "sent", voucher=voucher.public_id, now=NOW + HOUR)
    assert written(business, voucher_telling.DELIVERY) == [("Max Moor", "")]
    assert Voucher.objects.get(pk=voucher.pk).delivered_at == NOW + HOUR
    keep_time(business=business, now=datetime(2027, 1, 1, 18, 0, tzinfo=UTC))
    assert len(written(business, voucher_telling.DELIVERY)) == 1
    assert refusal(business, "sent", voucher=nobody.public_id).code == "recipient_required"
    order(business, "voided", voucher=voucher.public_id, reason="x", refund=None)
    assert refusal(business, "sent", voucher=voucher.public_id).code == "voucher_void"


def test_a_present_that_was_cancelled_or_changed_hands_does_not_leave(business: Business, handed: Handed) -> None:
    voided, moved = (sell(business, recipient=MAX, deliver_on="2026-11-20") for _ in range(2))
    keep_time(business=business, now=NOW)
    order(business, "voided", voucher=voided.public_id, reason="x", refund=None)
    order(business, "assigned", voucher=moved.public_id, recipient=None)
    deliver(now=NOW + 6 * HOUR)
    assert handed.bodies == []
    assert [note for _, note in states(business)] == [
        "the voucher cannot be used any more", "the voucher is somebody else's now"
    ]  # fmt: skip


def test_a_lost_cards_successor_does_not_say_the_same_again(business: Business) -> None:
    voucher = sell(business, buyer=ANN)
    voucher_telling.remind(business=business, now=AT_30)
    order(business, "replaced", voucher=voucher.public_id, now=AT_30 + HOUR)
    assert voucher_telling.remind(business=business, now=AT_30 + 2 * HOUR) == 0
    voucher_telling.remind(business=business, now=AT_7)
    assert written(business) == [("Ann Archer", "30d"), ("Ann Archer", "7d")]


def test_what_left_is_noted_as_an_event(business: Business, handed: Handed) -> None:
    voucher = give(business, recipient=ANN)
    voucher_telling.remind(business=business, now=AT_30)
    deliver(now=AT_30)
    event = Event.objects.get(business=business, type="voucher.reminded")
    assert (event.source, event.data["voucher"], event.time) == ("goodword", voucher.public_id, AT_30)
    assert len(handed.bodies) == 1


def test_another_business_is_left_alone(business: Business) -> None:
    other = fern("other")
    sell(other, buyer=ANN, expires_on="2028-11-20" if other.country == "GB" else "never")
    sell(business, buyer=ANN)
    assert voucher_telling.remind(business=other, now=AT_30) == 0
    assert voucher_telling.remind(business=business, now=AT_30) == 1
    assert written(other) == []


def test_hours_are_no_measure_of_a_last_day(business: Business) -> None:
    with pytest.raises(Refused) as refused:
        change_settings(business=business, wanted={"voucher_reminders": ["90d", "12h"]}, actor="o", now=NOW)
    assert refused.value.code == "not_in_days"
    change_settings(business=business, wanted={"voucher_reminders": ["7d", "2 months", "7d"]}, actor="o", now=NOW)
    sell(business, buyer=ANN)
    voucher_telling.remind(business=business, now=datetime(2027, 9, 20, 18, 0, tzinfo=UTC))
    assert written(business) == [("Ann Archer", "2 months")]
