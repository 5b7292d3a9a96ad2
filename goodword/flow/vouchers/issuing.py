"""Vouchers come into being: sold or given, one or a wave; cards of stock, and stock sold later (R6-R9, R19-R24).

Serials are drawn under their counter's lock, so that a prefix has no gaps; codes come from chance. A wave is one entry
in the books with a lot for each voucher.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from goodword import codes
from goodword.business.models import Business, Location
from goodword.errors import Invalid, NotFound
from goodword.flow import bulk
from goodword.flow.minting import mint_code, mint_id
from goodword.flow.vouchers import badging, numbering, terms
from goodword.flow.vouchers.cards import cards_of_stock, value_of
from goodword.flow.vouchers.named import contact_named, day_named, delivery_named, location_named, serials_named
from goodword.inbox import models as inbox
from goodword.ledger import recipes
from goodword.ledger.chart import Kind
from goodword.ledger.lots import Terms
from goodword.ledger.opening import bearer_wallet, book_of
from goodword.ledger.posting import post
from goodword.ledger.recipes import Cause, NewLot
from goodword.people.models import Contact
from goodword.vouchers import life, secrecy
from goodword.vouchers.models import Batch, Design, Sale, State, Voucher
from goodword.work.models import Ticket

MOST = 100_000  # vouchers in one order
INSTRUMENTS = {"sold": Kind.SOLD_VOUCHER, "promotional": Kind.PROMO_VOUCHER}
CHUNK = 10_000


class Payment(NamedTuple):
    """How it was paid: recorded, whoever took the money (R21)."""

    method: str
    reference: str
    reason: str


def issue(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``voucher.issued {kind, value, count?, payment, buyer?, recipient?, expires_on?, serials?, prefix?, ...}``: sold
    or given, one or a wave.

    Makes ``count`` vouchers (default 1), each worth ``value``, usable at once. ``payment`` is ``{method, reference?,
    reason?}``. Further: ``service``, ``location``, ``message``, ``deliver_on``, ``label``, ``design``, ``ticket``,
    ``badges``. More than one, or one with a ``label``, is a batch.

    Raises:
        Invalid: ``bad_kind``, ``bad_count``, ``bad_payment``, ``reason_required``, ``amount_required``, ``bad_serial``,
            ``bad_day``, ``delivery_over``, ``recipient_of_many``.
        Refused: ``expiry_too_short``: shorter than the law allows, with the reason; ``already_expired``.
        NotFound: ``contact_not_found``, ``location_not_found``, ``design_not_found``, ``ticket_not_found``,
            ``badge_not_found``.
        Conflict: ``serial_taken``.
    """
    kind, count = _kind(row.data), _count(row.data)
    value = life.check_amount(row.data.get("value"))
    paid = payment_of(row.data, kind=kind)
    badges = badging.badges_named(business, row.data.get("badges"))
    numbered = numbering.numbers(business, row.data, count, now=now)
    if count > 1 and row.data.get("recipient"):
        raise Invalid("recipient_of_many", "name the recipient of each voucher by itself", pointer="/recipient")
    fields = _fields(business, row, now=now)
    expires = terms.of_new(
        business=business, location=fields["location"], kind=kind, last_day=_last_day(row.data), at=row.time, now=now
    )
    batch = _batch(business, row, kind, numbered, value, now=now) if count > 1 or "label" in row.data else None
    sale = record_sale(
        business=business, row=row, kind=kind, paid=paid, count=count, amount=value * count, now=now,
        buyer=fields["buyer"], location=fields["location"],
    )  # fmt: skip
    lots = open_lots(business=business, row=row, kind=kind, count=count, value=value, expires=expires, now=now)
    rows = [
        make_voucher(business, kind=kind, prefix=prefix, number=number, now=now, batch=batch, **_columns(fields))
        for prefix, number in numbered
    ]
    for voucher, lot in zip(rows, lots, strict=True):
        _make_active(voucher, sale=sale, lot=lot, value=value, expires=expires, at=row.time)
    _insert(rows)
    badging.put_on(badges, [voucher.pk for voucher in rows])


def stock(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``voucher.stocked {kind, count? | serials?, value?, prefix?, label?, design?, location?}``: cards printed ahead.

    They have serials and codes and are worth nothing until they are sold (R19).

    Raises:
        Invalid: ``bad_kind``, ``bad_count``, ``bad_serial``, ``amount_required``. Conflict: ``serial_taken``.
    """
    kind, count = _kind(row.data), _count(row.data)
    value = None if row.data.get("value") is None else life.check_amount(row.data["value"])
    numbered = numbering.numbers(business, row.data, count, now=now)
    fields = _fields(business, row, now=now)
    batch = _batch(business, row, kind, numbered, value, now=now)
    columns = _columns(fields)
    for start in range(0, len(numbered), CHUNK):
        _insert(
            [
                make_voucher(
                    business, kind=kind, prefix=prefix, number=number, now=now, batch=batch, value=value, **columns
                )
                for prefix, number in numbered[start : start + CHUNK]
            ]
        )


def activate(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``voucher.activated {serials, payment, value?, buyer?, recipient?, expires_on?, message?, deliver_on?, ...}``:
    cards of stock are sold or given, all of them or none.

    ``serials`` may hold ranges. ``value`` is what each is worth; a card whose value was printed keeps it. ``badges``
    are put on all of them.

    Raises:
        NotFound: ``voucher_not_found`` with the serials nobody knows. Conflict: ``already_active`` likewise.
        Invalid: ``value_fixed`` for another value than the printed one; ``mixed_kinds``; as :func:`issue`.
    """
    cards = cards_of_stock(business, row.data.get("serials") or [])
    kinds = {card.kind for card in cards}
    if len(kinds) > 1:
        raise Invalid("mixed_kinds", "sold and promotional cards are not sold together", pointer="/serials")
    (kind,) = kinds
    if len(cards) > 1 and row.data.get("recipient"):
        raise Invalid("recipient_of_many", "name the recipient of each voucher by itself", pointer="/recipient")
    badges = badging.badges_named(business, row.data.get("badges"))
    values = [value_of(card, row.data.get("value")) for card in cards]
    paid = payment_of(row.data, kind=kind)
    fields = _fields(business, row, now=now)
    expires = terms.of_new(
        business=business, location=fields["location"] or cards[0].location, kind=kind,
        last_day=_last_day(row.data), at=row.time, now=now,
    )  # fmt: skip
    sale = record_sale(
        business=business, row=row, kind=kind, paid=paid, count=len(cards), amount=sum(values), now=now,
        buyer=fields["buyer"], location=fields["location"],
    )  # fmt: skip
    given = {name: value for name, value in _columns(fields).items() if value}
    for value in sorted(set(values)):
        same = [card for card, its in zip(cards, values, strict=True) if its == value]
        lots = open_lots(business=business, row=row, kind=kind, count=len(same), value=value, expires=expires, now=now)
        for card, lot in zip(same, lots, strict=True):
            for name, told in given.items():
                setattr(card, name, told)
            _make_active(card, sale=sale, lot=lot, value=value, expires=expires, at=row.time)
    changed = ["state", "sale_id", "lot", "value", "expires_at", "policy", "vat", "issued_at", *given]
    bulk.overwrite(cards, [name.removesuffix("_id") for name in changed])
    badging.put_on(badges, [card.pk for card in cards])


def payment_of(data: dict[str, Any], *, kind: str) -> Payment:
    """Return how an order says it was paid.

    Raises:
        Invalid: ``bad_payment``, ``reason_required``.
    """
    told = data.get("payment") or {}
    if not isinstance(told, dict):
        raise Invalid("bad_payment", "payment is {method, reference?, reason?}", pointer="/payment")
    paid = Payment(
        str(told.get("method") or ""),
        " ".join(str(told.get("reference") or "").split())[:200],
        " ".join(str(told.get("reason") or "").split())[:500],
    )
    life.check_payment(kind=kind, method=paid.method, reason=paid.reason)
    return paid


def record_sale(
    *, business: Business, row: inbox.Event, kind: str, paid: Payment, count: int, amount: int,
    buyer: Contact | None, location: Location | None, now: datetime,
) -> Sale:  # fmt: skip
    """Write down what was paid for ``count`` vouchers worth ``amount`` in all; it and they point at each other (R23).

    Raises:
        NotFound: ``ticket_not_found``.
    """
    ticket = None
    if row.data.get("ticket"):
        told = row.data["ticket"]
        tickets = Ticket.objects.filter(business=business)
        by = {"public_id": told} if isinstance(told, str) else {
            "source": told.get("source"), "external_id": told.get("external_id")
        }  # fmt: skip
        ticket = tickets.filter(**by).first()
        if ticket is None:
            raise NotFound("ticket_not_found", "no ticket of that id")
    return Sale.objects.create(
        business=business, public_id=mint_id("sal", at=now), at=row.time, kind=kind, method=paid.method,
        reference=paid.reference, reason=paid.reason, count=count, amount=amount, buyer=buyer, ticket=ticket,
        location=location, event=row, actor=row.actor,
    )  # fmt: skip


def open_lots(
    *, business: Business, row: inbox.Event, kind: str, count: int, value: int, expires: terms.New, now: datetime
) -> Sequence[int]:
    """Book ``count`` vouchers of ``value`` each as one entry and return their lots."""
    book = book_of(business=business.pk)
    wallet = bearer_wallet(book=book, public_id=f"bearer-{business.public_id}"[:40])
    lot = NewLot(wallet, INSTRUMENTS[kind], business.currency, Terms(row.time, expires.expires_at))
    cause = Cause(key=f"issue:{row.pk}:{value}", occurred_at=row.time, event_id=row.pk, note=kind)
    recipe = recipes.sell_many if kind == "sold" else recipes.give_many
    return post(book=book, postings=[recipe(cause=cause, lots=[lot] * count, units=value)], now=now)[0].lots


def _kind(data: dict[str, Any]) -> str:
    kind = data.get("kind")
    if kind not in INSTRUMENTS:
        raise Invalid("bad_kind", "kind is sold or promotional", pointer="/kind")
    return str(kind)


def _count(data: dict[str, Any]) -> int:
    serials = data.get("serials")
    count = data.get("count", 1) if serials is None else len(serials_named(serials))
    if type(count) is not int or not 1 <= count <= MOST:
        raise Invalid("bad_count", f"from 1 to {MOST} vouchers in one order", pointer="/count", most=MOST)
    return count


def _last_day(data: dict[str, Any]) -> date | str | None:
    """Return the last day an order asks for: a day, ``never``, or None for what the business and the law say."""
    return "never" if data.get("expires_on") == "never" else day_named(data.get("expires_on"), "expires_on")


def _fields(business: Business, row: inbox.Event, *, now: datetime) -> dict[str, Any]:
    data = row.data
    design = None
    if data.get("design"):
        design = Design.objects.filter(business=business, public_id=data["design"]).first()
        if design is None:
            raise NotFound("design_not_found", "no design of that id")
    named = {
        place: contact_named(business=business, row=row, ref=data.get(place), place=place, now=now)
        for place in ("buyer", "recipient")
    }
    return {
        **named,
        "location": location_named(business=business, ref=data.get("location")),
        "design": design,
        "service": service_of(data),
        "message": str(data.get("message") or "").strip()[:1000],
        "deliver_on": delivery_named(business, data, at=row.time),
    }


def service_of(data: Mapping[str, Any]) -> str:
    """Return the named service an order is for; empty for an amount."""
    return " ".join(str(data.get("service") or "").split())[:500]


def _columns(fields: dict[str, Any]) -> dict[str, Any]:
    related = {"buyer", "recipient", "location", "design"}
    return {
        (f"{name}_id" if name in related else name): (value.pk if name in related and value is not None else value)
        for name, value in fields.items()
    }


def _batch(
    business: Business, row: inbox.Event, kind: str, numbered: Sequence[tuple[str, int]], value: int | None,
    *, now: datetime,
) -> Batch:  # fmt: skip
    return Batch.objects.create(
        business=business, public_id=mint_id("bat", at=now), label=str(row.data.get("label") or "").strip()[:100],
        kind=kind, prefix=numbered[0][0], count=len(numbered), value=value, event=row, created_at=now,
    )  # fmt: skip


def make_voucher(
    business: Business,
    *,
    kind: str,
    prefix: str,
    number: int,
    now: datetime,
    batch: Batch | None = None,
    **columns: Any,
) -> Voucher:
    """Return an unsaved card of stock with a new code; ``columns`` are columns of the table."""
    code = mint_code(secrecy.CODE_LENGTH)
    index = secrecy.index_of(code)
    made: Voucher = bulk.fresh(
        Voucher, business_id=business.pk, public_id=mint_id("vou", at=now), serial=codes.serial(prefix, number),
        prefix=prefix, number=number, code_index=index, code_sealed=secrecy.seal(code, index=index),
        code_tail=code[-secrecy.TAIL :], kind=kind, state=State.STOCK.value, currency=business.currency,
        batch_id=batch.pk if batch else None, created_at=now, **columns,
    )  # fmt: skip
    return made


def _make_active(voucher: Voucher, *, sale: Sale, lot: int, value: int, expires: terms.New, at: datetime) -> None:
    voucher.state, voucher.sale_id = State.ACTIVE.value, sale.pk
    voucher.lot, voucher.value = lot, value
    voucher.expires_at, voucher.policy, voucher.vat = expires.expires_at, expires.policy, expires.vat
    voucher.issued_at = at


def _insert(rows: Sequence[Voucher]) -> None:
    for start in range(0, len(rows), CHUNK):
        bulk.insert(rows[start : start + CHUNK])
