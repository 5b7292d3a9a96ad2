"""Why somebody got something, or not: how they came, what was reached, every rule in force for them, the ask.

Reads only, in a bounded number of statements however much happened; the words are in web/console/why.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from goodword.business.models import Business
from goodword.engine.durations import deadline
from goodword.engine.programme import Programme as Document
from goodword.engine.programme import parse
from goodword.engine.rules.rule import Rule
from goodword.engine.world import STAGES
from goodword.inbox.models import Decision
from goodword.outbox.models import Message, State
from goodword.people.models import Contact
from goodword.programmes.models import Revision
from goodword.referrals.models import Referral
from goodword.reports.explaining import OUTCOMES, Explained, explain
from goodword.reports.pipeline import state_of, with_names
from goodword.reports.why_asked import Ask, ask_of
from goodword.rewards.models import Reward

FRIENDS, PURCHASES, LETTERS = 10, 12, 10
UNSENT = (State.HELD, State.CANCELLED, State.SET_ASIDE)


@dataclass(frozen=True, slots=True)
class RuleState:
    """Where one rule stands for one referral.

    Attributes:
        explained: its latest decision; None while its stage was not reached.
        stands: codes that will refuse it whatever comes (a friend who is not new, a closed window).
        over: when the programme's window for this referral ends.
    """

    programme: str
    rule: Rule
    explained: Explained | None
    codes: tuple[str, ...]
    stands: tuple[str, ...]
    reward: Reward | None
    over: datetime | None


@dataclass(frozen=True, slots=True)
class ReferralState:
    """A referral, its stages with their times, and its rules in the order of their programmes."""

    referral: Any
    state: str
    stages: list[tuple[str, datetime | None]]
    rules: list[RuleState]


@dataclass(frozen=True, slots=True)
class Why:
    """All that explains one customer. ``claims`` are refused attributions, with whom they named by public id."""

    came: ReferralState | None
    removed: list[Any]
    claims: list[Decision]
    named: dict[str, Contact]
    sent: list[ReferralState]
    more_sent: bool
    purchases: list[Explained]
    ask: Ask
    unsent: list[Message]


def whynot(*, business: Business, contact: Contact, lang: str, now: datetime) -> Why:
    """Read what explains a customer. A bounded number of statements."""
    as_friend = list(with_names(Referral.objects.filter(business=business, friend=contact)).order_by("-pk")[:FRIENDS])
    mine = Referral.objects.filter(business=business, referrer=contact, removed_at=None)
    sent = list(with_names(mine).order_by("-pk")[: FRIENDS + 1])
    live = [row for row in as_friend if row.removed_at is None]
    states = _states(business, [*live, *sent[:FRIENDS]], lang=lang, now=now)
    claims = _claims(business, contact)
    names = {str(row.trace["referrer"]) for row in claims if row.trace.get("referrer")}
    unsent = Message.objects.filter(business=business, contact=contact, state__in=UNSENT).order_by("-pk")
    return Why(
        came=states[live[0].pk] if live else None,
        removed=[row for row in as_friend if row.removed_at is not None],
        claims=claims,
        named={c.public_id: c for c in Contact.objects.filter(business=business, public_id__in=names)},
        sent=[states[row.pk] for row in sent[:FRIENDS]],
        more_sent=len(sent) > FRIENDS,
        purchases=_purchases(business, contact, lang=lang),
        ask=ask_of(business=business, contact=contact, now=now),
        unsent=list(unsent[:LETTERS]),
    )


def _claims(business: Business, contact: Contact) -> list[Decision]:
    rows = Decision.objects.filter(business=business, contact=contact.pk, kind="attribution_refused")
    return list(rows.select_related("event").order_by("-pk")[:FRIENDS])


def _purchases(business: Business, contact: Contact, *, lang: str) -> list[Explained]:
    rows = Decision.objects.filter(business=business, contact=contact.pk, referral=None, kind__in=OUTCOMES)
    return explain(business=business, rows=list(rows.select_related("event").order_by("-pk")[:PURCHASES]), lang=lang)


def _states(business: Business, rows: Sequence[Any], *, lang: str, now: datetime) -> dict[int, ReferralState]:
    """Return where referrals stand, by key. Five statements."""
    pins = {pk for row in rows for pk, _eligible in row.pins}
    revisions = Revision.objects.select_related("programme").in_bulk(pins)
    documents = {pk: parse(revision.document) for pk, revision in revisions.items()}
    latest = _latest(business, [row.pk for row in rows], lang=lang)
    paid: dict[int, Reward] = {}
    for reward in Reward.objects.filter(referral__in=[row.pk for row in rows]).order_by("pk"):
        paid[reward.pk] = reward
    told = {}
    for row in rows:
        rules = [
            _rule(business, row, documents[pk], rule, bool(eligible), latest, paid, now)
            for pk, eligible in row.pins
            for rule in documents[pk].rules
            if not rule.on_ticket
        ]
        stages = [(name, _when(row.stages.get(name))) for name in STAGES[1:]]
        told[row.pk] = ReferralState(row, state_of(row), stages, rules)
    return told


def _when(stage: dict[str, Any] | None) -> datetime | None:
    return datetime.fromisoformat(stage["time"]) if stage and stage.get("time") else None


Latest = dict[tuple[int, str, str], tuple[Decision, Explained]]


def _latest(business: Business, referrals: Collection[int], *, lang: str) -> Latest:
    """Return the latest decision of each rule on each referral, by (referral, programme, rule). Three statements."""
    rows = Decision.objects.filter(business=business, referral__in=referrals, kind__in=OUTCOMES)
    newest: dict[tuple[int, str, str], Decision] = defaultdict()
    for row in rows.select_related("event").order_by("pk"):
        newest[row.referral or 0, row.programme, row.rule] = row
    found = list(newest.values())
    words = explain(business=business, rows=found, lang=lang)
    return {key: (row, said) for (key, row), said in zip(newest.items(), words, strict=True)}


def _rule(
    business: Business, row: Any, document: Document, rule: Rule, eligible: bool, latest: Latest,
    paid: dict[int, Reward], now: datetime,
) -> RuleState:  # fmt: skip
    decided = latest.get((row.pk, document.id, rule.id))
    over = deadline(row.arrived_at, document.window, ZoneInfo(business.timezone)) if document.window else None
    stands = []
    if decided is None:
        stands += [] if eligible else ["referrer_not_eligible"]
        stands += ["not_new"] if document.friends == "new" and not row.is_new else []
        stands += ["window"] if over is not None and now >= over else []
    reward = paid.get(decided[0].reward or 0) if decided else None
    return RuleState(
        programme=document.name, rule=rule, explained=decided[1] if decided else None,
        codes=tuple(decided[0].codes) if decided else (), stands=tuple(stands), reward=reward, over=over,
    )  # fmt: skip
