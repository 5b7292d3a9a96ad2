"""The first page of an installation: look at the demo, or open one's own business in a minute."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from goodword.business.models import Business, User
from goodword.errors import Refused
from goodword.flow.starting import may_start, start_own
from goodword.web.console.desk import CHOSEN, desk_of
from goodword.web.console.refusals import sentence_of
from goodword.web.showing import country_options, currency_options, language_options, zone_options

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FIELDS = {"owner_email": "email"}


class OwnBusiness(forms.Form):
    """What a business must tell to begin; flow judges the values."""

    name = forms.CharField(max_length=200)
    country = forms.CharField(max_length=2)
    currency = forms.CharField(max_length=3)
    timezone = forms.CharField(max_length=60)
    language = forms.CharField(max_length=5)
    email = forms.EmailField(max_length=200, error_messages={"invalid": gettext_lazy("That is no e-mail address.")})
    password = forms.CharField(max_length=200, strip=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("Please fill this in.")


@require_safe
@never_cache
def show(request: HttpRequest) -> HttpResponse:
    """Show the choice while there is no business but the demo; later the console, or the sign-in."""
    if not may_start():
        return redirect("console:overview")
    begun = {"country": "US", "currency": "USD", "timezone": "America/Denver", "language": "en"}
    return _page(request, OwnBusiness(initial=begun))


@require_POST
def own(request: HttpRequest) -> HttpResponse:
    """Open the business and sign its owner in."""
    if not may_start():
        return redirect("account_login")
    form = OwnBusiness(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        opened, owner = start_own(**form.cleaned_data, now=timezone.now())
    except Refused as refusal:
        field = FIELDS.get(str(refusal.facts.get("field")), str(refusal.facts.get("field") or ""))
        lang = translation.get_language() or "en"
        form.add_error(field if field in form.fields else None, sentence_of(refusal, lang=lang))
        return _page(request, form, status=422)
    login(request, owner, backend=BACKEND)
    request.session[CHOSEN] = opened.business.public_id
    return redirect("console:overview")


@require_POST
def demo(request: HttpRequest) -> HttpResponse:
    """Sign a visitor in to the demo as somebody of its office, while there is nothing but the demo to protect."""
    business = Business.objects.filter(is_demo=True).first()
    if business is None:
        return redirect("console:start")
    if request.user.is_authenticated and desk_of(request) is not None:
        request.session[CHOSEN] = business.public_id
        return redirect("console:overview")
    guide = User.objects.filter(memberships__business=business, memberships__role="owner").first()
    if guide is None or not may_start() or guide.memberships.exclude(business=business).exists():
        return redirect("account_login")
    login(request, guide, backend=BACKEND)
    request.session[CHOSEN] = business.public_id
    return redirect("console:overview")


def _page(request: HttpRequest, form: OwnBusiness, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form, "demo_available": Business.objects.filter(is_demo=True).exists(),
        "countries": country_options(), "currencies": currency_options(), "timezones": zone_options(),
        "business_languages": language_options(),
    }  # fmt: skip
    return render(request, "console/start.html", context, status=status)
