"""Value of ours as a means of payment: what a ticket spends, and what it gives back (rulings 23, 25, 26)."""

from __future__ import annotations

import msgspec

from goodword.engine import lots
from goodword.engine.decisions import Decision, Problem, Restored, Spent, Tendered
from goodword.engine.events import Event, TenderData
from goodword.engine.records import Contact, Content, Spend, Ticket
from goodword.engine.world import World
from goodword.money import units_to_points

INSTRUMENTS = {"points": "points", "credit": "credit"}


def is_own_value(tender: TenderData) -> bool:
    """Say whether what this tender paid earns nothing: points, credit, promotional vouchers; sold ones are money."""
    return tender.type in INSTRUMENTS or (tender.type == "voucher" and tender.instrument == "promotional")


def stamped(world: World, tender: TenderData) -> TenderData:
    """Return a tender of a voucher of ours with the instrument that the voucher is, whatever the till takes it for."""
    instrument = world.instruments.get(tender.code or "") if tender.type == "voucher" else None
    return msgspec.structs.replace(tender, instrument=instrument) if instrument is not None else tender


def follow(
    world: World, event: Event, ticket: Ticket, content: Content, *, before: Content | None = None
) -> list[Decision]:
    """Spend or give back so that the ticket has used what its tenders say; a voided one has used nothing.

    What cannot be covered never fails the ticket: it is a problem for a person (rulings 25).

    Args:
        before: what the ticket said until now; vouchers it no longer names get their value back.
    """
    allowed, decisions = _allowed(content)
    for kind, instrument in INSTRUMENTS.items():
        money = min(_money(content, kind), allowed)
        allowed -= money
        wanted, problems = _units(world, money, kind, content.contact)
        decisions += problems
        used = sum(s.units for s in ticket.spends if s.instrument == instrument)
        if wanted > used:
            decisions += _spend(world, event, ticket, content.contact, instrument, wanted - used)
        elif wanted < used:
            decisions += _give_back(world, event, ticket, instrument, used - wanted)
    return decisions + _vouchers(world, ticket, content, before, allowed)


def _vouchers(
    world: World, ticket: Ticket, content: Content, before: Content | None, allowed: int
) -> list[Decision]:  # fmt: skip
    """Ask each voucher named for what it is to pay; promotional ones pay at most what is left of ``allowed``.

    Where vouchers were redeemed ahead for the ticket it is told too, if it names none.

    A code that nobody was given is a problem, unless the tender says its instrument as histories do: no voucher of
    ours paid then.
    """
    wanted = dict.fromkeys(_named(world, before) + _named(world, content), 0)
    decisions: list[Decision] = []
    told = [t for t in content.tenders if t.type == "voucher"] if content.kind != "voided" else []
    for tender in told:
        money = min(tender.amount, max(allowed, 0)) if is_own_value(tender) else tender.amount
        allowed -= money if is_own_value(tender) else 0
        if tender.code in wanted:
            wanted[tender.code] += money
        elif tender.code is not None and tender.instrument is None and tender.amount > 0:
            facts: dict[str, str | int] = {"tender": "voucher", "units": tender.amount, "missing": tender.amount}
            facts |= {"ticket": ticket.external_id, "why": "voucher_not_found", "code_ends": tender.code[-4:]}
            decisions.append(Problem("insufficient_balance", content.contact, facts))
    if wanted or content.kind == "voided" or (ticket.source, ticket.external_id) in world.ahead:
        asked = tuple((voucher, max(units, 0)) for voucher, units in wanted.items())
        decisions.insert(0, Tendered(ticket, content, asked))
    return decisions


def _named(world: World, content: Content | None) -> list[str]:
    told = content.tenders if content is not None else ()
    return [t.code for t in told if t.type == "voucher" and t.code is not None and t.code in world.instruments]


def _money(content: Content, kind: str) -> int:
    if content.kind == "voided":
        return 0
    return max(sum(t.amount for t in content.tenders if t.type == kind), 0)


def _allowed(content: Content) -> tuple[int, list[Decision]]:
    """Return how much value of ours may pay, all kinds together; it never buys sold vouchers (rulings 26)."""
    own = sum(t.amount for t in content.tenders if is_own_value(t)) if content.kind != "voided" else 0
    vouchers = sum(line.net + line.tax for line in content.lines if line.kind == "gift_voucher")
    rest = max(sum(line.net + line.tax for line in content.lines) - vouchers, 0)
    if vouchers <= 0 or own <= rest:
        return own, []
    return rest, [Problem("not_for_vouchers", content.contact, {"amount": own, "allowed": rest})]


def _units(world: World, money: int, kind: str, contact: Contact | None) -> tuple[int, list[Decision]]:
    if kind != "points":
        return money, []
    points = units_to_points(money, world.settings.currency)
    if points.denominator != 1:
        return 0, [Problem("not_whole_units", contact, {"tender": kind, "amount": money})]
    return points.numerator, []


def _spend(
    world: World, event: Event, ticket: Ticket, contact: Contact | None, instrument: str, units: int
) -> list[Decision]:
    takes = lots.take(lots.spendable(contact, instrument=instrument, at=event.time), units) if contact else ()
    decisions: list[Decision] = []
    if takes and contact is not None:
        ticket.spends += [Spend(lot, part, event.time, instrument) for lot, part in takes]
        world.touch(ticket, *(lot for lot, _ in takes))
        decisions.append(Spent(ticket, contact.root(), instrument, takes))
    missing = units - sum(part for _, part in takes)
    if missing:
        facts: dict[str, str | int] = {"tender": instrument, "units": units, "missing": missing}
        facts["ticket"] = ticket.external_id
        decisions.append(Problem("insufficient_balance", contact.root() if contact else None, facts))
    return decisions


def _give_back(world: World, event: Event, ticket: Ticket, instrument: str, units: int) -> list[Decision]:
    decisions: list[Decision] = []
    for spend in reversed(ticket.spends):
        part = min(units, spend.units)
        if spend.instrument != instrument or part <= 0:
            continue
        units -= part
        heir = lots.restore(world, spend, part, at=event.time)
        world.touch(ticket, spend.lot)
        decisions.append(Restored(ticket, spend.lot.contact.root(), spend.lot, part, heir))
    ticket.spends = [s for s in ticket.spends if s.units > 0]
    return decisions
