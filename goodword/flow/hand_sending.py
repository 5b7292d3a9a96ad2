"""Messages that a person sends: one kept here for want of a provider; and how often a test may be sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from goodword.business.models import Business
from goodword.errors import NotFound, Refused
from goodword.inbox import models as inbox
from goodword.outbox.models import Message, State

TESTED, TESTS_AN_HOUR = "message.tested", 5


def hand_key(message: str) -> str:
    """Return the id of the event that says a person sent this message: the same message, the same event."""
    return f"message.sent_by_hand:{message}"


def mark_sent(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``message.sent_by_hand {message}``: somebody sent it from a phone of their own; who stands in the event."""
    known = Message.objects.filter(business=business, public_id=str(row.data.get("message")))
    if not known.exists():
        raise NotFound("message_not_found", "no message of that id")
    if not known.filter(state=State.LOCAL).update(state=State.SENT, sent_at=now):
        raise Refused("not_allowed", "only a message that is kept here can be marked as sent by hand")


def note_test(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``message.tested {template, language, channel, to}``: a test to oneself; of the address only its end is kept."""
    since = now - timedelta(hours=1)
    tests = inbox.Event.objects.filter(business=business, actor=row.actor, type=TESTED, recorded_at__gt=since)
    if tests.filter(state=inbox.State.SETTLED).count() >= TESTS_AN_HOUR:
        raise Refused("too_many_tests", f"at most {TESTS_AN_HOUR} test messages an hour")
