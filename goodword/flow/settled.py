"""One event of a batch after it was decided, and where the engine's objects are stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from goodword.engine.decisions import Decision
from goodword.engine.events import Event
from goodword.engine.records import Contact, Grant, Referral
from goodword.flow.slice import Slice
from goodword.inbox import models as inbox


@dataclass(slots=True)
class Settled:
    """One event, its row and what followed from it."""

    row: inbox.Event
    event: Event
    decisions: list[Decision]


@dataclass(slots=True)
class Kept:
    """Where the engine's objects are stored; for those who write about them (messages, traces)."""

    found: Slice
    fresh: set[int] = field(default_factory=set)

    def row(self, thing: object) -> Any:
        """Return the stored row of an engine object."""
        return self.found.rows[id(thing)]

    def contact_pk(self, contact: Contact) -> int:
        """Return the key of the living contact."""
        return int(self.row(contact.root()).pk)

    def referral_pk(self, referral: Referral) -> int:
        """Return the key of a referral."""
        return int(self.row(referral).pk)

    def reward_pk(self, grant: Grant) -> int:
        """Return the key of a reward."""
        return int(self.row(grant).pk)
