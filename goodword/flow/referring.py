"""Referrals as people order them: attributed by hand, mentioned, removed; each prepared apart from being booked.

``previewing.py`` prepares the same change and books nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from goodword.business.models import Business
from goodword.engine import contacts as engine_contacts
from goodword.engine import referring
from goodword.engine.decide import Steps
from goodword.engine.decisions import AttributionRefused, Decision
from goodword.engine.events import ContactData, ContactRef, Event, Merge, Ref, ReferredBy
from goodword.engine.history import conclude
from goodword.errors import Conflict, Invalid, NotFound, Refused
from goodword.flow import ripples
from goodword.flow.facts import load
from goodword.flow.finish import finish
from goodword.flow.settled import Settled
from goodword.flow.slice import Slice
from goodword.inbox import models as inbox
from goodword.people import models as people
from goodword.people.merged import survivor_of
from goodword.referrals import models as referrals

SENTENCES = {
    "self_referral": "the friend and the referrer are the same person, phone or e-mail",
    "already_referred": "this friend has a referrer already; an admin can remove a wrong one",
    "circular": "the friend brought the referrer here, directly or through others",
    "referrer_blocked": "this referrer is blocked from referring",
    "not_new": "the friend was a customer before",
    "household": "both share an address, and the business does not take referrals within a household",
    "unknown_code": "nobody was ever given this code",
    "code_withdrawn": "this code belongs to a customer who was withdrawn with an undone import",
}
UNKNOWN = "unknown_referrer"  # the code of a claim that names somebody nobody could find
LONGEST = 200


@dataclass(slots=True)
class Change:
    """What an order does to the slice it speaks of, before its turns are taken and anything is stored."""

    found: Slice
    row: inbox.Event
    event: Event
    steps: Steps
    decisions: list[Decision] | None = None

    def concluded(self) -> list[Decision]:
        """Take the turns that are left, once; the slice changes, nothing is stored."""
        if self.decisions is None:
            self.decisions = conclude(self.found.world, self.event, self.steps)
        return self.decisions


def event_of(row: inbox.Event, data: Any) -> Event:
    """Return an order as the engine reads it."""
    return Event(id=row.external_id, source=row.source, type=row.type, time=row.time, data=data)


def finish_change(change: Change, *, now: datetime) -> None:
    """Take the turns, store, post and queue as settling does."""
    finish(change.found, [Settled(change.row, change.event, change.concluded())], now=now)


def prepare_attribution(*, business: Business, row: inbox.Event, now: datetime) -> Change:
    """Load friend and referrer and set the one as the other's; nothing is stored.

    Raises:
        NotFound: ``contact_not_found``.
        Refused: with the code of domain.md, Referrals.
    """
    friend_ref, referrer_ref = _ref(row.data.get("friend"), "friend"), _ref(row.data.get("referrer"), "referrer")
    event = event_of(row, Merge(source=friend_ref, into=referrer_ref))  # names both, as a merge does
    named = event_of(row, ContactData(external_id=row.external_id, referred_by=ReferredBy(contact=referrer_ref)))
    found = load(business, [event, named], now=now)
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
    return Change(found, row, event, steps)


def attribute_referral(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``referral.attributed {friend, referrer, how}``: Referred By, set by hand (R83, R118)."""
    finish_change(prepare_attribution(business=business, row=row, now=now), now=now)


def prepare_removal(*, business: Business, row: inbox.Event, now: datetime) -> tuple[Change, ripples.Held]:
    """Load a referral and end it; nothing is stored. Return also what its rewards held before.

    Raises:
        NotFound: ``referral_not_found``.
        Refused: ``already_removed``.
    """
    known = referrals.Referral.objects.filter(business=business, public_id=row.data.get("referral")).first()
    if known is None:
        raise NotFound("referral_not_found", "no referral of that id")
    if known.removed_at is not None:
        raise Refused("already_removed", "this referral was removed before")
    friend = people.Contact.objects.get(pk=known.friend_id)
    event = event_of(row, Merge(source=friend.public_id, into=friend.public_id))
    found = load(business, [event], now=now)
    referral = found.referrals[known.pk]
    held = ripples.held_by(referral)
    steps = Steps(referring.remove(found.world, event, referral, code="removed_by_admin"))
    return Change(found, row, event, steps), held


def remove_referral(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``referral.removed {referral, reason, shown?}``: an admin ends a wrong one; all it paid is reversed (R121).

    ``shown`` is the digest of what the admin saw before; when the removal would do something else by now it is refused.
    """
    reason = str(row.data.get("reason") or "").strip()
    if not reason:
        raise Invalid("reason_required", "say why the referral is removed", pointer="/reason")
    change, held = prepare_removal(business=business, row=row, now=now)
    shown = row.data.get("shown")
    if shown and ripples.ripple_of(change.found, held, change.concluded()).digest != shown:
        raise Conflict("changed_meanwhile", "what the removal takes back has changed since it was shown")
    finish_change(change, now=now)
    known = referrals.Referral.objects.filter(business=business, public_id=row.data.get("referral"))
    known.update(removed_reason=reason[:500])


def mention_referrer(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - a Command
    """``referral.mentioned {friend, text}``: a name that fits nobody or several is kept as an open claim (R118).

    Raises:
        NotFound: ``contact_not_found``.
        Invalid: ``name_required``.
        Conflict: ``already_referred``.
    """
    friend = people.Contact.objects.filter(business=business, public_id=row.data.get("friend")).first()
    if friend is None:
        raise NotFound("contact_not_found", "no contact of that id")
    friend = survivor_of(friend)
    if not str(row.data.get("text") or "").strip():
        raise Invalid("name_required", "say which name was mentioned", pointer="/text")
    if not keep_claim(business=business, row=row, friend=friend, text=str(row.data["text"])):
        raise Conflict("already_referred", SENTENCES["already_referred"])


def keep_claim(*, business: Business, row: inbox.Event, friend: people.Contact, text: str) -> bool:
    """Write down that ``friend`` named somebody; False when the friend has a referrer already.

    The claim stands on *Problems* until the friend is attributed or somebody calls it seen to.
    """
    if referrals.Referral.objects.filter(friend=friend, removed_at=None).exists():
        return False
    trace = {"how": "name", "referrer": None, "text": " ".join(text.split())[:LONGEST]}
    inbox.Decision.objects.create(
        business=business, event=row, kind="attribution_refused", contact=friend.pk, codes=[UNKNOWN], trace=trace
    )
    return True


def _ref(value: object, place: str) -> Ref:
    try:
        return msgspec.convert(value, str | ContactRef)
    except msgspec.ValidationError as error:
        raise Invalid("invalid_event", str(error), pointer=f"/data/{place}") from None
