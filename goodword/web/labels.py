"""The words that pages show for the codes of the domain: stages, states, kinds, channels. One literal dictionary each.

Looks are the names of ``.pill-*`` styles; an icon stands beside every colour, so colour is never the only sign.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Look(NamedTuple):
    """A word, the style of its pill and its icon."""

    text: Promise
    pill: str
    icon: str


STAGES: dict[str, Promise] = {
    "consultation": _("Consultation"),
    "booked": _("Booked"),
    "completed": _("Completed"),
    "invoiced": _("Invoiced"),
    "paid": _("Paid"),
}

STATES: dict[str, dict[str, Look]] = {
    "referral": {
        "arrived": Look(_("Arrived"), "neutral", "user-plus"),
        "consultation": Look(_("Consultation"), "info", "message-circle"),
        "booked": Look(_("Booked"), "info", "calendar-check"),
        "completed": Look(_("Completed"), "primary", "wrench"),
        "invoiced": Look(_("Invoiced"), "primary", "receipt-text"),
        "paid": Look(_("Paid"), "success", "circle-check"),
        "cancelled": Look(_("Cancelled"), "neutral", "ban"),
        "removed": Look(_("Removed"), "error", "circle-x"),
        "refused": Look(_("Not counted"), "neutral", "ban"),
    },
    "reward": {
        "pending": Look(_("Pending"), "warning", "hourglass"),
        "issued": Look(_("Issued"), "success", "circle-check"),
        "redeemed": Look(_("Redeemed"), "primary", "check"),
        "reversed": Look(_("Taken back"), "error", "rotate-ccw"),
        "expired": Look(_("Expired"), "neutral", "clock"),
        "declined": Look(_("Declined"), "neutral", "ban"),
    },
    "message": {
        "queued": Look(_("Waiting"), "info", "clock"),
        "sent": Look(_("Sent"), "success", "check"),
        "delivered": Look(_("Delivered"), "success", "circle-check"),
        "failed": Look(_("Not delivered"), "error", "circle-alert"),
        "local": Look(_("Kept here"), "info", "message-square"),
        "held": Look(_("Held back"), "warning", "hourglass"),
        "cancelled": Look(_("Called off"), "neutral", "ban"),
    },
    "voucher": {
        "stock": Look(_("In stock"), "neutral", "printer"),
        "active": Look(_("Active"), "success", "circle-check"),
        "booked": Look(pgettext_lazy("voucher", "Booked"), "info", "calendar-check"),
        "redeemed": Look(pgettext_lazy("voucher", "Redeemed"), "primary", "check"),
        "expired": Look(pgettext_lazy("voucher", "Expired"), "neutral", "clock"),
        "void": Look(_("Void"), "error", "ban"),
        "frozen": Look(_("On hold"), "warning", "lock"),
    },
    "outcome": {
        "granted": Look(_("Granted"), "success", "circle-check"),
        "refused": Look(_("Not granted"), "neutral", "circle-x"),
        "waiting": Look(_("Waiting"), "warning", "hourglass"),
        "reversed": Look(_("Taken back"), "error", "rotate-ccw"),
    },
    "severity": {
        "error": Look(_("Stopped"), "error", "circle-alert"),
        "warning": Look(_("Needs a look"), "warning", "triangle-alert"),
        "info": Look(_("For your information"), "info", "info"),
    },
}

JOB_STATUSES: dict[str, Promise] = {"quote": _("Quote"), **STAGES, "cancelled": _("Cancelled")}

ROLE_NAMES: dict[str, Promise] = {
    "owner": _("Owner"),
    "admin": _("Administrator"),
    "manager": _("Manager"),
    "office": _("Office"),
    "technician": _("Technician"),
    "viewer": _("Viewer"),
}

ROLE_TONES: dict[str, str] = {"owner": "primary", "admin": "info", "technician": "success"}

HOW: dict[str, Promise] = {
    "link": _("Opened the referral link"),
    "code": _("Gave the referral code"),
    "name": _("Mentioned a name"),
    "import": _("Imported"),
    "partner_site": _("Came from a partner’s site"),
}

CHANNELS: dict[str, tuple[Promise, str]] = {
    "sms": (_("Text message"), "message-square"),
    "email": (_("E-mail"), "mail"),
}

SHARE_SOURCES: dict[str, tuple[Promise, str]] = {
    "automatic": (_("By itself, after a good score"), "send"),
    "technician": (_("Technician at the door"), "wrench"),
    "staff": (_("Office"), "store"),
    "customer": (_("The customer"), "contact-round"),
}

REWARD_KINDS: dict[str, tuple[Promise, str]] = {
    "service_credit": (_("Service credit"), "wallet"),
    "discount": (_("Discount"), "ticket-percent"),
    "points": (_("Points"), "coins"),
    "voucher": (_("Voucher"), "ticket-percent"),
    "gift_card": (_("Gift card"), "gift"),
    "cash": (_("Cash"), "banknote-check"),
    "custom": (_("Something special"), "sparkles"),
}

VOUCHER_KINDS: dict[str, tuple[Promise, str]] = {
    "sold": (_("Sold"), "banknote-check"),
    "promotional": (_("Given away"), "gift"),
}

PAID: dict[str, Promise] = {
    "till": _("At the till"),
    "card": _("By card"),
    "bank_transfer": _("Bank transfer"),
    "stripe": _("Stripe"),
    "other": _("Another way"),
    "complimentary": _("Given away, nothing paid"),
}
