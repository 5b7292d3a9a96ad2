"""A programme in plain words: its terms, the friend's offer, and three short steps for the landing page."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from goodword.engine.durations import Dates, Season
from goodword.engine.programme import Programme
from goodword.engine.rules.rule import (
    Audience,
    Condition,
    During,
    Kinds,
    Limit,
    Locations,
    MinNet,
    MinScore,
    Nth,
    Rule,
    Services,
    Skus,
)
from goodword.engine.wording.gifts import gift, value
from goodword.engine.wording.language import Language, language


def explain(programme: Programme, lang: str) -> list[str]:
    """Return the whole terms as plain sentences, rule by rule.

    Raises:
        Invalid: ``unknown_language``.
    """
    to = language(lang)
    said = [to.say("intro", name=programme.name), *_frame(programme, to)]
    for rule in programme.rules:
        said += _rule(rule, programme.currency, to)
    for name in dict.fromkeys(rule.group for rule in programme.rules if rule.group):
        grouped = [rule for rule in programme.rules if rule.group == name]
        if len(grouped) > 1:
            rules = to.say("semicolon").join(gift(rule, programme.currency, to) for rule in grouped)
            said.append(to.say(f"group.{grouped[0].pick}", rules=rules))
    if programme.budget is not None:
        given = to.money(programme.budget.amount, programme.currency)
        said.append(to.say("budget", amount=given, period=to.say(f"in.{programme.budget.per}")))
    if any(rule.on_cancel == "take_back" for rule in programme.rules):
        said += [to.say("take_back"), to.say(f"shortfall.{programme.shortfall}")]
    return said


def explain_rule(rule: Rule, currency: str, lang: str) -> list[str]:
    """Return one rule as plain sentences, without whom it is for where that is one customer."""
    kept = tuple((key, params) for key, params in rule.conditions if not _individual(params))
    return _rule(msgspec.structs.replace(rule, conditions=kept), currency, language(lang))


def _individual(params: Condition) -> bool:
    return isinstance(params, Audience) and all(trait.startswith("contact:") for trait in params.any_of)


def explain_publicly(programme: Programme, lang: str) -> list[str]:
    """Return the terms that anybody may read: without rules for single people or clubs, and without their names (R48).

    Raises:
        Invalid: ``unknown_language``.
    """
    public = tuple(r for r in programme.rules if not any(isinstance(p, Audience) for _, p in r.conditions))
    said = explain(msgspec.structs.replace(programme, rules=public, referrers=()), lang)[1:]
    everyone = language(lang).say("referrers.everyone")
    return [sentence for sentence in said if not (programme.referrers and sentence == everyone)]


def headline(programme: Programme, lang: str) -> tuple[str, str]:
    """Return what the friend gets, and when, as two short sentences; the second is empty where nothing is given."""
    to = language(lang)
    rules = _for_friend(programme)
    if not rules:
        return to.say("offer.none"), ""
    moment = to.sentence(to.say(f"moment.{rules[0].when}"))
    return to.say("step.gift", gift=gift(rules[0], programme.currency, to)), f"{moment}."


def friend_offer(programme: Programme, lang: str) -> str:
    """Return in one sentence what the friend gets, for the landing page; a kind word where the friend gets nothing."""
    to = language(lang)
    rules = _for_friend(programme)
    if not rules:
        return to.say("offer.none")
    first = rules[0]
    return to.say("offer", gift=gift(first, programme.currency, to), moment=to.say(f"moment.{first.when}"))


def referrer_offer(programme: Programme, lang: str) -> tuple[str, list[str]]:
    """Return what a referrer may promise a friend, and what the referrer gets, as plain sentences.

    The first is empty where the friend gets nothing. Rules for single people or clubs are left out, as in the terms.
    """
    to = language(lang)
    public = [
        rule for rule in programme.rules if not any(isinstance(params, Audience) for _, params in rule.conditions)
    ]
    friends = [rule for rule in _for_friend(programme) if rule in public]
    given = to.say("offer.your_friend", gift=gift(friends[0], programme.currency, to)) if friends else ""
    yours = []
    for rule in public:
        if rule.to == "referrer":
            words = {"when": to.say(f"when.{rule.when}"), "gift": gift(rule, programme.currency, to)}
            only = [_condition(params, programme.currency, to) for _, params in rule.conditions]
            yours.append(" ".join([to.sentence(to.say("offer.yours", **words)), *only]))
    return given, yours


def steps(programme: Programme, lang: str) -> list[str]:
    """Return three short steps for the friend: leave a number, be called, get the gift (R38, R39)."""
    to = language(lang)
    rules = _for_friend(programme)
    if rules:
        last = to.say("step.gift", gift=gift(rules[0], programme.currency, to))
    elif any(rule.to == "referrer" for rule in programme.rules):
        last = to.say("step.thanks")
    else:
        last = to.say("step.done")
    return [to.say("step.ask"), to.say("step.call"), last]


def _for_friend(programme: Programme) -> list[Rule]:
    """Return the friend's rules, those that hold for anyone first."""
    rules = [rule for rule in programme.rules if rule.to == "friend"]
    return sorted(rules, key=lambda rule: bool(rule.conditions))


def _frame(programme: Programme, to: Language) -> list[str]:
    said: list[str] = []
    starts, ends = programme.starts, programme.ends
    if starts and ends:
        said.append(to.say("from_until", starts=to.day(starts), ends=to.day(ends)))
    elif starts:
        said.append(to.say("from", starts=to.day(starts)))
    elif ends:
        said.append(to.say("until", ends=to.day(ends)))
    if all(rule.on_ticket for rule in programme.rules):
        return said
    if programme.referrers:
        said.append(to.say("referrers.some", who=_traits(programme.referrers, to)))
    else:
        said.append(to.say("referrers.everyone"))
    said.append(to.say(f"friends.{programme.friends}"))
    if programme.window is not None:
        said.append(to.say("window", duration=to.duration(programme.window)))
    return said


def _rule(rule: Rule, currency: str, to: Language) -> list[str]:
    given = gift(rule, currency, to)
    words = {"when": to.say(f"when.{rule.when}"), "holder": to.say(f"holder.{rule.to}"), "gift": given}
    said = [to.sentence(to.say("rule", **words))]
    said += [_condition(params, currency, to) for _, params in rule.conditions]
    said += [_limit(limit, rule, currency, to) for limit in rule.limits]
    if rule.uses > 1:
        said.append(to.count("uses", rule.uses))
    held = rule.hold is not None and rule.hold.count > 0
    if rule.hold is not None and held:
        said.append(to.say("hold", duration=to.duration(rule.hold)))
    if rule.expires is not None:
        said.append(to.say("expires" if held else "expires.at_once", duration=to.duration(rule.expires)))
    if rule.on_cancel == "keep":
        said.append(to.say("keep"))
    return said


def _limit(limit: Limit, rule: Rule, currency: str, to: Language) -> str:
    words = {"period": to.say(f"in.{limit.in_}"), "per": to.say(f"per.{limit.per}")}
    if limit.count is not None:
        return to.count("limit.count", limit.count, **words)
    return to.say("limit.amount", amount=value(limit.amount or 0, rule, currency, to), **words)


def _condition(params: Condition, currency: str, to: Language) -> str:
    match params:
        case Nth(low=low, high=high):
            return _nth(low, high, to)
        case MinNet(units=units):
            return to.say("if.min_net", amount=to.money(units, currency))
        case Kinds(kinds=kinds):
            return to.say("if.kinds", kinds=to.listed([to.say(f"kind.{kind}") for kind in kinds]))
        case Skus(skus=items):
            return to.say("if.skus", items=to.listed(items))
        case Services(services=items):
            return to.say("if.services", items=to.listed(items, "or"))
        case Locations(locations=items):
            return to.say("if.locations", items=to.listed(items, "or"))
        case During(season=Season(first=first, last=last)):
            return to.say("if.season", first=to.day_of_year(*first), last=to.day_of_year(*last))
        case During(season=Dates(first=opens, last=closes)):
            return to.say("if.dates", first=to.day(opens), last=to.day(closes))
        case Audience(any_of=any_of):
            return to.say("if.audience", who=_traits(any_of, to))
        case MinScore(score=score):
            return to.say("if.min_score", score=to.number(score))
    raise AssertionError(params)


def _nth(low: int, high: int | None, to: Language) -> str:
    if high is None:
        return to.say("if.nth.from", low=to.ordinal(low))
    if low == high:
        return to.say("if.nth.one", low=to.ordinal(low))
    return to.say("if.nth.range", low=to.ordinal(low), high=to.ordinal(high))


def _traits(traits: Sequence[str], to: Language) -> str:
    named: list[str] = []
    for trait in traits:
        kind, _, name = trait.partition(":")
        named.append(to.say(f"trait.{kind}", name=name.strip()))
    return to.listed(named, "or")
