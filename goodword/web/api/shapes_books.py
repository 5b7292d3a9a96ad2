"""The shapes of answers on programmes and the books."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema


class RevisionShape(Schema):
    number: int
    starts_at: datetime
    published_at: datetime
    published_by: str | None


class FaultShape(Schema):
    """Something to look at in a document, with its line."""

    line: int
    key: str
    problem: str
    write_instead: str


class ProgrammeShape(Schema):
    id: str
    slug: str
    name: str
    draft: str | None
    revisions: list[RevisionShape]
    warnings: list[FaultShape]
    created_at: datetime
    ended_at: datetime | None


class TermsShape(Schema):
    """The document in plain words; ``revision`` is null for a draft that was never published."""

    programme: str
    revision: int | None
    language: str
    sentences: list[str]
    friend_offer: str
    steps: list[str]


class TrialLineShape(Schema):
    """``balance`` is credits less debits; the balances of an asset sum to zero."""

    account: str
    asset: str
    debits: int
    credits: int
    balance: int


class TrialShape(Schema):
    at: datetime | None
    known_at: datetime | None
    accounts: list[TrialLineShape]
    totals: dict[str, int]


class LiabilityLineShape(Schema):
    instrument: str
    asset: str
    pending: int
    redeemable: int
    expired: int
    total: int


class LiabilityShape(Schema):
    at: datetime | None
    known_at: datetime | None
    instruments: list[LiabilityLineShape]


class TransferShape(Schema):
    debit: str
    credit: str
    units: int
    asset: str


class EntryShape(Schema):
    """The transfers of one cause."""

    id: int
    key: str
    recipe: str
    event: str | None
    reverses: int | None
    occurred_at: datetime
    recorded_at: datetime
    booked_at: datetime
    transfers: list[TransferShape]
