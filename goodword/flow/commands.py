"""What our own commands do, each once in a literal dict: the events of source ``goodword`` (rulings 1).

Each runs inside ``submit``'s transaction with the settle lock held and may refuse.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

import msgspec

from goodword import codes
from goodword.business.models import Business
from goodword.engine import contacts as engine_contacts
from goodword.engine import referring
from goodword.engine.decide import Steps
from goodword.engine.decisions import AttributionRefused
from goodword.engine.events import ContactData, ContactRef, Event, Merge, Ref, ReferredBy
from goodword.engine.history import conclude
from goodword.errors import Conflict, Invalid, NotFound, Refused
from goodword.flow import (
    backing_up,
    invitations,
    inviting_now,
    keying,
    overriding,
    personal,
    profile,
    revising,
    staffing,
    todoing,
    troubles,
)
from goodword.flow.facts import load
from goodword.flow.finish import finish
from goodword.flow.settled import Settled
from goodword.flow.slice import Slice
from goodword.flow.whose import contact_of
from goodword.inbox import models as inbox
from goodword.people import models as people
from goodword.referrals import models as referrals

SENTENCES = {
    "self_referral": "the friend and the referrer are the same person, phone or e-mail",
    "already_referred": "this friend has a referrer already; an admin can remove a wrong one",
    "circular": "the friend brought the referrer here, directly or through others",
    "referrer_blocked": "this referrer is blocked from referring",
    "not_new": "the friend was a customer before",
    "household": "both share an address, and the business does not take referrals within a household",
    "unknown_code": "nobody was ever given this code",
}


class Command(Protocol):
    """A command: reads ``row.data``, changes what follows from it, or refuses."""

    def __call__(self, *, business: Business, row: inbox.Event, now: datetime) -> None: ...


def _event(row: inbox.Event, data: Any) -> Event:
    return Event(id=row.external_id, source=row.source, type=row.type, time=row.time, data=data)


def _finish(found: Slice, row: inbox.Event, event: Event, steps: Steps, *, now: datetime) -> None:
    """Take the turns, store, post and queue as settling does."""
    finish(found, [Settled(row, event, conclude(found.world, event, steps))], now=now)


def _ref(value: object, place: str) -> Ref:
    try:
        return msgspec.convert(value, str | ContactRef)
    except msgspec.ValidationError as error:
        raise Invalid("invalid_event", str(error), pointer=f"/data/{place}") from None


def attribute_referral(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``referral.attributed {friend, referrer, how}``: Referred By, set by hand (R83, R118)."""
    friend_ref, referrer_ref = _ref(row.data.get("friend"), "friend"), _ref(row.data.get("referrer"), "referrer")
    event = _event(row, Merge(source=friend_ref, into=referrer_ref))  # names both, as a merge does
    named = _event(row, ContactData(external_id=row.external_id, referred_by=ReferredBy(contact=referrer_ref)))
    found = load(business, [event, named])
    friend = engine_contacts.find(found.world, row.source, friend_ref)
    referrer = engine_contacts.find(found.world, row.source, referrer_ref)
    if friend is None or referrer is None:
        raise NotFound("contact_not_found", "no contact of that name", which="friend" if friend is None else "referrer")
    if friend.referral is not None:
        raise Conflict("already_referred", SENTENCES["already_referred"])
    steps = referring.attribute_to(found.world, event, friend, referrer, str(row.data.get("how") or "name"))
    for decision in steps.decisions:
        if isinstance(decision, AttributionRefused):
            kind = Conflict if decision.code == "already_referred" else Refused
            raise kind(decision.code, SENTENCES.get(decision.code, ""))
    _finish(found, row, event, steps, now=now)


def remove_referral(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``referral.removed {referral, reason}``: an admin ends a wrong one; all it paid is reversed (R121)."""
    reason = str(row.data.get("reason") or "").strip()
    if not reason:
        raise Invalid("reason_required", "say why the referral is removed", pointer="/reason")
    known = referrals.Referral.objects.filter(business=business, public_id=row.data.get("referral")).first()
    if known is None:
        raise NotFound("referral_not_found", "no referral of that id")
    if known.removed_at is not None:
        raise Refused("already_removed", "this referral was removed before")
    friend = people.Contact.objects.get(pk=known.friend_id)
    event = _event(row, Merge(source=friend.public_id, into=friend.public_id))
    found = load(business, [event])
    referral = found.referrals[known.pk]
    steps = Steps(referring.remove(found.world, event, referral, code="removed_by_admin"))
    _finish(found, row, event, steps, now=now)
    referrals.Referral.objects.filter(pk=known.pk).update(removed_reason=reason[:500])


def request_callback(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``callback.requested {code, name, phone?, email?, message?, language?}``: the landing page's form (R101, R105).

    Makes or finds the lead by phone, else e-mail, and attributes it by link. A refused attribution (an old customer,
    the referrer's own phone) still takes the request: the reason is in the trace for staff.
    """
    phone, email = row.data.get("phone") or None, row.data.get("email") or None
    if not phone and not email:
        raise Invalid("reach_required", "leave a phone number or an e-mail address", pointer="/phone")
    ref = ContactRef(phone=phone, email=email)
    code = codes.normalise(str(row.data.get("code") or ""))
    named = _event(row, ContactData(external_id=f"lead:{row.external_id}", phone=phone, email=email,
                                    referred_by=ReferredBy(code=code) if code else None))  # fmt: skip
    found = load(business, [named])
    comparable = engine_contacts.comparable(found.world, phone, email)
    if comparable == (None, None):
        raise Invalid("reach_unusable", "that phone number or e-mail address cannot be right", pointer="/phone")
    friend = engine_contacts.find_or_make(found.world, row.source, ref)
    friend.name = friend.name or str(row.data.get("name") or "")[:200]
    friend.language = friend.language or row.data.get("language") or None
    engine_contacts.add_reach(found.world, friend, phone=comparable[0], email=comparable[1])
    found.world.touch(friend)
    steps = Steps()
    if code:
        steps = referring.attribute(found.world, named, friend, ReferredBy(code=code), "link")
    _finish(found, row, named, steps, now=now)
    row.data = {**row.data, "contact": friend.public_id}
    row.save(update_fields=["data"])


def share_link(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``link.shared {contact, source, channel}``: somebody passed the link on (R123)."""
    contact = contact_of(business, row)
    source = str(row.data.get("source"))
    if source not in ("automatic", "technician", "staff", "customer"):
        raise Invalid("invalid_event", "source is automatic, technician, staff or customer", pointer="/source")
    referrals.Share.objects.create(
        business=business, contact=contact, source=source, channel=str(row.data.get("channel") or "copy")[:20], at=now
    )


def change_complaint(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - as all commands
    """``complaint.changed {contact, open}``: an open complaint stops the ask (domain.md, Enrolled)."""
    contact = contact_of(business, row)
    contact.complaint_open = bool(row.data.get("open"))
    contact.save(update_fields=["complaint_open"])


def change_consent(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``consent.changed {contact, channel, granted, how}``: the newest row of a channel counts.

    ``leaderboard`` is the yes to being named on the public one; ``any`` does not speak of it.
    """
    channel = str(row.data.get("channel") or "any")
    if channel not in ("any", "sms", "email", "leaderboard"):
        raise Invalid("invalid_event", "channel is any, sms, email or leaderboard", pointer="/channel")
    people.Consent.objects.create(
        business=business, contact=contact_of(business, row), channel=channel, granted=bool(row.data.get("granted")),
        at=now, how=str(row.data.get("how") or "")[:100], actor=row.actor,
    )  # fmt: skip


COMMANDS: dict[str, Callable[..., None]] = {
    "referral.attributed": attribute_referral,
    "referral.removed": remove_referral,
    "reward.status_changed": overriding.change_status,
    "callback.requested": request_callback,
    "programme.published": revising.publish_programme,
    "link.shared": share_link,
    "complaint.changed": change_complaint,
    "consent.changed": change_consent,
    "alias.changed": profile.change_alias,
    "invitation.requested": inviting_now.invite,
    "contact.exported": profile.note_export,
    "problem.closed": troubles.close_problem,
    "todo.added": todoing.add_todo,
    "todo.done": todoing.finish_todo,
    "todo.reopened": todoing.reopen_todo,
    "backup.made": backing_up.made,
    "backup.downloaded": backing_up.downloaded,
    "backup.removed": backing_up.removed,
    "member.invited": invitations.invite_member,
    "invitation.renewed": invitations.renew_invitation,
    "invitation.withdrawn": invitations.withdraw_invitation,
    "member.joined": invitations.join,
    "member.role_changed": staffing.change_role,
    "member.removed": staffing.remove_member,
    "member.reset_link_made": staffing.make_reset_link,
    "key.made": keying.make_key,
    "key.revoked": keying.revoke_key,
    "person.signed_in": personal.signed_in,
    "person.sign_in_failed": personal.sign_in_failed,
    "person.password_changed": personal.password_changed,
    "person.two_step_on": personal.two_step_on,
    "person.two_step_off": personal.two_step_off,
    "person.recovery_codes_made": personal.codes_made,
    "person.changed": personal.changed,
}
