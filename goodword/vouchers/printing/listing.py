"""The table for a print shop that draws the cards itself: values; who writes the file keeps formulas harmless."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from goodword.codes import grouped
from goodword.vouchers.printing.cards import Card

HEAD = ("serial", "code", "kind", "value", "valid_until", "url", "recipient", "buyer", "message")


def rows(cards: Iterable[Card]) -> Iterator[list[str]]:
    """Yield a row of ``HEAD`` a card: the code in groups as it is printed, the last valid day as ``2027-12-31``."""
    for card in cards:
        yield [
            card.serial, grouped(card.code), card.kind, card.value or card.service,
            card.expires_on.isoformat() if card.expires_on else "", card.url, card.recipient, card.buyer, card.message,
        ]  # fmt: skip
