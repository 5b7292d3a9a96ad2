"""One plain sentence for what became of a rule on an event: for staff, and for the customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from goodword.engine.facts import Check
from goodword.engine.wording import reasons_ar, reasons_en, reasons_sv
from goodword.engine.wording.language import Language, language
from goodword.money import POINTS

Reader = Literal["staff", "customer"]
Outcome = Literal["granted", "refused", "reversed", "waiting"]

REASONS = {"en": reasons_en.REASONS, "sv": reasons_sv.REASONS, "ar": reasons_ar.REASONS}
OUTCOMES = {"en": reasons_en.OUTCOMES, "sv": reasons_sv.OUTCOMES, "ar": reasons_ar.OUTCOMES}


def reason(code: str, lang: str, *, to: Reader = "staff", wanted: str = "", found: str = "", **words: str) -> str:
    """Word a refusal's code, or an outcome (``granted``, ``refused``, ``reversed``, ``waiting``), in one sentence.

    Args:
        wanted, found: of a condition's Check; told to staff only.
        words: ``holder`` and ``gift`` for outcomes; left out, the holder is “the contact”.

    A code without words of its own gets a general sentence, never an error.
    """
    spoken = language(lang).code
    if code in ("granted", "refused", "reversed", "waiting"):
        holder = words.get("holder") or _outcome("somebody", spoken, to)
        return _outcome(code, spoken, to, holder=holder, gift=words.get("gift", ""))
    said = REASONS[spoken].get(code, REASONS[spoken]["other"])[0 if to == "staff" else 1]
    return said + (_outcome("found", spoken, to, wanted=wanted, found=found) if wanted else "")


def gift_in_words(*, give: str, units: int, asset: str, currency: str, text: str | None, lang: str) -> str:
    """Word a granted reward: ``units`` of ``asset`` as rulings 39 name it, ``give`` its kind, ``text`` its words."""
    to = language(lang)
    if give == "custom" or asset == "custom":
        return to.say("gift.custom", text=text or "")
    if give == "voucher" and text:
        return to.say("gift.service", text=text)
    if asset == "discount":
        return to.say("gift.percent_off", percent=to.percent(Decimal(units) / 100))
    return to.say(f"gift.{give}", amount=_amount(units, asset, currency, to))


def sentence(
    *,
    outcome: Outcome,
    lang: str,
    to: Reader = "staff",
    holder: str = "",
    gift: str = "",
    codes: Sequence[str] = (),
    checks: Sequence[Check] = (),
    cut: bool = False,
    review: bool = False,
    usable_on: date | None = None,
    valid_through: date | None = None,
) -> str:
    """Word a decision: its outcome, then why it was refused, or how the reward is bounded.

    Args:
        gift: from ``gift_in_words``.
        codes: the refusal's codes; ``checks`` give staff what was wanted and found.
        usable_on, valid_through: local dates; the last valid day, not the first invalid one.
    """
    spoken = language(lang)
    said = [reason(outcome, lang, to=to, holder=holder, gift=gift)]
    failed = {check.code: check for check in checks if not check.held}
    for code in dict.fromkeys(codes):
        check = failed.get(code)
        said.append(reason(code, lang, to=to, wanted=check.wanted if check else "", found=check.found if check else ""))
    if cut:
        said.append(_outcome("cut", spoken.code, to))
    if review:
        said.append(_outcome("review", spoken.code, to))
    if usable_on is not None:
        said.append(_outcome("usable", spoken.code, to, day=spoken.day(usable_on)))
    if valid_through is not None:
        said.append(_outcome("expires", spoken.code, to, day=spoken.day(valid_through)))
    return " ".join(said)


def _amount(units: int, asset: str, currency: str, to: Language) -> str:
    if asset == POINTS:
        return to.count("points", units)
    return to.money(units, asset if len(asset) == 3 else currency)


def _outcome(key: str, spoken: str, to: Reader, **words: str) -> str:
    return OUTCOMES[spoken][key][0 if to == "staff" else 1].format(**words)
