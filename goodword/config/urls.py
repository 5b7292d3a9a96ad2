"""The root of all addresses; each door lists its own."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

from goodword.web import health

urlpatterns = [
    path("accounts/", include("goodword.config.signin_urls")),
    path("api/v1/", include("goodword.web.api.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
if find_spec("goodword.web") and find_spec("goodword.web.urls"):
    urlpatterns.append(path("", include("goodword.web.urls")))
