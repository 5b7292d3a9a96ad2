"""What the clock does, written down as events of source ``goodword`` (rulings 1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from goodword.business.models import Business
from goodword.engine.events import RANKS
from goodword.flow.minting import mint_id
from goodword.flow.record import digest_of
from goodword.inbox.models import Event, State

SOURCE = "goodword"
# What each means, for the reference of event types.
TYPES: dict[str, str] = {
    "reward.available": "the hold of a reward is over: pending became issued",
    "value.lapsed": "value reached its expiry with something left of it",
    "reminder.sent": "a reminder of an invitation left",
    "voucher.reminded": "a reminder of a voucher's last day left",
    "voucher.delivered": "a voucher left for its recipient",
}
RANK = max(RANKS.values()) + 1


def row(*, business: Business, type: str, key: str, time: datetime, data: dict[str, Any], now: datetime) -> Event:  # noqa: A002 - an event's attribute is called so
    """Return the unsaved event of a clock action, settled as it is recorded."""
    if type not in TYPES:
        raise ValueError(f"no clock event {type}")
    return Event(
        business=business, public_id=mint_id("evt", at=now), source=SOURCE, external_id=key, type=type, rank=RANK,
        time=time, recorded_at=now, due_at=now, data=data, digest=digest_of(type, time, data), state=State.SETTLED,
        settled_at=now, actor="clock",
    )  # fmt: skip


def note(*, business: Business, type: str, key: str, time: datetime, data: dict[str, Any], now: datetime) -> Event:  # noqa: A002 - an event's attribute is called so
    """Store the event of one clock action and return it. The key is determined by its cause: it happens once."""
    made = row(business=business, type=type, key=key, time=time, data=data, now=now)
    made.save(force_insert=True)
    return made
