"""What a setting and a particular of the business are called where a change of them is told."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NAMES: dict[str, Promise] = {
    "points_hold": gettext_lazy("hold of points"),
    "household": gettext_lazy("people of one address"),
    "score_threshold": gettext_lazy("lowest score that counts as happy"),
    "ask_every": gettext_lazy("asked at most every"),
    "reminders": gettext_lazy("reminders after"),
    "quiet_from": gettext_lazy("quiet from"),
    "quiet_until": gettext_lazy("quiet until"),
    "link_target": gettext_lazy("where referral links lead"),
    "public_leaderboard": gettext_lazy("public leaderboard"),
    "leaderboard_names": gettext_lazy("names on the leaderboard"),
    "sender_name": gettext_lazy("sender’s name"),
    "languages": gettext_lazy("languages of messages"),
    "thank_every": gettext_lazy("personal thanks every so many referrals"),
    "thank_clubs": gettext_lazy("clubs that are thanked in person"),
    "voucher_prefix": gettext_lazy("letters before a voucher’s number"),
    "voucher_months": gettext_lazy("months a voucher is valid"),
    "voucher_reminders": gettext_lazy("reminders before a voucher’s last day"),
    "voucher_vat": gettext_lazy("VAT on vouchers"),
    "voucher_breakage": gettext_lazy("estimate of what is never redeemed"),
    "name": gettext_lazy("name"),
    "address": gettext_lazy("address"),
    "phone": gettext_lazy("phone"),
    "email": gettext_lazy("e-mail"),
    "website": gettext_lazy("website"),
    "privacy_url": gettext_lazy("privacy page"),
    "timezone": gettext_lazy("time zone"),
    "country": gettext_lazy("country"),
    "region": gettext_lazy("region"),
    "language": gettext_lazy("language"),
    "colour": gettext_lazy("colour"),
    "currency": gettext_lazy("currency"),
}


def changed(data: dict[str, Any]) -> str:
    """Return what was changed to what: “quiet from: 20:00, reminders after: 14d, 30d”."""
    told = {key: value for key, value in data.items() if key != "before"}  # what it was stands in an earlier line
    return "; ".join(f"{NAMES.get(key, key)}: {_plain(value)}" for key, value in told.items())


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if isinstance(value, list):
        return ", ".join(str(each) for each in value) or "–"
    return " ".join(str(value).split()) or "–"
