"""A business's days as events: customers, friends they bring, their jobs, tickets and scores. The same for one seed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SERVICES = ("mowing", "aeration", "hedge", "spring clean-up")
PROGRAMME = """
format: 1
id: fern
name: Fern Lawn Care
currency: USD
starts: 2026-01-01
friends: new
window: 180d
rules:
  - {id: consult, when: referral.consultation, to: referrer, give: service_credit, amount: 5.00}
  - {id: booked, when: referral.booked, to: referrer, give: service_credit, amount: 10.00}
  - {id: paid, when: referral.paid, to: referrer, give: service_credit, amount: {tiers: {1: 25.00, 3: 50.00}},
     hold: 24h, limit: [{amount: 500.00, per: holder, in: year}]}
  - {id: welcome, when: referral.attributed, to: friend, give: discount, amount: {percent_off: 10}, max_value: 20.00}
  - {id: points, when: ticket.closed, to: customer, give: points, amount: {per_unit: 2}, expires: 365d}
"""


def events(count: int, *, seed: int = 7, prefix: str = "") -> list[dict[str, Any]]:
    """Return ``count`` events in the order they happened: one in ten a customer (a third of them brought by another),
    half job reports, a third tickets, the rest scores."""
    chance = random.Random(seed)
    made: list[dict[str, Any]] = []
    customers: list[str] = []
    jobs: list[list[Any]] = []  # name, customer, next status
    clock = START
    step = timedelta(days=300) / max(count, 1)
    while len(made) < count:
        clock += step
        lot = chance.random()
        if lot < 0.10 or len(customers) < 5:
            made.append(_customer(customers, chance, clock, prefix))
        elif lot < 0.60:
            made.append(_job(jobs, customers, chance, clock, prefix, len(made)))
        elif lot < 0.93:
            made.append(_ticket(chance.choice(customers), chance, clock, f"{prefix}t{len(made)}"))
        else:
            made.append(_score(jobs, customers, chance, clock, prefix, len(made)))
    return made


def _event(name: str, kind: str, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "source": "till", "type": kind, "time": at.isoformat(), "data": data}


def _customer(customers: list[str], chance: random.Random, at: datetime, prefix: str) -> dict[str, Any]:
    name = f"{prefix}c{len(customers)}"
    contact: dict[str, Any] = {
        "external_id": name, "name": f"Customer {len(customers)}", "email": f"{name}@example.com",
        "address": f"{len(customers)} Elm Street, Denver",
    }  # fmt: skip
    if customers and chance.random() < 0.35:
        contact["referred_by"] = {"contact": chance.choice(customers)}
    customers.append(name)
    return _event(f"e-{name}", "contact.saved", at, {"contact": contact})


def _job(
    jobs: list[list[Any]], customers: list[str], chance: random.Random, at: datetime, prefix: str, place: int
) -> dict[str, Any]:
    going = next((job for job in chance.sample(jobs, min(3, len(jobs))) if job[2] < 4), None)
    if going is None or chance.random() < 0.3:
        going = [f"{prefix}j{len(jobs)}", customers[-1] if chance.random() < 0.5 else chance.choice(customers), 0]
        jobs.append(going)
    status = ("consultation", "booked", "completed", "paid")[going[2]]
    going[2] += 1
    job = {
        "external_id": going[0], "contact": going[1], "status": status, "total": chance.randrange(5_000, 60_000),
        "services": [chance.choice(SERVICES)],
    }  # fmt: skip
    return _event(f"{prefix}e{place}", "job.saved", at, {"job": job})


def _ticket(customer: str, chance: random.Random, at: datetime, name: str) -> dict[str, Any]:
    price = chance.randrange(2_000, 20_000)
    ticket: dict[str, Any] = {
        "external_id": name, "contact": customer,
        "lines": [{"kind": "service", "description": chance.choice(SERVICES), "unit_price": price, "tax": price // 12}],
        "tenders": [{"type": "card", "amount": price}],
    }  # fmt: skip
    if chance.random() < 0.3:
        ticket["lines"].append({"kind": "retail", "sku": "salt", "quantity": 2, "unit_price": 999, "tax": 80})
    return _event(f"e-{name}", "ticket.closed", at, {"ticket": ticket})


def _score(
    jobs: list[list[Any]], customers: list[str], chance: random.Random, at: datetime, prefix: str, place: int
) -> dict[str, Any]:
    done = [job for job in chance.sample(jobs, min(5, len(jobs))) if job[2] >= 3]
    if not done:
        return _ticket(chance.choice(customers), chance, at, f"{prefix}t{place}")
    data = {"survey": {"job": done[0][0], "score": chance.choice((3, 4, 5, 5))}}
    return _event(f"{prefix}e{place}", "survey.answered", at, data)
