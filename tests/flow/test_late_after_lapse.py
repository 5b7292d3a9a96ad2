"""An event dated before expiry that comes after the lapse brings the value back (ruling 32)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from goodword.business.models import Business
from goodword.flow.clock import keep_time
from goodword.flow.publish import publish
from goodword.flow.record import record
from goodword.flow.settle import settle
from goodword.ledger import checking
from goodword.ledger.opening import book_of
from goodword.ledger.reading import lots
from goodword.people.models import WalletOwner
from goodword.rewards.models import Reward
from tests.flow.test_live_is_backtest import a_business

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DOCUMENT = """
format: 1
name: Short
currency: USD
starts: 2026-01-01
rules:
  - {id: back, when: ticket.closed, to: customer, give: service_credit, amount: {percent: 10}, expires: 10d}
"""


def tell(business: Business, day: int, name: str, *, now: datetime, credit: int = 0) -> None:
    ticket: dict[str, Any] = {"external_id": name, "contact": "ann"}
    ticket["lines"] = [{"kind": "service", "unit_price": 10_000}] if not credit else []
    ticket["tenders"] = [{"type": "credit", "amount": credit}] if credit else []
    told = {"id": name, "type": "ticket.closed", "time": f"2026-11-{day:02d}T10:00:00Z", "data": {"ticket": ticket}}
    record(business=business, source="till", raws=[told], now=now)
    settle(business=business, now=now)


def left(business: Business) -> int:
    wallets = list(WalletOwner.objects.filter(business=business, until=None).values_list("wallet", flat=True))
    return sum(lot.units for lot in lots(book=book_of(business=business.pk), wallets=wallets))


@pytest.mark.django_db
def test_a_late_sale_spends_what_had_lapsed_meanwhile_and_the_rest_lapses_again() -> None:
    business = a_business("fern")
    publish(business=business, text=DOCUMENT, actor="test", now=NOW)
    tell(business, 1, "T1", now=NOW)
    assert left(business) == 1_000
    keep_time(business=business, now=NOW)
    assert left(business) == 0
    tell(business, 5, "T2", now=NOW, credit=400)  # dated before the expiry, heard after the lapse
    assert left(business) == 600
    keep_time(business=business, now=NOW + timedelta(minutes=1))
    assert left(business) == 0
    tell(business, 15, "T3", now=NOW, credit=400)  # dated after the expiry: there is nothing
    assert left(business) == 0
    assert Reward.objects.get(business=business, ticket__external_id="T1").status == "expired"
    assert checking.faults() == []
