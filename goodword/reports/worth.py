"""Rewards in words and as amounts, for people."""

from __future__ import annotations

from goodword.business.models import Business
from goodword.engine.wording import gift_in_words
from goodword.money import POINTS, Amount
from goodword.rewards.models import Reward

TEXT_LENGTH = 300


def title(reward: Reward, *, business: Business, lang: str) -> str:
    """Return what was promised: “$50.00 of account credit”."""
    text = reward.text[:TEXT_LENGTH] or None
    said = gift_in_words(
        give=reward.kind, units=reward.units, asset=reward.asset, currency=business.currency, text=text, lang=lang
    )
    return said[:1].upper() + said[1:]


def worth(reward: Reward, *, business: Business) -> Amount | None:
    """Return what is left of the promise: points as points, the rest in the currency; None where it has no worth."""
    if reward.asset == POINTS:
        return Amount(reward.units - reward.reversed_units or reward.units, POINTS)
    if reward.asset == business.currency:
        return Amount(reward.units - reward.reversed_units or reward.units, business.currency)
    return Amount(reward.worth, business.currency) if reward.worth else None
