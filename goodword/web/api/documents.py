"""What needs no key: the OpenAPI document, the page that makes it readable, the QR code of a link."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import msgspec
import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from goodword import codes
from goodword.errors import NotFound, Refused
from goodword.web.api import problems
from goodword.web.api.app import api
from goodword.web.api.described import scopes_of
from goodword.web.api.meanings import MEANINGS

ADDRESS = "/api/v1/"


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document."""
    told: dict[str, Any] = api.get_openapi_schema(path_prefix=ADDRESS)
    return told


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Answer the OpenAPI document."""
    return HttpResponse(problems.encode(document()), content_type="application/json")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show the document as one page: no script, nothing from elsewhere, readable without a network."""
    told = document()
    calls = [_call(path, method, call) for path, methods in told["paths"].items() for method, call in methods.items()]
    groups: dict[str, list[dict[str, Any]]] = {}
    for call in calls:
        groups.setdefault(call["group"], []).append(call)
    faults = [{"code": code, "status": status, "text": text} for code, (status, text) in sorted(MEANINGS.items())]
    return render(request, "api/docs.html", {"info": told["info"], "groups": groups, "faults": faults})


def _call(path: str, method: str, told: dict[str, Any]) -> dict[str, Any]:
    bodies = [
        {"kind": kind, "text": _pretty(example)}
        for kind, content in told.get("requestBody", {}).get("content", {}).items()
        for example in _examples(content)
    ]
    answers = [
        {"status": status, "text": _pretty(example)}
        for status, answer in told["responses"].items()
        if int(status) < 400
        for content in answer.get("content", {}).values()
        for example in _examples(content)
    ]
    return {
        "id": told["operationId"],
        "group": told["tags"][0],
        "method": method.upper(),
        "path": path,
        "summary": told["summary"],
        "text": told.get("description", ""),
        "scope": " or ".join(scopes_of(told)),
        "parameters": told.get("parameters", []),
        "bodies": bodies,
        "answers": answers[:1],
        "refusals": [
            (status, list(next(iter(answer["content"].values()))["examples"]))
            for status, answer in told["responses"].items()
            if int(status) >= 400
        ],
    }


def _examples(content: dict[str, Any]) -> list[Any]:
    if "examples" in content:
        return [each["value"] for each in content["examples"].values()]
    return [content["example"]] if "example" in content else []


def _pretty(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.format(problems.encode(value), indent=2).decode()


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Answer the page's style sheet."""
    response = render(request, "api/docs.css", content_type="text/css; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def qr(request: HttpRequest, code: str) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """Draw the QR code of a referral link. The link is public; nothing is looked up, so nothing is told."""
    try:
        plain = codes.read(code, length=codes.REFERRAL_LENGTH)
    except Refused:
        return problems.answer(NotFound("not_found", "this is no referral code"))
    drawing = io.BytesIO()
    segno.make(f"{settings.PUBLIC_URL}/r/{plain}", error="m", micro=False).save(drawing, kind="svg", scale=6, border=4)
    response = HttpResponse(drawing.getvalue(), content_type="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
