"""A customer's statement: what was booked in a period, by instrument, with the balances before and after (R72)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from goodword.business.models import Business
from goodword.inbox.models import Event
from goodword.ledger.chart import Kind
from goodword.ledger.opening import book_of
from goodword.ledger.statements import StatementLine, statement
from goodword.people.models import Contact
from goodword.reports.customers import wallets_of
from goodword.rewards.models import Reward


@dataclass(frozen=True, slots=True)
class Line:
    """One entry's change of one instrument, with what it was for: a reward, or a receipt's number."""

    booked: StatementLine
    reward: Reward | None
    receipt: str


@dataclass(frozen=True, slots=True)
class Part:
    """One instrument: ``closing`` = ``opening`` + all changes, to the unit."""

    kind: Kind
    asset: str
    opening: int
    lines: list[Line]
    closing: int


def statement_of(*, business: Business, contact: Contact, start: datetime | None, end: datetime | None) -> list[Part]:
    """Return the parts of a statement in the order of the chart. Five statements."""
    wallets = wallets_of(contact)
    if not wallets:
        return []
    told = statement(book=book_of(business=business.pk), wallets=wallets, start=start, end=end)
    events = {line.event_id for line in told.lines if line.event_id}
    rewards = _rewards(contact, {line.cause for line in told.lines})
    receipts = _receipts(events)
    place = {kind: number for number, kind in enumerate(Kind)}
    keys = sorted({*told.opening, *told.closing}, key=lambda key: (place[key[0]], key[1]))
    return [
        Part(
            kind, asset, told.opening.get((kind, asset), 0),
            [
                Line(line, _for(rewards, line), receipts.get(line.event_id or 0, ""))
                for line in told.lines
                if (line.kind, line.asset) == (kind, asset)
            ],
            told.closing.get((kind, asset), 0),
        )
        for kind, asset in keys
    ]  # fmt: skip


def _rewards(contact: Contact, rules: set[str]) -> list[Reward]:
    rows = Reward.objects.filter(holder=contact, rule__in=rules).select_related("referral__friend")
    return list(rows.order_by("-pk"))


def _for(rewards: list[Reward], line: StatementLine) -> Reward | None:
    """Return the reward an entry is about: of its event, else the rule's only one."""
    same = [reward for reward in rewards if reward.rule == line.cause]
    exact = [reward for reward in same if reward.event_id == line.event_id]
    return exact[0] if exact else same[0] if len(same) == 1 else None


def _receipts(events: set[int]) -> dict[int, str]:
    """Return the number of the receipt that each event tells of."""
    rows = Event.objects.filter(pk__in=events, type__startswith="ticket.").values_list("pk", "data")
    return {pk: str((data.get("ticket") or {}).get("external_id") or "") for pk, data in rows}
