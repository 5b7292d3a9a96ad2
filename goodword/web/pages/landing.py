"""``/r/<code>``: a friend opens a referral link (domain.md, Referrals; R91, R100-R106)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from goodword import codes
from goodword.business.reading import setting
from goodword.engine.durations import local_date
from goodword.engine.wording.language import language
from goodword.flow.visiting import note_visit
from goodword.reports.customers import by_code
from goodword.web.leading import with_code
from goodword.web.pages.callback import CallBack, take
from goodword.web.pages.offers import Offer, offer_of
from goodword.web.pages.visiting import address_of, first_name, public, shown


@require_http_methods(["GET", "HEAD", "POST"])
@public
def show(request: HttpRequest, code: str) -> HttpResponse:
    """Show the offer and take the request; or lead on to the business's own site with the code attached."""
    owner = by_code(codes.normalise(code)[:20])
    if owner is None:
        return unknown(request, code)
    now = timezone.now()
    if request.method == "POST":
        return _ask(request, owner, _offer(owner, now))
    if request.method == "GET":
        note_visit(contact=owner, now=now)
    target = own_site(str(setting(owner.business, "link_target", now) or ""))
    if target:
        return redirect(with_code(target, owner.code))
    return _page(request, owner, _offer(owner, now), CallBack(about=owner.code))


@require_safe
@public
def terms(request: HttpRequest, code: str) -> HttpResponse:
    """Show the terms of the programme the friend would come in by, in words, dated, fit for paper."""
    owner = by_code(codes.normalise(code)[:20])
    if owner is None:
        return unknown(request, code)
    now = timezone.now()
    offer = _offer(owner, now)
    back = address_of(request, "pages:landing", owner.code)
    if offer is None:
        return redirect(back)
    lang = translation.get_language() or "en"
    context = {
        "programme_name": offer.programme.name, "sentences": offer.terms(lang), "back_url": back,
        "since": language(lang).day(offer.since, zone=owner.business.timezone),
        "today": language(lang).day(
            local_date(now, ZoneInfo(owner.business.timezone)), zone=owner.business.timezone
        ),
    }  # fmt: skip
    return shown(request, "pages/terms.html", context, business=owner.business)


@require_safe
@public
def find(request: HttpRequest) -> HttpResponse:
    """Lead from a code that was typed in to its page."""
    code = codes.normalise(request.GET.get("code", ""))[:20]
    if not code or by_code(code) is None:
        return unknown(request, request.GET.get("code", ""))
    return redirect(address_of(request, "pages:landing", code))


def unknown(request: HttpRequest, code: str) -> HttpResponse:
    """Say kindly that nobody was given this code, and let it be typed again."""
    return shown(request, "pages/unknown.html", {"code": code[:32]}, business=None, status=404)


def own_site(target: str) -> str:
    """Return the address of the business's own site, or nothing when it is none that a browser should be sent to."""
    try:
        parts = urlsplit(target)
        _ = parts.port
    except ValueError:
        return ""
    odd = any(c.isspace() or not c.isprintable() or c == "\\" for c in target)
    if odd or parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return ""
    return target


def _offer(owner: Any, now: datetime) -> Offer | None:
    """Return what the link brings: nothing while its owner is withdrawn, for nobody would be credited with it."""
    return None if owner.withdrawn_at is not None else offer_of(business=owner.business, now=now)


def _ask(request: HttpRequest, owner: Any, offer: Offer | None) -> HttpResponse:
    form = CallBack(request.POST, about=owner.code)
    status = take(request, form, business=owner.business, code=owner.code)
    if status != 200:
        return _page(request, owner, offer, form, status=status)
    context = {
        "friend_first_name": first_name(form.cleaned_data["name"]),
        "offer_line": offer.line(translation.get_language() or "en") if offer else "",
        "terms_url": address_of(request, "pages:terms", owner.code) if offer else "",
    }
    return shown(request, "pages/thanks.html", context, business=owner.business)


def _page(request: HttpRequest, owner: Any, offer: Offer | None, form: CallBack, *, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"referrer_first_name": first_name(owner.name), "form": form}
    if offer is None:
        context["rests"] = owner.withdrawn_at is not None
        return shown(request, "pages/ended.html", context, business=owner.business, status=status)
    words = offer.words(translation.get_language() or "en")
    context["offer"] = words | {"terms_url": address_of(request, "pages:terms", owner.code)}
    return shown(request, "pages/landing.html", context, business=owner.business, status=status)
