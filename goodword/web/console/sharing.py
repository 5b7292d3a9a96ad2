"""The link passed on: from the phone in the hand, and by the invitation; each written down with who did it (R123)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword.errors import Refused
from goodword.flow.inviting_now import SENTENCES
from goodword.flow.submit import submit
from goodword.outbox.links import referral_link
from goodword.outbox.rendering import first_name, language_of
from goodword.reports import customers as reading
from goodword.reports.pipeline import named
from goodword.web.console.desk import Desk, shown
from goodword.web.passing_on import CHANNELS, apps, key_of, opening

WHY: dict[str, Promise] = {
    "complaint_open": gettext_lazy("A complaint is open."),
    "referrer_blocked": gettext_lazy("This customer is blocked from referring."),
    "low_score": gettext_lazy("The last score was low. Nothing is asked of an unhappy customer."),
    "asked_lately": gettext_lazy("The customer was asked not long ago."),
    "opted_out": gettext_lazy("The customer does not want to be written to."),
    "no_address": gettext_lazy("There is no phone number and no e-mail address."),
    "no_offer": gettext_lazy("No programme is in force that rewards referrals of this customer."),
}
assert WHY.keys() == SENTENCES.keys()


def show(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Show the link large, to be held out, printed or passed on."""
    contact = customer_of(desk, ref)
    context = {
        "name": named(contact), "id": contact.public_id, "link": referral_link(contact.code), "code": contact.code,
        "share": ways(desk, contact), "press": opening(), "business_name": desk.business.name,
        "can_send": "work.enter" in desk.may and contact.erased_at is None,
    }  # fmt: skip
    return shown(request, desk, "console/customer_link.html", context, active="customers")


def share(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Write down that the link was passed on; a script asks for no page back, a form gets the large link."""
    contact = customer_of(desk, ref)
    channel = request.POST.get("channel", "")
    if channel not in CHANNELS:
        return HttpResponse(status=422)
    data = {"contact": contact.public_id, "source": source_of(desk), "channel": channel}
    key = key_of(str(desk.person.pk), contact, channel, request.POST.get("press", ""))
    submit(business=desk.business, type="link.shared", data=data, actor=desk.actor, now=desk.now, key=key)
    if request.headers.get("X-Quiet"):
        return HttpResponse(status=204)
    messages.success(request, _("Written down. Thank you for passing it on."))
    back = "customer_visit" if request.POST.get("back") == "visit" else "customer_link"
    return redirect(f"console:{back}", contact.public_id)


def invite(request: HttpRequest, desk: Desk, ref: str) -> HttpResponse:
    """Put the invitation in line now, or say why it may not go."""
    contact = customer_of(desk, ref)
    data = {"contact": contact.public_id, "source": source_of(desk)}
    try:
        submit(business=desk.business, type="invitation.requested", data=data, actor=desk.actor, now=desk.now)
    except Refused as refusal:
        messages.error(request, why(refusal.code) or refusal.detail)
    else:
        messages.success(request, _("The invitation is on its way, in the customer’s own language."))
    return redirect("console:customer", contact.public_id)


def why(code: str) -> str:
    """Return why nothing is asked, in words; nothing for no code."""
    return str(WHY[code]) if code in WHY else ""


def source_of(desk: Desk) -> str:
    """Return who passes it on, as the share is counted."""
    return "technician" if desk.role == "technician" else "staff"


def ways(desk: Desk, contact: Any) -> list[dict[str, str]]:
    """Return what opens the phone's own apps with the text ready, in the customer's language (R123)."""
    with translation.override(language_of(contact.language, business=desk.business.language)):
        name = first_name(contact.name)
        hello = _("Hi %(name)s, it is %(business)s.") if name else _("Hello, it is %(business)s.")
        ask = _("If a friend or neighbour needs us, this is your own link to pass on:")
        text = f"{hello % {'name': name, 'business': desk.business.name}} {ask} {referral_link(contact.code)}"
    reach = {"sms": True, "whatsapp": contact.phone, "email": contact.email}  # a text without a number: the phone asks
    found = apps(text, subject=desk.business.name, phone=contact.phone or "", email=contact.email or "")
    return [way for way in found if reach[way["channel"]]]


def customer_of(desk: Desk, ref: str) -> Any:
    """Return the customer of this business, or answer 404."""
    contact = reading.customer(business=desk.business, public_id=ref)
    if contact is None:
        raise Http404
    return contact


def back_to(contact: Any, tab: str = "details") -> str:
    """Return the address of a part of the customer's page."""
    return f"{reverse('console:customer', args=[contact.public_id])}?tab={tab}"
