"""Gift cards of a soak: one drawer that every client reaches into, so that many redeem the same card at once.

What must be left of each is simple arithmetic over the answers, as for the customers (``tally.py``).
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.soak.stories import Raw

DRAWER = 12  # cards that are in use at once: few, so that they are fought for
SPENT = {"redeemed", "void", "expired"}


@dataclass(eq=False)
class Card:
    """A card and those that took its place: what it was sold for and what the answers say went out and came back."""

    ids: list[str]
    value: int
    refundable: bool  # either is cancelled some day, or has redemptions taken back: both at once has no simple end
    taken: dict[str, int] = field(default_factory=dict)  # by redemption
    returned: dict[str, int] = field(default_factory=dict)
    cancelled: bool = False

    def left(self) -> int:
        """Return what must be on it."""
        return 0 if self.cancelled else self.value - sum(self.taken.values()) + sum(self.returned.values())


@dataclass
class Drawer:
    """The cards of all clients."""

    cards: list[Card] = field(default_factory=list)
    in_use: list[Card] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def some(self, chance: random.Random) -> Card | None:
        """Return a card that is in use; None: one more has to be sold."""
        with self.lock:
            return chance.choice(self.in_use) if len(self.in_use) >= DRAWER and chance.random() < 0.98 else None

    def sold(self, card: Card) -> None:
        """Put a card in."""
        with self.lock:
            self.cards.append(card)
            self.in_use.append(card)

    def done(self, card: Card) -> None:
        """Take a card out of use; somebody may still hold it."""
        with self.lock:
            if card in self.in_use:
                self.in_use.remove(card)


Order = Callable[[str, str, Raw, tuple[int, ...]], Raw]


class Cashier:
    """What one client does with the cards.

    Args:
        order: asks for something once, however often it has to: method, path, body, statuses that may come.
    """

    def __init__(self, drawer: Drawer, chance: random.Random, order: Order) -> None:
        self._drawer, self._chance, self._order = drawer, chance, order
        self._mine: list[tuple[Card, str, str, int]] = []  # redemptions that may be taken back: card, its id, …

    def work(self) -> None:
        """Sell, redeem, take back, hold, replace or cancel one card."""
        card = self._drawer.some(self._chance)
        if card is None:
            self._sell()
            return
        ways: tuple[Callable[[Card], None], ...] = (
            self._redeem,
            self._take_back,
            self._hold,
            self._replace,
            self._cancel,
        )
        self._chance.choices(ways, weights=[80, 10, 3, 2, 2])[0](card)

    def _count(self, what: str, told: Raw) -> bool:
        good: bool = told["http"] < 300
        with self._drawer.lock:
            self._drawer.counts[f"cards: {what}" if good else f"cards: {what}, refused: {told['code']}"] += 1
        return good

    def _sell(self) -> None:
        value = self._chance.randrange(2_000, 40_000)
        told = self._order("POST", "/vouchers", {"kind": "sold", "value": value, "payment": {"method": "till"}}, (201,))
        if self._count("sold", told):
            self._drawer.sold(Card([told["id"]], value, refundable=self._chance.random() < 0.5))

    def _redeem(self, card: Card) -> None:
        asked, units = card.ids[-1], self._chance.randrange(1, 3_000)
        body = {"amount": {"amount": units, "currency": "USD"}}
        told = self._order("POST", f"/vouchers/{asked}/redeem", body, (200, 409, 422))
        if not self._count("redeemed", told):
            if told["code"] != "insufficient_balance":
                self._look(card)
            return
        with self._drawer.lock:
            card.taken[told["redemption"]] = units
        if not card.refundable:
            self._mine.append((card, asked, told["redemption"], units))
        if told["state"] in SPENT:
            self._drawer.done(card)

    def _look(self, card: Card) -> None:
        if card.cancelled:
            self._drawer.done(card)

    def _take_back(self, _card: Card) -> None:
        if not self._mine:
            return
        card, asked, redemption, units = self._mine.pop(self._chance.randrange(len(self._mine)))
        told = self._order("POST", f"/vouchers/{asked}/restore", {"redemption": redemption}, (200, 409, 422))
        if self._count("taken back", told):
            with self._drawer.lock:
                card.returned[redemption] = units

    def _hold(self, card: Card) -> None:
        asked = card.ids[-1]
        told = self._order("POST", f"/vouchers/{asked}/freeze", {"reason": "a question"}, (200, 409, 422))
        if self._count("held", told):
            self._count("let go", self._order("POST", f"/vouchers/{asked}/unfreeze", {}, (200, 409, 422)))

    def _replace(self, card: Card) -> None:
        told = self._order("POST", f"/vouchers/{card.ids[-1]}/replace", {"reason": "lost"}, (200, 201, 409, 422))
        if self._count("replaced", told):
            with self._drawer.lock:
                card.ids.append(told["id"])

    def _cancel(self, card: Card) -> None:
        if not card.refundable:
            return
        body = {"reason": "given back", "refund": {"method": "till"}}
        if self._count("cancelled", self._order("POST", f"/vouchers/{card.ids[-1]}/void", body, (200, 409, 422))):
            with self._drawer.lock:
                card.cancelled = True
            self._drawer.done(card)


def faults(drawer: Drawer, reader: httpx.Client) -> list[str]:
    """Read every card and hold it against the answers: to the unit, and every redemption once."""
    found = []
    for card in drawer.cards:
        shown = [reader.get(f"/vouchers/{each}").json() for each in card.ids]
        left = sum(each["balance"]["amount"] for each in shown)
        if left != card.left():
            found.append(f"card {card.ids} holds {left}, the answers say {card.left()} of {card.value}")
        rows: list[Any] = []
        for each in card.ids:
            cursor: str | None = ""
            while cursor is not None:
                page = reader.get(f"/vouchers/{each}/redemptions", params={"cursor": cursor} if cursor else {}).json()
                rows += page["data"]
                cursor = page.get("next")
        told = Counter({row["id"]: row["amount"]["amount"] for row in rows})
        if told != Counter(card.taken) or len(rows) != len(card.taken):
            found.append(f"card {card.ids} was redeemed {dict(told)}, the answers say {card.taken}")
    return found
