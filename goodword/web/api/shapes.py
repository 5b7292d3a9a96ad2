"""The shapes of answers: what every noun looks like outside."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, TypeVar

from ninja import Schema
from pydantic import Field

T = TypeVar("T")


class Money(Schema):
    """Whole smallest units of a currency."""

    amount: int
    currency: str


class Page(Schema, Generic[T]):
    """One page, newest first; ``next`` is the cursor of the following one, null at the end."""

    data: list[T]
    next: str | None


class IdentityShape(Schema):
    source: str
    external_id: str


class ContactShape(Schema):
    """A person or company. ``external_id`` is the one of this key's source; ``identities`` are all of them."""

    id: str
    external_id: str | None
    identities: list[IdentityShape]
    name: str
    phone: str | None
    email: str | None
    language: str | None
    address: str | dict[str, Any] | None
    company: str | bool | None
    tags: list[str]
    clubs: list[str]
    partner: bool
    blocked: bool
    code: str
    referral_link: str
    merged_into: str | None
    created_at: datetime


class PointsShape(Schema):
    """``value``: what the redeemable points are worth in smallest units of the currency."""

    pending: int
    redeemable: int
    value: int


class CreditShape(Schema):
    pending: int
    redeemable: int


class BalancesShape(Schema):
    """``owed``: what the contact owes after a shortfall, in smallest units of the currency."""

    contact: str
    points: PointsShape
    credit: CreditShape
    currency: str
    owed: int
    at: datetime | None


class HoldingShape(Schema):
    instrument: str
    asset: str
    units: int


class StatementLineShape(Schema):
    """What one entry changed in one instrument, and the balance after it."""

    entry: int
    recipe: str
    event: str | None
    occurred_at: datetime
    booked_at: datetime
    instrument: str
    asset: str
    change: int
    balance: int


class StatementShape(Schema):
    contact: str
    opening: list[HoldingShape]
    lines: list[StatementLineShape]
    closing: list[HoldingShape]


class LinkShape(Schema):
    """The permanent referral link. ``qr_svg_url`` opens without a key."""

    code: str
    url: str
    qr_svg_url: str


class DecisionShape(Schema):
    """One decision of an event. ``sentence`` says it in plain words; ``trace`` has every fact and check."""

    kind: str
    programme: str | None
    revision: int | None
    rule: str | None
    outcome: str | None
    reasons: list[str]
    sentence: str
    contact: str | None
    referral: str | None
    reward: str | None
    trace: dict[str, Any]


class ProblemShape(Schema):
    """RFC 9457. ``code`` is stable; ``errors`` tells each place; ``facts`` explains a refusal."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[dict[str, Any]] | None = None
    facts: dict[str, Any] | None = None


class EventShape(Schema):
    id: str
    external_id: str
    source: str
    type: str
    time: datetime
    recorded_at: datetime
    settled_at: datetime | None
    state: str
    code: str | None
    data: Any
    decisions: list[DecisionShape]


class EventResultShape(Schema):
    id: str
    status: str = Field(description="settled, recorded, duplicate, conflict or rejected")
    problem: ProblemShape | None = None
    decisions: list[DecisionShape] | None = None


class ResultsShape(Schema):
    results: list[EventResultShape]


class StageShape(Schema):
    """A stage that a referral has reached; ``nth`` is the referrer's ordinal there."""

    stage: str
    reached_at: datetime
    nth: int | None


class ReferralShape(Schema):
    id: str
    friend: str
    referrer: str
    how: str
    stage: str
    stages: list[StageShape]
    is_new: bool
    household: bool
    arrived_at: datetime
    created_at: datetime
    removed_at: datetime | None
    removed_code: str | None
    removed_reason: str | None


class RewardShape(Schema):
    """What a rule promised. ``code`` is of a discount and shown to keys that may write rewards."""

    id: str
    contact: str
    referral: str | None
    event: str
    programme: str
    revision: int
    rule: str
    to: str
    kind: str
    asset: str
    units: int
    reversed_units: int
    worth: Money
    text: str | None
    nth: int | None
    cut: bool
    review: bool
    status: str
    code: str | None
    at: datetime
    available_at: datetime
    expires_at: datetime | None
    granted_at: datetime
    issued_at: datetime | None


class ReversedShape(Schema):
    """What came back of a reward, in units of its asset."""

    reward: str
    contact: str
    rule: str
    asset: str
    units: int


class RemovalShape(Schema):
    referral: ReferralShape
    reversed: list[ReversedShape]


class LeaderShape(Schema):
    """``closed``: referrals whose job was invoiced or paid in the time asked for. Equal numbers share a rank."""

    rank: int
    contact: str
    name: str
    closed: int
    referrals: int


class MessageShape(Schema):
    """``cause`` is the event it follows from; ``note`` says why it waits or failed."""

    id: str
    contact: str
    channel: str
    to: str
    template: str
    language: str
    subject: str | None
    body: str
    state: str
    note: str | None
    cause: str | None
    due_at: datetime
    created_at: datetime
    sent_at: datetime | None
