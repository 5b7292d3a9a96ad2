"""What happened around a contact or a referral, newest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from goodword.business.models import Business
from goodword.engine.world import STAGES
from goodword.outbox.models import Message
from goodword.people.models import Contact
from goodword.referrals.models import Referral
from goodword.reports.worth import title
from goodword.rewards.models import StatusChange
from goodword.work.models import Job

LATEST = 40
DEEP = 400  # of each kind, when the whole history is paged through
SHOWN = 16


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. ``kind`` says what; ``facts`` are what its sentence needs."""

    kind: str
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)


def of_contact(
    *, business: Business, contact: Contact, lang: str, start: int = 0, count: int = SHOWN
) -> tuple[list[Happening], bool]:
    """Return a contact's jobs, scores, referrals, rewards and messages, and whether there are older ones.

    Four statements.

    Args:
        start: how many of the newest are passed over.
    """
    deep = LATEST if start == 0 and count <= SHOWN else DEEP
    told: list[Happening] = []
    for job in Job.objects.filter(contact=contact).order_by("-pk")[:deep]:
        told += _job(job)
    sent = Referral.objects.filter(Q(friend=contact) | Q(referrer=contact)).select_related("friend", "referrer")
    for referral in sent.order_by("-pk")[:deep]:
        facts = {"friend": referral.friend, "referrer": referral.referrer, "referral": referral.public_id}
        kind = "came" if referral.friend_id == contact.pk else "sent"
        told.append(Happening(kind, referral.arrived_at, facts | {"how": referral.how}))
        if referral.removed_at is not None:
            told.append(Happening("removed", referral.removed_at, facts | {"reason": referral.removed_reason}))
    told += _rewards(business, Q(reward__holder=contact), lang, deep)
    told += _messages(Q(contact=contact), deep)
    ordered = sorted(told, key=lambda happening: happening.at, reverse=True)
    return ordered[start : start + count], len(ordered) > start + count


def of_referral(*, business: Business, referral: Referral, lang: str) -> list[Happening]:
    """Return a referral's arrival, stages, rewards and the messages it caused. Two statements."""
    facts = {"friend": referral.friend, "referrer": referral.referrer, "referral": ""}
    told = [Happening("came", referral.arrived_at, facts | {"how": referral.how})]
    for stage in reversed(STAGES):  # several may be reached in one moment: the furthest stands on top
        time = (referral.stages.get(stage) or {}).get("time")
        if time and stage in referral.stages and stage != "attributed":
            told.append(Happening("stage", datetime.fromisoformat(time), {"stage": stage}))
    if referral.removed_at is not None:
        told.append(Happening("removed", referral.removed_at, facts | {"reason": referral.removed_reason}))
    told += _rewards(business, Q(reward__referral=referral), lang)
    mine = Q(event__decisions__referral=referral.pk) & Q(contact__in=[referral.friend_id, referral.referrer_id])
    told += _messages(mine)
    return sorted(told, key=lambda happening: happening.at, reverse=True)


def _job(job: Job) -> list[Happening]:
    services = ", ".join(job.services) or job.external_id or ""
    facts = {"services": services, "total": job.total}
    told = [
        Happening("job", datetime.fromisoformat(time), facts | {"status": status})
        for status in reversed(STAGES)
        if (time := job.reached.get(status))
    ]
    told += [Happening("score", datetime.fromisoformat(at), {"score": score}) for at, score in job.scores]
    if job.status == "cancelled" and job.reports:
        told.append(Happening("job", _reported(job), facts | {"status": "cancelled"}))
    return told


def _reported(job: Job) -> datetime:
    last = job.reports[-1]
    texts = last.values() if isinstance(last, dict) else last
    return next(
        (datetime.fromisoformat(t) for t in texts if isinstance(t, str) and t[:4].isdigit() and "T" in t),
        job.created_at,
    )


def _rewards(business: Business, which: Q, lang: str, most: int = LATEST) -> list[Happening]:
    changes = StatusChange.objects.filter(which).select_related("reward__holder").order_by("-pk")[:most]
    return [
        Happening(
            "reward",
            change.at,
            {
                "status": change.status, "title": title(change.reward, business=business, lang=lang),
                "holder": change.reward.holder, "actor": change.actor, "reason": change.reason,
            },
        )
        for change in changes
    ]  # fmt: skip


def _messages(which: Q, most: int = LATEST) -> list[Happening]:
    rows = Message.objects.filter(which).select_related("contact").distinct().order_by("-pk")[:most]
    return [
        Happening(
            "message",
            message.sent_at or message.created_at,
            {"template": message.template, "state": message.state, "contact": message.contact},
        )
        for message in rows
    ]
