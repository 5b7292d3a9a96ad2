"""The cast of the API's tests: Ann refers Bob, Cy is a stranger, and another business always stands beside."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from goodword.business import keys
from goodword.business.models import ApiKey, Business
from goodword.flow.publish import publish
from goodword.ledger import checking
from goodword.ledger.opening import open_book
from goodword.vouchers.models import Batch, Redemption, Voucher
from goodword.work.models import Job
from tests.flow.vouchers.cast import order, redeem, sell

PROGRAMME = """format: 1
id: neighbours
name: Neighbours of Fern Lawn Care
currency: USD
starts: 2026-01-01
rules:
  - {id: booked, when: referral.booked, to: referrer, give: service_credit, amount: 10.00}
  - {id: paid, when: referral.paid, to: referrer, give: service_credit, amount: 35.00, hold: 24h}
  - {id: shine, when: ticket.closed, to: customer, give: points, amount: {per_unit: 2}}
"""


@dataclass
class Caller:
    """Calls the API with a key; ``secret`` None sends none."""

    business: Business
    key: ApiKey | None
    secret: str | None

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        kind: str = "application/json",
        **headers: str,
    ) -> Any:
        sent = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.secret is not None:
            named.setdefault("Authorization", f"Bearer {self.secret}")
        address = path if path.startswith("/api/") else f"/api/v1{path}"
        return Client(raise_request_exception=False).generic(method, address, sent, content_type=kind, headers=named)

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return self("POST", path, body, **options)

    def with_scopes(self, *scopes: str) -> Caller:
        """Return a caller of the same business whose key has only these scopes."""
        number = ApiKey.objects.count()
        key, secret = keys.make_key(
            business=self.business, name=f"narrow {number}", source=f"narrow-{number}", scopes=scopes,
            now=datetime.now(UTC), entropy=number.to_bytes(keys.ENTROPY, "big"),
        )  # fmt: skip
        return Caller(self.business, key, secret)


def make_business(slug: str, *, entropy: bytes, currency: str = "USD") -> Caller:
    """Make a business with its book and a key with every scope, whose source is ``crm``."""
    business = Business.objects.create(
        public_id=f"biz_{slug}",
        slug=slug,
        name=slug.title(),
        currency=currency,
        timezone="America/Denver",
        country="US",
    )
    open_book(business=business.pk)
    key, secret = keys.make_key(
        business=business, name="crm", source="crm", scopes=keys.EVERY_SCOPE, now=datetime.now(UTC), entropy=entropy
    )
    return Caller(business, key, secret)


@pytest.fixture
def fern(db: None) -> Any:
    """The business; whatever a test does, its books hold afterwards."""
    yield make_business("fern", entropy=b"f" * keys.ENTROPY)
    assert checking.faults() == []


@pytest.fixture
def oak(fern: Caller) -> Caller:
    """Another business, which must never see or change anything of the first."""
    return make_business("oak", entropy=b"o" * keys.ENTROPY)


@pytest.fixture
def stranger(fern: Caller) -> Caller:
    """Nobody: no key."""
    return Caller(fern.business, None, None)


def hours_ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).isoformat()


def event(name: str, kind: str, data: dict[str, Any], *, hours: float = 48) -> dict[str, Any]:
    return {"id": name, "type": kind, "time": hours_ago(hours), "data": data}


def contact(name: str, external_id: str, *, hours: float = 100, **more: Any) -> dict[str, Any]:
    told = {"external_id": external_id, "name": name, **more}
    return event(f"c-{external_id}", "contact.saved", {"contact": told}, hours=hours)


def job(external_id: str, whose: str, status: str, *, hours: float = 48) -> dict[str, Any]:
    told = {"external_id": external_id, "contact": whose, "status": status, "total": 24000, "currency": "USD"}
    return event(f"j-{external_id}-{status}", "job.saved", {"job": told}, hours=hours)


def ticket(external_id: str, whose: str, net: int, *, hours: float = 48) -> dict[str, Any]:
    lines = [{"kind": "service", "quantity": 1, "unit_price": net, "tax": 0}]
    told = {"external_id": external_id, "contact": whose, "currency": "USD", "lines": lines,
            "tenders": [{"type": "card", "amount": net}]}  # fmt: skip
    return event(f"t-{external_id}", "ticket.closed", {"ticket": told}, hours=hours)


def send(caller: Caller, events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Send events, all of which must settle."""
    answer = caller.post("/events", list(events))
    assert answer.status_code == 200, answer.content
    results: list[dict[str, Any]] = answer.json()["results"]
    assert [r["status"] for r in results] == ["settled"] * len(events), results
    return results


@pytest.fixture
def promised(fern: Caller) -> Caller:
    """The programme is published; Ann referred Bob, whose job is booked; Cy is a stranger."""
    publish(business=fern.business, text=PROGRAMME, actor="test", now=datetime.now(UTC) - timedelta(days=30))
    send(
        fern,
        [
            contact("Ann Archer", "ann", phone="(303) 555-0142", email="Ann@Example.com"),
            contact("Bob Baker", "bob", hours=99, phone="(303) 555-0143", referred_by={"contact": "ann"}, how="name"),
            contact("Cy Cole", "cy", hours=98),
            job("J1", "bob", "booked", hours=60),
        ],
    )
    return fern


def voucher_ids_of(caller: Caller) -> dict[str, str]:
    """Return real ids of vouchers, a batch, a sale and a redemption; they are made when there are none yet."""
    business, now = caller.business, datetime.now(UTC)
    if not Batch.objects.filter(business=business).exists():
        voucher = sell(business, 9000, now=now, expires_on=(now + timedelta(days=2200)).date().isoformat())
        redeem(business, voucher, 1000, now=now)
        booked = sell(business, 9000, now=now)
        order(business, "booked", now=now, voucher=booked.public_id, job={"source": "crm", "external_id": "J1"})
        order(business, "stocked", now=now, kind="sold", count=2)
    used = Redemption.objects.filter(business=business).order_by("pk")[0]
    batch = Batch.objects.filter(business=business).order_by("pk")[0]
    card = batch.vouchers.order_by("number")[0]
    booked = Voucher.objects.filter(business=business, state="booked").order_by("pk")[0]
    return {
        "voucher": used.voucher.public_id,
        "redemption": used.public_id,
        "sale": used.voucher.sale.public_id,
        "batch": batch.public_id,
        "stock": card.public_id,
        "card": card.serial,
        "booked": booked.public_id,
        "job": Job.objects.get(business=business, external_id="J1").public_id,
    }


def rows_of(business: Business) -> dict[str, list[Any]]:
    """Return every row of a business."""
    return {
        model.__name__: list(model._default_manager.filter(business=business.pk).order_by("pk").values_list())
        for model in apps.get_models()
        if model.__module__.startswith("goodword.") and "business" in {f.name for f in model._meta.fields}
    }
