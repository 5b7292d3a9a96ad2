"""Every movement of value, one function each: debit → credit as rulings 30 names them. Pure.

A recipe returns a :class:`Posting`; ``posting.post`` writes it. Each leg has two accounts and one asset, so no recipe
can be out of balance. Units are smallest units of the asset, above zero; anything else is a mistake of the program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from goodword.errors import Invalid
from goodword.ledger.chart import LOTS, Kind, fits
from goodword.ledger.lots import Opened, Portion, Terms
from goodword.money import MAX_UNITS, RIGHT

MAX_TEXT = 200  # keys and notes


@dataclass(frozen=True, slots=True)
class Cause:
    """Why value moves: the key that the cause determines, the event, when it happened, and a word for people."""

    key: str
    occurred_at: datetime
    event_id: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        _fits_in(self.key)
        _fits_in(self.note)
        if not self.key:
            raise ValueError("a cause determines a key")


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot that stands in the books."""

    id: int


@dataclass(frozen=True, slots=True)
class Owed:
    """What the owner of a wallet owes the business."""

    wallet: int


Account = Lot | Opened | Owed | Kind
"""An account as a recipe names it; a bare :class:`Kind` is the book's house account of that kind."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One transfer to be made."""

    debit: Account
    credit: Account
    units: int
    asset: str


@dataclass(frozen=True, slots=True)
class NewLot:
    """A lot to be opened; ``parent`` is the lot it is an heir of, ``grant_key`` the reward it was given for."""

    wallet: int
    kind: Kind
    asset: str
    terms: Terms
    grant_key: str = ""
    parent: Lot | Opened | None = None

    def __post_init__(self) -> None:
        if self.kind not in LOTS or not fits(self.kind, self.asset):
            raise ValueError(f"a lot cannot be {self.kind} of {self.asset}")
        _fits_in(self.grant_key)


@dataclass(frozen=True, slots=True)
class Posting:
    """One entry to be made: its cause, its recipe's name, its transfers and the lots it opens."""

    cause: Cause
    recipe: str
    legs: tuple[Leg, ...]
    lots: tuple[NewLot, ...] = ()
    reverses: int | None = None

    def __post_init__(self) -> None:
        if not self.legs:
            raise ValueError("an entry has at least one transfer")
        for leg in self.legs:
            _whole(leg.units)
            if leg.debit == leg.credit:
                raise ValueError("a transfer has two accounts")


def grant(
    *, cause: Cause, lot: NewLot, units: int, owed: int = 0, elsewhere: Sequence[tuple[int, int]] = ()
) -> Posting:
    """Give earned value: ``expense → lot``; to a debtor also ``lot → owed``.

    Args:
        lot: the lot to open; never a sold voucher.
        units: what was earned.
        owed: the part of it that settles what the holder owes first (rulings 27, 30); from 0 to ``units``.
        elsewhere: likewise, ``(wallet, units)`` of debts in other wallets that a merge brought the holder.
    """
    if lot.kind is Kind.SOLD_VOUCHER:
        raise ValueError("a sold voucher is sold, not granted")
    if owed < 0 or owed + sum(part for _, part in elsewhere) > units:
        raise ValueError("only what was earned can settle a debt")
    legs = [Leg(Kind.EXPENSE, Opened(), units, lot.asset)]
    if owed:
        legs.append(Leg(Opened(), Owed(lot.wallet), owed, lot.asset))
    legs += [Leg(Opened(), Owed(wallet), part, lot.asset) for wallet, part in elsewhere]
    return Posting(cause, "grant", tuple(legs), (lot,))


def sale(*, cause: Cause, lot: NewLot, units: int) -> Posting:
    """Sell a voucher for money that was taken: ``settlement → lot``."""
    if lot.kind is not Kind.SOLD_VOUCHER:
        raise ValueError("only a sold voucher is sold")
    return Posting(cause, "sale", (Leg(Kind.SETTLEMENT, Opened(), units, lot.asset),), (lot,))


def sell_many(*, cause: Cause, lots: Sequence[NewLot], units: int) -> Posting:
    """Sell a batch of vouchers of ``units`` each as one entry: ``settlement → lot`` for every one."""
    if any(lot.kind is not Kind.SOLD_VOUCHER for lot in lots):
        raise ValueError("only a sold voucher is sold")
    return _each(cause, "sale", Kind.SETTLEMENT, lots, units)


def give_many(*, cause: Cause, lots: Sequence[NewLot], units: int) -> Posting:
    """Give a batch of promotional vouchers of ``units`` each as one entry: ``expense → lot`` for every one."""
    if any(lot.kind is not Kind.PROMO_VOUCHER for lot in lots):
        raise ValueError("only a promotional voucher is given away")
    return _each(cause, "grant", Kind.EXPENSE, lots, units)


def bring(*, cause: Cause, lot: NewLot, units: int) -> Posting:
    """Take over what a holder had before these books were kept: ``opening → lot``."""
    return Posting(cause, "bring", (Leg(Kind.OPENING, Opened(), units, lot.asset),), (lot,))


def unbring(*, cause: Cause, portions: Sequence[Portion], asset: str) -> Posting:
    """Take back what was brought along, or what is left of it: ``lot → opening``."""
    return _out(cause, "unbring", portions, Kind.OPENING, asset)


def refund(*, cause: Cause, portions: Sequence[Portion], asset: str) -> Posting:
    """Pay back what is left of a sold voucher (rulings 35): ``lot → settlement``."""
    return _out(cause, "refund", portions, Kind.SETTLEMENT, asset)


def spend(*, cause: Cause, portions: Sequence[Portion], asset: str) -> Posting:
    """Redeem value: ``lot → redeemed`` for each lot consumed."""
    return _out(cause, "spend", portions, Kind.REDEEMED, asset)


def restore(*, cause: Cause, portions: Sequence[Portion], asset: str) -> Posting:
    """Give redeemed value back to lots that are still valid: ``redeemed → lot``."""
    return _in(cause, "restore", Kind.REDEEMED, portions, asset)


def restore_to_heir(*, cause: Cause, heir: NewLot, units: int) -> Posting:
    """Give redeemed value back when its lot has lapsed (rulings 28): ``redeemed → heir``."""
    _needs_parent(heir)
    return Posting(cause, "restore", (Leg(Kind.REDEEMED, Opened(), units, heir.asset),), (heir,))


def lapse(*, cause: Cause, portions: Sequence[Portion], asset: str) -> Posting:
    """Let what is left at ``expires_at`` lapse (rulings 32): ``lot → lapsed``. The cause occurred at ``expires_at``."""
    return _out(cause, "lapse", portions, Kind.LAPSED, asset)


def forfeit(*, cause: Cause, portions: Sequence[Portion], asset: str) -> Posting:
    """Cancel what is left of a sold voucher for which nothing is paid back (rulings 35): ``lot → lapsed``."""
    return _out(cause, "forfeit", portions, Kind.LAPSED, asset)


def unlapse(*, cause: Cause, portions: Sequence[Portion], asset: str) -> Posting:
    """Undo a lapse for an event dated before expiry that came late (rulings 32): ``lapsed → lot``."""
    return _in(cause, "unlapse", Kind.LAPSED, portions, asset)


def honour(*, cause: Cause, heir: NewLot, units: int) -> Posting:
    """Honour value that has lapsed: ``lapsed → new lot``, an heir of the lapsed one."""
    _needs_parent(heir)
    return Posting(cause, "honour", (Leg(Kind.LAPSED, Opened(), units, heir.asset),), (heir,))


def take_back(
    *, cause: Cause, portions: Sequence[Portion], asset: str, owed: int = 0, wallet: int | None = None
) -> Posting:
    """Take an earned reward back: ``lot → expense`` and, for the rest under ``owe``, ``owed → expense``.

    Args:
        portions: what each lot gives back; may be empty when all of it becomes debt.
        owed: what the owner of ``wallet`` owes from now on.
    """
    legs = [Leg(_lot(part), Kind.EXPENSE, part.units, asset) for part in portions]
    if owed:
        if wallet is None:
            raise ValueError("a debt needs the wallet of who owes it")
        legs.append(Leg(Owed(wallet), Kind.EXPENSE, owed, asset))
    return Posting(cause, "take_back", tuple(legs))


def owe(*, cause: Cause, wallet: int, units: int, asset: str) -> Posting:
    """Make what was spent already a debt of the holder: ``owed → expense``."""
    return Posting(cause, "owe", (Leg(Owed(wallet), Kind.EXPENSE, units, asset),))


def repay(*, cause: Cause, portions: Sequence[Portion], wallet: int, asset: str) -> Posting:
    """Settle a debt out of value the holder has, a partner's pay-out first of all: ``lot → owed``."""
    return Posting(cause, "repay", tuple(Leg(_lot(part), Owed(wallet), part.units, asset) for part in portions))


def forgive(*, cause: Cause, wallet: int, units: int, asset: str) -> Posting:
    """Let a holder off a debt: ``expense → owed``."""
    return Posting(cause, "forgive", (Leg(Kind.EXPENSE, Owed(wallet), units, asset),))


def deliver(*, cause: Cause, portions: Sequence[Portion], asset: str) -> Posting:
    """Hand a gift card or cash over: ``lot → payouts``."""
    return _out(cause, "deliver", portions, Kind.PAYOUTS, asset)


def use_right(*, cause: Cause, lot: int) -> Posting:
    """Use up a right that costs no money in the books, a custom reward a person fulfilled: ``lot → redeemed``."""
    return _out(cause, "use_right", [Portion(lot, 1)], Kind.REDEEMED, RIGHT)


def use_discount(*, cause: Cause, lot: int, units: int, currency: str) -> Posting:
    """Use a discount code once: its right is spent, and what it took off is booked: ``expense → redeemed``.

    Args:
        lot: the lot of asset ``right``.
        units: what the discount took off the ticket; 0 books the use alone.
    """
    legs = [Leg(Lot(lot), Kind.REDEEMED, 1, RIGHT)]
    if units:
        legs.append(Leg(Kind.EXPENSE, Kind.REDEEMED, units, currency))
    return Posting(cause, "use_discount", tuple(legs))


def move_to_heir(*, cause: Cause, lot: int, units: int, heir: NewLot) -> Posting:
    """Give the rest of a lot new terms (extension, early release, lost card; rulings 28): ``lot → heir``."""
    heir = replace(heir, parent=Lot(lot))
    return Posting(cause, "move_to_heir", (Leg(Lot(lot), Opened(), units, heir.asset),), (heir,))


def take_breakage(*, cause: Cause, units: int, asset: str) -> Posting:
    """Take lapsed value to revenue when the accountant says so, never by itself (rulings 32): ``lapsed → breakage``."""
    return Posting(cause, "take_breakage", (Leg(Kind.LAPSED, Kind.BREAKAGE, units, asset),))


COUNTERS: dict[str, str] = {
    "grant": "take_back",
    "sale": "refund",
    "bring": "unbring",
    "spend": "restore",
    "lapse": "unlapse",
    "owe": "forgive",
    "use_right": "restore",
    "use_discount": "restore",
}
"""What the counter-entry of a recipe is called; every other one is ``reversal``."""


def _out(cause: Cause, recipe: str, portions: Sequence[Portion], to: Kind, asset: str) -> Posting:
    return Posting(cause, recipe, tuple(Leg(_lot(part), to, part.units, asset) for part in portions))


def _in(cause: Cause, recipe: str, source: Kind, portions: Sequence[Portion], asset: str) -> Posting:
    return Posting(cause, recipe, tuple(Leg(source, _lot(part), part.units, asset) for part in portions))


def _each(cause: Cause, recipe: str, source: Kind, lots: Sequence[NewLot], units: int) -> Posting:
    legs = tuple(Leg(source, Opened(i), units, lot.asset) for i, lot in enumerate(lots))
    return Posting(cause, recipe, legs, tuple(lots))


def _lot(part: Portion) -> Lot | Opened:
    return part.lot if isinstance(part.lot, Opened) else Lot(part.lot)


def _needs_parent(heir: NewLot) -> None:
    if heir.parent is None:
        raise ValueError("an heir names the lot it follows")


def _fits_in(text: str) -> None:
    # SQLite would keep it whole and PostgreSQL refuse it: the same answer on both.
    if len(text) > MAX_TEXT:
        raise ValueError(f"{text[:20]}… is longer than {MAX_TEXT} characters")


def _whole(units: int) -> None:
    if type(units) is not int or units <= 0:
        raise ValueError(f"{units!r} is not a whole number of units above zero")
    if units > MAX_UNITS:
        raise Invalid("amount_out_of_range", "That is larger than any amount we book.", units=units)
