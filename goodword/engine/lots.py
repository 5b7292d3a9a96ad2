"""Which lots a spend, a restore or a take-back touches (rulings 25, 27, 28, 29)."""

from __future__ import annotations

from datetime import datetime

from goodword.engine.records import Contact, Lot, Spend, by_expiry
from goodword.engine.world import EARNED, World


def spendable(contact: Contact, *, instrument: str, at: datetime) -> list[Lot]:
    """Return the holder's lots of ``instrument`` that may be spent at ``at``, in the order they are spent."""
    return by_expiry(
        lot
        for lot in contact.root().lots
        if lot.instrument == instrument and lot.open_at(at) and lot.available_at is not None and lot.available_at <= at
    )


def take(lots: list[Lot], units: int) -> tuple[tuple[Lot, int], ...]:
    """Take up to ``units`` from ``lots`` in their order, lowering ``left``; return what each gave."""
    takes: list[tuple[Lot, int]] = []
    for lot in lots:
        part = min(units, lot.left)
        if part > 0:
            lot.left -= part
            units -= part
            takes.append((lot, part))
    return tuple(takes)


def others_to_take_back_from(lot: Lot, *, at: datetime) -> list[Lot]:
    """Return the holder's other earned lots of the same asset, never sold vouchers (rulings 27)."""
    return by_expiry(
        other
        for other in lot.contact.root().lots
        if other is not lot and other.asset == lot.asset and other.instrument in EARNED and other.open_at(at)
    )


def restore(world: World, spend: Spend, units: int, *, at: datetime) -> Lot | None:
    """Give ``units`` of a spend back; return the heir lot when the spent one has lapsed since (rulings 28).

    The heir lives until the later of the old expiry and ``at`` plus the life the lot had left when it was spent.
    """
    lot = spend.lot
    spend.units -= units
    if lot.expires_at is None or lot.expires_at > at:
        lot.left += units
        return None
    heir = Lot(
        contact=lot.contact,
        instrument=lot.instrument,
        asset=lot.asset,
        units=units,
        left=units,
        available_at=at,
        expires_at=max(lot.expires_at, at + (lot.expires_at - spend.at)),
        sequence=world.next_sequence(),
    )
    lot.contact.root().lots.append(heir)
    return heir
