"""``gift_card``: a third party's card, delivered by a person or a provider (R110)."""

from __future__ import annotations

from goodword.engine.rules.gifts.kind import GiftKind, always, at_face, in_currency

KIND = GiftKind(asset=in_currency, instrument="gift_card", divisible=always, worth=at_face, fulfilment="person")
