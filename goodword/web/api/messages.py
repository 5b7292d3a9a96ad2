"""Messages: what was written to whom, why, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router

from goodword.outbox.models import Message
from goodword.web.api import examples, finding
from goodword.web.api.access import key_of
from goodword.web.api.described import operation
from goodword.web.api.paging import DEFAULT_LIMIT, page
from goodword.web.api.reading import Limit
from goodword.web.api.shapes import MessageShape, Page

router = Router()
State = Literal["queued", "sent", "local", "held", "cancelled", "set_aside"]


@router.get(
    "/messages",
    response=Page[MessageShape],
    **operation(
        scope="messages:read",
        summary="Messages, newest first",
        answer={"data": [examples.MESSAGE], "next": None},
        refusals=("bad_cursor", "contact_not_found"),
    ),
)
def listed(
    request: HttpRequest,
    contact: str | None = None,
    state: State | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> dict[str, Any]:
    """`local` messages wait for a person, as no provider is set; `held` ones for a consent or an address."""
    key = key_of(request)
    rows = Message.objects.filter(business=key.business).select_related("contact", "event")
    if contact is not None:
        rows = rows.filter(contact=finding.contact_of(key, contact))
    if state is not None:
        rows = rows.filter(state=state)
    return page(rows, of="messages", cursor=cursor, limit=limit, render=rendered)


def rendered(rows: Sequence[Message]) -> list[dict[str, Any]]:
    """Return messages as the API shows them; their relations are loaded."""
    return [
        {
            "id": row.public_id,
            "contact": row.contact.public_id,
            "channel": row.channel,
            "to": row.to,
            "template": row.template,
            "language": row.language,
            "subject": row.subject or None,
            "body": row.body,
            "state": row.state,
            "note": row.note or None,
            "cause": row.event.public_id if row.event else None,
            "due_at": row.due_at,
            "created_at": row.created_at,
            "sent_at": row.sent_at,
        }
        for row in rows
    ]
