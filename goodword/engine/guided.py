"""A programme as a form without code sees it: its rewards for referrals, read and written back (R107-R112).

Only what the form can say is read; everything else of the document stays as it is, and a reward that says more than the
form can is never touched: :func:`read` then returns None. Rules that stay keep their ids.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from goodword.engine.durations import parse_duration
from goodword.engine.programme import Programme, slug
from goodword.engine.rules.rule import REFERRAL_STAGES, Fixed, Limit, PercentOff, Rule, Tiers
from goodword.errors import Invalid
from goodword.money import POINTS, digits, parse_major, to_major

KINDS = ("service_credit", "percent", "flat", "points", "gift_card", "voucher", "custom")
KNOWN_KEYS = frozenset(
    {"id", "when", "to", "give", "amount", "text", "value", "max_value", "limit", "hold", "expires", "on_cancel"}
)
MORE_TIERS = 2
MOST_PERCENT = 100


class Reward(msgspec.Struct, kw_only=True):
    """One reward as the form shows it: every value as people write it, empty where there is none.

    Attributes:
        rule: the id of the rule it is, or empty for a new one.
        gives: one of ``KINDS``; empty takes the reward away.
        amount: money in major units, a percentage, or whole points; of a custom reward its worth.
        tiers: further steps, each (from which referral on, amount).
        most: the most a percent discount takes off.
        cap: the most one person gets of it in a calendar year.
    """

    rule: str = ""
    to: str = "referrer"
    when: str = "referral.invoiced"
    gives: str = ""
    amount: str = ""
    tiers: list[tuple[str, str]] = []
    text: str = ""
    most: str = ""
    cap: str = ""
    expires: str = ""


def read(programme: Programme) -> list[Reward] | None:
    """Return the rewards of a programme's referrals, the referrer's first; None when one says more than the form."""
    rewards = []
    sources = programme.source["rules"]
    for rule, source in zip(programme.rules, sources, strict=True):
        if _is_reward(rule):
            if not _is_simple(rule, source):
                return None
            rewards.append(_shown(rule, programme.currency))
    return sorted(rewards, key=lambda reward: reward.to != "referrer")


def faults_of(reward: Reward, currency: str) -> dict[str, Invalid]:
    """Return what is wrong with a reward, by the name of its field; nothing for one that is taken away."""
    if not reward.gives:
        return {}
    if reward.gives not in KINDS or reward.when not in REFERRAL_STAGES:
        return {"gives": Invalid("not_a_choice", "choose one of these")}
    gives = reward.gives
    readers: dict[str, Callable[[], object]] = {
        "amount": lambda: _number(reward.amount, gives, currency),
        "text": lambda: _words(reward.text, needed=gives == "custom"),
        "tiers": lambda: _steps(reward, currency),
    }
    if gives == "percent" and (reward.most or reward.cap):
        readers["most"] = lambda: _money(reward.most, currency)
    if reward.cap:
        readers["cap"] = lambda: _worth(reward.cap, gives, currency)
    if reward.expires:
        readers["expires"] = lambda: _time(reward.expires)
    faults: dict[str, Invalid] = {}
    for name, reader in readers.items():
        try:
            reader()
        except Invalid as fault:
            faults[name] = fault
    return faults


def rewrite(programme: Programme, rewards: Sequence[Reward]) -> dict[str, Any]:
    """Return the document with these rewards in the place of those it had; all else as it was.

    The order of the rules that stay is kept; new ones come last, with ids nothing in the programme has.
    """
    wanted = {reward.rule: reward for reward in rewards if reward.rule and reward.gives}
    rules = []
    for rule, source in zip(programme.rules, programme.source["rules"], strict=True):
        if not _is_reward(rule):
            rules.append(source)
        elif rule.id in wanted:
            rules.append(_written(wanted[rule.id], source, rule, programme.currency))
    taken = {rule.id for rule in programme.rules}
    for reward in rewards:
        if reward.gives and not reward.rule:
            name = _free(reward, taken)
            taken.add(name)
            rules.append(_written(reward, {"id": name}, None, programme.currency))
    return {**programme.source, "rules": rules}


def _is_reward(rule: Rule) -> bool:
    return rule.to in ("referrer", "friend") and not rule.on_ticket


def _is_simple(rule: Rule, source: dict[str, Any]) -> bool:
    """Say whether the form shows all that this rule says."""
    if not set(source) <= KNOWN_KEYS or rule.on_cancel != "take_back" or rule.give == "cash":
        return False
    if rule.give == "voucher" and rule.text is not None:
        return False
    if rule.give == "custom":
        amount_fits = rule.value is not None and rule.amount in (None, Fixed(rule.value))
    elif isinstance(rule.amount, Tiers):
        steps = rule.amount.steps
        amount_fits = rule.amount.between == "previous" and steps[0][0] == 1 and len(steps) <= 1 + MORE_TIERS
    else:
        amount_fits = isinstance(rule.amount, Fixed | PercentOff)
    if len(rule.limits) > 1 or any(not _is_yearly(limit) for limit in rule.limits):
        return False
    return amount_fits and (rule.expires is None or rule.expires.unit != "h")


def _is_yearly(limit: Limit) -> bool:
    return limit.amount is not None and limit.count is None and limit.per == "holder" and limit.in_ == "year"


def _shown(rule: Rule, currency: str) -> Reward:
    def units(count: int) -> str:
        return str(count) if rule.give == "points" else _major(count, currency)

    amount, tiers, gives = "", list[tuple[str, str]](), rule.give
    match rule.amount:
        case Fixed(units=count):
            amount = units(count)
        case Tiers(steps=((_, first), *more)):
            amount, tiers = units(first), [(str(nth), units(count)) for nth, count in more]
        case PercentOff(basis_points=points):
            amount = f"{to_major(points, 'USD').normalize():f}"
        case _:
            amount = _major(rule.value or 0, currency)
    kind = ("percent" if isinstance(rule.amount, PercentOff) else "flat") if gives == "discount" else str(gives)
    cap = next((limit.amount for limit in rule.limits if limit.amount is not None), None)
    return Reward(
        rule=rule.id, to=rule.to, when=rule.when, gives=kind, amount=amount, tiers=tiers, text=rule.text or "",
        most="" if rule.max_value is None else _major(rule.max_value, currency),
        cap="" if cap is None else units(cap),
        expires="" if rule.expires is None else f"{rule.expires.count} {rule.expires.unit}",
    )  # fmt: skip


def _written(reward: Reward, source: dict[str, Any], rule: Rule | None, currency: str) -> dict[str, Any]:
    """Write a reward over its rule; what did not change stays as it was written."""
    if rule is not None and _same(reward, _shown(rule, currency), currency):
        return source
    give = "discount" if reward.gives in ("percent", "flat") else reward.gives
    made: dict[str, Any] = {"id": source["id"], "when": reward.when, "to": reward.to, "give": give}

    def written(text: str) -> str:
        return str(_points(text)) if reward.gives == "points" else _major(_money(text, currency), currency)

    if reward.gives == "percent":
        made["amount"] = {"percent_off": f"{to_major(_percent(reward.amount), 'USD').normalize():f}"}
    elif reward.gives == "custom":
        made |= {"text": " ".join(reward.text.split()), "value": written(reward.amount)}
    elif reward.tiers:
        steps = {"1": written(reward.amount)} | {nth: written(amount) for nth, amount in reward.tiers}
        made["amount"] = {"tiers": steps}
    else:
        made["amount"] = written(reward.amount)
    if reward.gives == "percent" and reward.most:
        made["max_value"] = _major(_money(reward.most, currency), currency)
    if reward.cap:
        units = _worth(reward.cap, reward.gives, currency)
        cap = str(units) if reward.gives == "points" else _major(units, currency)
        made["limit"] = [{"amount": cap, "per": "holder", "in": "year"}]
    if "hold" in source:
        made["hold"] = source["hold"]
    if reward.expires:
        made["expires"] = reward.expires if reward.expires.endswith("months") else reward.expires.replace(" ", "")
    return made


def _same(one: Reward, other: Reward, currency: str) -> bool:
    """Say whether two rewards mean the same, however they are written (25 and 25.00)."""
    return _meant(one, currency) == _meant(other, currency)


def _meant(reward: Reward, currency: str) -> dict[str, Any]:
    def number(text: str) -> object:
        try:
            return _number(text, reward.gives, currency) if text else ""
        except Invalid:
            return text

    return {
        "when": reward.when, "to": reward.to, "gives": reward.gives, "amount": number(reward.amount),
        "tiers": [(nth, number(amount)) for nth, amount in reward.tiers], "text": " ".join(reward.text.split()),
        "most": "" if not reward.most or reward.gives != "percent" else _money(reward.most, currency),
        "cap": "" if not reward.cap else _points(reward.cap) if reward.gives == "points"
        else _money(reward.cap, currency), "expires": reward.expires,
    }  # fmt: skip


def _number(text: str, gives: str, currency: str) -> int:
    if gives == "points":
        return _points(text)
    return _percent(text) if gives == "percent" else _money(text, currency)


def _worth(text: str, gives: str, currency: str) -> int:
    """Read a limit: points of points, money of everything else."""
    return _points(text) if gives == "points" else _money(text, currency)


def _words(text: str, *, needed: bool) -> None:
    if needed and not text.strip():
        raise Invalid("words_needed", "say what it is")


def _steps(reward: Reward, currency: str) -> None:
    last = 1
    for nth, amount in reward.tiers:
        if reward.gives in ("percent", "custom"):
            raise Invalid("no_tiers", "this kind is the same every time")
        if not re.fullmatch(r"[1-9][0-9]{0,3}", nth) or int(nth) <= last:
            raise Invalid("not_rising", "each step begins later than the one before")
        last = int(nth)
        _number(amount, reward.gives, currency)


def _time(text: str) -> None:
    if parse_duration(text).count == 0:
        raise Invalid("not_a_duration", "that time is empty", write="12 months")


def _plain(text: str) -> str:
    """Take a decimal comma for the point it means."""
    bare = text.strip()
    return bare.replace(",", ".") if bare.count(",") == 1 and "." not in bare else bare


def _money(text: str, currency: str) -> int:
    bare = _plain(text)
    if not re.fullmatch(r"[0-9]{1,12}(?:\.[0-9]{1,4})?", bare):
        raise Invalid("not_money", f"“{text}” is not an amount; write it like 25.00")
    units = parse_major(bare, currency)
    if units <= 0:
        raise Invalid("not_money", "an amount is more than nothing")
    return units


def _points(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text.strip()):
        raise Invalid("not_points", "points are a whole number from 1", asset=POINTS)
    return int(text)


def _percent(text: str) -> int:
    """Return basis points."""
    bare = _plain(text).rstrip("% ")
    if not re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{1,2})?", bare):
        raise Invalid("not_a_percentage", "write a percentage from 1 to 100")
    points = parse_major(bare, "USD")
    if not 0 < points <= MOST_PERCENT * 100:
        raise Invalid("not_a_percentage", "write a percentage from 1 to 100")
    return points


def _major(units: int, currency: str) -> str:
    return f"{to_major(units, currency):.{digits(currency)}f}"


def _free(reward: Reward, taken: set[str]) -> str:
    stage = reward.when.removeprefix("referral.")
    base = slug(f"{reward.to} {stage}")
    return next(name for name in [base, *(f"{base}-{n}" for n in range(2, 1000))] if name not in taken)
