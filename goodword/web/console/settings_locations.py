"""Settings, Locations: the branches of a business; closing one keeps its history."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.business.models import Location
from goodword.errors import Refused
from goodword.flow.changing import save_location
from goodword.flow.opening import slug_of
from goodword.reports import locations as reading
from goodword.web import showing
from goodword.web.console.asking_form import Field, Form, form_page
from goodword.web.console.desk import Desk, shown
from goodword.web.console.menu import settings_tabs
from goodword.web.console.refusals import sentence_of

FIELDS = frozenset({"name", "phone", "address", "region", "external_id"})


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the locations."""
    lines = [
        {"id": each.pk, "name": each.name, "external_id": each.external_id, "phone": showing.phone(each.phone),
         "address": ", ".join(each.address.splitlines()), "closed_at": each.closed_at}
        for each in reading.locations(business=desk.business)
    ]  # fmt: skip
    context = {"tabs": settings_tabs(desk.may, current="settings_locations"), "locations": lines}
    return shown(request, desk, "console/locations.html", context, active="settings")


def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Add a location."""
    form = _form(
        title=_("New location"), button=_("Add the location"), location=None,
        more=[Field("external_id", _("Id in your other systems (optional)"),
                    help=_("As the till or the booking system names it. It stays; empty makes one from the name."))],
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="settings")
    name = request.POST.get("name", "")
    external_id = request.POST.get("external_id", "").strip() or slug_of(name)
    return _save(request, desk, form, external_id=external_id, is_new=True)


def one(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Rename a location, change its phone and address, close or reopen it."""
    location = reading.location(business=desk.business, ref=ref)
    if location is None:
        raise Http404
    state = "closed" if location.closed_at else "open"
    options = [{"value": "open", "text": _("Open")}, {"value": "closed", "text": _("Closed")}]
    form = _form(
        title=location.name, button=_("Save"), location=location,
        lead=_("In your other systems: %(id)s. That stays, because past events name it.")
        % {"id": location.external_id},
        more=[Field("state", _("State"), kind="choice", options=options, initial=state,
                    help=_("A closed location is offered no longer. Its history stays, and it can be reopened."))],
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="settings")
    return _save(request, desk, form, external_id=location.external_id, is_new=False)


def _form(*, title: str, button: str, location: Location | None, more: list[Field], lead: str = "") -> Form:
    return Form(
        title=title, button=button, lead=lead, back=reverse("console:settings_locations"), back_text=_("Locations"),
        fields=[
            Field("name", _("Name"), required=True, initial=location.name if location else ""),
            Field("phone", _("Phone"), kind="tel", initial=showing.phone(location.phone) if location else ""),
            Field("address", _("Address"), kind="area", initial=location.address if location else ""),
            Field("region", _("State or region (optional)"), initial=location.region if location else "",
                  help=_("Where the law on vouchers goes by region, like CA. Empty: that of the business.")),
            *more,
        ],
    )  # fmt: skip


def _save(request: HttpRequest, desk: Desk, form: Form, *, external_id: str, is_new: bool) -> HttpResponse:
    wanted: dict[str, object] = {name: request.POST.get(name, "") for name in ("name", "phone", "address", "region")}
    if not is_new:
        wanted["closed"] = request.POST.get("state") == "closed"
    try:
        changed = save_location(
            business=desk.business, external_id=external_id, wanted=wanted, new=is_new, actor=desk.actor, now=desk.now
        )
    except Refused as refusal:
        field = str(refusal.facts.get("field", ""))
        faults = {field if field in FIELDS else "": sentence_of(refusal, lang=desk.lang)}
        return form_page(request, desk, form, active="settings", faults=faults)
    messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
    return redirect("console:settings_locations")
