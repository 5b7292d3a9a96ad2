"""Writes that may be sent twice: the same Idempotency-Key and body give the first answer again (api.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from goodword.errors import Invalid, Refused
from goodword.flow import answering
from goodword.flow.answering import Answer
from goodword.web.api import problems
from goodword.web.api.access import key_of, now_of

Perform = Callable[[str | None], tuple[int, dict[str, Any]]]
Redress = Callable[[dict[str, Any]], dict[str, Any]]


def once(
    request: HttpRequest, perform: Perform, *, kept: Redress | None = None, shown: Redress | None = None
) -> HttpResponse:
    """Perform a write, or answer as the first time; key and effect are one transaction.

    Args:
        perform: gets the name of the event that the key determines (None without a key); returns status and body.
            What it refuses is an answer too.
        kept: takes the secrets out of a body before it is stored; ``shown`` puts them in again.
    """
    scope = _scope(request)
    if scope is None:
        return _response(*perform(None))
    name = answering.event_name(source=scope["source"], key=scope["key"])

    def performed() -> Answer:
        try:
            status, body = perform(name)
        except Refused as refusal:
            if problems.status_of(refusal) >= 500:
                raise
            return _refusal(refusal)
        return Answer(status, problems.plain(kept(body) if kept else body))

    answer, replayed = answering.answer_once(**scope, now=now_of(request), perform=performed)
    body = shown(answer.body) if shown and answer.status < 400 else answer.body
    return _response(answer.status, body, replayed=replayed)


def afterwards(request: HttpRequest, perform: Callable[[], dict[str, Any]]) -> HttpResponse:
    """Perform a write that is safe to repeat by itself (each event has its own id) and keep its answer afterwards."""
    scope = _scope(request)
    if scope is None:
        return _response(200, perform())
    first = answering.first_answer(**scope)
    if first is not None:
        return _response(*first, replayed=True)
    body = problems.plain(perform())
    return _response(*answering.keep_answer(**scope, status=200, body=body, now=now_of(request)))


def need_key(request: HttpRequest) -> None:
    """See that a write that must not happen twice brings an Idempotency-Key.

    Raises:
        Invalid: ``idempotency_key_required``.
    """
    if request.headers.get("Idempotency-Key") is None:
        raise Invalid(
            "idempotency_key_required", "send an Idempotency-Key: a retry after a lost answer must not redeem twice"
        )


def _scope(request: HttpRequest) -> dict[str, Any] | None:
    key = answering.read_key(request.headers.get("Idempotency-Key"))
    if key is None:
        return None
    owner = key_of(request)
    digest = answering.digest_of(method=str(request.method), address=request.get_full_path(), body=request.body)
    return {"business": owner.business, "source": owner.source, "key": key, "digest": digest}


def _refusal(refusal: Refused) -> Answer:
    return Answer(problems.status_of(refusal), problems.plain(problems.body_of(refusal)))


def _response(status: int, body: dict[str, Any], *, replayed: bool = False) -> HttpResponse:
    kind = problems.MEDIA_TYPE if status >= 400 else "application/json"
    response = HttpResponse(problems.encode(body), status=status, content_type=kind)
    if replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response
