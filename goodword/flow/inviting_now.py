"""The ask that a person of the staff sends by hand, now: heeding all that stops the automatic one but its score.

A customer whose latest score is low is not asked; one who gave no score yet may be, since somebody stands before them
(R123).
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from goodword.business.models import Business
from goodword.business.reading import settings_at
from goodword.engine.durations import hold_until, parse_duration
from goodword.errors import Refused
from goodword.flow import inviting
from goodword.flow.whose import living
from goodword.inbox import models as inbox
from goodword.outbox import addressing, queueing
from goodword.outbox.links import referral_link
from goodword.outbox.queueing import Draft
from goodword.people.models import Contact
from goodword.referrals.models import Share

SENTENCES = {
    "complaint_open": "a complaint is open",
    "referrer_blocked": "this customer is blocked from referring",
    "low_score": "the latest score was low",
    "asked_lately": "the customer was asked not long ago",
    "opted_out": "the customer does not want to be written to",
    "no_address": "there is no phone number and no e-mail address",
    "no_offer": "no programme that rewards referrals is in force for this customer",
}


def why_not(*, business: Business, contact: Contact, now: datetime) -> str:
    """Return the code of what stops the ask, a key of ``SENTENCES``; empty when it may go out. Five statements."""
    settings = settings_at(business, now)
    if contact.complaint_open:
        return "complaint_open"
    if contact.blocked:
        return "referrer_blocked"
    if inviting.low_scored(business=business, contacts=[contact.pk], threshold=int(settings["score_threshold"])):
        return "low_score"
    every = parse_duration(str(settings["ask_every"]))
    if contact.asked_at is not None and now < hold_until(contact.asked_at, every, ZoneInfo(business.timezone)):
        return "asked_lately"
    said = addressing.said_by(business=business, contacts=[contact.pk])
    note = addressing.choose(contact=contact, purpose="asking", said=said)[2]
    if note:
        return "opted_out" if note == addressing.OPTED_OUT else "no_address"
    willing = inviting.may_be_asked(business=business, contacts=[contact.pk], settings=settings, now=now)
    return "" if willing else "no_offer"


def invite(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``invitation.requested {contact, source}``: queue the invitation now, or refuse with the reason.

    Counts as the ask, and as the link shared by ``source`` (staff or technician; R123).
    """
    contact = living(business, row)
    code = why_not(business=business, contact=contact, now=now)
    if code:
        raise Refused(code, SENTENCES[code])
    facts = {"link": referral_link(contact.code)}
    draft = Draft(f"invite:{row.public_id}", inviting.INVITATION, contact, facts, due_at=now, event=row)
    made = queueing.queue_all(business=business, drafts=[draft], now=now)
    inviting.note_asked(messages=made, now=now)
    source = "technician" if row.data.get("source") == "technician" else "staff"
    for message in made:
        Share.objects.create(
            business=business, contact=contact, source=source, channel=message.channel, at=now, event=row
        )
