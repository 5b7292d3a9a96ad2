"""What undoing an import takes, told before anything is done: counter-events (rulings 37), each dated one microsecond
after what it undoes, referrals to remove, balances to take back, and what stays because others have changed it since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Max, QuerySet

from goodword.flow.bringing_judge import AGAIN, CONTACT_DETAILS, UNDONE
from goodword.flow.revisions import parsed
from goodword.inbox.models import Decision, Event, Import, State
from goodword.people.models import Identity
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward
from goodword.vouchers.models import State as VoucherState
from goodword.vouchers.models import Voucher
from goodword.work.models import Job, Ticket

CHUNK = 500
MOMENT = timedelta(microseconds=1)
PREVIEWED = 20_000  # events that a preview looks at one by one


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
    vouchers: list[tuple[Voucher, Event]] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


class Preview(NamedTuple):
    """What undoing an import would do.

    Args:
        receipts, jobs, referrals, balances, vouchers: how many would be taken back.
        customers: at most so many would be withdrawn: those of whom nothing else speaks.
        left: how many would stay, by why.
        exact: False for an import too large to look through: the numbers are those of its events then.
    """

    receipts: int
    jobs: int
    referrals: int
    balances: int
    vouchers: int
    customers: int
    left: dict[str, int]
    exact: bool


def events_of(import_: Import) -> QuerySet[Event]:
    """Return the events an import brought."""
    return Event.objects.filter(business_id=import_.business_id, batch=import_.number)


def chunks_of(import_: Import, *, after: int) -> Iterable[list[Event]]:
    """Yield the events an import brought, in order, those behind the key ``after``."""
    while chunk := list(events_of(import_).filter(pk__gt=after).order_by("pk")[:CHUNK]):
        yield chunk
        after = chunk[-1].pk


def undo_preview(import_: Import) -> Preview:
    """Return what undoing would do; nothing is written."""
    types = dict(events_of(import_).order_by().values_list("type").annotate(n=Count("pk")))
    customers = types.get("contact.saved", 0) if import_.kind == "customers" else 0
    if sum(types.values()) > PREVIEWED:
        receipts = types.get("ticket.closed", 0) + types.get("ticket.adjusted", 0)
        balances = types.get("balance.brought", 0)
        vouchers = types.get("voucher.brought", 0)
        return Preview(receipts, types.get("job.saved", 0), 0, balances, vouchers, customers, {}, exact=False)
    whole, left = Plan(), dict[str, int]()
    for chunk in chunks_of(import_, after=0):
        plan = plan_of(import_, chunk)
        whole.counters += plan.counters
        whole.referrals += plan.referrals
        whole.balances += plan.balances
        whole.vouchers += plan.vouchers
        for each in plan.left:
            left[each.code] = left.get(each.code, 0) + 1
    receipts = sum(raw["type"] == "ticket.voided" for raw in whole.counters)
    return Preview(
        receipts, len(whole.counters) - receipts, len(whole.referrals), len(whole.balances), len(whole.vouchers),
        customers, left, exact=True,
    )  # fmt: skip


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
    _vouchers([each for each in settled if each.type == "voucher.brought"], plan)
    _changed_vouchers([each for each in settled if each.type in ("voucher.assigned", "voucher.extended")], plan)
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


def _vouchers(events: Sequence[Event], plan: Plan) -> None:
    """Take each voucher as it is now, the new card of a replaced one; one that staff cancelled since stays so."""
    if not events:
        return
    rows = Voucher.objects.filter(sale__event__in=[each.pk for each in events]).select_related("sale").order_by("pk")
    now_is: dict[int, Voucher] = {}
    for row in rows:
        if row.sale is not None and (row.sale.event_id not in now_is or row.state != VoucherState.VOID):
            now_is[row.sale.event_id] = row
    for each in events:
        card = now_is.get(each.pk)
        if card is not None and card.state == VoucherState.VOID:
            plan.left.append(Left("changed_since", card.serial, {}))
        elif card is not None:
            plan.vouchers.append((card, each))


def _changed_vouchers(events: Sequence[Event], plan: Plan) -> None:
    """List the vouchers that were there before: what this import changed of them stays."""
    if events:
        names = {str(each.data["voucher"]) for each in events}
        rows = Voucher.objects.filter(public_id__in=names).order_by("pk")
        plan.left += [Left("was_updated", serial, {}) for serial in rows.values_list("serial", flat=True)]


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


def _speaks(external_id: str, gone: set[int]) -> bool:
    """Say whether a job's report is of somebody else: no undoing, and of no import that was undone there."""
    if external_id.startswith(UNDONE):
        return False
    return not external_id.startswith("import-") or _number_of(external_id.removeprefix("import-")) not in gone


def _number_of(rest: str) -> int:
    """Return the number of the import in what follows ``import-`` or ``undo-`` in an event's id; 0 when none does."""
    number = rest.partition(":")[0]
    return int(number) if number.isascii() and number.isdigit() else 0
