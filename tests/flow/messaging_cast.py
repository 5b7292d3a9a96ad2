"""A business with a programme, and Ann, Bob and Cy, for the tests of what people are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from goodword.business.models import Business
from goodword.flow.opening import open_business
from goodword.flow.publish import publish
from goodword.flow.record import record
from goodword.flow.settle import settle
from goodword.outbox.models import Message
from goodword.people.models import Contact

NOW = datetime(2026, 3, 10, 18, 0, tzinfo=UTC)  # noon in Denver
PROGRAMME = """\
format: 1
name: Neighbours
currency: USD
rules:
  - {id: booked, when: referral.booked, to: referrer, give: service_credit, amount: 10.00}
  - {id: paid, when: referral.paid, to: referrer, give: service_credit, amount: 35.00, hold: 24h, expires: 12 months}
  - {id: treat, when: referral.completed, to: referrer, give: custom, text: One weed treatment}
  - {id: welcome, when: referral.attributed, to: friend, give: discount, amount: {percent_off: 10}, expires: 60d}
"""


def open_up(name: str = "Fern Lawn Care", *, programme: str = PROGRAMME, **changes: Any) -> Business:
    """Open a business in Denver and publish its programme."""
    told: dict[str, Any] = {
        "currency": "USD", "timezone": "America/Denver", "country": "US", "language": "en", **changes,
    }  # fmt: skip
    business = open_business(name=name, now=NOW - timedelta(days=30), **told).business
    if programme:
        publish(business=business, text=programme, actor="test", now=NOW - timedelta(days=29))
    return business


def raw(number: str, type: str, data: dict[str, Any], at: datetime) -> dict[str, Any]:  # noqa: A002 - an event's word
    return {"id": number, "source": "crm", "type": type, "time": at.isoformat(), "data": data}


def say(business: Business, *raws: dict[str, Any], now: datetime | None = None) -> None:
    """Record and settle events; ``now`` is when we heard, the last event's time unless said."""
    heard = now or max(datetime.fromisoformat(each["time"]) for each in raws)
    told = record(business=business, source="crm", raws=list(raws), now=heard)
    assert all(each.problem is None for each in told), [each.problem for each in told]
    settle(business=business, now=heard)


def contact(name: str, *, at: datetime = NOW, number: str = "", **more: Any) -> dict[str, Any]:
    data = {"external_id": name.split()[0].lower(), "name": name, **more}
    return raw(number or f"contact-{name}-{at.timestamp()}", "contact.saved", {"contact": data}, at)


def job(name: str, status: str, *, who: str, at: datetime = NOW, **more: Any) -> dict[str, Any]:
    data = {"external_id": name, "contact": who, "status": status, **more}
    return raw(f"{name}-{status}-{at.timestamp()}", "job.saved", {"job": data}, at)


def score(name: str, value: int, *, who: str, at: datetime = NOW) -> dict[str, Any]:
    data = {"job": name, "contact": who, "score": value}
    return raw(f"score-{name}-{at.timestamp()}", "survey.answered", {"survey": data}, at)


def ann(business: Business, **changes: Any) -> Contact:
    """Save Ann Archer, who can be texted."""
    say(business, contact("Ann Archer", phone="+13035550101", at=NOW - timedelta(days=20), **changes))
    return Contact.objects.get(business=business, name="Ann Archer")


def written(business: Business, template: str | None = None) -> list[Message]:
    found = Message.objects.filter(business=business).order_by("pk")
    return list(found.filter(template=template) if template else found)


def templates(business: Business) -> list[str]:
    return [message.template for message in written(business)]
