"""A reward that is all used is redeemed, and one given back is issued again (domain.md, Rewards; R119)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from goodword.business.models import Business
from goodword.flow.publish import publish
from goodword.flow.record import record
from goodword.flow.settle import settle
from goodword.rewards.models import Reward, StatusChange
from tests.flow.test_live_is_backtest import a_business

NOW = datetime(2026, 11, 20, tzinfo=UTC)
DOCUMENT = """
format: 1
name: Credit
currency: USD
starts: 2026-01-01
rules:
  - {id: back, when: ticket.closed, to: customer, give: service_credit, amount: {percent: 10}}
"""


def tell(business: Business, day: int, kind: str, name: str, *, credit: int = 0) -> None:
    ticket: dict[str, Any] = {"external_id": name}
    if kind != "voided":
        ticket |= {"contact": "ann", "lines": [{"kind": "service", "unit_price": 10_000}]}
        ticket["tenders"] = [{"type": "credit", "amount": credit}] if credit else []
    told = {"id": f"{name}-{kind}", "type": f"ticket.{kind}", "time": f"2026-03-{day:02d}T10:00:00Z"}
    record(business=business, source="till", raws=[told | {"data": {"ticket": ticket}}], now=NOW)
    settle(business=business, now=NOW)


def status(business: Business, name: str) -> str:
    return Reward.objects.get(business=business, ticket__external_id=name).status


@pytest.mark.django_db
@pytest.mark.requirement("R108")
@pytest.mark.requirement("R119")
def test_a_reward_is_redeemed_when_all_of_it_is_used_and_issued_again_when_it_is_given_back() -> None:
    business = a_business("fern")
    publish(business=business, text=DOCUMENT, actor="test", now=NOW)
    tell(business, 1, "closed", "T1")
    assert status(business, "T1") == "issued"
    tell(business, 2, "closed", "T2", credit=400)
    assert status(business, "T1") == "issued"
    tell(business, 3, "closed", "T3", credit=600)
    assert (status(business, "T1"), status(business, "T2")) == ("redeemed", "issued")
    tell(business, 4, "voided", "T3")
    assert (status(business, "T1"), status(business, "T3")) == ("issued", "reversed")
    changes = StatusChange.objects.filter(reward__ticket__external_id="T1").order_by("pk").values_list("was", "status")
    assert list(changes) == [("", "issued"), ("issued", "redeemed"), ("redeemed", "issued")]
