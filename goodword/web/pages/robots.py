"""``/robots.txt``: what crawlers should not even ask for. Link pages stay open: messages show a preview."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

CLOSED = ("/accounts/", "/api/", "/callback/", "/console/", "/s/", "/share/", "/u/", "/v/")


@require_safe
def show(_request: HttpRequest) -> HttpResponse:
    """List what is closed; every page says ``noindex`` for itself besides."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
