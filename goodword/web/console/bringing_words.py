"""The words of imports: kinds of tables, their fields and choices, states, how files are written."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from goodword.errors import Refused
from goodword.inbox.models import Import
from goodword.inbox.tables import values
from goodword.inbox.tables.presets import PRESETS
from goodword.inbox.tables.told import Told
from goodword.money import Amount
from goodword.reports.import_samples import Sample
from goodword.reports.row_faults import ROWS, row_sentence
from goodword.web import showing
from goodword.web.labels import JOB_STATUSES, Look

State = Import.State

# What can be brought, in the order in which it is best brought: what comes later speaks of what came before.
KINDS: dict[str, tuple[Promise, Promise, str]] = {
    "customers": (gettext_lazy("Customers"), gettext_lazy("Names, phones, addresses, and who referred them."), "users"),
    "jobs": (gettext_lazy("Jobs"), gettext_lazy("Work booked, done and paid."), "wrench"),
    "receipts": (gettext_lazy("Receipts or invoices"), gettext_lazy("Sales, a line or a whole one a row."),
                 "receipt-text"),
    "appointments": (gettext_lazy("Appointments"), gettext_lazy("What is or was booked."), "calendar-check"),
    "referrals": (gettext_lazy("Referrals"), gettext_lazy("Which customer sent which friend."), "handshake"),
    "balances": (gettext_lazy("Opening balances"), gettext_lazy("Points and credit that customers have already."),
                 "wallet"),
    "vouchers": (gettext_lazy("Vouchers sold before"), gettext_lazy("Gift cards and vouchers that are still good."),
                 "gift"),
}  # fmt: skip

FIELDS: dict[str, Promise] = {
    "amount": gettext_lazy("Amount of the line, without tax"),
    "appointment": gettext_lazy("Appointment number"),
    "balance": gettext_lazy("What is left of it"),
    "booked": gettext_lazy("Booked on"),
    "booked_date": gettext_lazy("Booked on"),
    "buyer_email": gettext_lazy("The buyer’s e-mail"),
    "buyer_id": gettext_lazy("The buyer’s customer number"),
    "buyer_name": gettext_lazy("The buyer’s name"),
    "buyer_phone": gettext_lazy("The buyer’s phone"),
    "cancelled_date": gettext_lazy("Cancelled on"),
    "city": gettext_lazy("City"),
    "clubs": gettext_lazy("Clubs"),
    "code": gettext_lazy("Code, or number of the card"),
    "company": gettext_lazy("Company"),
    "completed_date": gettext_lazy("Completed on"),
    "consultation_date": gettext_lazy("Consultation on"),
    "created": gettext_lazy("Customer since"),
    "credit": gettext_lazy("Credit"),
    "currency": gettext_lazy("Currency"),
    "customer_email": gettext_lazy("The customer’s e-mail"),
    "customer_id": gettext_lazy("Customer number"),
    "customer_name": gettext_lazy("The customer’s name"),
    "customer_phone": gettext_lazy("The customer’s phone"),
    "date": gettext_lazy("Date"),
    "description": gettext_lazy("Description"),
    "discount": gettext_lazy("Discount"),
    "email": gettext_lazy("E-mail"),
    "expires": gettext_lazy("Valid until"),
    "first_name": gettext_lazy("First name"),
    "friend_email": gettext_lazy("The friend’s e-mail"),
    "friend_id": gettext_lazy("The friend’s number"),
    "friend_name": gettext_lazy("The friend’s name"),
    "friend_phone": gettext_lazy("The friend’s phone"),
    "invoiced_date": gettext_lazy("Invoiced on"),
    "job": gettext_lazy("Job number"),
    "kind": gettext_lazy("Kind of line"),
    "language": gettext_lazy("Language"),
    "last_name": gettext_lazy("Last name"),
    "location": gettext_lazy("Location"),
    "made": gettext_lazy("How it was booked"),
    "message": gettext_lazy("Message on the card"),
    "name": gettext_lazy("Name"),
    "other_phone": gettext_lazy("Second phone"),
    "paid_by": gettext_lazy("How it was paid"),
    "paid_card": gettext_lazy("Paid by card"),
    "paid_cash": gettext_lazy("Paid in cash"),
    "paid_gift_card": gettext_lazy("Paid with gift cards"),
    "paid_other": gettext_lazy("Paid in another way"),
    "paid_promotional": gettext_lazy("Paid with points, credit or gifts"),
    "paid_transfer": gettext_lazy("Paid by bank transfer"),
    "paid_date": gettext_lazy("Paid on"),
    "phone": gettext_lazy("Phone"),
    "points": gettext_lazy("Points"),
    "postal_code": gettext_lazy("Postal code"),
    "quantity": gettext_lazy("Quantity"),
    "quote_date": gettext_lazy("Quoted on"),
    "receipt": gettext_lazy("Receipt or invoice number"),
    "recipient_email": gettext_lazy("The recipient’s e-mail"),
    "recipient_id": gettext_lazy("The recipient’s customer number"),
    "recipient_name": gettext_lazy("The recipient’s name"),
    "recipient_phone": gettext_lazy("The recipient’s phone"),
    "reference": gettext_lazy("Reference of the payment"),
    "referred_by": gettext_lazy("Who referred them: name, phone or e-mail"),
    "referred_by_id": gettext_lazy("Who referred them: customer number"),
    "referrer": gettext_lazy("The referrer’s name"),
    "referrer_email": gettext_lazy("The referrer’s e-mail"),
    "referrer_id": gettext_lazy("The referrer’s number"),
    "referrer_phone": gettext_lazy("The referrer’s phone"),
    "region": gettext_lazy("State or region"),
    "serial": gettext_lazy("Serial, like GC-1001"),
    "service": gettext_lazy("Service"),
    "services": gettext_lazy("Services"),
    "sku": gettext_lazy("Article or service code"),
    "sold_on": gettext_lazy("Sold on"),
    "staff": gettext_lazy("Who did the work"),
    "status": gettext_lazy("Status"),
    "street": gettext_lazy("Street"),
    "street_2": gettext_lazy("Second line of the address"),
    "tags": gettext_lazy("Tags"),
    "tax": gettext_lazy("Tax"),
    "tax_2": gettext_lazy("Second tax"),
    "tax_3": gettext_lazy("Third tax"),
    "time": gettext_lazy("Time of day"),
    "total": gettext_lazy("Total"),
    "unit_price": gettext_lazy("Price each"),
    "value": gettext_lazy("What it was worth at first"),
    "voucher_kind": gettext_lazy("Sold or given away"),
}

CHOICES: dict[str, Promise] = {
    **JOB_STATUSES,
    "appointment_cancelled": gettext_lazy("Cancelled"),
    "bank_transfer": gettext_lazy("Bank transfer"),
    "card": gettext_lazy("Card"),
    "cash": gettext_lazy("Cash"),
    "closed": gettext_lazy("Sold"),
    "gift_card": gettext_lazy("Gift card, sold before"),
    "gift_voucher": gettext_lazy("Gift voucher sold"),
    "membership": gettext_lazy("Membership"),
    "no_show": gettext_lazy("Did not come"),
    "not_a_job": gettext_lazy("No job: leave the row out"),
    "not_a_sale": gettext_lazy("No sale: leave the row out"),
    "online": gettext_lazy("Online"),
    "other": gettext_lazy("Another way"),
    "package": gettext_lazy("Package sold"),
    "package_use": gettext_lazy("Package used"),
    "prebooked": gettext_lazy("At the visit before"),
    "promotional": gettext_lazy("Points, credit or a gift: earns nothing"),
    "retail": gettext_lazy("Product"),
    "service": gettext_lazy("Service"),
    "staff": gettext_lazy("By staff"),
}

# Choices of one field that mean something else elsewhere.
OF_FIELD: dict[tuple[str, str], Promise] = {
    ("paid_by", "till"): gettext_lazy("At the till"),
    ("paid_by", "stripe"): gettext_lazy("Stripe"),
    ("paid_by", "complimentary"): gettext_lazy("Not paid: given away"),
    ("status", "active"): gettext_lazy("Still good"),
    ("status", "redeemed"): gettext_lazy("All used: leave the row out"),
    ("status", "expired"): gettext_lazy("Expired"),
    ("status", "void"): gettext_lazy("Cancelled: leave the row out"),
    ("voucher_kind", "sold"): gettext_lazy("Sold"),
    ("voucher_kind", "promotional"): gettext_lazy("Given away"),
}

STATES: dict[str, Look] = {
    State.DRAFT: Look(gettext_lazy("Columns to match"), "info", "sliders-horizontal"),
    State.CHECKING: Look(gettext_lazy("Being looked over"), "info", "hourglass"),
    State.CHECKED: Look(gettext_lazy("Looked over"), "info", "file-search"),
    State.RECORDING: Look(gettext_lazy("Being brought in"), "primary", "hourglass"),
    State.SETTLING: Look(gettext_lazy("Being settled"), "primary", "hourglass"),
    State.DONE: Look(gettext_lazy("Brought in"), "success", "circle-check"),
    State.FAILED: Look(gettext_lazy("Stopped"), "error", "circle-alert"),
    State.UNDOING: Look(gettext_lazy("Being undone"), "warning", "hourglass"),
    State.UNDONE: Look(gettext_lazy("Undone"), "neutral", "undo-2"),
}

DELIMITERS: dict[str, tuple[str, Promise]] = {
    "comma": (",", gettext_lazy("Comma ( , )")),
    "semicolon": (";", gettext_lazy("Semicolon ( ; )")),
    "tab": ("\t", gettext_lazy("Tab")),
    "pipe": ("|", gettext_lazy("Bar ( | )")),
}
DECIMALS: dict[str, Promise] = {
    ".": gettext_lazy("A point: 1,234.50"),
    ",": gettext_lazy("A comma: 1.234,50"),
}
DATES: dict[str, Promise] = {
    "dmy": gettext_lazy("Day, month, year: 31/12/2026"),
    "mdy": gettext_lazy("Month, day, year: 12/31/2026"),
    "ymd": gettext_lazy("Year, month, day: 2026-12-31"),
}
ENCODINGS: dict[str, Promise | str] = {
    "utf-8": "Unicode (UTF-8)",
    "utf-16": "Unicode (UTF-16)",
    "utf-16-le": "Unicode (UTF-16 LE)",
    "utf-16-be": "Unicode (UTF-16 BE)",
    "cp1252": gettext_lazy("Western European (Windows)"),
    "latin-1": gettext_lazy("Western European (ISO 8859-1)"),
    "iso8859-15": gettext_lazy("Western European (ISO 8859-15)"),
    "cp1250": gettext_lazy("Central European (Windows)"),
    "cp1251": gettext_lazy("Cyrillic (Windows)"),
    "cp1256": gettext_lazy("Arabic (Windows)"),
    "iso8859-6": gettext_lazy("Arabic (ISO 8859-6)"),
    "cp437": gettext_lazy("Old PC (437)"),
    "cp850": gettext_lazy("Old PC (850)"),
    "mac-roman": gettext_lazy("Old Mac"),
}
# Instead of sentences that tell something of each row (row_faults.ROWS).
REASONS: dict[str, Promise] = {
    "invalid_event": gettext_lazy("This cannot be recorded."),
    "line_does_not_add_up": gettext_lazy("The parts of the line do not add up."),
    "repeated_row": gettext_lazy("An earlier row told the same already."),
    "too_long": gettext_lazy("A cell is too long."),
    "with_row": gettext_lazy("These rows are right, but each belongs together with one that is not."),
}
EVENTS: dict[str, tuple[Promise, str]] = {
    "contact.saved": (gettext_lazy("Customers"), "customers"),
    "job.saved": (gettext_lazy("Reports of jobs"), ""),
    "ticket.closed": (gettext_lazy("Receipts"), ""),
    "ticket.adjusted": (gettext_lazy("Receipts changed"), ""),
    "appointment.booked": (gettext_lazy("Appointments"), ""),
    "balance.brought": (gettext_lazy("Opening balances"), ""),
    "voucher.brought": (gettext_lazy("Vouchers"), ""),
}


def kind_name(kind: str) -> str:
    """Return what the rows of a kind of table are."""
    return str(KINDS[kind][0]) if kind in KINDS else _("Not said yet")


def preset_name(preset: str) -> str:
    """Return the name of the system whose export it is."""
    return PRESETS[preset].title if preset in PRESETS else ""


def field_name(field: str) -> str:
    """Return what a field is called on pages."""
    return str(FIELDS.get(field, field.replace("_", " ")))


def choice_name(field: str, choice: str) -> str:
    """Return what one of a field's choices is called."""
    if field == "language":
        return showing.language(choice)
    told = OF_FIELD.get((field, choice)) or CHOICES.get(choice)
    return choice.replace("_", " ") if told is None else str(told)


def reason_name(code: str) -> str:
    """Return why rows were refused in one sentence that fits all of them."""
    told = REASONS.get(code) or ROWS.get(code)
    return str(told) if told is not None else code.replace("_", " ")


def sample_line(sample: Sample, field: str, *, currency: str) -> dict[str, str]:
    """Return a cell as it stands, what it is read as where that says more, and why it cannot be read."""
    fault = "" if sample.fault is None else row_sentence(sample.fault.code, sample.fault.facts)
    if sample.fault is not None and sample.fault.code == "unknown_word":
        fault = _("Say below what this word means.")
    value = sample.value
    if value is None or fault:
        read = ""
    elif isinstance(value, datetime):
        read = showing.whole_moment(value)
    elif isinstance(value, Decimal):
        read = _amount(value, currency) if field not in ("quantity",) else showing.number(float(value))
    elif isinstance(value, str) and field in ("status", "kind", "made", "language", "paid_by", "voucher_kind"):
        read = choice_name(field, value)
    elif isinstance(value, int):
        read = showing.number(value)
    else:
        read = showing.phone(value) if value.startswith("+") else value
    return {"raw": sample.raw, "read": "" if read == sample.raw else read, "fault": fault}


def told_sentence(told: Told, *, currency: str) -> str:
    """Return what rows come to in one plain sentence."""
    kind = told.raw["type"]
    inner: dict[str, Any] = next(iter(told.raw["data"].values()))
    day = showing.day(datetime.fromisoformat(told.raw["time"].replace("Z", "+00:00")))
    facts = {"day": day, "who": _who(told, inner), "id": _shown(str(inner.get("external_id", ""))),
             "amount": showing.amount(Amount(told.money, currency))}  # fmt: skip
    if kind == "contact.saved":
        return _contact(told, inner)
    if kind.startswith("ticket."):
        return _("%(day)s: %(who)s bought for %(amount)s (receipt %(id)s).") % facts
    if kind == "job.saved":
        facts["status"] = choice_name("status", str(inner.get("status", "")))
        if "total" in inner:
            return _("%(day)s: job %(id)s of %(who)s, %(amount)s. Status: %(status)s.") % facts
        return _("%(day)s: job %(id)s of %(who)s. Status: %(status)s.") % facts
    if kind == "balance.brought":
        facts["what"] = " + ".join(_balance(raw["data"]["balance"]) for raw in told.events)
        return _("%(day)s: %(who)s has %(what)s.") % facts
    if kind == "voucher.brought":
        return _voucher(inner, day=day, currency=currency)
    return _("%(day)s: appointment of %(who)s.") % facts


def seconds_left(seconds: float | None) -> str:
    """Return how long a step still takes, roughly; empty when nobody can tell."""
    if seconds is None:
        return ""
    if seconds < 60:
        return _("less than a minute left")
    minutes = round(seconds / 60)
    if minutes < 90:
        return ngettext("about %(count)s minute left", "about %(count)s minutes left", minutes) % {
            "count": showing.number(minutes)
        }
    hours = round(minutes / 60)
    return ngettext("about %(count)s hour left", "about %(count)s hours left", hours) % {"count": showing.number(hours)}


def _contact(told: Told, inner: dict[str, Any]) -> str:
    named = {each.place: each.value for each in told.named}
    who = str(inner.get("name") or named.get("friend") or inner.get("phone") or inner.get("external_id", ""))
    by = named.get("referrer") or _reference((inner.get("referred_by") or {}).get("contact"))
    if by:
        return _("%(who)s, referred by %(by)s.") % {"who": _shown(who), "by": _shown(by)}
    phone = showing.phone(str(inner["phone"])) if inner.get("phone") else ""
    reach = " · ".join(filter(None, (phone, inner.get("email"))))
    return f"{_shown(who)} · \u2066{reach}\u2069" if reach else _shown(who)


def _who(told: Told, inner: dict[str, Any]) -> str:
    named = next((each.value for each in told.named if each.place == "contact"), "")
    return _shown(named or _reference(inner.get("contact"))) or _("a walk-in")


def _reference(contact: Any) -> str:
    if isinstance(contact, dict):
        return str(contact.get("external_id") or contact.get("phone") or contact.get("email") or "")
    return str(contact or "")


def _balance(balance: dict[str, Any]) -> str:
    units, asset = int(balance["units"]), str(balance["asset"])
    if asset == "points":
        return ngettext("%(count)s point", "%(count)s points", units) % {"count": showing.number(units)}
    return showing.amount(Amount(units, asset))


def _voucher(inner: dict[str, Any], *, day: str, currency: str) -> str:
    facts = {
        "day": day, "serial": _shown(str(inner.get("serial", ""))) or _("with a new serial"),
        "left": showing.amount(Amount(inner["balance"], currency)),
        "value": showing.amount(Amount(inner["value"], currency)),
    }  # fmt: skip
    if inner["expires_on"] == "never":
        return _("%(day)s: voucher %(serial)s, %(left)s left of %(value)s, valid for ever.") % facts
    facts["until"] = showing.day(date.fromisoformat(inner["expires_on"]))
    return _("%(day)s: voucher %(serial)s, %(left)s left of %(value)s, valid until %(until)s.") % facts


def _amount(value: Decimal, currency: str) -> str:
    try:
        return showing.amount(Amount(values.smallest(value, currency=currency), currency))
    except Refused:
        return str(value)  # more decimals than the currency has: the sum is rounded, not this


def _shown(text: str) -> str:
    """Keep a name of any direction together inside a sentence of another, without marks nobody can see in it."""
    plain = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    return f"\u2068{plain}\u2069" if plain else ""
