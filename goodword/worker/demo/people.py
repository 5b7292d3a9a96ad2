"""The customers of Fern Lawn Care. Nobody of them lives: reserved numbers, reserved mail domain, invented doors."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

FIRST = (
    "Olivia", "Liam", "Emma", "Noah", "Ava", "Mason", "Sophia", "Lucas", "Mia", "Ethan", "Amelia", "Logan", "Harper",
    "James", "Evelyn", "Jacob", "Abigail", "Jack", "Emily", "Owen", "Ella", "Wyatt", "Scarlett", "Henry", "Grace",
    "Carter", "Chloe", "Julian", "Victoria", "Levi", "Riley", "Isaac", "Aria", "Gabriel", "Lily", "Anthony", "Aurora",
    "Dylan", "Zoey", "Lincoln", "Nora", "Jaxon", "Camila", "Mateo", "Hannah", "Luna", "Diego", "Elena", "Rosa",
    "Priya", "Arjun", "Mei", "Kenji", "Naomi", "Isaiah",
)  # fmt: skip
LAST = (
    "Anderson", "Baker", "Carter", "Delgado", "Ellis", "Foster", "Garcia", "Hughes", "Ingram", "Jensen", "Kelly",
    "Lopez", "Mitchell", "Nguyen", "Ortiz", "Parker", "Quinn", "Ramirez", "Sullivan", "Turner", "Underwood", "Vargas",
    "Walsh", "Yamamoto", "Zimmerman", "Bennett", "Chavez", "Donovan", "Eriksen", "Fletcher", "Gutierrez", "Hoffman",
    "Iverson", "Jacobs", "Kowalski", "Larson", "Medina", "Novak", "Olsen", "Patel", "Reyes", "Schmidt", "Thornton",
    "Vance", "Whitaker",
)  # fmt: skip
# Who is written to in another language than the business's: their names as they write them.
OTHERS = (
    ("Åsa Lindström", "sv"),
    ("Björn Sjöberg", "sv"),
    ("Märta Öberg", "sv"),
    ("Göran Nyström", "sv"),
    ("ليلى حداد", "ar"),
    ("يوسف منصور", "ar"),
    ("هدى الخطيب", "ar"),
    ("سامر عبد الله", "ar"),
)
STREETS = (
    "Alder Way", "Birch Lane", "Cedar Court", "Dogwood Drive", "Elm Street", "Fir Place", "Garfield Street",
    "Holly Avenue", "Ivy Street", "Juniper Road", "Kearney Street", "Linden Court", "Maple Drive", "Newport Street",
)  # fmt: skip
# Branches of the business, by their id: the city, its postal code, of a hundred customers so many.
PLACES = {"denver": ("Denver", "80209", 52), "lakewood": ("Lakewood", "80226", 30), "boulder": ("Boulder", "80302", 18)}
AREAS = ("303", "720", "719", "970")  # 555-0100 to 555-0199 belong to nobody in each of them
CLUBS = ("gold", "evergreen")
TAGS = ("corner-lot", "dog", "realtor", "sprinklers")


@dataclass(slots=True)
class Person:
    """One customer: what the job system knows, and what the story needs to remember."""

    number: int
    name: str
    language: str
    phone: str
    email: str
    address: dict[str, str]
    tags: list[str]
    clubs: list[str]
    location: str
    since: datetime | None = None  # the first finished job
    referrals: int = 0
    credit: list[tuple[datetime, int]] = field(default_factory=list)  # cents, from when
    points: list[tuple[datetime, int]] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The job system's number."""
        return f"C{self.number:04}"

    def told(self, **more: Any) -> dict[str, Any]:
        """Return what ``contact.saved`` says of them."""
        known: dict[str, Any] = {
            "external_id": self.id, "name": self.name, "email": self.email, "language": self.language,
            "address": self.address,
        }  # fmt: skip
        if self.phone:
            known["phone"] = self.phone
        if self.tags:
            known["tags"] = self.tags
        if self.clubs:
            known["clubs"] = self.clubs
        return {"contact": {**known, **more}}


def people(count: int, *, chance: Random) -> list[Person]:
    """Return so many different people."""
    pairs = [f"{first} {last}" for first in FIRST for last in LAST]
    names = chance.sample(pairs, count - len(OTHERS))
    doors = chance.sample([(n, s) for s in STREETS for n in range(100, 2400, 20)], count)
    numbers = chance.sample([f"+1{area}55501{n:02}" for area in AREAS for n in range(100)], count)
    found = []
    for place in range(count):
        name, language = (names[place], "en") if place < len(names) else OTHERS[place - len(names)]
        number, street = doors[place]
        where = chance.choices(list(PLACES), [often for _, _, often in PLACES.values()])[0]
        city, code, _ = PLACES[where]
        person = Person(
            number=place + 1, name=name, language=language, email=email_of(name, place + 1), location=where,
            phone=numbers[place] if place % 7 else "",  # some are only written to by e-mail
            address={"line1": f"{number} {street}", "city": city, "region": "CO", "postal_code": code},
            tags=[chance.choice(TAGS)] if chance.random() < 0.2 else [],
            clubs=[chance.choice(CLUBS)] if chance.random() < 0.1 else [],
        )  # fmt: skip
        found.append(person)
    chance.shuffle(found)
    return found


def email_of(name: str, number: int) -> str:
    """Return an address that can be nobody's."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().split()
    return f"{'.'.join(plain) or f'customer.{number}'}@mail.example"
