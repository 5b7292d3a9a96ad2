"""Undo an import by counter-events (rulings 37), as :mod:`goodword.flow.bringing_undo_plan` has it.

So balances *as at* any date are as if it had never been, and *as known at* keep the truth. What others have changed
since is left as it is and listed. Three steps, each taken up where it was left: the events, their settling, the people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from goodword.errors import Refused
from goodword.flow import bulk
from goodword.flow.bringing_batch import ACTOR, ORDERED
from goodword.flow.bringing_judge import UNDONE
from goodword.flow.bringing_orphans import orphans
from goodword.flow.bringing_undo_plan import MOMENT, Left, Plan, chunks_of, counter_id, events_of, plan_of
from goodword.flow.importing import record_held, settle_history
from goodword.flow.settle import hold
from goodword.flow.submit import submit
from goodword.flow.withdrawing import bare_events
from goodword.inbox.models import Decision, Event, Import, ImportFault, State
from goodword.rewards.models import Reward
from goodword.vouchers.models import Voucher

HOLD = timedelta(days=1)
EVENTS, SETTLING, PEOPLE = 0, 1, 2
SPENT = "already spent; written off"  # what a trace says where nothing could go back (engine/granting.py)
UNDOING = "undo"  # the actor behind counter-events


def take_back(
    import_: Import, *, clock: Callable[[], datetime], beat: Callable[[], None], told: Callable[[], None]
) -> None:
    """Take back what an import brought, from where an earlier undoing was left.

    Args:
        beat: called in every transaction; what it raises rolls that one back.
        told: called between transactions.
    """

    def settled(_done: int, _of: int) -> None:
        beat()
        told()

    if import_.undo_step == EVENTS:
        if not import_.undone_to:
            _set_aside_what_waits(import_, beat, now=clock())
        for chunk in chunks_of(import_, after=import_.undone_to):
            now = clock()
            with transaction.atomic():
                hold(import_.business)  # before the import's row, as the orders about it do
                beat()
                _carry_out(import_, plan_of(import_, chunk), now=now)
                _move(import_, chunk[-1].pk, done=len(chunk))
            told()
        _next(import_, SETTLING)
    if import_.undo_step == SETTLING:
        _let_go(import_, now=clock())
        settle_history(business=import_.business, clock=clock, told=settled)
        _next(import_, PEOPLE)
    if import_.undo_step == PEOPLE:
        for chunk in chunks_of(import_, after=import_.undone_to):
            with transaction.atomic():
                hold(import_.business)
                beat()
                _list(import_, _written_off(import_, chunk))
                _withdraw(import_, chunk, now=clock())
                _move(import_, chunk[-1].pk, done=0)
            told()


def _carry_out(import_: Import, plan: Plan, *, now: datetime) -> None:
    reason = f"import {import_.number} undone"
    outcomes = record_held(
        business=import_.business, source=import_.source, raws=plan.counters, now=now, release=now + HOLD, actor=UNDOING
    )  # fmt: skip
    left = list(plan.left)
    for raw, outcome in zip(plan.counters, outcomes, strict=True):
        if outcome.problem is not None:
            left.append(Left(outcome.problem.code, raw["id"], {"detail": outcome.problem.detail}))
    for referral, at in plan.referrals:
        try:
            submit(
                business=import_.business, type="referral.removed", actor=ACTOR, now=now, at=min(at, now),
                key=f"{UNDONE}{import_.number}:referral:{referral.public_id}",
                data={"referral": referral.public_id, "reason": reason},
            )  # fmt: skip
        except Refused as refusal:
            left.append(Left(refusal.code, referral.public_id, {}))
    for brought in plan.balances:
        left += _balance_back(import_, brought, reason, now=now)
    for voucher, brought in plan.vouchers:
        left += _voucher_back(import_, voucher, brought, reason, now=now)
    _list(import_, left)


def _balance_back(import_: Import, brought: Event, reason: str, *, now: datetime) -> list[Left]:
    try:
        row = submit(
            business=import_.business, type="balance.taken_back", actor=ACTOR, now=now,
            at=brought.time + MOMENT, key=counter_id(brought.external_id),
            data={"balance": brought.public_id, "reason": reason, "import": import_.number},
        )  # fmt: skip
    except Refused as refusal:
        return [Left(refusal.code, brought.public_id, {})]
    trace = Decision.objects.get(event=row, kind="brought_back").trace
    if not trace["missing"]:
        return []
    facts = {key: trace[key] for key in ("asset", "units", "missing")}
    return [Left("spent", str(brought.data["contact"]), facts)]


def _voucher_back(import_: Import, voucher: Voucher, brought: Event, reason: str, *, now: datetime) -> list[Left]:
    try:
        row = submit(
            business=import_.business, type="voucher.taken_back", actor=ACTOR, now=now,
            at=brought.time + MOMENT, key=counter_id(brought.external_id),
            data={"voucher": voucher.public_id, "reason": reason, "import": import_.number},
        )  # fmt: skip
    except Refused as refusal:
        return [Left(refusal.code, voucher.serial, {})]
    missing = row.data["missing"]
    facts = {"asset": voucher.currency, "units": brought.data["balance"], "missing": missing}
    return [Left("voucher_used", voucher.serial, facts)] if missing else []


def _set_aside_what_waits(import_: Import, beat: Callable[[], None], *, now: datetime) -> None:
    """Turn down what was never settled: nobody is to settle it after the rest was undone."""
    with transaction.atomic():
        hold(import_.business)
        beat()
        waiting = events_of(import_).filter(state__in=[State.RECORDED, State.SET_ASIDE])
        waiting.update(state=State.REFUSED, code="import_undone", settled_at=now)
        import_.faults.filter(undoing=True).delete()


def _let_go(import_: Import, *, now: datetime) -> None:
    waiting = Event.objects.filter(
        business_id=import_.business_id, source=import_.source, actor=UNDOING, state=State.RECORDED, due_at__gt=now,
        attempts=0,
    )  # fmt: skip
    waiting.update(due_at=now)


def _written_off(import_: Import, chunk: Sequence[Event]) -> list[Left]:
    """Return what had been spent of the rewards that went back: the business bears it (rulings 27)."""
    counters = {counter_id(each.external_id): each for each in chunk if each.type not in ORDERED}
    told = Decision.objects.filter(
        event__business=import_.business_id, event__source=import_.source, event__external_id__in=list(counters),
        event__actor=UNDOING, kind__in=["reversed", "kept"],
    )  # fmt: skip
    held = {
        (reward.event_id, reward.rule): reward.units - reward.reversed_units
        for reward in Reward.objects.filter(event__in=[each.pk for each in chunk])
    }
    left = []
    for decision in told.select_related("event").order_by("pk"):
        trace, undone = decision.trace, counters[decision.event.external_id]
        lost = trace.get("written_off", 0)
        if trace.get("note") == SPENT:
            lost = held.get((undone.pk, decision.rule), 0)
        if lost:
            ((_, inner),) = undone.data.items()
            facts = {"rule": decision.rule, "asset": trace["asset"], "missing": lost}
            left.append(Left("written_off", str(inner["external_id"]), facts))
    return left


def _withdraw(import_: Import, chunk: Sequence[Event], *, now: datetime) -> None:
    gone, kept = orphans(import_, chunk)
    if gone:
        submit(
            business=import_.business, type="contacts.withdrawn", actor=ACTOR, now=now,
            key=f"{UNDONE}{import_.number}:contacts:{chunk[0].pk}",
            data={"import": import_.number, "contacts": [row.public_id for row in gone]},
        )  # fmt: skip
    bare_events(import_.business, chunk)
    known = set(
        import_.faults.filter(undoing=True, code="still_needed", value__in=list(kept.values())).values_list(
            "value", flat=True
        )
    )
    _list(import_, [Left("still_needed", name, {}) for name in kept.values() if name not in known])


def _list(import_: Import, left: Iterable[Left]) -> None:
    bulk.insert([
        ImportFault(
            business_id=import_.business_id, of_id=import_.pk, undoing=True, code=each.code, value=each.value[:500],
            facts=each.facts,
        )
        for each in left
    ])  # fmt: skip


def _move(import_: Import, to: int, *, done: int) -> None:
    import_.undone_to = to
    import_.done_rows += done
    import_.save(update_fields=["undone_to", "done_rows"])


def _next(import_: Import, step: int) -> None:
    import_.undo_step, import_.undone_to = step, 0
    import_.save(update_fields=["undo_step", "undone_to"])
