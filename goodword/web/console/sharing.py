"""The link passed on: from the phone in the hand, and by the invitation; each written down with who did it (R123)."""

from __future__ import annotations

import re
import secrets
from typing import Any
from urllib.parse import quote

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

PRESS = re.compile(r"[\w-]{6,40}")
CHANNELS = frozenset({"sms", "whatsapp", "email", "copy", "share", "qr"})
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
    key = key_of(desk, contact, channel, request.POST.get("press", ""))
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


def key_of(desk: Desk, contact: Any, channel: str, press: str) -> str | None:
    """Return what makes two presses of one button one share: ``press`` names one opening of the page; None: nothing."""
    if not PRESS.fullmatch(press):
        return None
    return f"share:{desk.person.pk}:{contact.public_id}:{channel}:{press}"


def opening() -> str:
    """Return a name for one opening of a page, so that a button pressed twice there is one share."""
    return secrets.token_urlsafe(9)


def why(code: str) -> str:
    """Return why nothing is asked, in words; nothing for no code."""
    return str(WHY[code]) if code in WHY else ""


def words(desk: Desk) -> str:
    """Return what a customer may say to a friend with the link."""
    return _("I can recommend %(business)s. Here is my link:") % {"business": desk.business.name}


def source_of(desk: Desk) -> str:
    """Return who passes it on, as the share is counted."""
    return "technician" if desk.role == "technician" else "staff"


def ways(desk: Desk, contact: Any) -> list[dict[str, str]]:
    """Return what opens the phone's own apps with the text ready, in the customer's language (R123)."""
    with translation.override(language_of(contact.language, business=desk.business.language)):
        name = first_name(contact.name)
        hello = _("Hi %(name)s, it is %(business)s.") if name else _("Hello, it is %(business)s.")
        ask = _("If a friend or neighbour needs us, this is your own link to pass on:")
        text = quote(f"{hello % {'name': name, 'business': desk.business.name}} {ask} {referral_link(contact.code)}")
    # “?&body=” is read by iOS, which wants “&”, and by Android, which wants “?”. Without a number the phone asks.
    digits = (contact.phone or "").lstrip("+")
    told = [("sms", "message-square", _("Text message"), f"sms:{contact.phone or ''}?&body={text}"),
            ("whatsapp", "message-circle", "WhatsApp", f"https://wa.me/{digits}?text={text}" if digits else ""),
            ("email", "mail", _("E-mail"), f"mailto:{contact.email}?subject={quote(desk.business.name)}&body={text}"
             if contact.email else "")]  # fmt: skip
    return [{"channel": code, "icon": icon, "text": said, "url": url} for code, icon, said, url in told if url]


def customer_of(desk: Desk, ref: str) -> Any:
    """Return the customer of this business, or answer 404."""
    contact = reading.customer(business=desk.business, public_id=ref)
    if contact is None:
        raise Http404
    return contact


def back_to(contact: Any, tab: str = "details") -> str:
    """Return the address of a part of the customer's page."""
    return f"{reverse('console:customer', args=[contact.public_id])}?tab={tab}"
