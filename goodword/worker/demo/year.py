"""What happens in the year: work through the seasons, customers who refer, friends who become customers."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from goodword.worker.demo import gift_cards, office, scenes, these_days
from goodword.worker.demo.people import Person, email_of, people
from goodword.worker.demo.story import DAYS, PROJECTS, Moment, Opened, Published, Telling

SEED = 20_260_301
CUSTOMERS, FRIENDS, STRANGERS = 230, 80, 14  # strangers come in the scenes
RAISED_AGO = 150  # days ago the office raised what a paid referral brings: the promises made before stay
PAID_THEN, PAID_NOW = 3000, 3500
SCORES, WEIGHTS = (5, 4, 3, 2, 1), (56, 28, 9, 5, 2)
HOW, HOW_OFTEN = ("link", "name", "code", "partner_site"), (50, 30, 14, 6)
CHAMPIONS = 8  # a few bring most: so it is everywhere
ALIKE = ("Maria Lopez", "Marie Lopez", "Mario Lopez")  # whom does “Maria Lopez, I think” mean?
# Visits a week by month: a lawn business sleeps in winter.
SEASON = {1: 6, 2: 6, 3: 9, 4: 13, 5: 14, 6: 14, 7: 12, 8: 12, 9: 13, 10: 13, 11: 9, 12: 6}


def story(*, now: datetime) -> list[Moment]:
    """Return the year that ends now, in time order."""
    chance = Random(SEED)  # noqa: S311 - a story, no secret
    telling = Telling(now, chance)
    cast = people(CUSTOMERS, chance=chance)
    friends, strangers, olds = cast[:FRIENDS], cast[FRIENDS : FRIENDS + STRANGERS], cast[FRIENDS + STRANGERS :]
    _name_alike(olds)
    _publish(telling)
    _begin(telling, olds)
    arrivals = sorted(_arrivals(chance), reverse=True)  # days ago, the oldest first
    for week in range(DAYS // 7 - 2, -1, -1):  # the first two weeks are everybody's first visit
        while arrivals and arrivals[0] >= week * 7:
            _refer(telling, friends.pop(), olds, ago=arrivals.pop(0))
        _work(telling, olds, week=week)
    quiet = scenes.play(telling, olds, strangers)
    these_days.play(telling, olds, quiet, strangers)
    office.play(telling, olds)
    gift_cards.play(telling, olds)
    return sorted(telling.moments, key=lambda moment: moment.at)


def _name_alike(olds: list[Person]) -> None:
    there = [person for person in olds[CHAMPIONS * 2 :] if person.language == "en"]
    for person, name in zip(there, ALIKE, strict=False):
        person.name, person.email = name, email_of(name, person.number)


def _publish(telling: Telling) -> None:
    starts = {"starts": (telling.today - timedelta(days=DAYS)).isoformat()}
    at = telling.day(DAYS, hour=7)
    words = {**starts, "paid": "30.00", "budget": "{amount: 8000.00, per: year}"}
    telling.note(Published(at, "neighbours.yaml", words))
    telling.note(Published(at, "points.yaml", starts))
    words = {**starts, "paid": "35.00", "budget": "{amount: 12000.00, per: year}"}
    telling.note(Published(telling.day(RAISED_AGO, hour=9), "neighbours.yaml", words))


def _begin(telling: Telling, olds: list[Person]) -> None:
    """Two of three were customers when the programme began; the others come by themselves in the course of the year."""
    for place, person in enumerate(olds):
        ago = DAYS - 1 if place % 3 else telling.chance.randint(20, DAYS - 30)
        telling.contact(telling.day(ago, hour=8), person)
        person.since = telling.day(ago - 1)
        service, total = telling.service(person.since)
        _visit(telling, person, person.since, service, total)


def _arrivals(chance: Random) -> list[int]:
    """Return how many days ago each friend came: ever more, evenly, and some in these days."""
    these = [1, 1, 2, 3, 4]
    grown = FRIENDS - len(these)
    parts = [((place + chance.random()) / grown) ** 0.66 for place in range(grown)]
    return [*(max(round(DAYS * 0.95 * (1 - part)), 5) for part in parts), *these]


def _refer(telling: Telling, friend: Person, olds: list[Person], *, ago: int) -> None:
    """A customer names a friend, who comes, hesitates, books, pays; or does not."""
    arrived = telling.day(ago)
    known = [p for p in olds if p.since is not None and p.since < arrived - timedelta(days=7)]
    weights = [40 if place < CHAMPIONS else 1 for place in range(len(known))]
    referrer = telling.chance.choices(known, weights)[0]
    how = telling.chance.choices(HOW, HOW_OFTEN)[0]
    for back in range(telling.chance.randint(1, 4) if how == "link" else 0):
        telling.note(Opened(arrived - timedelta(hours=back * 5, minutes=7), referrer.id))
    telling.contact(arrived, friend, referred_by={"contact": referrer.id}, how=how)
    referrer.referrals += 1
    _first_job(telling, friend, referrer, arrived, raised=ago < RAISED_AGO)
    if friend.since is not None:
        olds.append(friend)


def _first_job(telling: Telling, friend: Person, referrer: Person, arrived: datetime, *, raised: bool) -> None:
    chance, at = telling.chance, arrived
    service, total = telling.service(arrived)
    if chance.random() < 0.42:
        service = chance.choice(list(PROJECTS))
        total = PROJECTS[service] + chance.choice((0, 4000, 9000, 15000))
    job = telling.next_id("J")
    steps = [("consultation", 500, (1, 4)), ("booked", 1000, (1, 5)), ("completed", 0, (4, 12)),
             ("invoiced", 0, (0, 1)), ("paid", PAID_NOW if raised else PAID_THEN, (1, 6))]  # fmt: skip
    stops = chance.choices(["", "consultation", "booked", "completed", "cancelled"], [74, 9, 8, 3, 6])[0]
    for status, credit, (least, most) in steps:
        if stops == status:
            return
        at += timedelta(days=chance.randint(least, most), minutes=chance.randint(5, 200))
        telling.job(at, friend, job, status, service=service, total=total)
        if stops == "cancelled" and status == "booked":
            telling.job(at + timedelta(days=3), friend, job, "cancelled", service=service, total=total)
            return
        if credit and at <= telling.now and stops != "cancelled":
            referrer.credit.append((at + timedelta(days=2), credit))
        if status == "completed":
            _score(telling, friend, job, at)
    if at <= telling.now:
        telling.ticket(at, friend, job=job, service=service, total=total)
        friend.since = at


def _work(telling: Telling, olds: list[Person], *, week: int) -> None:
    """A week's visits to those who are customers by then."""
    month = telling.day(week * 7).month
    for _ in range(SEASON[month]):
        at = telling.day(week * 7 + telling.chance.randint(0 if week else 2, 6))  # these days: these_days.py
        known = [p for p in olds if p.since is not None and p.since < at - timedelta(days=6)]
        service, total = telling.service(at)
        _visit(telling, telling.chance.choice(known), at, service, total)


def _visit(telling: Telling, person: Person, at: datetime, service: str, total: int) -> None:
    """Work done and paid in one day; every seventh was booked online."""
    chance, job, appointment = telling.chance, telling.next_id("J"), None
    if chance.random() < 0.14:
        appointment, asked = telling.next_id("A"), at - timedelta(days=3)
        told = {"external_id": appointment, "contact": person.id, "made": "online", "at": at.isoformat()}
        telling.tell(asked, "appointment.booked", {"appointment": told})
    telling.job(at, person, job, "completed", service=service, total=total)
    done = at + timedelta(minutes=20)
    telling.job(done, person, job, "paid", service=service, total=total)
    tenders = _tenders(telling, person, done, total)
    telling.ticket(done, person, job=job, service=service, total=total, tenders=tenders, appointment=appointment)
    _score(telling, person, job, at)


def _tenders(telling: Telling, person: Person, at: datetime, total: int) -> list[dict[str, object]]:
    """Pay with what is there: credit as far as it goes, points now and then."""
    found: list[dict[str, object]] = []
    credit = sum(cents for since, cents in person.credit if since <= at)
    if credit:
        used = min(credit, total - 1000)
        person.credit.append((at, -used))
        found.append({"type": "credit", "amount": used})
        total -= used
    points = sum(units for since, units in person.points if since <= at) // 100 * 100
    if points >= 300 and total > 2000 and telling.chance.random() < 0.3:
        used = min(points // 200 * 100, total // 200 * 100)
        person.points.append((at, -used))
        found.append({"type": "points", "amount": used})
    return found


def _score(telling: Telling, person: Person, job: str, at: datetime) -> None:
    chance = telling.chance
    if chance.random() < 0.6:
        answered = at + timedelta(hours=chance.randint(2, 30))
        telling.survey(answered, person, job, chance.choices(SCORES, WEIGHTS)[0])
