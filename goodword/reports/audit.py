"""The audit log: what members of staff did, from the events that bear their name; and what those events speak of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, F, Func, Q, TextField
from django.db.models.functions import Cast

from goodword.business.models import Business, Membership, User
from goodword.inbox.models import Event, State
from goodword.people.models import Contact
from goodword.referrals.models import Referral
from goodword.reports.finding import matching
from goodword.reports.paging import PAGE, Page, every, newest
from goodword.reports.pipeline import named
from goodword.reports.team import name_of
from goodword.reports.worth import title
from goodword.rewards.models import Reward
from goodword.vouchers.models import Design, Voucher

STAFF = "user:"
# Written out, as it stands in the index event_by_staff: SQLite uses that index for no value that is handed over.
BY_STAFF = Func(F("actor"), template="%(expressions)s LIKE 'user:%%%%' ESCAPE '\\'", output_field=BooleanField())
CHUNK = 500  # rows resolved at once for a file
MATCHES = 30  # customers that a word may mean, at most


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asks for; an empty field narrows nothing. ``kinds`` are beginnings of event types."""

    person: str = ""
    kinds: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None
    text: str = ""


@dataclass(slots=True)
class Known:
    """The names of what some events speak of, by public id or e-mail address."""

    people: dict[str, str] = field(default_factory=dict)
    contacts: dict[str, str] = field(default_factory=dict)
    referrals: dict[str, tuple[str, str]] = field(default_factory=dict)  # friend, referrer
    rewards: dict[str, tuple[str, str]] = field(default_factory=dict)  # title, holder
    vouchers: dict[str, str] = field(default_factory=dict)  # serial
    designs: dict[str, str] = field(default_factory=dict)  # of printed vouchers: name
    currency: str = ""


def deeds(*, business: Business, wanted: Wanted, after: str = "", limit: int = PAGE) -> Page:
    """Return what staff did, newest first; what was refused did not happen and is not told. One or two statements."""
    return newest(_query(business, wanted), after=after, limit=limit)


def every_deed(*, business: Business, wanted: Wanted) -> Iterator[list[Event]]:
    """Return all of it in chunks, newest first, for a file."""
    return every(lambda after: newest(_query(business, wanted), after=after, limit=CHUNK))


def actors(*, business: Business) -> list[tuple[str, str, str]]:
    """Return (key, name, e-mail) of those who work here, for a choice; the key is in addresses, the e-mail never."""
    seats = Membership.objects.filter(business=business).select_related("user").order_by("user__first_name", "pk")
    return [(str(seat.user_id), name_of(seat.user), seat.user.email) for seat in seats]


def known_of(*, business: Business, rows: Sequence[Event], lang: str) -> Known:
    """Return the names of everything that some events speak of. At most six statements, however many rows."""
    said = {word for row in rows for word in _words(row.data)} | {row.actor.removeprefix(STAFF) for row in rows}
    known = Known(currency=business.currency)
    for person in User.objects.filter(email__in={word for word in said if "@" in word}):
        known.people[person.email] = name_of(person)
    for contact in Contact.objects.filter(business=business, public_id__in=_ids(said, "con_")):
        known.contacts[contact.public_id] = named(contact)
    referrals = Referral.objects.filter(business=business, public_id__in=_ids(said, "ref_"))
    for referral in referrals.select_related("friend", "referrer"):
        known.referrals[referral.public_id] = (named(referral.friend), named(referral.referrer))
    rewards = Reward.objects.filter(business=business, public_id__in=_ids(said, "rwd_")).select_related("holder")
    for reward in rewards:
        known.rewards[reward.public_id] = (title(reward, business=business, lang=lang), named(reward.holder))
    cards = Voucher.objects.filter(business=business, public_id__in=_ids(said, "vou_"))
    known.vouchers.update(cards.values_list("public_id", "serial"))
    designs = Design.objects.filter(business=business, public_id__in=_ids(said, "dsg_"))
    known.designs.update(designs.values_list("public_id", "name"))
    return known


def _query(business: Business, wanted: Wanted) -> Any:
    found = Event.objects.filter(BY_STAFF, business=business, state=State.SETTLED)
    if wanted.person:
        found = found.filter(actor=f"{STAFF}{wanted.person}")
    if wanted.kinds:
        found = found.filter(_any(Q(type__startswith=kind) for kind in wanted.kinds))
    if wanted.start:
        found = found.filter(recorded_at__gte=wanted.start)
    if wanted.end:
        found = found.filter(recorded_at__lt=wanted.end)
    return _with_words(found, business, wanted.text.strip()[:100]) if wanted.text.strip() else found


def _with_words(found: Any, business: Business, text: str) -> Any:
    """Keep what tells a word in its data, is about a customer of that name, or was done by such a person."""
    contacts = list(Contact.objects.filter(matching(text), business=business).values_list("pk", "public_id")[:MATCHES])
    keys, ids = [pk for pk, _ in contacts], [public_id for _, public_id in contacts]
    rewards = list(Reward.objects.filter(holder__in=keys).values_list("public_id", flat=True)[: 10 * MATCHES])
    about = Q(friend__in=keys) | Q(referrer__in=keys)
    referrals = list(Referral.objects.filter(about).values_list("public_id", flat=True)[: 10 * MATCHES])
    people = User.objects.filter(Q(first_name__icontains=text) | Q(last_name__icontains=text))
    staff = people.filter(memberships__business=business).values_list("email", flat=True)[:MATCHES]
    # SQLite keeps JSON as it was written, with other letters than ASCII as \\uXXXX; PostgreSQL keeps the letters.
    told = found.annotate(told=Cast("data", TextField()))
    words = Q(told__icontains=text) | Q(told__contains=json.dumps(text)[1:-1]) | Q(actor__icontains=text)
    names = Q(data__contact__in=ids) | Q(data__friend__in=ids) | Q(data__referrer__in=ids)
    names |= Q(data__reward__in=rewards) | Q(data__referral__in=referrals)
    return told.filter(words | names | Q(actor__in=[f"{STAFF}{email}" for email in staff]))


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found


def _words(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from _words(value)
    elif isinstance(data, list):
        for value in data[:CHUNK]:
            yield from _words(value)


def _ids(said: Iterable[str], prefix: str) -> list[str]:
    return sorted(word for word in said if word.startswith(prefix) and len(word) <= 40)
