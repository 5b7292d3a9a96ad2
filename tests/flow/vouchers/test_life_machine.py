"""The whole life of vouchers as a state machine: whatever is ordered in whatever order, an independent tally agrees.

The tally knows nothing of lots, heirs or entries: only what a person with a pencil would write down. Refusals are told
by it as well, and after each that nothing moved.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from goodword.business.models import Business
from goodword.engine.durations import local_date
from goodword.errors import Refused
from goodword.flow.clock import lapse
from goodword.flow.vouchers.terms import policy_at
from goodword.vouchers import law
from goodword.vouchers.models import Redemption, Voucher
from tests.flow.story import NOW, british
from tests.flow.vouchers.cast import GIFT, TILL, balance, books_hold, made_by, order, redeem, standing, trial

DAY = timedelta(days=1)
PICK = st.integers(0, 3)
FEW = 4  # cards: so that each has a long life
AMOUNT = st.sampled_from([1, 100, 2500, 5000])


@dataclass
class Used:
    """A redemption as the tally knows it."""

    row: Redemption
    units: int
    at: datetime
    life: timedelta | None  # what the voucher had left then
    back: bool = False


@dataclass
class Card:
    """A voucher as a person with a pencil knows it; ``next`` is the card that replaced it."""

    row: Voucher
    kind: str
    state: str
    left: int = 0
    expires: datetime | None = None
    frozen: bool = False
    lapsed: int = 0
    used: list[Used] = field(default_factory=list)
    next: Card | None = None

    def newest(self) -> Card:
        return self.next.newest() if self.next else self


class Life(RuleBasedStateMachine):
    """Orders of every kind, in any order, as time goes by."""

    business: Business

    @initialize(value=AMOUNT, kind=st.sampled_from(["sold", "promotional"]))
    def open(self, value: int, kind: str) -> None:
        self.now = NOW
        self.cards: list[Card] = []
        self.money = 0
        self.given = 0
        self.spent = 0
        self.lapsed = 0
        self.late = {"sold": 0, "promotional": 0}
        self.issue(value, kind, 40)

    def pick(self, number: int) -> Card:
        return self.cards[number % len(self.cards)]

    def told(self, what: str, **data: Any) -> Any:
        return order(self.business, what, now=self.now, **data)

    def refused(self, code: str | set[str], what: str, **data: Any) -> None:
        before = standing(self.business)
        with pytest.raises(Refused) as told:
            self.told(what, **data)
        assert told.value.code in ({code} if isinstance(code, str) else code)
        assert standing(self.business) == before

    # --- issuing

    @precondition(lambda self: len(self.cards) < FEW)
    @rule(value=AMOUNT, kind=st.sampled_from(["sold", "promotional"]), days=st.sampled_from([None, 0, 40, "never"]))
    def issue(self, value: int, kind: str, days: Any) -> None:
        payment = TILL if kind == "sold" else GIFT
        day = self.day(days) if isinstance(days, int) else days
        (row,) = made_by(self.told("issued", kind=kind, value=value, payment=payment, expires_on=day))
        self.cards.append(Card(row, kind, "active", value, self.end_of(kind, day)))
        self.take(kind, value)

    @precondition(lambda self: len(self.cards) < FEW)
    @rule(kind=st.sampled_from(["sold", "promotional"]))
    def stock(self, kind: str) -> None:
        (row,) = made_by(self.told("stocked", kind=kind, count=1))
        self.cards.append(Card(row, kind, "stock"))

    @precondition(lambda self: self.cards)
    @rule(number=PICK, value=AMOUNT)
    def activate(self, number: int, value: int) -> None:
        card = self.pick(number)
        data = {"serials": [card.row.serial], "value": value, "payment": TILL if card.kind == "sold" else GIFT}
        if card.state == "void":
            self.refused("voucher_void", "activated", **data)
        elif card.state != "stock":
            self.refused("already_active", "activated", **data)
        elif card.frozen:
            self.refused("voucher_frozen", "activated", **data)
        else:
            self.told("activated", **data)
            card.state, card.left, card.expires = "active", value, self.end_of(card.kind, None)
            self.take(card.kind, value)

    # --- using

    def barred(self, card: Card) -> str | None:
        if card.state in ("void", "stock"):
            return {"void": "voucher_void", "stock": "voucher_not_active"}[card.state]
        if card.frozen:
            return "voucher_frozen"
        if card.state == "expired" or self.over(card):
            return "voucher_expired"
        return None

    @precondition(lambda self: self.cards)
    @rule(number=PICK, amount=AMOUNT)
    def redeem(self, number: int, amount: int) -> None:
        card = self.pick(number)
        data = {"voucher": card.row.public_id, "amount": amount}
        if code := self.barred(card):
            self.refused(code, "redeemed", **data)
        elif amount > card.left:
            self.refused("insufficient_balance", "redeemed", **data)
        else:
            row = redeem(self.business, card.row, amount, now=self.now)
            life = None if card.expires is None else card.expires - self.now
            card.used.append(Used(row, amount, self.now, life))
            card.left -= amount
            card.state = "active" if card.left else "redeemed"
            self.spent += amount

    @precondition(lambda self: any(card.used for card in self.cards))
    @rule(number=PICK, which=PICK)
    def restore(self, number: int, which: int) -> None:
        cards = [card for card in self.cards if card.used]
        card = cards[number % len(cards)]
        used = card.used[which % len(card.used)]
        newest = card.newest()
        data = {"voucher": card.row.public_id, "redemption": used.row.public_id}
        if used.back:
            self.refused("already_restored", "restored", **data)
        elif newest.state == "void":
            self.refused("voucher_void", "restored", **data)
        else:
            self.told("restored", **data)
            used.back = True
            if self.over(newest):  # what was past its day stays past it; the clock lets it go
                self.late[newest.kind] += newest.left
                newest.left = newest.lapsed = 0
            newest.left += used.units
            newest.state = "active"
            self.spent -= used.units
            self.lives_at_least(newest, used)

    # --- changing

    @precondition(lambda self: self.cards)
    @rule(number=PICK, days=st.sampled_from([-5, 20, 400, 3000]))
    def extend(self, number: int, days: int) -> None:
        card = self.pick(number)
        day = self.day(days)
        data = {"voucher": card.row.public_id, "expires_on": day, "reason": "x"}
        until = self.end_of_day(day)
        if card.state in ("void", "stock"):
            self.refused({"voucher_void", "voucher_not_active"}, "extended", **data)
        elif card.left + card.lapsed == 0:
            self.refused("nothing_left", "extended", **data)
        elif card.expires is None or until <= card.expires or until <= self.now:
            self.refused("not_an_extension", "extended", **data)
        else:
            self.told("extended", **data)
            self.lapsed -= card.lapsed
            card.left, card.lapsed = card.left + card.lapsed, 0
            card.expires, card.state = until, "active"

    @precondition(lambda self: len(self.cards) >= FEW)
    @rule(number=PICK, refund=st.booleans())
    def void(self, number: int, refund: bool) -> None:
        card = self.pick(number)
        paid = TILL if refund and card.kind == "sold" and card.state != "stock" else None
        data = {"voucher": card.row.public_id, "reason": "x", "refund": paid}
        codes = {"void": "voucher_void", "expired": "voucher_expired", "redeemed": "nothing_left"}
        if card.state in codes:
            self.refused(codes[card.state], "voided", **data)
            return
        self.told("voided", **data)
        if card.kind == "promotional":
            self.given -= card.left
        elif paid:
            self.money -= card.left
        else:
            self.lapsed += card.left
        card.state, card.left = "void", 0

    @precondition(lambda self: self.cards)
    @rule(number=PICK)
    def replace(self, number: int) -> None:
        card = self.pick(number)
        data = {"voucher": card.row.public_id}
        frozen, card.frozen = card.frozen, card.frozen and card.state not in ("active", "redeemed")
        code = self.barred(card)
        if card.state == "redeemed" and frozen and code is None:
            code = "voucher_frozen"
        card.frozen = frozen
        if code:
            self.refused({code, "voucher_frozen"}, "replaced", **data)
        elif card.left == 0:
            self.refused("nothing_left", "replaced", **data)
        else:
            self.told("replaced", **data)
            card.next = Card(card.row.replaced_by, card.kind, "active", card.left, card.expires)
            self.cards.append(card.next)
            card.state, card.left = "void", 0

    @precondition(lambda self: len(self.cards) >= FEW)
    @rule(number=PICK, on=st.sampled_from([False, False, True]))
    def freeze(self, number: int, on: bool) -> None:
        card = self.pick(number)
        if not on:
            self.told("unfrozen", voucher=card.row.public_id)
            card.frozen = False
        elif card.state == "void":
            self.refused("voucher_void", "frozen", voucher=card.row.public_id, reason="x")
        else:
            self.told("frozen", voucher=card.row.public_id, reason="x")
            card.frozen = True

    # --- time

    @rule(days=st.sampled_from([1, 39, 200, 400]))
    def time_goes_by(self, days: int) -> None:
        self.now += days * DAY

    @rule()
    def the_clock_works(self) -> None:
        lapse(business=self.business, now=self.now)
        for card in self.cards:
            if card.state in ("active", "booked") and card.left and self.over(card):
                self.let_go(card)
                card.state = "expired"
        self.lapsed += sum(self.late.values())
        self.late = {"sold": 0, "promotional": 0}

    # --- what is always true

    @invariant()
    def the_tally_agrees(self) -> None:
        if not hasattr(self, "cards"):
            return
        for card in self.cards:
            assert (balance(card.row), card.row.state) == (card.left, card.state), card.row.serial
            if card.state in ("active", "booked"):
                assert card.row.expires_at == card.expires
        wanted = {
            "sold_voucher": sum(c.left for c in self.cards if c.kind == "sold") + self.late["sold"],
            "promo_voucher": sum(c.left for c in self.cards if c.kind == "promotional") + self.late["promotional"],
            "settlement": -self.money, "expense": -self.given, "redeemed": self.spent, "lapsed": self.lapsed,
        }  # fmt: skip
        assert trial(self.business) == {kind: units for kind, units in wanted.items() if units}

    def teardown(self) -> None:
        if hasattr(self, "cards"):
            books_hold(self.business)

    # --- words

    def take(self, kind: str, value: int) -> None:
        if kind == "sold":
            self.money += value
        else:
            self.given += value

    def let_go(self, card: Card) -> None:
        card.lapsed += card.left
        self.lapsed += card.left
        card.left = 0

    def over(self, card: Card) -> bool:
        return card.expires is not None and card.expires <= self.now

    def day(self, days: int) -> str:
        return (local_date(self.now, self.zone) + days * DAY).isoformat()

    def end_of_day(self, day: str) -> datetime:
        return law.expires_at(date.fromisoformat(day), self.zone)

    def end_of(self, kind: str, day: Any) -> datetime | None:
        if day == "never":
            return None
        on = local_date(self.now, self.zone)
        policy = policy_at(business=self.business, location=None, kind=kind, on=on)
        last = law.default_last_day(policy, on) if day is None else date.fromisoformat(day)
        return None if last is None else law.expires_at(last, self.zone)

    def lives_at_least(self, card: Card, used: Used) -> None:
        """A redemption given back has at least the time it had left (domain.md); the tally takes over what is told."""
        card.row.refresh_from_db()
        if used.life is None or card.row.expires_at is None:
            assert card.row.expires_at is None or used.life is not None or card.expires is not None
        elif self.over(card) or used.at + used.life <= self.now:
            assert card.row.expires_at >= self.now + used.life
            assert card.expires is None or card.row.expires_at >= card.expires
        else:
            assert card.row.expires_at == card.expires
        card.expires = card.row.expires_at


@pytest.mark.django_db(transaction=True)
def test_whatever_is_ordered_the_tally_agrees() -> None:
    from zoneinfo import ZoneInfo

    business = british()

    class Rolled(Life):
        """Each run in a transaction of its own that is rolled back."""

        def __init__(self) -> None:
            super().__init__()
            self.business, self.zone = business, ZoneInfo(business.timezone)
            self.block = transaction.atomic()
            self.block.__enter__()

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                connection.set_rollback(True)
                self.block.__exit__(None, None, None)

    told = settings(
        settings.get_profile(settings._current_profile), stateful_step_count=30,  # type: ignore[attr-defined]
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    run_state_machine_as_test(Rolled, settings=told)
