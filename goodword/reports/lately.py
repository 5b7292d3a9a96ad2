"""What happened lately in a business, read from the events and what was decided for them; the newest first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from goodword.business.models import Business
from goodword.inbox.models import Decision, Event, State
from goodword.referrals.models import Referral
from goodword.reports.customer_log import Happening
from goodword.reports.worth import title
from goodword.rewards.models import Reward

LOOKED_AT = 60  # events, the newest
KINDS = ("attributed", "referral_removed", "granted", "reversed")
CHANGED = "reward.status_changed"


def lately(*, business: Business, lang: str, limit: int = 8) -> list[Happening]:
    """Return who came, what was earned, released and taken back. At most four statements."""
    newest = Event.objects.filter(business=business, state=State.SETTLED).order_by("-pk")[:LOOKED_AT]
    events = {event.pk: event for event in newest}
    decisions = list(Decision.objects.filter(event__in=events, kind__in=KINDS).order_by("-event_id", "-pk"))
    changed = [event for event in events.values() if event.type == CHANGED]
    referrals = _referrals(row.referral for row in decisions)
    rewards = _rewards(business, decisions, changed)
    told: list[tuple[datetime, int, Happening]] = []
    for row in decisions:
        if events[row.event_id].type == CHANGED:
            continue  # told once, with who did it
        found = _of_decision(row, events[row.event_id], referrals, rewards, business, lang)
        if found is not None:
            told.append((found.at, row.pk, found))
    for event in changed:
        reward = rewards.get(str(event.data.get("reward")))
        if reward is not None:
            facts = {"status": str(event.data["status"]), "actor": event.actor, "reason": str(event.data["reason"])}
            told.append((event.time, event.pk, _reward(reward, event.time, facts, business, lang)))
    told.sort(key=lambda each: each[:2], reverse=True)
    return [found for _at, _pk, found in told[:limit]]


def _of_decision(
    row: Decision, event: Event, referrals: dict[int, Referral], rewards: dict[object, Reward], business: Business,
    lang: str,
) -> Happening | None:  # fmt: skip
    referral = referrals.get(row.referral or 0)
    if row.kind == "attributed" and referral is not None:
        facts = {"friend": referral.friend, "referrer": referral.referrer, "referral": referral.public_id}
        return Happening("came", event.time, facts | {"how": referral.how})
    if row.kind == "referral_removed" and referral is not None:
        facts = {"friend": referral.friend, "referral": referral.public_id, "reason": referral.removed_reason}
        return Happening("removed", event.time, facts)
    reward = rewards.get(row.reward)
    if reward is None:
        return None
    status = "reversed" if row.kind == "reversed" else "pending"  # “earned”, whatever became of it since
    return _reward(reward, event.time, {"status": status, "actor": "", "reason": ""}, business, lang)


def _reward(reward: Reward, at: datetime, facts: dict[str, str], business: Business, lang: str) -> Happening:
    told: dict[str, Any] = {"title": title(reward, business=business, lang=lang), "holder": reward.holder}
    return Happening("reward", at, told | facts | {"reward": reward.public_id})


def _referrals(wanted: Iterable[int | None]) -> dict[int, Referral]:
    return Referral.objects.select_related("friend", "referrer").in_bulk({pk for pk in wanted if pk is not None})


def _rewards(business: Business, decisions: list[Decision], changed: list[Event]) -> dict[object, Reward]:
    """Return the rewards by key and by public id."""
    keys = [row.reward for row in decisions if row.reward is not None]
    names = [str(event.data.get("reward")) for event in changed]
    query = Reward.objects.filter(business=business).select_related("holder")
    found = [*query.filter(pk__in=keys), *(query.filter(public_id__in=names) if names else ())]
    told: dict[object, Reward] = {}
    for reward in found:
        told[reward.pk] = told[reward.public_id] = reward
    return told
