"""What the OpenAPI document says beyond shapes: scopes, problems, keyed writes, an example of everything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from goodword.web.api.access import Key
from goodword.web.api.meanings import MEANINGS
from goodword.web.api.outermost import JSON
from goodword.web.api.problems import MEDIA_TYPE, body_of, refusal_of

INTRODUCTION = (
    "Events in, explained rewards out. Every call needs `Authorization: Bearer gw_…`; a key belongs to one business "
    "and has scopes. Times are RFC 3339 with a zone, answered in UTC. Money is whole smallest units. A contact is "
    "addressed by its id or by `external:<external_id>`. Writes take `Idempotency-Key`: the same key and body give the "
    "first answer with `Idempotent-Replayed: true`. Lists are paged by `cursor` and `limit`, newest first. Faults are "
    "RFC 9457 problem documents with a stable `code`."
)
ALWAYS = ("unauthorized", "insufficient_scope", "rate_limited", "internal_error", "unavailable")
WITH_BODY = ("malformed_json", "validation_error", "body_too_large", "unsupported_media_type")
_OWN = ("x-refusals", "x-request-example", "x-answer-example", "x-keyed")
ALSO = "x-scopes-that-do-as-well"


def operation(
    *,
    scope: str,
    summary: str,
    answer: object,
    request: object = None,
    refusals: Sequence[str] = (),
    keyed: bool | Literal["required"] = False,
    also: Sequence[str] = (),
    extra: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what ninja's decorators need to know of a call.

    Args:
        scope: what its key must be allowed.
        answer, request: examples, each of the declared shape; a test compares them.
        refusals: codes that this call may answer beyond those every call may.
        keyed: it takes ``Idempotency-Key``, or asks for one.
        also: scopes that do as well as ``scope``.
    """
    told = {
        "x-scope": scope,
        "x-refusals": list(refusals),
        "x-answer-example": answer,
        "x-request-example": request,
        "x-keyed": keyed,
        **({ALSO: list(also)} if also else {}),
        **(extra or {}),
    }
    return {"auth": Key(scope, *also), "summary": summary, "openapi_extra": told}


def complete(document: Any) -> Any:
    """Return ninja's document with everything that :func:`operation` noted in its place."""
    document["security"] = [{"Key": []}]
    for path, methods in document["paths"].items():
        for told in methods.values():
            _complete(told, path=path)
    document["components"]["schemas"]["ProblemShape"] = _problem_schema()
    document["components"]["securitySchemes"] = {"Key": {"type": "http", "scheme": "bearer", "bearerFormat": "gw_…"}}
    document["servers"] = []
    return document


def _complete(told: dict[str, Any], *, path: str) -> None:
    note = {name: told.pop(name, None) for name in _OWN}
    told["operationId"] = told["operationId"].removeprefix("goodword_web_api_")
    told["tags"] = [told["operationId"].split("_", 1)[0]]
    told["security"] = [{"Key": [scope]} for scope in scopes_of(told)]
    codes = [*ALWAYS, *(note["x-refusals"] or [])]
    body = told.get("requestBody")
    if body is not None:
        codes += [code for code in WITH_BODY if code not in codes]
        for kind in body["content"].values():
            kind.setdefault("example", note["x-request-example"])
    if told.get("parameters") and "validation_error" not in codes:
        codes.append("validation_error")
    if note["x-keyed"]:
        codes += ["idempotency_conflict", *(["idempotency_key_required"] if note["x-keyed"] == "required" else [])]
        told.setdefault("parameters", []).append(
            {
                "in": "header",
                "name": "Idempotency-Key",
                "required": note["x-keyed"] == "required",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
                "description": "Any text of yours; the same key and body give the first answer again. Never expires.",
                "example": "a1f0c2d4",
            }
        )
    _path_parameters(told, path)
    for response in told["responses"].values():
        for kind in response.get("content", {}).values():
            kind["example"] = note["x-answer-example"]
        response["headers"] = {
            "RateLimit": {"schema": {"type": "string"}, "example": '"key";r=5999;t=60'},
            "RateLimit-Policy": {"schema": {"type": "string"}, "example": '"key";q=6000;w=60'},
        }
        if note["x-keyed"]:
            response["headers"]["Idempotent-Replayed"] = {"schema": {"type": "string"}, "example": "true"}
    told["responses"] = {**{str(s): r for s, r in told["responses"].items()}, **_problems(codes)}


def scopes_of(told: Mapping[str, Any]) -> list[str]:
    """Return the scopes of a call of the document; any one of them does."""
    return [told["x-scope"], *told.get(ALSO, [])]


def _path_parameters(told: dict[str, Any], path: str) -> None:
    examples = {"contact": "external:C17", "event": "external:r-1043", "referral": "ref_01jd3k8v6qf2m4n9p7r5s1t0wx",
                "reward": "rwd_01jd3k8v6qf2m4n9p7r5s1t0wx", "programme": "neighbours", "voucher": "FERN-000123",
                "batch": "bat_01jd3k8v6qf2m4n9p7r5s1t0wx", "sale": "sal_01jd3k8v6qf2m4n9p7r5s1t0wx"}  # fmt: skip
    for parameter in told.get("parameters", []):
        if parameter["in"] == "path" and f"{{{parameter['name']}}}" in path:
            parameter.setdefault("example", examples[parameter["name"]])


def _problems(codes: Sequence[str]) -> dict[str, Any]:
    by_status: dict[int, list[str]] = defaultdict(list)
    for code in dict.fromkeys(codes):
        by_status[MEANINGS[code][0]].append(code)
    return {
        str(status): {
            "description": " · ".join(f"`{code}`: {MEANINGS[code][1]}" for code in told),
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/ProblemShape"},
                    "examples": {code: {"value": body_of(refusal_of(code))} for code in told},
                }
            },
        }
        for status, told in sorted(by_status.items())
    }


def _problem_schema() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "title": "Problem",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": text,
            "status": {"type": "integer"},
            "code": {"type": "string", "enum": sorted(MEANINGS)},
            "detail": text,
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"pointer": text, "parameter": text, "detail": text},
                    "required": ["detail"],
                },
            },
            "facts": {"type": "object"},
        },
    }


def json_content(schema: dict[str, Any], examples: dict[str, Any]) -> dict[str, Any]:
    """Return the ``content`` of a body read by ourselves."""
    return {JSON: {"schema": schema, "examples": {name: {"value": value} for name, value in examples.items()}}}
