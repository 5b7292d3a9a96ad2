"""Write back what a batch changed: rows in bulk, value through the ledger, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from goodword.engine.records import Appointment, Contact, Grant, Job, Referral, Reservation, Ticket
from goodword.flow import bulk, frozen
from goodword.flow.merge import hand_over
from goodword.flow.minting import mint_code, mint_id
from goodword.flow.movements import postings_of
from goodword.flow.settled import Kept, Settled
from goodword.flow.slice import Slice
from goodword.ledger.opening import open_wallets
from goodword.ledger.posting import post
from goodword.people import models as people
from goodword.referrals import models as referrals
from goodword.rewards import models as rewards
from goodword.work import models as work


def keep(found: Slice, settled: list[Settled], *, now: datetime) -> Kept:
    """Store the slice's changes and post its movements of value.

    The order follows the foreign keys: contacts, jobs, tickets, referrals, then wallets and lots, then rewards.
    """
    kept = Kept(found)
    touched = list(found.world.touched.values())
    _contacts(kept, [t for t in touched if isinstance(t, Contact)], now=now)
    _store(kept, [t for t in touched if isinstance(t, Job)], frozen.job, work.Job, frozen.JOB, now)
    tickets = [t for t in touched if isinstance(t, Ticket)]
    _store(kept, tickets, frozen.ticket, work.Ticket, frozen.TICKET, now)
    referred = [t for t in touched if isinstance(t, Referral)]
    _store(kept, referred, frozen.referral, referrals.Referral, frozen.REFERRAL, now)
    hand_over(found, settled)
    _wallets(found, settled, now=now)
    grants = [t for t in touched if isinstance(t, Grant)]
    for grant in grants:
        grant.public_id = grant.public_id or mint_id("rwd", at=now)
    postings, opened = postings_of(found, settled)
    for entry in post(book=found.book, postings=postings, now=now):
        for lot, pk in zip(opened[entry.key], entry.lots, strict=True):
            lot.pk = pk
            found.lots[pk] = lot
    _rewards(kept, grants, settled, now=now)
    spent = [kept.row(t) for t in tickets if frozen.spends(t, kept.row(t))]
    bulk.overwrite(spent, ["spends"])
    appointments = [t for t in touched if isinstance(t, Appointment)]
    _store(kept, appointments, frozen.appointment, work.Appointment, frozen.APPOINTMENT, now)
    _link(appointments, work.Appointment.tickets.through, "appointment_id")
    reservations = [t for t in touched if isinstance(t, Reservation)]
    _store(kept, reservations, frozen.reservation, work.Reservation, frozen.RESERVATION, now)
    _link(reservations, work.Reservation.tickets.through, "reservation_id")
    _uses(found)
    return kept


def _store(kept: Kept, things: Sequence[Any], freeze: Any, model: Any, columns: list[str], now: datetime) -> None:
    """Insert new rows and overwrite known ones, each set in bulk."""
    fresh, known = [], []
    for thing in things:
        row = kept.found.rows.get(id(thing))
        if row is None:
            row = kept.found.rows[id(thing)] = bulk.fresh(model, business_id=kept.found.business.pk)
            fresh.append((thing, row))
            kept.fresh.add(id(thing))
        else:
            known.append(row)
        freeze(kept.found, thing, row, now)
    bulk.insert([row for _, row in fresh])
    for thing, row in fresh:
        thing.pk = row.pk
    bulk.overwrite(known, columns)


def _contacts(kept: Kept, contacts: list[Contact], *, now: datetime) -> None:
    for contact in contacts:
        if contact.pk is None:
            contact.public_id, contact.code = mint_id("con", at=now), mint_code()
    _store(kept, contacts, frozen.contact, people.Contact, frozen.CONTACT, now)
    merged = [c for c in contacts if c.merged_into is not None]
    for contact in merged:
        kept.row(contact).merged_into_id = kept.found.rows[id(contact.merged_into)].pk
    bulk.overwrite([kept.found.rows[id(c)] for c in merged], ["merged_into"])
    bulk.insert(
        [
            bulk.fresh(
                people.Identity,
                business_id=kept.found.business.pk,
                contact_id=kept.row(contact).pk,
                source=source,
                external_id=name,
            )
            for contact in contacts
            for source, name in contact.identities
            if (source, name) not in kept.found.identities
        ]
    )


def _wallets(found: Slice, settled: list[Settled], *, now: datetime) -> None:
    """Open a wallet for each holder who has none."""
    holders = {c.pk: c for c in frozen.holders(settled)}
    without = [pk for pk in holders if pk is not None and not found.wallets.get(pk)]
    wallets = open_wallets(book=found.book, public_ids=[None] * len(without)) if without else []
    pairs = list(zip(without, wallets, strict=True))
    bulk.insert([people.WalletOwner(business=found.business, wallet=w, contact_id=pk, since=now) for pk, w in pairs])
    for pk, wallet in pairs:
        found.wallets.setdefault(pk, []).append(wallet)


def _rewards(kept: Kept, grants: list[Grant], settled: list[Settled], *, now: datetime) -> None:
    """Store rewards and every change of their status, with what caused it."""
    events = {(s.event.source, s.event.id): s.row for s in settled}
    rows = kept.found.rows
    before = {id(g): rows[id(g)].status if id(g) in rows else "" for g in grants}  # type: ignore[attr-defined]  # a reward's row

    def freeze(found: Slice, made: Grant, row: Any, at: datetime) -> None:
        frozen.reward(found, made, row, events.get((made.event_source, made.event)), at)
        row.status = frozen.status_of(made, row, at)
        if row.status == "issued" and row.issued_at is None:
            row.issued_at = max(made.available_at, made.event_time)

    _store(kept, grants, freeze, rewards.Reward, [*frozen.REWARD, "issued_at"], now)
    bulk.insert(
        [
            bulk.fresh(
                rewards.StatusChange,
                reward_id=kept.row(g).pk,
                status=kept.row(g).status,
                was=before[id(g)],
                at=now,
                actor="rules",
            )
            for g in grants
            if kept.row(g).status != before[id(g)]
        ]
    )


def _link(things: Sequence[Appointment | Reservation], through: Any, column: str) -> None:
    """Store which tickets name an appointment or reservation, and forget those that named it before."""
    gone = [(thing.pk, ticket.pk) for thing in things for ticket in thing.gone if ticket not in thing.tickets]
    for pk, ticket in gone:
        through.objects.filter(**{column: pk, "ticket_id": ticket}).delete()
    links = [through(**{column: thing.pk, "ticket_id": ticket.pk}) for thing in things for ticket in thing.tickets]
    bulk.insert(links, ignore_known=True)


def _uses(found: Slice) -> None:
    fresh, known, gone = [], [], []
    for key in found.world.touched_uses:
        use, row = found.world.uses.get(key), found.uses.get(key)
        if use is None:
            gone += [row.pk] if row is not None else []
            continue
        programme, rule, per, subject, period = key
        if row is None:
            row = rewards.Use(
                business=found.business, programme=programme, rule=rule, per=per, period=period,
                subject_id=found.rows[id(subject)].pk if subject is not None else None,
            )  # fmt: skip
            fresh.append(row)
        else:
            known.append(row)
        row.count, row.measure = use.count, use.measure  # type: ignore[attr-defined]  # a Use row
    if gone:
        rewards.Use.objects.filter(pk__in=gone).delete()
    bulk.insert(fresh)
    bulk.overwrite(known, ["count", "measure"])
