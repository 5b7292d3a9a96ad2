"""Rewards: the list, and the queue of those that wait for a person."""

from __future__ import annotations

from typing import Any

from goodword.business.models import Business
from goodword.people.models import Contact
from goodword.reports.paging import Page, newest
from goodword.reports.waiting import rewards_queue
from goodword.rewards.models import Reward, Status

QUEUE = 60


def rewards(*, business: Business, status: str = "", after: str = "") -> Page:
    """Return rewards, newest first. One statement. ``status`` narrows when it is one of domain.md's."""
    query = fetched(Reward.objects.filter(business=business))
    if status in Status.values:
        query = query.filter(status=status)
    return newest(query, after=after)


def queue(*, business: Business) -> list[Reward]:
    """Return what waits for a person, the longest waiting first. One statement."""
    return list(fetched(rewards_queue(business)).order_by("pk")[:QUEUE])


def of_contact(*, contact: Contact, limit: int = 8) -> list[Reward]:
    """Return a contact's latest rewards. One statement."""
    return list(fetched(Reward.objects.filter(holder=contact)).order_by("-pk")[:limit])


def of_referral(*, referral: int) -> list[Reward]:
    """Return the rewards that hang on a referral. One statement."""
    return list(fetched(Reward.objects.filter(referral=referral)).order_by("pk"))


def fetched(query: Any) -> Any:
    """Fetch with each reward what its line tells."""
    return query.select_related("holder", "referral__friend", "event")


def one(*, business: Business, public_id: str) -> Reward | None:
    """Return one reward of the business by its id. One statement."""
    return fetched(Reward.objects.filter(business=business, public_id=public_id)).first()
