"""Serials: the next ones of a prefix, drawn under its counter's lock, or those that were chosen elsewhere (R9)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db.models import F

from goodword import codes
from goodword.business.models import Business
from goodword.business.reading import setting
from goodword.errors import Conflict
from goodword.flow.vouchers.named import serials_named
from goodword.vouchers.models import SerialCounter, Voucher

_FALLBACK = "GV"


def new_serial(business: Business, *, now: datetime, prefix: str = "") -> tuple[str, int]:
    """Draw the next serial of a prefix, the business's own when none is named."""
    return _draw(business, prefix or own_prefix(business, now), 1)[0]


def pass_serial(business: Business, prefix: str, last: int) -> None:
    """Have the numbers of a prefix go on behind one that was chosen elsewhere."""
    counter, _ = SerialCounter.objects.get_or_create(business=business, prefix=prefix)
    SerialCounter.objects.filter(pk=counter.pk, next_number__lte=last).update(next_number=last + 1)


def own_prefix(business: Business, now: datetime) -> str:
    """Return the prefix of the business's serials: its setting, else made of its name (``FERN``)."""
    chosen = str(setting(business, "voucher_prefix", now) or "")
    if chosen:
        return chosen
    words = re.findall(r"[A-Z][A-Z0-9]*", business.name.upper())
    return next((word[:12] for word in words if len(word) >= 2), _FALLBACK)


def numbers(business: Business, data: dict[str, Any], count: int, *, now: datetime) -> list[tuple[str, int]]:
    """Return the (prefix, number) of each voucher an order makes: those it names, else the next of its prefix.

    Raises:
        Invalid: ``bad_serial``, ``bad_range``, ``too_many_serials``. Conflict: ``serial_taken``.
    """
    if data.get("serials") is None:
        prefix = str(data.get("prefix") or "").upper() or own_prefix(business, now)
        codes.serial(prefix, 1)  # refuses a prefix that cannot be read back
        return _draw(business, prefix, count)
    wanted = serials_named(data["serials"])
    taken = Voucher.objects.filter(business=business, serial__in=[codes.serial(*pair) for pair in wanted])
    known = sorted(taken.values_list("serial", flat=True)[:20])
    if known:
        raise Conflict("serial_taken", f"there is a voucher {known[0]} already", serials=known)
    for prefix in {prefix for prefix, _ in wanted}:
        pass_serial(business, prefix, max(number for each, number in wanted if each == prefix))
    return wanted


def _draw(business: Business, prefix: str, count: int) -> list[tuple[str, int]]:
    """Draw serials of a prefix: the counter's row is locked until the order is stored or refused, so none is lost."""
    counter, _ = SerialCounter.objects.get_or_create(business=business, prefix=prefix)
    SerialCounter.objects.filter(pk=counter.pk).update(next_number=F("next_number") + count)
    counter.refresh_from_db()
    return [(prefix, number) for number in range(counter.next_number - count, counter.next_number)]
