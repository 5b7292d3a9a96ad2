"""Yesterday and today, at whatever hour the demo is loaded: the crew's finished work, friends on their way."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from goodword.worker.demo.people import Person
from goodword.worker.demo.scenes import contact_of, of
from goodword.worker.demo.staff import OFFICE, SECOND, TECHNICIAN
from goodword.worker.demo.story import ZONE, Done, Opened, Telling

TODAY, YESTERDAY = 7, 8
OPENS, CLOSES = time(7, 30), time(16, 45)


def play(telling: Telling, known: list[Person], quiet: list[Person], strangers: list[Person]) -> None:
    """Add them. ``quiet`` are customers of no scene; three ``strangers`` come by link."""
    others = [p for p in known if p.language != "en" and p.since is not None and not p.referrals]
    visited = [*quiet[: YESTERDAY + TODAY - 2]]
    visited[3:3], visited[10:10] = others[:1], others[-1:]  # one of each day reads another language
    days = ((YESTERDAY, visited[:YESTERDAY], 1), (TODAY, visited[YESTERDAY:], 0))
    for count, people, ago in days:
        for place, (at, person) in enumerate(zip(_hours(telling, count, ago=ago), people, strict=False)):
            _finished(telling, person, at, place=place)
    star = max(known, key=lambda p: p.referrals)
    _on_their_way(telling, star, strangers)
    _asked_for(telling, star)


def _hours(telling: Telling, count: int, *, ago: int) -> list[datetime]:
    """Return when the jobs of a day were finished; early in the morning today's stand close together."""
    day = telling.today - timedelta(days=ago)
    opens, closes = (datetime.combine(day, at, ZONE) for at in (OPENS, CLOSES))
    if not ago:
        closes = min(closes, telling.now - timedelta(minutes=8))
        opens = max(min(opens, closes - timedelta(hours=3)), datetime.combine(day, time(), ZONE))
    step = max(closes - opens, timedelta(0)) / count
    return [(opens + step * (place + 0.7)).astimezone(telling.now.tzinfo) for place in range(count)]


def _finished(telling: Telling, person: Person, at: datetime, *, place: int) -> None:
    """Work done, and what came of it: a score, the link shown at the door, or nothing yet."""
    job = telling.next_id("J")
    service, total = telling.service(at)
    telling.job(at - timedelta(days=4), person, job, "booked", service=service, total=total)
    telling.job(at, person, job, "completed", service=service, total=total)
    if place % 3 == 0:
        telling.survey(at + timedelta(minutes=35), person, job, 5 if place % 2 else 4)
    if place % 3 == 1:
        who = (TECHNICIAN, SECOND)[place % 2].actor
        data = {"source": "technician", "channel": "qr"}
        telling.note(Done(at + timedelta(minutes=6), "link.shared", partial(of, person.id, **data), who, looks=True))
        telling.note(Opened(at + timedelta(minutes=7), person.id))


def _on_their_way(telling: Telling, star: Person, strangers: list[Person]) -> None:
    """Two friends of the best referrer: one has booked, one was looked at."""
    for hours, status in ((44, "booked"), (20, "consultation")):
        friend, at = strangers.pop(), telling.now - timedelta(hours=hours)
        telling.note(Opened(at - timedelta(minutes=9), star.id))
        telling.contact(at, friend, referred_by={"contact": star.id}, how="link")
        job = telling.next_id("J")
        telling.job(at + timedelta(hours=1), friend, job, "consultation", service="Season plan", total=78000)
        if status == "booked":
            telling.job(at + timedelta(hours=4), friend, job, status, service="Season plan", total=78000)


def _asked_for(telling: Telling, star: Person) -> None:
    """Two visitors ask to be called: one has a link, one remembers a name; the office hears of another name."""
    at = telling.now - timedelta(hours=2)
    telling.note(Opened(at - timedelta(minutes=4), star.id))
    telling.note(Done(at, "callback.requested", lambda: _by_link(star.id), "visitor"))
    told = {"name": "Theo Marsh", "phone": "(505) 555-0171", "message": "Sprinklers, please.", "mentioned": "Mrs Lopez"}
    telling.note(Done(telling.now - timedelta(hours=5), "callback.requested", lambda: told, "visitor"))
    lead = {
        "external_id": "C9002",
        "name": "Ingrid Dahl",
        "phone": "(505) 555-0163",
        "email": "ingrid.dahl@mail.example",
    }
    telling.tell(telling.day(2, hour=9), "contact.saved", {"contact": lead})
    said = partial(_mentions, "C9002", "Maria Lopez, I think")
    telling.note(Done(telling.day(2, hour=10), "referral.mentioned", said, OFFICE.actor))


def _by_link(referrer: str) -> dict[str, Any]:
    words = "Could you look at my back yard this week?"
    return {"code": contact_of(referrer).code, "name": "Robin Castle", "phone": "(505) 555-0144", "message": words}


def _mentions(friend: str, text: str) -> dict[str, Any]:
    return {"friend": contact_of(friend).public_id, "text": text}
