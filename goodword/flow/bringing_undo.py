"""Undo an import by counter-events (rulings 37), each dated one microsecond after what it undoes.

So balances *as at* any date are as if it had never been, and *as known at* keep the truth. What others have changed
since is left as it is and listed. Three steps, each taken up where it was left: the events, their settling, the people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Max, QuerySet

from goodword.errors import Refused
from goodword.flow import bulk
from goodword.flow.bringing_batch import ACTOR
from goodword.flow.bringing_judge import AGAIN, CONTACT_DETAILS, UNDONE
from goodword.flow.bringing_orphans import orphans
from goodword.flow.importing import record_held, settle_history
from goodword.flow.revisions import parsed
from goodword.flow.settle import hold
from goodword.flow.submit import submit
from goodword.flow.withdrawing import bare_events
from goodword.inbox.models import Decision, Event, Import, ImportFault, State
from goodword.people.models import Identity
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward
from goodword.work.models import Job, Ticket

CHUNK = 500
MOMENT = timedelta(microseconds=1)
HOLD = timedelta(days=1)
PREVIEWED = 20_000  # events that a preview looks at one by one
EVENTS, SETTLING, PEOPLE = 0, 1, 2
SPENT = "already spent; written off"  # what a trace says where nothing could go back (engine/granting.py)
UNDOING = "undo"  # the actor behind counter-events


class Left(NamedTuple):
    """What an undoing leaves as it is, and why."""

    code: str
    value: str
    facts: dict[str, Any]


@dataclass(slots=True)
class Plan:
    """What is to be done about some events of an import, before anything is done."""

    counters: list[dict[str, Any]] = field(default_factory=list)
    referrals: list[tuple[Referral, datetime]] = field(default_factory=list)
    balances: list[Event] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


class Preview(NamedTuple):
    """What undoing an import would do.

    Args:
        receipts, jobs, referrals, balances: how many would be taken back.
        customers: at most so many would be withdrawn: those of whom nothing else speaks.
        left: how many would stay, by why.
        exact: False for an import too large to look through: the numbers are those of its events then.
    """

    receipts: int
    jobs: int
    referrals: int
    balances: int
    customers: int
    left: dict[str, int]
    exact: bool


def events_of(import_: Import) -> QuerySet[Event]:
    """Return the events an import brought."""
    return Event.objects.filter(business_id=import_.business_id, batch=import_.number)


def undo_preview(import_: Import) -> Preview:
    """Return what undoing would do; nothing is written."""
    types = dict(events_of(import_).order_by().values_list("type").annotate(n=Count("pk")))
    customers = types.get("contact.saved", 0) if import_.kind == "customers" else 0
    if sum(types.values()) > PREVIEWED:
        receipts = types.get("ticket.closed", 0) + types.get("ticket.adjusted", 0)
        balances = types.get("balance.brought", 0)
        return Preview(receipts, types.get("job.saved", 0), 0, balances, customers, {}, exact=False)
    whole, left = Plan(), dict[str, int]()
    for chunk in _chunks(import_, after=0):
        plan = plan_of(import_, chunk)
        whole.counters += plan.counters
        whole.referrals += plan.referrals
        whole.balances += plan.balances
        for each in plan.left:
            left[each.code] = left.get(each.code, 0) + 1
    receipts = sum(raw["type"] == "ticket.voided" for raw in whole.counters)
    return Preview(
        receipts, len(whole.counters) - receipts, len(whole.referrals), len(whole.balances), customers, left,
        exact=True,
    )  # fmt: skip


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
        for chunk in _chunks(import_, after=import_.undone_to):
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
        for chunk in _chunks(import_, after=import_.undone_to):
            with transaction.atomic():
                hold(import_.business)
                beat()
                _list(import_, _written_off(import_, chunk))
                _withdraw(import_, chunk, now=clock())
                _move(import_, chunk[-1].pk, done=0)
            told()


def plan_of(import_: Import, chunk: Sequence[Event]) -> Plan:
    """Return what undoing these events takes, in a bounded number of statements."""
    plan = Plan()
    settled = [each for each in chunk if each.state == State.SETTLED]
    _tickets(import_, [each for each in settled if each.type.startswith("ticket.")], plan)
    _jobs(import_, [each for each in settled if each.type == "job.saved"], plan)
    _referrals([each for each in settled if each.type == "contact.saved"], plan)
    _kept(settled, plan)
    _only_changed(import_, [each for each in settled if each.type == "contact.saved"], plan)
    plan.balances += [each for each in settled if each.type == "balance.brought"]
    for each in settled:
        if each.type == "appointment.booked":  # no event takes one back; alone it earns nobody anything
            plan.left.append(Left("appointment_stays", str(each.data["appointment"]["external_id"]), {}))
    return plan


def counter_id(external_id: str) -> str:
    """Return the id of the event that undoes one: ``import-3:x`` is undone by ``undo-3:x``."""
    return f"{UNDONE}{external_id.removeprefix('import-')}"


def _tickets(import_: Import, events: Sequence[Event], plan: Plan) -> None:
    names = {str(each.data["ticket"]["external_id"]) for each in events}
    rows = Ticket.objects.filter(business_id=import_.business_id, source=import_.source, external_id__in=names)
    tickets = {row.external_id: row for row in rows}
    for each in events:
        row = tickets.get(str(each.data["ticket"]["external_id"]))
        if row is None or row.content is None or row.content["kind"] == "voided":
            continue
        if each.type == "ticket.closed" and row.closing_event != each.external_id:
            continue  # another event had closed it before: this one changed nothing
        if row.content["order"][2:] != [each.source, each.external_id]:
            plan.left.append(Left("changed_since", row.external_id, {}))
        elif each.type == "ticket.adjusted" and not each.external_id.startswith(f"import-{import_.number}:{AGAIN}"):
            plan.left.append(Left("was_updated", row.external_id, {}))
        else:
            plan.counters.append(_counter(each, "ticket.voided", {"ticket": {"external_id": row.external_id}}))


def _jobs(import_: Import, events: Sequence[Event], plan: Plan) -> None:
    names = {str(each.data["job"]["external_id"]) for each in events}
    rows = Job.objects.filter(business_id=import_.business_id, source=import_.source, external_id__in=names)
    jobs = {row.external_id: row for row in rows}
    own = f"import-{import_.number}:"
    for each in events:
        row = jobs.get(str(each.data["job"]["external_id"]))
        mine = [told for told in row.reports if told[3].startswith(own)] if row is not None else []
        if row is None or not mine or mine[-1][3] != each.external_id:
            continue  # a job's last report of ours stands for all of them
        gone = {_number_of(told[3].removeprefix(UNDONE)) for told in row.reports if told[3].startswith(UNDONE)}
        others = [told for told in row.reports if told not in mine and _speaks(told[3], gone)]
        if others:
            code = "changed_since" if row.reports.index(others[-1]) > row.reports.index(mine[0]) else "was_updated"
            plan.left.append(Left(code, str(row.external_id), {}))
            continue
        data = {"job": {"external_id": row.external_id, "status": "cancelled"}}
        plan.counters.append(_counter(each, "job.saved", data))


def _referrals(events: Sequence[Event], plan: Plan) -> None:
    """Remove what these events attributed, dated behind the last thing that hung on it."""
    times = {each.pk: each.time for each in events}
    made = Decision.objects.filter(event__in=list(times), kind="attributed").exclude(referral=None)
    attributed = dict(made.values_list("referral", "event_id"))
    live = Referral.objects.filter(pk__in=list(attributed), removed_at=None)
    last = dict(
        Reward.objects.filter(referral__in=live).order_by().values_list("referral").annotate(at=Max("event__time"))
    )
    for row in live.order_by("pk"):
        at = times[attributed[row.pk]]
        plan.referrals.append((row, max(at, last.get(row.pk, at)) + MOMENT))


def _kept(events: Sequence[Event], plan: Plan) -> None:
    """List what was earned by rules with ``on_cancel: keep``: it outlives a voided receipt and a cancelled job."""
    works = {each.pk: each for each in events if each.type.startswith("ticket.") or each.type == "job.saved"}
    stays = {each.value for each in plan.left}
    removed = [row.pk for row, _ in plan.referrals]
    rewards = Reward.objects.filter(event__in=list(works)).exclude(referral__in=removed)
    for reward in rewards.exclude(status__in=["reversed", "declined"]).select_related("revision").order_by("pk"):
        ((_, inner),) = works[reward.event_id].data.items()
        rule = next((rule for rule in parsed(reward.revision.document).rules if rule.id == reward.rule), None)
        if rule is not None and rule.on_cancel == "keep" and str(inner["external_id"]) not in stays:
            facts = {"reward": reward.public_id, "rule": reward.rule, "asset": reward.asset, "units": reward.units}
            plan.left.append(Left("kept_by_rule", str(inner["external_id"]), facts))


def _only_changed(import_: Import, events: Sequence[Event], plan: Plan) -> None:
    """List the customers that were there before: what this import told of them stays."""
    told = [each.data["contact"] for each in events]
    names = {str(inner["external_id"]) for inner in told if any(name in inner for name in CONTACT_DETAILS)}
    known = Identity.objects.filter(business_id=import_.business_id, source=import_.source, external_id__in=names)
    older = known.filter(contact__created_at__lt=import_.started_at).order_by("pk")
    plan.left += [Left("was_updated", name, {}) for name in older.values_list("external_id", flat=True)]


def _counter(event: Event, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    at = (event.time + MOMENT).isoformat()
    return {"id": counter_id(event.external_id), "source": event.source, "type": kind, "time": at, "data": data}


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
    counters = {counter_id(each.external_id): each for each in chunk if each.type != "balance.brought"}
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


def _chunks(import_: Import, *, after: int) -> Iterable[list[Event]]:
    while chunk := list(events_of(import_).filter(pk__gt=after).order_by("pk")[:CHUNK]):
        yield chunk
        after = chunk[-1].pk


def _move(import_: Import, to: int, *, done: int) -> None:
    import_.undone_to = to
    import_.done_rows += done
    import_.save(update_fields=["undone_to", "done_rows"])


def _next(import_: Import, step: int) -> None:
    import_.undo_step, import_.undone_to = step, 0
    import_.save(update_fields=["undo_step", "undone_to"])


def _speaks(external_id: str, gone: set[int]) -> bool:
    """Say whether a job's report is of somebody else: no undoing, and of no import that was undone there."""
    if external_id.startswith(UNDONE):
        return False
    return not external_id.startswith("import-") or _number_of(external_id.removeprefix("import-")) not in gone


def _number_of(rest: str) -> int:
    """Return the number of the import in what follows ``import-`` or ``undo-`` in an event's id; 0 when none does."""
    number = rest.partition(":")[0]
    return int(number) if number.isascii() and number.isdigit() else 0
