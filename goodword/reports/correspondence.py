"""The outbox as customers see it, what of it waits and why, and the history of one message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from goodword.business.models import Business
from goodword.flow.hand_sending import hand_key
from goodword.inbox.models import Event
from goodword.outbox.addressing import NO_ADDRESS, OPTED_OUT
from goodword.outbox.models import Message
from goodword.people.models import Contact
from goodword.reports.finding import matching
from goodword.reports.paging import Page, newest
from goodword.rewards.models import Reward

STATES: dict[str, Q] = {
    "waiting": Q(state__in=("queued", "held")),
    "local": Q(state="local"),
    "sent": Q(state="sent"),
    "failed": Q(state="set_aside"),
    "cancelled": Q(state="cancelled"),
}
# What has not left, by why; ``later`` and ``due`` need the instant, so they are made by ``reasons``.
WHOLE = {"local": "local", "failed": "set_aside"}  # reasons that are a state as it stands


def reasons(now: datetime) -> dict[str, Q]:
    """Return the conditions of the reasons for which messages wait."""
    return {
        "local": Q(state="local"),
        "failed": Q(state="set_aside"),
        "no_address": Q(state="held", note=NO_ADDRESS),
        "opted_out": Q(state="held", note=OPTED_OUT),
        "retrying": Q(state="queued", attempts__gt=0),
        "later": Q(state="queued", attempts=0, due_at__gt=now),
        "due": Q(state="queued", attempts=0, due_at__lte=now),
    }


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages: ``state`` is a key of ``STATES`` or of ``reasons``; what is empty narrows nothing."""

    state: str = ""
    text: str = ""
    template: str = ""
    channel: str = ""
    language: str = ""
    start: datetime | None = None
    end: datetime | None = None


def letters(*, business: Business, wanted: Wanted, now: datetime, after: str = "") -> Page:
    """Return messages, newest first. One statement."""
    query = _fetched(Message.objects.filter(business=business))
    known = reasons(now) | STATES
    if wanted.state in known:
        query = query.filter(known[wanted.state])
    for name in ("template", "channel", "language"):
        if value := getattr(wanted, name):
            query = query.filter(**{name: value[:60]})
    if wanted.start is not None:
        query = query.filter(created_at__gte=wanted.start)
    if wanted.end is not None:
        query = query.filter(created_at__lt=wanted.end)
    if wanted.text.strip():
        said = wanted.text.strip()[:100].replace("\0", "")
        query = query.filter(matching(said, to="contact__") | Q(to__icontains=said))
    return newest(query, after=after)


def waiting(*, business: Business, now: datetime) -> dict[str, int]:
    """Count what has not left, by its reason; those of nothing are left out. Two statements.

    Whatever is kept here may be every message there is: it is counted by the index alone, without reading it.
    """
    unsent, told = Message.objects.filter(business=business), reasons(now)
    by_state = unsent.filter(state__in=WHOLE.values()).values("state").annotate(n=Count("pk")).order_by()
    whole = dict(by_state.values_list("state", "n"))
    others = {name: Count("pk", filter=held) for name, held in told.items() if name not in WHOLE}
    counts = unsent.filter(state__in=("queued", "held")).aggregate(**others)
    counts |= {name: whole.get(state, 0) for name, state in WHOLE.items()}
    return {name: counts[name] for name in told if counts[name]}


def of_contact(*, contact: Contact, limit: int = 4) -> list[Message]:
    """Return a contact's latest messages. One statement."""
    return list(_fetched(Message.objects.filter(contact=contact)).order_by("-pk")[:limit])


def all_of_contact(*, contact: Contact, after: str = "") -> Page:
    """Return a contact's messages, newest first. One statement."""
    return newest(_fetched(Message.objects.filter(contact=contact)), after=after)


@dataclass(frozen=True, slots=True)
class OneLetter:
    """A message, what it speaks of, and who sent it by hand, if anybody did."""

    message: Message
    referral: str
    reward: Reward | None
    by_hand: Event | None


def one(*, business: Business, public_id: str) -> OneLetter | None:
    """Return one message with its surroundings. Three statements."""
    message = _fetched(Message.objects.filter(business=business, public_id=public_id)).first()
    if message is None:
        return None
    named = message.facts.get("reward")
    rewards = Reward.objects.filter(business=business, public_id=named).select_related("referral") if named else None
    reward = rewards.first() if rewards is not None else None
    referral = str(message.facts.get("referral") or "")
    if reward is not None and reward.referral is not None:
        referral = reward.referral.public_id
    by_hand = Event.objects.filter(business=business, source="goodword", external_id=hand_key(public_id)).first()
    return OneLetter(message, referral, reward, by_hand)


def _fetched(query: Any) -> Any:
    return query.select_related("contact", "event")
