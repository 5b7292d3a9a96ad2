"""Load what the contacts of a slice hold: lots, debts, grants and the use of limits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from goodword.engine.records import Contact, Grant, Lot
from goodword.engine.world import Use
from goodword.flow import thaw
from goodword.flow.querying import by_ids, read
from goodword.flow.slice import Slice
from goodword.ledger import holding
from goodword.ledger.lots import OpenLot
from goodword.ledger.sql import among, listed
from goodword.people import models as people
from goodword.rewards import models as rewards


def load_holdings(found: Slice, *, since: datetime) -> None:
    """Read all that may be spent, taken back or counted, after the contacts were locked.

    Args:
        since: the earliest event of the batch; what lapsed after it may come back (rulings 32).
    """
    owner: dict[int, Contact] = {}
    for row in by_ids(people.WalletOwner, "contact_id", found.contacts, only="t.until IS NULL", order="t.id"):
        found.wallets.setdefault(row.contact_id, []).append(row.wallet)
        owner[row.wallet] = found.contacts[row.contact_id].root()
    wallets = sorted(owner)
    if wallets:
        for lot in holding.filled_lots(book=found.book, wallets=wallets):
            _lot(found, lot, owner)
        for lot in holding.lapsed_since(book=found.book, wallets=wallets, since=since):
            known = found.lots.get(lot.id)
            if known is None:
                _lot(found, lot, owner)
            else:
                known.left += lot.units
            found.lapsed[lot.id] = lot.units
        for key, units in holding.debts_of(book=found.book, wallets=wallets).items():
            found.debts[key] = units
            contact = owner[key[0]]
            contact.owed[key[1]] = contact.owed.get(key[1], 0) + units
    _grants(found, found.grant_rows, owner)
    _uses(found)


def _lot(found: Slice, lot: OpenLot, owner: dict[int, Contact]) -> Lot:
    known = found.lots.get(lot.id)
    if known is not None:
        return known
    contact = owner[lot.wallet]
    built = Lot(
        contact=contact, instrument=lot.kind.value, asset=lot.asset, units=lot.units, left=lot.units,
        available_at=lot.terms.available_at, expires_at=lot.terms.expires_at, sequence=lot.id, pk=lot.id,
    )  # fmt: skip
    found.lots[lot.id] = built
    found.lot_wallets[id(built)] = lot.wallet
    contact.lots.append(built)
    found.world.sequence = max(found.world.sequence, lot.id)
    return built


def _grants(found: Slice, rows: list[Any], owner: dict[int, Contact]) -> None:
    """Build the grants with the lots that hold their value now, heirs followed."""
    spent = {pk for t in found.tickets.values() for pk, *_ in found.rows[id(t)].spends}  # type: ignore[attr-defined]  # a ticket's row
    wanted = sorted({row.lot for row in rows} | spent)
    newest = holding.newest_heirs(book=found.book, lots=wanted) if wanted else {}
    lots = {root: _lot(found, lot, owner) for root, lot in newest.items()}
    for row in rows:
        revision = found.revisions[row.revision_id]
        name, source, caused_at = row.beside
        lot = lots[row.lot]
        grant = Grant(
            revision=revision, rule=revision.rule(row.rule), holder=found.contacts[row.holder_id], kind=row.kind,
            asset=row.asset, units=row.units, worth=row.worth, at=row.at, event=name,
            event_source=source, event_time=caused_at, available_at=row.available_at,
            expires_at=row.expires_at, nth=row.nth, cut=row.cut, review=row.review, lot=lot,
            referral=found.referrals.get(row.referral_id), ticket=found.tickets.get(row.ticket_id), stage=row.stage,
            reversed=row.reversed_units, pk=row.pk, public_id=row.public_id,
        )  # fmt: skip
        lot.units = 1 if lot.asset == "right" else row.units
        found.rows[id(grant)] = row
        for subject in (grant.referral, grant.ticket):
            if subject is not None:
                subject.grants.append(grant)
    for ticket in found.tickets.values():
        ticket.spends = thaw.thaw_spends(found.rows[id(ticket)].spends, lots.__getitem__)  # type: ignore[attr-defined]  # a ticket's row


def _uses(found: Slice) -> None:
    shared = {
        slug for slug, line in found.world.programmes.items()
        if any(r.programme.budget or any(li.per == "programme" for ru in r.programme.rules for li in ru.limits)
               for r in line)
    }  # fmt: skip
    rows = by_ids(rewards.Use, "subject_id", found.contacts)
    if shared:
        where = f"t.business_id = %s AND t.subject_id IS NULL AND t.programme {among()}"
        rows += read(rewards.Use, where, [found.business.pk, listed(sorted(shared))])
    for row in rows:
        subject = found.contacts[row.subject_id].root() if row.subject_id is not None else None
        key = (row.programme, row.rule, row.per, subject, row.period)
        found.world.uses[key] = Use(row.count, row.measure)
        found.uses[key] = row
