"""Vouchers changed: extended, cancelled, replaced, frozen, paid out, given another recipient, labelled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from goodword.business.models import Business
from goodword.engine.durations import midnight
from goodword.errors import Invalid, Refused
from goodword.flow import voucher_rewards
from goodword.flow.vouchers import issuing, numbering, terms
from goodword.flow.vouchers.cards import cards_of_stock
from goodword.flow.vouchers.named import Held, contact_named, day_named, delivery_named, held
from goodword.flow.vouchers.using import take_newest_lot
from goodword.inbox import models as inbox
from goodword.ledger import recipes
from goodword.ledger.lots import OpenLot, Portion, Terms
from goodword.ledger.posting import post
from goodword.ledger.recipes import Cause, NewLot, Posting
from goodword.vouchers import life
from goodword.vouchers.models import State, Voucher

LONGEST_REASON = 500


def extend(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``voucher.extended {voucher, expires_on, reason}``: its last day moves later; a lapsed one is honoured.

    ``expires_on`` is the new last day, or ``never``. The rest moves to an heir with the new terms (rulings 28).

    Raises:
        Invalid: ``reason_required``, ``bad_day``. NotFound: ``voucher_not_found``.
        Refused: what :func:`life.extend` refuses.
    """
    _reason(row)
    wanted = row.data.get("expires_on")
    day = None if wanted == "never" else day_named(wanted, "expires_on")
    if day is None and wanted != "never":
        raise Invalid("bad_day", "say which day is to be its last", pointer="/expires_on")
    until = None if day is None else midnight(day + timedelta(days=1), ZoneInfo(business.timezone))
    voucher = held(business, row.data.get("voucher"))
    lapsed = voucher.lapsed() if voucher.standing.expired_at(now) else 0
    state = life.extend(voucher.standing, until=until, lapsed=lapsed, at=now)
    assert voucher.lot is not None
    post(book=voucher.book, postings=_moved(voucher, voucher.lot, until, lapsed, row), now=now)
    take_newest_lot(voucher)
    voucher.row.state = state
    voucher.row.ended_at, voucher.row.extended_at, voucher.row.reminded_at = None, now, None
    voucher.row.save(update_fields=["state", "ended_at", "extended_at", "reminded_at", "lot", "expires_at"])
    voucher_rewards.used(business=business, voucher=voucher.row, left=1, now=now)


def _moved(voucher: Held, lot: OpenLot, until: datetime | None, lapsed: int, row: inbox.Event) -> list[Posting]:
    """Return the postings of an extension: what is left moves; what has lapsed is honoured out of ``lapsed``."""
    heir = NewLot(lot.wallet, lot.kind, lot.asset, Terms(lot.terms.available_at, until), lot.grant_key,
                  parent=recipes.Lot(lot.id))  # fmt: skip
    note = str(row.data.get("reason"))[:200]
    if lapsed:
        cause = Cause(key=f"honour:{row.pk}", occurred_at=row.time, event_id=row.pk, note=note)
        return [recipes.honour(cause=cause, heir=heir, units=lapsed)]
    cause = Cause(key=f"extend:{row.pk}", occurred_at=row.time, event_id=row.pk, note=note)
    return [recipes.move_to_heir(cause=cause, lot=lot.id, units=voucher.balance, heir=heir)]


def void(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``voucher.voided {voucher, reason, refund: {method, reference} | null}``: cancelled for good.

    What is left of a sold one is paid back (``refund``) or, with none, forfeited; of a promotional one it goes back
    where it came from (rulings 35).

    Raises:
        Invalid: ``reason_required``, ``bad_refund``. NotFound: ``voucher_not_found``.
        Refused: what :func:`life.void` refuses.
    """
    reason = _reason(row)
    voucher = held(business, row.data.get("voucher"))
    state = life.void(voucher.standing)
    refund = row.data.get("refund")
    _check_refund(voucher.row, refund)
    if voucher.balance:
        assert voucher.lot is not None
        cause = Cause(key=f"void:{row.pk}", occurred_at=row.time, event_id=row.pk, note=reason[:200])
        told: dict[str, Any] = {
            "cause": cause,
            "portions": [Portion(voucher.lot.id, voucher.balance)],
            "asset": voucher.row.currency,
        }
        if voucher.row.kind == "promotional":
            posting = recipes.take_back(**told)
        else:
            posting = recipes.refund(**told) if refund else recipes.forfeit(**told)
        post(book=voucher.book, postings=[posting], now=now)
    _end(voucher.row, state, now=now)


def _check_refund(voucher: Voucher, refund: object) -> None:
    if refund is None:
        return
    if voucher.kind == "promotional" or voucher.state == State.STOCK:
        raise Invalid("bad_refund", "no money was taken for it, so none is paid back", pointer="/refund")
    if not isinstance(refund, dict) or refund.get("method") not in life.METHODS:
        raise Invalid("bad_refund", f"a refund is paid by {', '.join(sorted(life.METHODS))}", pointer="/refund/method")


def replace(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``voucher.replaced {voucher, reason?, serial?}``: a lost card is cancelled and a new one takes its place.

    ``serial`` takes a card of stock; else the next serial is drawn. The value moves to an heir (rulings 28); buyer,
    recipient, message, last day, sale, job and badges stay.

    Raises:
        NotFound: ``voucher_not_found``. Conflict: ``already_active``: that card is not stock. Invalid: ``mixed_kinds``.
        Refused: what :func:`life.replace` refuses.
    """
    old = held(business, row.data.get("voucher"))
    state = life.replace(old.standing, at=now)
    assert old.lot is not None
    new = _new_card(business, row, old.row, now=now)
    cause = Cause(key=f"replace:{row.pk}", occurred_at=row.time, event_id=row.pk, note=old.row.serial)
    heir = NewLot(old.lot.wallet, old.lot.kind, old.lot.asset, old.lot.terms, old.lot.grant_key)
    posting = recipes.move_to_heir(cause=cause, lot=old.lot.id, units=old.balance, heir=heir)
    (lot,) = post(book=old.book, postings=[posting], now=now)[0].lots
    _carry_over(old.row, new, state=state, lot=lot)
    old.row.job = None
    _end(old.row, State.VOID, now=now)


CARRIED = (
    "value", "service", "expires_at", "policy", "vat", "buyer", "recipient", "message", "deliver_on", "delivered_at",
    "location", "sale", "design", "job", "grant_key", "issued_at", "extended_at", "reminded_at",
)  # fmt: skip


def _new_card(business: Business, row: inbox.Event, old: Voucher, *, now: datetime) -> Voucher:
    if not row.data.get("serial"):
        prefix, number = numbering.new_serial(business, now=now, prefix=old.prefix)
        return issuing.make_voucher(business, kind=old.kind, prefix=prefix, number=number, now=now)
    (card,) = cards_of_stock(business, [row.data["serial"]])
    if card.kind != old.kind:
        raise Invalid("mixed_kinds", "that card is of the other kind", pointer="/serial")
    return card


def _carry_over(old: Voucher, new: Voucher, *, state: str, lot: int) -> None:
    for name in CARRIED:
        setattr(new, name, getattr(old, name))
    new.replaces, new.state, new.lot = old, state, lot
    new.save()
    new.badges.set(old.badges.all())


def _end(row: Voucher, state: str, *, now: datetime) -> None:
    row.state, row.ended_at = state, now
    row.save(update_fields=["state", "ended_at", "job"])


def freeze(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``voucher.frozen {voucher, reason}``: in dispute; nothing may be redeemed until it is released."""
    _reason(row)
    voucher = held(business, row.data.get("voucher"))
    if voucher.row.state == State.VOID:
        raise Refused("voucher_void", "this voucher was cancelled")
    voucher.row.frozen_at = voucher.row.frozen_at or now
    voucher.row.save(update_fields=["frozen_at"])


def unfreeze(*, business: Business, row: inbox.Event, now: datetime) -> None:  # noqa: ARG001 - as all commands
    """``voucher.unfrozen {voucher}``: the question is settled; it may be used again."""
    voucher = held(business, row.data.get("voucher"))
    voucher.row.frozen_at = None
    voucher.row.save(update_fields=["frozen_at"])


def assign(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``voucher.assigned {voucher, recipient?, buyer?, message?, deliver_on?}``: whose it is, filled in later (R14).

    Only what is named changes; ``recipient: null`` makes it nobody's. Another recipient is written to in turn, on
    ``deliver_on``.

    Raises:
        NotFound: ``voucher_not_found``, ``contact_not_found``. Refused: ``voucher_void``.
        Invalid: ``bad_day``; ``delivery_over`` for another day than it had, which is over.
    """
    named = {
        place: contact_named(business=business, row=row, ref=row.data[place], place=place, now=now)
        for place in ("recipient", "buyer")
        if place in row.data
    }
    voucher = held(business, row.data.get("voucher")).row
    if voucher.state == State.VOID:
        raise Refused("voucher_void", "this voucher was cancelled")
    if "recipient" in named and named["recipient"] != voucher.recipient:
        voucher.delivered_at = None  # whoever has it now has not had word of it
    for place, contact in named.items():
        setattr(voucher, place, contact)
    if "message" in row.data:
        voucher.message = str(row.data["message"] or "").strip()[:1000]
    if "deliver_on" in row.data and day_named(row.data["deliver_on"], "deliver_on") != voucher.deliver_on:
        voucher.deliver_on = delivery_named(business, row.data, at=row.time)
    voucher.save(update_fields=["recipient", "buyer", "message", "deliver_on", "delivered_at"])


def cash_out(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``voucher.cashed_out {voucher, refund: {method, reference}, reason?}``: what is left is paid out in money.

    Where the law it was sold under gives the holder that (a small rest), or else with a ``reason`` of who decided it.

    Raises:
        Invalid: ``bad_refund``, ``reason_too_long``. NotFound: ``voucher_not_found``.
        Refused: what :func:`life.cash_out` refuses; ``not_cash`` for a promotional one; ``not_due`` when the law does
            not give it and no reason is told.
    """
    voucher = held(business, row.data.get("voucher"))
    if voucher.row.kind == "promotional":
        raise Refused("not_cash", "a promotional voucher was given; it is never paid out")
    state = life.cash_out(voucher.standing, at=now)
    refund = row.data.get("refund")
    if not isinstance(refund, dict) or refund.get("method") not in life.METHODS:
        raise Invalid("bad_refund", f"it is paid out by {', '.join(sorted(life.METHODS))}", pointer="/refund/method")
    if str(row.data.get("reason") or "").strip():
        _reason(row)
    else:
        terms.check_cash_out(business=business, voucher=voucher.row, balance=voucher.balance, now=now)
    assert voucher.lot is not None
    cause = Cause(key=f"cash:{row.pk}", occurred_at=row.time, event_id=row.pk, note="paid out")
    portions = [Portion(voucher.lot.id, voucher.balance)]
    post(book=voucher.book, postings=[recipes.refund(cause=cause, portions=portions, asset=voucher.row.currency)],
         now=now)  # fmt: skip
    voucher.row.job = None
    _end(voucher.row, state, now=now)


def _reason(row: inbox.Event) -> str:
    reason = " ".join(str(row.data.get("reason") or "").split())
    if not reason:
        raise Invalid("reason_required", "say why", pointer="/reason")
    if len(reason) > LONGEST_REASON:
        raise Invalid("reason_too_long", f"at most {LONGEST_REASON} characters", pointer="/reason")
    return reason
