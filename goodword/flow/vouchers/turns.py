"""Whose turn it is at a voucher: an order of the staff may wait for a till, which takes no settle lock (ADR 14).

A till takes its time once the voucher is its own. An order has its time before, so it waits here and then, where a till
was faster, happens just behind it: times tell the order of what happened to a voucher, and a history can be decided
again in it (rulings 4). Order of locks, as a till's: tickets, vouchers.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from goodword.business.models import Business
from goodword.flow.vouchers import ticket_locks
from goodword.vouchers.bills import Key
from goodword.vouchers.models import Redemption, Voucher


def waited(business: Business, kind: str, data: dict[str, Any], *, now: datetime) -> datetime:
    """Hold what an order about a voucher needs, and return when it happens: ``now``, or just behind a till.

    The settle lock is held. Three statements at most; none for an order that names no voucher.

    Args:
        kind: the type of the order. data: what it says.
    """
    name = data.get("voucher")
    if not kind.startswith("voucher.") or not isinstance(name, str):
        return now
    if kind == "voucher.redeemed" and isinstance(data.get("ticket"), dict):
        ticket_locks.lock(business, [ticket_of(data["ticket"])])
    rows = Voucher.objects.select_for_update(no_key=True).filter(business=business, public_id=name)
    found = rows.values_list("pk", flat=True).first()
    settled = Redemption.objects.filter(voucher=found).order_by("-pk").values_list("event__settled_at", flat=True)
    last = settled.first() if found is not None else None
    return last + timedelta.resolution if last is not None and last > now else now


def ticket_of(told: dict[str, Any]) -> Key:
    """Return the source and external id of the ticket that an order names."""
    return str(told.get("source") or ""), str(told.get("external_id") or "")
