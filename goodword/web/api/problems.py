"""Every refusal as RFC 9457 ``application/problem+json`` with a stable ``code``. The only place that knows statuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpResponse

from goodword.errors import Conflict, Invalid, NotFound, Refused
from goodword.web.api.meanings import MEANINGS

MEDIA_TYPE = "application/problem+json"
_SHOWN_ELSEWHERE = frozenset({"pointer", "faults", "errors"})


def encode(value: object) -> bytes:
    """Return JSON; times as RFC 3339 in UTC with a Z."""
    return msgspec.json.encode(value)


def status_of(refusal: Refused) -> int:
    """Return the HTTP status of a refusal."""
    if refusal.code in MEANINGS:
        return MEANINGS[refusal.code][0]
    if isinstance(refusal, NotFound):
        return 404
    return 409 if isinstance(refusal, Conflict) else 422


def refusal_of(code: str) -> Refused:
    """Return a refusal of this code in the words of the documentation: for examples."""
    return Refused(code, MEANINGS[code][1])


def body_of(refusal: Refused) -> dict[str, Any]:
    """Return the problem document of a refusal."""
    status = status_of(refusal)
    body: dict[str, Any] = {
        "type": f"{settings.PUBLIC_URL}/api/v1/docs#{refusal.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": refusal.code,
        "detail": refusal.detail,
    }
    errors = _errors(refusal)
    if errors:
        body["errors"] = errors
    facts = {k: v for k, v in refusal.facts.items() if k not in _SHOWN_ELSEWHERE}
    if facts:
        body["facts"] = msgspec.to_builtins(facts, enc_hook=str)
    return body


def _errors(refusal: Refused) -> list[dict[str, Any]]:
    facts = refusal.facts
    if isinstance(facts.get("errors"), list):
        return list(facts["errors"])  # type: ignore[call-overload]  # the line above says that it is a list
    if isinstance(facts.get("pointer"), str):
        return [{"pointer": facts["pointer"], "detail": refusal.detail}]
    faults = facts.get("faults")
    if isinstance(faults, list):
        return [_fault(fault) for fault in faults]
    return []


def _fault(fault: object) -> dict[str, Any]:
    if not isinstance(fault, dict):
        return {"pointer": "", "detail": str(fault)}
    said = f"{fault['problem']}; write instead: {fault['write_instead']}"
    return {"pointer": _pointer(fault["key"]), "detail": said, **fault}


def _pointer(path: str) -> str:
    """Return a fault's path (``rules[2].amount``) as a JSON pointer."""
    plain = path.replace("[", ".").replace("]", "")
    return "".join(f"/{part}" for part in plain.split(".") if part)


def answer(refusal: Refused, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Return the refusal as a response."""
    return rendered(body_of(refusal), headers=headers)


def rendered(body: Mapping[str, Any], *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Return a problem document as a response."""
    response = HttpResponse(encode(body), status=body["status"], content_type=MEDIA_TYPE)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    if body["status"] == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="goodword"'
    return response


def invalid(errors: Iterable[Mapping[str, Any]]) -> Refused:
    """Return the refusal of ninja's validation: each place with what is wrong there."""
    told = []
    for error in errors:
        place, *path = (part for part in error["loc"] if not str(part).startswith("function-"))  # how it was read
        text = str(error["msg"]).removeprefix("Value error, ")
        if place == "body":
            told.append({"pointer": "".join(f"/{escape(str(p))}" for p in path[1:]), "detail": text})
        else:
            told.append({"parameter": str(path[-1]) if path else "", "detail": text})
    where = told[0].get("pointer") or told[0].get("parameter") or "the body" if told else ""
    said = f"{where}: {told[0]['detail']}" if told else "the request is not well-formed"
    return Invalid("validation_error", said, errors=told)


def escape(key: str) -> str:
    """Return a key as a part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def plain(value: dict[str, Any]) -> dict[str, Any]:
    """Return an answer as JSON keeps it: the same bytes come out of it again."""
    told: dict[str, Any] = msgspec.json.decode(encode(value))
    return told
