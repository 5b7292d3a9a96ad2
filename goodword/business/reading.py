"""A business's dated settings: what was in force at an instant, over literal defaults. Reads only."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import connection

from goodword.business.models import Business, Setting

# What holds until a business says otherwise. docs/reference/messages.md and settings.md tell each.
DEFAULTS: dict[str, Any] = {
    "points_hold": "24h",  # R62
    "household": "review",  # rulings 9: review, refuse or allow
    "score_threshold": 4,  # R98
    "ask_every": "90d",  # at most one invitation a contact in this time
    "reminders": ["14d"],  # after an invitation nobody came of; [] is none (R122)
    "quiet_from": "21:00",  # nothing leaves from then ...
    "quiet_until": "08:00",  # ... until then, in the business's time zone
    "link_target": "",  # the business's own site; empty: our landing page (R104)
    "public_leaderboard": False,  # R114
    "sender_name": "",  # empty: the business's name
    "languages": ["en", "sv", "ar"],  # in which customers are written to
    "thank_every": 3,  # a person is asked to thank for each so-many-th closed referral; 0: never (R49)
    "thank_clubs": [],  # ... and for every closed referral of a member of these clubs
    "voucher_prefix": "",  # of serials; empty: made of the business's name
    "voucher_months": 12,  # how long a new voucher is valid where the law allows it (R10)
    "voucher_reminders": ["90d", "30d", "7d"],  # before a voucher's last day
    "voucher_vat": "multi",  # VAT on vouchers: single purpose (at sale) or multi (at redemption)
    "voucher_breakage": False,  # the liability report estimates what will never be redeemed
    "leaderboard_names": "alias",  # on the public page: alias (else initials) or initials
}


def setting(business: Business, key: str, at: datetime) -> Any:
    """Return the value of one setting in force at ``at``. One statement.

    Raises:
        KeyError: no setting of that name; a mistake of the program.
    """
    default = DEFAULTS[key]
    rows = Setting.objects.filter(business=business, key=key, since__lte=at).order_by("-since", "-pk")
    found = rows.values_list("value", flat=True).first()
    return default if found is None else found


def settings_at(business: Business, at: datetime) -> dict[str, Any]:
    """Return every setting in force at ``at``. One statement."""
    with connection.cursor() as cursor:
        # As text: every settled batch asks, and putting Django's query together takes longer than running it.
        cursor.execute(
            "SELECT key, value FROM business_setting WHERE business_id = %s AND since <= %s ORDER BY since, id",
            [business.pk, connection.ops.adapt_datetimefield_value(at)],
        )
        told = {key: json.loads(value) for key, value in cursor.fetchall()}
    return {key: default if told.get(key) is None else told[key] for key, default in DEFAULTS.items()}
