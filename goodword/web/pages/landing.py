"""``/r/<code>``: a friend opens a referral link (domain.md, Referrals; R91, R100-R106)."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from goodword import codes
from goodword.business.reading import setting
from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.flow.visiting import note_visit
from goodword.reports.customers import by_code
from goodword.web.pages.offers import Offer, offer_of
from goodword.web.pages.throttle import too_often
from goodword.web.pages.visiting import first_name, public, shown


class CallBack(forms.Form):
    """What a friend leaves. ``website`` is a trap: people do not see it, robots fill it in."""

    name = forms.CharField(max_length=120, error_messages={"required": gettext_lazy("Tell us your name.")})
    phone = forms.CharField(max_length=40, error_messages={"required": gettext_lazy("Tell us your number.")})
    email = forms.EmailField(
        max_length=200, required=False, error_messages={"invalid": gettext_lazy("That is no e-mail address.")}
    )
    message = forms.CharField(max_length=2000, required=False)
    website = forms.CharField(max_length=200, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@public
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show the offer and take the request; or lead on to the business's own site with the code attached."""
    owner = by_code(codes.normalise(code)[:20])
    if owner is None:
        return shown(request, "pages/unknown.html", {"code": code[:32]}, business=None, status=404)
    now = timezone.now()
    if request.method == "POST":
        return _ask(request, owner, offer_of(business=owner.business, now=now))
    if request.method == "GET":
        note_visit(contact=owner, now=now)
    target = str(setting(owner.business, "link_target", now) or "")
    if target.startswith(("https://", "http://")):
        return redirect(with_code(target, owner.code))
    return _page(request, owner, offer_of(business=owner.business, now=now), CallBack())


@require_safe
@public
def find(request: HttpRequest) -> HttpResponse:
    """Lead from a code that was typed in to its page."""
    code = codes.normalise(request.GET.get("code", ""))[:20]
    if not code or by_code(code) is None:
        context = {"code": request.GET.get("code", "")[:32]}
        return shown(request, "pages/unknown.html", context, business=None, status=404)
    return redirect("pages:landing", code)


def with_code(target: str, code: str) -> str:
    """Return the address with ``ref=<code>`` added to the query it has."""
    parts = urlsplit(target)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "ref"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("ref", code)])))


def key_of(data: dict[str, str], *, day: date) -> str:
    """Return the event's id: the same words on one day are one request, however often the button is pressed."""
    return "callback-" + hashlib.sha256(json.dumps([data, day.isoformat()], sort_keys=True).encode()).hexdigest()


def _ask(request: HttpRequest, owner: Any, offer: Offer | None) -> HttpResponse:
    form = CallBack(request.POST)
    if not form.is_valid():
        return _page(request, owner, offer, form, status=422)
    told = form.cleaned_data
    lang = translation.get_language() or "en"
    if too_often(request, what="callback"):
        form.add_error(None, _("That was a little too often. Please try again later, or call us."))
        return _page(request, owner, offer, form, status=429)
    if not told.pop("website"):
        data = {"code": owner.code, "language": lang} | {key: value for key, value in told.items() if value}
        try:
            now = timezone.now()
            submit(
                business=owner.business, type="callback.requested", data=data, actor="friend", now=now,
                key=key_of(data, day=now.date()),
            )  # fmt: skip
        except Refused:
            form.add_error("phone", _("That number cannot be right. Please look at it once more."))
            return _page(request, owner, offer, form, status=422)
    context = {"friend_first_name": first_name(told["name"]), "offer_line": offer.line(lang) if offer else ""}
    return shown(request, "pages/thanks.html", context, business=owner.business)


def _page(request: HttpRequest, owner: Any, offer: Offer | None, form: CallBack, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"referrer_first_name": first_name(owner.name), "form": form}
    if offer is None:
        return shown(request, "pages/ended.html", context, business=owner.business, status=status)
    context["offer"] = offer.words(translation.get_language() or "en")
    return shown(request, "pages/landing.html", context, business=owner.business, status=status)
