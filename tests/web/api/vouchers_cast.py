"""Short words for the tests of the voucher API: selling over HTTP, refusals that move nothing."""

from __future__ import annotations

from typing import Any

from tests.flow.vouchers.cast import standing
from tests.web.api.conftest import Caller

TILL = {"method": "till", "reference": "T-1"}
GIFT = {"method": "complimentary", "reason": "a thank-you"}
FAR = "2040-02-14"


def usd(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD"}


def asked(value: int = 5000, **more: Any) -> dict[str, Any]:
    return {"kind": "sold", "value": usd(value), "payment": TILL, "expires_on": FAR, **more}


def sell(caller: Caller, value: int = 5000, **more: Any) -> dict[str, Any]:
    """Sell a voucher over HTTP and return it."""
    answer = caller.post("/vouchers", asked(value, **more))
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    return told


def give(caller: Caller, value: int = 5000, **more: Any) -> dict[str, Any]:
    """Give a voucher away over HTTP and return it."""
    return sell(caller, value, kind="promotional", payment=GIFT, **more)


def stock(caller: Caller, count: int = 1, **more: Any) -> dict[str, Any]:
    """Make cards of stock over HTTP and return the batch."""
    answer = caller.post("/voucher-batches", {"kind": "sold", "state": "stock", "count": count, **more})
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    return told


def do(caller: Caller, ref: str, what: str, body: Any = None, *, key: str | None = None, expect: int = 200) -> Any:
    """Do something with a voucher and return the answer's JSON."""
    named = {} if key is None else {"Idempotency_Key": key}
    answer = caller.post(f"/vouchers/{ref}/{what}", body, **named)
    assert answer.status_code == expect, answer.content
    return answer.json()


_keys = iter(range(1_000_000))


def redeem(caller: Caller, ref: str, amount: Any, *, key: str | None = None, expect: int = 200, **more: Any) -> Any:
    """Redeem something of a voucher and return the answer's JSON."""
    told = usd(amount) if isinstance(amount, int) else amount
    return do(caller, ref, "redeem", {"amount": told, **more}, key=key or f"redeem-{next(_keys)}", expect=expect)


def refused(caller: Caller, path: str, body: Any, *, key: str | None = None) -> tuple[int, str]:
    """Ask for something that is refused; return status and code. Nothing moved, nothing was made."""
    before = standing(caller.business)
    named = {} if key is None else {"Idempotency_Key": key}
    answer = caller.post(path, body, **named)
    assert answer.status_code >= 400, answer.content
    assert standing(caller.business) == before
    return answer.status_code, answer.json()["code"]
