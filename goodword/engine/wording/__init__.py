"""Programmes and decisions in plain words: English, Swedish, Arabic."""

from __future__ import annotations

from goodword.engine.wording.language import LANGUAGES
from goodword.engine.wording.reasons import gift_in_words, reason, sentence
from goodword.engine.wording.terms import (
    explain,
    explain_publicly,
    explain_rule,
    friend_offer,
    headline,
    referrer_offer,
    steps,
)

__all__ = [
    "LANGUAGES", "explain", "explain_publicly", "explain_rule", "friend_offer", "gift_in_words", "headline", "reason",
    "referrer_offer", "sentence", "steps",
]  # fmt: skip
