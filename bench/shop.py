"""A business after a history of events and as many gift cards as customers, and what people did beside it: links passed
on and opened, words at the desk, to-dos, claims. What people did is written as rows, because only its number matters to
a page."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from bench.cards import sell_cards
from bench.workload import NOW, PROGRAMME, START, events

CHUNK = 1_000
IMPORTS = 40
FORM = {"encoding": "utf-8", "delimiter": ",", "decimal": ".", "dates": "iso"}
SPAN = (NOW - START).total_seconds()


def shop(name: str, count: int) -> Any:
    """Return the business of this name with a history of ``count`` events; it is made where it is not there yet."""
    from goodword.business.models import Business

    found = Business.objects.filter(name=name).first()
    return found if found is not None else _opened(name, count)


def _opened(name: str, count: int) -> Any:
    from goodword.flow.opening import open_business
    from goodword.flow.publish import publish
    from goodword.flow.record import record
    from goodword.flow.settle import settle

    told = open_business(name=name, currency="USD", timezone="America/Denver", country="US", language="en", now=NOW)
    publish(business=told.business, text=PROGRAMME, actor="bench", now=NOW)
    sell_cards(told.business, count // 10)
    history = events(count, prefix=name[:1].lower())
    for start in range(0, count, CHUNK):
        record(business=told.business, source="till", raws=history[start : start + CHUNK], now=NOW)
        settle(business=told.business, now=NOW, limit=CHUNK)
    _staffed(told.business)
    chance = random.Random(count)
    _deeds(told.business, chance)
    _passed_on(told.business, chance)
    _asked_for(told.business, chance)
    _written_to(told.business, chance)
    _brought(told.business)
    return told.business


def _staffed(business: Any) -> None:
    """Add what every business has some of: an invitation, a key, locations, the public leaderboard."""
    from goodword.business.models import ApiKey, Invitation, Location, Setting
    from goodword.work.models import Job

    mine, slug = {"business": business}, business.slug
    Invitation.objects.create(
        **mine, public_id=f"inv_{slug}", email="new@example.com", role="office", digest=f"i{slug}",
        expires_at=NOW + timedelta(days=30),
    )  # fmt: skip
    ApiKey.objects.create(**mine, name="Till", source="bench-till", prefix="gw_", digest=f"k{slug}")
    for number in range(3):
        Location.objects.create(**mine, external_id=f"l{number}", name=f"Branch {number}")
        Job.objects.filter(**mine, pk__iregex=f"[{number}]$").update(location=f"l{number}")
    Setting.objects.create(**mine, key="public_leaderboard", value=True, since=START)


def _deeds(business: Any, chance: random.Random) -> None:
    """Add a word of the staff for every customer, by one of five people: the audit log."""
    from goodword.inbox.models import Event
    from goodword.people.models import Contact

    rows = [
        Event(
            business=business, public_id=f"evt_{business.pk}x{pk}", source="goodword", external_id=f"bench:{pk}",
            type="link.shared", rank=0, time=at, recorded_at=at, digest="", state="settled", settled_at=at,
            data={"contact": public_id, "source": "staff", "channel": "copy"},
            actor=f"user:person{chance.randrange(5)}@example.com",
        )
        for pk, public_id in Contact.objects.filter(business=business).values_list("pk", "public_id")
        for at in [_day(chance)]
    ]  # fmt: skip
    Event.objects.bulk_create(rows, batch_size=CHUNK)


def _passed_on(business: Any, chance: random.Random) -> None:
    """Pass every link on three times, let it be opened on some days, and let half of the friends come by it."""
    from goodword.inbox.models import Event
    from goodword.people.models import Contact
    from goodword.referrals.models import Referral, Share, Visit

    by_staff = dict(
        Event.objects.filter(business=business, external_id__startswith="bench:").values_list("external_id", "pk")
    )
    shares, visits = [], []
    for pk in Contact.objects.filter(business=business).values_list("pk", flat=True):
        for source in chance.sample(("automatic", "technician", "staff", "customer"), 3):
            event = by_staff[f"bench:{pk}"] if source in ("technician", "staff") else None
            made = {"business": business, "contact_id": pk, "source": source, "channel": "copy"}
            shares.append(Share(**made, at=_day(chance), event_id=event))
        for day in {_day(chance).date() for _ in range(3)}:
            visits.append(Visit(business=business, contact_id=pk, day=day, count=chance.randrange(1, 5)))
    Share.objects.bulk_create(shares, batch_size=CHUNK)
    Visit.objects.bulk_create(visits, batch_size=CHUNK)
    mine = Referral.objects.filter(business=business)
    mine.filter(pk__iregex="[02468]$").update(how="link")
    Contact.objects.filter(business=business, pk__iregex="[036]$").update(enrolled_at=NOW)


def _asked_for(business: Any, chance: random.Random) -> None:
    """Add to-dos, claims that nobody could place, and words about being named in public."""
    from goodword.inbox.models import Decision, Event
    from goodword.people.models import Consent, Contact, Todo

    event = Event.objects.filter(business=business).earliest("pk")
    todos, claims, said = [], [], []
    for place, pk in enumerate(Contact.objects.filter(business=business).values_list("pk", flat=True)):
        at = _day(chance)
        if place % 10 == 0:
            names = {"public_id": f"tdo_{business.pk}x{pk}", "key": f"bench:{pk}", "kind": "note", "text": "Call"}
            done = at if place % 20 else None
            todos.append(Todo(business=business, contact_id=pk, created_at=at, due_at=at, done_at=done, **names))
        if place % 20 == 0:
            told = {"contact": pk, "codes": ["unknown_referrer"], "trace": {"text": "Xeno"}}
            claims.append(Decision(business=business, event=event, kind="attribution_refused", **told))
        if place % 5 == 0:
            said.append(Consent(business=business, contact_id=pk, channel="leaderboard", granted=place % 15 > 0, at=at))
    Todo.objects.bulk_create(todos, batch_size=CHUNK)
    Decision.objects.bulk_create(claims, batch_size=CHUNK)
    Consent.objects.bulk_create(said, batch_size=CHUNK)


def _written_to(business: Any, chance: random.Random) -> None:
    """Write to every customer three times: most left, some wait, a few failed."""
    from goodword.outbox.models import Message
    from goodword.people.models import Contact

    rows = [
        Message(
            business=business, public_id=f"msg_{business.pk}x{pk}x{number}", key=f"bench:{pk}:{number}", contact_id=pk,
            template="referral_invitation", channel="email", to=email or "", language="en", subject="Tell a friend",
            body="Here is your link.", state=chance.choices(("sent", "local", "held", "set_aside"), (16, 2, 1, 1))[0],
            due_at=at, created_at=at,
        )
        for pk, email in Contact.objects.filter(business=business).values_list("pk", "email")
        for number, at in enumerate(sorted(_day(chance) for _ in range(3)))
    ]  # fmt: skip
    Message.objects.bulk_create(rows, batch_size=CHUNK)


def _brought(business: Any) -> None:
    """Add tables that were brought in, the last of them with a refused row for every twentieth customer."""
    from goodword.inbox.models import Event, Import, ImportFault
    from goodword.people.models import Contact

    customers = Contact.objects.filter(business=business).count()
    terms = {"currency": "USD", "zone": "America/Denver", "country": "US", "at": NOW.isoformat()}
    told = {"source": "till", "file_name": "receipts.csv", "size": 1_000, "sha256": "", "form": FORM, "terms": terms}
    names = ["Receipt number", "Customer ID"]
    rows = [
        Import(
            business=business, kind="receipts", number=number, state="done", headers=names, rows=customers,
            stored_rows=customers, created_at=START, started_at=START, finished_at=NOW, actor="user:p", **told,
        )
        for number in range(1, IMPORTS + 1)
    ]  # fmt: skip
    last = Import.objects.bulk_create(rows)[-1]
    faults = [
        ImportFault(
            business=business, of=last, row=row, field="customer", code="unknown_customer", value=f"C{row}",
            cells={"Receipt number": f"R{row}", "Customer ID": f"C{row}"},
        )
        for row in range(1, customers // 20 + 1)
    ]  # fmt: skip
    ImportFault.objects.bulk_create(faults, batch_size=CHUNK)
    reasons = {"unknown_customer": len(faults)}
    Import.objects.filter(pk=last.pk).update(refused_rows=len(faults), reasons=reasons)
    Event.objects.filter(business=business, type="ticket.closed", pk__iregex="[37]$").update(batch=last.number)


def _day(chance: random.Random) -> Any:
    return START + timedelta(seconds=chance.random() * SPAN)
