"""Reading the programme's own keys, from ``format`` to ``budget``."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from goodword.engine.parsing import Node
from goodword.engine.parsing_guards import judge_budget, judge_groups, judge_rule
from goodword.engine.parsing_rules import RuleDraft, acknowledgement, finish, read_rule
from goodword.engine.parsing_values import (
    Reading,
    choice,
    day,
    duration,
    fields_of,
    money,
    scalar,
    slug,
    text,
    traits,
)
from goodword.money import is_currency

KEYS = (
    "format", "id", "name", "currency", "starts", "ends", "referrers", "friends", "window", "shortfall", "budget",
    "acknowledged", "rules",
)  # fmt: skip
REQUIRED = {
    "format": "format: 1", "name": "name: Neighbours of Fern Lawn Care", "currency": "currency: USD",
    "rules": "rules: with at least one rule",
}  # fmt: skip
FRIENDS = ("new", "anyone")
SHORTFALL = ("only_pending", "within_balance", "owe")
BUDGET_PER = ("month", "year", "programme")
MAX_RULES = 200
NUMBERS = frozenset({
    "format", "amount", "value", "max_value", "uses", "count", "nth", "min_net", "min_score", "percent", "up_to",
    "per_unit", "percent_off", "start", "step", "cap",
})  # fmt: skip
_WHOLE = re.compile(r"0|[1-9][0-9]{0,17}")


def default_id(name: str) -> str:
    """Return the slug of a programme's name; a name without Latin letters gets a stable one of its own."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].strip("-")
    if words:
        return words
    return "programme-" + hashlib.sha256(unicodedata.normalize("NFC", name).encode()).hexdigest()[:8]


def read_programme(root: Node, reading: Reading) -> dict[str, Any]:
    """Read the whole document into the arguments of ``Programme``; only complete when no fault was noted."""
    fields = fields_of(root, KEYS, reading)
    if root.fields is None:
        return {}
    blank = {name for name, _, value in root.fields if value.blank}
    for key, example in REQUIRED.items():
        if key not in fields and key not in blank:
            reading.faults.add(root.line, key, f"“{key}” is missing", example)
    if "format" in fields and fields["format"].text != "1":
        reading.faults.at(fields["format"], f"{fields['format'].kind} is not a format of programmes", "1")
    currency = _currency(fields["currency"], reading) if "currency" in fields else None
    within = Reading(reading.faults, currency)
    read: dict[str, Any] = {"currency": currency, "source": canonical(root.plain())}
    read["name"] = text(fields["name"], within, longest=200) if "name" in fields else None
    read["id"] = slug(fields["id"], within) if "id" in fields else default_id(read["name"] or "")
    for key, options in (("friends", FRIENDS), ("shortfall", SHORTFALL)):
        if key in fields:
            read[key] = choice(fields[key], options, within)
    read["referrers"] = _referrers(fields["referrers"], within) if "referrers" in fields else ()
    read["window"] = duration(fields["window"], within) if "window" in fields else None
    read["acknowledged"] = acknowledgement(fields["acknowledged"], within) if "acknowledged" in fields else None
    _dates(fields, read, within)
    budget = fields.get("budget")
    read["budget"] = _budget(budget, within) if budget is not None else None
    drafts = _rules(fields["rules"], within) if "rules" in fields else []
    picks = judge_groups(drafts, within)
    if budget is not None:
        judge_budget(drafts, within)
    if not reading.faults.found:
        read["rules"] = tuple(finish(draft, picks) for draft in drafts)
        read["acknowledged"] = read["acknowledged"] or _acknowledged(drafts)
    return read


def canonical(value: Any, key: str = "") -> Any:
    """Return the plain document with whole numbers as ints under the keys that are numbers; decimals stay text."""
    if isinstance(value, dict):
        tiers = key == "tiers"
        return {name: canonical(below, "amount" if tiers else name) for name, below in value.items()}
    if isinstance(value, list):
        return [canonical(below) for below in value]
    return int(value) if key in NUMBERS and _WHOLE.fullmatch(value) else value


def _acknowledged(drafts: Sequence[RuleDraft]) -> str | None:
    introducing = [draft.acknowledged for draft in drafts if draft.to == "introducer"]
    return introducing[0] if introducing and all(introducing) else None


def _currency(node: Node, reading: Reading) -> str | None:
    word = scalar(node, reading, "a currency code like USD")
    if word is None:
        return None
    if not is_currency(word):
        better = word.upper() if is_currency(word.upper()) else "an ISO 4217 code like USD"
        reading.faults.at(node, f"“{word}” is not a currency", better)
        return None
    return word


def _referrers(node: Node, reading: Reading) -> tuple[str, ...]:
    if node.text == "everyone":
        return ()
    if node.text is not None:
        reading.faults.at(node, f"{node.kind} stands where `everyone` or a list belongs",
                          f"[{node.text}]" if node.text == "partner" or ":" in node.text else "everyone")  # fmt: skip
        return ()
    return traits(node, reading) or ()


def _dates(fields: dict[str, Node], read: dict[str, Any], reading: Reading) -> None:
    read["starts"] = day(fields["starts"], reading) if "starts" in fields else None
    read["ends"] = day(fields["ends"], reading) if "ends" in fields else None
    if read["starts"] and read["ends"] and read["ends"] < read["starts"]:
        reading.faults.at(fields["ends"], f"the programme ends before it starts on {read['starts']}",
                          f"a date from {read['starts']} on")  # fmt: skip


def _budget(node: Node, reading: Reading) -> tuple[int, str] | None:
    fields = fields_of(node, ("amount", "per"), reading)
    if node.fields is None:
        return None
    written = {name for name, _, value in node.fields if not value.null}
    for key, example in (("amount", f"amount: {reading.example(5000)}"), ("per", "per: year")):
        if key not in written:
            reading.faults.add(node.line, f"budget.{key}", f"“{key}” is missing", example)
    amount = money(fields["amount"], reading) if "amount" in fields else None
    per = choice(fields["per"], BUDGET_PER, reading) if "per" in fields else None
    return (amount, per) if amount is not None and per is not None else None


def _rules(node: Node, reading: Reading) -> list[RuleDraft]:
    if not node.items:
        written = "an empty list" if node.items is not None else node.kind
        reading.faults.at(node, f"{written} stands where the rules belong", "a list with at least one rule")
        return []
    if len(node.items) > MAX_RULES:
        reading.faults.at(node, f"{len(node.items)} rules are more than {MAX_RULES}", "several programmes")
        return []
    drafts: list[RuleDraft] = []
    lines: dict[str, int] = {}
    for item in node.items:
        draft = read_rule(item, reading)
        if item.fields is None:
            continue
        judge_rule(draft, reading)
        if draft.id in lines:
            problem = f"the rule on line {lines[draft.id]} is already called “{draft.id}”"
            reading.faults.add(draft.line("id"), draft.path("id"), problem, f"{draft.id}-2")
        elif draft.id is not None:
            lines[draft.id] = draft.line("id")
        drafts.append(draft)
    return drafts
