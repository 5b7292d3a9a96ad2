"""``/contact-us/<business>``: for somebody who comes without a link and may name who told them (R91)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from goodword.business.models import Business
from goodword.reports.visitors import business_of
from goodword.web.pages.callback import CallBack, take
from goodword.web.pages.visiting import first_name, public, shown


@require_http_methods(["GET", "HEAD", "POST"])
@public
def show(request: HttpRequest, business: str) -> HttpResponse:
    """Show the form and take the request; a name that is mentioned goes with it for the office to look at."""
    found = business_of(business)
    if found is None:
        return shown(request, "404.html", {}, business=None, status=404)
    if request.method != "POST":
        return page(request, found, CallBack(about=found.public_id))
    form = CallBack(request.POST, about=found.public_id)
    status = take(request, form, business=found, code="")
    return page(request, found, form, status=status) if status != 200 else thanks(request, found, form)


def page(
    request: HttpRequest, business: Business, form: CallBack, *, status: int = 200, code: str = ""
) -> HttpResponse:
    """Show the form; ``code`` is carried on in it."""
    return shown(request, "pages/contact.html", {"form": form, "code": code}, business=business, status=status)


def thanks(request: HttpRequest, business: Business, form: CallBack) -> HttpResponse:
    """Thank for the request."""
    context = {"friend_first_name": first_name(form.cleaned_data["name"]), "offer_line": "", "terms_url": ""}
    return shown(request, "pages/thanks.html", context, business=business)
