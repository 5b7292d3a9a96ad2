"""Somebody asks for vouchers that nobody was given: a person should know."""

from __future__ import annotations

from datetime import datetime

from goodword.business.models import Business
from goodword.inbox import models as inbox


def notice_guessing(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - as all commands
    """``voucher.guessing_noticed {by}``: too many unknown codes or serials were asked for; it stands on Problems.

    ``by`` is ``key:<source>``, ``user:<e-mail>`` or ``public``.
    """
    inbox.Decision.objects.create(
        business=business, event=row, kind="problem", codes=["vouchers_guessed"], trace={"by": str(row.data.get("by"))}
    )
