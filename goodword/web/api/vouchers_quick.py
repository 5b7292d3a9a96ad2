"""``POST /vouchers/{serial-or-code}/redeem`` in its plainest form, before ninja sees it: a till's every customer waits
for it. Anything else than a plain success is left to the ordinary view, which knows every refusal (ADR 14)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from goodword.business import keys
from goodword.errors import Refused
from goodword.flow import answering
from goodword.flow.vouchers.taking import Keyed, Order, Taken, Ticket, take_quickly
from goodword.web import guessing
from goodword.web.api import problems
from goodword.web.api.access import count
from goodword.web.api.outermost import JSON, dressed

View = Callable[..., HttpResponseBase]
LONGEST = 4096  # bytes of a body that is looked at here
ADDRESS = re.compile("/api/v1/vouchers/([^/]+)/redeem")


class _NotPlain(Refused):
    """The ordinary view has to look at it; nobody is told this."""


class _Money(msgspec.Struct, forbid_unknown_fields=True):
    amount: int
    currency: str


class _Ticket(msgspec.Struct, forbid_unknown_fields=True):
    external_id: str
    total: _Money | None = None


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    amount: _Money
    ticket: _Ticket | None = None


_decode = msgspec.json.Decoder(_Body).decode


class Tills:
    """Middleware that answers a plain redemption before sessions, languages and the table of addresses are looked at.

    They are there for browsers, and would take as long as the redemption. Whatever is not plain goes on to the
    ordinary view.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        found = ADDRESS.fullmatch(request.path_info) if request.method == "POST" else None
        answer = _redeemed(request, found[1]) if found and _plain(request) else None
        if answer is None:
            return self.get_response(request)
        return dressed(request, answer)


def _plain(request: HttpRequest) -> bool:
    request.get_host()  # refuses a host that is not ours, as it is refused for every address
    length = request.META.get("CONTENT_LENGTH") or ""
    return length.isdecimal() and int(length) <= LONGEST and request.content_type == JSON


def _redeemed(request: HttpRequest, voucher: str) -> HttpResponse | None:
    order = _order(request, voucher)
    if order is None:
        return None

    now = order.clock()

    def allow(key: Keyed) -> None:
        if "vouchers:redeem" not in key.scopes:
            raise _NotPlain("insufficient_scope")
        if key.last_used_at is None or now - key.last_used_at >= keys.USE_NOTED_EVERY:
            raise _NotPlain("key_use_to_be_noted")  # once a minute the ordinary way writes it down
        if key.guessed:
            raise _NotPlain("too_many_guesses")
        count(request, key=key.pk, now=now)

    body = take_quickly(
        order, allow=allow, answer=redeemed,
        event_name=lambda source: answering.event_name(source=source, key=order.request[0]),
    )  # fmt: skip
    if body is None:
        return None
    content = problems.encode(body)
    return HttpResponse(content, content_type=JSON, headers={"Content-Length": str(len(content))})


def _clock() -> datetime:
    return datetime.now(UTC)


def _order(request: HttpRequest, voucher: str) -> Order | None:
    kind, _, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    try:
        key = answering.read_key(request.META.get("HTTP_IDEMPOTENCY_KEY"))
        if key is None or kind.lower() != "bearer":
            return None
        body = _decode(request.body)
        ticket = _ticket(body)
    except (Refused, msgspec.DecodeError, UnicodeDecodeError):
        return None
    address, key_digest = request.META.get("REMOTE_ADDR", ""), keys.digest_of(secret.strip())
    digest = answering.digest_of(method="POST", address=request.get_full_path(), body=request.body)
    return Order(
        key_digest=key_digest, ref=voucher, amount=body.amount.amount,
        currency=body.amount.currency, ticket=ticket, request=(key, digest), clock=_clock,
        counters=guessing.names_of(counted=key_digest, address=address, now=_clock()),
    )  # fmt: skip


def _ticket(body: _Body) -> Ticket | None:
    if body.ticket is None:
        return None
    name, total = body.ticket.external_id, body.ticket.total
    plain = 0 < len(name) <= 200 and "\x00" not in name
    if not plain or (total is not None and (total.currency != body.amount.currency or total.amount < 0)):
        raise _NotPlain("not_plain")
    return Ticket(name, total.amount if total is not None else None)


def redeemed(taken: Taken) -> dict[str, Any]:
    """Return the answer of a redemption."""
    return {
        "redemption": taken.redemption,
        "voucher": taken.voucher,
        "serial": taken.serial,
        "redeemed": {"amount": taken.units, "currency": taken.currency},
        "balance": {"amount": taken.left, "currency": taken.currency},
        "state": taken.state,
    }
