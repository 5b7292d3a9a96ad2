"""An example of every request and answer, for the OpenAPI document; a test holds each against its shape."""

from __future__ import annotations

from typing import Any

CON, FRIEND = "con_01jd3k8v6qf2m4n9p7r5s1t0wx", "con_01jd3k8v6qf2m4n9p7r5s1t0wy"
REF, RWD, EVT = (
    "ref_01jd3k8v6qf2m4n9p7r5s1t0wx", "rwd_01jd3k8v6qf2m4n9p7r5s1t0wx", "evt_01jd3k8v6qf2m4n9p7r5s1t0wx",
)  # fmt: skip
NOON, LATER = "2026-11-20T16:04:00Z", "2026-11-21T16:04:00Z"

CONTACT: dict[str, Any] = {
    "id": CON, "external_id": "C17", "identities": [{"source": "crm", "external_id": "C17"}], "name": "Ann Archer",
    "phone": "+13035550142", "email": "ann@example.com", "language": "en", "address": "12 Elm St, Denver, CO 80202",
    "company": None, "tags": ["realtor"], "clubs": ["gold"], "partner": False, "blocked": False, "code": "4GHK7M2PQ",
    "referral_link": "https://refer.example.com/r/4GHK7M2PQ", "merged_into": None, "created_at": NOON,
}  # fmt: skip
CONTACT_ASKED = {
    "external_id": "C17", "name": "Ann Archer", "phone": "(303) 555-0142", "email": "ann@example.com",
    "address": "12 Elm St, Denver, CO 80202", "tags": ["realtor"], "referred_by": {"code": "4GHK7M2PQ"}, "how": "code",
}  # fmt: skip
CONTACT_CHANGED = {"phone": "(303) 555-0142", "clubs": ["gold"]}
MERGE = {"into": "external:C17"}
LINK = {
    "code": "4GHK7M2PQ", "url": "https://refer.example.com/r/4GHK7M2PQ",
    "qr_svg_url": "https://refer.example.com/api/v1/qr/4GHK7M2PQ.svg",
}  # fmt: skip
BALANCES = {
    "contact": CON, "points": {"pending": 200, "redeemable": 500, "value": 500},
    "credit": {"pending": 0, "redeemable": 3500}, "currency": "USD", "owed": 0, "at": None,
}  # fmt: skip
STATEMENT = {
    "contact": CON, "opening": [],
    "lines": [{"entry": 7, "recipe": "grant", "event": EVT, "occurred_at": NOON, "booked_at": NOON,
               "instrument": "credit", "asset": "USD", "change": 3500, "balance": 3500}],
    "closing": [{"instrument": "credit", "asset": "USD", "units": 3500}],
}  # fmt: skip
DECISION: dict[str, Any] = {
    "kind": "granted", "programme": "neighbours", "revision": 1, "rule": "paid", "outcome": "granted", "reasons": [],
    "sentence": "Ann Archer gets $35.00 of service credit.", "contact": CON, "referral": REF, "reward": RWD,
    "trace": {"outcome": "granted", "rule": "paid", "when": "referral.paid", "units": 3500, "asset": "USD"},
}  # fmt: skip
EVENT: dict[str, Any] = {
    "id": EVT, "external_id": "r-1043", "source": "crm", "type": "job.saved", "time": NOON, "recorded_at": NOON,
    "settled_at": NOON, "state": "settled", "code": None,
    "data": {"job": {"external_id": "J9", "contact": "C18", "status": "paid", "total": 24000, "currency": "USD"}},
    "decisions": [DECISION],
}  # fmt: skip
ONE_EVENT: dict[str, Any] = {
    "id": "r-1043", "type": "ticket.closed", "time": NOON,
    "data": {"ticket": {"external_id": "T1043", "contact": "C17", "job": None, "currency": "USD",
                        "appointment": {"external_id": "A9", "made": "online"},
                        "lines": [{"kind": "service", "sku": "SHCW", "description": "Women's hair cut", "quantity": 1,
                                   "unit_price": 8200, "discount": 0, "tax": 1066}],
                        "tenders": [{"type": "card", "amount": 9266}]}},
}  # fmt: skip
CLOUD_EVENT = {"specversion": "1.0", "source": "crm", **ONE_EVENT}
PROBLEM = {
    "type": "https://refer.example.com/api/v1/docs#unknown_type", "title": "Unprocessable Entity", "status": 422,
    "code": "unknown_type", "detail": "no event type “ticket.opened”", "errors": [
        {"pointer": "/type", "detail": "no event type “ticket.opened”"}],
}  # fmt: skip
RESULTS = {
    "results": [
        {"id": "r-1043", "status": "settled", "decisions": [DECISION]},
        {"id": "r-1044", "status": "rejected", "problem": PROBLEM},
    ]
}
REFERRAL: dict[str, Any] = {
    "id": REF, "friend": FRIEND, "referrer": CON, "how": "link", "stage": "booked",
    "stages": [{"stage": "booked", "reached_at": LATER, "nth": 1}], "is_new": True, "household": False,
    "arrived_at": NOON, "created_at": NOON, "removed_at": None, "removed_code": None, "removed_reason": None,
}  # fmt: skip
REFERRAL_ASKED = {"friend": "external:C18", "referrer": CON, "how": "name"}
REMOVAL_ASKED = {"reason": "She named another Ann."}
REMOVAL = {
    "referral": {**REFERRAL, "removed_at": LATER, "removed_code": "removed_by_admin",
                 "removed_reason": "She named another Ann."},
    "reversed": [{"reward": RWD, "contact": CON, "rule": "paid", "asset": "USD", "units": 3500}],
}  # fmt: skip
REWARD: dict[str, Any] = {
    "id": RWD, "contact": CON, "referral": REF, "event": EVT, "programme": "neighbours", "revision": 1, "rule": "paid",
    "to": "referrer", "kind": "service_credit", "asset": "USD", "units": 3500, "reversed_units": 0,
    "worth": {"amount": 3500, "currency": "USD"}, "text": None, "nth": 1, "cut": False, "review": False,
    "status": "issued", "code": None, "at": NOON, "available_at": LATER, "expires_at": None, "granted_at": NOON,
    "issued_at": LATER,
}  # fmt: skip
STATUS_ASKED = {"status": "issued", "reason": "She asked for it at the counter."}
LEADER = {"rank": 1, "contact": CON, "name": "Ann Archer", "closed": 3, "referrals": 5}
MESSAGE = {
    "id": "msg_01jd3k8v6qf2m4n9p7r5s1t0wx", "contact": CON, "channel": "sms", "to": "+13035550142",
    "template": "reward_issued", "language": "en", "subject": None, "body": "Thank you, Ann! $35.00 is yours.",
    "state": "local", "note": None, "cause": EVT, "due_at": NOON, "created_at": NOON, "sent_at": None,
}  # fmt: skip
DOCUMENT = """format: 1
id: neighbours
name: Neighbours of Fern Lawn Care
currency: USD
rules:
  - id: paid
    when: referral.paid
    to: referrer
    give: service_credit
    amount: 35.00
    hold: 24h
    expires: 12 months
"""
PROGRAMME = {
    "id": "prg_01jd3k8v6qf2m4n9p7r5s1t0wx", "slug": "neighbours", "name": "Neighbours of Fern Lawn Care",
    "draft": None, "warnings": [], "created_at": NOON, "ended_at": None,
    "revisions": [{"number": 1, "starts_at": NOON, "published_at": NOON, "published_by": "crm"}],
}  # fmt: skip
TERMS = {
    "programme": "neighbours", "revision": 1, "language": "en",
    "sentences": ["This is how Neighbours of Fern Lawn Care works."],
    "friend_offer": "You are welcome.", "steps": ["Leave your number.", "We call you.", "Your friend is thanked."],
}  # fmt: skip
TRIAL = {
    "at": None, "known_at": None, "totals": {"USD": 0},
    "accounts": [{"account": "credit", "asset": "USD", "debits": 0, "credits": 3500, "balance": 3500},
                 {"account": "expense", "asset": "USD", "debits": 3500, "credits": 0, "balance": -3500}],
}  # fmt: skip
LIABILITY = {
    "at": None, "known_at": None,
    "instruments": [{"instrument": "credit", "asset": "USD", "pending": 0, "redeemable": 3500, "expired": 0,
                     "total": 3500}],
}  # fmt: skip
ENTRY = {
    "id": 7, "key": "grant:neighbours:paid:1", "recipe": "grant", "event": EVT, "reverses": None, "occurred_at": NOON,
    "recorded_at": NOON, "booked_at": NOON,
    "transfers": [{"debit": "expense", "credit": "credit", "units": 3500, "asset": "USD"}],
}  # fmt: skip

_EVENT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Event",
    "required": ["id", "type", "time", "data"],
    "properties": {
        "id": {"type": "string", "minLength": 1, "maxLength": 200, "description": "Unique at its source for ever."},
        "source": {"type": "string", "maxLength": 200, "description": "This key's source when left out."},
        "type": {"type": "string", "description": "docs/reference/events.md lists them."},
        "time": {"type": "string", "format": "date-time", "description": "When it happened in the world."},
        "data": {"type": "object"},
        "specversion": {"type": "string"},
    },
}
_LIST = {"type": "array", "items": _EVENT_SCHEMA, "maxItems": 1000}
EVENTS_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {"oneOf": [_EVENT_SCHEMA, _LIST]},
            "examples": {"one": {"value": ONE_EVENT}, "several": {"value": [ONE_EVENT]}},
        },
        "application/cloudevents+json": {"schema": _EVENT_SCHEMA, "example": CLOUD_EVENT},
        "application/cloudevents-batch+json": {"schema": _LIST, "example": [CLOUD_EVENT]},
    },
}
PROGRAMME_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/yaml": {"schema": {"type": "string"}, "example": DOCUMENT},
        "application/json": {
            "schema": {"type": "object"},
            "example": {"format": 1, "id": "neighbours", "name": "Neighbours of Fern Lawn Care", "currency": "USD",
                        "rules": [{"id": "paid", "when": "referral.paid", "to": "referrer", "give": "service_credit",
                                   "amount": "35.00"}]},
        },
    },
}  # fmt: skip
