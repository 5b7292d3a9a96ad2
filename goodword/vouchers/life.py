"""What may be done with a voucher, and what it is afterwards: every rule of its life, once. Pure.

``stock → active → booked → redeemed``, or ``expired``, ``void``; ``frozen`` beside any of them (domain.md, Vouchers;
rulings 28, 31, 32, 35, 38). Each function refuses or returns the state that follows; nothing is changed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from goodword.errors import Conflict, Invalid, Refused
from goodword.money import MAX_UNITS

State = Literal["stock", "active", "booked", "redeemed", "expired", "void"]
OPEN: frozenset[str] = frozenset({"active", "booked"})
METHODS: frozenset[str] = frozenset({"till", "card", "stripe", "bank_transfer", "other"})


@dataclass(frozen=True, slots=True)
class Standing:
    """A voucher as it stands under its lock.

    Attributes:
        balance: units left in its lot, smallest units of ``currency``; what has lapsed is not in it.
        expires_at: the first instant at which it is no longer valid; None: never.
        service: it is for a named service, so it is redeemed whole (rulings 31).
        booked: a job is attached.
    """

    state: str
    frozen: bool
    currency: str
    balance: int
    expires_at: datetime | None = None
    service: bool = False
    booked: bool = False

    def expired_at(self, at: datetime) -> bool:
        """Say whether it is past its last day, whether or not the clock has let it lapse yet."""
        return self.state == "expired" or (self.expires_at is not None and self.expires_at <= at)


def check_usable(voucher: Standing, *, at: datetime) -> None:
    """See that a voucher may be used at all.

    Raises:
        Refused: ``voucher_void``, ``voucher_not_active``, ``voucher_frozen``, ``voucher_expired``.
    """
    if voucher.state == "void":
        raise Refused("voucher_void", "this voucher was cancelled")
    if voucher.state == "stock":
        raise Refused("voucher_not_active", "this card was not sold yet; sell it first")
    if voucher.frozen:
        raise Refused("voucher_frozen", "this voucher is on hold while a question about it is open")
    if voucher.expired_at(at):
        raise Refused("voucher_expired", "this voucher was valid until its last day, which has passed",
                      expires_at=voucher.expires_at)  # fmt: skip


def redeem(voucher: Standing, *, units: int, currency: str, at: datetime) -> State:
    """Return the state after ``units`` are redeemed; a booked one that is part-used is ``active`` again (rulings 35).

    Args:
        units: smallest units of ``currency``, above zero.

    Raises:
        Invalid: ``amount_required``, ``amount_out_of_range``.
        Refused: as :func:`check_usable`; ``wrong_currency``; ``insufficient_balance``, with what is left in
            ``balance``; ``redeemed_whole`` for a part of a named service.
    """
    check_usable(voucher, at=at)
    check_amount(units)
    if currency != voucher.currency:
        raise Refused("wrong_currency", f"this voucher is worth {voucher.currency}, not {currency}",
                      currency=voucher.currency)  # fmt: skip
    if units > voucher.balance:
        said = "nothing is left of this voucher" if voucher.balance == 0 else "there is not that much left"
        raise Refused("insufficient_balance", said, balance=voucher.balance, currency=voucher.currency, asked=units)
    if voucher.service and units != voucher.balance:
        raise Refused("redeemed_whole", "a voucher for a named service is redeemed whole", balance=voucher.balance)
    return "redeemed" if units == voucher.balance else "active"


def check_ticket(units: int, *, total: int | None, paid: int = 0) -> None:
    """See that no more is redeemed than is left to pay of the ticket (rulings 25).

    Args:
        total: what vouchers may pay of it in all; None: not known, so nothing is judged.
        paid: what vouchers have paid of it before.

    Raises:
        Refused: ``exceeds_ticket`` with ``total``, ``paid`` and what is ``left``.
    """
    if total is None or units <= total - paid:
        return
    said = "that is more than is left to pay of the ticket" if paid else "that is more than the ticket comes to"
    raise Refused("exceeds_ticket", said, total=total, paid=paid, left=max(total - paid, 0))


def activate(voucher: Standing) -> State:
    """Return the state of a card of stock that is sold or given now.

    Raises:
        Refused: ``voucher_void``, ``voucher_frozen``. Conflict: ``already_active``.
    """
    if voucher.state == "void":
        raise Refused("voucher_void", "this card was cancelled")
    if voucher.state != "stock":
        raise Conflict("already_active", "this card was sold before")
    if voucher.frozen:
        raise Refused("voucher_frozen", "this card is on hold while a question about it is open")
    return "active"


def book(voucher: Standing, *, at: datetime) -> State:
    """Return the state when a job is attached; another job may take the place of the first.

    Raises:
        Refused: as :func:`check_usable`; ``insufficient_balance`` when nothing is left.
    """
    check_usable(voucher, at=at)
    if voucher.balance == 0:
        raise Refused("insufficient_balance", "nothing is left of this voucher", balance=0, currency=voucher.currency)
    return "booked"


def unbook(voucher: Standing) -> State:
    """Return the state when the job is taken off again.

    Raises:
        Refused: ``not_booked``.
    """
    if voucher.state != "booked":
        raise Refused("not_booked", "no job is attached to this voucher")
    return "active"


def extend(voucher: Standing, *, until: datetime | None, lapsed: int, at: datetime) -> State:
    """Return the state when the last day moves later; one that has lapsed is honoured (rulings 28).

    Args:
        until: the new first instant at which it is no longer valid; None: never.
        lapsed: units of it that the clock has let lapse.

    Raises:
        Refused: ``voucher_void``, ``voucher_not_active``; ``nothing_left``; ``not_an_extension`` when ``until`` is not
            later than it was, or not in the future.
    """
    if voucher.state == "void":
        raise Refused("voucher_void", "this voucher was cancelled")
    if voucher.state == "stock":
        raise Refused("voucher_not_active", "this card was not sold yet; it has no last day")
    if voucher.balance + lapsed == 0:
        raise Refused("nothing_left", "nothing is left of this voucher")
    if voucher.expires_at is None:
        raise Refused("not_an_extension", "this voucher never expires")
    if until is not None and (until <= voucher.expires_at or until <= at):
        raise Refused("not_an_extension", "the new last day has to be later than the old one, and not over",
                      expires_at=voucher.expires_at)  # fmt: skip
    return "booked" if voucher.booked else "active"


def void(voucher: Standing) -> State:
    """Return the state of a voucher that is cancelled, a spoiled card of stock too.

    Raises:
        Refused: ``voucher_void`` when it was before, ``voucher_expired`` when it has lapsed, ``nothing_left`` when all
            of it was used.
    """
    if voucher.state == "void":
        raise Refused("voucher_void", "this voucher was cancelled before")
    if voucher.state == "expired":
        raise Refused("voucher_expired", "this voucher has lapsed; there is nothing to cancel")
    if voucher.state == "redeemed":
        raise Refused("nothing_left", "all of this voucher was used; give a redemption back instead")
    return "void"


def replace(voucher: Standing, *, at: datetime) -> State:
    """Return the state of the new card of one that was lost.

    Raises:
        Refused: as :func:`check_usable`; ``nothing_left``.
    """
    if voucher.frozen and voucher.state in OPEN:  # a lost card is frozen first: its new one is usable
        voucher = Standing(voucher.state, False, voucher.currency, voucher.balance, voucher.expires_at)
    check_usable(voucher, at=at)
    if voucher.balance == 0:
        raise Refused("nothing_left", "nothing is left of this voucher")
    return "booked" if voucher.booked else "active"


def restored(voucher: Standing) -> State:
    """Return the state after a redemption was given back.

    Raises:
        Refused: ``voucher_void``: it was cancelled since; ``voucher_not_active``.
    """
    if voucher.state == "void":
        raise Refused("voucher_void", "this voucher was cancelled since; pay the customer back another way")
    if voucher.state == "stock":
        raise Refused("voucher_not_active", "this card was not sold yet")
    return "booked" if voucher.booked else "active"


def cash_out(voucher: Standing, *, at: datetime) -> State:
    """Return the state after what is left was paid out in money, where the law gives the holder that.

    Raises:
        Refused: as :func:`check_usable`; ``nothing_left``.
    """
    check_usable(voucher, at=at)
    if voucher.balance == 0:
        raise Refused("nothing_left", "nothing is left of this voucher")
    return "redeemed"


def check_amount(units: object) -> int:
    """Return ``units`` when they are a whole number above zero that we book.

    Raises:
        Invalid: ``amount_required``, ``amount_out_of_range``.
    """
    if type(units) is not int or units <= 0:
        raise Invalid("amount_required", "an amount is a whole number of smallest units above zero", pointer="/amount")
    if units > MAX_UNITS:
        raise Invalid("amount_out_of_range", "that is larger than any amount we book", pointer="/amount")
    return units


def check_payment(*, kind: str, method: str, reason: str) -> None:
    """See that a payment fits the instrument: ``complimentary`` if and only if promotional, with a reason (rulings 35).

    Raises:
        Invalid: ``bad_payment``, ``reason_required``.
    """
    if kind == "promotional":
        if method != "complimentary":
            raise Invalid("bad_payment", "a promotional voucher is given: its method is complimentary",
                          pointer="/payment/method")  # fmt: skip
        if not reason.strip():
            raise Invalid("reason_required", "say why it is given away", pointer="/payment/reason")
    elif method not in METHODS:
        raise Invalid("bad_payment", f"a sold voucher is paid by {', '.join(sorted(METHODS))}",
                      pointer="/payment/method")  # fmt: skip
