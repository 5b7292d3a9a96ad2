"""Thank-yous and welcomes: what is said of a reward, to whom and when (R34, R102, R103).

Points earned by buying are not announced one by one: they stand in the balance. A friend's gift for getting in touch is
told in the welcome. Nobody is written to who has not been in touch with the business.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from goodword.business.models import Business
from goodword.engine.decisions import Granted, Reversed
from goodword.engine.records import Contact, Grant, Referral
from goodword.engine.rules.gifts import GIFTS
from goodword.flow.settled import Kept
from goodword.inbox import models as inbox
from goodword.outbox.models import Message, State
from goodword.outbox.queueing import Draft, cancel
from goodword.outbox.rendering import first_name
from goodword.rewards.models import Reward

WELCOME_WITHIN = timedelta(days=30)  # of the attribution: a friend named by others may get in touch later
ISSUED, PROMISED, WELCOME = "reward_issued", "reward_promised", "friend_welcome"


def notices(
    *, business: Business, granted: Sequence[tuple[inbox.Event, Granted]], taken: Sequence[Reversed], kept: Kept
) -> list[Draft]:
    """Return the thank-yous for rewards as they stand after the batch; take back those whose reward went back."""
    drafts = [
        _notice(kept.row(decision.grant), decision.grant, row, kept)
        for row, decision in granted
        if decision.grant.held > 0 and _is_announced(decision.grant)
    ]
    back = {id(decision.grant): decision.grant for decision in taken}
    whole = [grant.public_id for grant in back.values() if grant.held <= 0]
    cancel(
        business=business, keys=[key for name in whole for key in notice_keys(name)], note="the reward was taken back"
    )
    return drafts + _smaller(business, [grant for grant in back.values() if grant.held > 0], kept)


def released(*, business: Business, reward: Reward, event: inbox.Event, now: datetime) -> list[Draft]:
    """Return the thank-you for a reward that a person released; one that waited for its date leaves now."""
    key = f"reward:{reward.public_id}:issued"
    cancel(business=business, keys=[f"reward:{reward.public_id}:promised"], note="the reward was released")
    waiting = Message.objects.filter(business=business, key=key, state=State.QUEUED, due_at__gt=now)
    if waiting.update(due_at=now):
        return []
    if reward.referral is None and reward.kind == "points":
        return []
    facts = _facts(reward, reward.units - reward.reversed_units)
    if reward.referral is not None and reward.to != "friend":
        brought = reward.referral.referrer if reward.to == "introducer" else reward.referral.friend
        facts["friend"] = first_name(brought.name)
    return [Draft(key=key, template=ISSUED, contact=reward.holder, facts=facts, due_at=now, event=event)]


def welcomes(*, friends: Sequence[tuple[inbox.Event, Contact]], kept: Kept, now: datetime) -> list[Draft]:
    """Return a welcome for each friend who has been in touch and was attributed lately by link, code or name."""
    drafts = []
    for row, friend in friends:
        referral = friend.referral
        if referral is None or not referral.live or referral.how == "import":
            continue
        stored = kept.row(referral)
        if stored.created_at < now - WELCOME_WITHIN or stored.arrived_at < stored.created_at - timedelta(days=3):
            continue
        facts: dict[str, Any] = {"referral": stored.public_id}
        gift = next((grant for grant in referral.grants if _is_welcome_gift(grant) and grant.held > 0), None)
        if gift is not None:
            facts |= _facts(kept.row(gift), gift.held)
            facts.pop("usable")
        key, contact = welcome_key(stored.public_id), kept.row(friend)
        drafts.append(Draft(key=key, template=WELCOME, contact=contact, facts=facts, due_at=row.time, event=row))
    return drafts


def _is_announced(grant: Grant) -> bool:
    if grant.referral is None and grant.kind == "points":
        return False
    return not _is_welcome_gift(grant)


def _is_welcome_gift(grant: Grant) -> bool:
    return grant.rule.to == "friend" and grant.stage == "attributed"


def _notice(reward: Reward, grant: Grant, event: inbox.Event | None, kept: Kept, suffix: str = "") -> Draft:
    """A reward that comes by itself is told when it is usable; one that waits for a person is told as a promise now."""
    facts = _facts(reward, grant.held)
    if grant.referral is not None and grant.rule.to != "friend":
        facts["friend"] = first_name(_brought(grant.referral, grant.rule.to).name)
    by_itself = not grant.review and GIFTS[grant.kind].fulfilment == "automatic"
    template, name = (ISSUED, "issued") if by_itself else (PROMISED, "promised")
    due = grant.available_at if by_itself else grant.event_time
    key = f"reward:{reward.public_id}:{name}{suffix}"
    holder = kept.row(grant.holder.root())
    return Draft(key=key, template=template, contact=holder, facts=facts, due_at=due, event=event)


def _smaller(business: Business, grants: Sequence[Grant], kept: Kept) -> list[Draft]:
    """Say the right amount where part of a reward went back before its thank-you left."""
    keys = {key: grant for grant in grants for key in notice_keys(grant.public_id)}
    waiting = Message.objects.filter(business=business, key__in=keys, state__in=[State.QUEUED, State.HELD])
    told = list(waiting.values_list("key", flat=True)) if keys else []
    cancel(business=business, keys=told, note="part of the reward was taken back")
    return [_notice(kept.row(keys[k]), keys[k], None, kept, suffix=f":{keys[k].held}") for k in told]


def _brought(referral: Referral, to: str) -> Contact:
    """An introducer is thanked for the referrer, a referrer for the friend."""
    return (referral.referrer if to == "introducer" else referral.friend).root()


def _facts(reward: Reward, units: int) -> dict[str, Any]:
    gift: dict[str, Any] = {"kind": reward.kind, "asset": reward.asset, "units": units, "text": reward.text}
    if reward.asset == "discount" and reward.worth:
        gift["max"] = reward.worth  # of a percent code: the most it takes off (rulings 20)
    facts: dict[str, Any] = {"reward": reward.public_id, "gift": gift, "usable": reward.available_at.isoformat()}
    if reward.expires_at is not None:
        facts["expires"] = reward.expires_at.isoformat()
    if reward.code:
        facts["code"] = reward.code
    return facts


def welcome_key(referral: str) -> str:
    """Return the key of a friend's welcome."""
    return f"welcome:{referral}"


def notice_keys(public_id: str) -> tuple[str, str]:
    """Return the keys of what may be said of a reward."""
    return f"reward:{public_id}:issued", f"reward:{public_id}:promised"
