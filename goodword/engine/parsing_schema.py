"""The JSON Schema of a programme document, put together from what the reader itself knows."""

from __future__ import annotations

from typing import Any

from goodword.engine.parsing_programme import BUDGET_PER, FRIENDS, KEYS, MAX_RULES, REQUIRED, SHORTFALL
from goodword.engine.parsing_rules import HOLDERS, LIMIT_IN, LIMIT_PER, ON_CANCEL, PICK, RULE_KEYS
from goodword.engine.parsing_rules import REQUIRED as RULE_REQUIRED
from goodword.engine.parsing_values import (
    DATE_SCHEMA,
    DURATION_SCHEMA,
    MONEY_SCHEMA,
    SLUG_SCHEMA,
    TEXT_SCHEMA,
    WHOLE_SCHEMA,
)
from goodword.engine.rules.amounts import AMOUNTS
from goodword.engine.rules.conditions import CONDITIONS
from goodword.engine.rules.conditions.audience import TRAIT_SCHEMA
from goodword.engine.rules.gifts import GIFTS
from goodword.engine.rules.rule import TRIGGERS

_ACKNOWLEDGED: dict[str, Any] = {
    "description": "who acknowledged the legal notice on introducer rules, and when",
    "anyOf": [
        TEXT_SCHEMA,
        {"type": "object", "properties": {"who": TEXT_SCHEMA, "when": DATE_SCHEMA}, "required": ["who", "when"],
         "additionalProperties": False},
    ],
}  # fmt: skip


def document_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) of the document; what it cannot say, the reader's faults do."""
    properties: dict[str, Any] = {
        "format": {"anyOf": [{"const": 1}, {"const": "1"}]},
        "id": {**SLUG_SCHEMA, "description": "default from the name; the same id makes the next revision"},
        "name": {**TEXT_SCHEMA, "maxLength": 200},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "description": "ISO 4217"},
        "starts": {**DATE_SCHEMA, "description": "first local date, included"},
        "ends": {**DATE_SCHEMA, "description": "last local date, included"},
        "referrers": {"anyOf": [{"const": "everyone"}, {"type": "array", "items": TRAIT_SCHEMA, "minItems": 1}]},
        "friends": {"enum": list(FRIENDS), "default": "new"},
        "window": {**DURATION_SCHEMA, "description": "a stage counts only within this of the friend's arrival"},
        "shortfall": {"enum": list(SHORTFALL), "default": "within_balance"},
        "budget": _mapping({"amount": MONEY_SCHEMA, "per": {"enum": list(BUDGET_PER)}}, ["amount", "per"]),
        "acknowledged": _ACKNOWLEDGED,
        "rules": {"type": "array", "items": rule_schema(), "minItems": 1, "maxItems": MAX_RULES},
    }
    assert tuple(properties) == KEYS
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Goodword programme, format 1",
        **_mapping(properties, list(REQUIRED)),
    }


def rule_schema() -> dict[str, Any]:
    """Return the schema of one rule."""
    limit = {"count": WHOLE_SCHEMA, "amount": MONEY_SCHEMA, "per": {"enum": list(LIMIT_PER)},
             "in": {"enum": list(LIMIT_IN)}}  # fmt: skip
    properties: dict[str, Any] = {
        "id": SLUG_SCHEMA,
        "when": {"enum": list(TRIGGERS), "description": "what sets it off"},
        "to": {"enum": list(HOLDERS), "description": "who is rewarded"},
        "give": {"enum": list(GIFTS), "description": "the kind of reward"},
        "amount": {"anyOf": [kind.schema for kind in AMOUNTS.values()]},
        "text": {**TEXT_SCHEMA, "maxLength": 500, "description": "what a custom reward or service voucher is"},
        "value": {**MONEY_SCHEMA, "description": "the worth of a custom reward or service voucher"},
        "max_value": {**MONEY_SCHEMA, "description": "the most a percent discount may take off"},
        "uses": {**WHOLE_SCHEMA, "description": "how often a discount code may be used", "default": 1},
        "if": _mapping({key: kind.schema for key, kind in CONDITIONS.items()}, []),
        "limit": {
            "type": "array",
            "minItems": 1,
            "items": {**_mapping(limit, ["per", "in"]), "oneOf": [{"required": ["count"]}, {"required": ["amount"]}]},
        },
        "hold": {**DURATION_SCHEMA, "description": "pending for this long"},
        "expires": {**DURATION_SCHEMA, "description": "counted from when the value becomes available"},
        "on_cancel": {"enum": list(ON_CANCEL), "default": "take_back"},
        "group": SLUG_SCHEMA,
        "pick": {"enum": list(PICK), "default": "best"},
        "acknowledged": _ACKNOWLEDGED,
    }
    assert tuple(properties) == RULE_KEYS
    return _mapping(properties, list(RULE_REQUIRED))


def _mapping(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
