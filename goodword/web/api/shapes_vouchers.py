"""The shapes of answers on vouchers."""

from __future__ import annotations

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

from goodword.web.api.shapes import IdentityShape, Money


class VoucherShape(Schema):
    """``code`` is null for keys without ``vouchers:write``. ``expires_on`` is a date where the business is."""

    id: str
    serial: str
    code: str | None
    kind: str
    state: str = Field(description="stock, active, booked, redeemed, expired or void")
    frozen: bool = Field(description="In dispute: nothing may be redeemed.")
    value: Money | None = Field(description="Face value; null in stock when it is chosen later.")
    balance: Money
    service: str | None
    expires_on: date | None = Field(description="Null: never.")
    buyer: str | None
    recipient: str | None
    message: str | None
    deliver_on: date | None
    location: str | None = Field(description="A location's external id.")
    batch: str | None
    sale: str | None
    job: str | None
    design: str | None
    badges: list[str]
    reward: str | None = Field(description="The reward it was given for.")
    replaces: str | None = Field(description="The lost card whose place it took.")
    replaced_by: str | None
    policy: str | None = Field(description="The law it was issued under.")
    vat: str | None
    issued_at: datetime | None
    ended_at: datetime | None
    created_at: datetime


class RedeemedShape(Schema):
    """``redeemed`` was taken; ``balance`` is what is left."""

    redemption: str
    voucher: str
    serial: str
    redeemed: Money
    balance: Money
    state: str


class RedemptionShape(Schema):
    """``returned``: what of ``amount`` was given back. ``ticket`` is the one it was made for."""

    id: str
    voucher: str
    serial: str
    amount: Money
    returned: Money
    at: datetime
    job: str | None
    ticket: IdentityShape | None
    location: str | None
    event: str


class BatchShape(Schema):
    """``states``: how many of its vouchers are in which state. The vouchers: ``GET /vouchers?batch=``."""

    id: str
    label: str | None
    kind: str
    prefix: str
    count: int
    value: Money | None
    first_serial: str | None
    last_serial: str | None
    states: dict[str, int]
    sale: str | None = Field(description="The sale it came by; null for stock.")
    event: str
    created_at: datetime


class SoldShape(Schema):
    id: str
    serial: str


class SaleShape(Schema):
    """What was paid for ``count`` vouchers; ``vouchers`` are the first 200, ``GET /vouchers?sale=`` pages all."""

    id: str
    at: datetime
    kind: str
    method: str
    reference: str | None
    reason: str | None
    count: int
    amount: Money
    buyer: str | None
    ticket: str | None
    location: str | None
    vouchers: list[SoldShape]
    event: str


class GapShape(Schema):
    """Serials below the highest of their prefix that nobody has recorded."""

    first: str
    last: str
    count: int


class GapsShape(Schema):
    """``more``: there are further gaps behind the last of these."""

    data: list[GapShape]
    more: bool
