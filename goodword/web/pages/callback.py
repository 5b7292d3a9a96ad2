"""The request to be called back, whichever form it comes by: read, held against robots, told to the system (R105)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword import codes
from goodword.business.models import Business
from goodword.errors import Refused
from goodword.flow.submit import submit
from goodword.reports.customers import by_code
from goodword.web.pages import stamping
from goodword.web.pages.throttle import too_often


class CallBack(forms.Form):
    """What a friend leaves. ``website`` is a trap: people do not see it, robots fill it in."""

    name = forms.CharField(max_length=120, error_messages={"required": gettext_lazy("Tell us your name.")})
    phone = forms.CharField(max_length=40, error_messages={"required": gettext_lazy("Tell us your number.")})
    email = forms.EmailField(
        max_length=200, required=False, error_messages={"invalid": gettext_lazy("That is no e-mail address.")}
    )
    message = forms.CharField(max_length=2000, required=False)
    mentioned = forms.CharField(max_length=120, required=False)
    website = forms.CharField(max_length=200, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, about: str) -> None:
        super().__init__(data)
        self.about = about

    @property
    def opened(self) -> str:
        """Return the stamp that the page carries on: the first one's, so that pressing again is never too early."""
        told = self.told_stamp
        if stamping.opened_at(told, about=self.about) is not None:
            return told
        return stamping.stamp(about=self.about, now=timezone.now())

    @property
    def told_stamp(self) -> str:
        """Return the stamp that came with the form, if any."""
        return str(self.data.get("opened", ""))


class FromOwnSite(CallBack):
    """The same from a form of the business's own site, which may ask for a number or an e-mail address."""

    def __init__(self, data: Mapping[str, Any] | None = None, *, about: str) -> None:
        super().__init__(data, about=about)
        self.fields["phone"].required = False

    def clean(self) -> dict[str, Any] | None:
        """Ask for one way to reach the person."""
        if not self.errors and not (self.cleaned_data["phone"] or self.cleaned_data["email"]):
            self.add_error("phone", _("Leave a phone number or an e-mail address."))
        return self.cleaned_data


def take(request: HttpRequest, form: CallBack, *, business: Business, code: str, timed: bool = True) -> int:
    """Take the request and return 200, or the status with which the form is shown again; it then holds the faults.

    Args:
        code: the referral code of the address or the form; empty without one.
        timed: the form carries a stamp of ours; one that comes back at once, or without it, is asked to press again.
    """
    now = timezone.now()
    if not form.is_valid():
        return 422
    if too_often(request, what="callback") or too_often(request, what="callback_to", by=code or business.slug):
        form.add_error(None, _("That was a little too often. Please try again later, or call us."))
        return 429
    if form.cleaned_data["website"]:
        return 200  # thanked and forgotten
    if timed and not stamping.in_time(form.told_stamp, about=form.about, now=now):
        form.add_error(None, _("That was very quick. Please press the button once more."))
        return 422
    data = _told(form, business=business, code=code)
    try:
        submit(
            business=business, type="callback.requested", data=data, actor="friend", now=now,
            key=key_of(data, day=now.date()),
        )  # fmt: skip
    except Refused:
        where, said = "email", _("That e-mail address cannot be right. Please look at it once more.")
        if data.get("phone"):
            where, said = "phone", _("That number cannot be right. Please look at it once more.")
        form.add_error(where, said)
        return 422
    return 200


def key_of(data: dict[str, str], *, day: date) -> str:
    """Return the event's id: the same words on one day are one request, however often the button is pressed."""
    return "callback-" + hashlib.sha256(json.dumps([data, day.isoformat()], sort_keys=True).encode()).hexdigest()


def _told(form: CallBack, *, business: Business, code: str) -> dict[str, str]:
    """Return the event's data. Who wrote a code where a name was asked for came by that code."""
    told = {key: value for key, value in form.cleaned_data.items() if value and key != "website"}
    typed = codes.normalise(told.get("mentioned", ""))[:20]
    owner = by_code(typed) if typed and not code else None
    if owner is not None and owner.business_id == business.pk:
        code = owner.code
        del told["mentioned"]
    return told | {"language": translation.get_language() or "en"} | ({"code": code} if code else {})
