"""Reading one rule of a programme's document into its type, with every fault in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from goodword.engine.durations import Duration
from goodword.engine.parsing import Node, nearest
from goodword.engine.parsing_values import (
    Reading,
    choice,
    day,
    duration,
    fields_of,
    money,
    points,
    slug,
    text,
    whole,
)
from goodword.engine.rules.amounts import AMOUNTS
from goodword.engine.rules.conditions import CONDITIONS
from goodword.engine.rules.gifts import GIFTS
from goodword.engine.rules.rule import TRIGGERS, Amount, Condition, Limit, Rule

HOLDERS = ("referrer", "friend", "introducer", "customer")
LIMIT_PER = ("holder", "friend", "programme")
LIMIT_IN = ("day", "month", "year", "ever")
ON_CANCEL = ("take_back", "keep")
PICK = ("best", "first")
RULE_KEYS = (
    "id", "when", "to", "give", "amount", "text", "value", "max_value", "uses", "if", "limit", "hold", "expires",
    "on_cancel", "group", "pick", "acknowledged",
)  # fmt: skip
REQUIRED = {"id": "id: first-job", "when": "when: referral.paid", "to": "to: referrer", "give": "give: service_credit"}


class RuleDraft(msgspec.Struct):
    """A rule as far as it could be read; what could not be is None and has its fault noted."""

    node: Node
    fields: dict[str, Node]
    id: str | None = None
    when: str | None = None
    to: str | None = None
    give: str | None = None
    amount: Amount | None = None
    form: str | None = None
    text: str | None = None
    value: int | None = None
    max_value: int | None = None
    uses: int = 1
    conditions: tuple[tuple[str, Condition], ...] = ()
    limits: tuple[Limit, ...] = ()
    hold: Duration | None = None
    expires: Duration | None = None
    on_cancel: str | None = "take_back"
    group: str | None = None
    pick: str | None = None
    acknowledged: str | None = None

    def line(self, key: str) -> int:
        """Return the line of the rule's ``key``, or of the rule where it is left out."""
        return self.fields[key].line if key in self.fields else self.node.line

    def path(self, key: str) -> str:
        """Return the path of the rule's ``key``."""
        return f"{self.node.path}.{key}"


def read_rule(node: Node, reading: Reading) -> RuleDraft:
    """Read one rule; the guards (``parsing_guards``) then judge how its keys go together."""
    fields = fields_of(node, RULE_KEYS, reading)
    draft = RuleDraft(node, fields)
    if node.fields is not None:
        blank = {name for name, _, value in node.fields if value.blank}
        for key, example in REQUIRED.items():
            if key not in fields and key not in blank:
                reading.faults.add(node.line, f"{node.path}.{key}", f"“{key}” is missing", example)
    draft.id = slug(fields["id"], reading) if "id" in fields else None
    draft.when = choice(fields["when"], TRIGGERS, reading) if "when" in fields else None
    draft.to = choice(fields["to"], HOLDERS, reading) if "to" in fields else None
    draft.give = choice(fields["give"], tuple(GIFTS), reading) if "give" in fields else None
    if "amount" in fields:
        draft.form, draft.amount = _amount(fields["amount"], draft.give or "", reading)
    _worth(draft, reading)
    if "if" in fields:
        draft.conditions = _conditions(fields["if"], reading)
    if "limit" in fields:
        draft.limits = _limits(fields["limit"], draft.give or "", reading)
    draft.hold = duration(fields["hold"], reading, zero=True) if "hold" in fields else None
    draft.expires = duration(fields["expires"], reading) if "expires" in fields else None
    draft.on_cancel = choice(fields["on_cancel"], ON_CANCEL, reading) if "on_cancel" in fields else "take_back"
    draft.group = slug(fields["group"], reading) if "group" in fields else None
    draft.pick = choice(fields["pick"], PICK, reading) if "pick" in fields else None
    draft.acknowledged = acknowledgement(fields["acknowledged"], reading) if "acknowledged" in fields else None
    return draft


def finish(draft: RuleDraft, picks: dict[str, str]) -> Rule:
    """Return the rule of a draft without faults; ``picks`` are the groups'."""
    plain: dict[str, Any] = {
        name: getattr(draft, name)
        for name in ("id", "when", "to", "give", "amount", "text", "value", "max_value", "uses", "conditions", "limits",
                     "hold", "expires", "on_cancel", "group")
    }  # fmt: skip
    return Rule(**plain, pick="first" if draft.group and picks.get(draft.group) == "first" else "best")


def acknowledgement(node: Node, reading: Reading) -> str | None:
    """Read who acknowledged the legal notice, and when: a text, or ``{who, when}``."""
    if node.fields is None:
        return text(node, reading)
    fields = fields_of(node, ("who", "when"), reading)
    for key in ("who", "when"):
        if key not in fields:
            reading.faults.add(node.line, f"{node.path}.{key}", f"“{key}” is missing",
                               "{who: Ann Field, when: 2026-03-01}")  # fmt: skip
    who = text(fields["who"], reading) if "who" in fields else None
    when = day(fields["when"], reading) if "when" in fields else None
    return f"{who}, {when}" if who and when else None


def _amount(node: Node, give: str, reading: Reading) -> tuple[str | None, Amount | None]:
    if node.items is not None:
        reading.faults.at(node, f"{node.kind} stands where an amount belongs", reading.example())
        return None, None
    if node.fields is None:
        return "fixed", AMOUNTS["fixed"].read(node, give, reading)
    forms = tuple(name for name in AMOUNTS if name != "fixed")
    named = [name for name, _, _ in node.fields if name in forms]
    if len(named) == 1:
        if next(value.null for name, _, value in node.fields if name == named[0]):
            reading.faults.at(node, f"“{named[0]}” has no value", f"{named[0]} with its value")
            return None, None
        return named[0], AMOUNTS[named[0]].read(node, give, reading)
    if named:
        reading.faults.at(node, "an amount has one form, not " + " and ".join(named), f"only {named[0]}")
        return None, None
    meant = next((guess for name, _, _ in node.fields if (guess := nearest(name, forms))), None)
    written = ", ".join(name for name, _, _ in node.fields) or "nothing"
    wanted = meant or "a number, or one of " + ", ".join(forms)
    reading.faults.at(node, f"“{written}” is no form of amount", wanted)
    return None, None


def _worth(draft: RuleDraft, reading: Reading) -> None:
    fields = draft.fields
    draft.text = text(fields["text"], reading) if "text" in fields else None
    draft.value = money(fields["value"], reading) if "value" in fields else None
    draft.max_value = money(fields["max_value"], reading) if "max_value" in fields else None
    if "uses" in fields:
        draft.uses = whole(fields["uses"], reading, what="a number of uses", most=1_000_000) or 1


def _conditions(node: Node, reading: Reading) -> tuple[tuple[str, Condition], ...]:
    read: list[tuple[str, Condition]] = []
    for key, value in fields_of(node, tuple(CONDITIONS), reading).items():
        params = CONDITIONS[key].read(value, reading)
        if params is not None:
            read.append((key, params))
    return tuple(read)


def _limits(node: Node, give: str, reading: Reading) -> tuple[Limit, ...]:
    if node.items is None:
        reading.faults.at(node, f"{node.kind} stands where a list of limits belongs",
                          "[{count: 10, per: holder, in: year}]")  # fmt: skip
        return ()
    if not node.items:
        reading.faults.at(node, "the list is empty", "[{count: 10, per: holder, in: year}], or leave the key out")
    limits = (_limit(item, give, reading) for item in node.items)
    return tuple(limit for limit in limits if limit is not None)


def _limit(node: Node, give: str, reading: Reading) -> Limit | None:
    fields = fields_of(node, ("count", "amount", "per", "in"), reading)
    if node.fields is None:
        return None
    if ("count" in fields) == ("amount" in fields):
        both = "a limit has a count or an amount, not both"
        problem = both if "count" in fields else "a limit needs a count or an amount"
        reading.faults.at(node, problem, "{count: 10, per: holder, in: year}")
    count = whole(fields["count"], reading, what="a number of rewards") if "count" in fields else None
    amount = None
    if "amount" in fields:
        amount = points(fields["amount"], reading) if give == "points" else money(fields["amount"], reading)
    per = _stated(node, fields, "per", LIMIT_PER, reading)
    in_ = _stated(node, fields, "in", LIMIT_IN, reading)
    if per is None or in_ is None or (count is None) == (amount is None):
        return None
    return msgspec.convert({"count": count, "amount": amount, "per": per, "in_": in_}, Limit)


def _stated(node: Node, fields: dict[str, Node], key: str, options: Sequence[str], reading: Reading) -> str | None:
    if key in fields:
        return choice(fields[key], options, reading)
    if not any(name == key and not value.null for name, _, value in node.fields or ()):
        reading.faults.add(node.line, f"{node.path}.{key}", f"“{key}” is missing", f"{key}: {options[0]}")
    return None
