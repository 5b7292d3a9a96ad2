"""What is in tables, in words: their kinds and fields, choices, reasons, and the events that come of them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.inbox.tables.presets import PRESETS
from goodword.reports.row_faults import ROWS
from goodword.web import showing
from goodword.web.labels import JOB_STATUSES

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
    "badges": gettext_lazy("Badges, of which one says that it is a voucher"),
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
    "redeemed": gettext_lazy("What was redeemed so far"),
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
    ("badges", "voucher"): gettext_lazy("A voucher"),
    ("badges", "not_a_voucher"): gettext_lazy("No voucher: leave the row out"),
    ("status", "active"): gettext_lazy("Still good"),
    ("status", "redeemed"): gettext_lazy("All used: leave the row out"),
    ("status", "expired"): gettext_lazy("Expired"),
    ("status", "void"): gettext_lazy("Cancelled: leave the row out"),
    ("status", "unpaid"): gettext_lazy("Not paid for yet"),
    ("status", "blocked"): gettext_lazy("Blocked there"),
    ("voucher_kind", "sold"): gettext_lazy("Sold"),
    ("voucher_kind", "promotional"): gettext_lazy("Given away"),
}

# Instead of sentences that tell something of each row (row_faults.ROWS).
REASONS: dict[str, Promise] = {
    "balance_differs": gettext_lazy("Another balance than was brought in. No table changes that."),
    "ended_elsewhere": gettext_lazy("The file says that nothing is left of it, but it is still good here."),
    "invalid_event": gettext_lazy("This cannot be recorded."),
    "line_does_not_add_up": gettext_lazy("The parts of the line do not add up."),
    "repeated_row": gettext_lazy("An earlier row told the same already."),
    "too_long": gettext_lazy("A cell is too long."),
    "voucher_differs": gettext_lazy("Known with another value, kind, service or code. No table changes those."),
    "voucher_does_not_add_up": gettext_lazy("The value, what was redeemed and what is left do not add up."),
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
    "voucher.assigned": (gettext_lazy("Vouchers given a buyer, a recipient or a message"), ""),
    "voucher.extended": (gettext_lazy("Vouchers given a later last day"), ""),
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
