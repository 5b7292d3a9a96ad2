"""A believable case for each message: what the editor's preview and a test message are filled with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from goodword.codes import grouped
from goodword.outbox.links import own_page, referral_link, survey_link, voucher_link
from goodword.outbox.templates import TEMPLATES

NAMES = {"en": ("Sarah Miller", "Daniel"), "sv": ("Sara Lindqvist", "Erik"), "ar": ("سارة الخطيب", "عمر")}
CODE, SURVEY, VOUCHER, SERIAL = "K7MQ2XWPD", "4fT9qLxw2m", "BCDFGHJKLMNP", "GIFT-000123"


def example(
    *, template: str, lang: str, now: datetime, currency: str = "USD", sparse: bool = False
) -> tuple[str, Mapping[str, Any]]:
    """Return a customer's whole name and the facts of a case.

    Args:
        currency: of the business, for what a voucher is worth.
        sparse: as little is known as may be: everything that may be empty is.
    """
    name, friend = NAMES[lang]
    made = TEMPLATES[template]
    all_of: dict[str, Any] = {
        "friend": friend, "code": VOUCHER, "usable": now.isoformat(),
        "expires": (now + timedelta(days=365)).isoformat(),
        "gift": {"kind": "discount", "asset": "discount", "units": 1500, "text": "", "max": None},
        "link": survey_link(SURVEY) if template == "survey_request" else referral_link(CODE),
        "page": own_page(CODE), "giver": friend, "message": WISHES[lang], "serial": SERIAL,
    }  # fmt: skip
    if "serial" in made.variables:
        all_of["gift"] = {"kind": "voucher", "asset": currency, "units": 5000, "text": ""}
        all_of["link"] = voucher_link(grouped(VOUCHER))
    elif "code" not in made.variables:
        all_of["gift"] = {"kind": "custom", "asset": "custom", "units": 1, "text": TREATS[lang]}
    wanted = set(made.variables) - (set(made.sometimes) if sparse else set())
    return name, {key: value for key, value in all_of.items() if key in wanted}


WISHES = {"en": "Happy birthday!", "sv": "Grattis på födelsedagen!", "ar": "عيد ميلاد سعيد!"}
TREATS = {"en": "A spring clean-up", "sv": "En vårstädning", "ar": "تنظيف الحديقة في الربيع"}
