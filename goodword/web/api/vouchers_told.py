"""How vouchers, redemptions, batches and sales look outside; whole pages are read in a bounded number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Min, Window
from django.db.models.functions import RowNumber

from goodword.business.models import ApiKey
from goodword.errors import Refused
from goodword.vouchers import finding
from goodword.vouchers.models import Batch, Redemption, Sale, State, Voucher
from goodword.vouchers.reading import balances, last_day, past_their_day, state_at

MOST_SOLD = 200  # vouchers that a sale lists


def vouchers(key: ApiKey, rows: Sequence[Voucher], *, now: datetime) -> list[dict[str, Any]]:
    """Return vouchers as the API shows them; their relations are loaded. One statement more."""
    left = balances(business=key.business, rows=rows, now=now)
    return [_voucher(key, row, left[row.pk], now=now) for row in rows]


def _voucher(key: ApiKey, row: Voucher, left: int, *, now: datetime) -> dict[str, Any]:
    public = ("buyer", "recipient", "batch", "sale", "job", "design", "replaces")
    replaced_by = getattr(row, "replaced_by", None)
    return {
        "id": row.public_id,
        "serial": row.serial,
        "code": code(key, row),
        "kind": row.kind,
        "state": state_at(row, now=now),
        "frozen": row.frozen_at is not None,
        "value": money(row.currency, row.value) if row.value is not None else None,
        "balance": money(row.currency, left),
        "service": row.service or None,
        "expires_on": last_day(business=key.business, expires_at=row.expires_at),
        "message": row.message or None,
        "deliver_on": row.deliver_on,
        "location": row.location.external_id if row.location else None,
        "badges": sorted(badge.name for badge in row.badges.all()),
        "reward": row.grant_key or None,
        "replaced_by": replaced_by.public_id if replaced_by else None,
        "policy": row.policy or None,
        "vat": row.vat or None,
        "issued_at": row.issued_at,
        "ended_at": row.ended_at,
        "created_at": row.created_at,
        **{name: getattr(row, name).public_id if getattr(row, name) else None for name in public},
    }


def code(key: ApiKey, row: Voucher) -> str | None:
    """Return the code for keys that may write; None too where it was sealed under another secret key."""
    if "vouchers:write" not in key.scopes:
        return None
    try:
        return finding.code_of(row)
    except Refused:
        return None


def money(currency: str, units: int) -> dict[str, Any]:
    """Return a money object."""
    return {"amount": units, "currency": currency}


def redemptions(rows: Sequence[Redemption]) -> list[dict[str, Any]]:
    """Return redemptions as the API shows them; voucher, job, location and event are loaded."""
    return [
        {
            "id": row.public_id,
            "voucher": row.voucher.public_id,
            "serial": row.voucher.serial,
            "amount": money(row.voucher.currency, row.units),
            "returned": money(row.voucher.currency, row.returned),
            "at": row.at,
            "job": row.job.public_id if row.job else None,
            "ticket": {"source": row.ticket_source, "external_id": row.ticket_name} if row.ticket_name else None,
            "location": row.location.external_id if row.location else None,
            "event": row.event.public_id,
        }
        for row in rows
    ]


def batches(key: ApiKey, rows: Sequence[Batch], *, now: datetime) -> list[dict[str, Any]]:
    """Return batches as the API shows them; their events are loaded. Four statements more."""
    of = Voucher.objects.filter(batch__in=rows)
    numbered = of.filter(prefix=F("batch__prefix"))
    ends = {told["batch"]: told for told in numbered.values("batch").annotate(low=Min("number"), high=Max("number"))}
    serials = {
        (batch, number): serial
        for batch, number, serial in numbered.filter(
            number__in={end for told in ends.values() for end in (told["low"], told["high"])}
        ).values_list("batch", "number", "serial")
    }
    states: dict[int, dict[str, int]] = defaultdict(dict)
    counted = of.values("batch", "state").annotate(n=Count("pk"), over=Count("pk", filter=past_their_day(now=now)))
    for told in counted.order_by("batch", "state"):
        found = states[told["batch"]]
        for name, count in ((told["state"], told["n"] - told["over"]), (State.EXPIRED.value, told["over"])):
            if count:
                found[name] = found.get(name, 0) + count
    sales = dict(Sale.objects.filter(event__in=[row.event_id for row in rows]).values_list("event", "public_id"))
    return [
        {
            "id": row.public_id,
            "label": row.label or None,
            "kind": row.kind,
            "prefix": row.prefix,
            "count": row.count,
            "value": money(key.business.currency, row.value) if row.value is not None else None,
            "first_serial": serials.get((row.pk, ends[row.pk]["low"])) if row.pk in ends else None,
            "last_serial": serials.get((row.pk, ends[row.pk]["high"])) if row.pk in ends else None,
            "states": states[row.pk],
            "sale": sales.get(row.event_id),
            "event": row.event.public_id,
            "created_at": row.created_at,
        }
        for row in rows
    ]


def sales(key: ApiKey, rows: Sequence[Sale]) -> list[dict[str, Any]]:
    """Return sales with their vouchers; their relations are loaded. One statement more."""
    order = Window(RowNumber(), partition_by=F("sale"), order_by=("prefix", "number"))
    sold: dict[int, list[dict[str, Any]]] = defaultdict(list)
    found = Voucher.objects.filter(sale__in=rows).annotate(place=order).filter(place__lte=MOST_SOLD)
    for sale, public_id, serial in found.order_by("sale", "place").values_list("sale", "public_id", "serial"):
        sold[sale].append({"id": public_id, "serial": serial})
    return [
        {
            "id": row.public_id,
            "at": row.at,
            "kind": row.kind,
            "method": row.method,
            "reference": row.reference or None,
            "reason": row.reason or None,
            "count": row.count,
            "amount": money(key.business.currency, row.amount),
            "buyer": row.buyer.public_id if row.buyer else None,
            "ticket": row.ticket.public_id if row.ticket else None,
            "location": row.location.external_id if row.location else None,
            "vouchers": sold[row.pk],
            "event": row.event.public_id,
        }
        for row in rows
    ]
