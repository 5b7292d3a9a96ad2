"""Messages of a demo's past: judged like any other, then called sent without leaving. Nobody hears of last summer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from goodword.business.models import Business
from goodword.business.reading import settings_at
from goodword.errors import Refused
from goodword.flow.checking_out import verdicts
from goodword.flow.deliver import follow_up
from goodword.outbox.models import Message, State

CHANGED = ["state", "sent_at", "note", "to", "attempts"]


def call_sent(
    *, business: Business, until: datetime, note: str, outcome: Callable[[Message], tuple[State, str]] | None = None
) -> int:
    """Deal with what was due before ``until`` as sending would have, each at its own due time; return how many.

    Args:
        note: says in each message that it never left.
        outcome: what became of one that may leave, and why; None: all were sent.

    Raises:
        Refused: ``not_a_demo``: the messages of a real business leave, or stay.
    """
    if not business.is_demo:
        raise Refused("not_a_demo", f"“{business.slug}” is no demo; its messages are sent, not called so")
    due = Message.objects.filter(business=business, state=State.QUEUED, due_at__lt=until)
    messages = list(due.select_related("business", "contact", "event").order_by("due_at", "pk"))
    if not messages:
        return 0
    judged = verdicts(messages=messages, settings={business.pk: settings_at(business, until)}, now=until)
    with transaction.atomic():
        for message in messages:
            verdict = judged[message.pk]
            if verdict.state != State.QUEUED:
                message.state, message.note = State(verdict.state), verdict.note
                continue
            message.state, message.note = outcome(message) if outcome is not None else (State.SENT, note)
            message.to, message.attempts = verdict.to, message.attempts + 1
            if message.state != State.SET_ASIDE:
                message.sent_at = message.due_at
                follow_up(message=message, now=message.due_at)
        Message.objects.bulk_update(messages, CHANGED, batch_size=100)
    return len(messages)
