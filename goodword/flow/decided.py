"""What was decided and what everybody holds, in words that mean the same in another database (rulings 4).

No number of a row is told: contacts, referrals and rewards go by their public ids, a lot by whose it is and which of
theirs. So the same lines in two databases mean the same decisions and the same books.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from goodword.business.models import Business
from goodword.engine.durations import midnight
from goodword.flow.export_books import holders
from goodword.inbox.models import Decision, Event
from goodword.ledger import listing
from goodword.ledger.chart import Kind
from goodword.ledger.opening import book_of
from goodword.ledger.trial import trial_balance
from goodword.people.models import Contact, WalletOwner
from goodword.referrals.models import Referral
from goodword.rewards.models import Reward

CHUNK = 500
Told = dict[str, Any]


def decisions(business: Business, events: Sequence[str]) -> dict[str, list[Told]]:
    """Return what was decided for each of these events, by their public ids, in the order in which it was decided."""
    ids = dict(Event.objects.filter(business=business, public_id__in=events).values_list("pk", "public_id"))
    rows = list(Decision.objects.filter(event__in=ids).order_by("pk"))
    known = _Known(business, rows)
    told: dict[str, list[Told]] = {event: [] for event in events}
    for row in rows:
        told[ids[row.event_id]].append({
            "kind": row.kind, "programme": row.programme, "revision": row.revision, "rule": row.rule,
            "contact": known.contacts.get(row.contact), "referral": known.referrals.get(row.referral),
            "reward": known.rewards.get(row.reward), "codes": row.codes, "trace": known.trace(row.trace),
        })  # fmt: skip
    return told


class _Known:
    """The names of what some decisions speak of."""

    def __init__(self, business: Business, rows: Sequence[Decision]) -> None:
        self.contacts = _public(Contact, {row.contact for row in rows})
        self.referrals = _public(Referral, {row.referral for row in rows})
        self.rewards = _public(Reward, {row.reward for row in rows})
        self._events = _public(Event, {row.trace.get("of") for row in rows})
        lots = {lot for row in rows for lot in _lots_in(row.trace)}
        self._lots = lot_names(business, sorted(lots))

    def trace(self, trace: Told) -> Told:
        """Return a trace without numbers of rows."""
        told = dict(trace)
        if "takes" in told:
            told["takes"] = [[self._lots.get(lot, "?"), units] for lot, units in told["takes"]]
        for name in ("lot", "heir"):
            if isinstance(told.get(name), int):
                told[name] = self._lots.get(told[name], "?")
        if isinstance(told.get("of"), int):
            told["of"] = self._events.get(told["of"])
        return told


def _lots_in(trace: Told) -> Iterator[int]:
    yield from (lot for lot, _ in trace.get("takes", ()))
    yield from (trace[name] for name in ("lot", "heir") if isinstance(trace.get(name), int))


def _public(model: Any, pks: set[int | None]) -> dict[int | None, str]:
    return dict(model.objects.filter(pk__in=[pk for pk in pks if pk is not None]).values_list("pk", "public_id"))


def lot_names(business: Business, lots: Sequence[int]) -> dict[int, str]:
    """Return for each lot whose wallet it came into first, and which lot of that wallet it is: ``con_… 3``."""
    places = listing.places(book=book_of(business=business.pk), lots=lots)
    wallets = {wallet for wallet, _ in places.values()}
    rows = WalletOwner.objects.filter(business=business, wallet__in=wallets).order_by("-pk")
    owners = dict(rows.values_list("wallet", "contact__public_id"))  # the first owner is written over the later ones
    return {lot: f"{owners.get(wallet)} {place}" for lot, (wallet, place) in places.items()}


def balances(business: Business, *, at: datetime) -> dict[str, dict[str, int]]:
    """Return what stood in the books at an instant: of each kind of account in all, and of each customer.

    What is owed counts against a holder. Memory grows with the number of customers.
    """
    told: dict[str, dict[str, int]] = {}
    for line in trial_balance(book=book_of(business=business.pk), at=at):
        told[f"all {_name(line.kind, line.asset)}"] = {"in all": line.balance}
    held: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row, balance in holders(business, now=at, at=at):
        mine = held[row.contact.public_id]
        for (kind, asset), each in balance.held.items():
            mine[f"{_name(kind, asset)} pending"] += each.pending
            mine[f"{_name(kind, asset)} usable"] += each.redeemable
        for asset, units in balance.owed.items():
            mine[f"owed {asset}"] += units
    for name, mine in held.items():
        if some := {key: units for key, units in sorted(mine.items()) if units}:
            told[name] = some
    return told


def _name(kind: Kind, asset: str) -> str:
    return kind.value if kind.value == asset else f"{kind.value} {asset}"


def month_ends(business: Business, *, now: datetime) -> list[datetime]:
    """Return the last instant of every month that the books know, in the business's zone, and ``now``."""
    first = listing.first_booked(book=book_of(business=business.pk))
    if first is None:
        return [now]
    zone, ends = ZoneInfo(business.timezone), list[datetime]()
    local = first.astimezone(zone)
    year, month = local.year, local.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        end = midnight(date(year, month, 1), zone) - timedelta(microseconds=1)
        if end >= now:
            return [*ends, now]
        ends.append(end)
