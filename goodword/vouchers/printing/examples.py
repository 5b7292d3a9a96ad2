"""A voucher that is none, to look at a design by: its code can belong to nobody."""

from __future__ import annotations

from datetime import date

from goodword.engine.wording.language import language
from goodword.vouchers.printing.cards import Card

CODE = "2345679BCDFGHJKL"  # its check character is wrong
VALUE = 50  # of the currency
# Recipient, buyer, message.
WORDS = {
    "en": ("Bob Haddad", "Ann Berg", "Happy birthday! Have a day off on us."),
    "sv": ("Bo Lindqvist", "Anna Berg", "Grattis på födelsedagen! Unna dig en ledig dag."),
    "ar": ("باسم حداد", "آن برغ", "عيد ميلاد سعيد! نتمنى لك يومًا من الراحة."),
}


def card(*, lang: str, prefix: str, units: int, currency: str, url: str, expires_on: date) -> Card:
    """Return an example in a language, worth ``units`` smallest units.

    Raises:
        Invalid: ``unknown_language``.
    """
    words = language(lang)
    worth = words.money(units, currency, short=True)
    recipient, buyer, message = WORDS[words.code]
    return Card(
        serial=f"{prefix}-000123", code=CODE, url=url, value=worth, expires_on=expires_on,
        buyer=buyer, recipient=recipient, message=message,
    )  # fmt: skip
