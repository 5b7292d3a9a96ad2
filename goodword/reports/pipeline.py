"""Referrals as a pipeline: how many stand where, and the rows of the list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from goodword.business.models import Business, Location
from goodword.money import Amount
from goodword.referrals.models import Referral
from goodword.reports.finding import matching
from goodword.reports.paging import Page, newest
from goodword.reports.worth import worth
from goodword.rewards.models import Reward
from goodword.work.models import Job

ARRIVED = "attributed"  # the stored word for a referral that reached nothing yet
STAGES = ("arrived", "consultation", "booked", "completed", "invoiced", "paid")
CHUNK = 500
STATES = ("open", "rewarded", "review", "removed")
_TELLING = ("pending", "issued", "redeemed", "expired", "reversed", "declined")  # the first that is there is shown
_GONE = ("reversed", "declined", "expired")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list of referrals."""

    id: str
    friend_name: str
    referrer_name: str
    stage: str | None
    state: str
    reward_state: str
    worth: Amount | None
    arrived_at: datetime
    how: str = ""


def counts(*, business: Business) -> dict[str, int]:
    """Return how many live referrals have got exactly so far, by stage. One statement."""
    rows = Referral.objects.filter(business=business, removed_at=None).values("stage").annotate(n=Count("pk"))
    told = {"arrived" if row["stage"] == ARRIVED else row["stage"]: row["n"] for row in rows}
    return {stage: told.get(stage, 0) for stage in STAGES}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list of referrals is narrowed to; an empty or unknown value does not narrow it.

    Attributes:
        stage: one of ``STAGES``; state: one of ``STATES``; how: how it was learnt.
        text: of the friend's or the referrer's name, phone, e-mail or code.
        location: external id of the location of one of the friend's jobs.
        start, end: of the period in which the friend arrived, half-open.
    """

    stage: str = ""
    state: str = ""
    how: str = ""
    text: str = ""
    location: str = ""
    start: datetime | None = None
    end: datetime | None = None


def referrals(*, business: Business, asked: Asked | None = None, after: str = "", limit: int = 30) -> Page:
    """Return rows of the list, newest first. Two statements."""
    page = newest(with_names(_narrowed(business, asked or Asked())), after=after, limit=limit)
    return Page(rows_of(business=business, referrals=page.rows), page.next)


def each(*, business: Business, asked: Asked) -> Iterator[Row]:
    """Yield all rows of a list, for a file, a few hundred at a time."""
    query = with_names(_narrowed(business, asked)).order_by("-pk").iterator(chunk_size=CHUNK)
    while part := list(islice(query, CHUNK)):
        yield from rows_of(business=business, referrals=part)


def _narrowed(business: Business, asked: Asked) -> Any:
    query = Referral.objects.filter(business=business)
    if asked.stage in STAGES:
        query = query.filter(removed_at=None, stage=ARRIVED if asked.stage == "arrived" else asked.stage)
    query = _in_state(query, asked.state)
    if asked.how:
        query = query.filter(how=asked.how)
    if asked.location:
        query = query.filter(Exists(Job.objects.filter(contact=OuterRef("friend"), location=asked.location)))
    if asked.start is not None:
        query = query.filter(arrived_at__gte=asked.start)
    if asked.end is not None:
        query = query.filter(arrived_at__lt=asked.end)
    if asked.text.strip():
        query = query.filter(matching(asked.text, to="friend__") | matching(asked.text, to="referrer__"))
    return query


def locations(*, business: Business) -> list[tuple[str, str]]:
    """Return the locations of a business, by name: external id and name. One statement."""
    rows = Location.objects.filter(business=business).order_by("name", "pk")
    return list(rows.values_list("external_id", "name")[:200])


def with_names(query: Any) -> Any:
    """Fetch with each referral its people, and whether every job of the friend was cancelled."""
    jobs = Job.objects.filter(contact=OuterRef("friend"))
    return query.select_related("friend", "referrer").annotate(
        any_cancelled=Exists(jobs.filter(status="cancelled")), any_live=Exists(jobs.exclude(status="cancelled"))
    )


def rows_of(*, business: Business, referrals: Collection[Any]) -> list[Row]:
    """Return the rows of referrals that ``with_names`` fetched. One statement."""
    paid: dict[int, list[Reward]] = defaultdict(list)
    wanted = [referral.pk for referral in referrals]
    for reward in Reward.objects.filter(referral__in=wanted, to="referrer").order_by("pk") if wanted else ():
        paid[reward.referral_id or 0].append(reward)
    return [_row(business, referral, paid[referral.pk]) for referral in referrals]


def state_of(referral: Any) -> str:
    """Say whether a referral is ``active``, ``cancelled`` or ``removed``."""
    if referral.removed_at is not None:
        return "removed"
    if referral.stage == ARRIVED and referral.any_cancelled and not referral.any_live:
        return "cancelled"
    return "active"


def _in_state(query: Any, state: str) -> Any:
    rewards = Reward.objects.filter(referral=OuterRef("pk"), to="referrer")
    earned = Exists(rewards.exclude(status__in=_GONE))
    if state == "open":
        return query.filter(~earned, removed_at=None)
    if state == "rewarded":
        return query.filter(earned, removed_at=None)
    if state == "review":
        return query.filter(Q(Exists(Reward.objects.filter(referral=OuterRef("pk"), review=True, status="pending"))))
    if state == "removed":
        return query.exclude(removed_at=None)
    return query


def _row(business: Business, referral: Any, rewards: list[Reward]) -> Row:
    states = {reward.status for reward in rewards}
    shown = next((word for word in _TELLING if word in states), "")
    counted = [reward for reward in rewards if reward.status not in _GONE] or rewards
    return Row(
        id=referral.public_id,
        friend_name=named(referral.friend),
        referrer_name=named(referral.referrer),
        stage=None if referral.stage == ARRIVED else referral.stage,
        state=state_of(referral),
        reward_state=shown,
        worth=_sum(business, counted),
        arrived_at=referral.arrived_at,
        how=referral.how,
    )


def _sum(business: Business, rewards: list[Reward]) -> Amount | None:
    """Add what is in one asset; of several assets the currency is told."""
    told = [amount for amount in (worth(reward, business=business) for reward in rewards) if amount is not None]
    money = [amount.units for amount in told if amount.asset == business.currency]
    if money:
        return Amount(sum(money), business.currency)
    return Amount(sum(amount.units for amount in told), told[0].asset) if told else None


def named(contact: Any) -> str:
    """Return how a contact is called in a list: its name, else how it is reached, else its code."""
    if contact.erased_at is not None:
        return _("Erased customer")
    return str(contact.name or contact.phone or contact.email or contact.code)
