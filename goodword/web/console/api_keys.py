"""API keys: made and shown once, with scopes in words; ended for ever."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.business import keys
from goodword.business.models import ApiKey
from goodword.errors import Refused
from goodword.flow.admitting import make_key
from goodword.flow.submit import submit
from goodword.reports import team as reading
from goodword.web.console.asking_form import Form, form_page
from goodword.web.console.desk import Desk, shown
from goodword.web.console.menu import settings_tabs
from goodword.web.console.once import shown_once
from goodword.web.console.refusals import sentence_of

# docs/reference/permissions.md in the console's languages; a scope without words here is told as the core says it.
SCOPE_WORDS: dict[str, Promise] = {
    "events:read": gettext_lazy("Read events and what was decided for them."),
    "events:write": gettext_lazy("Send events."),
    "contacts:read": gettext_lazy("Read contacts, their balances, statements and referral links."),
    "contacts:write": gettext_lazy("Create, change and merge contacts."),
    "referrals:read": gettext_lazy("Read referrals and the leaderboard."),
    "referrals:write": gettext_lazy("Say who referred whom."),
    "referrals:admin": gettext_lazy("Remove a referral that was logged wrongly; its rewards are reversed."),
    "rewards:read": gettext_lazy("Read rewards."),
    "rewards:write": gettext_lazy("Override the status of a reward, with a reason."),
    "messages:read": gettext_lazy("Read messages: to whom, what, and what became of them."),
    "programmes:read": gettext_lazy("Read programmes and their terms."),
    "programmes:write": gettext_lazy("Write drafts of programmes and publish them."),
    "books:read": gettext_lazy("Read the trial balance, the liability and the entries."),
}
FIELDS = {"bad_key_name": "name", "bad_source": "source", "source_taken": "source"}


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the keys: what is shown of each, its scopes, when it was last used."""
    context = {
        "tabs": settings_tabs(desk.may, current="keys"),
        "keys": [_line(key) for key in reading.api_keys(business=desk.business)],
    }
    return shown(request, desk, "console/keys.html", context, active="settings")


def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask for a key's name, source and scopes and who it is; show the key once."""
    if request.method != "POST":
        return _page(request, desk, {})
    return _made(request, desk=desk)


@reauthentication_required
def _made(request: HttpRequest, *, desk: Desk) -> HttpResponse:
    name, source = (request.POST.get(field, "").strip() for field in ("name", "source"))
    try:
        key, secret = make_key(
            business=desk.business, name=name, source=source, scopes=request.POST.getlist("scopes"), actor=desk.actor,
            now=desk.now,
        )  # fmt: skip
    except Refused as refusal:
        return _page(request, desk, {FIELDS.get(refusal.code, "scopes"): sentence_of(refusal, lang=desk.lang)})
    return shown_once(
        request, desk, title=_("The key “%(name)s”") % {"name": key.name}, value=secret, label=_("API key"),
        lead=_("Copy it now and keep it where passwords are kept: it is not shown again."),
        back=reverse("console:keys"), back_text=_("API keys"),
    )  # fmt: skip


def revoke(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """End a key."""
    key = reading.api_key(business=desk.business, ref=ref)
    if key is None:
        raise Http404
    form = Form(
        title=_("Revoke the key “%(name)s”?") % {"name": key.name}, button=_("Revoke"), tone="error", fields=[],
        lead=_("What uses it is turned away at once, for ever. Its source cannot be given again."),
        back=reverse("console:keys"), back_text=_("API keys"),
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="settings")
    try:
        submit(business=desk.business, type="key.revoked", data={"key": ref}, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        return form_page(request, desk, form, active="settings", faults={"": sentence_of(refusal, lang=desk.lang)})
    messages.success(request, _("The key works no more."))
    return redirect("console:keys")


def _page(request: HttpRequest, desk: Desk, faults: dict[str, str]) -> HttpResponse:
    chosen = set(request.POST.getlist("scopes"))
    groups: dict[str, list[dict[str, Any]]] = {}
    for scope, told in keys.SCOPES.items():
        line = {"scope": scope, "text": SCOPE_WORDS.get(scope, told), "checked": scope in chosen}
        groups.setdefault(scope.split(":")[0], []).append(line)
    context = {
        "name": request.POST.get("name", ""), "source": request.POST.get("source", ""), "groups": list(groups.values()),
        "errors": {field: [said] for field, said in faults.items()},
    }  # fmt: skip
    return shown(request, desk, "console/key_new.html", context, active="settings", status=422 if faults else 200)


def _line(key: ApiKey) -> dict[str, Any]:
    return {
        "id": str(key.pk), "name": key.name, "source": key.source, "prefix": key.prefix, "scopes": key.scopes,
        "every": set(key.scopes) >= set(keys.SCOPES), "used": key.last_used_at, "made": key.created_at,
        "revoked": key.revoked_at,
    }  # fmt: skip
