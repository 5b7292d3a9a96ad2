"""Vouchers: sold or given, searched, shown by serial or code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import AfterValidator, Field

from goodword.engine.durations import midnight
from goodword.flow.submit import submit
from goodword.flow.vouchers.named import FIRST_YEAR, LAST_YEAR
from goodword.inbox.models import Event
from goodword.vouchers import reading
from goodword.vouchers.models import Voucher
from goodword.web.api import examples_vouchers as examples
from goodword.web.api import finding
from goodword.web.api import vouchers_named as named
from goodword.web.api import vouchers_told as told
from goodword.web.api.access import key_of, now_of
from goodword.web.api.asked_vouchers import SoldAsked, VoucherAsked
from goodword.web.api.described import operation
from goodword.web.api.keyed import once
from goodword.web.api.paging import DEFAULT_LIMIT, page
from goodword.web.api.reading import Limit
from goodword.web.api.shapes import Page
from goodword.web.api.shapes_vouchers import VoucherShape

router = Router()
State = Literal["stock", "active", "booked", "redeemed", "expired", "void"]
FINDING = ("voucher_not_found", "code_mistyped", "too_many_guesses")
PEOPLE = ("contact_not_found", "contact_erased", "invalid_contact", "reach_unusable")
PAYING = ("bad_payment", "reason_required", "amount_required", "amount_out_of_range", "wrong_currency")
SELLING = (*PAYING, *PEOPLE, "bad_day", "delivery_over", "already_expired", "expiry_too_short",
           "location_not_found", "ticket_not_found")  # fmt: skip
MAKING = ("design_not_found", "bad_serial", "bad_range", "too_many_serials", "serial_taken")


def _booked(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("the date lies outside the years we book")
    return day


@router.post(
    "/vouchers",
    response={201: VoucherShape},
    **operation(
        scope="vouchers:write",
        summary="Sell or give a voucher",
        answer=examples.VOUCHER,
        request=examples.VOUCHER_ASKED,
        refusals=(*SELLING, *MAKING),
        keyed=True,
    ),
)
def issue(request: HttpRequest, body: VoucherAsked) -> HttpResponse:
    """It may be used at once. A sold one, for which money was taken, says how it was paid; a promotional one is
    `complimentary` and says why. Without `expires_on` the business and the law of its place say how long it
    is valid."""
    key = key_of(request)

    def data() -> dict[str, Any]:
        asked = {
            "kind": body.kind, "value": named.units(key, body.value, place="value"), "service": body.service,
            "design": body.design, **sold(request, body),
        }  # fmt: skip
        return asked | ({"serials": [body.serial]} if body.serial else {"prefix": body.prefix})

    return answered(
        request, "voucher.issued", data, made=lambda event: Voucher.objects.get(sale__event=event), status=201
    )


@router.get(
    "/vouchers",
    response=Page[VoucherShape],
    **operation(
        scope="vouchers:read",
        summary="Vouchers, newest first",
        answer={"data": [{**examples.VOUCHER, "code": None}], "next": None},
        refusals=("bad_cursor", "contact_not_found", "batch_not_found", "sale_not_found", "too_many_guesses"),
    ),
)
def listed(
    request: HttpRequest,
    q: Annotated[str | None, Field(max_length=200)] = None,
    state: State | None = None,
    kind: Literal["sold", "promotional"] | None = None,
    badge: Annotated[str | None, Field(max_length=200)] = None,
    expiring_before: Annotated[date, AfterValidator(_booked)] | None = None,
    buyer: str | None = None,
    recipient: str | None = None,
    location: Annotated[str | None, Field(max_length=200)] = None,
    batch: str | None = None,
    sale: str | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> dict[str, Any]:
    """`q` is a serial or its beginning, a whole code, a payment's reference, or a buyer's or recipient's name, phone or
    e-mail. `expiring_before` finds what may still be used and has its last day before that local date. `badge` is a
    badge's name."""
    key, now = key_of(request), now_of(request)
    rows = told_of(request)
    if q is not None and q.strip():
        rows = rows.filter(named.matching(request, q))
    if state is not None:
        rows = rows.filter(reading.in_state(state, now=now))
    if expiring_before is not None:
        until = midnight(expiring_before, ZoneInfo(key.business.timezone))
        rows = rows.filter(state__in=reading.OPEN, expires_at__gt=now, expires_at__lte=until)
    if buyer is not None:
        rows = rows.filter(buyer=finding.contact_of(key, buyer))
    if recipient is not None:
        rows = rows.filter(recipient=finding.contact_of(key, recipient))
    if batch is not None:
        rows = rows.filter(batch=named.batch_of(key, batch))
    if sale is not None:
        rows = rows.filter(sale=named.sale_of(key, sale))
    for column, wanted in (("kind", kind), ("badges__name", badge), ("location__external_id", location)):
        if wanted is not None:
            rows = rows.filter(**{column: wanted})
    return page(
        rows, of="vouchers", cursor=cursor, limit=limit, render=lambda found: told.vouchers(key, found, now=now)
    )


@router.get(
    "/vouchers/{voucher}",
    response=VoucherShape,
    **operation(
        scope="vouchers:read",
        also=("vouchers:redeem",),
        summary="One voucher, by serial or code",
        answer={**examples.VOUCHER, "code": None},
        refusals=FINDING,
    ),
)
def show(request: HttpRequest, voucher: str) -> dict[str, Any]:
    """Serials and codes are read without regard to case, spaces and hyphens. A code with a typing error is
    `code_mistyped`; by serial only a key with `vouchers:read` may look. Who asks for too much that nobody was given
    waits."""
    named.needs_read(key_of(request), voucher)
    return rendered(request, named.voucher_of(request, voucher))


def told_of(request: HttpRequest) -> QuerySet[Voucher]:
    """Return the vouchers of the key's business with all that is shown of them."""
    return named.shown().filter(business=key_of(request).business)


def rendered(request: HttpRequest, voucher: Voucher) -> dict[str, Any]:
    """Return a voucher as it is now, as the API shows it."""
    return told.vouchers(key_of(request), [named.whole(voucher)], now=now_of(request))[0]


def sold(request: HttpRequest, body: Any) -> dict[str, Any]:
    """Return what every order that sells or gives has in common, as its command has it.

    Args:
        body: a body that has at least what ``SoldAsked`` has, but ``value``.
    """
    key = key_of(request)
    data = {name: getattr(body, name, None) for name in SoldAsked.model_fields if name != "value"}
    return data | {
        "payment": body.payment.model_dump(exclude_none=True) if body.payment else None,
        "buyer": named.person(key, body.buyer),
        "recipient": named.person(key, getattr(body, "recipient", None)),
        "ticket": named.thing(key, body.ticket, prefix="tkt"),
    }


def answered(
    request: HttpRequest,
    kind: str,
    data: Callable[[], dict[str, Any]],
    *,
    made: Callable[[Event], Voucher],
    status: int = 200,
) -> HttpResponse:
    """Order something of vouchers and answer a voucher; a code is never kept with the answer (rulings 35).

    Args:
        kind: the command.
        data: makes what it tells; what that refuses is an answer too.
        made: finds the voucher that is answered.
    """
    key = key_of(request)

    def perform(name: str | None) -> tuple[int, dict[str, Any]]:
        event = submit(business=key.business, type=kind, data=data(), actor=key.name, now=now_of(request), key=name)
        return status, rendered(request, made(event))

    def shown(body: dict[str, Any]) -> dict[str, Any]:
        row = Voucher.objects.get(business=key.business, public_id=body["id"])
        return {**body, "code": told.code(key, row)}

    return once(request, perform, kept=lambda body: {**body, "code": None}, shown=shown)


def changed(request: HttpRequest, voucher: str, kind: str, data: Callable[[], dict[str, Any]]) -> HttpResponse:
    """Order something of one voucher and answer it; ``data`` as for :func:`answered`, without the voucher."""
    row = named.voucher_of(request, voucher)
    return answered(request, kind, lambda: {"voucher": row.public_id, **data()}, made=lambda _: row)


def refused(*codes: str) -> Sequence[str]:
    """Return the codes that a call about one voucher may answer."""
    return tuple(dict.fromkeys((*FINDING, *codes)))
