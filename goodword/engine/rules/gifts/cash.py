"""``cash``: a partner's pay-out."""

from __future__ import annotations

from goodword.engine.rules.gifts.kind import GiftKind, always, at_face, in_currency

KIND = GiftKind(asset=in_currency, instrument="cash", divisible=always, worth=at_face, fulfilment="person")
