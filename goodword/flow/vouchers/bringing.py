"""Vouchers that were sold or given elsewhere: taken over with what is left of them, and taken back again.

They come out of the house account ``opening``, as balances do: the money was taken, or the gift made, before these
books were kept. The sale is written down as it was; settlement books nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from goodword import codes
from goodword.business.models import Business
from goodword.business.reading import setting
from goodword.errors import Conflict, Invalid, Refused
from goodword.flow.bringing_undo_plan import MOMENT, counter_id
from goodword.flow.vouchers import issuing, numbering, terms
from goodword.flow.vouchers.named import Held, contact_named, day_named, held, location_named
from goodword.inbox import models as inbox
from goodword.ledger import holding, reading, recipes
from goodword.ledger.lots import Portion, Terms
from goodword.ledger.opening import bearer_wallet, book_of
from goodword.ledger.posting import post
from goodword.ledger.recipes import Cause, NewLot, Posting
from goodword.people.models import Contact, listed
from goodword.vouchers import law, life
from goodword.vouchers.models import State, Voucher

TYPE, BACK = "voucher.brought", "voucher.taken_back"


def bring(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``voucher.brought {serial?, code?, kind, value, balance, expires_on?, payment?, buyer?, recipient?, ...}``: take
    over a voucher that was sold or given elsewhere at the event's time and is still worth ``balance``.

    It keeps its serial (else the next one is drawn) and its ``code`` (``{index, sealed, tail}``, never in clear; else
    it gets one of ours). What it was worth at first stands with its sale; in the books and registers it is worth what
    was brought. Its last day stays, whatever the law says: ``expires_on`` is a day or ``never``. One for a named
    ``service`` is worth what was paid for it, and whole. Further: ``location``, ``message``, ``import``, and
    ``spent_before``: what was used of it before it was brought again.

    Raises:
        Invalid: ``bad_kind``, ``amount_required``, ``amount_out_of_range``, ``balance_above_value``, ``bad_payment``,
            ``bad_serial``, ``bad_code``, ``bad_day``, ``time_in_future``.
        Refused: ``already_expired``, ``contact_erased``, ``redeemed_whole``.
        NotFound: ``contact_not_found``, ``location_not_found``. Conflict: ``serial_taken``, ``code_taken``.
    """
    data = row.data
    kind, value, balance = _worth(data)
    service = issuing.service_of(data)
    if service and balance != value:
        raise Refused("redeemed_whole", "a voucher for a named service is whole: none of it was used", balance=balance)
    if row.time > now:
        raise Invalid("time_in_future", "a voucher is brought that was sold, not one that will be", pointer="/time")
    expires = _expires(business, data, now=now)
    number = data.get("import")
    note = f"import {number}" if number else "brought along"
    paid = _payment(data, kind=kind, note=note)
    buyer, recipient = (_person(business, row, place, now=now) for place in ("buyer", "recipient"))
    location = location_named(business=business, ref=data.get("location"))
    voucher = _row(business, row, kind=kind, now=now)
    sale = issuing.record_sale(
        business=business, row=row, kind=kind, paid=paid, count=1, amount=value, buyer=buyer, location=location,
        now=now,
    )  # fmt: skip
    book = book_of(business=business.pk)
    wallet = bearer_wallet(book=book, public_id=f"bearer-{business.public_id}"[:40])
    lot = NewLot(wallet, issuing.INSTRUMENTS[kind], business.currency, Terms(row.time, expires))
    cause = Cause(key=f"bring:{row.pk}", occurred_at=row.time, event_id=row.pk, note=note)
    (voucher.lot,) = post(book=book, postings=[recipes.bring(cause=cause, lot=lot, units=balance)], now=now)[0].lots
    voucher.sale, voucher.buyer, voucher.recipient, voucher.location = sale, buyer, recipient, location
    voucher.kind, voucher.state = kind, State.ACTIVE.value
    voucher.value = balance + int(data.get("spent_before") or 0)  # less its redemptions it is what its lot has
    voucher.message, voucher.service = str(data.get("message") or "").strip()[:1000], service
    voucher.expires_at, voucher.issued_at, voucher.ended_at, voucher.frozen_at = expires, row.time, None, None
    voucher.extended_at = voucher.reminded_at = None
    policy = terms.policy_at(business=business, location=location, kind=kind, on=terms.today(business, row.time))
    voucher.policy, voucher.vat = policy.id, str(setting(business, "voucher_vat", now)) if kind == "sold" else ""
    voucher.save()


def take_back(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``voucher.taken_back {voucher, reason, import?}``: undo bringing one, as far as it is still there.

    What was redeemed stays redeemed: how much that is, is written to the event as ``missing``. What is left goes back
    to where it came from, one microsecond after it came, and the voucher is void; one that was all used stays as it is.

    Raises:
        NotFound: ``voucher_not_found``. Conflict: ``not_brought``: it was sold here.
        Refused: ``already_taken_back``; ``voucher_void``: staff cancelled it since.
    """
    voucher = held(business, row.data.get("voucher"))
    brought = _brought(voucher.row)
    if was_taken_back(voucher.row, brought):
        raise Refused("already_taken_back", "this voucher was taken back before")
    if voucher.row.state == State.VOID:
        raise Refused("voucher_void", "this voucher was cancelled since")
    postings, taken = _counter(voucher, row, brought)
    if postings:
        post(book=voucher.book, postings=postings, now=now)
        voucher.row.state, voucher.row.ended_at, voucher.row.job = State.VOID.value, now, None
        voucher.row.save(update_fields=["state", "ended_at", "job"])
    told = {"brought": brought.public_id, "taken": taken, "missing": int(brought.data["balance"]) - taken}
    row.data = {**row.data, **told}
    row.save(update_fields=["data"])


def _worth(data: Mapping[str, Any]) -> tuple[str, int, int]:
    kind = data.get("kind")
    if kind not in issuing.INSTRUMENTS:
        raise Invalid("bad_kind", "kind is sold or promotional", pointer="/kind")
    value, balance = life.check_amount(data.get("value")), life.check_amount(data.get("balance"))
    if balance > value:
        raise Invalid("balance_above_value", "more is left of it than it was ever worth", pointer="/balance")
    return str(kind), value, balance


def _expires(business: Business, data: Mapping[str, Any], *, now: datetime) -> datetime | None:
    wanted = data.get("expires_on") or "never"
    day = None if wanted == "never" else day_named(wanted, "expires_on")
    expires = None if day is None else law.expires_at(day, ZoneInfo(business.timezone))
    if expires is not None and expires <= now:
        raise Refused("already_expired", "its last day is over")
    return expires


def _payment(data: Mapping[str, Any], *, kind: str, note: str) -> issuing.Payment:
    usual = "complimentary" if kind == "promotional" else "other"
    told = {"method": usual, **(data.get("payment") or {})}
    if kind == "promotional":
        told["reason"] = told.get("reason") or note
    return issuing.payment_of({"payment": told}, kind=kind)


def _person(business: Business, row: inbox.Event, place: str, *, now: datetime) -> Contact | None:
    """Return whom the order names; a mere name is the one customer's who bears it, else a new customer's."""
    ref = row.data.get(place)
    if isinstance(ref, Mapping) and set(ref) == {"name"}:
        bearing = Contact.objects.filter(listed(), business=business, erased_at=None, name=ref["name"])
        found = list(bearing.values_list("public_id", flat=True)[:2])
        ref = found[0] if len(found) == 1 else ref
    return contact_named(business=business, row=row, ref=ref, place=place, now=now)


def _row(business: Business, row: inbox.Event, *, kind: str, now: datetime) -> Voucher:
    """Return the unsaved row of a voucher, or the row it had before its import was undone.

    Raises:
        Conflict: ``serial_taken``, ``code_taken``. Invalid: ``bad_serial``, ``bad_code``.
    """
    serial = codes.serial_parts(str(row.data["serial"])) if row.data.get("serial") else None
    code = _code(row.data.get("code"))
    known = Voucher.objects.select_for_update(no_key=True, of=("self",)).select_related("sale__event")
    of_serial = known.filter(business=business, serial=codes.serial(*serial)).first() if serial else None
    of_code = known.filter(code_index=code["code_index"]).first() if code else None
    for found, field in ((of_serial, "serial"), (of_code, "code")):
        event = found.sale.event if found is not None and found.sale is not None else None
        gone = found is not None and event is not None and was_taken_back(found, event)
        if found is not None and (found.business_id != business.pk or not gone):
            raise Conflict(f"{field}_taken", f"there is a voucher of that {field} already", pointer=f"/{field}")
    if of_serial is not None and of_code is not None and of_serial.pk != of_code.pk:
        raise Conflict("code_taken", "that code is another voucher's", pointer="/code")
    voucher = of_serial or of_code
    if voucher is None:
        prefix, number = serial or numbering.new_serial(business, now=now)
        if serial is not None:
            numbering.pass_serial(business, prefix, number)
        voucher = issuing.make_voucher(business, kind=kind, prefix=prefix, number=number, now=now)
    for name, value in code.items():
        setattr(voucher, name, value)
    return voucher


def was_taken_back(voucher: Voucher, sold: inbox.Event) -> bool:
    """Say whether what was left of a voucher went back when the import that brought it was undone.

    Args:
        sold: the event of its sale.
    """
    if voucher.state != State.VOID or sold.type != TYPE:
        return False
    back = inbox.Event.objects.filter(
        business=voucher.business_id, source=sold.source, external_id=counter_id(sold.external_id)
    )
    return back.filter(type=BACK, state=inbox.State.SETTLED).exists()


def _code(told: object) -> dict[str, str]:
    """Return the columns of a code that is brought; none where it gets one of ours."""
    if told is None:
        return {}
    if not isinstance(told, Mapping) or not all(
        isinstance(told.get(name), str) for name in ("index", "sealed", "tail")
    ):
        raise Invalid("bad_code", "a code is brought as {index, sealed, tail}, never in clear", pointer="/code")
    return {"code_index": told["index"], "code_sealed": told["sealed"], "code_tail": told["tail"]}


def _brought(voucher: Voucher) -> inbox.Event:
    sale = voucher.sale
    if sale is None or sale.event.type != TYPE:
        raise Conflict("not_brought", "this voucher was not brought along: cancel it instead")
    return sale.event


def _counter(voucher: Held, row: inbox.Event, brought: inbox.Event) -> tuple[list[Posting], int]:
    """Return the postings that take back what is there of a voucher's lots, and how much that is."""
    assert voucher.lot is not None
    first = reading.lots_opened(book=voucher.book, events=[brought.pk])[brought.pk]
    at, asset = brought.time + MOMENT, voucher.row.currency
    parts = [(lot, at) for lot in reading.lots(book=voucher.book, ids=[first])]
    if voucher.lot.id != first:
        parts.append((voucher.lot, max(at, voucher.lot.terms.available_at or at)))
    postings: list[Posting] = []
    taken = 0
    for lot, moment in parts:
        gone = holding.lapsed_of(book=voucher.book, lot=lot.id)
        if gone:  # it lapses no more: it had never been there
            cause = Cause(f"unlapse:{row.pk}:{lot.id}", moment, row.pk, "voucher taken back")
            postings.append(recipes.unlapse(cause=cause, portions=[Portion(lot.id, gone)], asset=asset))
        if lot.units + gone:
            cause = Cause(f"unbring:{row.pk}:{lot.id}", moment, row.pk, str(row.data.get("reason") or "")[:200])
            postings.append(recipes.unbring(cause=cause, portions=[Portion(lot.id, lot.units + gone)], asset=asset))
        taken += lot.units + gone
    return postings, taken
