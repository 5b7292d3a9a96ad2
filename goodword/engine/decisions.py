"""What may follow from an event: frozen values, each with its trace.

``flow/settle.py`` matches on them exhaustively; nothing else in the system moves value. What becomes of a voucher is
decided under its lock: ``Tendered``, ``JobCancelled`` and ``JobResumed`` ask for it, ``Voucher...`` says what it was.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from goodword.engine.facts import Check

if TYPE_CHECKING:
    from goodword.engine.records import Contact, Content, Grant, Job, Lot, Referral, Ticket

Outcome = Literal["granted", "refused", "waiting", "reversed", "kept", "unchanged"]


class Trace(msgspec.Struct, frozen=True):
    """Why one rule did what it did for one event (domain.md, Decision trace).

    ``codes`` are the reasons of a refusal, all of them; ``arithmetic`` is the sum in words and figures.
    """

    outcome: Outcome
    programme: str
    revision: int
    rule: str
    when: str
    to: str
    holder: str
    codes: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    arithmetic: str = ""
    nth: int | None = None
    kind: str = ""
    asset: str = ""
    units: int = 0
    at: datetime | None = None
    available_at: datetime | None = None
    expires_at: datetime | None = None
    cut: bool = False
    review: bool = False
    note: str = ""


class Granted(msgspec.Struct, frozen=True):
    """A reward was made: ``grant.lot`` opens with its units; ``repaid`` of them settle the holder's debt at once."""

    trace: Trace
    grant: Grant
    repaid: int


class Reversed(msgspec.Struct, frozen=True):
    """A grant went back, wholly or in part (rulings 24, 27).

    ``takes`` are the lots and how much of each; ``owed`` became a debt of the holder; ``written_off`` is lost.
    ``units`` is what came back (takes and owed), in units of the grant's asset.
    """

    trace: Trace
    grant: Grant
    units: int
    takes: tuple[tuple[Lot, int], ...]
    owed: int
    written_off: int


class NotGranted(msgspec.Struct, frozen=True):
    """A rule was looked at and pays nothing now: refused, waiting, kept or unchanged."""

    trace: Trace
    referral: Referral | None = None
    ticket: Ticket | None = None


class Attributed(msgspec.Struct, frozen=True):
    """A friend got a referrer."""

    referral: Referral


class AttributionRefused(msgspec.Struct, frozen=True):
    """A named referrer was not taken; ``code`` says why (domain.md, Referrals)."""

    code: str
    friend: Contact
    referrer: Contact | None
    how: str


class ReferralRemoved(msgspec.Struct, frozen=True):
    """A referral ended by an admin or a merge; what it paid was reversed."""

    referral: Referral
    code: str


class StageReached(msgspec.Struct, frozen=True):
    """A referral reached a stage; ``nth`` is its ordinal there, ``None`` when it was reached before the arrival."""

    referral: Referral
    stage: str
    time: datetime
    nth: int | None


class StageLost(msgspec.Struct, frozen=True):
    """No job supports the stage any more."""

    referral: Referral
    stage: str


class Spent(msgspec.Struct, frozen=True):
    """A tender of ours was redeemed for a ticket from these lots."""

    ticket: Ticket
    contact: Contact
    instrument: str
    takes: tuple[tuple[Lot, int], ...]


class Restored(msgspec.Struct, frozen=True):
    """A redemption was given back: to the lot it came from, or to ``heir`` where that lot has lapsed (rulings 28)."""

    ticket: Ticket
    contact: Contact
    lot: Lot
    units: int
    heir: Lot | None


class Tendered(msgspec.Struct, frozen=True):
    """A ticket says anew what vouchers of ours pay (rulings 25); ``flow/vouchers/tendering.py`` takes the difference.

    ``wanted`` is each voucher it names, or named before, by our id and what it is to have paid: smallest units, 0 none.
    A voided ticket gives back all that was ever redeemed for it. ``content`` is what it said at that moment.
    """

    ticket: Ticket
    content: Content
    wanted: tuple[tuple[str, int], ...]


class JobCancelled(msgspec.Struct, frozen=True):
    """A job was called off: vouchers that were to pay for it, or paid, are let go."""

    job: Job


class JobResumed(msgspec.Struct, frozen=True):
    """A job that had been called off is on again."""

    job: Job


class VoucherSpent(msgspec.Struct, frozen=True):
    """A voucher paid on a ticket: ``units`` were taken from ``lot`` now, ``before`` by redemptions ahead of it."""

    ticket: Ticket
    contact: Contact | None
    serial: str
    instrument: str
    units: int
    before: int
    lot: int | None


class VoucherRestored(msgspec.Struct, frozen=True):
    """A redemption was given back because its ticket or its job no longer stands: ``units`` are in ``lot`` now."""

    ticket: str
    job: Job | None
    contact: Contact | None
    serial: str
    units: int
    lot: int


class VoucherUnbooked(msgspec.Struct, frozen=True):
    """A voucher that was to pay for a job is free again: the job was called off."""

    job: Job
    contact: Contact | None
    serial: str


class Merged(msgspec.Struct, frozen=True):
    """Two records became one contact."""

    loser: Contact
    survivor: Contact


class Problem(msgspec.Struct, frozen=True):
    """Something a person should look at; it never fails the event."""

    code: str
    contact: Contact | None = None
    facts: dict[str, str | int] = {}


class Ignored(msgspec.Struct, frozen=True):
    """The event as a whole changes nothing: ``already_closed``, ``superseded``."""

    code: str


Decision = (
    Granted
    | Reversed
    | NotGranted
    | Attributed
    | AttributionRefused
    | ReferralRemoved
    | StageReached
    | StageLost
    | Spent
    | Restored
    | Tendered
    | JobCancelled
    | JobResumed
    | VoucherSpent
    | VoucherRestored
    | VoucherUnbooked
    | Merged
    | Problem
    | Ignored
)
