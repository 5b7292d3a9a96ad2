"""Messages put in line, in the transaction of their cause; the same cause never writes twice."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from goodword.business.models import Business
from goodword.business.reading import settings_at
from goodword.codes import ENTROPY_OF_AN_ID, public_id
from goodword.inbox.models import Event
from goodword.outbox import addressing, own_words
from goodword.outbox.links import own_page, stop_link
from goodword.outbox.models import Message, State
from goodword.outbox.quiet import out_of_quiet
from goodword.outbox.rendering import language_of, render, template_of
from goodword.people.models import Contact

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to be written: its cause's key, its template and the facts of the case (``rendering.py``)."""

    key: str
    template: str
    contact: Contact
    facts: Mapping[str, Any]
    due_at: datetime
    event: Event | None = None


def queue_all(*, business: Business, drafts: Sequence[Draft], now: datetime) -> list[Message]:
    """Put messages in line and return those that are new, in order; a key that is known writes nothing.

    The channel is a text where there is a phone number, else e-mail. Without an address, or against an opt-out, the
    message is kept ``held`` with the reason, and never leaves by itself. Due times move out of the quiet hours.
    A bounded number of statements.
    """
    known = _known(business, [draft.key for draft in drafts])
    fresh: dict[str, Draft] = {}
    for draft in drafts:
        if draft.key not in known and draft.contact.erased_at is None:  # nobody is there to read it
            fresh.setdefault(draft.key, draft)
    if not fresh:
        return []
    told = settings_at(business, now)
    said = addressing.said_by(business=business, contacts=[d.contact.pk for d in fresh.values()])
    words = _Words(own_words.in_force(business=business, at=now))
    rows = [_row(business, draft, told, said, words, now) for draft in fresh.values()]
    Message.objects.bulk_create(rows, batch_size=CHUNK)
    own_words.tell_unusable(business=business, fallen=words.fallen)
    return rows


def queue(
    *, business: Business, key: str, template: str, contact: Contact, facts: Mapping[str, Any], due_at: datetime,
    event: Event | None, now: datetime,
) -> Message | None:  # fmt: skip
    """Put one message in line; ``None`` when its cause has written before."""
    draft = Draft(key=key, template=template, contact=contact, facts=facts, due_at=due_at, event=event)
    made = queue_all(business=business, drafts=[draft], now=now)
    return made[0] if made else None


def cancel(*, business: Business, keys: Iterable[str], note: str) -> int:
    """Cancel what of these still waits or is held; what has left stays as it is. Return how many."""
    wanted, done = sorted(set(keys)), 0
    for start in range(0, len(wanted), CHUNK):
        waiting = Message.objects.filter(business=business, key__in=wanted[start : start + CHUNK])
        done += waiting.filter(state__in=[State.QUEUED, State.HELD]).update(state=State.CANCELLED, note=note[:500])
    return done


def _known(business: Business, keys: Sequence[str]) -> set[str]:
    known: set[str] = set()
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), CHUNK):
        rows = Message.objects.filter(business=business, key__in=wanted[start : start + CHUNK])
        known |= set(rows.values_list("key", flat=True))
    return known


@dataclass(frozen=True, slots=True)
class _Words:
    """The business's own words, and those of them that could not be used, each with a contact it happened to."""

    own: Mapping[tuple[str, str], own_words.Own]
    fallen: dict[tuple[str, str], tuple[own_words.Own, int]] = field(default_factory=dict)


def _row(
    business: Business, draft: Draft, told: Mapping[str, Any], said: addressing.Said, words: _Words, now: datetime
) -> Message:
    contact, zone = draft.contact, ZoneInfo(business.timezone)
    channel, to, note = addressing.choose(contact=contact, purpose=template_of(draft.template).purpose, said=said)
    lang = language_of(contact.language, business=business.language, spoken=told["languages"])
    signed, own = str(told["sender_name"]) or business.name, words.own.get((draft.template, lang))
    facts = dict(draft.facts)
    variables = template_of(draft.template).variables
    if "page" in variables:
        facts["page"] = own_page(contact.code)
    if "stop" in variables:
        facts["stop"] = stop_link(code=contact.code, channel=channel)
    text = render(
        template=draft.template, lang=lang, name=contact.name, business=signed, currency=business.currency, zone=zone,
        facts=facts, own=own.text if own else None,
    )  # fmt: skip
    if own is not None and text.fell_back:
        words.fallen.setdefault((draft.template, lang), (own, contact.pk))
    due = out_of_quiet(
        max(draft.due_at, now), zone=zone, quiet_from=told["quiet_from"], quiet_until=told["quiet_until"]
    )
    return Message(
        business=business, public_id=public_id("msg", at=now, entropy=secrets.token_bytes(ENTROPY_OF_AN_ID)),
        key=draft.key, contact=contact, event=draft.event, template=draft.template, channel=channel, to=to,
        language=lang, subject=text.subject, body=text.body, facts=facts,
        state=State.HELD if note else State.QUEUED, note=note, due_at=due, created_at=now,
    )  # fmt: skip
