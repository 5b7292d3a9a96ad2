"""What stages, kinds, instruments and ages of vouchers are called in the reports."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from goodword.ledger.chart import Kind
from goodword.web.drawing import PARTS

# The stages of job management (R15, R18): word, what it means, the colour of its part of a bar.
STAGES: dict[str, tuple[Promise, Promise, str]] = {
    "stock": (_("In stock"), _("printed, not sold yet"), PARTS[0]),
    "active": (_("Quote"), _("sold or given, not used up"), PARTS[1]),
    "booked": (_("Work order"), _("a job is booked with it"), PARTS[2]),
    "redeemed": (_("Completed"), _("used up"), PARTS[3]),
    "expired": (_("Expired"), _("its last day is over"), PARTS[4]),
    "void": (_("Void"), _("cancelled for good"), PARTS[5]),
}
KINDS: dict[str, Promise] = {"sold": _("Sold"), "promotional": _("Given away")}
INSTRUMENTS: dict[Kind, Promise] = {
    Kind.SOLD_VOUCHER: _("Sold vouchers"),
    Kind.PROMO_VOUCHER: _("Promotional vouchers"),
    Kind.CREDIT: _("Service credit"),
    Kind.POINTS: _("Points"),
    Kind.GIFT_CARD: _("Gift cards"),
    Kind.CASH: _("Cash"),
}
AGES: dict[str, Promise] = {
    "over": _("its last day is over"),
    "to_30": _("up to 30 days"),
    "to_90": _("31 to 90 days"),
    "to_180": _("91 to 180 days"),
    "to_365": _("181 to 365 days"),
    "over_365": _("more than a year"),
    "never": _("without an end"),
}
