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


CONSOLE = [
    path("", nowhere, name="overview"),
    path("referrals", nowhere, name="referrals"),
    path("referrals/<str:id>", nowhere, name="referral"),
    path("referrals/<str:id>/remove", nowhere, name="referral_remove"),
    path("customers", nowhere, name="customers"),
    path("customers/<str:id>", nowhere, name="customer"),
    path("customers/<str:id>/send", nowhere, name="customer_send"),
    path("customers/<str:id>/attribute", nowhere, name="customer_attribute"),
    path("customers/new", nowhere, name="customer_new"),
    path("customers/<str:id>/job", nowhere, name="customer_job"),
    path("customers/<str:id>/score", nowhere, name="customer_score"),
    path("rewards", nowhere, name="rewards"),
    path("rewards/<str:id>/status", nowhere, name="reward_status"),
    path("messages", nowhere, name="messages"),
    path("messages/<str:id>/retry", nowhere, name="message_retry"),
    path("problems", nowhere, name="problems"),
    path("problems/<str:id>/retry", nowhere, name="problem_retry"),
    path("problems/<str:id>/close", nowhere, name="problem_close"),
    path("programmes", nowhere, name="programmes"),
    path("programmes/new", nowhere, name="programme_new"),
    path("programmes/<str:id>", nowhere, name="programme"),
    path("programmes/<str:id>/draft", nowhere, name="programme_draft"),
    path("programmes/<str:id>/publish", nowhere, name="programme_publish"),
    path("business", nowhere, name="business"),
    path("demo/remove", nowhere, name="demo_remove"),
    path("start", nowhere, name="start"),
    path("start/demo", nowhere, name="start_demo"),
    path("start/own", nowhere, name="start_own"),
]
PUBLIC = [path("find", nowhere, name="find")]

urlpatterns = [
    path("", index, name="styleguide"),
    path("page/<str:name>", page, name="styleguide_page"),
    path("brand/<str:colour>.css", brand.stylesheet, name="brand"),
    path("console/", include((CONSOLE, "console"))),
    path("", include((PUBLIC, "pages"))),
    path("i18n/", include(language_patterns)),
    path("accounts/", include("allauth.account.urls")),
]
