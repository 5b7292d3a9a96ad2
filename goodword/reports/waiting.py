"""What waits for a person: rewards to hand over, household matches, refused claims, problems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, CharField, Count, Exists, F, Func, Min, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from goodword.business.models import Business
from goodword.inbox.models import Decision, Event, State
from goodword.outbox.models import Message
from goodword.referrals.models import Referral
from goodword.reports.expiring import this_month
from goodword.reports.todos import due
from goodword.rewards.models import Reward

BY_HAND = ("custom", "gift_card", "cash", "voucher")  # a person releases it ...
IN_PERSON = ("custom", "gift_card", "cash")  # ... and a person hands it over; a voucher is used at the till
# The words of the index reward_waiting, written out: SQLite uses such an index for no values that are handed over.
_OPEN = Func(
    F("status"), template="NOT (%(expressions)s IN ('redeemed', 'reversed', 'expired', 'declined'))",
    output_field=BooleanField(),
)  # fmt: skip
_MAY_WAIT = Func(
    F("kind"), F("review"), template="(%(expressions)s)", output_field=BooleanField(),
    arg_joiner=" IN ({}) OR ".format(", ".join(f"'{kind}'" for kind in BY_HAND)),
)  # fmt: skip
CLOSING = "problem.closed"
KINDS = ("problem", "attribution_refused")
# The codes of a claim that nobody could place: settled by a referrer.
CLAIMS = (["unknown_referrer"], ["unknown_code"], ["code_withdrawn"])


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits, by what it is, and the oldest of it."""

    rewards: int
    rewards_since: datetime | None
    households: int
    set_aside: int
    problems: int
    refused: int
    messages: int
    held: int
    todos: int
    lapsing: int  # vouchers whose last day lies in what is left of the month


def rewards_queue(business: Business) -> Any:
    """Return the rewards that wait for a person: to hand over, or to look at because of a shared address."""
    return Reward.objects.filter(_OPEN, _MAY_WAIT, business=business).filter(
        Q(status="pending", review=True)
        | Q(status="pending", kind__in=BY_HAND)
        | Q(status="issued", kind__in=IN_PERSON)
    )


def open_problems(business: Business, *, kinds: tuple[str, ...] = KINDS) -> Any:
    """Return the decisions that somebody should look at, that nobody has called seen to and no referrer has settled."""
    return Decision.objects.filter(business=business, kind__in=kinds).exclude(_seen_to(business))


def closed_problems(business: Business) -> Any:
    """Return the decisions that somebody has seen to, and the claims of friends who have got a referrer since."""
    return Decision.objects.filter(business=business, kind__in=KINDS).filter(_seen_to(business))


def closing_key(decision: int) -> str:
    """Return the id of the event that says a problem was seen to: the same problem, the same event."""
    return f"{CLOSING}:{decision}"


def set_aside(business: Business) -> Any:
    """Return the events that could not be settled."""
    return Event.objects.filter(business=business, state=State.SET_ASIDE)


def waiting(*, business: Business, now: datetime) -> Waiting:
    """Count what waits. Seven statements."""
    told = rewards_queue(business).aggregate(
        n=Count("pk", filter=Q(review=False)), since=Min("at", filter=Q(review=False)),
        households=Count("referral", filter=Q(review=True), distinct=True),
    )  # fmt: skip
    found = open_problems(business).aggregate(
        problems=Count("pk", filter=Q(kind="problem")), refused=Count("pk", filter=Q(kind="attribution_refused"))
    )
    letters = Message.objects.filter(business=business, state__in=("set_aside", "held")).aggregate(
        failed=Count("pk", filter=Q(state="set_aside")), held=Count("pk", filter=Q(state="held"))
    )
    return Waiting(
        rewards=told["n"],
        rewards_since=told["since"],
        households=told["households"],
        set_aside=set_aside(business).count(),
        problems=found["problems"],
        refused=found["refused"],
        messages=letters["failed"],
        held=letters["held"],
        todos=due(business, now=now).count(),
        lapsing=this_month(business=business, now=now),
    )


def badges(*, business: Business, now: datetime) -> dict[str, int]:
    """Return the numbers beside the menu: rewards that wait, open problems, to-dos that are due. Four statements."""
    return {
        "rewards_waiting": rewards_queue(business).count(),
        "problems_open": open_problems(business).count() + set_aside(business).count(),
        "todos_due": due(business, now=now).count(),
    }


def _seen_to(business: Business) -> Q:
    name = Concat(Value(f"{CLOSING}:"), Cast(OuterRef("pk"), CharField()))
    closing = Event.objects.filter(business=business, source="goodword", external_id=name)
    placed = Referral.objects.filter(business=business, friend=OuterRef("contact"), removed_at=None)
    return Q(Exists(closing)) | Q(Exists(placed), kind="attribution_refused", codes__in=CLAIMS)
