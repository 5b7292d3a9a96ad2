"""The root of all addresses; each door lists its own."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
]
if find_spec("goodword.web") and find_spec("goodword.web.urls"):
    urlpatterns.append(path("", include("goodword.web.urls")))
