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
from goodword.inbox.tables.kind import Cells, Draft, Field, Kind, Later, headings, meanings, plain_words
from goodword.money import MAX_UNITS

TYPE = "voucher.brought"
FIRST_YEAR, LAST_YEAR = 1970, 9000  # as of the times of events
STATES = ("active", "redeemed", "expired", "void")
METHODS = ("till", "card", "stripe", "bank_transfer", "other", "complimentary")
LONGEST_MESSAGE, LONGEST_REFERENCE = 1000, 200

HEADS = headings("""
serial: serial, serial number, serial no, voucher number, voucher no, voucher #, voucher id, certificate number,
    gift certificate number, certificate no, löpnummer, serienummer, presentkortsnummer, الرقم التسلسلي, رقم القسيمة
code: code, voucher code, gift code, gift card code, redemption code, card code, gift card number, gift card no,
    gift card #, card number, gift card, gan, kod, presentkortskod, kortnummer, الرمز, رمز القسيمة, رقم البطاقة
voucher_kind: kind, voucher kind, instrument, sold or promotional, gift card type, typ, النوع
value: value, face value, original value, initial value, original amount, initial balance, amount, voucher value,
    amount sold, starting balance, värde, ursprungligt värde, belopp, القيمة, القيمة الأصلية
balance: balance, remaining, remaining balance, current balance, balance left, amount remaining, remaining value,
    available balance, outstanding, saldo, kvar, återstår, kvarvarande saldo, الرصيد, المتبقي
sold_on: sold on, date sold, sold, sale date, purchase date, purchased on, purchased, date purchased, issue date,
    issued on, issued, date issued, activated, activation date, created, created at, date, såld, säljdatum, köpdatum,
    utfärdad, تاريخ البيع, تاريخ الإصدار, التاريخ
expires: expires, expires on, expiry, expiry date, expiration, expiration date, last day, valid until, valid to,
    giltig till, giltigt till, utgår, sista dag, تاريخ الانتهاء, صالحة حتى
status: status, state, voucher status, statusar, الحالة
reference: reference, payment reference, payment id, transaction id, order number, order id, receipt number, invoice
    number, referens, betalningsreferens, ordernummer, kvittonummer, المرجع, رقم الطلب
location: location, branch, store, shop, plats, butik, salong, الفرع
message: message, greeting, note to recipient, gift message, personal message, hälsning, meddelande, الرسالة
currency: currency, currency code, valuta, العملة
""")
BUYER = headings("""
id: buyer id, purchaser id, customer id, client id, customer number, kundnummer, رقم العميل
name: buyer, buyer name, purchaser, purchaser name, purchased by, bought by, sold to, sender, from, from name,
    customer name, customer, client name, client, köpare, köparens namn, avsändare, المشتري, اسم المشتري
phone: buyer phone, purchaser phone, sender phone, customer phone, client phone, köparens telefon, هاتف المشتري
email: buyer email, purchaser email, sender email, customer email, client email, köparens e post, بريد المشتري
""")
RECIPIENT = headings("""
id: recipient id
name: recipient, recipient name, given to, issued to, to, to name, beneficiary, mottagare, mottagarens namn, المستلم,
    اسم المستلم
phone: recipient phone, recipient mobile, mottagarens telefon, هاتف المستلم
email: recipient email, mottagarens e post, بريد المستلم
""")
STATE_WORDS = headings("""
active: open, valid, available, issued, sold, activated, unused, unredeemed, not redeemed, outstanding, live, enabled,
    partially redeemed, partly redeemed, partially used, partly used, in use, aktiv, giltig, såld, öppen, delvis inlöst,
    oanvänd, نشطة, سارية, فعالة, صالحة
redeemed: used, fully redeemed, fully used, completed, spent, closed, empty, zero balance, inlöst, använd, förbrukad,
    مستخدمة, مستردة
expired: lapsed, out of date, utgången, förfallen, منتهية, منتهية الصلاحية
void: voided, cancelled, canceled, refunded, deleted, inactive, disabled, deactivated, lost, makulerad, annullerad,
    avbruten, återbetald, spärrad, ملغاة, ملغية
""")
KIND_WORDS = headings("""
sold: sale, paid, purchased, gift card, gift voucher, gift certificate, såld, köpt, presentkort, مباعة, مدفوعة
promotional: promo, promotion, complimentary, free, gift from us, given, given away, given for free, compensation,
    reklam, gratis, kampanj, gåva, ترويجية, مجانية, هدية
""")
PAID_WORDS = {
    "till": (*tenders.WORDS["cash"], "cash", "in store", "counter", "pos", "i kassan", "kassa", "الصندوق"),
    "card": tuple(word for word in tenders.WORDS["card"] if word != "stripe"),
    "bank_transfer": tenders.WORDS["bank_transfer"],
    "other": (*tenders.WORDS["other"], *tenders.WORDS["gift_card"], "online", "web", "website", "invoice", "faktura"),
    "complimentary": (*tenders.WORDS["promotional"], "free", "comp", "no charge", "given", "مجانا"),
}
NEVER = {"never", "none", "no", "no expiry", "no expiration", "does not expire", "unlimited", "n a", "aldrig", "ingen",
         "tills vidare", "أبدا", "بلا", "لا تنتهي"}  # fmt: skip


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
    Field("currency", False, HEADS["currency"], "text"),
)


def build(rows: Sequence[Cells]) -> Draft | None:
    """Make a voucher of a row, or put to it why there is none to make."""
    (cells,) = rows
    serial, code = _named(cells)
    value, balance = _worth(cells)
    at = cells.moment("sold_on") or cells.context.fallback_time
    _check_time(cells, at)
    last_day = _last_day(cells, balance)
    kind, method = _instrument(cells)
    _check_state(cells, balance)
    people = {place: _ref(cells, place) for place in ("buyer", "recipient")}
    told: dict[str, Any] = {
        "serial": serial, "code": code, "kind": kind, "value": value, "balance": balance, "expires_on": last_day,
        "payment": {"method": method, "reference": cells.text("reference", longest=LONGEST_REFERENCE) or ""}, **people,
        "location": cells.text("location", longest=200), "message": cells.text("message", longest=LONGEST_MESSAGE),
    }  # fmt: skip
    if cells.faults:
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


def _worth(cells: Cells) -> tuple[int | None, int | None]:
    """Return what it was worth at first and what is left; where one is not told, it is the other."""
    currency = (cells.text("currency") or cells.context.currency).upper()
    if currency != cells.context.currency:
        cells.refuse("currency", "wrong_currency")
    value, balance = cells.money("value"), cells.money("balance")
    if cells.mapping.get("balance"):
        if cells.told("balance") is None:
            cells.refuse("balance", "missing_value")
        value = balance if value is None else value
    elif cells.told("value") is None:
        cells.refuse("value", "missing_value")
    else:
        balance = value
    for name, units in (("value", value), ("balance", balance)):
        if units is not None and units < 0:
            cells.refuse(name, "negative_balance")
        elif units is not None and units > MAX_UNITS:
            cells.refuse(name, "amount_out_of_range")
    if value is not None and balance is not None and balance > value:
        cells.refuse("balance", "balance_above_value")
    return value, balance


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
    """Pass over what has ended; money that would be lost by it is told."""
    state = cells.choice("status") or "active"
    if balance == 0:
        cells.refuse("status" if state != "active" else "balance",
                     "voucher_ended" if state != "active" else "nothing_to_bring")  # fmt: skip
    elif state == "void":
        cells.refuse("status", "voucher_ended")
    elif state == "redeemed" and balance and cells.mapping.get("balance"):
        cells.refuse("status", "used_with_balance")
    elif state == "redeemed":
        cells.refuse("status", "voucher_ended")
    elif state == "expired" and not any(fault.code == "voucher_expired" for fault in cells.faults):
        cells.refuse("status", "voucher_expired" if balance else "voucher_ended")


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
    },
)  # fmt: skip
