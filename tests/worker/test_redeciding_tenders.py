"""Tickets paid with vouchers and jobs called off, decided again, come to the same redemptions and balances."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from goodword.business.models import Business
from goodword.inbox.models import Decision
from goodword.vouchers.models import Redemption
from tests.flow.story import closed, job, saved, tell
from tests.flow.vouchers.cast import balance, give, order, redeem, refusal, sell
from tests.flow.vouchers.test_tendering import adjusted, tender, voided
from tests.worker.test_redeciding import again, business, now

__all__ = ["business", "now"]  # fixtures
pytestmark = pytest.mark.django_db(transaction=True)


def test_tenders_and_cancelled_jobs_are_decided_alike_again(business: Business, now: Callable[[], datetime]) -> None:
    def happened(*raws: dict[str, Any]) -> None:
        tell(business, raws, now=now())

    happened(saved("bob"), job("lawn", "bob", "booked", at="2026-11-05T10:00:00Z"))
    sold, given, card = (make(business, 5000, now=now()) for make in (sell, give, sell))
    redeem(business, sold, 1000, now=now(), ticket={"source": "till", "external_id": "T1"})
    redeem(business, card, 700, now=now(), job={"source": "till", "external_id": "lawn"})
    booked = sell(business, 900, now=now())
    order(business, "booked", voucher=booked.public_id, job={"source": "till", "external_id": "lawn"}, now=now())
    at = now().isoformat()
    unknown = {"type": "voucher", "amount": 5, "code": "4GHK-7M2P-QRS6-TTTT"}
    happened(closed("T1", "bob", 9000, at=at, tenders=[tender(sold, 3000), tender(given, 6000), unknown]))
    happened(adjusted("T1", "bob", 9000, at=now().isoformat(), tenders=[tender(sold, 2500), tender(given, 1000)]))
    happened(closed("T2", "bob", 400, at=now().isoformat(), tenders=[tender(card, 400)]))
    happened(job("lawn", "bob", "cancelled", at=now().isoformat()))
    happened({**job("lawn", "bob", "booked", at=now().isoformat()), "id": "on-again"})
    happened(voided("T2", at=now().isoformat()))
    assert [balance(each) for each in (sold, given, card, booked)] == [2500, 4000, 5000, 900]
    assert Redemption.objects.count() == 5
    kinds = set(Decision.objects.values_list("kind", flat=True))
    assert kinds >= {"voucher_spent", "voucher_restored", "voucher_unbooked", "problem"}
    found = again(business)
    assert found.differences == []
    assert found.decisions == Decision.objects.filter(business=business).count()


def test_vouchers_on_one_ticket_that_was_told_smaller_are_decided_alike_again(
    business: Business, now: Callable[[], datetime]
) -> None:
    one, two = sell(business, 5000, now=now()), sell(business, 5000, now=now())
    ticket = {"source": "till", "external_id": "T1", "total": 5000}
    redeem(business, one, 3000, now=now(), ticket=ticket)
    assert refusal(business, "redeemed", now=now(), voucher=two.public_id, amount=2001, ticket=ticket).code == (
        "exceeds_ticket"
    )
    redeem(business, two, 2000, now=now(), ticket=ticket)
    tell(business, [closed("T1", None, 4000, at=now().isoformat(), tenders=[tender(one, 2000)])], now=now())
    tell(business, [adjusted("T1", None, 3000, at=now().isoformat(), tenders=[tender(one, 2000)])], now=now())
    told = Decision.objects.filter(business=business, kind="problem").values_list("codes", flat=True)
    assert list(told) == [["exceeds_ticket"]]
    assert again(business).differences == []
