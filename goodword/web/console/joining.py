"""The page behind an invitation's link: set a name and a password, or join with the account one has."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from goodword.business.models import Invitation
from goodword.errors import Refused
from goodword.flow.admitting import accept
from goodword.reports.team import has_account, invitation_of
from goodword.web.console.desk import CHOSEN
from goodword.web.console.refusals import sentence_of
from goodword.web.console.start import BACKEND
from goodword.web.labels import ROLE_NAMES


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@never_cache
def show(request: HttpRequest, secret: str) -> HttpResponse:
    """Show the invitation, or take it; the address is told to no other site."""
    answer = _answer(request, secret)
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _answer(request: HttpRequest, secret: str) -> HttpResponse:
    invitation = invitation_of(secret)
    if invitation is None:
        return render(request, "console/join_over.html", {"state": "unknown"}, status=404)
    state = state_of(invitation)
    if state != "open":
        return render(request, "console/join_over.html", {"state": state}, status=410)
    person: Any = request.user
    if person.is_authenticated and person.email != invitation.email:
        return _page(request, invitation, mode="other", status=403 if request.method == "POST" else 200)
    mode = "join" if person.is_authenticated else "sign_in" if has_account(invitation.email) else "new"
    if request.method != "POST" or mode == "sign_in":
        return _page(request, invitation, mode=mode)
    return _joined(request, invitation, mode)


def state_of(invitation: Invitation) -> str:
    """Return ``open``, ``used``, ``withdrawn`` or ``old``."""
    if invitation.accepted_at:
        return "used"
    if invitation.withdrawn_at:
        return "withdrawn"
    return "open" if invitation.expires_at > timezone.now() else "old"


def _joined(request: HttpRequest, invitation: Invitation, mode: str) -> HttpResponse:
    told: dict[str, str] = {}
    if mode == "new":
        told = {"name": request.POST.get("name", ""), "password": request.POST.get("password", "")}
    try:
        person = accept(invitation=invitation, now=timezone.now(), **told)
    except Refused as refusal:
        if refusal.code in ("invitation_over", "email_taken"):
            return redirect(request.path)  # it has changed meanwhile: the page says how it is now
        faults = {str(refusal.facts.get("field", "")): sentence_of(refusal, lang=translation.get_language() or "en")}
        return _page(request, invitation, mode=mode, faults=faults, status=422)
    if mode == "new":
        login(request, person, backend=BACKEND)
    request.session[CHOSEN] = invitation.business.public_id
    messages.success(request, _("Welcome to %(business)s.") % {"business": invitation.business.name})
    return redirect("console:overview")


def _page(
    request: HttpRequest, invitation: Invitation, *, mode: str, faults: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    told = faults or {}
    context = {
        "business_name": invitation.business.name, "email": invitation.email, "role": ROLE_NAMES[invitation.role],
        "mode": mode, "name": request.POST.get("name", ""), "fault": told.get("", ""),
        "name_errors": [told["name"]] if "name" in told else [],
        "password_errors": [told["password"]] if "password" in told else [],
    }  # fmt: skip
    return render(request, "console/join.html", context, status=status)
