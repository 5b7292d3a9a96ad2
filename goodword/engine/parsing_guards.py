"""Which keys of a programme cannot go together, why, and what to write instead (programme-format.md)."""

from __future__ import annotations

from collections.abc import Sequence

from goodword.engine.parsing_rules import RuleDraft
from goodword.engine.parsing_values import Reading
from goodword.engine.rules.amounts import AMOUNTS
from goodword.engine.rules.conditions import CONDITIONS
from goodword.engine.rules.rule import REFERRAL_STAGES, Fixed, PercentOff

REFERRAL_HOLDERS = ("referrer", "friend", "introducer")
LEGAL_NOTICE = "acknowledged: {who: <name>, when: <date>} once the legal notice has been read"


def judge_rule(draft: RuleDraft, reading: Reading) -> None:
    """Note every impossible combination within one rule."""
    _holder(draft, reading)
    _amount_needed(draft, reading)
    _amount_form(draft, reading)
    _conditions(draft, reading)
    _worth_keys(draft, reading)
    _limits(draft, reading)
    _introducer(draft, reading)
    if draft.pick is not None and "group" not in draft.fields:
        _add(draft, reading, "pick", "`pick` chooses within a group, and here is none", "group: <name>, or no pick")


def judge_groups(drafts: Sequence[RuleDraft], reading: Reading) -> dict[str, str]:
    """Note groups that pick in two ways or compare what has no worth; return each group's one pick."""
    picks: dict[str, str] = {}
    for draft in drafts:
        if draft.group and draft.pick:
            stated = picks.setdefault(draft.group, draft.pick)
            if stated != draft.pick:
                _add(draft, reading, "pick", f"the group “{draft.group}” already picks {stated}", f"pick: {stated}")
    for draft in drafts:
        if draft.group and picks.get(draft.group, "best") == "best":
            _needs_worth(draft, reading, f"the group “{draft.group}” pays the dearest")
    return picks


def judge_budget(drafts: Sequence[RuleDraft], reading: Reading) -> None:
    """Note rewards without a worth under a budget.

    A percent discount without ``max_value`` draws a warning only and counts nothing: the format's own first example has
    one (programme-format.md; docs/decisions.md).
    """
    for draft in drafts:
        if not isinstance(draft.amount, PercentOff):
            _needs_worth(draft, reading, "the programme has a budget")


def _add(draft: RuleDraft, reading: Reading, key: str, problem: str, write_instead: str) -> None:
    reading.faults.add(draft.line(key), draft.path(key), problem, write_instead)


def _of_referral(draft: RuleDraft) -> bool | None:
    return None if draft.when is None else draft.when in REFERRAL_STAGES


def _holder(draft: RuleDraft, reading: Reading) -> None:
    referral = _of_referral(draft)
    if referral and draft.to == "customer":
        _add(draft, reading, "to", f"{draft.when} has no customer: it is about a referrer and a friend",
             "referrer or friend")  # fmt: skip
    elif referral is False and draft.to in REFERRAL_HOLDERS:
        _add(draft, reading, "to", f"{draft.when} is about one ticket and has no {draft.to}", "customer")


def _introducer(draft: RuleDraft, reading: Reading) -> None:
    if draft.to != "introducer":
        if "acknowledged" in draft.fields:
            _add(draft, reading, "acknowledged", "only introducer rules need the legal notice acknowledged",
                 "acknowledged beside `rules`, or leave it out")  # fmt: skip
        return
    if draft.when in REFERRAL_STAGES and draft.when != "referral.paid":
        _add(draft, reading, "when", "an introducer is paid for paid work only, never for recruiting", "referral.paid")
    if draft.give == "custom" or (draft.form is not None and draft.form != "fixed"):
        _add(draft, reading, "amount", "an introducer is paid one fixed amount", f"amount: {reading.example(5)}")
    stated = draft.fields.get("limit")
    if stated is None or (draft.limits and not any(limit.per == "holder" for limit in draft.limits)):
        _add(draft, reading, "limit", "an introducer rule needs a limit per holder",
             "limit: [{count: 10, per: holder, in: year}]")  # fmt: skip


def _named_service(draft: RuleDraft) -> bool:
    return draft.give == "voucher" and "text" in draft.fields


def _amount_needed(draft: RuleDraft, reading: Reading) -> None:
    """Settle what a custom reward or a named service is worth; anything else needs its amount."""
    if draft.give is None:
        return
    stated = any(name == "amount" and not value.null for name, _, value in draft.node.fields or ())
    if draft.give == "custom" or _named_service(draft):
        if draft.form is not None and draft.form != "fixed":
            _add(draft, reading, "amount", f"a {_called(draft)} is whole and has one worth",
                 f"value: {reading.example()}, and no amount")  # fmt: skip
        elif isinstance(draft.amount, Fixed):
            if draft.value is not None and draft.value != draft.amount.units:
                _add(draft, reading, "amount", "`amount` and `value` differ", "only value")
            draft.value = draft.amount.units
        if draft.give == "voucher" and not stated and "value" not in draft.fields:
            _add(draft, reading, "value", "a voucher for a service needs its worth", f"value: {reading.example()}")
    elif not stated:
        example = "amount: 200" if draft.give == "points" else f"amount: {reading.example()}"
        _add(draft, reading, "amount", "“amount” is missing", example)


def _amount_form(draft: RuleDraft, reading: Reading) -> None:
    if draft.form is None or draft.give is None:
        return
    kind = AMOUNTS[draft.form]
    if draft.give not in kind.gives:
        if draft.give != "custom":  # said already
            gives = " and ".join(kind.gives)
            _add(draft, reading, "amount", f"{draft.form} goes only with {gives}, not with {draft.give}",
                 "points, or {percent: 10}" if draft.form == "per_unit" else kind.otherwise)  # fmt: skip
        return
    if _of_referral(draft) is False and not kind.ticket:
        _add(draft, reading, "amount", f"{draft.form} goes by the referral's ordinal, and {draft.when} has none",
             kind.otherwise)  # fmt: skip
    if kind.of_net and draft.when == "referral.attributed":
        remedy = "{percent_off: 10}" if draft.give == "discount" else kind.otherwise
        _add(draft, reading, "amount", "at referral.attributed there is no job yet to take a share of", remedy)


def _conditions(draft: RuleDraft, reading: Reading) -> None:
    block = draft.fields.get("if")
    if block is None or block.fields is None or draft.when is None:
        return
    referral = _of_referral(draft)
    for name, line, value in block.fields:
        kind = CONDITIONS.get(name)
        if kind is None:
            continue
        if (referral and not kind.referral) or (not referral and not kind.ticket):
            reading.faults.add(line, value.path, f"“{name}” has no meaning on {draft.when}", kind.otherwise)
        elif kind.needs_job and draft.when == "referral.attributed":
            reading.faults.add(line, value.path, f"“{name}” needs a job, and at {draft.when} there is none",
                               kind.otherwise)  # fmt: skip


def _worth_keys(draft: RuleDraft, reading: Reading) -> None:
    if draft.give is None:
        return
    fields = draft.fields
    if draft.give == "custom" and "text" not in fields:
        _add(draft, reading, "text", "a custom reward needs words for what it is", 'text: "One weed treatment"')
    if "text" in fields and draft.give not in ("custom", "voucher"):
        _add(draft, reading, "text", f"`text` names a custom reward or a service voucher, not {draft.give}",
             "give: custom, or no text")  # fmt: skip
    if "value" in fields and not (draft.give == "custom" or _named_service(draft)):
        _add(draft, reading, "value", "`value` is the worth of a custom reward or a service voucher",
             "text: <the service>, beside value" if draft.give == "voucher" else "amount, and no value")  # fmt: skip
    percent = draft.give == "discount" and draft.form == "percent_off"
    if "max_value" in fields and not percent and not (draft.give == "discount" and draft.form is None):
        _add(draft, reading, "max_value", "`max_value` is the most a percent discount takes off",
             "up_to within amount, or no max_value")  # fmt: skip
    if "uses" in fields and draft.give != "discount":
        _add(draft, reading, "uses", "`uses` says how often a discount code may be used", "give: discount, or no uses")


def _limits(draft: RuleDraft, reading: Reading) -> None:
    block = draft.fields.get("limit")
    if _of_referral(draft) is False and block is not None:
        for item in block.items or ():
            for name, line, value in item.fields or ():
                if name == "per" and value.text == "friend":
                    reading.faults.add(line, value.path, f"{draft.when} has no friend", "holder or programme")
    if any(limit.amount is not None for limit in draft.limits):
        _needs_worth(draft, reading, "a limit caps its amount")


def _needs_worth(draft: RuleDraft, reading: Reading, why: str) -> None:
    """Rewards that are compared, capped or budgeted must have a worth (rulings 20)."""
    if isinstance(draft.amount, PercentOff) and draft.give == "discount" and "max_value" not in draft.fields:
        _add(draft, reading, "max_value", f"{why}, so the percent discount needs a most",
             f"max_value: {reading.example(50)}")  # fmt: skip
    priced = "value" in draft.fields or "amount" in draft.fields
    if draft.give == "custom" and not priced:
        _add(draft, reading, "value", f"{why}, so the {_called(draft)} needs a worth", f"value: {reading.example()}")


def _called(draft: RuleDraft) -> str:
    return "custom reward" if draft.give == "custom" else "voucher for a named service"
