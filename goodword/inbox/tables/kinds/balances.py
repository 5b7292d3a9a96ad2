"""Opening balances: points and credit that customers bring along, each with its expiry; ``balance.brought`` of ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from goodword.inbox.tables import values
from goodword.inbox.tables.contacts import contact_fields, contact_of, label_of
from goodword.inbox.tables.kind import Cells, Draft, Field, Kind, Later, headings
from goodword.money import MAX_UNITS, POINTS

TYPE = "balance.brought"
LAST_YEAR = 9000  # as of the times of events

HEADS = headings("""
points: points, points balance, loyalty points, reward points, point balance, lifetime points, poäng, poängsaldo,
    النقاط
credit: credit, credit balance, store credit, account credit, balance, gift balance, tillgodo, tillgodohavande, saldo,
    الرصيد
expires: expires, expires on, expiry, expiry date, expiration date, valid until, giltig till, utgår, تاريخ الانتهاء
date: date, as of, as at, balance date, datum, per, التاريخ
currency: currency, currency code, valuta, العملة
""")

FIELDS = (
    *contact_fields(),
    Field("points", False, HEADS["points"], "points"),
    Field("credit", False, HEADS["credit"], "money"),
    Field("expires", False, HEADS["expires"], "date"),
    Field("date", False, HEADS["date"], "datetime"),
    Field("currency", False, HEADS["currency"], "text"),
)


def build(rows: Sequence[Cells]) -> Draft | None:
    """Make the balances of one customer: points, credit, or both."""
    (cells,) = rows
    contact, named = contact_of(cells)
    if contact is None and named is None and not cells.faults:
        cells.refuse("customer_id", "missing_value")
    points, credit = cells.whole("points"), cells.money("credit")
    currency = (cells.text("currency") or cells.context.currency).upper()
    if currency != cells.context.currency:
        cells.refuse("currency", "wrong_currency")
    at = cells.moment("date") or cells.context.fallback_time
    expires = _expiry(cells, at)
    for name, units in (("points", points), ("credit", credit)):
        if units is not None and units < 0:
            cells.refuse(name, "negative_balance")
        elif units is not None and units > MAX_UNITS:
            cells.refuse(name, "amount_out_of_range")
    brought = [(asset, units) for asset, units in ((POINTS, points), (currency, credit)) if units]
    if not brought and not cells.faults:
        cells.refuse("points" if cells.mapping.get("points") else "credit", "nothing_to_bring")
    if cells.faults:
        return None
    events = [
        Later(_suffix(asset), TYPE, at, {"balance": _balance(contact, asset, units, expires)})
        for asset, units in brought
    ]
    key = f"balance:{label_of(contact, named)}:{expires.date() if expires else 'never'}"
    return Draft(key, events, credit or 0, [] if named is None else [named])


def _suffix(asset: str) -> str:
    return "points" if asset == POINTS else "credit"


def _balance(contact: Any, asset: str, units: int, expires: datetime | None) -> dict[str, Any]:
    told = {"contact": contact, "asset": asset, "units": units}
    return told if expires is None else {**told, "expires_at": expires.isoformat().replace("+00:00", "Z")}


def _expiry(cells: Cells, at: datetime) -> datetime | None:
    """Return the first instant the value is no longer valid: the midnight that ends its last day (rulings 38)."""
    text = cells.told("expires")
    if text is None or values.is_never(text):
        return None
    start = cells.moment("expires")
    if start is None:
        return None
    last = values.day(text, order=cells.form.dates)
    if last.year > LAST_YEAR:
        cells.refuse("expires", "time_out_of_range")
        return None
    midnight = values.moment((last + timedelta(days=1)).isoformat(), order=cells.form.dates, zone=cells.context.zone)
    if midnight <= at:
        cells.refuse("expires", "already_expired")
        return None
    return midnight


KIND = Kind(
    "balances",
    FIELDS,
    one_of=(("customer_id", "customer_name", "customer_phone", "customer_email"), ("points", "credit")),
    build=build,
)
