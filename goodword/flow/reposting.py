"""Re-posts the stored decisions on paper, in recorded order, and holds the books against it (rulings 4).

Each decision says what it moved and each order and act of the clock what it may move; an entry that nobody decided, a
decision without its entry and other units than were decided are faults.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import connection

from goodword.business.models import Business
from goodword.inbox.models import Decision, Event
from goodword.ledger.chart import Kind
from goodword.ledger.opening import book_of
from goodword.ledger.replaying import Moved, moved_by
from goodword.rewards.models import Reward

CHUNK = 1000
LIMIT = 100
MOVING = ("granted", "reversed", "spent", "restored", "brought", "brought_back")
# What an order moves by itself, without a decision of the rules: the recipes it may post. A new one is a line.
ORDERED: dict[str, frozenset[str]] = {
    "reward.status_changed": frozenset({"move_to_heir", "use_right", "deliver"}),
    "voucher.issued": frozenset({"sale", "grant"}),
    "voucher.activated": frozenset({"sale", "grant"}),
    "voucher.redeemed": frozenset({"spend"}),
    "voucher.restored": frozenset({"restore", "move_to_heir"}),
    "voucher.extended": frozenset({"move_to_heir", "honour"}),
    "voucher.voided": frozenset({"refund", "take_back", "forfeit"}),
    "voucher.replaced": frozenset({"move_to_heir"}),
    "voucher.cashed_out": frozenset({"refund"}),
    "voucher.brought": frozenset({"bring"}),
    "voucher.taken_back": frozenset({"unlapse", "unbring"}),
}

Legs = Counter[tuple[int | Kind, int | Kind]]  # from, to: a lot's number or the kind of an account; units


def faults(business: Business, *, told: Callable[[int], None] = lambda _done: None) -> list[str]:
    """Return what stands in the books and was not decided, or was decided and does not stand there.

    Memory stays bounded. At most ``LIMIT`` sentences.

    Args:
        told: hears how many events were looked at.
    """
    found = list(_strangers(business))
    done = 0
    for some in _chunks(business):
        found += _of(business, some)
        done += len(some)
        told(done)
        if len(found) > LIMIT:
            return [*found[:LIMIT], "… and more."]
    return found


def _chunks(business: Business) -> Iterator[list[Event]]:
    rows = Event.objects.filter(business=business).order_by("pk")
    last = 0
    while some := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield some
        last = some[-1].pk


def _strangers(business: Business) -> Iterator[str]:
    """Yield the entries that no event of the business caused: value never moves except through an event."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id FROM ledger_entry e LEFT JOIN inbox_event i ON i.id = e.event_id AND i.business_id = %s"
            " WHERE e.book_id = %s AND i.id IS NULL ORDER BY e.id LIMIT %s",
            [business.pk, book_of(business=business.pk), LIMIT],
        )
        for (entry,) in cursor.fetchall():
            yield f"Entry {entry} has no event: nothing says why value moved."


def _of(business: Business, events: Sequence[Event]) -> Iterator[str]:
    ids = [event.pk for event in events]
    moved = moved_by(book=book_of(business=business.pk), events=ids)
    decided: dict[int, list[Decision]] = defaultdict(list)
    for row in Decision.objects.filter(event__in=ids, kind__in=MOVING).order_by("pk"):
        decided[row.event_id].append(row)
    rewards = dict(
        Reward.objects.filter(pk__in=[row.reward for rows in decided.values() for row in rows if row.reward])
        .values_list("pk", "public_id")
    )  # fmt: skip
    for event in events:
        mine, rows = moved.get(event.pk, []), decided.get(event.pk, [])
        if mine or rows:
            yield from _compared(event, mine, rows, rewards)


def _compared(event: Event, moved: list[Moved], rows: Sequence[Decision], rewards: dict[int, str]) -> Iterator[str]:
    wanted = Legs()
    for row in rows:
        _expect(wanted, row, moved, rewards)
    if event.type == "value.lapsed":
        wanted[event.data["lot"], Kind.LAPSED] += event.data["units"]
    stands = Legs()
    for each in moved:
        if not _ordered(event, each) and not _brought_back_lapsed(each, wanted):
            stands[each.debit.name, each.credit.name] += each.units
    entries = ", ".join(str(entry) for entry in dict.fromkeys(each.entry for each in moved)) or "none"
    for key in dict.fromkeys([*wanted, *stands]):
        if wanted[key] != stands[key]:
            yield (
                f"Event {event.public_id} ({event.type} {event.source} {event.external_id}): decided were"
                f" {wanted[key]} units from {_named(key[0])} to {_named(key[1])}, in the books stand {stands[key]}"
                f" (entries {entries})."
            )


def _expect(wanted: Legs, row: Decision, moved: Sequence[Moved], rewards: dict[int, str]) -> None:
    """Add what a decision moves, as ``movements.py`` posts it."""
    trace: dict[str, Any] = row.trace
    match row.kind:
        case "granted":
            lot, right = _opened(moved, rewards.get(row.reward or 0, ""))
            wanted[Kind.EXPENSE, lot] += 1 if right else trace["units"]
            if trace.get("repaid"):
                wanted[lot, Kind.OWED] += trace["repaid"]
        case "reversed":
            for lot, units in trace.get("takes", ()):
                wanted[lot, Kind.EXPENSE] += units
            if trace.get("owed"):
                wanted[Kind.OWED, Kind.EXPENSE] += trace["owed"]
        case "spent":
            for lot, units in trace["takes"]:
                wanted[lot, Kind.REDEEMED] += units
        case "restored":
            wanted[Kind.REDEEMED, trace["heir"] or trace["lot"]] += trace["units"]
        case "brought":
            wanted[Kind.OPENING, trace["lot"]] += trace["units"]
        case "brought_back":
            # What is left of it may lie in heirs: the trace tells the sum.
            left = trace["taken"]
            for each in moved:
                if each.recipe == "unbring":
                    wanted[each.debit.name, Kind.OPENING] += min(each.units, left)
                    left -= min(each.units, left)
            if left:
                wanted[0, Kind.OPENING] += left


def _opened(moved: Sequence[Moved], reward: str) -> tuple[int | Kind, bool]:
    """Return the lot that was opened for a reward, 0 where none was, and whether it is a right."""
    for each in moved:
        if each.recipe == "grant" and reward and each.credit.grant == reward:
            return each.credit.name, each.credit.kind is Kind.RIGHT
    return 0, False


def _ordered(event: Event, moved: Moved) -> bool:
    """Say whether a person's order explains a movement: by its recipe and, where it names a reward, out of that one."""
    named = event.data.get("reward")
    return moved.recipe in ORDERED.get(event.type, ()) and (named is None or moved.debit.grant in (named, ""))


def _brought_back_lapsed(moved: Moved, wanted: Legs) -> bool:
    """Say whether value that had lapsed came back to be taken at once (rulings 32)."""
    return moved.recipe == "unlapse" and any(debit == moved.credit.name for debit, _ in wanted)


def _named(side: int | Kind) -> str:
    if isinstance(side, Kind):
        return side.value
    return f"lot {side}" if side else "a lot that is not there"
