"""Decisions turned into postings: the only place where a decision becomes a movement of value."""

from __future__ import annotations

from typing import assert_never

from goodword.engine.decisions import (
    Attributed,
    AttributionRefused,
    Granted,
    Ignored,
    JobCancelled,
    JobResumed,
    Merged,
    NotGranted,
    Problem,
    ReferralRemoved,
    Restored,
    Reversed,
    Spent,
    StageLost,
    StageReached,
    Tendered,
    VoucherRestored,
    VoucherSpent,
    VoucherUnbooked,
)
from goodword.engine.granting import grants_of
from goodword.engine.records import Contact, Grant, Lot
from goodword.flow.settled import Settled
from goodword.flow.slice import Slice
from goodword.ledger import recipes
from goodword.ledger.chart import Kind
from goodword.ledger.lots import Opened, Portion, Terms
from goodword.ledger.recipes import Cause, NewLot, Posting


class Movements:
    """Collects the postings of a batch in order; remembers which entry opens which of the engine's lots."""

    def __init__(self, found: Slice) -> None:
        self.found = found
        self.postings: list[Posting] = []
        self.opened: dict[str, list[Lot]] = {}
        self._fresh: dict[int, Opened] = {}

    def add(self, settled: Settled) -> None:
        """Add what one event's decisions move."""
        for place, decision in enumerate(settled.decisions):
            match decision:
                case Granted():
                    self._grant(settled, decision)
                case Reversed():
                    self._take_back(settled, decision, place)
                case Spent():
                    self._bring_back_lapsed(settled, decision.takes)
                    cause = self._cause(settled, f"spend:{settled.row.pk}:{place}", decision.instrument)
                    asset = decision.takes[0][0].asset
                    self._post(recipes.spend(cause=cause, portions=self._portions(decision.takes), asset=asset))
                case Restored():
                    self._restore(settled, decision, place)
                case (
                    NotGranted() | Attributed() | AttributionRefused() | ReferralRemoved() | StageReached()
                    | StageLost() | Merged() | Problem() | Ignored()
                ):  # fmt: skip
                    pass
                case (
                    Tendered() | JobCancelled() | JobResumed() | VoucherSpent() | VoucherRestored() | VoucherUnbooked()
                ):  # flow/vouchers/tendering.py moves what vouchers hold
                    pass
                case _:
                    assert_never(decision)

    def _post(self, posting: Posting, lots: list[Lot] | None = None) -> None:
        self.postings.append(posting)
        self.opened[posting.cause.key] = lots or []
        for index, lot in enumerate(lots or []):
            self._fresh[id(lot)] = Opened(index, posting.cause.key)

    def _cause(self, settled: Settled, key: str, note: str) -> Cause:
        return Cause(key=key[:200], occurred_at=settled.event.time, event_id=settled.row.pk, note=note[:200])

    def _lot(self, lot: Lot) -> int | Opened:
        return lot.pk if lot.pk is not None else self._fresh[id(lot)]

    def _portions(self, takes: tuple[tuple[Lot, int], ...]) -> list[Portion]:
        return [Portion(self._lot(lot), units) for lot, units in takes]

    def wallet(self, contact: Contact) -> int:
        """Return the wallet that new value of a contact goes to."""
        pk = contact.pk
        assert pk is not None
        return self.found.wallets[pk][0]

    def _grant(self, settled: Settled, decision: Granted) -> None:
        made = decision.grant
        lot = made.lot
        wallet = self.wallet(made.holder.root())
        self.found.lot_wallets[id(lot)] = wallet
        new = NewLot(
            wallet=wallet, kind=Kind(lot.instrument), asset=lot.asset, terms=Terms(lot.available_at, lot.expires_at),
            grant_key=made.public_id,
        )  # fmt: skip
        own, elsewhere = self._debts_settled(made.holder, wallet, lot.asset, decision.repaid)
        cause = self._cause(settled, _grant_key(made), made.rule.id)
        posting = recipes.grant(cause=cause, lot=new, units=lot.units, owed=own, elsewhere=elsewhere)
        self._post(posting, [lot])

    def _debts_settled(
        self, holder: Contact, wallet: int, asset: str, repaid: int
    ) -> tuple[int, list[tuple[int, int]]]:
        """Spread what settles debts over the wallets that owe; a merge may have brought several."""
        own = 0
        elsewhere: list[tuple[int, int]] = []
        wallets = [w for record in holder.root().records() for w in self.found.wallets.get(record.pk or 0, [])]
        for each in dict.fromkeys([wallet, *wallets]):
            part = min(repaid, self.found.debts.get((each, asset), 0))
            if part:
                self.found.debts[each, asset] -= part
                repaid -= part
                own, elsewhere = (part, elsewhere) if each == wallet else (own, [*elsewhere, (each, part)])
        return own, elsewhere

    def _take_back(self, settled: Settled, decision: Reversed, place: int) -> None:
        made = decision.grant
        if not decision.takes and not decision.owed:
            return  # a code that is good for less: its right stays, and is worth nothing in the books until used
        self._bring_back_lapsed(settled, decision.takes)
        wallet = self.wallet(made.holder.root())
        if decision.owed:
            key = (wallet, made.lot.asset)
            self.found.debts[key] = self.found.debts.get(key, 0) + decision.owed
        cause = self._cause(settled, f"back:{settled.row.pk}:{place}:{made.public_id}", made.rule.id)
        portions = self._portions(decision.takes)
        asset, owed = made.lot.asset, decision.owed
        self._post(recipes.take_back(cause=cause, portions=portions, asset=asset, owed=owed, wallet=wallet))

    def _restore(self, settled: Settled, decision: Restored, place: int) -> None:
        cause = self._cause(settled, f"restore:{settled.row.pk}:{place}", decision.lot.instrument)
        lot, heir = decision.lot, decision.heir
        if heir is None:
            portions = self._portions(((lot, decision.units),))
            self._post(recipes.restore(cause=cause, portions=portions, asset=lot.asset))
            return
        wallet = self.found.lot_wallets[id(lot)]
        self.found.lot_wallets[id(heir)] = wallet
        parent = self._lot(lot)
        terms = Terms(heir.available_at, heir.expires_at)
        new = NewLot(
            wallet=wallet, kind=Kind(heir.instrument), asset=heir.asset, terms=terms,
            parent=parent if isinstance(parent, Opened) else recipes.Lot(parent),
        )  # fmt: skip
        self._post(recipes.restore_to_heir(cause=cause, heir=new, units=decision.units), [heir])

    def _bring_back_lapsed(self, settled: Settled, takes: tuple[tuple[Lot, int], ...]) -> None:
        """A late event dated before expiry reverses the lapse; the clock lets the rest lapse again (rulings 32)."""
        for lot, _ in takes:
            units = self.found.lapsed.pop(lot.pk, 0) if lot.pk is not None else 0
            if units and lot.pk is not None:
                cause = self._cause(settled, f"unlapse:{settled.row.pk}:{lot.pk}", "late event before expiry")
                self._post(recipes.unlapse(cause=cause, portions=[Portion(lot.pk, units)], asset=lot.asset))


def _grant_key(made: Grant) -> str:
    """Return the once-only key of a grant: its rule, its subject and which grant of that rule it is there."""
    same = grants_of(made.subject, made.revision, made.rule)
    return f"grant:{made.subject.public_id}:{same.index(made)}:{made.rule.id}@{made.revision.programme.id}"


def postings_of(found: Slice, settled: list[Settled]) -> tuple[list[Posting], dict[str, list[Lot]]]:
    """Return a batch's postings in order, and by entry key the engine's lots that it opens."""
    movements = Movements(found)
    for each in settled:
        movements.add(each)
    return movements.postings, movements.opened
