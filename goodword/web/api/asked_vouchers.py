"""The shapes of bodies about vouchers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from goodword.web.api.asked import Name, Text
from goodword.web.api.reading import Asked, Reason

Kind = Literal["sold", "promotional"]
Day = Annotated[str, Field(max_length=40, description="A local date like 2027-02-14.")]
LastDay = Annotated[str, Field(max_length=40, description="The last day it is valid, like 2027-02-14; or “never”.")]
Serial = Annotated[str, Field(min_length=1, max_length=60, description="FERN-000123.")]
Serials = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=120)]],
    Field(min_length=1, max_length=1000, description="Serials and ranges: FERN-000101..FERN-000150."),
]
Prefix = Annotated[str, Field(min_length=1, max_length=12, description="Of the serials; the business's own if absent.")]


class MoneyAsked(Asked):
    """Whole smallest units of a currency."""

    amount: int
    currency: Annotated[str, Field(min_length=3, max_length=3)]


def _sum(value: Any) -> Any:
    """Return a sum as it was sent, when it may be one: two faults about two shapes would tell nobody what to write."""
    if isinstance(value, bool) or not isinstance(value, int | dict):
        raise ValueError("a sum is a whole number of smallest units, or {amount, currency}")
    return value


Sum = Annotated[
    MoneyAsked | int,
    BeforeValidator(_sum),
    Field(description="Money; a whole number is smallest units of the business's currency."),
]


class PaymentAsked(Asked):
    """How it was paid, whoever took the money. ``complimentary``, with a reason, if and only if it is promotional."""

    method: Literal["till", "card", "stripe", "bank_transfer", "other", "complimentary"]
    reference: Annotated[str, Field(max_length=200, description="Of the payment, where it was taken.")] | None = None
    reason: Annotated[str, Field(max_length=500)] | None = None


class RefundAsked(Asked):
    method: Literal["till", "card", "stripe", "bank_transfer", "other"]
    reference: Annotated[str, Field(max_length=200)] | None = None


class PersonAsked(Asked):
    """A contact: an external id, or a name with phone or e-mail, if any. Whoever is not known yet is made."""

    name: Annotated[str, Field(max_length=200)] | None = None
    phone: Text | None = None
    email: Text | None = None
    source: Name | None = None
    external_id: Name | None = None


Person = Annotated[
    Name | PersonAsked, Field(description="A contact's id, external:<external_id>, or {name, phone?, email?}.")
]


class ThingNamed(Asked):
    source: Name | None = None
    external_id: Name


Thing = Annotated[Name | ThingNamed, Field(description="Our id, external:<external_id>, or {source, external_id}.")]


class TicketAsked(Asked):
    """The ticket a redemption is made for: when it closes with a voucher as tender, the redemption stands for it."""

    external_id: Name
    total: Sum | None = None


class VoucherAsked(Asked):
    kind: Kind
    value: Sum
    payment: PaymentAsked
    buyer: Person | None = None
    recipient: Person | None = None
    expires_on: LastDay | None = None
    serial: Serial | None = None
    prefix: Prefix | None = None
    location: Annotated[Name, Field(description="A location's external id.")] | None = None
    message: Annotated[str, Field(max_length=1000)] | None = None
    deliver_on: Day | None = None
    service: Annotated[str, Field(max_length=500, description="A named service: redeemed whole.")] | None = None
    design: Name | None = None
    ticket: Thing | None = None


class BatchAsked(Asked):
    """``stock`` has serials and codes and is worth nothing until it is sold; ``active`` asks for value and payment."""

    kind: Kind
    state: Literal["stock", "active"]
    count: Annotated[int, Field(ge=1, description="How many; absent when serials are named.")] | None = None
    serials: Serials | None = None
    value: Sum | None = None
    payment: PaymentAsked | None = None
    prefix: Prefix | None = None
    label: Annotated[str, Field(max_length=100)] | None = None
    buyer: Person | None = None
    expires_on: LastDay | None = None
    location: Annotated[Name, Field(description="A location's external id.")] | None = None
    message: Annotated[str, Field(max_length=1000)] | None = None
    service: Annotated[str, Field(max_length=500)] | None = None
    design: Name | None = None
    ticket: Thing | None = None


class SoldAsked(Asked):
    """What selling a card of stock tells; a value that was printed stays."""

    payment: PaymentAsked
    value: Sum | None = None
    buyer: Person | None = None
    recipient: Person | None = None
    expires_on: LastDay | None = None
    location: Annotated[Name, Field(description="A location's external id.")] | None = None
    message: Annotated[str, Field(max_length=1000)] | None = None
    deliver_on: Day | None = None
    ticket: Thing | None = None


class SaleAsked(SoldAsked):
    serials: Serials


class RedeemAsked(Asked):
    amount: Sum
    job: Thing | None = None
    ticket: TicketAsked | Name | None = None
    recipient: Person | None = None
    location: Annotated[Name, Field(description="A location's external id.")] | None = None


class BookAsked(Asked):
    job: Thing
    recipient: Person | None = None


class RestoreAsked(Asked):
    redemption: Name
    reason: Reason | None = None


class ExtendAsked(Asked):
    expires_on: LastDay
    reason: Reason


class VoidAsked(Asked):
    """``refund``: how what is left was paid back; null: it was not."""

    reason: Reason
    refund: RefundAsked | None = None


class ReplaceAsked(Asked):
    """``serial``: a card of stock that takes its place; else a new one is made."""

    reason: Reason | None = None
    serial: Serial | None = None


class FreezeAsked(Asked):
    reason: Reason


class AssignAsked(Asked):
    """Only what is named changes; null makes it nobody's."""

    recipient: Person | None = None
    buyer: Person | None = None
    message: Annotated[str, Field(max_length=1000)] | None = None
    deliver_on: Day | None = None


class CashOutAsked(Asked):
    refund: RefundAsked
    reason: str | None = None
