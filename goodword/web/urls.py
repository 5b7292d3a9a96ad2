"""The addresses of the web: the customers' pages at the root, the console under /console, the API under /api."""

from __future__ import annotations

from django.conf.urls.i18n import urlpatterns as language_patterns
from django.urls import include, path
from django.views.generic import RedirectView

from goodword.web import brand, media
from goodword.web.console import joining

urlpatterns = [
    path("brand/<str:colour>.css", brand.stylesheet, name="brand"),
    path("brand/preview/<str:colour>.css", brand.preview, name="brand_preview"),
    path("media/<str:folder>/<str:name>", media.show, name="media"),
    path("i18n/", include(language_patterns)),
    path("console/", include("goodword.web.console.urls")),
    path("console", RedirectView.as_view(pattern_name="console:overview")),
    path("join/<str:secret>", joining.show, name="join"),
    path("start", RedirectView.as_view(pattern_name="console:start")),
    path("", include("goodword.web.pages.urls")),
]
