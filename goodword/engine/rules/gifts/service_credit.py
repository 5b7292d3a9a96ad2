"""``service_credit``: credited to the account, applied to the next ticket (R108)."""

from __future__ import annotations

from goodword.engine.rules.gifts.kind import GiftKind, always, at_face, in_currency

KIND = GiftKind(asset=in_currency, instrument="credit", divisible=always, worth=at_face, fulfilment="automatic")
