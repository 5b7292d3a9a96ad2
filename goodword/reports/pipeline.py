"""Referrals as a pipeline: how many stand where, and the rows of the list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from goodword.business.models import Business
from goodword.money import Amount
from goodword.referrals.models import Referral
from goodword.reports.finding import matching
from goodword.reports.paging import Page, newest
from goodword.reports.worth import worth
from goodword.rewards.models import Reward
from goodword.work.models import Job

ARRIVED = "attributed"  # the stored word for a referral that reached nothing yet
STAGES = ("arrived", "consultation", "booked", "completed", "invoiced", "paid")
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


def counts(*, business: Business) -> dict[str, int]:
    """Return how many live referrals have got exactly so far, by stage. One statement."""
    rows = Referral.objects.filter(business=business, removed_at=None).values("stage").annotate(n=Count("pk"))
    told = {"arrived" if row["stage"] == ARRIVED else row["stage"]: row["n"] for row in rows}
    return {stage: told.get(stage, 0) for stage in STAGES}


def referrals(
    *, business: Business, stage: str = "", state: str = "", text: str = "", after: str = "", limit: int = 30
) -> Page:
    """Return rows of the list, newest first. Two statements.

    Args:
        stage: one of ``STAGES``; state: one of ``STATES``; anything else does not narrow the list.
        text: of the friend's or the referrer's name, phone, e-mail or code.
    """
    query = Referral.objects.filter(business=business)
    if stage in STAGES:
        query = query.filter(removed_at=None, stage=ARRIVED if stage == "arrived" else stage)
    query = _in_state(query, state)
    if text.strip():
        query = query.filter(matching(text, to="friend__") | matching(text, to="referrer__"))
    page = newest(with_names(query), after=after, limit=limit)
    return Page(rows_of(business=business, referrals=page.rows), page.next)


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
