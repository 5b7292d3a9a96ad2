"""A year at Fern Lawn Care as moments in time order. The same seed and the same now tell the same story.

``Telling`` only writes down what happened; ``year.py`` decides what does, ``scenes.py`` adds what every office has seen
once. Nothing here knows the database: what a command needs from it, it asks for when its time has come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from goodword.business.models import Business
from goodword.worker.demo.people import Person
from goodword.worker.demo.staff import OFFICE

ZONE = ZoneInfo("America/Denver")
SOURCE = "fieldbook"  # the job system that tells the events
DAYS = 365
# Cents, and the months in which it is done.
SERVICES: dict[str, tuple[int, range | tuple[int, ...]]] = {
    "Mowing": (5500, range(4, 11)),
    "Fertilising": (8900, (4, 5, 6, 8, 9)),
    "Weed treatment": (7500, range(4, 10)),
    "Core aeration": (9500, (3, 4, 9, 10)),
    "Spring clean-up": (24000, (3, 4)),
    "Leaf clean-up": (26000, (10, 11)),
    "Sprinkler blow-out": (8500, (9, 10, 11)),
    "Snow clearing": (6000, (11, 12, 1, 2, 3)),
    "Winter pruning": (18000, (12, 1, 2)),
}
# What a friend who comes for the first time often comes for.
PROJECTS = {"Season plan": 78000, "Lawn renovation": 92000, "New sprinkler system": 164000, "Sod and edging": 128000}
POINTS = 2  # per dollar: points.yaml
COMMENTS = {
    5: ("Perfect edges, thank you!", "Friendly crew, on time.", "The lawn has never looked better."),
    4: ("Good work.", "Nice job, came a little late."),
    3: ("Fine, but the gate was left open.",),
    2: ("They missed the strip along the fence.",),
    1: ("Sprinkler head broken and nobody called me back.",),
}


@dataclass(frozen=True, slots=True)
class Told:
    """The job system tells an event."""

    at: datetime
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """A person does something in Goodword. ``data`` asks the database when its time has come; None: nothing to do."""

    at: datetime
    type: str
    data: Callable[[], dict[str, Any] | None]
    actor: str = OFFICE.actor
    looks: bool = True  # at what was told just before: that is settled first


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody opens a referral link."""

    at: datetime
    who: str


@dataclass(frozen=True, slots=True)
class Published:
    """A programme's next revision."""

    at: datetime
    file: str
    words: dict[str, str]


@dataclass(frozen=True, slots=True)
class Acted:
    """Somebody of the staff does something that is more than one command, or that asks chance for a secret."""

    at: datetime
    act: Callable[[Business, datetime], object]


Moment = Told | Done | Opened | Published | Acted


@dataclass(slots=True)
class Telling:
    """What has been told so far; what lies after ``now`` has not happened yet."""

    now: datetime
    chance: Random
    moments: list[Moment] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day it is in Denver."""
        return self.now.astimezone(ZONE).date()

    def day(self, ago: int, *, hour: int | None = None) -> datetime:
        """Return an instant of the working day so many days ago; by chance unless the hour is said."""
        at = time(hour if hour is not None else self.chance.randint(8, 17), self.chance.randint(0, 59))
        return datetime.combine(self.today - timedelta(days=ago), at, ZONE).astimezone(self.now.tzinfo)

    def note(self, moment: Moment) -> None:
        """Keep a moment that has come."""
        if moment.at <= self.now:
            self.moments.append(moment)

    def next_id(self, prefix: str) -> str:
        """Return the next number of a kind: ``J0001``."""
        self.numbers[prefix] = self.numbers.get(prefix, 0) + 1
        return f"{prefix}{self.numbers[prefix]:04}"

    def tell(self, at: datetime, type: str, data: dict[str, Any]) -> None:  # noqa: A002 - an event's own word
        """Tell an event."""
        raw = {"id": self.next_id("E"), "source": SOURCE, "type": type, "time": at.isoformat(), "data": data}
        self.note(Told(at, raw))

    def contact(self, at: datetime, person: Person, **more: Any) -> None:
        """Tell of a person."""
        self.tell(at, "contact.saved", person.told(**more))

    def job(self, at: datetime, person: Person, job: str, status: str, *, service: str, total: int) -> None:
        """Tell how far a job is."""
        told = {"external_id": job, "contact": person.id, "status": status, "services": [service], "total": total,
                "location": person.location}  # fmt: skip
        self.tell(at, "job.saved", {"job": {**told, "currency": "USD"}})

    def ticket(
        self, at: datetime, person: Person, *, job: str | None, service: str, total: int,
        tenders: list[dict[str, Any]] | None = None, appointment: str | None = None, number: str | None = None,
    ) -> str:  # fmt: skip
        """Tell a sale and what it was paid with besides the card; keep the points it earns in mind."""
        ours = sum(int(tender["amount"]) for tender in tenders or [])
        line = {"kind": "service", "description": service, "sku": service.upper()[:12], "quantity": 1}
        paid = [*(tenders or []), *([{"type": "card", "amount": total - ours}] if total > ours else [])]
        told: dict[str, Any] = {
            "external_id": number or self.next_id("T"), "contact": person.id, "job": job, "currency": "USD",
            "location": person.location,
            "lines": [{**line, "unit_price": total, "discount": 0, "tax": 0}], "tenders": paid,
        }  # fmt: skip
        if appointment is not None:
            told["appointment"] = {"external_id": appointment, "made": "online"}
        self.tell(at, "ticket.closed", {"ticket": told})
        person.points.append((at + timedelta(days=2), (total - ours) // 100 * POINTS))
        return str(told["external_id"])

    def survey(self, at: datetime, person: Person, job: str, score: int) -> None:
        """Tell a score; every third comes with a comment."""
        told: dict[str, Any] = {"job": job, "contact": person.id, "score": score}
        if self.chance.random() < 0.35:
            told["comment"] = self.chance.choice(COMMENTS[score])
        self.tell(at, "survey.answered", {"survey": told})

    def service(self, at: datetime) -> tuple[str, int]:
        """Return what is done at that time of the year, and its price."""
        month = at.astimezone(ZONE).month
        name = self.chance.choice([each for each, (_, months) in SERVICES.items() if month in months])
        return name, SERVICES[name][0] + self.chance.choice((0, 0, 500, 1000, 2000))
