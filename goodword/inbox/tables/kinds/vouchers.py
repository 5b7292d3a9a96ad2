"""Vouchers brought along: sold or given elsewhere and still worth something; ``voucher.brought`` of ours.

A card's number that reads like one of our serials (``GC-1001``) is its serial; any other is its code, as is a code of
our own form. What was used up, has expired or was cancelled holds nothing to bring.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from goodword import codes
from goodword.errors import Refused
from goodword.inbox.tables import tenders, values
from goodword.inbox.tables.kind import Cells, Draft, Field, Kind, Later, meanings, plain_words
from goodword.inbox.tables.kinds.voucher_words import (
    BADGE_WORDS,
    BUYER,
    HEADS,
    KIND_WORDS,
    NEVER,
    PAID_WORDS,
    RECIPIENT,
    STATE_WORDS,
)
from goodword.money import MAX_UNITS, to_major

TYPE = "voucher.brought"
FIRST_YEAR, LAST_YEAR = 1970, 9000  # as of the times of events
STATES = ("active", "redeemed", "expired", "void", "unpaid", "blocked")
METHODS = ("till", "card", "stripe", "bank_transfer", "other", "complimentary")
ENDED = "\x1fended"  # among a fault's facts: which voucher a row names that has ended; flow takes it out
LONGEST_MESSAGE, LONGEST_REFERENCE, LONGEST_SERVICE = 1000, 200, 500


def _person(prefix: str, heads: dict[str, tuple[str, ...]]) -> tuple[Field, ...]:
    return (
        Field(f"{prefix}_id", False, heads["id"], "text"),
        Field(f"{prefix}_name", False, heads["name"], "text"),
        Field(f"{prefix}_phone", False, heads["phone"], "phone"),
        Field(f"{prefix}_email", False, heads["email"], "email"),
    )


FIELDS = (
    Field("serial", False, HEADS["serial"], "text"),
    Field("code", False, HEADS["code"], "code"),
    Field("value", False, HEADS["value"], "money"),
    Field("balance", False, HEADS["balance"], "money"),
    Field("redeemed", False, HEADS["redeemed"], "money"),
    Field("service", False, HEADS["service"], "text"),
    Field("sold_on", False, HEADS["sold_on"], "datetime"),
    Field("expires", False, HEADS["expires"], "text"),
    Field("status", False, HEADS["status"], "choice", STATES),
    Field("voucher_kind", False, HEADS["voucher_kind"], "choice", ("sold", "promotional")),
    Field("paid_by", False, tenders.HEADS["paid_by"], "choice", METHODS),
    Field("reference", False, HEADS["reference"], "text"),
    *_person("buyer", BUYER),
    *_person("recipient", RECIPIENT),
    Field("message", False, HEADS["message"], "text"),
    Field("location", False, HEADS["location"], "text"),
    Field("badges", False, HEADS["badges"], "labels", ("voucher", "not_a_voucher")),
    Field("currency", False, HEADS["currency"], "text"),
)


def build(rows: Sequence[Cells]) -> Draft | None:
    """Make a voucher of a row, or put to it why there is none to make."""
    (cells,) = rows
    if not _is_voucher(cells):
        return None
    serial, code = _named(cells)
    service = _service(cells)
    value, balance = _worth(cells, service=service is not None)
    at = cells.moment("sold_on") or cells.context.fallback_time
    _check_time(cells, at)
    last_day = _last_day(cells, balance)
    kind, method = _instrument(cells)
    _check_state(cells, balance)
    people = {place: _ref(cells, place) for place in ("buyer", "recipient")}
    told: dict[str, Any] = {
        "serial": serial, "code": code, "kind": kind, "value": value, "balance": balance, "expires_on": last_day,
        "service": service,
        "payment": {"method": method, "reference": cells.text("reference", longest=LONGEST_REFERENCE) or ""}, **people,
        "location": cells.text("location", longest=200), "message": cells.text("message", longest=LONGEST_MESSAGE),
    }  # fmt: skip
    if cells.faults:
        _name_ended(cells, serial, code)
        return None
    inner = {name: each for name, each in told.items() if each is not None}
    key = f"voucher:{serial or f'row-{cells.row.number}'}"
    return Draft(key, [Later("", TYPE, at, {"voucher": inner})], balance or 0,
                 once=[("code", code)] if code is not None else [])  # fmt: skip


def _named(cells: Cells) -> tuple[str | None, str | None]:
    """Return the serial and the code as they are compared; at least one of them is needed."""
    text, code = cells.told("serial"), cells.told("code")
    serial = None
    if text is not None:
        serial = codes.read_serial(text)
        if serial is None:
            cells.refuse("serial", "bad_serial")
    if code is None:
        if text is None and not cells.faults:
            cells.refuse("serial" if cells.mapping.get("serial") else "code", "missing_value")
        return serial, None
    try:
        return serial, codes.read(code, length=codes.BEARER_LENGTH)
    except Refused:
        pass
    like = codes.read_serial(code)
    if like is not None:  # found by it as by any serial: it is none that only the holder could know
        if serial not in (None, like):
            cells.refuse("code", "code_like_serial")
        return like, None
    other = codes.read_other(code)
    if other is None:
        cells.refuse("code", "bad_code", shortest=codes.SHORTEST_OTHER, longest=codes.LONGEST)
    return serial, other


def _is_voucher(cells: Cells) -> bool:
    """Pass over a row without the badge of a voucher, where the table has badges; an unknown one is for a person."""
    if not cells.mapping.get("badges"):
        return True
    if cells.told("badges") is None:
        cells.refuse("badges", "not_a_voucher")
        return False
    meant = cells.choice("badges")
    if meant in ("", "not_a_voucher"):
        cells.refuse("badges", "not_a_voucher")
    return meant == "voucher"


def _service(cells: Cells) -> str | None:
    text = cells.text("service", longest=LONGEST_SERVICE)
    return None if text is None or cells.told("service") is None else " ".join(text.split())


def _worth(cells: Cells, *, service: bool) -> tuple[int | None, int | None]:
    """Return what it was worth at first and what is left; of the first, what is left and what was redeemed, each may
    be told or follow from the others. A named service is whole or gone (rulings 31).
    """
    currency = (cells.text("currency") or cells.context.currency).upper()
    if currency != cells.context.currency:
        cells.refuse("currency", "wrong_currency")
    value, balance, redeemed = (cells.money(name) for name in ("value", "balance", "redeemed"))
    empty = "service_without_value" if service and value is None else "missing_value"
    left = "balance"
    if cells.mapping.get("balance"):
        if cells.told("balance") is None:
            cells.refuse("balance", empty)
        elif value is not None and balance is not None and redeemed is not None and value - redeemed != balance:
            told = {"left": str(to_major(balance, currency)), "wanted": str(to_major(value - redeemed, currency))}
            cells.refuse("redeemed", "voucher_does_not_add_up", **told)
        value = _sum(balance, redeemed or 0) if value is None else value
    elif cells.told("value") is None:
        cells.refuse("value", empty)
    else:
        left = "redeemed" if redeemed else "balance"
        balance = _sum(value, -(redeemed or 0))
    _check_range(cells, value, balance, left=left)
    if service and value is not None and balance is not None and 0 < balance < value:
        cells.refuse(left, "service_part_used")
    return value, balance


def _sum(one: int | None, other: int) -> int | None:
    return None if one is None else one + other


def _check_range(cells: Cells, value: int | None, balance: int | None, *, left: str) -> None:
    for name, units in (("value", value), (left, balance)):
        if units is not None and units < 0:
            cells.refuse(name, "negative_balance")
        elif units is not None and units > MAX_UNITS:
            cells.refuse(name, "amount_out_of_range")
    if value is not None and balance is not None and balance > value:
        cells.refuse(left, "balance_above_value")


def _check_time(cells: Cells, at: datetime) -> None:
    if cells.context.now is not None and at > cells.context.now:
        cells.refuse("sold_on", "time_in_future")
    elif at.year < FIRST_YEAR:
        cells.refuse("sold_on", "time_out_of_range")


def _last_day(cells: Cells, balance: int | None) -> str:
    """Return the last day it is valid, or ``never``; blank is never. One that is over by now is refused."""
    text = cells.told("expires")
    if text is None or values.is_never(text) or plain_words(text) in NEVER:
        return "never"
    if cells.moment("expires") is None:
        return "never"
    last = values.day(text, order=cells.form.dates)
    if not FIRST_YEAR <= last.year <= LAST_YEAR:
        cells.refuse("expires", "time_out_of_range")
        return "never"
    end = values.moment((last + timedelta(days=1)).isoformat(), order=cells.form.dates, zone=cells.context.zone)
    if end <= cells.context.fallback_time:
        cells.refuse("expires", "voucher_expired" if balance else "voucher_ended")
    return last.isoformat()


def _instrument(cells: Cells) -> tuple[str, str]:
    """Return sold or promotional, and how it was paid; complimentary if and only if promotional (rulings 35)."""
    kind, method = cells.choice("voucher_kind") or "", cells.choice("paid_by") or ""
    if not kind:
        kind = "promotional" if method == "complimentary" else "sold"
    if not method:
        method = "complimentary" if kind == "promotional" else "other"
    if (kind == "promotional") != (method == "complimentary"):
        cells.refuse("paid_by", "bad_payment")
    return kind, method


def _check_state(cells: Cells, balance: int | None) -> None:
    """Pass over what has ended; money that would be lost by it, and what only a person can say, is told."""
    state = cells.choice("status") or "active"
    counted = bool(cells.mapping.get("balance")) or cells.told("redeemed") is not None
    if balance == 0:
        cells.refuse("status" if state != "active" else "balance",
                     "voucher_ended" if state != "active" else "nothing_to_bring")  # fmt: skip
    elif state == "void":
        cells.refuse("status", "voucher_ended")
    elif state == "unpaid":
        cells.refuse("status", "voucher_unpaid")
    elif state == "blocked":
        cells.refuse("status", "voucher_blocked")
    elif state == "redeemed" and balance and counted:
        cells.refuse("status", "used_with_balance")
    elif state == "redeemed":
        cells.refuse("status", "voucher_ended")
    elif state == "expired" and not any(fault.code == "voucher_expired" for fault in cells.faults):
        cells.refuse("status", "voucher_expired" if balance else "voucher_ended")


def _name_ended(cells: Cells, serial: str | None, code: str | None) -> None:
    """Say of which voucher it is that all of it is gone there: it may still be good here."""
    named = {name: text for name, text in (("serial", serial), ("code", code)) if text is not None}
    if named and {fault.code for fault in cells.faults} <= {"voucher_ended", "nothing_to_bring"}:
        for fault in cells.faults:
            fault.facts[ENDED] = named


def _ref(cells: Cells, place: str) -> dict[str, str] | None:
    """Return whom a row names, by all it tells of them; which of it finds them is for the books to say."""
    told = {
        "external_id": cells.told(f"{place}_id"), "name": cells.told(f"{place}_name"),
        "phone": cells.phone(f"{place}_phone"), "email": cells.email(f"{place}_email"),
    }  # fmt: skip
    found = {name: value[:200] for name, value in told.items() if value}
    return found or None


KIND = Kind(
    "vouchers",
    FIELDS,
    one_of=(("serial", "code"), ("value", "balance")),
    build=build,
    words={
        "status": meanings(STATE_WORDS), "voucher_kind": meanings(KIND_WORDS), "paid_by": meanings(PAID_WORDS),
        "badges": meanings(BADGE_WORDS),
    },
)  # fmt: skip
