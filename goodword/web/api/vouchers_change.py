"""Vouchers changed: sold from stock, extended, cancelled, replaced, frozen, given to somebody, paid out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from goodword.vouchers.models import Voucher
from goodword.web.api import examples_vouchers as examples
from goodword.web.api import vouchers_named as named
from goodword.web.api.access import key_of
from goodword.web.api.asked_vouchers import (
    AssignAsked,
    CashOutAsked,
    ExtendAsked,
    FreezeAsked,
    ReplaceAsked,
    SoldAsked,
    VoidAsked,
)
from goodword.web.api.described import operation
from goodword.web.api.shapes_vouchers import VoucherShape
from goodword.web.api.vouchers import PEOPLE, SELLING, answered, changed, refused, sold

router = Router()


@router.post(
    "/vouchers/{voucher}/activate",
    response=VoucherShape,
    **operation(
        scope="vouchers:write",
        summary="Sell or give a card of stock",
        answer=examples.VOUCHER,
        request=examples.ACTIVATE_ASKED,
        refusals=refused(*SELLING, "already_active", "value_fixed", "voucher_void", "voucher_frozen"),
        keyed=True,
    ),
)
def activate(request: HttpRequest, voucher: str, body: SoldAsked) -> HttpResponse:
    """From then on it is worth `value`, or what was printed on it. Many at once: `POST /voucher-sales`."""
    key, row = key_of(request), named.voucher_of(request, voucher)

    def data() -> dict[str, Any]:
        return {
            "serials": [row.serial], "value": named.units(key, body.value, place="value"), **sold(request, body)
        }  # fmt: skip

    return answered(request, "voucher.activated", data, made=lambda _: row)


@router.post(
    "/vouchers/{voucher}/extend",
    response=VoucherShape,
    **operation(
        scope="vouchers:write",
        summary="Let a voucher be valid longer",
        answer=examples.VOUCHER,
        request=examples.EXTEND_ASKED,
        refusals=refused("bad_day", "not_an_extension", "nothing_left", "voucher_void", "voucher_not_active",
                         "reason_required"),
        keyed=True,
    ),
)  # fmt: skip
def extend(request: HttpRequest, voucher: str, body: ExtendAsked) -> HttpResponse:
    """`expires_on` is the new last day, later than the old one. One that has expired is honoured again."""
    return changed(request, voucher, "voucher.extended", body.model_dump)


@router.post(
    "/vouchers/{voucher}/void",
    response=VoucherShape,
    **operation(
        scope="vouchers:write",
        summary="Cancel a voucher for good",
        answer=examples.VOID,
        request=examples.VOID_ASKED,
        refusals=refused("voucher_void", "voucher_expired", "nothing_left", "bad_refund", "reason_required"),
        keyed=True,
    ),
)
def void(request: HttpRequest, voucher: str, body: VoidAsked) -> HttpResponse:
    """`refund` says how what is left of a sold one was paid back; with null it is forfeited. A spoiled card of stock is
    cancelled like this too."""
    return changed(request, voucher, "voucher.voided", body.model_dump)


@router.post(
    "/vouchers/{voucher}/replace",
    response=VoucherShape,
    **operation(
        scope="vouchers:write",
        summary="Replace a lost card",
        answer=examples.NEW_CARD,
        request=examples.REPLACE_ASKED,
        refusals=refused("voucher_void", "voucher_not_active", "voucher_expired", "nothing_left", "already_active",
                         "mixed_kinds", "bad_serial", "bad_range", "voucher_frozen", "reason_required"),
        keyed=True,
    ),
)  # fmt: skip
def replace(request: HttpRequest, voucher: str, body: ReplaceAsked) -> HttpResponse:
    """The lost one is void at once; the answer is the new one, with its own serial and code and all that was left."""
    row = named.voucher_of(request, voucher)
    return answered(
        request, "voucher.replaced", lambda: {"voucher": row.public_id, **body.model_dump(exclude_none=True)},
        made=lambda _: Voucher.objects.get(replaces=row),
    )  # fmt: skip


@router.post(
    "/vouchers/{voucher}/freeze",
    response=VoucherShape,
    **operation(
        scope="vouchers:write",
        summary="Put a voucher on hold",
        answer=examples.FROZEN,
        request=examples.FREEZE_ASKED,
        refusals=refused("voucher_void", "reason_required"),
        keyed=True,
    ),
)
def freeze(request: HttpRequest, voucher: str, body: FreezeAsked) -> HttpResponse:
    """While a question about it is open nothing may be redeemed. Its state and balance stay."""
    return changed(request, voucher, "voucher.frozen", body.model_dump)


@router.post(
    "/vouchers/{voucher}/unfreeze",
    response=VoucherShape,
    **operation(
        scope="vouchers:write", summary="Release a voucher", answer=examples.VOUCHER, refusals=refused(), keyed=True
    ),
)
def unfreeze(request: HttpRequest, voucher: str) -> HttpResponse:
    """The question is settled; it may be used again."""
    return changed(request, voucher, "voucher.unfrozen", dict)


@router.post(
    "/vouchers/{voucher}/assign",
    response=VoucherShape,
    **operation(
        scope="vouchers:write",
        summary="Say whose a voucher is",
        answer=examples.VOUCHER,
        request=examples.ASSIGN_ASKED,
        refusals=refused(*PEOPLE, "bad_day", "delivery_over", "voucher_void"),
        keyed=True,
    ),
)
def assign(request: HttpRequest, voucher: str, body: AssignAsked) -> HttpResponse:
    """Recipient, buyer and message may be filled in later. Only what is sent changes."""
    key = key_of(request)

    def data() -> dict[str, Any]:
        people = {name: named.person(key, getattr(body, name)) for name in ("recipient", "buyer")}
        told = {"message": body.message, "deliver_on": body.deliver_on, **people}
        return {name: value for name, value in told.items() if name in body.model_fields_set}

    return changed(request, voucher, "voucher.assigned", data)


@router.post(
    "/vouchers/{voucher}/cash-out",
    response=VoucherShape,
    **operation(
        scope="vouchers:write",
        summary="Pay out what is left",
        answer=examples.CASHED,
        request=examples.CASH_ASKED,
        refusals=refused("voucher_void", "voucher_not_active", "voucher_frozen", "voucher_expired", "nothing_left",
                         "not_cash", "not_due", "bad_refund"),
        keyed=True,
    ),
)  # fmt: skip
def cash_out(request: HttpRequest, voucher: str, body: CashOutAsked) -> HttpResponse:
    """In money, where the law gives the holder of a small rest that. Only of a sold one."""
    return changed(request, voucher, "voucher.cashed_out", body.model_dump)
