"""A root of addresses in which every name that a template links to exists; ``/`` lists the pages."""

from __future__ import annotations

from django.conf.urls.i18n import urlpatterns as language_patterns
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from goodword.web import brand
from goodword.web.styleguide.pages import PAGES


def index(request: HttpRequest) -> HttpResponse:
    """List the pages and show the small parts side by side."""
    return render(request, "styleguide/index.html", {"pages": [name for name, _template, _context in PAGES]})


def page(request: HttpRequest, name: str) -> HttpResponse:
    """Render one page with its sample content."""
    for known, template, context in PAGES:
        if known == name:
            return render(request, template, context())
    raise Http404


def nowhere(_request: HttpRequest, **_named: str) -> HttpResponse:
    """Stand for every page that a link leads to."""
    return HttpResponse("This link leads nowhere in the style guide.", content_type="text/plain")


CONSOLE = [path("", nowhere, name="overview"), path("start", nowhere, name="start")]
PUBLIC = [path("find", nowhere, name="find"), path("v", nowhere, name="voucher_find")]

urlpatterns = [
    path("", index, name="styleguide"),
    path("page/<str:name>", page, name="styleguide_page"),
    path("brand/<str:colour>.css", brand.stylesheet, name="brand"),
    path("console/", include((CONSOLE, "console"))),
    path("", include((PUBLIC, "pages"))),
    path("i18n/", include(language_patterns)),
    path("accounts/", include("allauth.account.urls")),
]
