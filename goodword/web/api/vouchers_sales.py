"""Vouchers many at a time: batches of stock, cards sold from stock, sales, serials that nobody has recorded."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from goodword.errors import Invalid
from goodword.flow.submit import submit
from goodword.reports import stock
from goodword.vouchers.models import Batch, Sale
from goodword.web.api import examples_vouchers as examples
from goodword.web.api import finding
from goodword.web.api import vouchers_named as named
from goodword.web.api import vouchers_told as told
from goodword.web.api.access import key_of, now_of
from goodword.web.api.asked_vouchers import BatchAsked, SaleAsked
from goodword.web.api.described import operation
from goodword.web.api.keyed import once
from goodword.web.api.paging import DEFAULT_LIMIT, page
from goodword.web.api.reading import Limit
from goodword.web.api.shapes import Page
from goodword.web.api.shapes_vouchers import BatchShape, GapsShape, SaleShape
from goodword.web.api.vouchers import MAKING, SELLING, sold

router = Router()
Method = Literal["till", "card", "stripe", "bank_transfer", "other", "complimentary"]


@router.post(
    "/voucher-batches",
    response={201: BatchShape},
    **operation(
        scope="vouchers:write",
        summary="Make vouchers by the batch",
        answer=examples.BATCH,
        request=examples.BATCH_ASKED,
        refusals=(*SELLING, *MAKING, "bad_count"),
        keyed=True,
    ),
)
def make(request: HttpRequest, body: BatchAsked) -> HttpResponse:
    """`stock`: cards printed ahead, worth nothing until each is sold. `active`: all sold or given now, by one payment;
    `value` and `payment` are required. Serials are drawn without gaps, unless they are named."""
    key = key_of(request)

    def perform(name: str | None) -> tuple[int, dict[str, Any]]:
        data = _made(request, body)
        kind = "voucher.stocked" if body.state == "stock" else "voucher.issued"
        event = submit(business=key.business, type=kind, data=data, actor=key.name, now=now_of(request), key=name)
        rows = list(Batch.objects.select_related("event").filter(event=event))
        return 201, told.batches(key, rows, now=now_of(request))[0]

    return once(request, perform)


def _made(request: HttpRequest, body: BatchAsked) -> dict[str, Any]:
    """Return a batch as its command has it."""
    value = named.units(key_of(request), body.value, place="value")
    data: dict[str, Any] = {
        "kind": body.kind, "value": value, "label": body.label or "", "location": body.location,
        "service": body.service, "design": body.design, "message": body.message,
    }  # fmt: skip
    if (body.count is None) == (body.serials is None):
        raise Invalid("bad_count", "say how many, or name the serials", pointer="/count")
    data |= {"count": body.count, "prefix": body.prefix} if body.serials is None else {"serials": body.serials}
    if body.state == "active":
        if body.payment is None:
            raise Invalid("bad_payment", "say how it was paid, or make them stock", pointer="/payment")
        if value is None:
            raise Invalid("amount_required", "say what each is worth", pointer="/value")
        return data | sold(request, body)
    early = [name for name in ("payment", "buyer", "expires_on", "ticket") if getattr(body, name) is not None]
    if early:
        raise Invalid("bad_payment", "cards of stock are paid, and get their last day, when they are sold",
                      pointer=f"/{early[0]}")  # fmt: skip
    return data


@router.get(
    "/voucher-batches",
    response=Page[BatchShape],
    **operation(
        scope="vouchers:read",
        summary="Batches, newest first",
        answer={"data": [examples.BATCH], "next": None},
        refusals=("bad_cursor",),
    ),
)
def batches(request: HttpRequest, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None) -> dict[str, Any]:
    """With how many of each are still in stock, sold, used and over."""
    key, now = key_of(request), now_of(request)
    rows = Batch.objects.select_related("event").filter(business=key.business)
    return page(rows, of="batches", cursor=cursor, limit=limit, render=lambda found: told.batches(key, found, now=now))


@router.get(
    "/voucher-batches/{batch}",
    response=BatchShape,
    **operation(scope="vouchers:read", summary="One batch", answer=examples.BATCH, refusals=("batch_not_found",)),
)
def batch(request: HttpRequest, batch: str) -> dict[str, Any]:
    """Its vouchers: `GET /vouchers?batch=`."""
    key = key_of(request)
    return told.batches(key, [named.batch_of(key, batch)], now=now_of(request))[0]


@router.post(
    "/voucher-sales",
    response={201: SaleShape},
    **operation(
        scope="vouchers:write",
        summary="Sell or give cards of stock, many at once",
        answer={**examples.SALE, "count": 3, "amount": {"amount": 7500, "currency": "USD"}},
        request=examples.SALE_ASKED,
        refusals=(*SELLING, "voucher_not_found", "already_active", "voucher_void", "voucher_frozen", "mixed_kinds",
                  "value_fixed", "recipient_of_many", "bad_serial", "bad_range", "too_many_serials"),
        keyed=True,
    ),
)  # fmt: skip
def sell(request: HttpRequest, body: SaleAsked) -> HttpResponse:
    """By one payment: all of them, or none and why. `serials` may hold ranges. `value` is what each is worth; a value
    that was printed stays."""
    key = key_of(request)

    def perform(name: str | None) -> tuple[int, dict[str, Any]]:
        data = {
            "serials": body.serials, "value": named.units(key, body.value, place="value"), **sold(request, body)
        }  # fmt: skip
        event = submit(
            business=key.business, type="voucher.activated", data=data, actor=key.name, now=now_of(request), key=name
        )
        return 201, told.sales(key, [named.sale_of(key, Sale.objects.get(event=event).public_id)])[0]

    return once(request, perform)


@router.get(
    "/voucher-sales",
    response=Page[SaleShape],
    **operation(
        scope="vouchers:read",
        summary="Sales of vouchers, newest first",
        answer={"data": [examples.SALE], "next": None},
        refusals=("bad_cursor", "contact_not_found"),
    ),
)
def sales(
    request: HttpRequest,
    reference: Annotated[str | None, Field(max_length=200)] = None,
    method: Method | None = None,
    buyer: str | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> dict[str, Any]:
    """Each points at its vouchers, and they at it. `reference` is that of the payment."""
    key = key_of(request)
    rows = Sale.objects.select_related("event", "buyer", "ticket", "location").filter(business=key.business)
    if reference is not None:
        rows = rows.filter(reference=reference)
    if method is not None:
        rows = rows.filter(method=method)
    if buyer is not None:
        rows = rows.filter(buyer=finding.contact_of(key, buyer))
    return page(rows, of="voucher sales", cursor=cursor, limit=limit, render=lambda found: told.sales(key, found))


@router.get(
    "/voucher-sales/{sale}",
    response=SaleShape,
    **operation(scope="vouchers:read", summary="One sale", answer=examples.SALE, refusals=("sale_not_found",)),
)
def sale(request: HttpRequest, sale: str) -> dict[str, Any]:
    """What was paid, how, by whom, and which vouchers it sold."""
    key = key_of(request)
    return told.sales(key, [named.sale_of(key, sale)])[0]


@router.get(
    "/voucher-serials/missing",
    response=GapsShape,
    **operation(scope="vouchers:read", summary="Serials that nobody has recorded", answer=examples.GAPS),
)
def missing(
    request: HttpRequest, prefix: Annotated[str | None, Field(max_length=12)] = None, limit: Limit = 200
) -> dict[str, Any]:
    """From 1 to the highest serial of a prefix: cards of a print run that were never entered."""
    found = stock.missing(business=key_of(request).business, prefix=prefix, limit=limit + 1)
    data = [{"first": each.ends[0], "last": each.ends[1], "count": each.count} for each in found[:limit]]
    return {"data": data, "more": len(found) > limit}
