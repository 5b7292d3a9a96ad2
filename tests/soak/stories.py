"""What happens to the customers of a soak: small stories apart from each other, each with a known end.

However a story's events are shuffled, repeated and delayed, its end is the same: that is what the tally counts on.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

STATUSES = ("quote", "consultation", "booked", "completed", "invoiced", "paid")
Raw = dict[str, Any]


@dataclass
class Story:
    """Events of one or two customers, still to be sent and sent, and what is ordered when all of them are settled."""

    name: str
    clock: datetime
    ending: str = ""
    waiting: list[Raw] = field(default_factory=list)
    sent: list[Raw] = field(default_factory=list)

    def tell(self, type: str, told: Raw, *, hours: float = 0) -> None:  # noqa: A002 - an event's attribute
        """Add an event, ``hours`` after the one before."""
        self.clock += timedelta(hours=hours, minutes=1)
        name = f"{self.name}-e{len(self.waiting) + len(self.sent)}"
        noun = {"survey": "survey", "job": "job", "ticket": "ticket", "appointment": "appointment",
                "product": "reservation", "contact": "contact"}[type.split(".")[0]]  # fmt: skip
        data = told if type == "contact.merged" else {noun: told}
        self.waiting.append({"id": name, "type": type, "time": self.clock.isoformat(), "data": data})


def begin(name: str, chance: random.Random, *, now: datetime) -> Story:
    """Return a new story; it began weeks ago and has ended a day ago at the latest."""
    kind = chance.choices(list(KINDS), weights=[4, 4, 2, 1])[0]
    story = Story(name, clock=now - timedelta(days=chance.uniform(45, 60)))
    KINDS[kind](story, chance)
    return story


def variant(raw: Raw, chance: random.Random) -> Raw:
    """Return the event with other content under the same id."""
    other = copy.deepcopy(raw)
    data = other["data"]
    if "ticket" in data and data["ticket"].get("lines"):
        data["ticket"]["lines"][0]["unit_price"] += chance.randrange(1, 500)
    elif "job" in data:
        data["job"]["total"] = data["job"]["total"] + chance.randrange(1, 500)
    elif "contact" in data:
        data["contact"]["name"] += " the Other"
    else:
        other["time"] = (datetime.fromisoformat(raw["time"]) + timedelta(seconds=1)).isoformat()
    return other


def customer(story: Story, who: str, *, by: str | None = None) -> str:
    """Tell of a customer; return the external id."""
    name = f"{story.name}-{who}"
    told: Raw = {"external_id": name, "name": f"{who.title()} of {story.name}", "email": f"{name}@example.com"}
    if by is not None:
        told |= {"referred_by": {"contact": by}, "how": "name"}
    story.tell("contact.saved", told, hours=1)
    return name


def ticket_of(name: str, whose: str, chance: random.Random) -> Raw:
    """Return a ticket of one to three lines, some of which earn nothing."""
    lines = []
    for _ in range(chance.choice((1, 1, 2, 3))):
        kind = chance.choice(("service", "service", "service", "retail", "retail", "package_use", "gift_voucher"))
        line = {"kind": kind, "description": kind, "quantity": chance.choice((1, 1, 2)),
                "unit_price": chance.randrange(500, 20_000)}  # fmt: skip
        line |= {"discount": chance.choice((0, 0, 77, 250)), "tax": line["unit_price"] // 12}
        lines.append(line)
    return {"external_id": name, "contact": whose, "currency": "USD", "lines": lines,
            "tenders": [{"type": "card", "amount": 1_000}]}  # fmt: skip


def _tickets(story: Story, chance: random.Random) -> None:
    """A customer buys, some of it online or put aside before, is corrected and refunded."""
    whose = customer(story, "ann")
    for number in range(chance.randrange(1, 5)):
        _ticket(story, chance, whose, f"{story.name}-t{number}")
    story.ending = chance.choice(("spend", "spend", "credit", "", ""))


def _ticket(story: Story, chance: random.Random, whose: str, name: str) -> None:
    told = ticket_of(name, whose, chance)
    way = chance.random()
    if way < 0.2:
        told["appointment"] = {"external_id": f"{name}-a", "made": "online"}
    elif way < 0.35:
        made = {"external_id": f"{name}-a", "contact": whose, "made": chance.choice(("online", "staff"))}
        story.tell("appointment.booked", made, hours=2)
        told["appointment"] = {"external_id": f"{name}-a"}
    if chance.random() < 0.2:
        reserved = {"external_id": f"{name}-r", "contact": whose, "sku": "salt"}
        story.tell("product.reserved", reserved, hours=2)
        told["reservation"] = f"{name}-r"
    story.tell("ticket.closed", told, hours=3)
    if chance.random() < 0.35:
        story.tell("ticket.adjusted", {**told, "lines": ticket_of(name, whose, chance)["lines"]}, hours=5)
    if chance.random() < 0.2:
        story.tell("ticket.voided", {"external_id": name}, hours=5)
        if chance.random() < 0.2:
            story.tell("ticket.adjusted", told, hours=5)


def _referral(story: Story, chance: random.Random) -> None:
    """Ann refers Bob; his job goes forward, back, is cancelled, is scored; both buy."""
    ann = customer(story, "ann")
    bob = customer(story, "bob", by=ann)
    job = f"{story.name}-j"
    place = 0
    for _ in range(chance.randrange(2, 7)):
        place = min(place + chance.choice((1, 1, 1, 2, -1)), len(STATUSES) - 1)
        status = "cancelled" if chance.random() < 0.08 else STATUSES[max(place, 0)]
        total = chance.randrange(5_000, 60_000)
        told = {"external_id": job, "contact": bob, "status": status, "total": total, "services": ["mowing"]}
        story.tell("job.saved", told, hours=chance.randrange(1, 30))
    scored = chance.random() < 0.6
    if scored:
        story.tell("survey.answered", {"job": job, "contact": bob, "score": chance.randrange(1, 6)}, hours=2)
    if chance.random() < 0.4:
        _ticket(story, chance, ann, f"{story.name}-t0")
    if not scored and chance.random() < 0.5:
        _ticket(story, chance, bob, f"{story.name}-t1")  # without a job: stands for one that was paid
    story.ending = chance.choice(("remove", "override", "override", "credit", "", "", ""))


def _merge(story: Story, chance: random.Random) -> None:
    """One person stands in the books twice until somebody notices."""
    ann, again = customer(story, "ann"), customer(story, "annie")
    for number in range(chance.randrange(1, 4)):
        _ticket(story, chance, chance.choice((ann, again)), f"{story.name}-t{number}")
    if chance.random() < 0.5:
        story.tell("contact.merged", {"from": again, "into": ann}, hours=2)
    else:
        story.ending = "merge"


def _named(story: Story, chance: random.Random) -> None:
    """Two customers, of whom the office says later that the one brought the other."""
    customer(story, "ann")
    customer(story, "bob")
    story.ending = chance.choice(("name", "name", "name_and_remove"))


KINDS: dict[str, Callable[[Story, random.Random], None]] = {
    "tickets": _tickets,
    "referral": _referral,
    "merge": _merge,
    "named": _named,
}
