"""What a customer has in hand, as the cards of a page: what may be used, what waits, and from when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from goodword.ledger.chart import Kind
from goodword.ledger.reading import Balances
from goodword.money import POINTS, Amount
from goodword.reports.customers import Held

# What a customer can hold, as its card says it: its icon.
INSTRUMENTS = {Kind.CREDIT: "wallet", Kind.POINTS: "coins", Kind.PROMO_VOUCHER: "ticket-percent",
               Kind.GIFT_CARD: "gift", Kind.CASH: "banknote-check"}  # fmt: skip


def cards(told: Balances, held: Sequence[Held], *, currency: str, now: datetime) -> list[dict[str, Any]]:
    """Return a card for credit always, and one for everything else the customer holds; ``held``: its lots."""
    keys = [(Kind.CREDIT, currency), *[key for key in told.held if key[0] in INSTRUMENTS]]
    titles = {Kind.CREDIT: _("Service credit"), Kind.POINTS: _("Points"), Kind.PROMO_VOUCHER: _("Vouchers"),
              Kind.GIFT_CARD: _("Gift cards"), Kind.CASH: _("Pay-outs")}  # fmt: skip
    found = []
    for kind, asset in dict.fromkeys(keys):
        balance = told.of(kind, asset)
        lots = [each for each in held if each.lot.kind == kind and each.lot.asset == asset]
        waits = [each.lot.terms.available_at for each in lots if each.lot.state(now) == "pending"]
        owed = told.owed.get(asset, 0) if kind in (Kind.CREDIT, Kind.POINTS) else 0
        found.append(
            {
                "title": titles[kind], "icon": INSTRUMENTS[kind], "redeemable": Amount(balance.redeemable, asset),
                "pending": Amount(balance.pending, asset), "pending_until": min(filter(None, waits), default=None),
                "value": Amount(balance.value, currency) if asset == POINTS and balance.value else None,
                "owed": Amount(owed, asset), "held": lots,
            }
        )  # fmt: skip
    return found
