"""Text messages: kept in the local outbox, to be seen and sent by a person, until a provider is set."""

from __future__ import annotations

from goodword.outbox.channels.kind import Enclose, Outcome, nothing
from goodword.outbox.models import Message


def send(
    message: Message,  # noqa: ARG001 - every channel is called so
    *,
    sender: str,  # noqa: ARG001
    reply_to: str,  # noqa: ARG001
    enclosed: Enclose = nothing,  # noqa: ARG001
) -> Outcome:
    """Keep the text here: there is no provider yet. A text carries no file; its link leads to the voucher."""
    return "local"
