"""The things a history speaks of: contacts, jobs, tickets, referrals, grants, lots.

The same classes stand in a whole history of a backtest and, live, in the slice that a batch of events speaks of. They
know no database: ``pk`` is opaque.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from goodword.engine.events import AppointmentOnTicket, LineData, TenderData
from goodword.engine.programme import Programme
from goodword.engine.rules.rule import Rule


@dataclass(eq=False, slots=True)
class Revision:
    """One immutable revision of a programme and when it is in force (half open, UTC)."""

    programme: Programme
    number: int
    start: datetime | None  # None: since ever
    end: datetime | None = None
    pk: int | None = None

    def rule(self, rule_id: str) -> Rule:
        """Return the rule of that id (KeyError when it has none)."""
        for rule in self.programme.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)


@dataclass(eq=False, slots=True)
class Pin:
    """A revision a referral holds to for ever; ``eligible`` is the test of ``referrers`` at arrival (rulings 42)."""

    revision: Revision
    eligible: bool


@dataclass(eq=False, slots=True)
class Arrival:
    """A friend's first arrival: what a later attribution is judged by (rulings 16)."""

    time: datetime
    is_new: bool
    pins: list[Pin]


@dataclass(eq=False, slots=True)
class Contact:
    pk: int | None = None
    public_id: str = ""
    identities: list[tuple[str, str]] = field(default_factory=list)
    name: str = ""
    phone: str | None = None
    email: str | None = None
    language: str | None = None
    address: object = None
    address_key: str | None = None
    company: object = None
    tags: list[str] = field(default_factory=list)
    clubs: list[str] = field(default_factory=list)
    partner: bool = False
    blocked: bool = False
    code: str | None = None
    merged_into: Contact | None = None
    absorbed: list[Contact] = field(default_factory=list)  # merged into this one, directly
    first_work_at: datetime | None = None
    ordinals: dict[str, int] = field(default_factory=dict)
    arrival: Arrival | None = None
    referral: Referral | None = None  # as a friend, live
    referred: list[Referral] = field(default_factory=list)  # as a referrer
    jobs: list[Job] = field(default_factory=list)
    lots: list[Lot] = field(default_factory=list)
    owed: dict[str, int] = field(default_factory=dict)

    def root(self) -> Contact:
        """Return the survivor this record was merged into, or itself."""
        contact = self
        while contact.merged_into is not None:
            contact = contact.merged_into
        return contact

    @property
    def told(self) -> bool:
        """Say whether anybody told us more of it than its name in another system."""
        return bool(self.name or self.phone or self.email or self.absorbed)

    def records(self) -> Iterator[Contact]:
        """Yield this record and all that were merged into it."""
        yield self
        for contact in self.absorbed:
            yield from contact.records()

    def traits(self) -> frozenset[str]:
        """Return what an ``audience`` may ask for now; tickets and waiting rules keep it as it was."""
        found = {f"tag:{t}" for t in self.tags} | {f"club:{c}" for c in self.clubs}
        found |= {f"contact:{name}" for record in self.records() for _, name in record.identities}
        found |= {f"contact:{record.public_id}" for record in self.records() if record.public_id}
        return frozenset(found | {"partner"} if self.partner else found)

    def external_name(self) -> str:
        """Return the name the contact bears in rows of a backtest (rulings 39)."""
        for record in self.records():
            if record.identities:
                return record.identities[0][1]
        return self.public_id or self.phone or self.email or self.name


@dataclass(eq=False, slots=True)
class Job:
    source: str
    external_id: str | None  # None: it stands for a ticket (rulings 15)
    pk: int | None = None
    public_id: str = ""
    contact: Contact | None = None
    reports: list[tuple[datetime, int, str, str, str]] = field(default_factory=list)  # order key + status
    scores: list[tuple[datetime, int]] = field(default_factory=list)
    reached: dict[str, datetime] = field(default_factory=dict)
    status: str = ""
    total: int | None = None
    services: list[str] = field(default_factory=list)
    location: str | None = None
    details_at: datetime | None = None
    tickets: list[Ticket] = field(default_factory=list)  # that name it

    def latest_score(self) -> int | None:
        """Return the newest survey score, of two at one instant the one settled later."""
        return sorted(self.scores, key=lambda told: told[0])[-1][1] if self.scores else None


@dataclass(slots=True)
class Spend:
    """Value of ours that a ticket used: from which lot, how much, when."""

    lot: Lot
    units: int
    at: datetime
    instrument: str


@dataclass(slots=True)
class Content:
    """What a ticket says now."""

    kind: Literal["closed", "adjusted", "voided"]
    order: tuple[datetime, int, str, str]
    contact: Contact | None = None
    job: Job | None = None
    location: str | None = None
    appointment: AppointmentOnTicket | None = None
    reservation: str | None = None
    lines: tuple[LineData, ...] = ()
    tenders: tuple[TenderData, ...] = ()


@dataclass(eq=False, slots=True)
class Ticket:
    source: str
    external_id: str
    pk: int | None = None
    public_id: str = ""
    closed_at: datetime | None = None
    closing_event: str = ""
    content: Content | None = None  # the newest adjusted or voided wins over the closing (rulings 24)
    job: Job | None = None  # the job it stands for when it names none
    pins: list[Revision] = field(default_factory=list)
    holder: Contact | None = None  # whose traits were taken at the closing
    holder_traits: frozenset[str] = frozenset()
    score: int | None = None
    grants: list[Grant] = field(default_factory=list)
    spends: list[Spend] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Appointment:
    source: str
    external_id: str
    pk: int | None = None
    contact: Contact | None = None
    made: str | None = None
    at: datetime | None = None
    told: bool = False
    tickets: list[Ticket] = field(default_factory=list)
    gone: list[Ticket] = field(default_factory=list)  # that named it before they were adjusted


@dataclass(eq=False, slots=True)
class Reservation:
    source: str
    external_id: str
    pk: int | None = None
    contact: Contact | None = None
    sku: str | None = None
    told: bool = False
    tickets: list[Ticket] = field(default_factory=list)
    gone: list[Ticket] = field(default_factory=list)  # that named it before they were adjusted


@dataclass(slots=True)
class Stage:
    """Where a referral stands at one stage; the ordinal outlives being un-reached."""

    time: datetime | None = None
    nth: int | None = None
    early: bool = False  # reached before the arrival: never pays, takes no ordinal (rulings 42)
    job: Job | None = None


@dataclass(slots=True)
class Wait:
    """A rule that waits for the job's first score (rulings 18, 41)."""

    programme: str
    rule: str
    stage: str
    time: datetime
    nth: int | None
    job: Job
    traits: frozenset[str]


@dataclass(eq=False, slots=True)
class Referral:
    friend: Contact
    referrer: Contact
    how: str
    arrived_at: datetime
    is_new: bool
    pk: int | None = None
    public_id: str = ""
    household: bool = False
    pins: list[Pin] = field(default_factory=list)
    stages: dict[str, Stage] = field(default_factory=dict)
    waits: list[Wait] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    removed_at: datetime | None = None
    removed_code: str = ""

    @property
    def live(self) -> bool:
        return self.removed_at is None


@dataclass(eq=False, slots=True)
class Lot:
    """A grant's value as the engine sees it; the ledger holds the truth, ``pk`` is its account."""

    contact: Contact
    instrument: str
    asset: str
    units: int
    left: int
    available_at: datetime | None  # None: not before a person releases it
    expires_at: datetime | None
    sequence: int
    pk: int | None = None

    def open_at(self, time: datetime) -> bool:
        """Say whether something is left of it that has not expired by ``time``."""
        return self.left > 0 and (self.expires_at is None or self.expires_at > time)


@dataclass(eq=False, slots=True)
class Grant:
    """One reward: a promise that a rule made for an event."""

    revision: Revision
    rule: Rule
    holder: Contact
    kind: str
    asset: str
    units: int
    worth: int
    at: datetime  # what limits and seasons are judged by
    event: str
    event_source: str
    event_time: datetime
    available_at: datetime
    expires_at: datetime | None
    nth: int | None
    cut: bool
    review: bool
    lot: Lot
    referral: Referral | None = None
    ticket: Ticket | None = None
    stage: str = ""
    reversed: int = 0
    pk: int | None = None
    public_id: str = ""

    @property
    def subject(self) -> Referral | Ticket:
        """Return the referral or ticket it was made for."""
        found = self.referral if self.referral is not None else self.ticket
        assert found is not None
        return found

    @property
    def held(self) -> int:
        """Units not taken back: spent, lapsed or written off still count as held (rulings 14, 48)."""
        return self.units - self.reversed


def by_expiry(lots: Iterable[Lot]) -> list[Lot]:
    """Sort lots as they are spent: soonest to expire, no expiry last, then by id (rulings 29)."""
    far = timedelta.max
    return sorted(
        lots,
        key=lambda lot: (
            lot.expires_at is None,
            lot.expires_at.timestamp() if lot.expires_at else far.total_seconds(),
            lot.sequence,
        ),
    )
