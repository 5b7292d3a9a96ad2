"""Referred By: found by a search box, set once, refused with a sentence (R83, R84, R118)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.reports import customers as reading
from goodword.reports.pipeline import named
from goodword.web.console.asking_form import Field, Form, form_page
from goodword.web.console.desk import Desk
from goodword.web.console.refusals import sentence_of


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Ask who sent this customer, and keep the answer for good."""
    contact = reading.customer(business=desk.business, public_id=ref)
    if contact is None:
        raise Http404
    form = Form(
        title=_("Who sent this customer?"), button=_("Save"), back=reverse("console:customer", args=[ref]),
        back_text=named(contact), fields=[person_field(required=True)],
        lead=_("Once saved this cannot be changed; only an administrator can remove it."),
    )  # fmt: skip
    if request.method != "POST":
        return form_page(request, desk, form, active="customers")
    fault = attribute(desk, contact, request.POST.get("referrer", ""))
    if fault:
        return form_page(request, desk, form, active="customers", faults={"referrer": fault})
    messages.success(request, _("Saved. From now on this is how they came to you."))
    return redirect("console:customer", contact.public_id)


def person_field(*, required: bool) -> Field:
    """Return the search box for one person."""
    label = _("Name, phone, e-mail or code") if required else _("Sent by (name, phone, e-mail or code)")
    return Field("referrer", label, required=required)


def attribute(desk: Desk, contact: Any, text: str) -> str:
    """Save who sent a contact; return the sentence of a refusal, or nothing when it was saved."""
    if not text.strip():
        return _("Please say who it was.")
    found = reading.who(business=desk.business, text=text)
    if not found:
        return _("Nobody matches. Try the phone number, or the code of the link.")
    if len(found) > 1:
        names = ", ".join(f"{named(c)} ({c.phone or c.email or c.code})" for c in found)
        return _("Several people match: %(names)s. Give the phone number or the code.") % {"names": names}
    data = {"friend": contact.public_id, "referrer": found[0].public_id, "how": "name"}
    try:
        submit(business=desk.business, type="referral.attributed", data=data, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        return sentence_of(refusal, lang=desk.lang)
    return ""
