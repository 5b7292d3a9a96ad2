"""Text messages: kept in the local outbox, to be seen and sent by a person, until a provider is set."""

from __future__ import annotations

from goodword.outbox.channels.kind import Outcome
from goodword.outbox.models import Message


def send(message: Message, *, sender: str, reply_to: str) -> Outcome:  # noqa: ARG001 - every channel is called so
    """Keep the text here: there is no provider yet."""
    return "local"
