"""An event that was set aside is settled once more while somebody waits for the answer."""

from __future__ import annotations

from datetime import datetime

from goodword.business.models import Business
from goodword.flow.settle import settle
from goodword.flow.submit import submit
from goodword.inbox.models import Event, State


def settle_again(*, business: Business, public_id: str, actor: str, now: datetime) -> bool:
    """Put a set-aside event in line again (``event.retried``), settle it, and say whether that went well.

    Raises:
        NotFound: ``event_not_found``.
    """
    submit(business=business, type="event.retried", data={"event": public_id}, actor=actor, now=now)
    again = Event.objects.filter(business=business, public_id=public_id)
    settle(business=business, now=now, events=[again.get().pk])
    return again.get().state == State.SETTLED
