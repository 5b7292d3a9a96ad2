"""Customers: the list, and a new one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.reports import customers as reading
from goodword.web.console.asking_form import Field, Form, form_page, missing, once
from goodword.web.console.attributing import mentioned, person_field
from goodword.web.console.desk import Desk, shown
from goodword.web.console.listing import paged
from goodword.web.console.refusals import sentence_of
from goodword.web.showing import language_options


def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the list."""
    text = request.GET.get("q", "")
    page = reading.customers(business=desk.business, text=text, after=request.GET.get("after", ""), now=desk.now)
    can_enter = "customers.enter" in desk.may
    context = {
        "customers": page.rows,
        "query": text,
        "can_enter": can_enter,
        "may_value": "rewards.see" in desk.may,
        "may_bring": "data.bring" in desk.may,
        **paged(request, after=page.next),
    }
    return shown(request, desk, "console/customers.html", context, active="customers")


def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask for a new customer or lead, and who sent them when a name was mentioned (R91, R118)."""
    key = once(request)
    form = _form(key)
    if request.method != "POST":
        return form_page(request, desk, form, active="customers")
    faults = missing(request, form, said=_("Please fill this in."))
    sent = {name: request.POST.get(name, "").strip() for name in ("name", "phone", "email", "language", "referrer")}
    if not faults and not sent["phone"] and not sent["email"]:
        faults["phone"] = _("Leave a phone number or an e-mail address.")
    if faults:
        return form_page(request, desk, form, active="customers", faults=faults)
    name = f"desk-{key}"
    told = {key: value for key, value in sent.items() if value and key != "referrer"}
    try:
        submit(
            business=desk.business, type="contact.saved", data={"contact": {"external_id": name, **told}},
            actor=desk.actor, now=desk.now,
        )  # fmt: skip
    except Refused as refusal:
        return form_page(request, desk, form, active="customers", faults={"": sentence_of(refusal, lang=desk.lang)})
    contact = reading.known_as(business=desk.business, source="goodword", external_id=name)
    if sent["referrer"]:
        return mentioned(request, desk, contact, sent["referrer"])
    messages.success(request, _("Saved."))
    return redirect("console:customer", contact.public_id)


def _form(key: str) -> Form:
    return Form(
        title=_("New customer"), button=_("Save"), back=reverse("console:customers"), back_text=_("Customers"),
        hidden={"form": key}, lead=_("A customer, or somebody who asked for the first time."),
        fields=[
            Field("name", _("Name"), required=True),
            Field("phone", _("Phone"), kind="tel"),
            Field("email", _("E-mail"), kind="email"),
            Field("language", _("Language"), kind="choice", options=language_options(empty=_("As the business"))),
            person_field(required=False),
        ],
    )  # fmt: skip
