"""The addresses of the API, mounted at ``/api/v1``."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from goodword.web.api.app import api
from goodword.web.api.documents import docs, openapi, qr, style
from goodword.web.api.outermost import View, guarded, missing
from goodword.web.api.vouchers_quick import quick
from goodword.web.api.vouchers_redeem import REDEEM


def _quickened(found: URLPattern) -> View:
    view: View = found.callback
    return quick(view) if found.name == REDEEM else view


urlpatterns = [
    path("openapi.json", guarded(openapi), name="api-openapi"),
    path("docs", guarded(docs), name="api-docs"),
    path("docs.css", guarded(style), name="api-docs-style"),
    path("qr/<str:code>.svg", guarded(qr), name="api-qr"),
    *[
        URLPattern(found.pattern, guarded(_quickened(found)), found.default_args, found.name)
        for found in api.urls[0]
        if isinstance(found, URLPattern) and found.name != "api-root"
    ],
    re_path(r"^(?P<path>.*)$", guarded(missing)),
]
