"""The addresses of the API, mounted at ``/api/v1``."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from goodword.web.api.app import api
from goodword.web.api.documents import docs, openapi, qr, style
from goodword.web.api.outermost import guarded, missing

urlpatterns = [
    path("openapi.json", guarded(openapi), name="api-openapi"),
    path("docs", guarded(docs), name="api-docs"),
    path("docs.css", guarded(style), name="api-docs-style"),
    path("qr/<str:code>.svg", guarded(qr), name="api-qr"),
    *[
        URLPattern(found.pattern, guarded(found.callback), found.default_args, found.name)
        for found in api.urls[0]
        if isinstance(found, URLPattern) and found.name != "api-root"
    ],
    re_path(r"^(?P<path>.*)$", guarded(missing)),
]
