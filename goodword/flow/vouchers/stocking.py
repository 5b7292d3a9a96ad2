"""Cards of stock that were spoiled, and codes that were looked at: both are written down."""

from __future__ import annotations

from datetime import datetime

from goodword.business.models import Business
from goodword.errors import Invalid, NotFound
from goodword.flow.vouchers.cards import cards_of_stock
from goodword.inbox import models as inbox
from goodword.vouchers.models import State, Voucher


def spoil(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``voucher.spoiled {serials, reason}``: cards of stock that can no longer be sold; all of them or none.

    Raises:
        Invalid: ``reason_required``, ``bad_serial``, ``bad_range``, ``too_many_serials``.
        NotFound: ``voucher_not_found`` with the serials nobody knows. Conflict: ``already_active`` with those sold.
    """
    if not str(row.data.get("reason") or "").strip():
        raise Invalid("reason_required", "say why", pointer="/reason")
    cards = cards_of_stock(business, row.data.get("serials") or [])
    keys = [card.pk for card in cards]
    Voucher.objects.filter(pk__in=keys).update(state=State.VOID, ended_at=now)


def show_code(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - as all commands
    """``voucher.code_shown {voucher}``: somebody looked at a code; it is as good as money, so that is on record.

    Raises:
        NotFound: ``voucher_not_found``.
    """
    if not Voucher.objects.filter(business=business, public_id=row.data.get("voucher")).exists():
        raise NotFound("voucher_not_found", "no voucher of that number or code")
