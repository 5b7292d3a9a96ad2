"""What a channel does, what may go with a message, and how it says no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, Protocol

from goodword.outbox.models import Message

Outcome = Literal["sent", "local"]


class Enclosure(NamedTuple):
    """A file that goes with a message. ``kind`` is its media type."""

    name: str
    kind: str
    content: bytes


Enclose = Callable[[], Sequence[Enclosure]]


def nothing() -> Sequence[Enclosure]:
    """Enclose nothing."""
    return ()


class Undeliverable(Exception):
    """No later attempt can succeed: the address is wrong, the provider refuses it for good. The text says why."""


class Send(Protocol):
    """Hand one message over.

    Returns ``sent``, or ``local`` when no provider is set and the message stays here for a person to see and send.
    Raises :class:`Undeliverable` when trying again is useless; any other exception is tried again later.

    ``enclosed`` makes the files that go with it. A channel that can send files asks it once the message is sure to be
    handed to a provider; the others never do.
    """

    def __call__(self, message: Message, *, sender: str, reply_to: str, enclosed: Enclose = nothing) -> Outcome: ...
