"""An example of every request and answer about vouchers, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from goodword.web.api.examples import CON, EVT, FRIEND, LATER, NOON

VOU, SAL, BAT, RED = (
    f"{prefix}_01jd3k8v6qf2m4n9p7r5s1t0wx" for prefix in ("vou", "sal", "bat", "red")
)  # fmt: skip
MONEY = {"amount": 2500, "currency": "USD"}
PAYMENT = {"method": "till", "reference": "T-1043"}

VOUCHER: dict[str, Any] = {
    "id": VOU, "serial": "FERN-000123", "code": "4GHK-7M2P-QRS6-2W3X", "kind": "sold", "state": "active",
    "frozen": False, "value": MONEY, "balance": MONEY, "service": None, "expires_on": "2031-11-20", "buyer": CON,
    "recipient": FRIEND, "message": "Happy birthday!", "deliver_on": None, "location": None, "batch": None,
    "sale": SAL, "job": None, "design": None, "badges": ["Valentine"], "reward": None, "replaces": None,
    "replaced_by": None, "policy": "us-2010", "vat": "multi", "issued_at": NOON, "ended_at": None,
    "created_at": NOON,
}  # fmt: skip
STOCK: dict[str, Any] = {
    **VOUCHER, "state": "stock", "value": None, "balance": {"amount": 0, "currency": "USD"}, "expires_on": None,
    "buyer": None, "recipient": None, "message": None, "batch": BAT, "sale": None, "policy": None, "vat": None,
    "issued_at": None,
}  # fmt: skip
VOUCHER_ASKED = {
    "kind": "sold", "value": MONEY, "payment": PAYMENT, "buyer": "external:C17",
    "recipient": {"name": "Bob Baker", "phone": "(303) 555-0143"}, "message": "Happy birthday!",
}  # fmt: skip
BOOKED = {**VOUCHER, "state": "booked", "job": "job_01jd3k8v6qf2m4n9p7r5s1t0wx"}
FROZEN = {**VOUCHER, "frozen": True}
ENDED = {**VOUCHER, "balance": {"amount": 0, "currency": "USD"}, "ended_at": LATER}
VOID, CASHED = {**ENDED, "state": "void"}, {**ENDED, "state": "redeemed"}
NEW_CARD = {**VOUCHER, "serial": "FERN-000124", "replaces": "vou_01jd3k8v6qf2m4n9p7r5s1t0wy"}
REDEEM_ASKED = {
    "amount": {"amount": 1999, "currency": "USD"},
    "ticket": {"external_id": "T1043", "total": {"amount": 9266, "currency": "USD"}},
}  # fmt: skip
REDEEMED = {
    "redemption": RED, "voucher": VOU, "serial": "FERN-000123", "redeemed": {"amount": 1999, "currency": "USD"},
    "balance": {"amount": 501, "currency": "USD"}, "state": "active",
}  # fmt: skip
REDEMPTION = {
    "id": RED, "voucher": VOU, "serial": "FERN-000123", "amount": {"amount": 1999, "currency": "USD"},
    "returned": {"amount": 0, "currency": "USD"}, "at": NOON, "job": None,
    "ticket": {"source": "crm", "external_id": "T1043"}, "location": None, "event": EVT,
}  # fmt: skip
BOOK_ASKED = {"job": "external:J1"}
RESTORE_ASKED = {"redemption": RED, "reason": "The job was cancelled."}
EXTEND_ASKED = {"expires_on": "2036-02-14", "reason": "She was ill."}
VOID_ASKED = {"reason": "Bought twice.", "refund": {"method": "card", "reference": "re_123"}}
REPLACE_ASKED = {"reason": "She lost the card."}
FREEZE_ASKED = {"reason": "The payment is disputed."}
ASSIGN_ASKED = {"recipient": {"name": "Bob Baker", "email": "bob@example.com"}}
CASH_ASKED = {"refund": {"method": "till", "reference": "T-1044"}}
ACTIVATE_ASKED = {"payment": PAYMENT, "value": MONEY, "buyer": "external:C17"}
BATCH: dict[str, Any] = {
    "id": BAT, "label": "Valentine's", "kind": "sold", "prefix": "FERN", "count": 3, "value": MONEY,
    "first_serial": "FERN-000123", "last_serial": "FERN-000125", "states": {"stock": 2, "active": 1}, "sale": None,
    "event": EVT, "created_at": NOON,
}  # fmt: skip
BATCH_ASKED = {"kind": "sold", "state": "stock", "count": 3, "value": MONEY, "label": "Valentine's"}
SALE: dict[str, Any] = {
    "id": SAL, "at": NOON, "kind": "sold", "method": "till", "reference": "T-1043", "reason": None, "count": 1,
    "amount": MONEY, "buyer": CON, "ticket": None, "location": None,
    "vouchers": [{"id": VOU, "serial": "FERN-000123"}], "event": EVT,
}  # fmt: skip
SALE_ASKED = {"serials": ["FERN-000123..FERN-000125"], "payment": PAYMENT, "value": MONEY, "buyer": "external:C17"}
GAPS = {"data": [{"first": "FERN-000041", "last": "FERN-000043", "count": 3}], "more": False}
