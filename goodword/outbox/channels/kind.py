"""What a channel does, and how it says no."""

from __future__ import annotations

from typing import Literal, Protocol

from goodword.outbox.models import Message

Outcome = Literal["sent", "local"]


class Undeliverable(Exception):
    """No later attempt can succeed: the address is wrong, the provider refuses it for good. The text says why."""


class Send(Protocol):
    """Hand one message over.

    Returns ``sent``, or ``local`` when no provider is set and the message stays here for a person to see and send.
    Raises :class:`Undeliverable` when trying again is useless; any other exception is tried again later.
    """

    def __call__(self, message: Message, *, sender: str, reply_to: str) -> Outcome: ...
