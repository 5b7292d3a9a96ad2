"""Forms on the business's own site: ``/goodword.js`` fills in the code there, ``POST /callback/<business>`` takes them.

Any site may send here, so nothing is told back but a sentence, no cookie is read, and the limits of our own page hold.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from goodword import codes
from goodword.business.models import Business
from goodword.reports.visitors import business_of
from goodword.web.pages import contact
from goodword.web.pages.callback import CallBack, FromOwnSite, take
from goodword.web.pages.visiting import SPOKEN, first_name, public

SCRIPT = Path(__file__).resolve().parent.parent / "static" / "js" / "goodword.js"
LARGEST = 32 * 1024  # bytes: a name, a number and a message
CODE_FIELDS = ("ref", "referral_code", "code")
PROBLEMS = {404: "Not Found", 413: "Content Too Large", 422: "Unprocessable Content", 429: "Too Many Requests"}


@require_safe
def script(_request: HttpRequest) -> HttpResponse:
    """Serve the script; a site may keep it for an hour."""
    answer = HttpResponse(_script(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "public, max-age=3600"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@require_http_methods(["POST", "OPTIONS"])
@public
def receive(request: HttpRequest, business: str) -> HttpResponse:
    """Take a request to be called back from another site's form."""
    answer = HttpResponse(status=204) if request.method == "OPTIONS" else _answer(request, business)
    answer["Access-Control-Allow-Origin"] = "*"  # without credentials: there are none here
    answer["Access-Control-Allow-Methods"] = "POST"
    answer["Access-Control-Allow-Headers"] = "Content-Type"
    answer["Access-Control-Max-Age"] = "86400"
    answer["Vary"] = "Accept, Accept-Language"
    return answer


def _answer(request: HttpRequest, slug: str) -> HttpResponse:
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdecimal() or int(length) > LARGEST:
        return _problem(413, "body_too_large", _("That is too long to be sent."))
    told = _read(request)
    lang = str(told.get("language", ""))[:2].lower()
    with translation.override(lang if lang in SPOKEN else translation.get_language()):
        found = business_of(slug)
        if found is None:
            return _problem(404, "not_found", _("This page is not here"))
        return _taken(request, found, told)


def _taken(request: HttpRequest, business: Business, told: dict[str, Any]) -> HttpResponse:
    code = next((codes.normalise(str(told[key]))[:20] for key in CODE_FIELDS if told.get(key)), "")
    form = FromOwnSite(told, about=business.public_id)
    status = take(request, form, business=business, code=code, timed=False)
    wants_page = "text/html" in request.headers.get("Accept", "")  # a form that was sent without the script
    if status != 200:
        return contact.page(request, business, form, status=status, code=code) if wants_page else _faults(form, status)
    if wants_page:
        return contact.thanks(request, business, form)
    name = first_name(form.cleaned_data["name"])
    said = _("Thank you, %(name)s! We have your number and will call you soon.") % {"name": name}
    return JsonResponse({"status": "taken", "detail": said})


def _read(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        return request.POST.dict()
    try:
        told = json.loads(request.body)
    except ValueError:  # JSON's and UTF-8's faults alike; the form says what is missing
        return {}
    if not isinstance(told, dict):
        return {}
    # JSON can spell halves of characters, which no text can be stored with
    return {key: value.encode(errors="replace").decode() for key, value in told.items() if isinstance(value, str)}


def _faults(form: CallBack, status: int) -> HttpResponse:
    errors = [
        {"pointer": "" if field == "__all__" else f"/{field}", "detail": " ".join(map(str, said))}
        for field, said in form.errors.items()
    ]
    code = "rate_limited" if status == 429 else "validation_error"
    return _problem(status, code, " ".join(str(error["detail"]) for error in errors), errors=errors)


def _problem(status: int, code: str, detail: str, **more: Any) -> HttpResponse:
    body = {"type": "about:blank", "title": PROBLEMS[status], "status": status, "code": code, "detail": detail, **more}
    answer = JsonResponse(body, status=status, content_type="application/problem+json")
    if status == 429:
        answer["Retry-After"] = "3600"
    return answer


@lru_cache(maxsize=1)
def _script() -> bytes:
    return SCRIPT.read_bytes()
