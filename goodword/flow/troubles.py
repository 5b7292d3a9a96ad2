"""Problems that a person sees to: a set-aside event tried again, a message sent again, a problem called done."""

from __future__ import annotations

from datetime import datetime

from goodword.business.models import Business
from goodword.errors import NotFound
from goodword.flow.settle import settle
from goodword.inbox import models as inbox
from goodword.outbox.models import Message, State


def retry_event(*, business: Business, public_id: str, now: datetime) -> bool:
    """Settle an event that was set aside once more; say whether it settled. Its ``attempts`` begin again.

    Raises:
        NotFound: ``event_not_found``.
    """
    aside = inbox.Event.objects.filter(business=business, public_id=public_id, state=inbox.State.SET_ASIDE)
    pk = aside.values_list("pk", flat=True).first()
    if pk is None:
        raise NotFound("event_not_found", "no event of that id stands aside")
    aside.update(state=inbox.State.RECORDED, attempts=0, due_at=now, code="")
    settle(business=business, now=now, events=[pk])
    return inbox.Event.objects.get(pk=pk).state == inbox.State.SETTLED


def retry_message(*, business: Business, public_id: str, now: datetime) -> None:
    """Put a message that was set aside in line again.

    Raises:
        NotFound: ``message_not_found``.
    """
    aside = Message.objects.filter(business=business, public_id=public_id, state=State.SET_ASIDE)
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
