"""Settings, Badges: labels with a colour for vouchers (R16)."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from goodword.errors import Refused
from goodword.flow.changing import save_badge
from goodword.reports import badges as reading
from goodword.web.console.desk import Desk, shown
from goodword.web.console.menu import settings_tabs
from goodword.web.console.refusals import sentence_of

COLOUR = "#0b6b57"


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the badges."""
    lines = [
        {"id": each.public_id, "name": each.name, "colour": each.colour, "borne": getattr(each, "borne", 0),
         "closed_at": each.closed_at}
        for each in reading.every_badge(business=desk.business)
    ]  # fmt: skip
    context = {"tabs": settings_tabs(desk.may, current="settings_badges"), "badges": lines}
    return shown(request, desk, "console/badges.html", context, active="settings")


def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Make a badge."""
    return _form(request, desk, "", {"title": _("New badge"), "name": "", "colour": COLOUR, "closed": False})


def one(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Rename a badge, change its colour, close or reopen it."""
    badge = reading.badge(business=desk.business, public_id=ref)
    if badge is None:
        raise Http404
    held = {"title": badge.name, "name": badge.name, "colour": badge.colour, "closed": badge.closed_at is not None}
    return _form(request, desk, ref, held)


def _form(request: HttpRequest, desk: Desk, ref: str, held: dict[str, object]) -> HttpResponse:
    context = {**held, "known": bool(ref), "name_errors": [], "fault": ""}
    if request.method != "POST":
        return shown(request, desk, "console/badge.html", context, active="settings")
    sent: dict[str, object] = {name: request.POST.get(name, "") for name in ("name", "colour")}
    if ref:
        sent["closed"] = "closed" in request.POST
    try:
        changed = save_badge(business=desk.business, ref=ref, wanted=sent, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        said = sentence_of(refusal, lang=desk.lang)
        beside = refusal.code in ("bad_name", "badge_exists")
        context |= {**sent, "name_errors": [said] if beside else [], "fault": "" if beside else said}
        return shown(request, desk, "console/badge.html", context, active="settings", status=422)
    messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
    return redirect("console:settings_badges")
