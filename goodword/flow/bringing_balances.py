"""Opening balances: points and credit that a customer had before these books were kept, and how they go back.

They come out of the house account ``opening``: what was promised elsewhere is no expense of this year.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from goodword.business.models import Business
from goodword.errors import Invalid, NotFound, Refused
from goodword.flow.whose import living
from goodword.inbox import models as inbox
from goodword.ledger import holding, reading, recipes
from goodword.ledger.chart import Kind
from goodword.ledger.lots import OpenLot, Portion, Terms
from goodword.ledger.opening import book_of, open_wallets
from goodword.ledger.posting import post
from goodword.ledger.recipes import Cause, NewLot, Posting
from goodword.money import MAX_UNITS, POINTS
from goodword.people.merged import survivor_of
from goodword.people.models import Contact, WalletOwner

MOMENT = timedelta(microseconds=1)


def bring_balance(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``balance.brought {contact, asset, units, expires_at?, import?}``: take over what a contact had elsewhere.

    ``asset`` is ``points`` or the business's currency, ``units`` smallest units; the event's time is when it stood so.
    The lot can be used from then on. A debt here is not settled by it: it is nothing that was earned here.

    Raises:
        NotFound: ``contact_not_found``.
        Invalid: ``invalid_event``, ``wrong_currency``, ``amount_out_of_range``.
        Refused: ``contact_erased``, ``already_expired``.
    """
    asset, units, expires = _read(business, row, now=now)
    contact = living(business, row)
    Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)  # as whoever moves value (rulings 21)
    book = book_of(business=business.pk)
    kind = Kind.POINTS if asset == POINTS else Kind.CREDIT
    lot = NewLot(_wallet(business, contact, book, now=now), kind, asset, Terms(row.time, expires))
    number = row.data.get("import")
    note = f"import {number}" if number else "opening balance"
    cause = Cause(key=f"bring:{row.pk}", occurred_at=row.time, event_id=row.pk, note=note)
    entry = post(book=book, postings=[recipes.bring(cause=cause, lot=lot, units=units)], now=now)[0]
    trace: dict[str, Any] = {"asset": asset, "units": units, "lot": entry.lots[0], "import": number}
    trace["expires_at"] = expires.isoformat() if expires is not None else None
    inbox.Decision.objects.create(business=business, event=row, kind="brought", contact=contact.pk, trace=trace)


def take_balance_back(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``balance.taken_back {balance, reason, import?}``: undo one, as far as it is still there.

    What was spent cannot be taken back, and nothing that was earned here makes up for it: the rest is written down as
    ``missing``. The counter-entry is dated one microsecond after what it undoes.

    Raises:
        NotFound: ``balance_not_found``.
        Refused: ``already_taken_back``.
    """
    brought = inbox.Event.objects.filter(
        business=business, public_id=row.data.get("balance"), type="balance.brought", state=inbox.State.SETTLED
    ).first()
    if brought is None:
        raise NotFound("balance_not_found", "no opening balance of that id")
    decision = inbox.Decision.objects.get(event=brought, kind="brought")
    assert decision.contact is not None
    before = inbox.Decision.objects.filter(business=business, contact=decision.contact, kind="brought_back")
    if any(trace["of"] == brought.pk for trace in before.values_list("trace", flat=True)):
        raise Refused("already_taken_back", "this opening balance was taken back before")
    holder = _owner_of(business, decision.contact)
    Contact.objects.select_for_update(no_key=True).get(pk=holder.pk)
    asset, units = decision.trace["asset"], decision.trace["units"]
    postings, taken = _counter(business, row, brought, decision.trace["lot"], asset, now=now)
    post(book=book_of(business=business.pk), postings=postings, now=now)
    trace = {"of": brought.pk, "asset": asset, "units": units, "taken": taken, "missing": units - taken}
    trace["import"] = decision.trace["import"]
    inbox.Decision.objects.create(
        business=business, event=row, kind="brought_back", contact=decision.contact, trace=trace
    )


def _read(business: Business, row: inbox.Event, *, now: datetime) -> tuple[str, int, datetime | None]:
    asset, units, until = row.data.get("asset"), row.data.get("units"), row.data.get("expires_at")
    if asset not in (POINTS, business.currency):
        raise Invalid("wrong_currency", f"a balance is of points or of {business.currency}", pointer="/asset")
    if type(units) is not int or units <= 0:
        raise Invalid("invalid_event", "units is a whole number above zero", pointer="/units")
    if units > MAX_UNITS:
        raise Invalid("amount_out_of_range", "that is larger than any amount we book", pointer="/units")
    if row.time > now:
        raise Invalid("time_in_future", "a balance is brought as it stood, not as it will", pointer="/time")
    try:
        expires = datetime.fromisoformat(until) if until else None
        if expires is not None and expires.tzinfo is None:
            raise ValueError
    except (TypeError, ValueError):
        raise Invalid("invalid_event", "expires_at is RFC 3339 with a zone", pointer="/expires_at") from None
    if expires is not None and expires <= row.time:
        raise Refused("already_expired", "it had expired when it is said to have stood so")
    return str(asset), units, expires


def _wallet(business: Business, contact: Contact, book: int, *, now: datetime) -> int:
    own = WalletOwner.objects.filter(contact=contact, until=None).order_by("pk").first()
    if own is not None:
        return own.wallet
    (wallet,) = open_wallets(book=book, public_ids=[None])
    WalletOwner.objects.create(business=business, wallet=wallet, contact=contact, since=now)
    return wallet


def _owner_of(business: Business, pk: int) -> Contact:
    return survivor_of(Contact.objects.get(business=business, pk=pk))


def _counter(
    business: Business, row: inbox.Event, brought: inbox.Event, lot: int, asset: str, *, now: datetime
) -> tuple[list[Posting], int]:
    """Return the postings that take back what is there of a lot and its heirs, and how much that is."""
    book = book_of(business=business.pk)
    at = brought.time + MOMENT
    (first,) = reading.lots(book=book, ids=[lot])
    tip = holding.newest_heirs(book=book, lots=[lot])[lot]
    postings: list[Posting] = []
    parts: list[tuple[OpenLot, int, datetime]] = [(first, first.units, at)]
    lapsed = {each.id: each.units for each in holding.lapsed_since(book=book, wallets=[first.wallet], since=at)}
    if tip.id != lot:
        parts.append((tip, tip.units, max(at, tip.terms.available_at or now)))
    taken = 0
    for each, left, moment in parts:
        gone = lapsed.get(each.id, 0)
        if gone:  # it lapses no more: it had never been there
            cause = Cause(f"unlapse:{row.pk}:{each.id}", moment, row.pk, "opening balance taken back")
            postings.append(recipes.unlapse(cause=cause, portions=[Portion(each.id, gone)], asset=asset))
        if left + gone:
            cause = Cause(f"unbring:{row.pk}:{each.id}", moment, row.pk, str(row.data.get("reason") or "")[:200])
            postings.append(recipes.unbring(cause=cause, portions=[Portion(each.id, left + gone)], asset=asset))
        taken += left + gone
    return postings, taken
