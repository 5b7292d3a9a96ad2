"""Whether a queued message is still true and still wanted at the moment it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from goodword.business.models import Business
from goodword.flow import reminding, voucher_telling
from goodword.flow.inviting import ASKING, may_be_asked
from goodword.outbox import addressing
from goodword.outbox.models import Message, State
from goodword.outbox.rendering import template_of
from goodword.people.merged import survivor_of
from goodword.rewards.models import Reward, Status

GONE = (Status.REVERSED, Status.DECLINED, Status.EXPIRED)


class Verdict(NamedTuple):
    """``queued``: it may leave, to ``to``. Otherwise the state it gets, and why."""

    state: State
    note: str = ""
    to: str = ""


def verdicts(
    *, messages: Sequence[Message], settings: Mapping[int, Mapping[str, Any]], now: datetime
) -> dict[int, Verdict]:
    """Judge messages by their id. A bounded number of statements for each business among them."""
    judged: dict[int, Verdict] = {}
    for business in {m.business_id: m.business for m in messages}.values():
        own = [m for m in messages if m.business_id == business.pk]
        judged |= _of_one(business, own, settings[business.pk], now)
    return judged


def _of_one(
    business: Business, messages: Sequence[Message], settings: Mapping[str, Any], now: datetime
) -> dict[int, Verdict]:
    names = [m.facts["reward"] for m in messages if m.facts.get("reward")]
    taken = Reward.objects.filter(business=business, public_id__in=names, status__in=GONE)
    gone = set(taken.values_list("public_id", flat=True))
    asked = {m.contact_id for m in messages if m.template in ASKING}
    willing = {c.pk for c in may_be_asked(business=business, contacts=asked, settings=settings, now=now, again=True)}
    overtaken = reminding.overtaken(messages=messages, settings=settings)
    overtaken |= voucher_telling.overtaken(business=business, messages=messages, settings=settings, now=now)
    contacts = {m.contact.pk: survivor_of(m.contact) for m in messages}
    said = addressing.said_by(business=business, contacts=[c.pk for c in contacts.values()])
    judged = {}
    for message in messages:
        purpose = template_of(message.template).purpose
        contact = contacts[message.contact_id]
        _, to, note = addressing.choose(contact=contact, purpose=purpose, said=said, wanted=[message.channel])
        if message.facts.get("reward") in gone:
            judged[message.pk] = Verdict(State.CANCELLED, "the reward is no longer there")
        elif message.pk in overtaken:
            judged[message.pk] = Verdict(State.CANCELLED, overtaken[message.pk])
        elif message.template in ASKING and message.contact_id not in willing:
            judged[message.pk] = Verdict(State.CANCELLED, "the customer is not to be asked any more")
        elif note:
            judged[message.pk] = Verdict(State.HELD, note)
        else:
            judged[message.pk] = Verdict(State.QUEUED, to=to)
    return judged
