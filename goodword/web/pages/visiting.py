"""What every public page shares: the visitor's language, the business's face, and what is never sent on."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from goodword.business.models import Business

View = Callable[..., HttpResponse]
SPOKEN = frozenset(code for code, _name in settings.LANGUAGES)


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
        response["Referrer-Policy"] = "same-origin"  # other sites learn nothing
        response["X-Robots-Tag"] = "noindex"
        return response

    return opened


def face_of(business: Business) -> dict[str, str]:
    """Return *brand* of templates/README.md."""
    colour = business.colour.lstrip("#").lower()
    six = len(colour) == 6 and all(c in "0123456789abcdef" for c in colour)
    return {
        "name": business.name, "logo_url": "", "colour": colour if six else "", "phone": business.phone,
        "phone_shown": business.phone, "website": business.website, "address": "", "privacy_url": "",
        "picture_url": "",
    }  # fmt: skip


def shown(
    request: HttpRequest, template: str, context: dict[str, Any], *, business: Business | None, status: int = 200
) -> HttpResponse:
    """Render a page with the business's face."""
    brand = face_of(business) if business is not None else {}
    return render(request, template, {"brand": brand, **context}, status=status)


def first_name(name: str) -> str:
    """Return the first word of a name: the only part that a page ever shows."""
    words = name.split()
    return words[0][:40] if words else ""
