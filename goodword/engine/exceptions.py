"""Individual exceptions from what everybody gets (rulings 19, R107): one customer's own rules before the general one.

An exception is a rule of the same ``group`` as the general rule, with ``audience: [contact:<id>]``, placed right before
it in a group that picks the first. Documents are plain mappings here, as ``Programme.source`` holds them.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import msgspec

from goodword.engine.programme import Programme
from goodword.engine.rules.rule import Audience, Rule
from goodword.errors import Refused

Source = dict[str, Any]
OWN = ("give", "amount", "text", "value", "max_value", "uses")  # what an exception has instead of the general rule's
BETWEEN = "-for-"
ID_LENGTH = 64


class Individual(msgspec.Struct, frozen=True):
    """One exception: its rule, the contact it is for and the general rule it stands before (None: that one is gone)."""

    rule: Rule
    contact: str
    general: Rule | None


def individuals(programme: Programme) -> list[Individual]:
    """Return the individual exceptions of a programme, in the order of the document."""
    told = []
    for place, rule in enumerate(programme.rules):
        contact = contact_of(rule)
        if contact is not None:
            later = programme.rules[place + 1 :]
            general = next((r for r in later if r.group == rule.group and contact_of(r) is None), None)
            told.append(Individual(rule, contact, general))
    return told


def contact_of(rule: Rule) -> str | None:
    """Return whom a rule is for when it is one customer's own; None for a general rule."""
    audience = rule.condition("audience")
    if rule.group is None or not isinstance(audience, Audience) or len(audience.any_of) != 1:
        return None
    kind, _, name = audience.any_of[0].partition(":")
    return name if kind == "contact" else None


def general(programme: Programme) -> Programme:
    """Return the programme without individual exceptions: what everybody may read."""
    kept = tuple(rule for rule in programme.rules if contact_of(rule) is None)
    return msgspec.structs.replace(programme, rules=kept)


def rule_id(general_id: str, contact: str) -> str:
    """Return the id of the exception of a contact from a rule: the same contact and rule, the same id."""
    tail = BETWEEN + contact.lower().replace("_", "-")
    return general_id[: ID_LENGTH - len(tail)].rstrip("-_") + tail


def with_exception(source: Source, *, general_id: str, contact: str, own: Mapping[str, Any]) -> Source:
    """Return the document with an exception of ``contact`` from a rule; one it had already is replaced.

    Args:
        own: what the contact gets instead: keys of ``OWN``.

    Raises:
        Refused: ``rule_not_found``; ``group_pays_the_dearest`` where the rule competes with others for the dearest.
    """
    made = deepcopy(source)
    mine = rule_id(general_id, contact)
    made["rules"] = [rule for rule in made["rules"] if rule["id"] != mine]
    place = next((n for n, rule in enumerate(made["rules"]) if rule["id"] == general_id), None)
    if place is None:
        raise Refused("rule_not_found", "the programme has no rule of that id")
    rule = made["rules"][place]
    group = _grouped(made, rule)
    copied = {key: deepcopy(value) for key, value in rule.items() if key not in OWN and key not in ("if", "limit")}
    if rule.get("give") == own.get("give") and "limit" in rule:
        copied["limit"] = deepcopy(rule["limit"])  # its amounts are of the same kind
    conditions = deepcopy(rule.get("if") or {}) | {"audience": [f"contact:{contact}"]}
    copied |= {"id": mine, **own, "if": conditions, "group": group, "pick": "first"}
    made["rules"].insert(place, copied)
    return made


def without(source: Source, exception_id: str) -> Source:
    """Return the document without one rule."""
    made = deepcopy(source)
    made["rules"] = [rule for rule in made["rules"] if rule["id"] != exception_id]
    return made


def carried(old: Source, new: Source) -> Source:
    """Return ``new`` with the exceptions of ``old`` that it does not name: a later general edit keeps them.

    Only those that ``with_exception`` made are carried. One whose general rule is gone stands last, on its own.
    """
    made = new
    names = {rule["id"] for rule in new["rules"]}
    for rule in old["rules"]:
        contact = _made_for(rule)
        if contact is None or rule["id"] in names:
            continue
        own = {key: value for key, value in rule.items() if key in OWN}
        known = next((r["id"] for r in new["rules"] if rule_id(r["id"], contact) == rule["id"]), None)
        if known is None:
            made = deepcopy(made)
            made["rules"].append(deepcopy(rule))
        else:
            made = with_exception(made, general_id=known, contact=contact, own=own)
    return made


def _made_for(rule: Mapping[str, Any]) -> str | None:
    audience = (rule.get("if") or {}).get("audience") or []
    if len(audience) != 1 or not str(audience[0]).startswith("contact:"):
        return None
    contact = str(audience[0]).removeprefix("contact:")
    tail = BETWEEN + contact.lower().replace("_", "-")
    return contact if rule["id"].endswith(tail) else None


def _grouped(source: Source, rule: dict[str, Any]) -> str:
    """Make the rule one of a group that picks the first, and return the group."""
    rules = source["rules"]
    group = rule.get("group")
    if not group:
        taken = {each.get("group") for each in rules}
        group = rule["id"] if rule["id"] not in taken else f"{rule['id'][:50]}-or-individual"
        rule["group"] = group
    members = [each for each in rules if each.get("group") == group]
    if any(each.get("pick") == "first" for each in members):
        return str(group)
    if len(members) > 1:
        raise Refused("group_pays_the_dearest", "of this rule's group the dearest pays; write the exception by hand")
    rule["pick"] = "first"
    return str(group)
