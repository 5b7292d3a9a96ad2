"""Rewards: the list and what waits for a person, one reward with its history, reasons and messages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from goodword.business.models import Business
from goodword.inbox.models import Decision
from goodword.outbox.models import Message
from goodword.people.models import Contact
from goodword.reports.explaining import OUTCOMES, Explained, explain
from goodword.reports.finding import matching
from goodword.reports.paging import Page, newest, oldest
from goodword.reports.waiting import rewards_queue
from goodword.rewards.models import Reward, Status, StatusChange

HOUSEHOLDS = 20  # looked at on one page
WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of rewards is narrowed to; an empty value does not narrow it.

    Attributes:
        status: one of domain.md's, or ``waiting``: what a person must fulfil.
        kind: of the reward. text: of the holder's or the friend's name, phone, e-mail or code.
        start, end: of the period in which it was earned, half-open.
    """

    status: str = ""
    kind: str = ""
    text: str = ""
    start: datetime | None = None
    end: datetime | None = None


def rewards(*, business: Business, asked: Asked | None = None, after: str = "") -> Page:
    """Return rewards, newest first; what waits for a person the longest waiting first. One statement."""
    asked = asked or Asked()
    query = fetched(_narrowed(business, asked))
    return oldest(query, by="at", after=after) if asked.status == WAITING else newest(query, after=after)


def each(*, business: Business, asked: Asked) -> Iterator[Reward]:
    """Yield all rewards of a list, for a file, without holding them."""
    query: Iterator[Reward] = fetched(_narrowed(business, asked)).order_by("-pk").iterator(chunk_size=500)
    return query


def households(*, business: Business) -> list[list[Reward]]:
    """Return the rewards that wait for a look at a shared address, by referral, longest first. One statement."""
    query = fetched(rewards_queue(business).filter(status="pending", review=True))
    told: dict[int, list[Reward]] = {}
    for reward in query.select_related("referral__referrer", "revision__programme").order_by("pk")[:200]:
        told.setdefault(reward.referral_id or -reward.pk, []).append(reward)
    return list(told.values())[:HOUSEHOLDS]


def of_contact(*, contact: Contact, limit: int = 8) -> list[Reward]:
    """Return a contact's latest rewards. One statement."""
    return list(fetched(Reward.objects.filter(holder=contact)).order_by("-pk")[:limit])


def all_of_contact(*, contact: Contact, after: str = "") -> Page:
    """Return a contact's rewards, newest first. One statement."""
    return newest(fetched(Reward.objects.filter(holder=contact)), after=after)


def of_referral(*, referral: int) -> list[Reward]:
    """Return the rewards that hang on a referral. One statement."""
    return list(fetched(Reward.objects.filter(referral=referral)).order_by("pk"))


def fetched(query: Any) -> Any:
    """Fetch with each reward what its line tells."""
    return query.select_related("holder", "referral__friend", "event")


def one(*, business: Business, public_id: str) -> Reward | None:
    """Return one reward of the business by its id, with its programme. One statement."""
    query = fetched(Reward.objects.filter(business=business, public_id=public_id))
    found: Reward | None = query.select_related("revision__programme", "ticket").first()
    return found


def several(*, business: Business, public_ids: Sequence[str]) -> list[Reward]:
    """Return the rewards of these ids that are the business's, oldest first. One statement."""
    query = fetched(Reward.objects.filter(business=business, public_id__in=public_ids))
    return list(query.select_related("revision__programme").order_by("pk"))


def changes(*, reward: Reward) -> list[StatusChange]:
    """Return every change of a reward's status, the latest first. One statement."""
    return list(reward.changes.order_by("-pk"))


def reasons(*, business: Business, reward: Reward, lang: str) -> list[Explained]:
    """Return what rules decided about one reward, the latest first. Three statements."""
    rows = Decision.objects.filter(business=business, reward=reward.pk, kind__in=OUTCOMES)
    # By way of an index: there is none by reward.
    near = Q(event=reward.event_id)
    near |= Q(referral=reward.referral_id) if reward.referral_id is not None else Q(contact=reward.holder_id)
    return explain(business=business, rows=list(rows.filter(near).select_related("event").order_by("-pk")), lang=lang)


def messages(*, business: Business, reward: Reward) -> list[Message]:
    """Return the messages about one reward. One statement."""
    query = Message.objects.filter(business=business, contact=reward.holder)
    return list(query.filter(key__startswith=f"reward:{reward.public_id}:").select_related("contact").order_by("-pk"))


def _narrowed(business: Business, asked: Asked) -> Any:
    query = Reward.objects.filter(business=business)
    if asked.status == WAITING:
        query = rewards_queue(business).filter(review=False)
    elif asked.status in Status.values:
        query = query.filter(status=asked.status)
    if asked.kind:
        query = query.filter(kind=asked.kind)
    if asked.start is not None:
        query = query.filter(at__gte=asked.start)
    if asked.end is not None:
        query = query.filter(at__lt=asked.end)
    if asked.text.strip():
        # First whom the text means, then what is theirs: not the text beside every reward there is.
        meant = Contact.objects.filter(matching(asked.text), business=business).values("pk")
        theirs, told = Reward.objects.filter(business=business), Reward.objects.filter(referral__friend__in=meant)
        query = query.filter(pk__in=theirs.filter(holder__in=meant).values("pk").union(told.values("pk")))
    return query


def by_ids(*, business: Business, public_ids: Collection[str]) -> dict[str, Reward]:
    """Return rewards of the business by their ids. One statement."""
    return fetched(Reward.objects.filter(business=business)).in_bulk(public_ids, field_name="public_id")
