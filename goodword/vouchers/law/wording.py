"""The law on vouchers in plain words for staff: English, Swedish, Arabic."""

from __future__ import annotations

from datetime import date

import msgspec

from goodword.engine.durations import Duration
from goodword.engine.wording.language import LANGUAGES as SPOKEN
from goodword.engine.wording.language import Language, language
from goodword.errors import Refused
from goodword.vouchers.law.policies import EVERYWHERE, Policy, policy_named
from goodword.vouchers.law.terms import TERMS

VOICES: dict[str, Language] = {
    code: msgspec.structs.replace(spoken, terms=TERMS[code]) for code, spoken in SPOKEN.items()
}


def place(policy: Policy, lang: str) -> str:
    """Return the region or country of the policy; nothing for what holds everywhere."""
    to = language(lang)
    if policy.country == EVERYWHERE:
        return ""
    return policy.region_name.get(to.code) or str(to.locale.territories[policy.country])


def rule(policy: Policy, lang: str) -> str:
    """Say in one sentence how long a voucher has to be valid."""
    to = _voice(lang)
    life = policy.life
    if "sold" not in policy.kinds:
        return to.say("rule.promotional")
    if policy.country == EVERYWHERE:
        return to.say("rule.unknown")
    key = "at_least_year_end" if life.to_year_end else life.rule
    return to.say(f"rule.{key}", place=place(policy, lang), span=_span(policy, to))


def too_short(policy: Policy, *, sold_on: date, last_day: date, earliest: date | None, lang: str) -> str:
    """Say why ``last_day`` was refused, by which law, and what to choose instead.

    Args:
        earliest: from ``earliest_expiry``; None: it must never expire.
    """
    to = _voice(lang)
    if last_day < sold_on:
        return to.say("past", day=to.day(last_day), sold=to.day(sold_on))
    told = [rule(policy, lang)]
    told.append(to.say("leave_empty") if earliest is None else to.say("earliest", day=to.day(earliest)))
    told.append(to.say("source", source=isolated(policy.source, to)))
    return " ".join(told)


def refusal(refused: Refused, lang: str) -> str:
    """Say a refusal ``expiry_too_short`` again, from its facts, in another language."""
    facts = {key: date.fromisoformat(str(refused.facts[key])) for key in ("sold_on", "last_day")}
    earliest = refused.facts["earliest"]
    return too_short(
        policy_named(str(refused.facts["policy"])),
        sold_on=facts["sold_on"],
        last_day=facts["last_day"],
        earliest=date.fromisoformat(str(earliest)) if earliest else None,
        lang=lang,
    )


def cash_out(policy: Policy, on: date, lang: str) -> str | None:
    """Say which little balance is paid out in cash ``on`` that day; None: no rule of that kind."""
    to = _voice(lang)
    due = [threshold for threshold in policy.cash_out if threshold.valid_from <= on]
    if not due:
        return None
    return to.say("cash_out", place=place(policy, lang), amount=to.money(due[-1].below, due[-1].currency))


def breakage(reason: str, lang: str) -> str:
    """Say why breakage may be proposed or not: the ``reason`` of ``may_take_breakage``."""
    return _voice(lang).say(f"breakage.{reason}")


def standing(policy: Policy, lang: str) -> str:
    """Say how sure the entry is, and that it is no legal advice."""
    to = _voice(lang)
    return to.say(policy.status, day=to.day(policy.last_reviewed))


def isolated(text: str, to: Language) -> str:
    """Keep a Latin name together inside a sentence that runs from right to left."""
    return f"\u2068{text}\u2069" if to.locale.text_direction == "rtl" else text


def _span(policy: Policy, to: Language) -> str:
    months = policy.life.years * 12 + policy.life.months
    if months % 12:
        return language(to.code).duration(Duration(months, "months"))
    return to.count("years", months // 12) if months else ""


def _voice(lang: str) -> Language:
    return VOICES[language(lang).code]
