"""Problems that a person sees to: an event or a message that was set aside put in line again, a problem called done."""

from __future__ import annotations

from datetime import datetime

from goodword.business.models import Business
from goodword.errors import NotFound
from goodword.inbox import models as inbox
from goodword.outbox.models import Message, State


def retry_event(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``event.retried {event}``: one that was set aside is in line again, and its attempts begin anew.

    Raises:
        NotFound: ``event_not_found``.
    """
    name = str(row.data.get("event"))
    aside = inbox.Event.objects.filter(business=business, public_id=name, state=inbox.State.SET_ASIDE)
    if not aside.update(state=inbox.State.RECORDED, attempts=0, due_at=now, code=""):
        raise NotFound("event_not_found", "no event of that id stands aside")


def retry_message(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``message.retried {message}``: one that was set aside is in line again, and its attempts begin anew.

    Raises:
        NotFound: ``message_not_found``.
    """
    name = str(row.data.get("message"))
    aside = Message.objects.filter(business=business, public_id=name, state=State.SET_ASIDE)
    if not aside.update(state=State.QUEUED, attempts=0, due_at=now, note=""):
        raise NotFound("message_not_found", "no message of that id was set aside")


def close_problem(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - a Command
    """``problem.closed {decision}``: a person has seen to it; who and when stands in the event.

    Raises:
        NotFound: ``problem_not_found``.
    """
    known = inbox.Decision.objects.filter(
        business=business, pk=int(row.data["decision"]), kind__in=("problem", "attribution_refused")
    )
    if not known.exists():
        raise NotFound("problem_not_found", "no problem of that id")
