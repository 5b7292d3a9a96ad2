"""Vouchers used: redeemed, booked to a job, given back; what was redeemed of which."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Router

from goodword.flow.submit import submit
from goodword.flow.vouchers.using import newest_of
from goodword.vouchers import reading
from goodword.vouchers.models import Redemption, Voucher
from goodword.web.api import examples_vouchers as examples
from goodword.web.api import finding
from goodword.web.api import vouchers_named as named
from goodword.web.api import vouchers_told as told
from goodword.web.api.access import key_of, now_of
from goodword.web.api.asked_vouchers import BookAsked, MoneyAsked, RedeemAsked, RestoreAsked
from goodword.web.api.described import operation
from goodword.web.api.keyed import need_key, once
from goodword.web.api.paging import DEFAULT_LIMIT, page
from goodword.web.api.reading import Limit
from goodword.web.api.shapes import Page
from goodword.web.api.shapes_vouchers import RedeemedShape, RedemptionShape, VoucherShape
from goodword.web.api.vouchers import FINDING, PEOPLE, answered, changed, refused

router = Router()
USING = ("voucher_void", "voucher_not_active", "voucher_frozen", "voucher_expired", "insufficient_balance")
REDEEM = "voucher-redeem"


@router.post(
    "/vouchers/{voucher}/redeem",
    response=RedeemedShape,
    url_name=REDEEM,
    **operation(
        scope="vouchers:redeem",
        summary="Redeem a voucher, wholly or in part",
        answer=examples.REDEEMED,
        request=examples.REDEEM_ASKED,
        refusals=refused(*USING, *PEOPLE, "wrong_currency", "amount_required", "amount_out_of_range", "redeemed_whole",
                         "exceeds_ticket", "job_not_found", "location_not_found", "invalid_ticket"),
        keyed="required",
    ),
)  # fmt: skip
def redeem(request: HttpRequest, voucher: str, body: RedeemAsked) -> HttpResponse:
    """What is not redeemed stays. The key is required: sent again after a lost answer, the same request takes nothing
    more and gets the first answer. `ticket` is the sale it pays for; all vouchers together pay no more than it
    comes to."""
    need_key(request)
    key, row = key_of(request), named.voucher_of(request, voucher)

    def perform(name: str | None) -> tuple[int, dict[str, Any]]:
        amount = body.amount if isinstance(body.amount, MoneyAsked) else MoneyAsked(
            amount=body.amount, currency=key.business.currency
        )  # fmt: skip
        data = {
            "voucher": row.public_id, "amount": amount.amount, "currency": amount.currency,
            "job": named.thing(key, body.job, prefix="job"), "ticket": named.ticket(key, body.ticket),
            "recipient": named.person(key, body.recipient), "location": body.location,
        }  # fmt: skip
        event = submit(
            business=key.business, type="voucher.redeemed", now=now_of(request), key=name, actor=key.name,
            data={place: value for place, value in data.items() if value is not None},
        )  # fmt: skip
        return 200, redeemed(request, Redemption.objects.select_related("voucher").get(event=event))

    return once(request, perform)


def redeemed(request: HttpRequest, row: Redemption) -> dict[str, Any]:
    """Return what a redemption answers, and what is left then."""
    key, now, voucher = key_of(request), now_of(request), row.voucher
    left = reading.balances(business=key.business, rows=[voucher], now=now)[voucher.pk]
    return {
        "redemption": row.public_id,
        "voucher": voucher.public_id,
        "serial": voucher.serial,
        "redeemed": told.money(voucher.currency, row.units),
        "balance": told.money(voucher.currency, left),
        "state": reading.state_at(voucher, now=now),
    }


@router.post(
    "/vouchers/{voucher}/book",
    response=VoucherShape,
    **operation(
        scope="vouchers:redeem",
        summary="Attach a job to a voucher",
        answer={**examples.BOOKED, "code": None},
        request=examples.BOOK_ASKED,
        refusals=refused(*USING, *PEOPLE, "job_not_found", "job_required", "job_cancelled"),
        keyed=True,
    ),
)
def book(request: HttpRequest, voucher: str, body: BookAsked) -> HttpResponse:
    """It will pay for this job (`booked`). Without a recipient yet the job's customer is the one."""
    key = key_of(request)

    def data() -> dict[str, Any]:
        recipient = named.person(key, body.recipient)
        return {"job": named.thing(key, body.job, prefix="job")} | ({"recipient": recipient} if recipient else {})

    return changed(request, voucher, "voucher.booked", data)


@router.post(
    "/vouchers/{voucher}/unbook",
    response=VoucherShape,
    **operation(
        scope="vouchers:redeem",
        summary="Take the job off a voucher",
        answer={**examples.VOUCHER, "code": None},
        refusals=refused("not_booked"),
        keyed=True,
    ),
)
def unbook(request: HttpRequest, voucher: str) -> HttpResponse:
    """It is `active` again, with all that was left."""
    return changed(request, voucher, "voucher.unbooked", dict)


@router.post(
    "/vouchers/{voucher}/restore",
    response=VoucherShape,
    **operation(
        scope="vouchers:redeem",
        summary="Give a redemption back",
        answer={**examples.VOUCHER, "code": None},
        request=examples.RESTORE_ASKED,
        refusals=refused("redemption_not_found", "already_restored", "voucher_void", "voucher_not_active"),
        keyed=True,
    ),
)
def restore(request: HttpRequest, voucher: str, body: RestoreAsked) -> HttpResponse:
    """Wholly, with at least the life that was left when it was redeemed. Of a card that was replaced the new one gets
    it, and is answered."""
    row = named.voucher_of(request, voucher)
    return answered(
        request, "voucher.restored", lambda: {"voucher": row.public_id, **body.model_dump(exclude_none=True)},
        made=lambda _: newest_of(row),
    )  # fmt: skip


@router.get(
    "/vouchers/{voucher}/redemptions",
    response=Page[RedemptionShape],
    **operation(
        scope="vouchers:read",
        summary="What was redeemed of a voucher, newest first",
        answer={"data": [examples.REDEMPTION], "next": None},
        refusals=(*FINDING, "bad_cursor"),
    ),
)
def of_voucher(
    request: HttpRequest, voucher: str, limit: Limit = DEFAULT_LIMIT, cursor: str | None = None
) -> dict[str, Any]:
    """Those that were given back are in the list, with `returned`."""
    row: Voucher = named.voucher_of(request, voucher)
    rows = _rows(request).filter(voucher=row)
    return page(rows, of=f"redemptions of {row.pk}", cursor=cursor, limit=limit, render=told.redemptions)


@router.get(
    "/redemptions",
    response=Page[RedemptionShape],
    **operation(
        scope="vouchers:read",
        summary="What was redeemed, newest first",
        answer={"data": [examples.REDEMPTION], "next": None},
        refusals=("bad_cursor",),
    ),
)
def redemptions(
    request: HttpRequest,
    ticket: str | None = None,
    job: str | None = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> dict[str, Any]:
    """`ticket` is the external id, of this key's source, of the ticket they were made for; `job` is our id or
    `external:<external_id>`."""
    key, rows = key_of(request), _rows(request)
    if ticket is not None:
        rows = rows.filter(ticket_source=key.source, ticket_name=ticket.removeprefix(finding.EXTERNAL))
    if job is not None:
        ref = named.thing(key, job, prefix="job")
        by = {"public_id": ref} if isinstance(ref, str) else ref or {}
        rows = rows.filter(**{f"job__{column}": value for column, value in by.items()})
    return page(rows, of="redemptions", cursor=cursor, limit=limit, render=told.redemptions)


def _rows(request: HttpRequest) -> QuerySet[Redemption]:
    rows = Redemption.objects.select_related("voucher", "job", "location", "event")
    return rows.filter(business=key_of(request).business)
