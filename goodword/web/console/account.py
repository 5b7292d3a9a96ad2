"""My account: name, language of the console, password, two-step sign-in. Every role has it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from goodword.errors import Refused
from goodword.flow.noting import change_person
from goodword.reports.team import two_step_of
from goodword.web.console.desk import Desk, shown
from goodword.web.console.refusals import sentence_of
from goodword.web.labels import ROLE_NAMES
from goodword.web.showing import language_options


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the account; take another name and language."""
    if request.method != "POST":
        return _page(request, desk, {})
    name, language = (request.POST.get(field, "") for field in ("name", "language"))
    try:
        change_person(person=desk.person, name=name, language=language, now=desk.now)
    except Refused as refusal:
        return _page(request, desk, {str(refusal.facts.get("field", "")): sentence_of(refusal, lang=desk.lang)})
    with translation.override(language):
        messages.success(request, _("Saved."))
    answer = redirect("console:account")
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=60 * 60 * 24 * 365, samesite="Lax",
        secure=bool(settings.LANGUAGE_COOKIE_SECURE),
    )  # fmt: skip
    return answer


def _page(request: HttpRequest, desk: Desk, faults: dict[str, str]) -> HttpResponse:
    two_step, codes = two_step_of(desk.person)
    context = {
        "name": request.POST.get("name", desk.person.get_full_name()), "email": desk.person.email,
        "language": request.POST.get("language", desk.lang), "languages": language_options(),
        "role": ROLE_NAMES[desk.role], "business_name": desk.business.name, "two_step": two_step, "codes_left": codes,
        "name_errors": [faults["name"]] if "name" in faults else [],
        "fault": faults.get("", faults.get("language", "")),
    }  # fmt: skip
    return shown(request, desk, "console/account.html", context, active="", status=422 if faults else 200)
