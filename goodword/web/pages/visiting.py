"""What every public page shares: the visitor's language, the business's face, and what is never sent on."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language_info
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from goodword.business.models import Business
from goodword.business.reading import setting
from goodword.web import showing
from goodword.web.media import url_of

View = Callable[..., HttpResponse]
SPOKEN = tuple(code for code, _name in settings.LANGUAGES)


def public(view: View) -> View:
    """Return a view whose page is not kept, tells no other site of itself, and speaks ``?lang=`` if asked.

    No cookie is needed: nobody is signed in here, so there is no right that another site's form could borrow. What a
    form needs is in its address (a code, a token) or signed inside it (``stamping.py``).
    """

    @csrf_exempt
    @never_cache
    @functools.wraps(view)
    def opened(request: HttpRequest, **named: str) -> HttpResponse:
        wanted = request.GET.get("lang", "")[:2].lower()
        with translation.override(wanted if wanted in SPOKEN else translation.get_language()):
            response = view(request, **named)
            response["Content-Language"] = translation.get_language() or "en"
        response.headers.setdefault("Referrer-Policy", "same-origin")  # other sites learn nothing
        response["X-Robots-Tag"] = "noindex"
        return response

    return opened


def face_of(business: Business) -> dict[str, str]:
    """Return *brand* of templates/README.md."""
    colour = business.colour.lstrip("#").lower()
    six = len(colour) == 6 and all(c in "0123456789abcdef" for c in colour)
    return {
        "name": business.name, "logo_url": url_of(business.logo), "colour": colour if six else "",
        "phone": business.phone, "phone_shown": showing.phone(business.phone), "website": business.website,
        "address": ", ".join(business.address.splitlines()), "privacy_url": business.privacy_url,
        "picture_url": url_of(business.photo),
    }  # fmt: skip


def shown(
    request: HttpRequest, template: str, context: dict[str, Any], *, business: Business | None, status: int = 200
) -> HttpResponse:
    """Render a page with the business's face, in any of the languages that it writes in."""
    face: dict[str, Any] = {"brand": {}, "languages": [], "here": translation.get_language() or "en"}
    face["origin"] = settings.PUBLIC_URL
    if business is not None:
        face |= {"brand": face_of(business), "languages": languages_of(business)}
    return render(request, template, face | context, status=status)


def languages_of(business: Business) -> list[dict[str, str]]:
    """Return the languages a page may be read in, each by its own name; none where there is no choice."""
    spoken = set(setting(business, "languages", timezone.now()))
    found = [{"code": code, "name": get_language_info(code)["name_local"]} for code in SPOKEN if code in spoken]
    return found if len(found) > 1 else []


def address_of(request: HttpRequest, name: str, *given: str) -> str:
    """Return the address of another public page, in the language that was asked for on this one."""
    wanted = request.GET.get("lang", "")[:2].lower()
    return reverse(name, args=given) + (f"?lang={wanted}" if wanted in SPOKEN else "")


def first_name(name: str) -> str:
    """Return the first word of a name: the only part that a page ever shows."""
    words = name.split()
    return words[0][:40] if words else ""


def initials(name: str) -> str:
    """Return a name's first and last letter: all that others are told where nobody agreed to more."""
    letters = [word[0].upper() for word in name.split() if word[0].isalpha()]
    return " ".join(f"{letter}." for letter in [*letters[:1], *letters[1:][-1:]]) or "·"
