"""Limits, budgets, grants and take-backs: the arithmetic of what is given and what goes back."""

from __future__ import annotations

from datetime import datetime

import msgspec

from goodword.engine import lots
from goodword.engine.decisions import NotGranted, Reversed, Trace
from goodword.engine.durations import Duration, deadline, hold_until, period_key
from goodword.engine.events import Event
from goodword.engine.records import Contact, Grant, Lot, Referral, Revision, Ticket
from goodword.engine.rules.gifts import GIFTS
from goodword.engine.rules.rule import Rule
from goodword.engine.world import Use, UseKey, World
from goodword.money import POINTS, RIGHT, down, units_to_points

NO_HOLD = Duration(count=0, unit="h")


def held_by(subject: Referral | Ticket, revision: Revision, rule: Rule, holder: Contact) -> int:
    """Return the units that this rule gave this holder for this referral or ticket and that were not taken back."""
    return sum(g.held for g in grants_of(subject, revision, rule) if g.holder.root() is holder)


def grants_of(subject: Referral | Ticket, revision: Revision, rule: Rule) -> list[Grant]:
    """Return the grants of one rule for one referral or ticket, in the order they were made."""
    return [g for g in subject.grants if g.rule.id == rule.id and g.revision.programme.id == revision.programme.id]


def worth(rule: Rule, units: int, currency: str) -> int:
    """Return what ``units`` of the rule's gift are worth in smallest units of money (rulings 20)."""
    return GIFTS[rule.give].worth(rule, units, currency) if units else 0


def measure(rule: Rule, units: int, currency: str) -> int:
    """Return what an ``amount`` limit counts: whole points for points, money for all else (rulings 46)."""
    return units if rule.give == "points" else worth(rule, units, currency)


def fit(
    world: World, *, revision: Revision, rule: Rule, holder: Contact, friend: Contact | None, at: datetime, units: int,
    held: int,
) -> tuple[int, tuple[str, ...]]:  # fmt: skip
    """Cut ``units`` to what the rule's limits and the programme's budget have left.

    What the same ticket already holds counts as free (rulings 24). Indivisible gifts are refused, never cut.

    Returns:
        the units that fit and the codes of refusal (``limit``, ``budget``); 0 units with at least one code.
    """
    currency = revision.programme.currency
    divisible = GIFTS[rule.give].divisible(rule)
    codes: list[str] = []
    fitting = units
    for limit in rule.limits:
        subject = _subject(limit.per, holder=holder, friend=friend)
        period = period_key(at, limit.in_, world.settings.zone)
        use = world.uses.get(_key(revision, rule.id, limit.per, subject, period))
        if limit.count is not None and held == 0 and use is not None and use.count >= limit.count:
            codes.append("limit")
        if limit.amount is not None:
            left = limit.amount - (use.measure if use else 0) + measure(rule, held, currency)
            if measure(rule, units, currency) > left:
                if left <= 0 or not divisible:
                    codes.append("limit")
                fitting = min(fitting, max(left, 0))
    budget = revision.programme.budget
    if budget is not None:
        period = period_key(at, budget.per, world.settings.zone)
        use = world.uses.get(_key(revision, "", "budget", None, period))
        left = budget.amount - (use.measure if use else 0) + worth(rule, held, currency)
        if worth(rule, fitting, currency) > left:
            part = down(units_to_points(max(left, 0), currency)) if rule.give == "points" else max(left, 0)
            if part <= 0 or not divisible:
                codes.append("budget")
            fitting = min(fitting, part)
    return (0, tuple(dict.fromkeys(codes))) if codes else (fitting, ())


def recharge(
    world: World, *, revision: Revision, rule: Rule, holder: Contact, friend: Contact | None, at: datetime, before: int,
    after: int,
) -> None:  # fmt: skip
    """Move the limits' and the budget's use from ``before`` held units to ``after``, in the period of ``at``."""
    currency = revision.programme.currency
    count = int(after > 0) - int(before > 0)
    for key_per in {(limit.per, limit.in_) for limit in rule.limits}:
        per, period = key_per
        subject = _subject(per, holder=holder, friend=friend)
        key = _key(revision, rule.id, per, subject, period_key(at, period, world.settings.zone))
        change = measure(rule, after, currency) - measure(rule, before, currency)
        _charge(world, key, count, change)
    budget = revision.programme.budget
    if budget is not None:
        key = _key(revision, "", "budget", None, period_key(at, budget.per, world.settings.zone))
        _charge(world, key, count, worth(rule, after, currency) - worth(rule, before, currency))


def _charge(world: World, key: UseKey, count: int, change: int) -> None:
    use = world.uses.setdefault(key, Use())
    use.count += count
    use.measure += change
    world.touched_uses.add(key)


def _subject(per: str, *, holder: Contact, friend: Contact | None) -> Contact | None:
    if per == "holder":
        return holder.root()
    return friend.root() if per == "friend" and friend is not None else None


def _key(revision: Revision, rule: str, per: str, subject: Contact | None, period: str) -> UseKey:
    return (revision.programme.id, rule, per, subject, period)


def grant(
    world: World, event: Event, *, revision: Revision, rule: Rule, holder: Contact, units: int, at: datetime,
    hold_from: datetime, nth: int | None, cut: bool, referral: Referral | None, ticket: Ticket | None,
) -> tuple[Grant, int]:  # fmt: skip
    """Make the reward: its lot and its charges; return it and the units that settle a debt at once (rulings 27, 30)."""
    gift = GIFTS[rule.give]
    currency = revision.programme.currency
    hold = rule.hold or (world.settings.points_hold if rule.give == "points" else NO_HOLD)
    available_at = hold_until(hold_from, hold, world.settings.zone)
    expires_at = deadline(available_at, rule.expires, world.settings.zone) if rule.expires else None
    review = referral is not None and referral.household
    lot_asset = RIGHT if gift.instrument == "right" else POINTS if rule.give == "points" else currency
    lot_units = 1 if gift.instrument == "right" else units
    lot = Lot(
        contact=holder, instrument=gift.instrument, asset=lot_asset, units=lot_units, left=lot_units,
        available_at=None if review else available_at, expires_at=expires_at, sequence=world.next_sequence(),
    )  # fmt: skip
    made = Grant(
        revision=revision, rule=rule, holder=holder, kind=rule.give, asset=gift.asset(rule, currency), units=units,
        worth=worth(rule, units, currency), at=at, event=event.id, event_source=event.source, event_time=event.time,
        available_at=available_at, expires_at=expires_at, nth=nth, cut=cut, review=review, lot=lot, referral=referral,
        ticket=ticket, stage=rule.stage or "",
    )  # fmt: skip
    before = held_by(made.subject, revision, rule, holder)
    holder.lots.append(lot)
    made.subject.grants.append(made)
    friend = referral.friend if referral is not None else None
    recharge(world, revision=revision, rule=rule, holder=holder, friend=friend, at=at, before=before,
             after=before + units)  # fmt: skip
    repaid = 0
    if lot_asset != RIGHT and gift.divisible(rule):
        repaid = min(holder.owed.get(lot_asset, 0), lot_units)
        if repaid:
            holder.owed[lot_asset] -= repaid
            lot.left -= repaid
            world.touch(holder)
    world.touch(made, made.subject)
    return made, repaid


def take_back(world: World, event: Event, made: Grant, units: int, *, trace: Trace) -> Reversed | NotGranted:
    """Take back up to ``units`` of a grant by its programme's shortfall policy (rulings 27, 48)."""
    lot = made.lot
    policy = made.revision.programme.shortfall
    if lot.asset == RIGHT and units < made.held:
        return _lower(world, made, units, trace=trace)
    lot_units = lot.units if lot.asset == RIGHT else units
    takes: tuple[tuple[Lot, int], ...] = ()
    owed = missing = 0
    if lot.expires_at is not None and lot.expires_at <= event.time:
        note = "expired before; nothing to reverse"
    elif policy == "only_pending":
        note = "only what is still pending goes back"
        if lot.available_at is None or lot.available_at > event.time:
            takes = lots.take([lot], lot_units)
    else:
        note = ""
        takes = lots.take([lot], lot_units)
        missing = lot_units - sum(n for _, n in takes)
        if missing and lot.asset != RIGHT:
            takes += lots.take(lots.others_to_take_back_from(lot, at=event.time), missing)
            missing = lot_units - sum(n for _, n in takes)
            if policy == "owe" and missing:
                owed, missing = missing, 0
                root = lot.contact.root()
                root.owed[lot.asset] = root.owed.get(lot.asset, 0) + owed
                world.touch(root)
    back = sum(n for _, n in takes) + owed
    if lot.asset == RIGHT:
        back = units if back else 0
    if not back:
        return _kept(made, trace, note or "already spent; written off")
    _note_back(world, made, back)
    world.touch(*(lot for lot, _ in takes))
    trace = _with(trace, outcome="reversed", units=back, note=note)
    return Reversed(trace=trace, grant=made, units=back, takes=takes, owed=owed, written_off=missing)


def _lower(world: World, made: Grant, units: int, *, trace: Trace) -> Reversed | NotGranted:
    """Lower what a code is good for: the right stays one unit while anything is held (rulings 31)."""
    if made.lot.left == 0:
        return _kept(made, trace, "already used")
    _note_back(world, made, units)
    trace = _with(trace, outcome="reversed", units=units, note="the code is good for less")
    return Reversed(trace=trace, grant=made, units=units, takes=(), owed=0, written_off=0)


def _note_back(world: World, made: Grant, back: int) -> None:
    """Note that so much of a grant came back; limits and budget get its room in the period it came from."""
    before = held_by(made.subject, made.revision, made.rule, made.holder.root())
    made.reversed += back
    friend = made.referral.friend if made.referral is not None else None
    recharge(world, revision=made.revision, rule=made.rule, holder=made.holder, friend=friend, at=made.at,
             before=before, after=before - back)  # fmt: skip
    world.touch(made, made.subject)


def _kept(made: Grant, trace: Trace, note: str) -> NotGranted:
    trace = _with(trace, outcome="kept", units=0, note=note)
    return NotGranted(trace=trace, referral=made.referral, ticket=made.ticket)


def _with(trace: Trace, **changes: object) -> Trace:
    return msgspec.structs.replace(trace, **changes)


def trace_of(made: Grant, *, codes: tuple[str, ...] = ()) -> Trace:
    """Return the trace of a grant's terms, for its reversal (rulings 39)."""
    return Trace(
        outcome="reversed", programme=made.revision.programme.id, revision=made.revision.number, rule=made.rule.id,
        when=made.rule.when, to=made.rule.to, holder=made.holder.root().external_name(), codes=codes, nth=made.nth,
        kind=made.kind, asset=made.asset, at=made.at, available_at=made.available_at, expires_at=made.expires_at,
        cut=made.cut, review=made.review,
    )  # fmt: skip
