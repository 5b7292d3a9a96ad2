"""Laws that hold whatever is posted, in whatever order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goodword.errors import Refused
from goodword.ledger import checking, posting, reading, recipes, statements, trial
from goodword.ledger.chart import Kind
from goodword.ledger.lots import OpenLot, Portion, Terms, choose
from goodword.ledger.posting import PostedEntry
from goodword.ledger.recipes import NewLot, Posting
from tests.ledger.cast import DAY, NOON, Cast, accounts, cause, counts, give, left, trial_of
from tests.ledger.planning import plan_take_back

pytestmark = pytest.mark.django_db
FIXTURES = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]

UNITS = st.integers(1, 10**6)
KINDS = st.sampled_from([
    (Kind.CREDIT, "GBP"), (Kind.POINTS, "points"), (Kind.SOLD_VOUCHER, "GBP"), (Kind.CASH, "EUR"),
    (Kind.PROMO_VOUCHER, "GBP"), (Kind.GIFT_CARD, "GBP"),
])  # fmt: skip
DATES = st.none() | st.integers(-3, 40).map(lambda days: NOON + days * DAY)


@dataclass(frozen=True)
class Step:
    """One thing that may happen; ``pick`` chooses among what there is then."""

    what: str
    units: int
    kind: tuple[Kind, str]
    available: datetime | None
    expires: datetime | None
    pick: int
    hours: int


STEPS = st.builds(
    Step,
    what=st.sampled_from(
        [
            "grant",
            "grant",
            "bring",
            "unbring",
            "spend",
            "spend",
            "lapse",
            "take_back",
            "owe",
            "repaying",
            "heir",
            "deliver",
            "reverse",
        ]
    ),
    units=UNITS,
    kind=KINDS,
    available=st.just(NOON) | st.just(NOON) | DATES,
    expires=st.none() | st.just(NOON + 90 * DAY) | DATES,
    pick=st.integers(0, 20),
    hours=st.integers(0, 24 * 60),
)


class _UndoIt(Exception):
    pass


@contextmanager
def example() -> Iterator[None]:
    """Give every Hypothesis example the same empty books."""
    try:
        with transaction.atomic():
            yield
            raise _UndoIt
    except _UndoIt:
        pass


@dataclass
class World:
    """Runs steps against the real books, and keeps its own simple account of what should be there."""

    cast: Cast
    entries: list[PostedEntry] = field(default_factory=list)
    lots: list[int] = field(default_factory=list)
    expected: dict[tuple[Kind, str], int] = field(default_factory=lambda: defaultdict(int))
    reversed: set[int] = field(default_factory=set)

    def run(self, step: Step, number: int) -> None:
        why = cause(f"{step.what}:{number}", NOON + timedelta(hours=step.hours))
        before = counts(), accounts(self.cast.book)
        try:
            with transaction.atomic():
                posted = self._post(step, why)
        except Refused:
            assert (counts(), accounts(self.cast.book)) == before
            return
        if posted is not None:
            self.entries.append(posted)
            self.lots += posted.lots

    def _post(self, step: Step, why: recipes.Cause) -> PostedEntry | None:
        if step.what == "reverse":
            if not self.entries:
                return None
            entry = self.entries[step.pick % len(self.entries)]
            posted = posting.reverse(book=self.cast.book, entry=entry.id, cause=why, now=NOON)
            (line,) = trial.entries(book=self.cast.book, keys=[why.key])
            for move in line.movements:
                self.expected[move.debit_kind, move.asset] -= move.units
                self.expected[move.credit_kind, move.asset] += move.units
            return posted
        made = self._make(step, why)
        if made is None:
            return None
        (posted,) = posting.post(book=self.cast.book, postings=[made], now=NOON)
        for leg in made.legs:
            self.expected[self._kind(made, leg.debit), leg.asset] -= leg.units
            self.expected[self._kind(made, leg.credit), leg.asset] += leg.units
        return posted

    def _kind(self, made: Posting, name: recipes.Account) -> Kind:
        match name:
            case Kind():
                return name
            case recipes.Owed():
                return Kind.OWED
            case recipes.Opened(index):
                return made.lots[index].kind
            case recipes.Lot(id):
                return reading.lots(book=self.cast.book, ids=[id])[0].kind

    def _make(self, step: Step, why: recipes.Cause) -> Posting | None:
        kind, asset = step.kind
        wallet = self.cast.ann if step.pick % 2 else self.cast.bob
        new = NewLot(wallet, kind, asset, Terms(step.available, step.expires), f"grant {step.pick}")
        if step.what == "grant":
            make = recipes.sale if kind is Kind.SOLD_VOUCHER else recipes.grant
            return make(cause=why, lot=new, units=step.units)
        if step.what == "bring":
            return recipes.bring(cause=why, lot=new, units=step.units)
        if step.what == "owe":
            return recipes.owe(cause=why, wallet=wallet, units=step.units, asset=asset)
        if step.what == "repaying":
            debts = reading.balances(book=self.cast.book, wallets=[wallet], currency="GBP", now=NOON).owed
            owed = min(step.units, debts.get(asset, 0) + (1 if step.pick % 5 == 0 else 0))
            return None if kind is Kind.SOLD_VOUCHER else recipes.grant(cause=why, lot=new, units=step.units, owed=owed)
        held = reading.lots(book=self.cast.book, wallets=[self.cast.ann, self.cast.bob])
        return self._out(step, why, held[step.pick % len(held)], held) if held else None

    def _out(self, step: Step, why: recipes.Cause, lot: OpenLot, held: list[OpenLot]) -> Posting | None:
        asset = lot.asset
        if step.what == "spend":
            open_lots = [each for each in held if each.asset == asset and each.wallet == lot.wallet]
            redeemable = sum(each.units for each in open_lots if each.state(why.occurred_at) == "redeemable")
            # Mostly what can be spent; now and then more, which must be refused whole.
            units = min(step.units, redeemable) if step.pick % 5 else step.units
            if units == 0:
                return None
            portions = choose(lots=open_lots, units=units, at=why.occurred_at)
            return recipes.spend(cause=why, portions=portions, asset=asset)
        if step.what == "take_back":
            others = [each for each in held if each.asset == asset and each.wallet == lot.wallet]
            plan = plan_take_back(own=[lot], others=others, units=step.units, shortfall="owe", at=why.occurred_at)
            assert sum(portion.units for portion in plan.portions) + plan.owed == step.units
            return recipes.take_back(cause=why, portions=plan.portions, asset=asset, owed=plan.owed, wallet=lot.wallet)
        # The whole of the lot, or a little more than there is: the database says which can be.
        units = lot.units + (1 if step.pick % 5 == 0 else 0)
        if units == 0:
            return None
        if step.what == "heir":
            heir = NewLot(lot.wallet, lot.kind, asset, Terms(step.available, step.expires), lot.grant_key)
            return recipes.move_to_heir(cause=why, lot=lot.id, units=units, heir=heir)
        make = {"lapse": recipes.lapse, "unbring": recipes.unbring}.get(step.what, recipes.deliver)
        return make(cause=why, portions=[Portion(lot.id, units)], asset=asset)


@settings(suppress_health_check=FIXTURES)
@given(steps=st.lists(STEPS, max_size=14))
def test_whatever_happens_the_books_prove_right_and_hold_what_was_moved(cast: Cast, steps: list[Step]) -> None:
    with example():
        world = World(cast)
        for number, step in enumerate(steps):
            world.run(step, number)
        assert checking.faults() == []
        assert trial_of(cast.book) == {key: units for key, units in world.expected.items() if units}
        assert trial_of(cast.other_book) == {}
        per_asset: dict[str, int] = defaultdict(int)
        for line in trial.trial_balance(book=cast.book):
            per_asset[line.asset] += line.balance
        assert set(per_asset.values()) <= {0}
        assert min(left(cast.book, world.lots), default=0) >= 0
        _the_past_agrees_with_the_present(cast)


def _the_past_agrees_with_the_present(cast: Cast) -> None:
    """See that sums over transfers tell what running totals tell, at the end of all time."""
    end = NOON + 1000 * DAY
    wallets = [cast.ann, cast.bob]
    now = reading.balances_of_each(book=cast.book, wallets=wallets, currency="GBP", now=end)
    past = reading.balances_of_each(book=cast.book, wallets=wallets, currency="GBP", now=NOON, at=end, known_at=end)
    assert now == past
    assert trial.liability(book=cast.book, now=end) == trial.liability(book=cast.book, now=NOON, at=end)
    closing = statements.statement(book=cast.book, wallets=wallets, end=end).closing
    held = {line: units for line, units in trial_of(cast.book).items() if line[0] in recipes.LOTS}
    assert {line: units for line, units in closing.items() if units and line[0] is not Kind.OWED} == held


@settings(suppress_health_check=FIXTURES)
@given(steps=st.lists(STEPS, max_size=8), last=STEPS)
def test_reversing_what_was_just_posted_restores_every_balance(cast: Cast, steps: list[Step], last: Step) -> None:
    with example():
        world = World(cast)
        for number, step in enumerate(steps):
            world.run(step, number)
        before, done = accounts(cast.book), len(world.entries)
        world.run(last, 99)
        if len(world.entries) == done or last.what == "reverse":
            return
        entry, at = world.entries[-1], NOON + timedelta(hours=last.hours)
        was_heir = any(lot.parent for lot in reading.lots(book=cast.book, wallets=[cast.ann, cast.bob]))
        kinds = trial_of(cast.book, at=None)
        posting.reverse(book=cast.book, entry=entry.id, cause=cause("undo", at), now=NOON)
        after = accounts(cast.book)
        if not was_heir and last.what in {"grant", "owe", "repaying", "heir", "lapse", "spend"}:
            assert after == before
        assert sum(after.values()) == sum(before.values()) == 0
        assert _by_kind(cast, after) == _by_kind(cast, before)
        assert kinds != {} or before == {}


def _by_kind(cast: Cast, balances: dict[int, int]) -> dict[tuple[str, str, int | None], int]:
    """Add accounts up by kind, asset and wallet: a value may come back to an heir, but to no other holder."""
    from goodword.ledger.models import Account

    sums: dict[tuple[str, str, int | None], int] = defaultdict(int)
    for account in Account.objects.filter(id__in=balances):
        sums[account.kind, account.asset, account.wallet_id] += balances[account.id]
    return {key: units for key, units in sums.items() if units}


@settings(suppress_health_check=FIXTURES)
@given(data=st.data())
def test_any_interleaving_of_the_same_keys_gives_the_same_books(cast: Cast, data: st.DataObject) -> None:
    """Three grants and three spends, each tried twice, in any order in which each can be, each key at most once."""
    with example():
        lots = [give(cast, f"lot{i}", 100) for i in range(3)]
        tries: list[Callable[[], Posting]] = []
        for i, lot in enumerate(lots):
            new = NewLot(cast.bob, Kind.CREDIT, "GBP", Terms(NOON, None))
            tries.append(lambda i=i, new=new: recipes.grant(cause=cause(f"g{i}"), lot=new, units=10 + i))
            tries.append(
                lambda i=i, lot=lot: recipes.spend(cause=cause(f"s{i}"), portions=[Portion(lot, 30 + i)], asset="GBP")
            )
        refused = []
        for make in data.draw(st.permutations(tries * 2)):
            try:
                with transaction.atomic():
                    posting.post(book=cast.book, postings=[make()], now=NOON)
            except Refused as refusal:
                refused.append(refusal.code)
        assert refused == ["already_posted"] * 6
        assert left(cast.book, lots) == [70, 69, 68]
        assert trial_of(cast.book) == {
            (Kind.CREDIT, "GBP"): 240, (Kind.REDEEMED, "GBP"): 93, (Kind.EXPENSE, "GBP"): -333,
        }  # fmt: skip
        assert sorted(entry.key for entry in trial.entries(book=cast.book)) == [
            "g0", "g1", "g2", "lot0", "lot1", "lot2", "s0", "s1", "s2",
        ]  # fmt: skip


@settings(suppress_health_check=FIXTURES)
@given(steps=st.lists(STEPS, min_size=1, max_size=12))
def test_posting_in_bulk_gives_the_same_books_as_one_by_one(cast: Cast, steps: list[Step]) -> None:
    grants = [step for step in steps if step.kind[0] is not Kind.SOLD_VOUCHER]
    made = [
        recipes.grant(
            cause=cause(f"g{i}", NOON + timedelta(hours=step.hours)),
            lot=NewLot(cast.ann, *step.kind, Terms(step.available, step.expires), f"k{i}"),
            units=step.units,
        )
        for i, step in enumerate(grants)
    ]
    seen = []
    for size in (1, len(made) or 1):
        with example():
            for start in range(0, len(made), size):
                posting.post(book=cast.book, postings=made[start : start + size], now=NOON)
            lots = reading.lots(book=cast.book, wallets=[cast.ann])
            seen.append([(lot.kind, lot.asset, lot.units, lot.terms, lot.grant_key) for lot in lots])
            assert checking.faults() == []
    assert seen[0] == seen[1]
    assert len(seen[0]) == len(made)
