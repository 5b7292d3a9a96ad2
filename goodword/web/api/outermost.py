"""What surrounds every call: the size and kind of the body before it is read, and the headers of every answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from goodword.errors import Invalid, NotFound, Refused
from goodword.web.api import problems
from goodword.web.api.reading import MAX_BODY

JSON = "application/json"
MEDIA_TYPES = frozenset({JSON, "application/cloudevents+json", "application/cloudevents-batch+json"})
YAML = frozenset({"application/yaml", "application/x-yaml", "text/yaml"})

View = Callable[..., HttpResponseBase]


def guarded(view: View) -> View:
    """Return the view behind the checks that need nobody's identity, with our headers on its answers."""

    @wraps(view)
    def outermost(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            _check(request)
        except Refused as refusal:
            return dressed(request, problems.answer(refusal))
        response = view(request, *args, **kwargs)
        if response.status_code == 405 and response.headers.get("Content-Type") != problems.MEDIA_TYPE:
            allowed = response.headers.get("Allow", "")
            wrong = Refused("method_not_allowed", f"here only {allowed or 'nothing'}", allowed=allowed)
            response = problems.answer(wrong, headers={"Allow": allowed})
        return dressed(request, response)

    outermost.csrf_exempt = True  # type: ignore[attr-defined]  # no cookie signs anybody in here
    return outermost


def missing(request: HttpRequest, path: str = "") -> HttpResponse:  # noqa: ARG001 - every unknown address comes here
    """Answer an address that is none of ours."""
    return problems.answer(NotFound("not_found", "nothing is at this address; see /api/v1/docs"))


def _check(request: HttpRequest) -> None:
    if "\x00" in request.path or "\x00" in unquote(request.META.get("QUERY_STRING", ""), errors="replace"):
        raise Invalid("validation_error", "a NUL character is in the address")
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower() and not length:
        length = _read_chunked(request)
    if length > MAX_BODY:
        raise Refused("body_too_large", f"at most {MAX_BODY} bytes; send fewer events at a time", most=MAX_BODY)
    if length and request.method in {"POST", "PUT", "PATCH", "DELETE"}:
        kind = (request.content_type or "").lower()
        taken = MEDIA_TYPES | YAML if "/programmes" in request.path else MEDIA_TYPES
        if kind not in taken:
            raise Refused("unsupported_media_type", f"send {JSON}, not {kind or 'a body without a Content-Type'}")


def _read_chunked(request: HttpRequest) -> int:
    """Read a body whose length was not told, which WSGI leaves to us, no further than what is refused anyway."""
    body: bytes = request.META["wsgi.input"].read(MAX_BODY + 1)
    request._body = body  # where Django keeps a body that has been read
    return len(body)


def dressed(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return the answer with the headers that every answer of the API has."""
    for name, value in getattr(request, "rate", {}).items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    return response
