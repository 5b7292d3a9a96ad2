"""A person forgotten: what tells who they are goes from every table, what was earned and paid stays in the books.

Jobs, receipts, referrals, rewards and entries keep their places, so that the books hold and others lose nothing. Other
systems' ids of the contact stay where they tell nothing, so that a late event finds the same, nameless, customer and
not a new one; what it brings about the person is not kept (``keep_erased``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast

from goodword.business.models import Business
from goodword.engine.contacts import find
from goodword.engine.events import ContactData, Event, SurveyData
from goodword.errors import Invalid
from goodword.flow import erasing_imports, redacting
from goodword.flow.redacting import Person
from goodword.flow.slice import Slice
from goodword.flow.whose import living
from goodword.inbox import models as inbox
from goodword.outbox import models as outbox
from goodword.people import models as people
from goodword.referrals import models as referrals
from goodword.rewards import models as rewards
from goodword.vouchers.models import Batch, Sale, Voucher
from goodword.work import models as work

CHUNK, TOKENS = 500, 40
KEPT = frozenset({"external_id", "referred_by", "how", "partner", "blocked"})  # of a later contact.saved


def erase(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``contact.erased {contact, reason}``: remove all that tells who a person is; the books stay.

    Raises:
        Invalid: ``reason_required``.
        Refused: ``contact_erased`` before; ``import_running``.
    """
    reason = str(row.data.get("reason") or "").strip()
    if not reason:
        raise Invalid("reason_required", "say why the customer is erased", pointer="/reason")
    contact = living(business, row, withdrawn=True)
    records = records_of(contact)
    who = person_of(business, records)
    touched = _events(business, who)
    _decisions(business, records, touched, who)
    _letters(business, records, who, now=now)
    _work(records, who)
    _vouchers(business, records, who)
    _notes(business, records, who, now=now)
    _elsewhere(business, who)
    erasing_imports.forget(business, who)
    _contacts(records, who, now=now)
    row.refresh_from_db(fields=["data"])  # the reason may name the person: it was redacted with the rest


def records_of(contact: people.Contact) -> list[people.Contact]:
    """Return a contact and every record that was merged into it, the survivor first."""
    found, fresh = [contact], [contact.pk]
    while fresh:
        below = list(people.Contact.objects.filter(merged_into__in=fresh))
        found += below
        fresh = [row.pk for row in below]
    return found


def person_of(business: Business, records: Sequence[people.Contact]) -> Person:
    """Return what is known of the person behind these records. Four statements."""
    names = people.Identity.objects.filter(contact__in=records).values_list("source", "external_id")
    told: list[tuple[str, type[Model]]] = [
        ("job", work.Job), ("ticket", work.Ticket), ("appointment", work.Appointment),
        ("reservation", work.Reservation),
    ]  # fmt: skip
    ids = [
        (kind, source, name)
        for kind, model in told
        for source, name in model._default_manager.filter(contact__in=records).values_list("source", "external_id")
        if name
    ]
    return redacting.person(
        public=[row.public_id for row in records], known_as=names,
        names=[text for row in records for text in (row.name, row.email, row.alias, _text(row.company))],
        phones=[row.phone for row in records], addresses=[row.address for row in records],
        country=business.country, work=ids,
    )  # fmt: skip


def events_about(business: Business, who: Person) -> Iterator[inbox.Event]:
    """Return the events that speak of the person, oldest first; every stored payload of the business is looked at."""
    tokens = sorted({*who.words, *who.phones, *(json.dumps(name) for name in who.ids | who.work_ids)})
    tokens += sorted({json.dumps(text)[1:-1] for text in who.words})
    tokens += sorted({json.dumps(name, ensure_ascii=False) for name in who.ids | who.work_ids})
    tokens += [text for digits in who.phones for text in (digits[-4:],)]
    seen: set[int] = set()
    for start in range(0, len(tokens), TOKENS):
        wanted = Q()
        for token in dict.fromkeys(tokens[start : start + TOKENS]):
            wanted |= Q(told__icontains=token)
        query = inbox.Event.objects.filter(business=business).annotate(told=Cast("data", TextField())).filter(wanted)
        for row in query.order_by("pk").iterator(chunk_size=CHUNK):
            if row.pk not in seen:
                seen.add(row.pk)
                yield row


def keep_erased(found: Slice, parsed: list[tuple[inbox.Event, Event]]) -> list[tuple[inbox.Event, Event]]:
    """Keep nothing personal that a later event brings of somebody who was erased; what follows from it goes on."""
    rows: list[Any] = [found.rows[id(contact)] for contact in found.contacts.values()]
    if not any(row.erased_at for row in rows):
        return parsed
    return [_kept(found, row, event) for row, event in parsed]


def _kept(found: Slice, row: inbox.Event, event: Event) -> tuple[inbox.Event, Event]:
    data = event.data
    ref = data.external_id if isinstance(data, ContactData) else getattr(data, "contact", None)
    contact = find(found.world, event.source, ref) if ref is not None else None
    stored: Any = found.rows[id(contact.root())] if contact is not None else None
    if stored is None or stored.erased_at is None:
        return row, event
    row.data = _bare(row.data)
    row.save(update_fields=["data"])
    if isinstance(data, ContactData):
        data = ContactData(
            external_id=data.external_id, referred_by=data.referred_by, how=data.how, partner=data.partner,
            blocked=data.blocked,
        )  # fmt: skip
    elif isinstance(data, SurveyData):
        data = msgspec.structs.replace(data, comment=None)
    return row, msgspec.structs.replace(event, data=data)


def _bare(data: Any) -> Any:
    if isinstance(data, dict) and isinstance(data.get("contact"), dict) and "external_id" in data["contact"]:
        return {**data, "contact": {key: value for key, value in data["contact"].items() if key in KEPT}}
    if isinstance(data, dict) and isinstance(data.get("survey"), dict):
        return {**data, "survey": {key: value for key, value in data["survey"].items() if key != "comment"}}
    return data


def _events(business: Business, who: Person) -> list[int]:
    """Redact the stored payloads; their digests stay, so that a repeat is still known. Return whose events they are."""
    touched, changed = [], []
    for row in events_about(business, who):
        mine = redacting.about(row.source, row.data, who)
        data = redacting.without(row.data, who, mine=mine)
        error = redacting.scrubbed(row.error, who.whole)
        if mine:
            touched.append(row.pk)
        if data != row.data or error != row.error:
            row.data, row.error = data, error
            changed.append(row)
    inbox.Event.objects.bulk_update(changed, ["data", "error"], batch_size=CHUNK)
    return touched


def _decisions(business: Business, records: Sequence[people.Contact], touched: list[int], who: Person) -> None:
    ids = [row.pk for row in records]
    own = inbox.Decision.objects.filter(business=business, contact__in=ids)
    rows = {row.pk: row for row in own}
    for start in range(0, len(touched), CHUNK):
        rows |= {row.pk: row for row in inbox.Decision.objects.filter(event__in=touched[start : start + CHUNK])}
    for row in rows.values():
        row.trace = _deep(row.trace, who)
    inbox.Decision.objects.bulk_update(rows.values(), ["trace"], batch_size=CHUNK)


def _letters(business: Business, records: Sequence[people.Contact], who: Person, *, now: datetime) -> None:
    """Empty the person's own messages; take their name out of those to friends and referrers."""
    mine = outbox.Message.objects.filter(business=business, contact__in=records)
    mine.filter(state__in=[outbox.State.QUEUED, outbox.State.HELD]).update(
        state=outbox.State.CANCELLED, note="the customer was erased"
    )
    mine.update(to="", subject="", body="", facts={})
    near = referrals.Referral.objects.filter(Q(friend__in=records) | Q(referrer__in=records))
    people_near = {pk for pair in near.values_list("friend", "referrer") for pk in pair} - {r.pk for r in records}
    others = list(outbox.Message.objects.filter(business=business, contact__in=people_near))
    for message in others:
        message.subject = redacting.scrubbed(message.subject, who.parts)
        message.body = redacting.scrubbed(message.body, who.parts)
        message.facts = _deep(message.facts, who)
    outbox.Message.objects.bulk_update(others, ["subject", "body", "facts"], batch_size=CHUNK)
    people.Todo.objects.filter(contact__in=records).update(text="", facts={})
    people.Todo.objects.filter(contact__in=records, done_at=None).update(done_at=now, done_by="erased")


def _work(records: Sequence[people.Contact], who: Person) -> None:
    tickets = list(work.Ticket.objects.filter(Q(contact__in=records) | Q(holder__in=records)))
    for ticket in tickets:
        ticket.content = _content(ticket.content, who)
    work.Ticket.objects.bulk_update(tickets, ["content"], batch_size=CHUNK)
    jobs = list(work.Job.objects.filter(contact__in=records))
    for job in jobs:
        job.services = [redacting.scrubbed(service, who.parts) for service in job.services]
    work.Job.objects.bulk_update(jobs, ["services"], batch_size=CHUNK)


def _vouchers(business: Business, records: Sequence[people.Contact], who: Person) -> None:
    """Remove what was written on vouchers of theirs, and take their name out of all others; the code goes on working.

    A voucher is money of whoever has the card: erasing a person takes none of it.
    """
    theirs = Voucher.objects.filter(business=business).filter(Q(buyer__in=records) | Q(recipient__in=records))
    theirs.exclude(message="").update(message="")
    Voucher.objects.filter(recipient__in=records, delivered_at=None).update(deliver_on=None)
    own = Sale.objects.filter(Q(buyer__in=records) | Q(vouchers__recipient__in=records)).distinct()
    _scrub_all(own.exclude(reason=""), "reason", who)
    _scrub_all(own.exclude(reference=""), "reference", who)


def _content(content: Any, who: Person) -> Any:
    """Take words about the person out of a receipt's lines; its sums and kinds stay."""
    return _deep(content, who) if content is not None else None


def _notes(business: Business, records: Sequence[people.Contact], who: Person, *, now: datetime) -> None:
    """Redact what the staff wrote: reasons of removals and overrides."""
    removed = referrals.Referral.objects.filter(business=business).filter(
        Q(friend__in=records) | Q(referrer__in=records)
    )
    _scrub_all(removed.exclude(removed_reason=""), "removed_reason", who)
    changes = rewards.StatusChange.objects.filter(
        Q(reward__holder__in=records) | Q(reward__referral__friend__in=records)
    )
    _scrub_all(changes.exclude(reason=""), "reason", who)
    people.Consent.objects.create(
        business=business, contact=records[0], channel="any", granted=False, at=now, how="erased"
    )


def _elsewhere(business: Business, who: Person) -> None:
    """Look for the person where texts of others and kept answers may name them."""
    places: tuple[tuple[type[Model], str], ...] = (
        (inbox.IdempotencyKey, "body"), (inbox.Decision, "trace"), (outbox.Message, "body"), (outbox.Message, "to"),
        (referrals.Referral, "removed_reason"), (people.Todo, "text"), (people.Todo, "facts"),
        (Voucher, "message"), (Voucher, "service"), (Sale, "reference"), (Sale, "reason"), (Batch, "label"),
    )  # fmt: skip
    tokens = {*who.words, *who.phones, *(json.dumps(text)[1:-1] for text in who.words), *who.public}
    for model, column in places:
        wanted = Q()
        for token in tokens:
            wanted |= Q(told__icontains=token)
        rows = model._default_manager.filter(business=business).annotate(told=Cast(column, TextField()))
        _scrub_all(rows.filter(wanted) if wanted else rows.none(), column, who)


def _scrub_all(rows: Any, column: str, who: Person) -> None:
    changed = list(rows)
    for row in changed:
        setattr(row, column, _deep(getattr(row, column), who))
    if changed:
        type(changed[0]).objects.bulk_update(changed, [column], batch_size=CHUNK)


def _deep(value: Any, who: Person) -> Any:
    """Scrub every string of a stored value; its keys and numbers stay."""
    if isinstance(value, dict):
        return {key: _deep(each, who) for key, each in value.items()}
    if isinstance(value, list):
        return [_deep(each, who) for each in value]
    if not isinstance(value, str) or value in who.work_ids or value in who.public:
        return value
    return redacting.scrubbed(value, who.parts)


def _contacts(records: Sequence[people.Contact], who: Person, *, now: datetime) -> None:
    for identity in people.Identity.objects.filter(contact__in=records):
        if redacting.is_personal(identity.external_id, who):
            identity.external_id = redacting.digest(identity.external_id)
            identity.save(update_fields=["external_id"])
    people.Contact.objects.filter(pk__in=[row.pk for row in records]).update(
        name="", phone=None, email=None, language=None, address=None, address_key=None, company=None, tags=[], clubs=[],
        alias="", search_key="", complaint_open=False, erased_at=now,
    )  # fmt: skip


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
