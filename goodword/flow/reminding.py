"""The follow-up sequence: a later word on the same link, as often as the business set, while nobody has come (R122)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from goodword.business.reading import settings_at
from goodword.engine.durations import hold_until, parse_duration
from goodword.flow.clock_events import note
from goodword.flow.inviting import INVITATION, REMINDER
from goodword.outbox import queueing
from goodword.outbox.models import Message
from goodword.referrals.models import Referral


def plan(*, message: Message, now: datetime) -> None:
    """Put the next word in line after an invitation or a reminder has left; what left is noted as an event.

    Runs in the caller's transaction. Each wait counts from the one before it.
    """
    place = int(message.facts["reminder"]) + 1 if message.template == REMINDER else 0
    first = message.facts.get("invitation", message.key)
    if message.template == REMINDER:
        data = {"message": message.public_id, "contact": message.contact.public_id}
        note(business=message.business, type="reminder.sent", key=message.key, time=now, data=data, now=now)
    waits = settings_at(message.business, now)["reminders"]
    if place >= len(waits):
        return
    due = hold_until(now, parse_duration(str(waits[place])), ZoneInfo(message.business.timezone))
    kept = {key: message.facts[key] for key in ("job", "link") if key in message.facts}  # sent by hand: of no job
    facts = {**kept, "invitation": first, "reminder": place}
    queueing.queue(
        business=message.business, key=f"remind:{place}:{first}", template=REMINDER, contact=message.contact,
        facts=facts, due_at=due, event=message.event, now=now,
    )  # fmt: skip


def overtaken(*, messages: Sequence[Message], settings: Mapping[str, Any]) -> dict[int, str]:
    """Return the reminders that events have overtaken, by id, with the reason."""
    reminders = [m for m in messages if m.template == REMINDER]
    wanted = len(settings["reminders"])
    found = {m.pk: "reminders were switched off" for m in reminders if m.facts["reminder"] >= wanted}
    if reminders:
        keys = {m.facts["invitation"]: m for m in reminders}
        asked = Message.objects.filter(business=reminders[0].business_id, key__in=keys, template=INVITATION)
        since = dict(asked.values_list("key", "created_at"))
        came: dict[int, datetime] = {}
        referrals = Referral.objects.filter(referrer__in=[m.contact_id for m in reminders], removed_at=None)
        for referrer, at in referrals.order_by("created_at").values_list("referrer_id", "created_at"):
            came[referrer] = at
        for key, message in keys.items():
            if message.contact_id in came and came[message.contact_id] >= since[key]:
                found[message.pk] = "a friend has come already"
    return found
