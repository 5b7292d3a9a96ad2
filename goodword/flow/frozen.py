"""The engine's objects written into rows: the other half of ``rows.py``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from goodword import identity
from goodword.engine.decisions import Granted, Restored, Reversed
from goodword.engine.records import Appointment, Contact, Grant, Job, Referral, Reservation, Ticket
from goodword.engine.rules.gifts import GIFTS
from goodword.engine.world import STAGES
from goodword.flow import thaw
from goodword.flow.minting import mint_code, mint_id

if TYPE_CHECKING:
    from goodword.flow.settled import Settled
    from goodword.flow.slice import Slice

CONTACT = [
    "name", "phone", "email", "language", "address", "address_key", "company", "tags", "clubs", "partner", "blocked",
    "first_work_at", "ordinals", "arrival", "search_key",
]  # fmt: skip
SEARCHED = ("name", "phone", "email", "address")  # what a contact's search key is made of
JOB = [
    "contact", "status", "reports", "reached", "scores", "total", "services", "location", "details_at",
    "invoiced_at",
]  # fmt: skip
TICKET = [
    "contact", "state", "closed_at", "closing_event", "content", "names_job", "job", "pins", "holder",
    "holder_traits", "score", "net", "gross",
]  # fmt: skip
REFERRAL = [
    "friend", "referrer", "stages", "waits", "stage", "closed_at", "closing_job", "removed_at", "removed_code",
]  # fmt: skip
CLOSED = "invoiced"  # a referral is closed when a job of the friend is invoiced (R92); paid implies it
APPOINTMENT = ["contact", "made", "at", "told"]
RESERVATION = ["contact", "sku", "told"]
GRANT = [
    "kind", "asset", "units", "worth", "nth", "at", "available_at", "expires_at", "cut", "review", "stage",
]  # fmt: skip
REWARD = ["reversed_units", "status", "lot"]


def contact(_found: Slice, thing: Contact, row: Any, now: datetime) -> None:
    """Write a contact."""
    known = row.search_key and all(getattr(row, name) == getattr(thing, name) for name in SEARCHED)
    if row.pk is None:
        row.public_id, row.code, row.created_at = thing.public_id, thing.code, now
    for name in CONTACT:
        if name not in ("ordinals", "arrival", "search_key"):
            setattr(row, name, getattr(thing, name))
    row.ordinals, row.arrival = thing.ordinals, thaw.freeze_arrival(thing.arrival)
    if not known:
        row.search_key = identity.search_key(
            name=thing.name, phone=thing.phone, email=thing.email, code=row.code, address=cast("Any", thing.address)
        )


def job(found: Slice, thing: Job, row: Any, now: datetime) -> None:
    """Write a job."""
    if row.pk is None:
        thing.public_id = mint_id("job", at=now)
        row.public_id, row.source, row.external_id, row.created_at = (
            thing.public_id, thing.source, thing.external_id, now,
        )  # fmt: skip
    row.contact_id = _root(found, thing.contact)
    row.status, row.reports = thing.status, thaw.freeze_reports(thing.reports)
    row.reached = {name: thaw.stamp(time) for name, time in thing.reached.items()}
    row.invoiced_at = thing.reached.get("invoiced")
    row.scores = [[thaw.stamp(time), score] for time, score in thing.scores]
    row.total, row.services, row.location = thing.total, thing.services, thing.location
    row.details_at = thing.details_at


def ticket(found: Slice, thing: Ticket, row: Any, now: datetime) -> None:
    """Write a ticket but for what it spent: those lots have no number yet."""
    if row.pk is None:
        thing.public_id = mint_id("tkt", at=now)
        row.public_id, row.source, row.external_id, row.created_at = (
            thing.public_id, thing.source, thing.external_id, now,
        )  # fmt: skip
    content = thing.content
    row.contact_id = _root(found, content.contact) if content is not None else None
    if thing.closed_at is None:
        row.state = "open"
    else:
        row.state = {"voided": "void"}.get(content.kind, content.kind) if content else "closed"
    row.closed_at, row.closing_event = thing.closed_at, thing.closing_event
    row.content = thaw.freeze_content(content)
    row.names_job_id = content.job.pk if content is not None and content.job is not None else None
    row.job_id = thing.job.pk if thing.job is not None else None
    row.pins = [revision.pk for revision in thing.pins]
    row.holder_id, row.holder_traits = _root(found, thing.holder), sorted(thing.holder_traits)
    row.score = thing.score
    lines = content.lines if content is not None else ()
    row.net = sum(line.net for line in lines)
    row.gross = row.net + sum(line.tax for line in lines)


def referral(found: Slice, thing: Referral, row: Any, now: datetime) -> None:
    """Write a referral. Friend and referrer change only by a merge, to the survivor."""
    if row.pk is None:
        thing.public_id = mint_id("ref", at=now)
        row.public_id, row.how, row.arrived_at, row.created_at = thing.public_id, thing.how, thing.arrived_at, now
        row.is_new, row.household, row.pins = thing.is_new, thing.household, thaw.freeze_pins(thing.pins)
    row.friend_id, row.referrer_id = _root(found, thing.friend), _root(found, thing.referrer)
    row.stages, row.waits = thaw.freeze_stages(thing.stages), thaw.freeze_waits(thing.waits)
    reached = [name for name in STAGES if name in thing.stages and thing.stages[name].time is not None]
    row.stage = reached[-1] if reached else "attributed"
    closing = thing.stages.get(CLOSED)
    closed = closing is not None and closing.time is not None and not closing.early  # before the arrival: not by it
    row.closed_at = closing.time if closing is not None and closed else None
    row.closing_job_id = closing.job.pk if closing is not None and closed and closing.job is not None else None
    row.removed_at, row.removed_code = thing.removed_at, thing.removed_code


def appointment(found: Slice, thing: Appointment, row: Any, _now: datetime) -> None:
    """Write an appointment."""
    row.source, row.external_id = thing.source, thing.external_id
    row.contact_id = _root(found, thing.contact)
    row.made, row.at, row.told = thing.made, thing.at, thing.told


def reservation(found: Slice, thing: Reservation, row: Any, _now: datetime) -> None:
    """Write a reservation."""
    row.source, row.external_id = thing.source, thing.external_id
    row.contact_id = _root(found, thing.contact)
    row.sku, row.told = thing.sku, thing.told


def spends(thing: Ticket, row: Any) -> bool:
    """Write what a ticket spent; say whether that changed."""
    written = thaw.freeze_spends(thing.spends)
    changed = bool(row.spends != written)
    row.spends = written
    return changed


def reward(found: Slice, made: Grant, row: Any, event: Any, now: datetime) -> None:
    """Write a reward: its terms once, its status as it stands now."""
    if row.pk is None:
        row.public_id, row.holder_id, row.event = made.public_id, _root(found, made.holder), event
        row.referral_id = made.referral.pk if made.referral is not None else None
        row.ticket_id = made.ticket.pk if made.ticket is not None else None
        row.revision_id = made.revision.pk
        for name in GRANT:
            setattr(row, name, getattr(made, name))
        row.rule, row.to, row.text, row.granted_at = made.rule.id, made.rule.to, made.rule.text or "", now
        row.code = mint_code(12) if made.kind == "discount" else None
    row.reversed_units = made.reversed
    row.lot = row.lot or made.lot.pk


def status_of(made: Grant, row: Any, now: datetime) -> str:
    """Return where a reward stands after this batch (domain.md, Rewards)."""
    if made.held == 0:
        return "reversed"
    if row.pk is not None and row.status not in ("reversed", "pending"):
        return str(row.status)
    waits = made.review or GIFTS[made.kind].fulfilment == "person" or made.available_at > now
    return "pending" if waits else "issued"


def _root(found: Slice, thing: Contact | None) -> int | None:
    return int(found.rows[id(thing.root())].pk) if thing is not None else None


def holders(settled: list[Settled]) -> Iterator[Contact]:
    """Yield the contacts who need a wallet for what these events grant, take back or restore."""
    for each in settled:
        for decision in each.decisions:
            match decision:
                case Granted() | Reversed():
                    yield decision.grant.holder.root()
                case Restored():
                    yield decision.contact.root()
                case _:
                    pass
